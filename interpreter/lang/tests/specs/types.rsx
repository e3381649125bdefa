//! Values that don't fit.

harbour north { block = 10.0.0.0/16 }
harbour quoted { block = "10.0.0.0/16" }  // error: rsx::type::mismatch
boat bare { }  // error: rsx::type::missing_field
boat a {
  harbour = north
  speed   = 1knot..2knot
  prot    = 80  // error: rsx::type::unknown_field
  port    = "80"  // error: rsx::type::mismatch
  rest    = 10knot  // error: rsx::type::mismatch
  crew    = { nme = "x" }  // error: rsx::type::unknown_field
  anchor  = whatever
}
boat b {
  harbour = a  // error: rsx::type::mismatch
  speed   = 1knot
    + 2s  // error: rsx::type::dimension
  sail    = full  // error: rsx::type::missing_field
  visitors = [3]  // error: rsx::type::mismatch
  ready   = sql(a, "x")
}
boat misspelt { harbuor = north, speed = 1knot.. }  // error: rsx::type::unknown_field
boat pooled { harbour = north, speed = 1knot..2s }  // error: rsx::type::mismatch
boat absent { harbour = north, speed = 1knot.., label = "x" }  // error: rsx::type::unknown_field
hull direct { name = "x", length = 3, id = "y" }  // error: rsx::type::unknown_field
fleet many { count = 3, harbour = north }
let of_pool = many.label  // error: rsx::type::unknown_field
let open = 1..  // error: rsx::type::mismatch
let text = "a" + "b"  // error: rsx::type::mismatch
let compared = 1s < 2knot  // error: rsx::type::dimension
let optional: Text? = none
let taken = length(optional)  // error: rsx::type::mismatch
let listed = [1, "a"]  // error: rsx::type::mismatch
let unit = 10minutes  // error: rsx::literal::unit
let called = join(["a"])  // error: rsx::type::mismatch
let condition = if 3 then 1 else 2  // error: rsx::type::mismatch
param untyped  // error: rsx::syntax::expected
check "asks" { require sql(a, "select 1") > 0 }  // error: rsx::type::phase
resource mine { }  // error: rsx::syntax::expected
boat listed_wrong { harbour = north, speed = 3knot }  // error: rsx::type::mismatch
expect "pool" { require sql(many, "select 1") > 0 }  // error: rsx::type::mismatch
