//! Inlay hints: behind the name of a declaration what follows from it.

use std::collections::BTreeMap;
use std::ops::Range;

use rsx_syntax::FileId;
use smol_str::SmolStr;

use crate::snapshot::Snapshot;

/// Words that an editor shows between those of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Before which byte of the file.
    pub at: usize,
    /// The words.
    pub text: String,
}

/// Returns the hints of a stretch of a file, in its order; `notes` are those that the library has, by declaration.
pub fn hints(
    snapshot: &Snapshot,
    notes: &BTreeMap<SmolStr, Vec<SmolStr>>,
    file: FileId,
    within: &Range<usize>,
) -> Vec<Hint> {
    let declared = snapshot.analysis.program.declared.iter().filter_map(|(name, declared)| {
        let (home, range) = snapshot.range(declared.span);
        let notes = notes.get(name).filter(|_| home == file)?;
        within.contains(&range.start).then(|| Hint { at: range.end, text: notes.join(", ") })
    });
    let mut hints: Vec<_> = declared.collect();
    hints.sort_by_key(|hint| hint.at);
    hints
}
