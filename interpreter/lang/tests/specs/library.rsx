//! A small library about boats, so that these tests depend on no other.

dimension Duration { s = 1, min = 60, h = 3600, d = 86400 }
dimension Usd { usd = 1 }
dimension Knot { knot = 1 }

/// The deployment.
pattern stack {
  region: Text
  tags: Map<Text> = {}
}

/// What a harbour master accepts.
type Word = Text where {
  "8 to 64 characters" = length(self) in 8..64
  "a digit" = any c in self: c in '0'..'9'
}
rule rsx::boat::word on Word { }

type Port = Int(1..65535)
type Sail = furled | reefed { turns: Int(1..3) = 1 } | full { set: Duration }

type Crew = {
  name: Text = "mate"
  password: Secret<Word> = generated
}

type Visitor = { bare from: Cidr?, bare boat: boat?, via: Text? }

/// One hull.
resource hull {
  fixed name: Text
  length: Int(1..100)
  tags: Map<Text> = stack_tags
  computed id: Text
  found depth: Int
  let cost: Usd = 2usd * length
}

let stack_tags: Map<Text> = stack.tags

/// Who needs it says it.
let calm = "calm"

/// One boat.
pattern boat {
  harbour: harbour
  speed: Range<Knot>
  crew: Crew = {}
  sail: Sail = furled
  visitors: List<Visitor> = []
  port: Port = 80
  rest: Duration(0s..1h) = 5min
  nick: Text?
  anchor: Absent
  ready: Answer<Bool> = true

  make hull hull { name = physical_name(self, 20), length = floor(speed.start / 1knot) }
  make hull spare if nick != none { name = nick, length = 3 }

  let id = hull.id
  let label: Text = nick ?? "nameless"
  let door = id
}

/// Boats alike.
pattern fleet {
  count: Int(1..50)
  harbour: harbour
  make boat member for i in 0..count - 1 { harbour = harbour, speed = 3knot..9knot }
}

/// Where boats lie.
pattern harbour {
  block: Cidr
  boats: List<boat> = []
  guests: List<Declaration> = []
  let moored = [for b in every(boat) if b.harbour == self: b.label]
}

/// A warning.
rule rsx::boat::anchor on boat {
  strength = law
  let shown = self.label
  require self.anchor == none
  else "`${shown}` has an anchor"
  at   self.anchor
  help "boats here have none"
}
