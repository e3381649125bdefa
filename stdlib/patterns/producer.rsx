//! The writer.

/// The namespace and workgroup that write.
///
/// ```rsx
/// stack s { region = "us-east-1" }
/// network main { cidr = 10.0.0.0/16 }
/// producer writer {
///   network  = main
///   database = "shop"
///   capacity = 32rpu..64rpu
///   admin    = { user = "awsuser", password = generated }
///   clients  = [10.0.8.0/24]
///   restore  = snapshot { name = "nightly" }
/// }
/// ```
pattern producer {
  network: network
  /// The database that holds what is shared.
  database: DatabaseName
  /// The base, at which it starts, and the maximum, to which it grows; `32rpu..` has none.
  capacity: Range<Rpu>
  admin:    Admin = {}
  logins:   List<Login> = []
  /// Who may connect: loaders and direct readers; nobody by default.
  clients:    List<Client> = []
  encryption: Encryption = aws_owned
  /// What it starts from; once for each namespace.
  restore:  Restore?
  settings: Settings = {}
  /// COPY and UNLOAD go through the VPC; needs more addresses.
  enhanced_routing:    Bool = false
  publicly_accessible: Bool = false
  port:                RedshiftPort = 5439
  /// What becomes of the data when it is destroyed.
  on_destroy: OnDestroy = snapshot

  auto_pause: Absent
  autopause:  Absent

  make login_secret login_secret for l in logins {
    login    = l
    owner    = address(self)
    host     = endpoint.address
    port     = port
    database = database
  }

  make sizing sizing { capacity = capacity }

  make gateway gateway {
    network             = network
    clients             = clients
    port                = port
    balancers           = referrers(nlb, self)
    enhanced_routing    = enhanced_routing
    publicly_accessible = publicly_accessible
    label               = physical_name(self, 255)
  }

  let group_id: Text     = gateway.id
  let source_cidr: Cidr? = none

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
    writes              = true
  }

  make snapshot source if restore != none {
    name  = restore.name
    arn   = restore.arn
    owner = restore.owner
  }

  make restore restored if restore != none {
    namespace      = warehouse.namespace.name
    workgroup      = warehouse.workgroup.name
    namespace_id   = namespace_id
    snapshot       = source.reference
    owner          = restore.owner
    replace        = restore.replace ?? false
    database       = database
    admin_user     = admin.user
    admin_password = admin.password
    admin_secret   = warehouse.secret
    after          = [warehouse]
  }

  /// Changes with every restore: what lives in the namespace by SQL is made again after it. That the spec says nothing
  /// of a restore any more changes nothing of what is there.
  let restored_id: Text? = if restore == none then warehouse.namespace.restored else restored.id

  let secret =
    if restore != none and is_generated(admin.password)
      then restored.admin_secret_after
      else warehouse.secret
  let sql: Door = { workgroup = warehouse.workgroup.name, database = database, secret = secret }

  make login login for s in secrets {
    at        = sql
    namespace = namespace_id
    restored  = restored_id
    user      = s.user
    secret    = s.secret
    version   = s.version
    verifier  = s.verifier
    after     = [warehouse]
  }

  make final_snapshot last {
    namespace    = warehouse.namespace.name
    namespace_id = namespace_id
    keep         = if on_destroy == discard then none else on_destroy.keep ?? 30d
    after        = [warehouse]
  }

  /// The GUID of the namespace.
  let namespace_id = warehouse.namespace.id
  /// Where clients connect: `address` and `port`.
  let endpoint                   = warehouse.workgroup.endpoint
  let secrets: List<LoginSecret> = [for s in login_secret: s.entry]

  /// How long it is busy in a day, as a budget says; around the clock if none does.
  let busy: Duration =
    first(flatten([for b in every(budget): [for r in b.busy if r.of == self: r.per_day]])) ?? 24h

  let sound: Bool = sizing.sound

  let addresses_needed = if enhanced_routing then 5 + (capacity.end ?? 1024rpu) / 4rpu else 3

  let door: Access = data_api {
    workgroup = warehouse.workgroup.name
    database  = database
    secret    = secret
    user      = admin.user
    logins    = secrets
    host      = endpoint.address
    port      = endpoint.port
  }
}

/// What a producer starts from.
type Restore = snapshot {
  /// The name of a serverless snapshot, or of a cluster's where no serverless one is called so.
  name: SnapshotName?
  /// The ARN of a cluster's snapshot.
  arn: SnapshotArn?
  /// The account that owns it, if it is another one.
  owner: AccountId?
  /// That it may replace every database and every user of a namespace that holds data; without it such a restore is refused.
  replace: Bool = false
}

/// The name of a snapshot, serverless or a cluster's (Redshift CreateClusterSnapshot takes the longer ones).
type SnapshotName = Text where {
  "1 to 255 characters" = length(self) in 1..255
  "letters, digits, colons and hyphens" =
    all c in self: c in 'a'..'z' or c in 'A'..'Z' or c in '0'..'9' or c in ":-"
}

/// The ARN of a cluster's snapshot.
type SnapshotArn = Text where {
  "an ARN: arn:aws:redshift:REGION:ACCOUNT:snapshot:CLUSTER/NAME" = starts_with(self, "arn:")
}

/// An account of AWS.
type AccountId = Text where {
  "12 digits" = length(self) == 12 and (all c in self: c in '0'..'9')
}

/// What becomes of the data when the producer is destroyed.
type OnDestroy = snapshot { keep: SnapshotRetention = 30d } | discard
