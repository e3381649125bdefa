//! What can go wrong with values, and where it is told.

stack s { place = "here" }

let zero = 0
let none_of = [for i in 1..0: i]                  // wrong: rsx::type::refinement
let cap = 8load
let huge = 1000000000000000000000000000

let divided  = 1 / (zero + 0)                     // wrong: rsx::literal::range
let product  = huge * huge                        // wrong: rsx::literal::range
let depends  = product + 1
let outside  = [1, 2][2]                          // wrong: rsx::type::refinement
let largest  = max(none_of)
let power    = log2(0)                            // wrong: rsx::type::refinement
let cut      = blocks(10.0.0.0/31, 5)             // wrong: rsx::type::refinement
let endless  = [for i in 0..100000: i]            // wrong: rsx::literal::range
let bad: Key = "abc\"d"                           // wrong: test::key
let number   = 21                                 // wrong: rsx::type::refinement
let port: Int(1..20) = number

network main { cidr = 10.0.0.0/16, zones = ["a", "b"] }
machine back { network = main, size = 4load..1load }  // wrong: test::size
machine through { network = main, size = cap..1load } // wrong: test::size
fleet readers { count = 4, network = main, size = 3load..1load } // wrong: test::size
