//! The share with its grants, and the database on every consumer.

/// What consumers see of a producer: schemas and tables, as a database of its own on each.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "airline", capacity = 32rpu..256rpu }
/// consumer reporting { network = main, capacity = 32rpu..64rpu }
/// datashare airline_share {
///   from     = writer
///   schemas  = ["airline_dw"]
///   to       = reporting
///   database = "airline_shared"
/// }
/// ```
pattern datashare {
  from: producer
  /// Whole schemas, with all their tables and views.
  schemas: List<SchemaName> = []
  /// Single tables with their schemas, such as `airline_dw.fact_bookings`.
  tables: List<TableName> = []
  /// Consumers and pools.
  to: List<consumer>
  /// What the shared database is called on every consumer.
  database: Identifier
  /// Tables made later in the schemas are shared as well.
  include_new: Bool = true
  /// Logins of every consumer that may use it.
  users: List<Text> = []
  /// Whether publicly accessible consumers may use it. Private ones need nothing.
  publicly_accessible: Bool = false

  /// Steps on the producer come first, since they may make what is shared; but not those that come after the share.
  let steps: List<Declaration> = [
    for s in referrers(step, from) if not (any d in s.after: d == self): s
  ]

  make share share {
    at                  = from.sql
    namespace           = from.namespace_id
    restored            = from.restored_id
    name                = name_of(self)
    database            = lower(from.database)
    schemas             = distinct(schemas)
    tables              = distinct(tables)
    include_new         = include_new
    publicly_accessible = publicly_accessible
    after               = [from] + steps
  }

  make share_link reader for c in distinct(to) { share = self, consumer = c }
}

/// One consumer of a share: the grant, the database, its users, and the proof that rows arrive.
pattern share_link {
  share:    datashare
  consumer: consumer

  make share_grant grant {
    at        = share.from.sql
    namespace = share.from.namespace_id
    restored  = share.from.restored_id
    share     = name_of(share)
    consumer  = consumer.namespace_id
    after     = [share.share]
  }

  let door: Door = consumer.warehouse.door

  make shared_database database {
    at        = door
    namespace = consumer.namespace_id
    name      = share.database
    share     = name_of(share)
    producer  = share.from.namespace_id
    restored  = share.from.restored_id
    after     = [grant, consumer.warehouse]
  }

  make database_grant user for u in distinct(share.users) {
    at        = door
    namespace = consumer.namespace_id
    database  = share.database
    producer  = share.from.namespace_id
    restored  = share.from.restored_id
    user      = u
    after     = [database, consumer.login]
  }

  /// As the first of the users that clients are; as the administrator where there is none.
  let client_secret: Text =
    first([for s in consumer.secrets if any u in share.users: u == s.user: s.secret])
      ?? consumer.warehouse.secret

  make gate gate {
    at = {
      workgroup = consumer.warehouse.workgroup.name
      database  = consumer.database
      secret    = client_secret
    }
    namespace = consumer.namespace_id
    database  = share.database
    producer  = share.from.namespace_id
    restored  = share.from.restored_id
    schemas   = share.schemas
    tables    = share.tables
    addresses = [for i in consumer.interfaces: i.ip]
    port      = consumer.endpoint.port
    after     = [database, user]
  }
}

/// A schema in a share: Redshift has `information_schema` and those of `pg_` to itself (Redshift guide, "CREATE SCHEMA").
type SchemaName = Identifier where {
  "a schema of your own, not information_schema nor one of pg_" =
    self != "information_schema" and not starts_with(self, "pg_")
}

rule rsx::redshift::name on SchemaName { }

/// A table in a share: `schema.table`.
type TableName = Text where {
  "a schema, a dot and a table, in lower case" =
    length([for c in self if c == '.': c]) == 1
      and not starts_with(self, ".")
      and not ends_with(self, ".")
      and (all c in self: c in 'a'..'z' or c in '0'..'9' or c in "_$.")
  "a schema of your own, not information_schema nor one of pg_" =
    not starts_with(self, "information_schema.") and not starts_with(self, "pg_")
}

rule rsx::redshift::name on TableName { }
