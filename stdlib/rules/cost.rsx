//! What the spec costs, against what it may cost.

/// Everything that bills by the month: what, by which reckoning, how much.
let terms =
  [
    for p in every(producer): {
      of   = p
      what = "${address(p)}: ${p.capacity.start} × ${p.busy} × 30 days"
      usd  = p.capacity.start * p.busy * month_days * rpu_price
    }
  ]
    + [
      for c in every(consumer) if pool_of(c) == c: {
        of   = c
        what = "${address(c)}: ${c.capacity.start} × ${c.busy} × 30 days"
        usd  = c.capacity.start * c.busy * month_days * rpu_price
      }
    ]
    + [
      for p in every(consumer_pool): {
        of   = p
        what = "${address(p)}: ${length(p)} × ${p.capacity.start} × ${p[0].busy} × 30 days"
        usd  = sum([for m in p: m.capacity.start * m.busy * month_days * rpu_price])
      }
    ]
    + [
      for b in every(nlb): { of = b, what = "${address(b)}: 730h", usd = nlb_price * month_hours }
    ]

/// The same with every workgroup at its maximum.
let usd_at_maximum =
  sum([for l in loads: l.top * l.busy * month_days * rpu_price])
    + length(every(nlb)) * nlb_price * month_hours

/// Whether every capacity is one that exists.
let all_sound = all l in loads: l.sound

let usd_at_base = sum([for t in terms: t.usd] + [0usd])

/// A spec that costs more than its budget.
///
/// The sum is, for each workgroup, base capacity × busy hours a day × 30 days × the region's price, and 730 hours of
/// each balancer. What `busy` does not name counts as busy around the clock. Storage, traffic and capacity units of
/// the balancer come on top: they depend on use.
///
/// Source: list prices, `std/prices/redshift.rsx`.
///
/// ```rsx
/// stack s { region = "us-east-1" }
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 32rpu..64rpu }
/// budget monthly { limit = 1000usd }  // error: rsx::budget::exceeded
/// ```
rule rsx::budget::exceeded on budget {
  let most = max([for t in terms: t.usd] + [0usd])

  strength = house
  require usd_at_base <= self.limit if has_price and all_sound
  else "this costs ${usd_at_base} a month at base capacity, above the limit of ${self.limit}"
  at   self.limit
  also first([for t in terms if t.usd == most: t.of]) "the largest term: ${most}"
  help "raise the limit, use fewer or smaller readers, or say in `busy` how long each works in a day"
}

/// A budget that holds at base capacity and not at the maximum.
///
/// ```rsx
/// stack s { region = "us-east-1" }
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 8rpu..512rpu }
/// budget monthly { limit = 10000usd }  // warning: rsx::budget::unbounded
/// ```
rule rsx::budget::unbounded on budget {
  strength = advice
  require usd_at_maximum <= self.limit if has_price and all_sound and usd_at_base <= self.limit
  else "at maximum capacity this costs ${usd_at_maximum} a month, above the limit of ${self.limit}"
  at   self.limit
  help "lower the maxima, or know that a busy month may cost more than the limit"
}

/// A budget in a region for which rsx has no price.
///
/// ```rsx
/// stack s { region = "eu-north-1" }
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 8rpu..16rpu }
/// budget monthly { limit = 10000usd }  // error: rsx::budget::no_price
/// ```
rule rsx::budget::no_price on budget {
  strength = house
  require has_price
  else "there is no price for `${stack.region}`, so the budget can't be proved"
  at   self
  help "remove the budget, or allow this: `allow rsx::budget::no_price because \"…\"`"
}

rule rsx::name::duplicate on budget {
  let named = [for b in self.busy: b.of]

  strength = law
  require false for x in repeated(named)
  else "`busy` has `${address(x)}` twice"
  at   [for b in self.busy if b.of == x: b.of][1] "again"
  also [for b in self.busy if b.of == x: b.of][0] "the first"
  help "take one of them away"
}
