//! The documentation that is written above a name.

use std::sync::Arc;

use rsx_syntax::Span;
use rsx_syntax::ast::ItemKind;

use super::tree::Node;
use crate::snapshot::Snapshot;

/// Returns documentation as it is shown.
pub(crate) fn shown(docs: Option<&Arc<str>>) -> Option<String> {
    docs.map(|docs| docs.trim().to_owned())
}

/// Returns what is written above the declaration, item or field whose name stands at a place.
pub(crate) fn written_above(snapshot: &Snapshot, name: Span) -> Option<String> {
    let declaration = snapshot.tree(name.piece)?.declaration.as_ref()?;
    let (mut found, mut is_head) = (None, true);
    Node::Declaration(declaration).visit(&mut |node| {
        let docs = match node {
            Node::Schema(field) if field.name.span == name => &field.docs,
            Node::Item(item) if item_name(&item.kind) == Some(name) => &item.docs,
            Node::Body(_) | Node::Type(_) => {
                is_head &= !holds(node.span(), name);
                return;
            }
            Node::Declaration(_) | Node::Item(_) | Node::Field(_) | Node::Schema(_) | Node::Expr(_) => return,
        };
        found = found.take().or(docs.as_ref());
    });
    let docs = found.or(declaration.docs.as_ref().filter(|_| is_head))?;
    Some(docs.node.trim().to_owned())
}

/// The name of what an item declares.
fn item_name(item: &ItemKind) -> Option<Span> {
    match item {
        ItemKind::Schema(of) => Some(of.name.span),
        ItemKind::Let(of) => Some(of.name.span),
        ItemKind::Make(of) => Some(of.name.span),
        ItemKind::Field(_) | ItemKind::Require(_) | ItemKind::Allow(_) => None,
    }
}

fn holds(whole: Span, part: Span) -> bool {
    whole.start <= part.start && part.end <= whole.end
}
