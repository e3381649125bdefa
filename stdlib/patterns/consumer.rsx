//! Readers: one of its own size, or a pool of identical ones.

/// One reader: a namespace and a workgroup of its own.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer reporting {
///   network  = main
///   capacity = 32rpu..64rpu
///   clients  = [10.0.8.0/24]
///   logins   = [{ user = "bi", password = generated }]
/// }
/// ```
pattern consumer {
  network: network
  /// The base, at which it starts, and the maximum, to which it grows; `32rpu..` has none.
  capacity: Range<Rpu>
  /// The database that clients name; equal on all readers behind one balancer.
  database: DatabaseName = "dev"
  admin:    Admin = {}
  logins:   List<Login> = []
  /// Who may connect to it directly; nobody by default.
  clients:    List<Client> = []
  encryption: Encryption = aws_owned
  settings:   Settings = {}
  /// COPY and UNLOAD go through the VPC; needs more addresses.
  enhanced_routing:    Bool = false
  publicly_accessible: Bool = false
  port:                RedshiftPort = 5439

  auto_pause: Absent
  autopause:  Absent

  /// The pool that it is a member of, else itself: members share their group and the secrets of their logins.
  let head  = pool_of(self)
  let alone = head == self

  make login_secret login_secret for l in if alone then logins else [] {
    login    = l
    owner    = address(self)
    host     = first([for b in referrers(nlb, self): b.host]) ?? endpoint.address
    port     = first([for b in referrers(nlb, self): b.port]) ?? port
    database = database
  }

  make sizing sizing if alone { capacity = capacity }

  make gateway gateway if alone {
    network             = network
    clients             = clients
    port                = port
    balancers           = referrers(nlb, self)
    enhanced_routing    = enhanced_routing
    publicly_accessible = publicly_accessible
    label               = physical_name(self, 255)
  }

  let group_id: Text             = if alone then gateway.id else head.group_id
  let secrets: List<LoginSecret> = if alone then [for s in login_secret: s.entry] else head.secrets
  let source_cidr: Cidr?         = none

  make warehouse warehouse {
    network             = network
    database            = database
    capacity            = capacity
    admin               = admin
    encryption          = encryption
    settings            = settings
    enhanced_routing    = enhanced_routing
    publicly_accessible = publicly_accessible
    port                = port
    group               = group_id
    busy                = busy
    owner               = address(self)
    writes              = false
  }

  make login login for s in secrets {
    at        = warehouse.door
    namespace = namespace_id
    user      = s.user
    secret    = s.secret
    version   = s.version
    verifier  = s.verifier
    after     = [warehouse]
  }

  /// The GUID of the namespace.
  let namespace_id = warehouse.namespace.id
  /// Where clients connect: `address` and `port`.
  let endpoint           = warehouse.workgroup.endpoint
  let interfaces         = warehouse.workgroup.interfaces
  let sql: Door          = warehouse.door
  let restored_id: Text? = none

  /// How long it is busy in a day, as a budget says; around the clock if none does.
  let busy: Duration =
    first(
      flatten(
        [for b in every(budget): [for r in b.busy if r.of == self or r.of == head: r.per_day]],
      ),
    )
      ?? 24h

  let sound: Bool = if alone then sizing.sound else head.sound

  let addresses_needed = if enhanced_routing then 5 + (capacity.end ?? 1024rpu) / 4rpu else 3

  let shared: List<SharedDatabase> = [
    for l in referrers(share_link, self): { database = l.share.database, share = name_of(l.share) }
  ]

  let door: Access = data_api {
    workgroup = warehouse.workgroup.name
    database  = database
    secret    = warehouse.secret
    user      = admin.user
    logins    = secrets
    shared    = shared
    host      = endpoint.address
    port      = endpoint.port
  }
}

/// As many identical readers as `count` says.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer_pool readers {
///   count    = 3
///   network  = main
///   capacity = 32rpu..128rpu
///   logins   = [{ user = "bi", password = generated }]
/// }
/// ```
pattern consumer_pool {
  /// How many.
  count:   Int(1..1000)
  network: network
  /// The base, at which each starts, and the maximum, to which it grows; `32rpu..` has none.
  capacity: Range<Rpu>
  /// The database that clients name.
  database: DatabaseName = "dev"
  admin:    Admin = {}
  /// Equal on every member, since whoever comes through a balancer may land on any.
  logins: List<Login> = []
  /// Who may connect to members directly; nobody by default.
  clients:    List<Client> = []
  encryption: Encryption = aws_owned
  settings:   Settings = {}
  /// COPY and UNLOAD go through the VPC; needs more addresses.
  enhanced_routing:    Bool = false
  publicly_accessible: Bool = false
  port:                RedshiftPort = 5439

  auto_pause: Absent
  autopause:  Absent

  let balancers = distinct(flatten([for m in member: referrers(nlb, m)]))

  make login_secret login_secret for l in logins {
    login    = l
    owner    = address(self)
    host     = first([for b in balancers: b.host]) ?? member[0].endpoint.address
    port     = first([for b in balancers: b.port]) ?? port
    database = database
  }

  make sizing sizing { capacity = capacity }

  make gateway gateway {
    network             = network
    clients             = clients
    port                = port
    balancers           = balancers
    enhanced_routing    = enhanced_routing
    publicly_accessible = publicly_accessible
    label               = physical_name(self, 255)
  }

  let sound: Bool                = sizing.sound
  let group_id: Text             = gateway.id
  let secrets: List<LoginSecret> = [for s in login_secret: s.entry]
  let source_cidr: Cidr?         = none

  make consumer member for i in 0..count - 1 {
    network             = network
    capacity            = capacity
    database            = database
    admin               = admin
    logins              = logins
    clients             = clients
    encryption          = encryption
    settings            = settings
    enhanced_routing    = enhanced_routing
    publicly_accessible = publicly_accessible
    port                = port
  }
}
