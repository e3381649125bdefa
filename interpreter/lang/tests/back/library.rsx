//! A small library for the tests: machines on a network, and fleets of them.

dimension Duration { s = 1, min = 60, h = 3600, d = 86400 }
dimension Load { load = 1 }
dimension Money { usd = 1 }

pattern stack {
  place: Text
  tags: Map<Text> = { }
}

/// A network.
resource net {
  cidr: Cidr
  name: NetName
  computed id: Text
  found zones: List<Text>
}

/// One machine.
resource box {
  fixed name: BoxName
  net: Text
  size: Range<Load>
  key: Secret<Key>
  computed id: Text
  computed address: Text
  let monthly: Money = size.start * 1h * price * 730
  let door = name
}

/// A rule of a wall: who may talk to whom.
resource hole {
  from: Text
  to: Text
}

pattern network {
  cidr: Cidr
  zones: List<Text>?
  make net net { cidr = cidr, name = physical_name(self, 255) }
  make hole wall for m in referrers(machine, self) { from = net.id, to = name_of(m) }
  let users = length(referrers(machine, self))
}

pattern machine {
  network: network
  size: Range<Load> = 1load..2load
  key: Secret<Key> = generated
  talks_to: List<machine> = []
  spare: Bool = false
  make box box { name = physical_name(self, 20), net = network.net.id, size = size, key = key }
  make box twin if spare { name = "twin", net = network.net.id, size = size, key = key }
  let id = box.id
}

pattern fleet {
  count: Int(1..20)
  network: network
  size: Range<Load> = 1load..2load
  key: Secret<Key> = generated
  make machine member for i in 0..count - 1 { network = network, size = size, key = key }
}

pattern front {
  targets: List<machine>
  make hole hole for t in targets { from = name_of(self), to = t.box.id }
}

type Key = Text where {
  "8 to 20 characters" = length(self) in 8..20
  "a digit"            = any c in self: c in '0'..'9'
  "printable ASCII without quotes" = all c in self: c in '!'..'~' and not (c in "'\"")
}

rule test::key on Key { }

type NetName = Text where {
  "letters, digits and hyphens" = all c in self: c in 'a'..'z' or c in '0'..'9' or c == '-'
}

type BoxName = Text where {
  "at most 20 characters" = length(self) <= 20
}

let price = 2usd / (1load * 1h)

/// The base is a power of two.
rule test::size on machine {
  strength = law
  require self.size.start <= (self.size.end ?? 100load)
  else "${self.size} is the wrong way round"
  at   self.size
  help "write ${self.size.end ?? 100load}..${self.size.start}"
}

rule test::equal on front {
  let sizes = distinct([for t in self.targets: t.size])
  require length(sizes) <= 1
  else "targets of ${length(sizes)} sizes: ${sizes}"
  at   self.targets
  also first(self.targets).size "this size"
}

rule test::lonely on network {
  strength = advice
  require self.users > 0
  else "nobody is in `${name_of(self)}`"
}

rule test::zones on network {
  require length(distinct(self.zones ?? self.net.zones)) >= 2
  else "${length(distinct(self.zones ?? self.net.zones))} zones"
  at   self.zones
}
