//! One writer, one reader, one schema between them.

stack small {
  region = "us-west-2"
}

network main {
  cidr = 10.0.0.0/20
}

producer writer {
  network    = main
  database   = "shop"
  capacity   = 8rpu..32rpu
  on_destroy = discard
}

step schema {
  on = writer
  sql = """
    create schema sales;
    create table sales.orders (id int, placed date, amount decimal(10, 2));
    insert into sales.orders values (1, '2026-01-01', 10.50), (2, '2026-01-02', 7.25);
    """
  done_when =
    sql(writer, "select count(*) from svv_redshift_tables where table_name = 'orders'") > 0
  undo = "drop schema if exists sales cascade"
}

consumer reader {
  network  = main
  capacity = 8rpu..32rpu
  logins   = [{ user = "report", password = generated }]
}

datashare orders {
  from     = writer
  schemas  = ["sales"]
  to       = reader
  database = "shop"
  users    = ["report"]
}

expect "the reader sees the orders" {
  require sql(reader, "select sum(amount) from shop.sales.orders", as = "report") > 17
}
