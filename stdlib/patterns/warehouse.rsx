//! What producer and consumer have in common: namespace, workgroup, secrets, users, and who may connect.

/// The administrator of a warehouse.
type Admin = {
  user: UserName = "admin"
  /// `generated` lets AWS make it and keep it.
  password: Secret<Password> = generated
}

/// A user that clients are.
type Login = {
  user:     LoginName
  password: Secret<Password>
  /// What clients ask of TLS; `verify_full` can't hold through a balancer, whose name is in no certificate.
  tls: Tls = verify_ca
  /// The form in which Redshift keeps the password; with `sha256` only Amazon's own drivers can log in.
  verifier: Verifier = md5
}

/// What a client asks of TLS.
type Tls = require | verify_ca | verify_full

/// Who may connect: a network, possibly reached by another way, or a declaration.
type Client = {
  bare cidr: Cidr?
  /// How it is reached if it lies outside the network, such as `"vpn"`.
  via:       Text?
  bare from: Peer?
}

/// A declaration that may connect: a network by its addresses, a warehouse by its security group.
type Peer = network | producer | consumer | consumer_pool

/// Which key encrypts a warehouse: AWS's own, one made for it, or one that is there under an alias and stays as it is.
type Encryption = aws_owned | own_key | key { alias: KeyAlias }

/// A login's secret, as it is kept.
type LoginSecret = { user: Text, secret: Text, version: Text, verifier: Verifier, generated: Bool }

/// A database that a share brings.
type SharedDatabase = { database: Text, share: Text }

/// How SQL reaches something: a warehouse by the Data API, a balancer by a connection.
type Access = data_api {
  workgroup: Text
  database:  Text
  secret:    Text
  user:      Text
  logins:    List<LoginSecret>
  shared:    List<SharedDatabase> = []
  host:      Text
  port:      Int
}
  | balancer {
    host:      Text
    port:      Int
    database:  Text
    endpoints: List<Text>
    logins:    List<LoginSecret>
    shared:    List<SharedDatabase>
  }

/// The secret of one login, made or found; for as many warehouses as share it.
pattern login_secret {
  login: Login
  /// The address under which it is kept.
  owner: Text
  /// Where clients use it.
  host:     Text
  port:     Int
  database: Text

  /// The address as a path: names of secrets have no brackets.
  let path: Text = join([for c in owner if c != ']': if c == '[' then "/" else "${c}"], "")

  make secret own if stored_name(login.password) == none {
    name     = "rsx/${name_of(stack)}/${stack.env}/${path}/${login.user}"
    user     = login.user
    password = login.password
  }

  make stored_secret stored if stored_name(login.password) != none {
    name = stored_name(login.password) ?? ""
  }

  make secret_connection connection if stored_name(login.password) == none {
    secret = own.arn
    host   = host
    port   = port
    dbname = database
  }

  let arn = if stored_name(login.password) == none then own.arn else stored.arn
  let version = if stored_name(login.password) == none then own.version else stored.version
  let entry: LoginSecret = {
    user      = login.user
    secret    = arn
    version   = version
    verifier  = login.verifier
    generated = is_generated(login.password)
  }
}

/// The security group of a warehouse or of a whole pool, with those who may connect.
pattern gateway {
  network:   network
  clients:   List<Client>
  port:      TcpPort
  balancers: List<nlb>
  /// Whether its own traffic goes out through the VPC.
  enhanced_routing: Bool
  /// Whether clients come by the internet as well.
  publicly_accessible: Bool
  label:               Text

  let peers  = present([for c in clients: c.from])
  let ranges = present([for c in clients: c.cidr]) + present([for p in peers: p.source_cidr])
  let groups = [for p in peers if p.source_cidr == none: p]

  make security_group group {
    vpc         = network.vpc_id
    name        = label
    description = "rsx: who may reach ${label}"
  }

  /// A rule is known by its port too: those of a new port stand beside the old ones until all have moved.
  let balancing = [for b in balancers: { key = "${address(b)} on ${port}", peer = b }]

  make security_group_rule from_balancer for r in balancing {
    group       = group.id
    direction   = ingress
    port        = port
    peer        = r.peer.group_id
    description = "traffic and health checks of ${name_of(r.peer)}"
  }

  /// The way out of the balancer: health checks obey its outbound rules alone.
  make security_group_rule out_of_balancer for r in balancing {
    group       = r.peer.group_id
    direction   = egress
    port        = port
    peer        = group.id
    description = "traffic and health checks to ${name_of(self)}"
  }

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

  make security_group_rule out if enhanced_routing {
    group       = group.id
    direction   = egress
    port        = 443
    cidr        = 0.0.0.0/0
    description = "COPY, UNLOAD and the services that SQL calls"
  }

  let id = group.id
}

/// One namespace with its workgroup, its administrator's secret and its key.
pattern warehouse {
  network:             network
  database:            DatabaseName
  capacity:            Range<Rpu>
  admin:               Admin
  encryption:          Encryption
  settings:            Settings
  enhanced_routing:    Bool
  publicly_accessible: Bool
  port:                RedshiftPort
  group:               Text
  busy:                Duration
  /// The address under which its secrets are kept.
  owner: Text
  /// Whether what is written lies here; readers hold only what others share.
  writes: Bool

  make key key if encryption == own_key {
    alias       = "rsx/${physical_name(self, 240)}"
    description = "rsx: ${physical_name(self, 200)}"
  }

  make stored_key stored_key if encryption.alias != none { alias = encryption.alias ?? "" }

  make namespace namespace {
    name           = physical_name(self, 63)
    database       = database
    admin_user     = admin.user
    admin_password = admin.password
    key =
      if encryption == own_key
        then key.arn
        else if encryption == aws_owned then none else stored_key.arn
    writes = writes
  }

  /// The address as a path: names of secrets have no brackets.
  let path: Text = join([for c in owner if c != ']': if c == '[' then "/" else "${c}"], "")

  /// The Data API takes a secret, never a password: one that was given is kept in a secret too.
  make secret admin_secret
    if not is_generated(admin.password) and stored_name(admin.password) == none {
    name     = "rsx/${name_of(stack)}/${stack.env}/${path}/${admin.user}"
    user     = admin.user
    password = admin.password
  }

  make stored_secret stored if stored_name(admin.password) != none {
    name = stored_name(admin.password) ?? ""
  }

  make workgroup workgroup {
    name                = namespace.name
    namespace           = namespace.name
    namespace_id        = namespace.id
    vpc                 = network.vpc_id
    base                = capacity.start
    max                 = capacity.end
    subnets             = network.subnet_ids
    security_groups     = [group]
    port                = port
    enhanced_routing    = enhanced_routing
    publicly_accessible = publicly_accessible
    settings            = settings
    busy                = busy
    after               = [namespace]
  }

  let secret =
    if is_generated(admin.password)
      then namespace.admin_secret ?? ""
      else if stored_name(admin.password) != none then stored.arn else admin_secret.arn

  /// As the administrator, in the warehouse's own database.
  let door: Door = { workgroup = workgroup.name, database = database, secret = secret }
}
