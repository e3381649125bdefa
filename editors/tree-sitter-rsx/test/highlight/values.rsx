let a = sql(m, "select 1", as = "bi") > 0 and not true
//      ^ function.call
//          ^ variable
//              ^ string
//                         ^ variable.parameter
//                                    ^ operator
//                                        ^ keyword.operator
//                                                ^ boolean
let b = snapshot { name = none } ?? 'a'
//      ^ constructor
//                 ^ property
//                        ^ constant.builtin
//                               ^ operator
//                                  ^ character
let c = """
//      ^ string
  ${not this}
//  ^ string
  """
// A comment.
// <- comment
