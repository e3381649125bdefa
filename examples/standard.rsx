//! One writer, and two readers of different sizes, each with an endpoint of its own.

stack warehouse {
  region = "us-east-2"
}

network main {
  cidr = 10.20.0.0/16
}

producer writer {
  network    = main
  database   = "airline"
  capacity   = 32rpu..256rpu
  admin      = { user = "awsuser" }
  restore    = snapshot { name = "airline-data-snapshot" }
  on_destroy = discard
}

/// Heavy analysis.
consumer analytics {
  network  = main
  capacity = 32rpu..128rpu
  clients  = [10.20.0.0/16]
  logins   = [{ user = "analyst", password = generated }]
}

/// Reports and dashboards.
consumer reporting {
  network  = main
  capacity = 32rpu..64rpu
  clients  = [10.20.0.0/16]
  logins   = [{ user = "reports", password = generated }]
  settings = { max_query_execution_time = 10min }
}

datashare for_analysis {
  from     = writer
  schemas  = ["airline_dw"]
  to       = analytics
  database = "airline"
  users    = ["analyst"]
}

datashare for_reports {
  from     = writer
  tables   = ["airline_dw.fact_bookings", "airline_dw.dim_date"]
  to       = reporting
  database = "bookings"
  users    = ["reports"]
}

output analytics_host = analytics.endpoint.address
output reporting_host = reporting.endpoint.address

expect "the reports see bookings" {
  require sql(reporting, "select count(*) from bookings.airline_dw.fact_bookings") > 0
}
