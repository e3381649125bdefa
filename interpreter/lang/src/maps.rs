//! Maps that hash quickly, and the same way in every run; their keys are the user's own words.

use foldhash::fast::FixedState;

/// A map in the order of insertion.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, FixedState>;
/// A set in the order of insertion.
pub(crate) type IndexSet<T> = indexmap::IndexSet<T, FixedState>;
/// A map.
pub type HashMap<K, V> = std::collections::HashMap<K, V, FixedState>;
/// A set.
pub type HashSet<T> = std::collections::HashSet<T, FixedState>;
