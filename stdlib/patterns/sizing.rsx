//! How large the workgroups of one declaration are.

/// The capacity of a producer, a consumer, or all members of a pool: where its rules are asked, once.
pattern sizing {
  capacity: Range<Rpu>

  let base = capacity.start
  let top  = capacity.end ?? capacity.start

  let ordered = base <= top
  let base_fits =
    base == 4rpu
      or (base in 8rpu..512rpu and floor(base / 8rpu) == base / 8rpu)
      or (base in 512rpu..1024rpu and floor(base / 32rpu) == base / 32rpu)
  let top_fits =
    top == 4rpu
      or (top in 8rpu..512rpu and floor(top / 8rpu) == top / 8rpu)
      or (top in 512rpu..1024rpu and floor(top / 32rpu) == top / 32rpu)

  /// What has no such capacity has no cost either: its own error is enough.
  let sound = ordered and base_fits and top_fits
}
