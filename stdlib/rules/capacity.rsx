//! How large a workgroup may be.

/// A base capacity above the maximum.
///
/// Source: Redshift Serverless CreateWorkgroup, `maxCapacity`.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 64rpu..32rpu }  // error: rsx::redshift::capacity_order
/// ```
rule rsx::redshift::capacity_order on consumer {
  strength = law
  require self.capacity.start <= (self.capacity.end ?? self.capacity.start) if pool_of(self) == self
  else "the base of ${self.capacity.start} is above the maximum of ${self.capacity.end ?? 0rpu}"
  at   self.capacity
  help "write the smaller one first"
}
