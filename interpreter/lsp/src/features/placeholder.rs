//! A value that checks, for a place that needs one: a declaration of the right kind, a word, what the library's examples give,
//! a literal of the type.

use std::collections::HashMap;
use std::sync::OnceLock;

use rsx_lang::dimension::Dimension;
use rsx_lang::library::Library;
use rsx_lang::program::Program;
use rsx_lang::term::{Term, TermKind};
use rsx_lang::types::Type;
use rsx_lang::value::Value;
use rsx_syntax::Sources;
use rsx_syntax::ast::{DeclarationKind, ExprKind};
use smol_str::SmolStr;

use super::schema::{self, KindField};
use super::tree::Node;
use crate::snapshot::Snapshot;

/// Returns a value for a field of a kind.
pub(crate) fn of_field(snapshot: &Snapshot, kind: &str, field: &KindField) -> String {
    let example = || examples().get(kind)?.get(&field.name).cloned();
    match schema::field_type(snapshot, kind, &field.name) {
        Some((program, ty)) => reference(snapshot, program, ty)
            .or_else(example)
            .unwrap_or_else(|| literal(snapshot, program, ty)),
        None => example().unwrap_or_else(|| "none".to_owned()),
    }
}

/// Returns a value of a type of the program, as simple as it can be.
pub(crate) fn of_type(snapshot: &Snapshot, ty: &Type) -> String {
    let program = &snapshot.analysis.program;
    reference(snapshot, program, ty).unwrap_or_else(|| literal(snapshot, program, ty))
}

/// Whether the library's examples have a declaration of a kind.
pub(crate) fn has_example(kind: &str) -> bool {
    examples().contains_key(kind)
}

/// A declaration, or the kind of one that is still to be written.
fn reference(snapshot: &Snapshot, program: &Program, ty: &Type) -> Option<String> {
    let Type::Kind(kinds) = ty.bare() else { return None };
    let own = &snapshot.analysis.program;
    let names: Vec<&SmolStr> =
        kinds.iter().filter_map(|id| program.kind(*id)).map(|kind| &kind.name).collect();
    let is_meant = |name: &SmolStr| names.contains(&name);
    let mut declared = own.declared.iter();
    let found =
        declared.find(|(_, declared)| own.kind(declared.kind).is_some_and(|kind| is_meant(&kind.name)));
    Some(match found {
        Some((name, _)) => name.to_string(),
        None => names.first()?.to_string(),
    })
}

fn literal(snapshot: &Snapshot, program: &Program, ty: &Type) -> String {
    if let Some(least) = least(program, ty) {
        return least;
    }
    let of = |ty: &Type| reference(snapshot, program, ty).unwrap_or_else(|| literal(snapshot, program, ty));
    match ty.bare() {
        Type::Bool => "false".to_owned(),
        Type::Int => "1".to_owned(),
        Type::Quantity(dimension) => {
            let unit = program.units.units.iter().find(|(_, unit)| Dimension::of(unit.base) == *dimension);
            format!("1{}", unit.map_or("", |(name, _)| name.as_str()))
        }
        Type::Text => "\"\"".to_owned(),
        Type::Char => "'a'".to_owned(),
        Type::Cidr => "10.0.0.0/16".to_owned(),
        Type::Ip => "10.0.0.1".to_owned(),
        Type::Range(inner) => {
            let one = of(inner);
            format!("{one}..{one}")
        }
        Type::List(_) => "[]".to_owned(),
        Type::Map(_) => "{}".to_owned(),
        Type::Record(record) => {
            let required = record.fields.iter().filter(|field| field.is_required());
            let fields: Vec<String> =
                required.map(|field| format!("{} = {}", field.name, of(&field.ty))).collect();
            if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
        }
        Type::Variants(variants) => {
            variants.cases.first().map_or_else(|| "none".to_owned(), |case| case.name.to_string())
        }
        Type::AnyKind => {
            let declared = snapshot.analysis.program.declared.keys().next();
            declared.map_or_else(|| "none".to_owned(), ToString::to_string)
        }
        Type::Unknown
        | Type::Any
        | Type::None
        | Type::Kind(_)
        | Type::Optional(_)
        | Type::Secret(_)
        | Type::Refined(_) => "none".to_owned(),
    }
}

/// The least value of a type with a range.
fn least(program: &Program, ty: &Type) -> Option<String> {
    if let Type::Secret(_) = ty {
        return Some("generated".to_owned());
    }
    if let Type::Optional(inner) = ty {
        return least(program, inner);
    }
    let Type::Refined(refined) = ty else { return None };
    if let Some(Term { kind: TermKind::Constant(Value::Range(ends)), .. }) = &refined.range {
        return Some(rsx_lang::show::show(&program.units, &ends.0));
    }
    least(program, &refined.base)
}

/// What the examples in the library's docs write for fields, by kind; those that show a mistake left out.
fn examples() -> &'static HashMap<SmolStr, HashMap<SmolStr, String>> {
    static EXAMPLES: OnceLock<HashMap<SmolStr, HashMap<SmolStr, String>>> = OnceLock::new();
    EXAMPLES.get_or_init(|| {
        let mut found = HashMap::new();
        for docs in Library::standard().trees().filter_map(|tree| tree.declaration.as_ref()?.docs.as_ref()) {
            for block in docs.node.split("```rsx\n").skip(1).filter_map(|rest| rest.split("```").next()) {
                take(block, &mut found);
            }
        }
        found
    })
}

fn take(block: &str, found: &mut HashMap<SmolStr, HashMap<SmolStr, String>>) {
    let mut sources = Sources::default();
    let file = sources.add("", block);
    for piece in sources.pieces(file).collect::<Vec<_>>() {
        let text = sources.piece_text(piece);
        let parsed = rsx_syntax::parse(piece, text);
        let Some(DeclarationKind::Instance(of)) = parsed.declaration.map(|declaration| declaration.kind)
        else {
            continue;
        };
        let fields = found.entry(of.kind.node.clone()).or_default();
        if text.contains("// error") || text.contains("// warning") {
            continue;
        }
        for field in of.body.fields() {
            let mut is_literal = true;
            Node::Expr(&field.value).visit(&mut |node| {
                is_literal &= !matches!(node, Node::Expr(expr) if matches!(expr.kind, ExprKind::Name(_)));
            });
            if is_literal {
                let written = sources.snippet(field.value.span).to_owned();
                fields.entry(field.name.node.clone()).or_insert(written);
            }
        }
    }
}
