//! Fields that can be written, and what stands behind a dot.

use rsx_lang::program::{Global, GlobalKind, MemberKind};
use rsx_lang::types::{RecordField, Type};
use rsx_syntax::ast::Attribute;
use smol_str::SmolStr;

use super::{declarations, item, plain};
use crate::features::completion::{Item, Sort};
use crate::features::docs::shown;
use crate::features::facts::type_name;
use crate::features::{placeholder, schema};
use crate::snapshot::Snapshot;

pub(super) fn of_kind(snapshot: &Snapshot, kind: &SmolStr, given: &[SmolStr]) -> Vec<Item> {
    let fields = schema::fields(snapshot, kind).into_iter().filter(|field| !given.contains(&field.name));
    let mut items: Vec<Item> = fields
        .map(|field| {
            let value = placeholder::default_or_value(snapshot, kind, &field);
            let detail = if field.is_required { format!("{}, required", field.ty) } else { field.ty.clone() };
            let snippet = format!("{} = ${{1:{}}}", field.name, plain(&value));
            Item {
                docs: field.docs.clone(),
                ..item(&field.name, Sort::Field, &detail, snippet, u8::from(!field.is_required))
            }
        })
        .collect();
    items.push(item("protect", Sort::Keyword, "Bool", "protect = true".to_owned(), 4));
    items.push(declarations::allowance(snapshot));
    items
}

pub(super) fn of_record(
    snapshot: &Snapshot,
    ty: &Type,
    word: Option<&SmolStr>,
    given: &[SmolStr],
) -> Vec<Item> {
    let program = &snapshot.analysis().program;
    if let Type::List(inner) = ty.bare() {
        return of_record(snapshot, inner, word, given);
    }
    let record = ty.bare().record(word);
    let fields =
        record.into_iter().flat_map(|record| &record.fields).filter(|field| !given.contains(&field.name));
    fields
        .map(|field| {
            let is_required = field.is_required();
            let detail = type_name(program, &field.ty);
            let detail = if is_required { format!("{detail}, required") } else { detail };
            let snippet =
                format!("{} = ${{1:{}}}", field.name, plain(&placeholder::of_record_field(snapshot, field)));
            let docs = shown(field.docs.as_ref());
            Item { docs, ..item(&field.name, Sort::Field, &detail, snippet, u8::from(!is_required)) }
        })
        .collect()
}

pub(super) fn params(snapshot: &Snapshot, given: &[SmolStr]) -> Vec<Item> {
    let program = &snapshot.analysis().program;
    let is_open =
        |global: &Global| matches!(global.kind, GlobalKind::Param(_)) && !snapshot.is_in_library(global.span);
    let open = program.globals.iter().filter(|(name, global)| is_open(global) && !given.contains(name));
    open.map(|(name, global)| {
        let snippet = format!("{name} = ${{1:{}}}", plain(&placeholder::of_type(snapshot, &global.ty)));
        let docs = shown(global.docs.as_ref());
        Item { docs, ..item(name, Sort::Value, &type_name(program, &global.ty), snippet, 0) }
    })
    .collect()
}

pub(super) fn behind_dot(snapshot: &Snapshot, of: &Type) -> Vec<Item> {
    let program = &snapshot.analysis().program;
    match of.bare() {
        Type::Kind(kinds) => {
            let kinds: Vec<_> = kinds.iter().filter_map(|id| program.kind(*id)).collect();
            let Some((first, others)) = kinds.split_first() else { return Vec::new() };
            let all = first
                .members
                .iter()
                .filter(|(name, _)| others.iter().all(|kind| kind.members.contains_key(*name)));
            all.filter_map(|(name, member)| {
                let (detail, rank) = match &member.kind {
                    MemberKind::Field { attributes, .. } if attributes.contains(&Attribute::Internal) => {
                        return None;
                    }
                    // Somebody who writes it is told why not to.
                    MemberKind::Field { ty: Type::None, .. } => return None,
                    MemberKind::Field { ty, .. } => (type_name(program, ty), 1),
                    MemberKind::Let(term) => {
                        (type_name(program, &term.ty), u8::from(member.docs.is_none()) * 2)
                    }
                    MemberKind::Make(make) => (program.kind(make.kind)?.name.to_string(), 3),
                };
                let docs = shown(member.docs.as_ref());
                Some(Item { docs, ..item(name, Sort::Field, &detail, name.to_string(), rank) })
            })
            .collect()
        }
        Type::Record(record) => record.fields.iter().map(|field| member(snapshot, field)).collect(),
        Type::Variants(variants) => {
            let fields = variants
                .cases
                .iter()
                .filter_map(|case| case.fields.as_ref())
                .flat_map(|fields| &fields.fields);
            fields.map(|field| member(snapshot, field)).collect()
        }
        Type::Range(inner) => ["start", "end"]
            .map(|end| item(end, Sort::Field, &type_name(program, inner), end.to_owned(), 0))
            .into(),
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
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Secret(_)
        | Type::AnyKind
        | Type::Refined(_) => Vec::new(),
    }
}

fn member(snapshot: &Snapshot, field: &RecordField) -> Item {
    let detail = type_name(&snapshot.analysis().program, &field.ty);
    let docs = shown(field.docs.as_ref());
    Item { docs, ..item(&field.name, Sort::Field, &detail, field.name.to_string(), 0) }
}
