// SYNTAX TEST "source.rsx" "values, and SQL in them"

let block   = 10.0.0.0/16
//            ^^^^^^^^^^^ constant.numeric.address.rsx
let share   = 7 / 2
//            ^ constant.numeric.rsx
//              ^ keyword.operator.arithmetic.rsx
let percent = 80%
//            ^^ constant.numeric.rsx
//              ^ keyword.other.unit.rsx
let letter  = '\u{e9}'
//            ^^^^^^^^ string.quoted.single.rsx
let text    = "a \"b\" \q ${if x then "y" else none} \${z"
//               ^^ constant.character.escape.rsx
//                     ^^ invalid.illegal.escape.rsx
//                          ^^ keyword.control.rsx
//                                    ^^^ string.quoted.double.rsx
//                                             ^^^^ constant.language.rsx
//                                                   ^^ constant.character.escape.rsx
//                                                     ^^ string.quoted.double.rsx
let doubled = [for n in list if n > 1: n * 2]
//             ^^^ keyword.control.rsx
//                   ^^ keyword.operator.word.rsx
//                           ^^ keyword.control.rsx
let nothing = none ?? not true and x in 'a'..'z'
//            ^^^^ constant.language.rsx
//                 ^^ keyword.operator.otherwise.rsx
//                    ^^^ keyword.operator.word.rsx
//                        ^^^^ constant.language.rsx
//                             ^^^ keyword.operator.word.rsx
let word    = readers[0].all
//                       ^^^ variable.other.member.rsx - keyword

let lines = """
//          ^^^ string.quoted.triple.rsx
  "no" ${interpolation} // and no comment
//^^^^^^^^^^^^^^^^^^^^^ string.quoted.triple.rsx - meta.interpolation
//                      ^^^^^^^^^^^^^^^^^ - comment
  """

step schema {
  sql = """
//^^^ variable.other.property.rsx
    create schema sales;
//  ^^^^^^ meta.embedded.block.sql keyword.test.sql
    """
//  ^^^ punctuation.definition.string.end.rsx
  undo = "drop schema ${name};"
//        ^^^^ meta.embedded.inline.sql keyword.test.sql
//                    ^^ punctuation.section.interpolation.begin.rsx
  done_when = sql(writer, "select count(*) from t where a = $1", "b", as = "bi") > (1 + 2)
//            ^^^ support.function.rsx
//                ^^^^^^ variable.other.rsx
//                         ^^^^^^ meta.embedded.inline.sql keyword.test.sql
//                                                                    ^^ variable.parameter.rsx
//                                                                         ^^^^ string.quoted.double.rsx - meta.embedded
//                                                                               ^ keyword.operator.comparison.rsx
  on = writer
//^^ variable.other.property.rsx
}
