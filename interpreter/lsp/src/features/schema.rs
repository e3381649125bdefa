//! The fields of a kind as its declaration has them: what somebody may write, and what must be written.

use rsx_syntax::Span;
use rsx_syntax::ast::{Attribute, DeclarationKind, ItemKind, SchemaField, TypeExprKind};
use smol_str::SmolStr;

use super::definition;
use crate::snapshot::Snapshot;

/// A field that somebody may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KindField {
    pub(crate) name: SmolStr,
    /// Its type, as it is declared.
    pub(crate) ty: String,
    pub(crate) default: Option<String>,
    pub(crate) docs: Option<String>,
    pub(crate) is_required: bool,
    pub(crate) span: Span,
}

/// The type of fields that are declared only so that a rule can say why nobody should write them.
const ABSENT: &str = "Absent";

/// Returns the fields of a kind in their order.
pub(crate) fn fields(snapshot: &Snapshot, kind: &str) -> Vec<KindField> {
    let declared =
        definition::kind(snapshot, kind).and_then(|at| snapshot.tree(at.piece)?.declaration.as_ref());
    let Some(DeclarationKind::Pattern(block) | DeclarationKind::Resource(block)) =
        declared.map(|of| &of.kind)
    else {
        return Vec::new();
    };
    let fields = block.body.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Schema(of) if is_written(of) => Some(KindField {
            name: of.name.node.clone(),
            ty: one_line(snapshot, of.ty.span),
            default: of.default.as_ref().map(|default| one_line(snapshot, default.span)),
            docs: item.docs.as_ref().map(|docs| docs.node.trim().to_owned()),
            is_required: of.default.is_none() && !matches!(of.ty.kind, TypeExprKind::Optional(_)),
            span: of.name.span,
        }),
        ItemKind::Field(_)
        | ItemKind::Schema(_)
        | ItemKind::Let(_)
        | ItemKind::Make(_)
        | ItemKind::Require(_)
        | ItemKind::Allow(_) => None,
    });
    fields.collect()
}

/// Returns whether a field is there only so that somebody who writes it is told why not to.
pub(crate) fn is_absent(of: &SchemaField) -> bool {
    matches!(&of.ty.kind, TypeExprKind::Named { name, .. } if name.node == ABSENT)
}

fn is_written(of: &SchemaField) -> bool {
    let told = |one: Attribute| matches!(one, Attribute::Computed | Attribute::Found | Attribute::Internal);
    !is_absent(of) && !of.attributes.iter().any(|attribute| told(attribute.node))
}

fn one_line(snapshot: &Snapshot, span: Span) -> String {
    snapshot.written(span).split_whitespace().collect::<Vec<_>>().join(" ")
}
