//! Rings between values, and between resources.

stack s { place = "here" }

network main { cidr = 10.0.0.0/16, zones = ["a", "b"] }
machine a { network = main, size = b.size }  // wrong: rsx::name::cycle
machine b { network = main, size = c.size }
machine c { network = main, size = a.size }

check "two" { require 1 > 2 }  // wrong: rsx::check::failed
