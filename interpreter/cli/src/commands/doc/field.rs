//! What a field or an attribute is, in each kind that has it.

use rsx_lang::library::Library;
use rsx_syntax::Sources;
use rsx_syntax::ast::{Binding, DeclarationKind, Item, SchemaField};

use super::kind::{declaration, fields, is_told, lets, written, written_let};
use crate::report::paper::Paper;

/// What a kind has that people write or read.
struct Part<'l> {
    kind: &'l str,
    is_pattern: bool,
    item: &'l Item,
    form: Form<'l>,
}

/// How a kind has it.
enum Form<'l> {
    Field(&'l SchemaField),
    Let(&'l Binding),
}

impl<'l> Form<'l> {
    fn name(&self) -> &'l str {
        match self {
            Self::Field(field) => &field.name.node,
            Self::Let(binding) => &binding.name.node,
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Self::Field(field) if !is_told(field) => "A field",
            Self::Field(_) | Self::Let(_) => "An attribute",
        }
    }

    fn written(&self, sources: &Sources) -> String {
        match self {
            Self::Field(field) => written(sources, field),
            Self::Let(binding) => written_let(sources, binding),
        }
    }
}

/// Shows a field or an attribute of every kind that has it; of resources where no pattern does.
pub(super) fn field(library: &Library, name: &str, paper: Paper) -> Option<String> {
    let parts = library.kinds().flat_map(|kind| parts(library, kind));
    let mut all: Vec<_> = parts.filter(|part| part.form.name() == name).collect();
    if all.iter().any(|one| one.is_pattern) {
        all.retain(|one| one.is_pattern);
    }
    let shown = all.iter().map(|one| {
        let head = paper.hung("", &format!("{} of `{}`:", one.form.words(), one.kind), "");
        let line = paper.hung("  ", &one.form.written(library.sources()), "    ");
        let docs = one.item.docs.as_ref().map(|docs| format!("\n{}", paper.prose(&docs.node)));
        format!("{head}\n{line}{}", docs.unwrap_or_default())
    });
    let shown: Vec<_> = shown.collect();
    (!shown.is_empty()).then(|| shown.join("\n"))
}

/// Returns the names of the fields and attributes of all kinds.
pub(super) fn names(library: &Library) -> impl Iterator<Item = &str> {
    library.kinds().flat_map(|kind| parts(library, kind)).map(|part| part.form.name())
}

/// Returns what a kind has that people see.
fn parts<'l>(library: &'l Library, kind: &'l str) -> Vec<Part<'l>> {
    let (block, is_pattern) = match declaration(library, kind).map(|one| &one.kind) {
        Some(DeclarationKind::Pattern(block)) => (block, true),
        Some(DeclarationKind::Resource(block)) => (block, false),
        Some(_) | None => return Vec::new(),
    };
    let part = |item, form| Part { kind, is_pattern, item, form };
    let fields = fields(block).map(|(item, field)| part(item, Form::Field(field)));
    fields.chain(lets(block).map(|(item, binding)| part(item, Form::Let(binding)))).collect()
}
