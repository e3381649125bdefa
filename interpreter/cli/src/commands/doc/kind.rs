//! What a kind is: its fields, what can be read from it, the types that it names, as the library declares them.

use std::fmt::Write;

use indexmap::IndexSet;
use rsx_lang::library::Library;
use rsx_syntax::ast::{
    Attribute, Binding, Block, Declaration, DeclarationKind, Item, ItemKind, SchemaField, TypeExpr,
    TypeExprKind,
};
use rsx_syntax::{Sources, Span, Spanned};
use smol_str::SmolStr;

use crate::pages;
use crate::report::paper::Paper;

/// The type of fields that are declared only so that a rule can say why nobody should write them.
const ABSENT: &str = "Absent";

/// Shows a kind: what it is, its fields, what can be read from it, the types that it names.
pub(super) fn kind(library: &Library, name: &str, paper: Paper) -> Option<String> {
    let one = declaration(library, name)?;
    let (DeclarationKind::Pattern(block) | DeclarationKind::Resource(block)) = &one.kind else { return None };
    let sources = library.sources();
    let mut out = format!("{name}\n");
    if let Some(docs) = &one.docs {
        let _ = write!(out, "\n{}", paper.prose(&docs.node));
    }
    let line = |(item, field): (&Item, &SchemaField)| (written(sources, field), docs(item.docs.as_ref()));
    let given = fields(block).filter(|(_, field)| !is_told(field));
    section(&mut out, paper, "Fields", given.map(line));
    let told = fields(block).filter(|(_, field)| is_told(field));
    let lets = lets(block).map(|(item, one)| (written_let(sources, one), docs(item.docs.as_ref())));
    section(&mut out, paper, "Attributes", told.map(line).chain(lets));
    let mut types = IndexSet::new();
    fields(block).for_each(|(_, field)| named(&field.ty, &mut types));
    let declared = declared_types(library, types, paper);
    if !declared.is_empty() {
        let _ = write!(out, "\nTypes\n\n{}", declared.join("\n"));
    }
    Some(out)
}

pub(super) fn declaration<'l>(library: &'l Library, kind: &str) -> Option<&'l Declaration> {
    library.tree(library.kind(kind)?)?.declaration.as_ref()
}

/// Returns the fields that users see, each with where it is declared.
pub(super) fn fields(block: &Block) -> impl Iterator<Item = (&Item, &SchemaField)> {
    block.body.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Schema(field) if !is_hidden(field) => Some((item, &**field)),
        ItemKind::Schema(_)
        | ItemKind::Field(_)
        | ItemKind::Let(_)
        | ItemKind::Make(_)
        | ItemKind::Require(_)
        | ItemKind::Allow(_) => None,
    })
}

fn is_hidden(field: &SchemaField) -> bool {
    matches!(&field.ty.kind, TypeExprKind::Named { name, .. } if name.node == ABSENT)
        || field.attributes.iter().any(|attribute| attribute.node == Attribute::Internal)
}

/// Whether AWS tells it and nobody writes it.
pub(super) fn is_told(field: &SchemaField) -> bool {
    field.attributes.iter().any(|one| matches!(one.node, Attribute::Computed | Attribute::Found))
}

/// Returns the lets of a kind that say what they are, each with where it is declared.
pub(super) fn lets(block: &Block) -> impl Iterator<Item = (&Item, &Binding)> {
    block.body.items.iter().filter(|item| item.docs.is_some()).filter_map(|item| match &item.kind {
        ItemKind::Let(binding) => Some((item, &**binding)),
        ItemKind::Schema(_)
        | ItemKind::Field(_)
        | ItemKind::Make(_)
        | ItemKind::Require(_)
        | ItemKind::Allow(_) => None,
    })
}

fn section(out: &mut String, paper: Paper, title: &str, lines: impl Iterator<Item = (String, String)>) {
    for (at, (line, docs)) in lines.enumerate() {
        if at == 0 {
            let _ = write!(out, "\n{title}\n\n");
        }
        out.push_str(&paper.hung("  ", &line, "    "));
        if !docs.is_empty() {
            out.push_str(&paper.hung("      ", &docs, "      "));
        }
    }
}

/// `fixed name: Type = default`, as the library writes it.
pub(super) fn written(sources: &Sources, field: &SchemaField) -> String {
    let attributes = field.attributes.iter().map(|attribute| format!("{} ", attribute.node.word()));
    let default = field.default.as_ref().map(|default| format!(" = {}", on_one_line(sources, default.span)));
    format!(
        "{}{}: {}{}",
        attributes.collect::<String>(),
        field.name.node,
        on_one_line(sources, field.ty.span),
        default.unwrap_or_default()
    )
}

/// `name: Type`, as the library writes it.
pub(super) fn written_let(sources: &Sources, binding: &Binding) -> String {
    let ty = binding.ty.as_ref().map(|ty| format!(": {}", on_one_line(sources, ty.span)));
    format!("{}{}", binding.name.node, ty.unwrap_or_default())
}

fn on_one_line(sources: &Sources, span: Span) -> String {
    sources.snippet(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn docs(docs: Option<&Spanned<String>>) -> String {
    docs.map(|docs| pages::first_paragraph(&docs.node)).unwrap_or_default()
}

/// Collects the words that may be names of types.
fn named(ty: &TypeExpr, names: &mut IndexSet<SmolStr>) {
    match &ty.kind {
        TypeExprKind::Named { name, arguments, .. } => {
            names.insert(name.node.clone());
            arguments.iter().for_each(|argument| named(argument, names));
        }
        TypeExprKind::Words(words) => {
            let fields = words.iter().filter_map(|word| word.fields.as_ref()).flatten();
            fields.for_each(|field| named(&field.ty, names));
        }
        TypeExprKind::Record(fields) => fields.iter().for_each(|field| named(&field.ty, names)),
        TypeExprKind::Optional(of) => named(of, names),
    }
}

/// Returns the declarations of types, and of the types that these name.
fn declared_types(library: &Library, mut names: IndexSet<SmolStr>, paper: Paper) -> Vec<String> {
    let mut shown = Vec::new();
    let mut at = 0;
    while let Some(name) = names.get_index(at).cloned() {
        at += 1;
        let Some(piece) = library.ty(&name) else { continue };
        let Some(one) = library.tree(piece).and_then(|tree| tree.declaration.as_ref()) else { continue };
        if let DeclarationKind::Type(declared) = &one.kind {
            named(&declared.ty, &mut names);
            let docs = docs(one.docs.as_ref());
            let docs = if docs.is_empty() { docs } else { paper.hung("  ", &docs, "  ") };
            let lines = library.sources().snippet(one.span).lines().map(|line| format!("  {line}\n"));
            shown.push(std::iter::once(docs).chain(lines).collect());
        }
    }
    shown
}
