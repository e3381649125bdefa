//! Every name that is written, and what it means: what definition, references, rename, hover and colours rest on.

mod meaning;
mod walk;

use std::collections::HashSet;

use rsx_syntax::{FileId, Parsed, PieceId, Span, TokenKind};
use smol_str::SmolStr;

use self::meaning::Meaning;
use self::walk::Walk;
use super::terms::Terms;
use crate::snapshot::Snapshot;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// A kind.
    Kind(SmolStr),
    /// A field, a let or a part of a kind.
    Member(SmolStr, SmolStr),
    /// A field of a record, by where it is declared.
    Field(Span),
    /// A word of a closed set, and the name of that if it has one.
    Word(Option<SmolStr>, SmolStr),
    /// A param, a let or a declaration.
    Value(SmolStr),
    /// A type.
    Type(SmolStr),
    /// A variable of a loop or a rule's `let`, by where it is declared.
    Local(Span),
    /// A code.
    Code(SmolStr),
    /// An env.
    Env(SmolStr),
    /// An output.
    Output(SmolStr),
    /// A function.
    Function(SmolStr),
    /// A unit.
    Unit(SmolStr),
    /// The stack, whatever it is called.
    Stack,
    /// The instance itself.
    Me,
    /// Another file.
    File(SmolStr),
}

/// What a name does where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It declares.
    Definition,
    /// It gives what is declared elsewhere a value.
    Gift,
    /// It refers.
    Reference,
}

/// A name where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Where.
    pub span: Span,
    /// What it means.
    pub symbol: Symbol,
    /// What it does.
    pub role: Role,
}

/// Returns the names of a file, in no order.
pub fn in_file(snapshot: &Snapshot, file: FileId) -> Vec<Occurrence> {
    // Their ids are in no order: an edit gives those that are free again.
    let pieces: HashSet<PieceId> = snapshot.sources().pieces(file).collect();
    in_pieces(snapshot, &|piece| pieces.contains(&piece), snapshot.trees_of(file))
}

/// Returns the names of a piece, in no order.
pub fn in_piece(snapshot: &Snapshot, piece: PieceId) -> Vec<Occurrence> {
    in_pieces(snapshot, &|other| other == piece, snapshot.tree(piece).into_iter())
}

fn in_pieces<'s>(
    snapshot: &'s Snapshot,
    is_wanted: &dyn Fn(PieceId) -> bool,
    trees: impl Iterator<Item = &'s Parsed>,
) -> Vec<Occurrence> {
    let terms = Terms::within(&snapshot.analysis().program, is_wanted);
    let mut walk = Walk::new(Meaning { snapshot, terms: &terms });
    trees.for_each(|tree| walk.tree(tree));
    walk.found
}

/// Returns where a word stands in broken text of the user's that may be a name nobody knows the meaning of, by what stands
/// before and behind it.
pub(crate) fn unread(snapshot: &Snapshot, name: &str, is_meant: impl Fn(&str, &str) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    for (piece, _) in snapshot.trees().iter().filter(|(_, tree)| !tree.diagnostics.is_empty()) {
        let text = snapshot.sources().piece_text(*piece);
        let known: HashSet<Span> = in_piece(snapshot, *piece).into_iter().map(|one| one.span).collect();
        let lexemes = walk::within(text, 0..text.len());
        let written = |at: Option<usize>| text.get(lexemes.get(at?)?.range.clone());
        for (at, lexeme) in lexemes.iter().enumerate().filter(|(_, lexeme)| lexeme.kind == TokenKind::Word) {
            let span = Span::new(*piece, lexeme.range.start, lexeme.range.end);
            let (before, behind) = (written(at.checked_sub(1)), written(Some(at + 1)));
            let is_it = snapshot.written(span) == name && !known.contains(&span);
            if is_it && is_meant(before.unwrap_or(""), behind.unwrap_or("")) {
                found.push(span);
            }
        }
    }
    found
}

/// Returns the name at a byte of a file; behind its last character it is still meant.
pub fn at(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<Occurrence> {
    let (piece, within) = snapshot.at(file, offset)?;
    let mut found = in_piece(snapshot, piece);
    found.retain(|one| (one.span.start as usize..=one.span.end as usize).contains(&within));
    found.into_iter().max_by_key(|one| (one.span.start, std::cmp::Reverse(one.span.end)))
}
