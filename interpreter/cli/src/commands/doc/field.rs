//! What a field is, in each kind that has it.

use rsx_lang::library::Library;
use rsx_syntax::ast::{DeclarationKind, Item, SchemaField};

use super::kind::{declaration, fields, written};
use crate::report::paper::Paper;

/// A field of a kind.
struct Field<'l> {
    kind: &'l str,
    is_pattern: bool,
    item: &'l Item,
    field: &'l SchemaField,
}

/// Shows a field of every kind that has it; of resources where no pattern does.
pub(super) fn field(library: &Library, name: &str, paper: Paper) -> Option<String> {
    let mut all: Vec<_> = library.kinds().filter_map(|kind| find(library, kind, name)).collect();
    if all.iter().any(|one| one.is_pattern) {
        all.retain(|one| one.is_pattern);
    }
    let shown = all.iter().map(|one| {
        let head = paper.hung("", &format!("A field of `{}`:", one.kind), "");
        let line = paper.hung("  ", &written(library.sources(), one.field), "    ");
        let docs = one.item.docs.as_ref().map(|docs| format!("\n{}", paper.prose(&docs.node)));
        format!("{head}\n{line}{}", docs.unwrap_or_default())
    });
    let shown: Vec<_> = shown.collect();
    (!shown.is_empty()).then(|| shown.join("\n"))
}

/// Returns the names of the fields of all kinds.
pub(super) fn names(library: &Library) -> impl Iterator<Item = &str> {
    library.kinds().flat_map(|kind| items(library, kind)).map(|(_, field, _)| field.name.node.as_str())
}

fn find<'l>(library: &'l Library, kind: &'l str, name: &str) -> Option<Field<'l>> {
    let (item, field, is_pattern) =
        items(library, kind).into_iter().find(|(_, field, _)| field.name.node == name)?;
    Some(Field { kind, is_pattern, item, field })
}

/// Returns the fields of a kind that people see, and whether it is a pattern.
fn items<'l>(library: &'l Library, kind: &str) -> Vec<(&'l Item, &'l SchemaField, bool)> {
    let (block, is_pattern) = match declaration(library, kind).map(|one| &one.kind) {
        Some(DeclarationKind::Pattern(block)) => (block, true),
        Some(DeclarationKind::Resource(block)) => (block, false),
        Some(_) | None => return Vec::new(),
    };
    fields(block).map(|(item, field)| (item, field, is_pattern)).collect()
}
