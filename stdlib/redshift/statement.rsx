//! SQL of the user's own, run once.

/// That a statement has been run on a warehouse.
resource statement {
  through at:      Door
  fixed namespace: Text
  fixed restored:  Text?
  fixed sql:       Text
  /// Whether what it is for is there already: then it is not run.
  through done: Bool = false
  /// What takes it back when the step goes.
  through undo: Text?

  let takes   = 10s
  let runs    = true
  let witness = done
  let undoes  = undo
  /// With the namespace goes all that was ever run on it; what its final snapshot keeps is not to be undone before.
  let within = "namespace"
}
