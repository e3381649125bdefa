//! Inlay hints: behind the name of a declaration what follows from it.

use std::ops::Range;

use rsx_syntax::FileId;

use super::beside::Notes;
use crate::snapshot::Snapshot;

/// Words that an editor shows between those of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Before which byte of the file.
    pub at: usize,
    /// The words.
    pub text: String,
}

/// Returns the hints of a stretch of a file, in its order; `notes` are those that the library has. What the stack comes to
/// stands above it.
pub fn hints(snapshot: &Snapshot, notes: &Notes, file: FileId, within: &Range<usize>) -> Vec<Hint> {
    let program = &snapshot.analysis().program;
    let stack = program.stack.and_then(|id| program.declared(id)).map(|(name, _)| name);
    let declared = program.declared.iter().filter(|(name, _)| stack != Some(*name));
    let hints = declared.filter_map(|(name, declared)| {
        let (home, range) = snapshot.range(declared.span);
        let is_wanted = home == file && within.start <= range.end && range.end <= within.end;
        notes.get(name).filter(|_| is_wanted).map(|note| Hint { at: range.end, text: note.clone() })
    });
    let mut hints: Vec<_> = hints.collect();
    hints.sort_by_key(|hint| hint.at);
    hints
}
