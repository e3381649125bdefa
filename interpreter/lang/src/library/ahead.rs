//! The trees of the library that comes with rsx, read when it was built.

use rsx_syntax::Parsed;

/// The trees one behind the other.
const TREES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/trees"));
/// Where each ends.
const ENDS: &[usize] = include!(concat!(env!("OUT_DIR"), "/ends.rs"));

/// Returns the tree of the piece at a place among all pieces of the library.
pub(super) fn tree(place: usize) -> Option<Parsed> {
    let start = place.checked_sub(1).map_or(Some(0), |before| ENDS.get(before).copied())?;
    postcard::from_bytes(TREES.get(start..*ENDS.get(place)?)?).ok()
}
