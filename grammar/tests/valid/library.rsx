//! Declarations as the library writes them.

import "network.rsx"

dimension Duration { s = 1, min = 60, h = 3600 }
dimension Size { GiB = 1 }

/// What Redshift accepts as an administrator's password.
type Password = Text where {
  "8 to 64 characters"   = length(self) in 8..64
  "an upper-case letter" = any c in self: c in 'A'..'Z'
  "a digit"              = any c in self: c in '0'..'9'
  "printable ASCII, none of ' \" / \\ @ or a space" =
    all c in self: c in '!'..'~' and not (c in "'\"/\\@")
}

type Port = Int(1..65535)
type Target = producer | consumer | consumer_pool
type Key = aws_owned | own_key | key { alias: Text, bare id: Text = "x" }
type Source = { cidr: Cidr, via: Text? }

/// One Redshift Serverless workgroup.
resource workgroup {
  fixed name:         WorkgroupName
  fixed namespace:    NamespaceName
  /// Base and maximum.
  capacity:           Range<Rpu>
  subnets:            List<SubnetId>
  disruptive port:    Port = 5439
  fixed:              Bool = false
  or:                 Bool?
  require:            Bool = a or b
  or = 3
  computed endpoint:  { address: Text, port: Port }
}

/// A reader: a namespace and a workgroup of its own.
pattern consumer {
  network:  network
  capacity: Range<Rpu> = 32rpu..
  port:     Port = 5439

  make namespace ns { name = physical_name(self, 63) }
  make workgroup wg {
    name = ns.name, namespace = ns.name, capacity = capacity
    subnets = network.subnet_ids, port = port
  }
  make consumer member for i in 0..count - 1 { network = network }
  make consumer extra for z in zones if z.big { network = network, index = members[z].index }

  let namespace_id = ns.id
  let endpoint: Endpoint = wg.endpoint
  allow rsx::redshift::quota because "asked for"
}

/// Three zones.
///
/// Always.
rule rsx::network::too_few_zones on network {
  strength = law
  require length(distinct(self.zones)) >= 3
  else "the subnets lie in ${length(distinct(self.zones))} availability zones; at least 3 are needed"
  at   self.subnets
  help "add a subnet in another zone of the region"

  require a in b for x in xs if not x.y else "no ${f("a", [x])} yes" at x "here" also y "there"
    also z help "do" mend [x]
  require if a then b else c
}

env dev { let = 3, make = 4, for = 5, type = 6, at = 7, if = -x ?? 2, in = [for x in xs if x > 2: x * 2] }

check name {
  require sql(m, """
    select count(*)
      from t where a = '$1'
    """, as = "bi") > 0 and (1 + 2) * -3 / 4 != 7/2
  require x == none ?? 10.0.0.7 in 10.0.0.0/16
}

let a = snapshot { name = "x" }.field[0].other
let b = 80%
let c = '\u{e9}'
let d = '"'
let e = {}
let f = [{ a = 1, b = 2 }, []]
//// The end.
