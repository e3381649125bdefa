//! Where else a name is meant: references, highlights, and what a new name changes.

use std::ops::Range;

use indexmap::IndexMap;
use rsx_syntax::FileId;

use super::definition::place;
use super::names::{self, Occurrence, Role, Symbol};
use crate::snapshot::Snapshot;

/// A place where a name is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The file.
    pub file: FileId,
    /// The name in it.
    pub range: Range<usize>,
    /// What it does there.
    pub role: Role,
}

/// Returns where the name at a place is meant in all files of the program, and where the library declares it.
pub fn references(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Mention> {
    let Some(occurrence) = names::at(snapshot, file, offset) else { return Vec::new() };
    let symbol = meant(snapshot, occurrence);
    let mut found = everywhere(snapshot, &symbol);
    let declared = place(snapshot, &symbol).filter(|span| snapshot.is_in_library(*span));
    found.extend(declared.map(|span| mention(snapshot, span, Role::Definition)));
    found
}

/// Returns where everything is meant that has a name, in all files of the user.
pub(crate) fn all(snapshot: &Snapshot) -> IndexMap<Symbol, Vec<Mention>> {
    let mut found: IndexMap<Symbol, Vec<Mention>> = IndexMap::new();
    for one in snapshot.user_files().flat_map(|file| names::in_file(snapshot, file)) {
        let (span, role) = (one.span, one.role);
        found.entry(meant(snapshot, one)).or_default().push(mention(snapshot, span, role));
    }
    found
}

/// Returns where a symbol is meant in all files of the user.
pub(crate) fn everywhere(snapshot: &Snapshot, symbol: &Symbol) -> Vec<Mention> {
    let mut found: Vec<Mention> =
        snapshot.user_files().flat_map(|file| in_file(snapshot, file, symbol)).collect();
    found.sort_by_key(|one| (one.file, one.range.start));
    found
}

/// Returns where the name at a place is meant in its file.
pub fn highlights(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Mention> {
    let Some(occurrence) = names::at(snapshot, file, offset) else { return Vec::new() };
    let mut found = in_file(snapshot, file, &meant(snapshot, occurrence));
    found.sort_by_key(|one| one.range.start);
    found
}

fn in_file(snapshot: &Snapshot, file: FileId, symbol: &Symbol) -> Vec<Mention> {
    let found = names::in_file(snapshot, file).into_iter();
    let same = found.filter(|one| meant(snapshot, one.clone()) == *symbol);
    same.map(|one| mention(snapshot, one.span, one.role)).collect()
}

/// `stack` means the declaration that is one.
fn meant(snapshot: &Snapshot, occurrence: Occurrence) -> Symbol {
    let program = &snapshot.analysis().program;
    let stack = program.stack.and_then(|stack| program.declared(stack));
    match stack {
        Some((name, _)) if occurrence.symbol == Symbol::Stack => Symbol::Value(name.clone()),
        Some(_) | None => occurrence.symbol,
    }
}

fn mention(snapshot: &Snapshot, span: rsx_syntax::Span, role: Role) -> Mention {
    let (file, range) = snapshot.range(span);
    Mention { file, range, role }
}
