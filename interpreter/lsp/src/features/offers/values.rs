//! Values that can be written: declarations, params, variables, functions, words and literals, what fits first.

use rsx_lang::builtin::functions;
use rsx_lang::types::{RecordField, RecordType, Type, VariantsType};
use smol_str::SmolStr;

use super::{item, plain};
use crate::features::completion::{Item, MARK, Sort};
use crate::features::docs::shown;
use crate::features::expected::Expected;
use crate::features::facts::type_name;
use crate::features::{placeholder, schema};
use crate::snapshot::Snapshot;

pub(super) fn values(snapshot: &Snapshot, expected: &Expected, locals: &[SmolStr]) -> Vec<Item> {
    let program = &snapshot.analysis().program;
    let ty = expected.ty.as_ref();
    let is_list = ty.is_some_and(|ty| matches!(ty.bare(), Type::List(_)));
    let choice = |choice: &String| {
        let written = if is_list { format!("[\"{choice}\"]") } else { format!("\"{choice}\"") };
        item(&written, Sort::Literal, "", plain(&written), 0)
    };
    let mut items: Vec<Item> = expected.choices.iter().map(choice).collect();
    items.extend(locals.iter().map(|name| item(name, Sort::Value, "variable", name.to_string(), 1)));
    if let Some(ty) = ty {
        let usual = expected.field.as_ref().and_then(|field| placeholder::usually(snapshot, field));
        items.extend(of_type(snapshot, ty, usual.as_deref()));
    }
    for (name, declared) in program.declared.iter().filter(|(name, _)| *name != MARK) {
        let Some(kind) = program.kind(declared.kind) else { continue };
        let is_meant = ty.is_none_or(|ty| takes_kind(ty, &kind.name, program));
        let docs = shown(declared.docs.as_ref());
        let rank = if is_meant { 1 } else { 7 };
        items.push(Item { docs, ..item(name, Sort::Declaration, &kind.name, name.to_string(), rank) });
    }
    for (name, global) in &program.globals {
        if snapshot.is_in_library(global.span) || name == MARK {
            continue;
        }
        let is_meant = ty.is_none_or(|ty| is_like(ty, &global.ty));
        let docs = shown(global.docs.as_ref());
        let rank = if is_meant { 2 } else { 8 };
        items.push(Item {
            docs,
            ..item(name, Sort::Value, &type_name(program, &global.ty), name.to_string(), rank)
        });
    }
    items.extend(loops(snapshot, ty));
    items.extend(functions().map(|function| {
        let usage = function.usage.replace("` or `", " or ");
        let docs = Some(function.says.to_owned());
        Item { docs, ..item(function.name, Sort::Function, &usage, format!("{}($1)", function.name), 9) }
    }));
    items
}

/// What is said of each member of a list, where a condition or a list may stand.
fn loops(snapshot: &Snapshot, ty: Option<&Type>) -> Vec<Item> {
    let program = &snapshot.analysis().program;
    let mut declared = program.declared.iter();
    let pool = declared.find(|(_, one)| program.kind(one.kind).is_some_and(|kind| kind.pool.is_some()));
    let list = pool.map_or("[]", |(name, _)| name.as_str());
    let may_be = |is: fn(&Type) -> bool| ty.is_none_or(|ty| is(ty.bare()));
    let mut items = Vec::new();
    if may_be(|ty| matches!(ty, Type::Bool)) {
        items.extend(
            ["all", "any"].map(|word| {
                item(word, Sort::Keyword, "", format!("{word} m in ${{1:{list}}}: ${{2:true}}"), 4)
            }),
        );
    }
    if may_be(|ty| matches!(ty, Type::List(_))) {
        items.push(item("for", Sort::Keyword, "", format!("[for m in ${{1:{list}}}: ${{2:m}}]"), 4));
    }
    items
}

/// Whether a place of some type takes a reference to a declaration of a kind, or a list of its members.
fn takes_kind(ty: &Type, kind: &str, program: &rsx_lang::program::Program) -> bool {
    match ty.bare() {
        Type::Kind(kinds) => kinds.iter().filter_map(|id| program.kind(*id)).any(|one| {
            let made = program.kinds.get(kind).and_then(|pool| schema::members_of(pool, program));
            one.name == kind || made.is_some_and(|made| made.name == one.name)
        }),
        Type::AnyKind => true,
        Type::List(inner) => takes_kind(inner, kind, program),
        Type::Record(record) => {
            record.fields.iter().filter(|field| field.bare).any(|field| takes_kind(&field.ty, kind, program))
        }
        Type::Unknown
        | Type::Any
        | Type::None
        | Type::Bool
        | Type::Int
        | Type::Quantity(_)
        | Type::Text
        | Type::Char
        | Type::Cidr
        | Type::Ip
        | Type::Range(_)
        | Type::Map(_)
        | Type::Variants(_)
        | Type::Optional(_)
        | Type::Secret(_)
        | Type::Refined(_) => false,
    }
}

/// Whether a value of a type is likely what a place of another wants.
fn is_like(wanted: &Type, have: &Type) -> bool {
    let (wanted, have) = (wanted.bare(), have.bare());
    match (wanted, have) {
        (Type::Quantity(one), Type::Quantity(other)) => one == other,
        (Type::List(one), Type::List(other)) | (Type::Range(one), Type::Range(other)) => is_like(one, other),
        (Type::List(one), other) => is_like(one, other),
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// Words and literals of a type, in a place where a value usually stands.
fn of_type(snapshot: &Snapshot, ty: &Type, usual: Option<&str>) -> Vec<Item> {
    let program = &snapshot.analysis().program;
    let name = type_name(program, ty);
    let mut items = Vec::new();
    if let Type::Optional(_) = ty.peel() {
        items.push(item("none", Sort::Literal, &name, "none".to_owned(), 3));
    }
    if let Type::Secret(_) = ty.present() {
        items.push(item("generated", Sort::Word, &name, "generated".to_owned(), 0));
        return items;
    }
    match ty.bare() {
        Type::Bool => {
            items.extend(["true", "false"].map(|word| item(word, Sort::Literal, &name, word.to_owned(), 0)));
        }
        Type::Variants(variants) => items.extend(words(snapshot, variants, usual)),
        Type::Record(record) => {
            for field in record.fields.iter().filter(|field| field.bare) {
                items.extend(of_type(snapshot, field.ty.present(), None));
            }
            let fields = required(snapshot, record);
            items.push(item(&format!("{{ {} }}", names(record)), Sort::Literal, &name, fields, 1));
        }
        Type::List(inner) => {
            let usual = usual.and_then(|usual| usual.strip_prefix('[')?.strip_suffix(']'));
            let inside = usual.map_or_else(|| placeholder::of_type(snapshot, inner), str::to_owned);
            items.push(item("[…]", Sort::Literal, &name, format!("[${{1:{}}}]", plain(&inside)), 2));
        }
        Type::Int | Type::Quantity(_) | Type::Text | Type::Char | Type::Cidr | Type::Ip | Type::Range(_) => {
            let literal = usual.map_or_else(|| placeholder::of_type(snapshot, ty), str::to_owned);
            items.push(item(&literal, Sort::Literal, &name, format!("${{1:{}}}", plain(&literal)), 2));
        }
        Type::Unknown
        | Type::Any
        | Type::None
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Secret(_)
        | Type::Kind(_)
        | Type::AnyKind
        | Type::Refined(_) => {}
    }
    items
}

fn words(snapshot: &Snapshot, variants: &VariantsType, usual: Option<&str>) -> Vec<Item> {
    let set = variants.name.clone().unwrap_or_default();
    let word = |case: &rsx_lang::types::Case| {
        // Fields of which one or another must be there are each optional.
        let is_usual = |usual: &&str| usual.strip_prefix(&*case.name).is_some_and(|of| of.starts_with(" {"));
        let snippet = match &case.fields {
            Some(_) if let Some(usual) = usual.filter(is_usual) => plain(usual),
            Some(fields) if fields.fields.iter().any(RecordField::is_required) => {
                format!("{} {}", case.name, required(snapshot, fields))
            }
            Some(_) | None => case.name.to_string(),
        };
        let detail =
            case.fields.as_ref().map_or_else(|| set.to_string(), |fields| format!("{{ {} }}", names(fields)));
        item(&case.name, Sort::Word, &detail, snippet, 0)
    };
    variants.cases.iter().map(word).collect()
}

fn names(record: &RecordType) -> String {
    record.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// `{ a = …, b = … }` with the fields that must be there; where none must, with that for which a bare value stands.
fn required(snapshot: &Snapshot, record: &RecordType) -> String {
    let required = record.fields.iter().filter(|field| field.is_required());
    let mut written: Vec<&RecordField> = required.collect();
    if written.is_empty() {
        written.extend(record.fields.iter().find(|field| field.bare));
    }
    let fields: Vec<String> = written
        .into_iter()
        .enumerate()
        .map(|(number, field)| {
            format!(
                "{} = ${{{}:{}}}",
                field.name,
                number + 1,
                plain(&placeholder::of_record_field(snapshot, field))
            )
        })
        .collect();
    if fields.is_empty() { "{ $0 }".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
}
