//! Names that are wrong.

import "nowhere.rsx"  // error: rsx::import::missing

stack one { region = "x" }
stack two { region = "x" }  // error: rsx::stack::twice

harbour north { block = 10.0.0.0/16 }
harbuor south { block = 10.0.0.0/16 }  // error: rsx::name::unknown
let north = 3  // error: rsx::name::duplicate
let nort = nroth + 1  // error: rsx::name::unknown
let follows = nort * 2
let unknown_too = south.block
let as_value = boat  // error: rsx::name::unknown
let call = lenght("x")  // error: rsx::name::unknown

let ring = next + 1  // error: rsx::name::cycle
let next = last + 1
let last: Int = ring
type Loop = List<Loop>  // error: rsx::name::cycle
type Odd = Txet  // error: rsx::name::unknown
let odd: Odd = 3

boat a {
  harbour = north
  speed   = 1knot..2knot
  sail    = reefd  // error: rsx::name::unknown
  speed   = 1knot..3knot  // error: rsx::name::duplicate
}

pattern outer { make inner part { } }  // error: rsx::name::cycle
pattern inner { make outer part { } }
pattern hull { }  // error: rsx::name::duplicate
pattern doubled {
  size: Int
  let a = b  // error: rsx::name::cycle
  let b = a
  let hides = [for size in [1]: size]  // error: rsx::name::duplicate
}

env dev { how_mny = 3 }  // error: rsx::name::unknown
env dev { }  // error: rsx::name::duplicate
param how_many: Int = 3
output x = [for north in [1]: north]  // error: rsx::name::duplicate
rule a::b on bote { }  // error: rsx::name::unknown
rule mine::one on boat { }
rule mine::one on boat { }  // error: rsx::name::duplicate
rule rsx::boat::anchor on boat { }  // error: rsx::name::duplicate
type Text = Int  // error: rsx::syntax::expected
boat with_allow {
  harbour = north
  speed   = 1knot..
  allow rsx::boat::ancor because "typo"  // error: rsx::name::unknown
}
