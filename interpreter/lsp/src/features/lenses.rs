//! Code lenses: above a declaration how often it is referred to, above the stack what a user does next.

use std::ops::Range;

use rsx_syntax::{FileId, Span};

use crate::snapshot::Snapshot;

/// What a lens tells or does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LensKind {
    /// The places that refer to the declaration.
    References(Vec<Span>),
    /// Shows the plan of the program.
    Plan,
    /// Shows what a month of it costs.
    Cost,
}

/// A lens above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The name of the declaration in the file.
    pub range: Range<usize>,
    /// What it tells or does.
    pub kind: LensKind,
}

/// Returns the lenses of a file, in its order; `references` finds what refers to the name at a span.
pub fn lenses(snapshot: &Snapshot, file: FileId, references: impl Fn(Span) -> Vec<Span>) -> Vec<Lens> {
    let program = &snapshot.analysis.program;
    let stack = program.stack.and_then(|id| program.declared(id)).map(|(_, declared)| declared.span);
    let names = program.declared.values().map(|declared| declared.span);
    let globals = program.globals.values().map(|global| global.span);
    let kinds = program.kinds.values().map(|kind| kind.span);
    let mut lenses = Vec::new();
    for span in names.chain(globals).chain(kinds) {
        let (home, range) = snapshot.range(span);
        if home != file {
            continue;
        }
        let mut push = |kind| lenses.push(Lens { range: range.clone(), kind });
        if stack == Some(span) {
            push(LensKind::Plan);
            push(LensKind::Cost);
        } else {
            push(LensKind::References(references(span)));
        }
    }
    lenses.sort_by_key(|lens| lens.range.start);
    lenses
}
