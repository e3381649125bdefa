//! A value that checks, for a place that needs one: a declaration of the right kind, a word, what the library's examples give,
//! a literal of the type.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use indexmap::IndexMap;
use rsx_lang::dimension::Dimension;
use rsx_lang::library::Library;
use rsx_lang::program::{Kind, Program};
use rsx_lang::term::{Term, TermKind};
use rsx_lang::types::{Case, RecordField, RecordType, Type};
use rsx_lang::value::Value;
use rsx_syntax::ast::{DeclarationKind, ExprKind};
use rsx_syntax::{Sources, head};
use smol_str::SmolStr;

use super::expected::OfField;
use super::schema::{self, KindField};
use super::tree::Node;
use crate::snapshot::Snapshot;

/// Returns a value for a field of a kind.
pub(crate) fn of_field(snapshot: &Snapshot, kind: &str, field: &KindField) -> String {
    let example = || usual(&examples().get(kind)?.fields.get(&field.name)?.values);
    let Some((program, ty)) = schema::field_type(snapshot, kind, &field.name) else {
        return example().unwrap_or_else(|| "none".to_owned());
    };
    let value = Placeholder { snapshot, program };
    let literal = || value.literal(ty, &field.name, field.docs.as_deref());
    value.reference(ty).or_else(example).unwrap_or_else(literal)
}

/// Returns what a field of a kind is where nobody gives it, if that says anything; else a value for it.
pub(crate) fn default_or_value(snapshot: &Snapshot, kind: &str, field: &KindField) -> String {
    // Nobody writes a field to say nothing.
    let is_telling = |default: &String| !matches!(default.as_str(), "none" | "[]" | "{}");
    let default = field.default.clone().filter(is_telling);
    default.unwrap_or_else(|| of_field(snapshot, kind, field))
}

/// Returns the value that usually stands in a field.
pub(crate) fn usually(snapshot: &Snapshot, field: &OfField) -> Option<String> {
    match field {
        OfField::Kind { kind, field } => {
            let mut fields = schema::fields(snapshot, kind).into_iter();
            let value = default_or_value(snapshot, kind, &fields.find(|one| one.name == *field)?);
            (value != "[]").then_some(value)
        }
        OfField::Record(field) => Some(of_record_field(snapshot, field)),
    }
}

/// Returns a value for a field of a record of the program.
pub(crate) fn of_record_field(snapshot: &Snapshot, field: &RecordField) -> String {
    Placeholder { snapshot, program: &snapshot.analysis().program }.record_field(field)
}

/// Returns a value of a type of the program, as simple as it can be.
pub(crate) fn of_type(snapshot: &Snapshot, ty: &Type) -> String {
    let value = Placeholder { snapshot, program: &snapshot.analysis().program };
    value.reference(ty).unwrap_or_else(|| value.literal(ty, "", None))
}

/// Whether every example of a kind gives a field.
pub(crate) fn is_usual(kind: &str, field: &str) -> bool {
    let shown = examples().get(kind);
    shown.is_some_and(|shown| shown.fields.get(field).is_some_and(|field| field.times == shown.times))
}

/// Whether the library's examples have a declaration of a kind.
pub(crate) fn has_example(kind: &str) -> bool {
    examples().contains_key(kind)
}

/// Values of the types of a program, in the place of one that is being written.
struct Placeholder<'s> {
    snapshot: &'s Snapshot,
    program: &'s Program,
}

impl Placeholder<'_> {
    /// A declaration, or the kind of one that is still to be written; for a list of them, one or a pool.
    fn reference(&self, ty: &Type) -> Option<String> {
        let (ty, is_list) =
            if let Type::List(inner) = ty.bare() { (inner.bare(), true) } else { (ty.bare(), false) };
        let Type::Kind(kinds) = ty else { return None };
        let own = &self.snapshot.analysis().program;
        let names: Vec<&SmolStr> =
            kinds.iter().filter_map(|id| self.program.kind(*id)).map(|kind| &kind.name).collect();
        let is_meant = |kind: &Kind| {
            let members = if is_list { schema::members_of(kind, own) } else { None };
            names.contains(&&kind.name) || members.is_some_and(|made| names.contains(&&made.name))
        };
        let mut declared = own.declared.iter();
        let found = declared.find(|(_, declared)| own.kind(declared.kind).is_some_and(is_meant));
        Some(match found {
            Some((name, _)) => name.to_string(),
            None => names.first()?.to_string(),
        })
    }

    fn record_field(&self, field: &RecordField) -> String {
        if let Some(value) = field.default.as_ref().and_then(constant)
            && is_plain(value)
        {
            return rsx_lang::show::show(&self.program.units, value);
        }
        let literal = || self.literal(&field.ty, &field.name, field.docs.as_deref());
        self.reference(&field.ty).unwrap_or_else(literal)
    }

    /// The fields of a record that must be there.
    fn record(&self, record: &RecordType) -> String {
        let required = record.fields.iter().filter(|field| field.is_required());
        let fields: Vec<String> =
            required.map(|field| format!("{} = {}", field.name, self.record_field(field))).collect();
        if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
    }

    /// What can be written of a type, for something that has a name and docs.
    fn literal(&self, ty: &Type, name: &str, docs: Option<&str>) -> String {
        if let Some(least) = least(self.program, ty) {
            return least;
        }
        match ty.bare() {
            Type::Bool => "false".to_owned(),
            Type::Int => "1".to_owned(),
            Type::Quantity(dimension) => {
                let mut units = self.program.units.units.iter();
                let unit = units.find(|(_, unit)| Dimension::of(unit.base) == *dimension);
                format!("1{}", unit.map_or("", |(name, _)| name.as_str()))
            }
            Type::Text => format!("\"{}\"", docs.and_then(example).unwrap_or(name)),
            Type::Char => "'a'".to_owned(),
            Type::Cidr => "10.0.0.0/16".to_owned(),
            Type::Ip => "10.0.0.1".to_owned(),
            Type::Range(inner) => {
                let one = self.literal(inner, name, docs);
                format!("{one}..{one}")
            }
            Type::List(inner) => match docs.and_then(example) {
                Some(_) => format!("[{}]", self.literal(inner, name, docs)),
                None => "[]".to_owned(),
            },
            Type::Map(_) => "{}".to_owned(),
            Type::Record(record) => self.record(record),
            Type::Variants(variants) => match variants.cases.first() {
                Some(Case { name, fields: Some(fields), .. })
                    if fields.fields.iter().any(RecordField::is_required) =>
                {
                    format!("{name} {}", self.record(fields))
                }
                Some(Case { name, .. }) => name.to_string(),
                None => "none".to_owned(),
            },
            Type::AnyKind => {
                let declared = self.snapshot.analysis().program.declared.keys().next();
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
}

/// Whether a value is written as it is shown.
fn is_plain(value: &Value) -> bool {
    matches!(
        value,
        Value::Bool(_)
            | Value::Number(..)
            | Value::Char(_)
            | Value::Text(_)
            | Value::Cidr(_)
            | Value::Ip(_)
            | Value::Range(_)
    )
}

/// What a term says by itself.
fn constant(of: &Term) -> Option<&Value> {
    if let TermKind::Convert(_, inner) = &of.kind {
        return constant(inner);
    }
    if let TermKind::Constant(value) = &of.kind { Some(value) } else { None }
}

/// The example that docs give in words: such as `this`.
fn example(docs: &str) -> Option<&str> {
    let written = docs.split("such as `").nth(1)?.split('`').next()?;
    (!written.contains(['"', '\\', '$', '\n'])).then_some(written)
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

/// What the examples in the library's docs write for kinds.
type Examples = HashMap<SmolStr, Shown>;

/// What examples write for a kind.
#[derive(Default)]
struct Shown {
    /// How often it is written.
    times: usize,
    fields: HashMap<SmolStr, ShownField>,
}

/// What examples write for a field.
#[derive(Default)]
struct ShownField {
    /// How often it is given.
    times: usize,
    /// Each value that stands in no example of a mistake, and how often.
    values: IndexMap<String, usize>,
}

/// The value that most examples have; of several, the first.
fn usual(values: &IndexMap<String, usize>) -> Option<String> {
    let most = values.values().max()?;
    values.iter().find(|(_, times)| *times == most).map(|(value, _)| value.clone())
}

fn examples() -> &'static Examples {
    static EXAMPLES: OnceLock<Examples> = OnceLock::new();
    EXAMPLES.get_or_init(|| {
        let mut found = Examples::new();
        for docs in Library::standard().trees().filter_map(|tree| tree.declaration.as_ref()?.docs.as_ref()) {
            for block in docs.node.split("```rsx\n").skip(1).filter_map(|rest| rest.split("```").next()) {
                take(block, &mut found);
            }
        }
        found
    })
}

fn take(block: &str, found: &mut Examples) {
    let mut sources = Sources::default();
    let file = sources.add("", block);
    let pieces: Vec<_> = sources.pieces(file).collect();
    // What an example declares itself is not there where another is written.
    let own: HashSet<&str> =
        pieces.iter().filter_map(|piece| Some(head(sources.piece_text(*piece))?.name)).collect();
    for piece in &pieces {
        let text = sources.piece_text(*piece);
        let parsed = rsx_syntax::parse(*piece, text);
        let Some(DeclarationKind::Instance(of)) = parsed.declaration.map(|declaration| declaration.kind)
        else {
            continue;
        };
        let shown = found.entry(of.kind.node.clone()).or_default();
        shown.times += 1;
        let is_right = !text.contains("// error") && !text.contains("// warning");
        for field in of.body.fields() {
            let shown = shown.fields.entry(field.name.node.clone()).or_default();
            shown.times += 1;
            let mut stands_alone = true;
            Node::Expr(&field.value).visit(&mut |node| {
                let Node::Expr(expr) = node else { return };
                stands_alone &= !matches!(&expr.kind, ExprKind::Name(name) if own.contains(name.as_str()));
            });
            if is_right && stands_alone {
                let written = sources.snippet(field.value.span).to_owned();
                *shown.values.entry(written).or_default() += 1;
            }
        }
    }
}
