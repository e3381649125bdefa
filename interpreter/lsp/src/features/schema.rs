//! The fields of a kind as its declaration has them: what somebody may write, and what must be written.

use std::sync::OnceLock;

use rsx_lang::bind::bind_library;
use rsx_lang::library::Library;
use rsx_lang::program::{Kind, MemberKind, Program};
use rsx_lang::types::Type;
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
        ItemKind::Schema(of) if is_written(snapshot, kind, of) => Some(KindField {
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

/// Whether somebody may write it: a field of no type is there only so that who writes it is told why not to.
fn is_written(snapshot: &Snapshot, kind: &str, of: &SchemaField) -> bool {
    let told = |one: Attribute| matches!(one, Attribute::Computed | Attribute::Found | Attribute::Internal);
    let is_absent = field_type(snapshot, kind, &of.name.node).is_some_and(|(_, ty)| *ty == Type::None);
    !is_absent && !of.attributes.iter().any(|attribute| told(attribute.node))
}

/// Returns the type of a field of a kind, with the program that it is of: of the library a program has what it needs, and a
/// kind that is about to be written is not yet among it.
pub(crate) fn field_type<'s>(
    snapshot: &'s Snapshot,
    kind: &str,
    field: &str,
) -> Option<(&'s Program, &'s Type)> {
    let own: &Program = &snapshot.analysis().program;
    [own, whole_library()].into_iter().find_map(|program| {
        match &program.kinds.get(kind)?.members.get(field)?.kind {
            MemberKind::Field { ty, .. } => Some((program, ty)),
            MemberKind::Let(_) | MemberKind::Make(_) => None,
        }
    })
}

/// Returns the kind whose members a pool stands for.
pub(crate) fn members_of<'p>(pool: &Kind, program: &'p Program) -> Option<&'p Kind> {
    let (_, made) = pool.members.get_index(pool.pool?)?;
    match &made.kind {
        MemberKind::Make(make) => program.kind(make.kind),
        MemberKind::Field { .. } | MemberKind::Let(_) => None,
    }
}

/// All that the library declares, bound.
fn whole_library() -> &'static Program {
    static WHOLE: OnceLock<Program> = OnceLock::new();
    WHOLE.get_or_init(|| bind_library(Library::standard()).program)
}

fn one_line(snapshot: &Snapshot, span: Span) -> String {
    snapshot.written(span).split_whitespace().collect::<Vec<_>>().join(" ")
}
