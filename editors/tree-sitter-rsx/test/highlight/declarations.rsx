//! What the file is for.
// <- comment.documentation
import "network.rsx"
// <- keyword.import
//      ^ string
/// What follows.
// <- comment.documentation
param count: Int(1..24) = 3
// <- keyword
//    ^ constant
//           ^ type
//                ^ operator
//                        ^ number
network main {
// <- type
//      ^ module
//           ^ punctuation.bracket
  cidr = 10.0.0.0/16
//^ property
//     ^ operator
//       ^ number
}
pattern pool {
// <- keyword
//      ^ type.definition
  fixed count: Int
//^ keyword.modifier
//      ^ property
  net: network
//     ^ type
  make consumer member for i in 0..count if count > 0 {
//^ keyword
//     ^ type
//              ^ module
//                     ^ keyword.repeat
//                           ^ keyword.operator
//                                 ^ variable
//                                       ^ keyword.conditional
    or = 32rpu
//  ^ property
//         ^ type.builtin
  }
}
rule town::crowded on house {
//   ^ label
//                    ^ type
  require all r in self.rooms: r
//^ keyword
//        ^ keyword.repeat
//                 ^ variable.builtin
//                      ^ variable.member
  else "${a} \n"
//^ keyword.conditional
//      ^ punctuation.special
//        ^ variable
//           ^ string.escape
  allow town::empty because "new"
//^ keyword
//                  ^ keyword
}
