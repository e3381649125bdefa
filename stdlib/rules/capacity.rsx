//! How large a workgroup may be: for each capacity at most one of these is told, the first.

/// A base capacity above the maximum.
///
/// `32rpu..64rpu` starts at 32 and grows to 64; `32rpu..` grows without a maximum.
///
/// Source: Redshift Serverless CreateWorkgroup, `maxCapacity`.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 64rpu..32rpu }  // error: rsx::redshift::capacity_order
/// ```
rule rsx::redshift::capacity_order on sizing {
  strength = law
  require self.ordered
  else "the base of ${self.base} is above the maximum of ${self.top}"
  at   self.capacity
  help "write the smaller one first: `${self.top}..${self.base}`"
  mend ["${self.top}..${self.base}"]
}

/// A capacity that Redshift Serverless does not offer.
///
/// There are 4 RPU, then 8 to 512 in steps of 8, then up to 1024 in steps of 32.
///
/// Source: Redshift management guide, compute capacity for Redshift Serverless.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 36rpu..64rpu }  // error: rsx::redshift::capacity_step
/// ```
rule rsx::redshift::capacity_step on sizing {
  let wrong = if self.base_fits then self.top else self.base
  let step  = if wrong > 512rpu then 32rpu else 8rpu
  let below = if wrong < 8rpu then 4rpu else min(floor(wrong / step) * step, 1024rpu)
  let above =
    if wrong < 4rpu
      then 4rpu
      else if wrong < 8rpu then 8rpu else min((floor(wrong / step) + 1) * step, 1024rpu)

  strength = law
  require self.base_fits and self.top_fits if self.ordered
  else "a capacity of ${wrong} does not exist: there are 4, then 8 to 512 in steps of 8, then up to 1024 in steps of 32"
  at   if self.base_fits then self.capacity.end else self.capacity.start
  help if below == above then "write `${below}`" else "write `${below}` or `${above}`"
  mend distinct([text(below), text(above)])
}

/// A capacity above 512 RPU in a region that has no such workgroups.
///
/// Source: Redshift management guide, compute capacity for Redshift Serverless; the list of regions may age.
///
/// ```rsx
/// stack s { region = "eu-north-1" }
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 512rpu..1024rpu }  // error: rsx::redshift::capacity_region
/// ```
rule rsx::redshift::capacity_region on sizing {
  let wrong = if self.base > 512rpu then self.base else self.top

  strength = law
  require wrong <= 512rpu or (any r in large_regions: r == stack.region)
    if self.ordered and self.base_fits and self.top_fits
  else "${stack.region} has no workgroups of ${wrong}; its largest are 512rpu"
  at   if self.base > 512rpu then self.capacity.start else self.capacity.end
  help "stay at 512rpu, or use one of ${join(large_regions, ", ")}"
}
