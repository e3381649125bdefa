//! The documentation that is written above a name.

use rsx_syntax::ast::ItemKind;
use rsx_syntax::{Span, TokenKind, lexemes};

use super::tree::Node;
use crate::snapshot::Snapshot;

/// Returns what is written above the declaration, item or field whose name stands at a place.
pub(crate) fn written_above(snapshot: &Snapshot, name: Span) -> Option<String> {
    let declaration = snapshot.tree(name.piece)?.declaration.as_ref()?;
    let (mut found, mut is_head) = (None, true);
    Node::Declaration(declaration).visit(&mut |node| match node {
        Node::Schema(field) if field.name.span == name => {
            found = above(snapshot.sources().piece_text(name.piece), node.span().start as usize);
        }
        Node::Item(item) if item_name(&item.kind) == Some(name) => {
            found = item.docs.as_ref().map(|docs| docs.node.clone());
        }
        Node::Body(_) | Node::Type(_) => is_head &= !holds(node.span(), name),
        Node::Declaration(_) | Node::Item(_) | Node::Field(_) | Node::Schema(_) | Node::Expr(_) => {}
    });
    let head = || declaration.docs.as_ref().filter(|_| is_head).map(|docs| docs.node.clone());
    found.or_else(head).map(|docs| docs.trim().to_owned())
}

/// The name of a part of a kind that is no field.
fn item_name(item: &ItemKind) -> Option<Span> {
    match item {
        ItemKind::Let(of) => Some(of.name.span),
        ItemKind::Make(of) => Some(of.name.span),
        ItemKind::Schema(_) | ItemKind::Field(_) | ItemKind::Require(_) | ItemKind::Allow(_) => None,
    }
}

fn holds(whole: Span, part: Span) -> bool {
    whole.start <= part.start && part.end <= whole.end
}

/// The lines of documentation that end right above a byte, if nothing stands before it on its line.
fn above(text: &str, at: usize) -> Option<String> {
    let mut docs: Vec<&str> = Vec::new();
    for lexeme in lexemes(text, 0..at) {
        match lexeme.kind {
            TokenKind::Docs => docs.push(text.get(lexeme.range)?.trim_start_matches('/')),
            TokenKind::Line => {}
            TokenKind::Comment
            | TokenKind::FileDocs
            | TokenKind::Word
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::OpenText
            | TokenKind::Char
            | TokenKind::OpenChar
            | TokenKind::Open
            | TokenKind::Close
            | TokenKind::Sign => docs.clear(),
        }
    }
    let lines: Vec<&str> =
        docs.iter().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
