//! Values of a later phase where one is needed now.

stack s { place = net.box.id }  // wrong: rsx::type::phase

param given: Int(1..20)

network main { cidr = 10.0.0.0/16 }
machine net { network = main }
fleet some { count = length(net.box.address), network = main } // wrong: rsx::type::phase
fleet open { count = given, network = main }
check "no rule about what is not given" { require length(open.member) < 0 }
check "later" { require length(net.id) > 3 }
