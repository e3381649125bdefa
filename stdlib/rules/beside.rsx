//! What editors show beside declarations, beyond what is written there.

/// A note on a declaration: zones that follow from the subnets, addresses, what a month costs at base capacity.
let beside =
  [
    for n in every(network) if n.zones == none:
      { of = n, note = "${n.size} zone${if n.size == 1 then "" else "s"}" }
  ]
    + [
      for n in every(network) if length(n.blocks_) > 0: {
        of = n
        note =
          "${n.needed} of ${min([for b in n.blocks_: addresses(b)])} addresses of a subnet needed"
      }
    ]
    + [
      for t in terms if has_price and all_sound:
        { of = t.of, note = "${floor(t.usd / 1usd)}usd a month" }
    ]
    + [
      for s in [stack] if has_price and all_sound: {
        of = s
        note = "${floor(usd_at_base / 1usd)}usd a month at base capacity, ${floor(usd_at_maximum / 1usd)}usd at most"
      }
    ]
