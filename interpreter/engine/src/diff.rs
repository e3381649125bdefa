//! What is wanted and what is there to the fields that differ.

use rsx_lang::secret::MARK;
use rsx_lang::show::show;
use rsx_lang::value::{Awaited, Record, Value};
use smol_str::SmolStr;

use crate::design::Design;
use crate::json::Codec;
use crate::schema::{Role, Schema, agree};
use crate::state::Entry;

/// A field that is, or may be, another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// The field.
    pub(crate) field: SmolStr,
    /// The part it plays.
    pub(crate) role: Role,
    /// What is there, as far as it is known.
    pub(crate) before: Option<Value>,
    /// What is wanted, possibly with holes.
    pub(crate) after: Value,
}

/// Compares field by field: with what was read where the service tells the field, else with what was last asked for.
///
/// A hole differs from everything. How an object is reached is not compared.
pub(crate) fn differences(schema: &Schema, codec: &Codec, want: &Record, entry: &Entry) -> Vec<Difference> {
    let observed = schema.measured(&codec.recall(&entry.observed));
    let mut differences = Vec::new();
    for (field, &role) in &schema.fields {
        let Some(after) = want.get(field).filter(|_| role != Role::Through) else { continue };
        let (same, before) = match observed.get(field) {
            Some(seen) if !matches!(after, Value::Secret(_)) => (agree(after, seen), Some(seen.clone())),
            Some(_) | None => {
                let wanted = entry.wanted.get(field.as_str());
                let before = wanted.and_then(|json| codec.decode(json));
                let same = match (codec.encode(after), wanted) {
                    (Some(json), Some(wanted)) => json == *wanted,
                    // A field that did not exist when it was made stands at its default then as now.
                    (Some(json), None) => json.is_null(),
                    (None, _) => false,
                };
                (same, before)
            }
        };
        if !same {
            differences.push(Difference { field: field.clone(), role, before, after: after.clone() });
        }
    }
    differences
}

/// Writes a value as a plan shows it: a secret as its mark, a hole as what it waits for.
pub(crate) fn shown(design: &dyn Design, value: &Value) -> String {
    match value {
        Value::Pending(pending) => {
            let names: Vec<String> = pending.waits_for.iter().map(|awaited| named(design, awaited)).collect();
            format!("known after {}", names.join(", "))
        }
        Value::List(items) if !value.is_known() => {
            let items: Vec<String> = items.iter().map(|item| shown(design, item)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Record(fields) if !value.is_known() => {
            let field = |(name, value): (&SmolStr, &Value)| format!("{name} = {}", shown(design, value));
            format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        Value::Text(text) if text == MARK => MARK.to_owned(),
        Value::Unknown
        | Value::None
        | Value::Bool(_)
        | Value::Number(..)
        | Value::Char(_)
        | Value::Text(_)
        | Value::Cidr(_)
        | Value::Ip(_)
        | Value::Range(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Variant(..)
        | Value::Instance(_)
        | Value::Secret(_) => show(design.units(), value),
    }
}

/// Names what a hole waits for.
fn named(design: &dyn Design, awaited: &Awaited) -> String {
    match awaited {
        Awaited::Param(name) => format!("param `{name}`"),
        Awaited::Attribute(id, attribute) => format!("{}.{attribute}", design.address(*id)),
        Awaited::Query(query) => format!("a query on {}", design.address(query.target)),
    }
}
