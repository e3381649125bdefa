//! The airline warehouse: one writer, identical readers, one address.

stack airline {
  region = "us-east-1"
  tags   = { project = "airline", owner = "data-platform" }
  state  = s3 { bucket = "acme-rsx-state", key = "airline" }
}

/// How many readers share the load.
param reader_count: Int(1..24) = 3

/// By default AWS makes the password and keeps it in Secrets Manager.
param admin_password: Secret<Password> = generated

env dev  { reader_count = 2 }
env prod { reader_count = 5 }

network main {
  cidr    = 10.0.0.0/16
  subnets = [10.0.0.0/23, 10.0.2.0/23, 10.0.4.0/23]
}

producer writer {
  network  = main
  database = "airline"
  capacity = 32rpu..256rpu
  admin    = { user = "awsuser", password = admin_password }
  clients  = [10.0.8.0/24]
  restore  = snapshot { name = "airline-data-snapshot" }
}

consumer_pool readers {
  count    = reader_count
  network  = main
  capacity = 32rpu..128rpu
  logins   = [{ user = "bi", password = generated }]
}

datashare airline_share {
  from     = writer
  schemas  = ["airline_dw"]
  to       = readers
  database = "airline_shared"
  users    = ["bi"]
}

nlb reads {
  network = main
  targets = readers
  clients = [10.0.0.0/16]
  drain   = 30s
}

budget monthly {
  limit = 11000usd
  busy  = [{ of = writer, per_day = 8h }, { of = readers, per_day = 4h }]
}

output host       = reads.host
output port       = reads.port
output namespaces = [for m in readers: m.namespace_id]

expect "every reader sees the producer's rows" {
  require all m in readers:
    sql(m, "select count(*) from airline_shared.airline_dw.fact_bookings") > 0
}
