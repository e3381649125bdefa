//! What is wanted and what is there to the fields that differ.

use rsx_lang::secret::MARK;
use rsx_lang::show::show_onto;
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

/// Writes values as a plan shows them: a secret as its mark, a hole as what it waits for.
pub(crate) struct Shown<'a> {
    design: &'a dyn Design,
    out: String,
}

impl<'a> Shown<'a> {
    /// Begins for a design, which says what is called how.
    pub(crate) fn in_plan_of(design: &'a dyn Design) -> Self {
        Self { design, out: String::new() }
    }

    /// Returns a value as it is shown.
    pub(crate) fn text(&mut self, value: &Value) -> SmolStr {
        self.out.clear();
        self.value(value);
        SmolStr::new(&self.out)
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Pending(pending) => {
                self.out.push_str("known after ");
                self.separated(&pending.waits_for, Self::awaited);
            }
            Value::List(items) if !value.is_known() => {
                self.out.push('[');
                self.separated(items.iter(), Self::value);
                self.out.push(']');
            }
            Value::Record(fields) if !value.is_known() => {
                self.out.push_str("{ ");
                self.separated(fields.iter(), |shown, (name, value)| {
                    shown.out.push_str(name);
                    shown.out.push_str(" = ");
                    shown.value(value);
                });
                self.out.push_str(" }");
            }
            Value::Text(text) if text == MARK => self.out.push_str(MARK),
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
            | Value::Secret(_) => show_onto(&mut self.out, self.design.units(), value),
        }
    }

    fn separated<T>(&mut self, items: impl IntoIterator<Item = T>, write: impl Fn(&mut Self, T)) {
        for (nth, item) in items.into_iter().enumerate() {
            if nth > 0 {
                self.out.push_str(", ");
            }
            write(self, item);
        }
    }

    /// Names what a hole waits for.
    fn awaited(&mut self, awaited: &Awaited) {
        let words = match awaited {
            Awaited::Param(name) => ["param `", name, "`"],
            Awaited::Attribute(id, attribute) => [&self.design.address(*id), ".", attribute],
            Awaited::Query(query) => ["a query on ", &self.design.address(query.target), ""],
        };
        self.out.extend(words);
    }
}
