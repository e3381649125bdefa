//! Patterns, parts, pools, and who refers to whom.

stack s { place = "here" }

param count: Int(1..20) = 3

network main { cidr = 10.0.0.0/16, zones = ["a", "b"] }
machine one { network = main, spare = true }
machine two { network = main, talks_to = [one] }
fleet readers { count = count, network = main, size = 2load..4load }
front reads { targets = readers }
front both  { targets = [one, readers] }           // wrong: test::equal

output addresses = [for r in readers: address(r)]  // is: ["readers[0]", "readers[1]", "readers[2]"]
output names     = [for r in readers: physical_name(r, 20)] // is: ["s-readers-0", "s-readers-1", "s-readers-2"]
output part      = address(readers[1].box)         // is: "readers[1].box"
output part_name = one.box.name                    // is: "s-one"
output kind      = kind_of(readers[0])             // is: "machine"
output place     = index_of(readers[2])            // is: 2
output pool      = pool_of(readers[2])             // is: readers
output users     = main.users                      // is: 9
output walls     = [for w in main.wall: w.to]      // is: ["one", "two", "readers", "readers", "readers", "both_sides", "both_sides", "both_sides", "readers_0"]
output member    = readers[0].size                 // is: 2load..4load
output cut_name  = physical_name(readers[0], 10)   // is: "s-r-8ec14c"
output later     = readers[0].id                   // is: ‹known after run›
output spare     = [for m in [one, two]: m.spare]  // is: [true, false]

pattern pair {
  network: network
  make machine left { network = network }
  make machine right for i in 0..1 { network = network }
  let name = physical_name(self, 40)
}
pair both_sides { network = main }
machine readers_0 { network = main }               // wrong: rsx::name::duplicate

output pair_name = both_sides.name                 // is: "s-both-sides"
output left_name = both_sides.left.box.name        // is: "s-both-sides-left"
output right_name = [for r in both_sides.right: r.box.name] // is: ["s-both-sides-right-0", "s-both-sides-right-1"]
