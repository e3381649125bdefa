//! Everything that is right.

import "right_types.rsx"

stack sea { region = "us-east-1", tags = { owner = "me" } }

param how_many: Int(1..50) = 3
param word: Secret<Word> = generated
param given: Text
let slow = 2knot
let wait = if how_many > 2 then 90s else 2min
let doubled: Int = 8 / 4
let nothing: Text? = none
let named = nothing ?? "none"
let both = [1, 2] + [3]
let later = earlier + 1
let earlier = both[0]
let mixed = [for n in both if n in 1..2: "${n}"]
let price: Per<Usd, Duration> = 3usd / 1h
let total: Usd = price * 2h
let network = 10.0.0.0/16
let inside = 10.0.0.7 in network and 10.0.1.0/24 in network
let few: Few = 3
let length_of = length("abc") + length(all_boats)

env dev  { how_many = 2 }
env prod { how_many = 50, word = secret { name = "sea/${stack.env}" } }

harbour north { block = network, boats = [a, all_boats, [b]], guests = [sea, all_boats] }
boat a {
  harbour  = north
  speed    = slow..
  crew     = { name = "ann", password = word }
  sail     = reefed
  visitors = [10.0.0.0/8, b, { from = 10.0.0.0/8, via = "vpn" }]
  rest     = wait
  ready    = sql(b, "select $1", 1) == 1
  protect  = true
  allow rsx::boat::anchor because "it is an old one"
}
boat b { harbour = north, speed = 1knot..3knot, sail = full { set = 10s } }
fleet all_boats { count = how_many, harbour = north }
crate box { inner = 3 }

output ids   = [for m in all_boats: m.id]
output first = all_boats[0].hull.name
output made  = box.content

check "names differ" {
  require a.label != b.label else "both are `${a.label}`" at a also b "the other"
}
expect "answers" {
  require all m in all_boats: sql(m, "select 1", as = "me") > 0
}

rule mine::short on boat {
  strength = if self.port == 80 then advice else house
  require length(self.nick) < 10 if self.nick != none else "too long"
}
