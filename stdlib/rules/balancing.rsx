//! Balancers: what they stand before, and who reaches them.

/// A balancer before nobody.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// nlb reads {
///   network = main
///   targets = []  // error: rsx::nlb::no_target
///   clients = [10.0.0.0/16]
/// }
/// ```
rule rsx::nlb::no_target on nlb {
  strength = house
  require length(self.targets) > 0
  else "the balancer stands before nobody"
  at   self.targets
  help "name a consumer or a pool, or remove the balancer"
}

/// Targets of one balancer with different capacities.
///
/// A balancer hands out connections, not work: every reader gets as many. A smaller one is slower for whoever lands
/// on it.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// let bi: List<Login> = [{ user = "bi", password = secret { name = "bi" } }]
/// consumer big   { network = main, capacity = 32rpu..128rpu, logins = bi }
/// consumer small { network = main, capacity = 32rpu..64rpu, logins = bi }
/// nlb reads {
///   network = main
///   targets = [big, small]  // error: rsx::nlb::unequal_targets
///   clients = [10.0.0.0/16]
/// }
/// ```
rule rsx::nlb::unequal_targets on nlb {
  let sizes = distinct([for t in self.targets: t.capacity])

  strength = house
  require length(sizes) <= 1
  else "the targets differ in capacity: ${join([for s in sizes: text(s)], ", ")}"
  at   self.targets "of different sizes"
  also self.targets[0].capacity "${sizes[0]} here"
  also first([for t in self.targets if t.capacity != sizes[0]: t.capacity]) "${sizes[1]} here"
  help "give all targets of one balancer the same capacity, or put a second balancer before the others"
}

/// A balancer in another network than its targets.
///
/// ```rsx
/// network main  { cidr = 10.0.0.0/16 }
/// network other { cidr = 10.1.0.0/16 }
/// consumer_pool readers {
///   count    = 3
///   network  = other
///   capacity = 32rpu..64rpu
///   logins   = [{ user = "bi", password = generated }]
/// }
/// nlb reads {
///   network = main
///   targets = readers  // error: rsx::nlb::network
///   clients = [10.0.0.0/16]
/// }
/// ```
rule rsx::nlb::network on nlb {
  strength = law
  require all t in self.targets: t.network == self.network
  else "the balancer is in `${name_of(self.network)}`, but a target is in `${name_of(first([for t in self.targets if t.network != self.network: t.network]) ?? self.network)}`"
  at   self.targets "in another network"
  also self.network "the balancer's network"
  help "put the balancer into the network of its targets"
}

/// A balancer that nobody can reach.
///
/// Only those in `clients` may connect. A range that does not meet the network is reached by a VPN, a peering or a
/// transit gateway, which rsx does not make: say so by `{ cidr = 192.168.0.0/16, via = "vpn" }`.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer_pool readers {
///   count    = 3
///   network  = main
///   capacity = 32rpu..64rpu
///   logins   = [{ user = "bi", password = generated }]
/// }
/// nlb reads {
///   network = main
///   targets = readers
///   clients = [192.168.0.0/16]  // error: rsx::nlb::unreachable
/// }
/// ```
rule rsx::nlb::unreachable on nlb {
  strength = house
  require any c in self.clients:
    c.via != none or c.from != none or overlaps(c.cidr ?? self.network.cidr, self.network.cidr)
  else if length(self.clients) == 0
    then "`clients` is empty: nobody may connect"
    else "no range in `clients` meets the network ${self.network.cidr}, and none says by which way it comes"
  at   self.clients
  also self.network.cidr "the network"
  help "name a range inside ${self.network.cidr}, or say `via = \"vpn\"` beside the range"
}

/// A balancer that sends each client address to one reader alone.
///
/// With few clients, such as two BI servers, some readers then do nothing.
///
/// Source: the ELB guide, sticky sessions for Network Load Balancers.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer_pool readers {
///   count    = 3
///   network  = main
///   capacity = 32rpu..64rpu
///   logins   = [{ user = "bi", password = generated }]
/// }
/// nlb reads {
///   network = main
///   targets = readers
///   clients = [10.0.0.0/16]
///   sticky  = true  // warning: rsx::nlb::sticky
/// }
/// ```
rule rsx::nlb::sticky on nlb {
  strength = advice
  require not self.sticky
  else "each client address is sent to one reader alone"
  at   self.sticky
  help "leave `sticky` out, so that connections spread over all readers"
}

/// A login that wants the server's name checked, behind a balancer.
///
/// The certificate that clients see is Redshift's, and never bears the balancer's name, so `verify_full` fails.
/// `verify_ca` checks that the certificate is Amazon's.
///
/// Source: the ELB guide (a TCP listener passes TLS through) and the Redshift drivers.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer_pool readers {
///   count    = 3
///   network  = main
///   capacity = 32rpu..64rpu
///   logins   = [{ user = "bi", password = generated, tls = verify_full }]  // warning: rsx::nlb::verify_full
/// }
/// nlb reads { network = main, targets = readers, clients = [10.0.0.0/16] }
/// ```
rule rsx::nlb::verify_full on nlb {
  strength = advice
  require all l in o.logins: l.tls != verify_full
    for o in distinct([for t in self.targets: pool_of(t)])
  else "a login behind a balancer can't use `verify_full`: no certificate bears the balancer's name"
  at   first([for l in o.logins if l.tls == verify_full: l.tls])
  also self.targets "behind this balancer"
  help "use `verify_ca`"
  mend ["verify_ca"]
}

/// Targets that have no login in common.
///
/// Whoever comes through the balancer may land on any reader, so a user must be on all of them, with one password: what
/// is `generated` is another for each consumer and for each pool.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer a { network = main, capacity = 32rpu..64rpu, logins = [{ user = "bi", password = generated }] }
/// consumer b { network = main, capacity = 32rpu..64rpu, logins = [{ user = "etl", password = generated }] }
/// nlb reads {
///   network = main
///   targets = [a, b]  // warning: rsx::nlb::no_common_login
///   clients = [10.0.0.0/16]
/// }
/// ```
rule rsx::nlb::no_common_login on nlb {
  let owners = distinct([for t in self.targets: pool_of(t)])
  let users  = if length(owners) == 0 then [] else [for l in owners[0].logins: l.user]
  let common = [for u in users if all o in owners: any l in o.logins: l.user == u: u]

  strength = advice
  require length(self.targets) == 0 or length(common) > 0
  else "the targets have no login in common"
  at   self.targets
  help "give all targets one login with one password: a pool does"
  require length(owners) < 2
    or length(common) == 0
    or (any u in common:
      all o in owners: any l in o.logins: l.user == u and not is_generated(l.password))
  else "no login has one password on all targets: what is `generated` is another on each"
  at   self.targets
  help "give them a param's password, or one that Secrets Manager keeps; or make them a pool"
}

rule rsx::name::repeated on nlb {
  strength = advice
  require length(repeated(self.targets)) == 0
  else "`targets` names ${join(distinct([for t in repeated(self.targets): "`${address(pool_of(t))}`"]), ", ")} twice"
  at   self.targets
  help "name each once; a pool stands for all its members"
  require false for x in repeated(self.clients)
  else "`clients` names one of them twice"
  at   [for c in self.clients if c == x: c][1] "again"
  also [for c in self.clients if c == x: c][0] "the first"
  help "take one of them away"
}
