//! Code lenses: above a declaration how often it is referred to, above the stack what it costs and what a user does next.

use std::ops::Range;

use rsx_syntax::FileId;

use super::beside::Notes;
use super::names::{Role, Symbol};
use super::references::{self, Mention};
use crate::snapshot::Snapshot;

/// What a lens tells or does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LensKind {
    /// The places that refer to the declaration.
    References(Vec<Mention>),
    /// Shows the plan of the program.
    Plan,
    /// What a month of it costs.
    Cost(String),
}

/// A lens above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The name of the declaration in the file.
    pub range: Range<usize>,
    /// What it tells or does.
    pub kind: LensKind,
}

/// Returns the lenses of a file, in its order; `notes` are those that the library has.
pub fn lenses(snapshot: &Snapshot, notes: &Notes, file: FileId) -> Vec<Lens> {
    let program = &snapshot.analysis().program;
    let stack = program.stack.and_then(|id| program.declared(id)).map(|(name, _)| name);
    let mut lenses = Vec::new();
    for (symbol, mut mentions) in references::all(snapshot) {
        let is_here = |one: &Mention| one.file == file && one.role == Role::Definition;
        let is_counted =
            matches!(symbol, Symbol::Value(_) | Symbol::Kind(_) | Symbol::Type(_) | Symbol::Code(_));
        let Some(range) = mentions.iter().find(|one| is_here(one)).map(|one| one.range.clone()) else {
            continue;
        };
        let mut push = |kind| lenses.push(Lens { range: range.clone(), kind });
        match (&symbol, stack) {
            (Symbol::Value(name), Some(stack)) if name == stack => {
                push(LensKind::Plan);
                notes.get(name).into_iter().for_each(|note| push(LensKind::Cost(note.clone())));
            }
            _ if is_counted => {
                mentions.retain(|one| one.role != Role::Definition);
                mentions.sort_by_key(|one| (one.file, one.range.start));
                push(LensKind::References(mentions));
            }
            _ => {}
        }
    }
    lenses.sort_by_key(|lens| lens.range.start);
    lenses
}
