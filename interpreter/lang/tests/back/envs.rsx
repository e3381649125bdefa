//! What only some envs show.

stack s { place = stack.env }

param count: Int(1..20) = 3
param size: Range<Load> = 1load..2load

env dev  { count = 2 }
env prod { size = 4load..2load }            // wrong in prod: test::size
env test { count = 30 }                     // wrong in test: rsx::type::refinement

network main { cidr = 10.0.0.0/16, zones = ["a", "b"] }
fleet readers { count = count, network = main, size = size }

check "few" { require count <= 2 }          // wrong in prod: rsx::check::failed
check "never" { require 1 > 2 }             // wrong: rsx::check::failed
