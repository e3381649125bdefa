//! A monthly bound.

/// A monthly bound on what the spec costs at base capacity; `rsx check` proves or refuses it.
///
/// ```rsx
/// stack s { region = "us-east-1" }
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 8rpu..16rpu }
/// budget monthly { limit = 100000usd, busy = [{ of = reader, per_day = 8h }] }
/// ```
pattern budget {
  limit: Usd
  /// How long each is busy in a day; one that is not named counts around the clock.
  busy: List<Busy> = []
}

/// How long something is busy in a day.
type Busy = { of: Workload, per_day: Duration(0h..24h) }

/// What is busy.
type Workload = producer | consumer | consumer_pool

/// All that computes.
let loads =
  [
    for p in every(producer): {
      name  = address(p)
      from  = p
      base  = p.capacity.start
      top   = p.capacity.end ?? 1024rpu
      busy  = p.busy
      sound = p.sound
    }
  ]
    + [
      for c in every(consumer): {
        name  = address(c)
        from  = c
        base  = c.capacity.start
        top   = c.capacity.end ?? 1024rpu
        busy  = c.busy
        sound = c.sound
      }
    ]
