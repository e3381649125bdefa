//! What the right one imports.

import "right.rsx"

dimension Rope { fathom = 1 }
type Few = Int where { "at most 5" = self <= 5 }
type Knotted = { rope: Rope, ends: Text? }

/// A pattern of the user's own.
pattern crate {
  inner: Few
  rope: Knotted = { rope = 3fathom }
  let content = inner + 1
  make hull bottom for i in 0..inner { name = "bottom-${i}", length = i + 1 }
}
