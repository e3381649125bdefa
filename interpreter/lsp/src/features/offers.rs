//! What is offered where something is wanted.

use rsx_lang::pages;
use rsx_lang::program::{Global, GlobalKind, MemberKind};
use rsx_lang::types::{RecordField, RecordType, Type, VariantsType};
use rsx_syntax::FileId;
use rsx_syntax::ast::{Attribute, DeclarationKind};
use smol_str::SmolStr;

use super::completion::{Item, MARK, Sort};
use super::facts::type_name;
use super::hover::documentation;
use super::wanted::Wanted;
use super::{definition, placeholder, schema};
use crate::snapshot::Snapshot;

/// Returns what can be written where something is wanted.
pub(crate) fn offers(snapshot: &Snapshot, wanted: &Wanted) -> Vec<Item> {
    match wanted {
        Wanted::Declaration => kinds(snapshot).chain(keywords(&FORMS)).collect(),
        Wanted::KindField { kind, given } => kind_fields(snapshot, kind, given),
        Wanted::Clause => keywords(&CLAUSES).collect(),
        Wanted::RecordField { ty, word, given } => record_fields(snapshot, ty, word.as_ref(), given),
        Wanted::Param { given } => params(snapshot, given),
        Wanted::Member { of } => members(snapshot, of),
        Wanted::Value { ty, locals, choices } => values(snapshot, ty.as_ref(), locals, choices),
        Wanted::Type => types(snapshot),
        Wanted::Code => codes(snapshot),
    }
}

/// Forms of declarations besides kinds.
const FORMS: [(&str, &str); 10] = [
    ("param", "param ${1:name}: ${2:Int} = ${3:1}"),
    ("let", "let ${1:name} = ${2:1}"),
    ("output", "output ${1:name} = ${2:1}"),
    ("env", "env ${1:dev} {\n  $0\n}"),
    ("import", "import \"${1:network.rsx}\""),
    ("type", "type ${1:Name} = Text where {\n  \"${2:1 to 8 characters}\" = ${3:length(self) in 1..8}\n}"),
    ("check", "check \"${1:what must hold}\" {\n  require ${2:true}\n}"),
    ("expect", "expect \"${1:what must hold after a run}\" {\n  require ${2:true}\n}"),
    ("pattern", "pattern ${1:name} {\n  $0\n}"),
    ("rule", "rule ${1:house::code} on ${2:stack} {\n  require ${3:true}\n  else \"${4:what is wrong}\"\n}"),
];

/// Clauses of bodies.
const CLAUSES: [(&str, &str); 4] = [
    ("require", "require ${1:true}"),
    ("let", "let ${1:name} = ${2:1}"),
    ("make", "make ${1:kind} ${2:name} {\n  $0\n}"),
    ("allow", "allow ${1:code} because \"${2:reason}\""),
];

fn keywords(all: &'static [(&str, &str)]) -> impl Iterator<Item = Item> {
    all.iter().map(|(word, snippet)| item(word, Sort::Keyword, "", (*snippet).to_owned(), 5))
}

fn item(label: &str, sort: Sort, detail: &str, snippet: String, rank: u8) -> Item {
    Item { label: label.to_owned(), sort, detail: detail.to_owned(), docs: None, snippet, rank }
}

/// Text as a snippet has it that means nothing but itself.
fn plain(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// Patterns of the library and of the user, each with what it must have.
fn kinds(snapshot: &Snapshot) -> impl Iterator<Item = Item> {
    let declared = snapshot.analysis.program.kinds.keys().chain(snapshot.library.kinds());
    let mut names: Vec<&SmolStr> = declared.filter(|name| *name != MARK).collect();
    names.sort_unstable();
    names.dedup();
    let has_stack = snapshot.analysis.program.stack.is_some();
    names.into_iter().filter_map(move |name| {
        let at = definition::kind(snapshot, name)?;
        let declaration = snapshot.tree(at.piece)?.declaration.as_ref()?;
        // Objects are made by patterns.
        let DeclarationKind::Pattern(_) = &declaration.kind else { return None };
        let is_stack = name == "stack";
        if is_stack && has_stack {
            return None;
        }
        let docs = declaration.docs.as_ref().map(|docs| docs.node.trim().to_owned());
        // What no example shows is a part of what others show.
        let rank = if is_stack { 0 } else { 1 + 5 * u8::from(!placeholder::has_example(name)) };
        Some(Item { docs, ..item(name, Sort::Kind, "kind", kind_snippet(snapshot, name), rank) })
    })
}

fn kind_snippet(snapshot: &Snapshot, kind: &str) -> String {
    let fields = schema::fields(snapshot, kind).into_iter().filter(|field| field.is_required);
    let lines = fields.enumerate().map(|(number, field)| {
        let value = placeholder::of_field(snapshot, kind, &field);
        format!("\n  {} = ${{{}:{}}}", field.name, number + 2, plain(&value))
    });
    format!("{kind} ${{1:name}} {{{}\n}}", lines.collect::<String>())
}

fn kind_fields(snapshot: &Snapshot, kind: &SmolStr, given: &[SmolStr]) -> Vec<Item> {
    let fields = schema::fields(snapshot, kind).into_iter().filter(|field| !given.contains(&field.name));
    let mut items: Vec<Item> = fields
        .map(|field| {
            let value = placeholder::of_field(snapshot, kind, &field);
            let value = field.default.clone().unwrap_or(value);
            let detail = if field.is_required { format!("{}, required", field.ty) } else { field.ty.clone() };
            let snippet = format!("{} = ${{1:{}}}", field.name, plain(&value));
            Item {
                docs: field.docs.clone(),
                ..item(&field.name, Sort::Field, &detail, snippet, u8::from(!field.is_required))
            }
        })
        .collect();
    items.push(item("protect", Sort::Keyword, "Bool", "protect = true".to_owned(), 4));
    items.push(item("allow", Sort::Keyword, "", "allow ${1:code} because \"${2:reason}\"".to_owned(), 4));
    items
}

fn record_fields(snapshot: &Snapshot, ty: &Type, word: Option<&SmolStr>, given: &[SmolStr]) -> Vec<Item> {
    let program = &snapshot.analysis.program;
    if let Type::List(inner) = ty.bare() {
        return record_fields(snapshot, inner, word, given);
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
                format!("{} = ${{1:{}}}", field.name, plain(&placeholder::of_type(snapshot, &field.ty)));
            let docs = field.docs.as_ref().map(|docs| docs.trim().to_owned());
            Item { docs, ..item(&field.name, Sort::Field, &detail, snippet, u8::from(!is_required)) }
        })
        .collect()
}

fn params(snapshot: &Snapshot, given: &[SmolStr]) -> Vec<Item> {
    let program = &snapshot.analysis.program;
    let is_open =
        |global: &Global| matches!(global.kind, GlobalKind::Param(_)) && !snapshot.is_in_library(global.span);
    let open = program.globals.iter().filter(|(name, global)| is_open(global) && !given.contains(name));
    open.map(|(name, global)| {
        let snippet = format!("{name} = ${{1:{}}}", plain(&placeholder::of_type(snapshot, &global.ty)));
        let docs = global.docs.as_ref().map(|docs| docs.trim().to_owned());
        Item { docs, ..item(name, Sort::Value, &type_name(program, &global.ty), snippet, 0) }
    })
    .collect()
}

fn members(snapshot: &Snapshot, of: &Type) -> Vec<Item> {
    let program = &snapshot.analysis.program;
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
                    MemberKind::Field { ty, .. } if type_name(program, ty) == "Absent" => return None,
                    MemberKind::Field { ty, .. } => (type_name(program, ty), 1),
                    MemberKind::Let(term) => {
                        (type_name(program, &term.ty), u8::from(member.docs.is_none()) * 2)
                    }
                    MemberKind::Make(make) => (program.kind(make.kind)?.name.to_string(), 3),
                };
                let docs = member.docs.as_ref().map(|docs| docs.trim().to_owned());
                Some(Item { docs, ..item(name, Sort::Field, &detail, name.to_string(), rank) })
            })
            .collect()
        }
        Type::Record(record) => record.fields.iter().map(|field| of_record(snapshot, field)).collect(),
        Type::Variants(variants) => {
            let fields = variants
                .cases
                .iter()
                .filter_map(|case| case.fields.as_ref())
                .flat_map(|fields| &fields.fields);
            fields.map(|field| of_record(snapshot, field)).collect()
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

fn of_record(snapshot: &Snapshot, field: &RecordField) -> Item {
    let detail = type_name(&snapshot.analysis.program, &field.ty);
    let docs = field.docs.as_ref().map(|docs| docs.trim().to_owned());
    Item { docs, ..item(&field.name, Sort::Field, &detail, field.name.to_string(), 0) }
}

fn values(snapshot: &Snapshot, ty: Option<&Type>, locals: &[SmolStr], choices: &[String]) -> Vec<Item> {
    let program = &snapshot.analysis.program;
    let mut items: Vec<Item> = choices
        .iter()
        .map(|choice| item(&format!("\"{choice}\""), Sort::Literal, "", plain(&format!("\"{choice}\"")), 0))
        .collect();
    items.extend(locals.iter().map(|name| item(name, Sort::Value, "variable", name.to_string(), 1)));
    if let Some(ty) = ty {
        items.extend(of_type(snapshot, ty));
    }
    for (name, declared) in program.declared.iter().filter(|(name, _)| *name != MARK) {
        let Some(kind) = program.kind(declared.kind) else { continue };
        let is_meant = ty.is_none_or(|ty| takes_kind(ty, &kind.name, program));
        let docs = declared.docs.as_ref().map(|docs| docs.trim().to_owned());
        let rank = if is_meant { 1 } else { 7 };
        items.push(Item { docs, ..item(name, Sort::Declaration, &kind.name, name.to_string(), rank) });
    }
    for (name, global) in &program.globals {
        if snapshot.is_in_library(global.span) || name == MARK {
            continue;
        }
        let is_meant = ty.is_none_or(|ty| is_like(ty, &global.ty));
        let docs = global.docs.as_ref().map(|docs| docs.trim().to_owned());
        let rank = if is_meant { 2 } else { 8 };
        items.push(Item {
            docs,
            ..item(name, Sort::Value, &type_name(program, &global.ty), name.to_string(), rank)
        });
    }
    items
}

/// Whether a place of some type takes a reference to a declaration of a kind, or a list of its members.
fn takes_kind(ty: &Type, kind: &str, program: &rsx_lang::program::Program) -> bool {
    match ty.bare() {
        Type::Kind(kinds) => kinds.iter().filter_map(|id| program.kind(*id)).any(|one| {
            one.name == kind
                || program.kinds.get(kind).is_some_and(|pool| is_pool_of(pool, program, &one.name))
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

fn is_pool_of(pool: &rsx_lang::program::Kind, program: &rsx_lang::program::Program, member: &str) -> bool {
    let made = pool.pool.and_then(|place| pool.members.get_index(place));
    made.is_some_and(|(_, made)| match &made.kind {
        MemberKind::Make(make) => program.kind(make.kind).is_some_and(|kind| kind.name == member),
        MemberKind::Field { .. } | MemberKind::Let(_) => false,
    })
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

/// Words and literals of a type.
fn of_type(snapshot: &Snapshot, ty: &Type) -> Vec<Item> {
    let program = &snapshot.analysis.program;
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
        Type::Variants(variants) => items.extend(words(snapshot, variants)),
        Type::Record(record) => {
            for field in record.fields.iter().filter(|field| field.bare) {
                items.extend(of_type(snapshot, &field.ty));
            }
            let fields = required(snapshot, record);
            items.push(item(&format!("{{ {} }}", names(record)), Sort::Literal, &name, fields, 1));
        }
        Type::List(inner) => {
            items.push(item(
                "[…]",
                Sort::Literal,
                &name,
                format!("[${{1:{}}}]", plain(&placeholder::of_type(snapshot, inner))),
                2,
            ));
        }
        Type::Int | Type::Quantity(_) | Type::Text | Type::Char | Type::Cidr | Type::Ip | Type::Range(_) => {
            let literal = placeholder::of_type(snapshot, ty);
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

fn words(snapshot: &Snapshot, variants: &VariantsType) -> Vec<Item> {
    let set = variants.name.clone().unwrap_or_default();
    let word = |case: &rsx_lang::types::Case| {
        let snippet = match &case.fields {
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

/// `{ a = …, b = … }` with the fields that must be there.
fn required(snapshot: &Snapshot, record: &RecordType) -> String {
    let fields = record.fields.iter().filter(|field| field.is_required()).enumerate();
    let fields: Vec<String> = fields
        .map(|(number, field)| {
            format!(
                "{} = ${{{}:{}}}",
                field.name,
                number + 1,
                plain(&placeholder::of_type(snapshot, &field.ty))
            )
        })
        .collect();
    if fields.is_empty() { "{ $0 }".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
}

/// The types of the language that no declaration names.
const BUILT_IN: [&str; 13] = [
    "Bool", "Int", "Number", "Text", "Char", "Percent", "Cidr", "Ip", "Range", "List", "Map", "Secret", "Per",
];

fn types(snapshot: &Snapshot) -> Vec<Item> {
    let built_in = BUILT_IN.iter().map(|name| {
        let takes = matches!(*name, "Range" | "List" | "Map" | "Secret");
        let snippet = if takes { format!("{name}<${{1:Text}}>") } else { (*name).to_owned() };
        item(name, Sort::Type, "", snippet, 0)
    });
    let users = snapshot.trees.values().filter_map(|tree| {
        if let DeclarationKind::Type(of) = &tree.declaration.as_ref()?.kind {
            Some(item(&of.name.node, Sort::Type, "", of.name.node.to_string(), 1))
        } else {
            None
        }
    });
    let dimensions = snapshot.library.dimensions().iter().filter_map(|piece| {
        let DeclarationKind::Dimension(of) = &snapshot.tree(*piece)?.declaration.as_ref()?.kind else {
            return None;
        };
        Some(item(&of.name.node, Sort::Type, "", of.name.node.to_string(), 1))
    });
    let library = snapshot.library.types().filter_map(|name| {
        let docs =
            documentation(snapshot, snapshot.library.ty(name).and_then(|piece| head_name(snapshot, piece))?);
        Some(Item { docs, ..item(name, Sort::Type, "", name.to_string(), 2) })
    });
    built_in
        .chain(users)
        .chain(dimensions)
        .chain(library)
        .chain(kinds(snapshot).map(|kind| Item { snippet: kind.label.clone(), rank: 3, ..kind }))
        .collect()
}

fn head_name(snapshot: &Snapshot, piece: rsx_syntax::PieceId) -> Option<rsx_syntax::Span> {
    if let DeclarationKind::Type(of) = &snapshot.tree(piece)?.declaration.as_ref()?.kind {
        Some(of.name.span)
    } else {
        None
    }
}

/// Codes that something in the program reports come first.
fn codes(snapshot: &Snapshot) -> Vec<Item> {
    let reported = |code: &str| snapshot.analysis.diagnostics.iter().any(|one| one.code.as_str() == code);
    let rules = snapshot.library.codes().map(SmolStr::as_str);
    let users = snapshot.analysis.program.rules.iter().map(|rule| rule.code.as_str());
    let mut all: Vec<&str> = rules.chain(users).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
        .map(|code| {
            let docs = pages::page(code).map(str::to_owned);
            let snippet = format!("{code} because \"${{1:reason}}\"");
            Item { docs, ..item(code, Sort::Code, "", snippet, u8::from(!reported(code))) }
        })
        .collect()
}

/// Files of the program that a file may import.
pub(crate) fn files(snapshot: &Snapshot, file: FileId, _written: &str) -> Vec<Item> {
    let sources = snapshot.sources();
    let own = sources.name(file);
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let others = snapshot.user_files().map(|file| sources.name(file)).filter(|name| *name != own);
    let relative =
        others.filter_map(|name| name.strip_prefix(folder).map(|rest| rest.trim_start_matches('/')));
    relative.map(|name| item(name, Sort::File, "", plain(name), 0)).collect()
}
