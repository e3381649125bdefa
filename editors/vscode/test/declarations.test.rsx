// SYNTAX TEST "source.rsx" "declarations, their fields and clauses"

//! What the file is for.
// <---- comment.line.documentation.file.rsx

/// What follows.
// <---- comment.line.documentation.rsx

//// An ordinary comment.
// <---- comment.line.double-slash.rsx - comment.line.documentation

import "network.rsx"
// <------ keyword.control.import.rsx
//     ^^^^^^^^^^^^^ string.quoted.double.rsx

stack airline {
// <----- storage.type.kind.rsx
//    ^^^^^^^ entity.name.section.rsx
//            ^ punctuation.section.block.rsx
  region = "us-east-1"
//^^^^^^ variable.other.property.rsx
//       ^ keyword.operator.assignment.rsx
//         ^^^^^^^^^^^ string.quoted.double.rsx
  tags   = { project = "airline", owner = "data-platform" }
//           ^^^^^^^ variable.other.property.rsx
//                                ^^^^^ variable.other.property.rsx
}

param reader_count: Int(1..24) = 3
// <----- keyword.declaration.rsx
//    ^^^^^^^^^^^^ variable.other.constant.rsx
//                  ^^^ entity.name.type.rsx
//                      ^ constant.numeric.rsx
//                       ^^ keyword.operator.range.rsx
//                         ^^ constant.numeric.rsx
param where_to: network
//              ^^^^^^^ entity.name.type.rsx

env prod { reader_count = 5 }
// <--- keyword.declaration.rsx
//  ^^^^ entity.name.section.rsx
//         ^^^^^^^^^^^^ variable.other.property.rsx

type Pin = Text where {
// <---- keyword.declaration.rsx
//   ^^^ entity.name.type.rsx
//         ^^^^ entity.name.type.rsx
//              ^^^^^ keyword.control.rsx
  "four digits" = length(self) == 4
//^^^^^^^^^^^^^ string.quoted.double.rsx
//                ^^^^^^ support.function.rsx
//                       ^^^^ variable.language.self.rsx
//                             ^^ keyword.operator.comparison.rsx
}

pattern house {
// <------- keyword.declaration.rsx
//      ^^^^^ entity.name.type.rsx
  fixed computed rooms: Int(1..20) = 3
//^^^^^^^^^^^^^^ storage.modifier.rsx
//               ^^^^^ variable.other.property.rsx
//                      ^^^ entity.name.type.rsx
  for: Int
//^^^ variable.other.property.rsx - keyword
  require: Bool = true
//^^^^^^^ variable.other.property.rsx - keyword
  net: network
//     ^^^^^^^ entity.name.type.rsx
  make consumer member for i in 0..rooms - 1 {
//^^^^ keyword.declaration.rsx
//     ^^^^^^^^ storage.type.kind.rsx
//              ^^^^^^ entity.name.section.rsx
//                     ^^^ keyword.control.rsx
//                           ^^ keyword.operator.word.rsx
    capacity = 32rpu..64rpu
//  ^^^^^^^^ variable.other.property.rsx
//             ^^ constant.numeric.rsx
//               ^^^ keyword.other.unit.rsx
//                  ^^ keyword.operator.range.rsx
  }
  let double = rooms * 2
//^^^ keyword.declaration.rsx
//    ^^^^^^ variable.other.constant.rsx
//                   ^ keyword.operator.arithmetic.rsx
}

rule town::crowded on house {
// <---- keyword.declaration.rsx
//   ^^^^^^^^^^^^^ entity.name.tag.code.rsx
//                 ^^ keyword.control.rsx
//                    ^^^^^ entity.name.type.rsx
  require all r in self.rooms: r < 15
//^^^^^^^ keyword.control.rsx
//        ^^^ keyword.control.rsx
//                      ^^^^^ variable.other.member.rsx
//                             ^ variable.other.rsx
  else "${self.rooms} rooms"
//^^^^ keyword.control.rsx
//      ^^ punctuation.section.interpolation.begin.rsx
//        ^^^^ variable.language.self.rsx
//                  ^ punctuation.section.interpolation.end.rsx
  at   self.rooms "here"
//^^ keyword.control.rsx
  help "fewer"
//^^^^ keyword.control.rsx
  allow rsx::budget::unbounded because "a reason"
//^^^^^ keyword.control.rsx
//      ^^^^^^^^^^^^^^^^^^^^^^ entity.name.tag.code.rsx
//                             ^^^^^^^ keyword.control.rsx
}
