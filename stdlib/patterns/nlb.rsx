//! The balancer, and the proof that every reader answers through it.

/// An internal Network Load Balancer before readers that answer alike.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "airline", capacity = 32rpu..256rpu }
/// consumer_pool readers {
///   count    = 3
///   network  = main
///   capacity = 32rpu..128rpu
///   logins   = [{ user = "bi", password = generated }]
/// }
/// datashare some { from = writer, schemas = ["airline_dw"], to = readers, database = "airline_shared" }
/// nlb reads {
///   network = main
///   targets = readers
///   clients = [10.0.0.0/16]
/// }
/// ```
pattern nlb {
  network: network
  /// Consumers and pools, all of one size.
  targets: List<consumer>
  /// Who may connect; nobody by default.
  clients: List<Client>
  port:    Int(1..65535) = 5439
  /// How long connections may live when a reader goes.
  drain:  WholeSeconds(0s..3600s) = 30s
  health: Health = {}
  /// On, since an endpoint may have an interface in one zone only.
  cross_zone: Bool = true
  /// After how long without a packet a connection is forgotten; a long query sends none.
  idle_timeout: WholeSeconds(60s..6000s) = 1h
  /// One client address always meets one reader.
  sticky: Bool = false

  let peers  = present([for c in clients: c.from])
  let ranges = present([for c in clients: c.cidr]) + present([for p in peers: p.source_cidr])
  let groups = [for p in peers if p.source_cidr == none: p]

  make security_group group {
    vpc         = network.vpc_id
    name        = "${physical_name(self, 250)}-nlb"
    description = "rsx: clients of ${name_of(self)}"
  }

  /// The only place that sees clients: targets see the balancer's addresses. A rule is known by its port too, so that
  /// those of a new port stand beside the old ones until the listener has moved.
  make security_group_rule from_network
    for r in [for c in distinct(ranges): { key = "${c} on ${port}", cidr = c }] {
    group       = group.id
    direction   = ingress
    port        = port
    cidr        = r.cidr
    description = "clients"
  }

  make security_group_rule from_warehouse
    for r in [for p in groups: { key = "${address(p)} on ${port}", peer = p }] {
    group       = group.id
    direction   = ingress
    port        = port
    peer        = r.peer.group_id
    description = "clients in ${name_of(r.peer)}"
  }

  make load_balancer balancer {
    name            = physical_name(self, 32)
    vpc             = network.vpc_id
    subnets         = network.subnet_ids
    security_groups = [group.id]
    cross_zone      = cross_zone
    after           = [from_network, from_warehouse]
  }

  make target_group targets_of {
    name   = physical_name(self, 32)
    vpc    = network.vpc_id
    port   = first([for t in targets: t.port]) ?? 5439
    health = health
    drain  = drain
    sticky = sticky
  }

  make listener listener {
    load_balancer = balancer.arn
    port          = port
    target_group  = targets_of.arn
    idle_timeout  = idle_timeout
    after         = [from_network, from_warehouse]
  }

  /// A reader becomes a target only after a query on each of its shared databases has answered.
  make target target for t in distinct(targets) {
    group     = targets_of.arn
    addresses = [for i in t.interfaces: i.ip]
    port      = t.endpoint.port
    drain     = drain
    after     = [listener, pool_of(t).gateway] + [for l in referrers(share_link, t): l.gate]
  }

  let group_id = group.id
  /// The name that clients connect to.
  let host     = balancer.dns
  let database = first([for t in targets: t.database]) ?? ""

  let owners = distinct([for t in targets: pool_of(t)])

  /// Logins that every target has, with one password: one that is generated is another for each pool and each consumer.
  let common: List<LoginSecret> = [
    for s in flatten([for o in owners: o.secrets]) if all t in targets:
      any l in t.secrets: l.user == s.user and (length(owners) == 1 or not l.generated): s
  ]
  /// Those that any client can use come first.
  let usable = [for l in common if l.verifier == md5: l]
  let logins = usable + [for l in common if l.verifier != md5: l]

  let door: Access = balancer {
    host      = host
    port      = port
    database  = database
    endpoints = [for t in targets: t.endpoint.address]
    logins    = logins
    shared = distinct([for l in links: { database = l.share.database, share = name_of(l.share) }])
  }

  let links = flatten([for t in targets: referrers(share_link, t)])
  let users = distinct(flatten([for l in links: l.share.users]))

  /// Who the proof logs in as: one who may use what is shared, if there is one.
  let witness = first([for l in usable if any u in users: u == l.user: l]) ?? first(usable)

  let proof = {
    host     = host
    port     = port
    database = database
    user     = witness.user
    secret   = witness.secret
    // Why nobody can be asked, where nobody can.
    unproved =
      if length(common) == 0
        then "no login has one password on all targets, so nobody could log in through it: give them one, or make them a pool"
        else "every login in common has `verifier = sha256`, with which only Amazon's own drivers can log in: give one `md5`"
    // Whoever comes from one address always meets the same target.
    sticky  = sticky
    clients = present([for c in clients: c.cidr])
    members = [
      for t in distinct(targets): {
        address   = address(t)
        namespace = t.namespace_id
        endpoint  = t.endpoint.address
        shares = [
          for l in referrers(share_link, t) if any u in l.share.users: u == witness.user:
            { database = l.share.database, schemas = l.share.schemas, tables = l.share.tables }
        ]
      }
    ]
  }
}
