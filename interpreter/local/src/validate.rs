//! A request against its model: which constraints it breaks, in AWS's words.

use serde_json::Value;

use crate::call::Refusal;
use crate::model::{Bounds, Member, Model, Protocol, Shape, Structure, Text};
use crate::protocol::wire_name;

/// Refuses an input that breaks its model, as the service's protocol does.
pub(crate) fn validate(model: &Model, operation: &str, input: &Value) -> Result<(), Refusal> {
    let shape = model.operation(operation).and_then(|operation| model.structure(operation.input.as_ref()));
    let mut walk = Walk { model, violations: Vec::new() };
    if let Some(shape) = shape {
        walk.structure(shape, input, "");
    }
    match (walk.violations.as_slice(), model.metadata.protocol) {
        ([], _) => Ok(()),
        ([first, ..], Protocol::Ec2) => Err(ec2_words(first)),
        (all, Protocol::Json) => Err(Refusal::new("ValidationException", words(all))),
        (all, Protocol::Query) => Err(Refusal::new("ValidationError", words(all))),
    }
}

/// A broken constraint, where, and by which value if it is a scalar.
struct Violation<'a> {
    path: String,
    found: Option<&'a Value>,
    constraint: Constraint<'a>,
}

enum Constraint<'a> {
    Required,
    LengthAtLeast(f64),
    LengthAtMost(f64),
    AtLeast(f64),
    AtMost(f64),
    Pattern(&'a str),
    OneOf(&'a [String]),
}

impl std::fmt::Display for Constraint<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Required => out.write_str("Member must not be null"),
            Self::LengthAtLeast(least) => {
                write!(out, "Member must have length greater than or equal to {least}")
            }
            Self::LengthAtMost(most) => write!(out, "Member must have length less than or equal to {most}"),
            Self::AtLeast(least) => write!(out, "Member must have value greater than or equal to {least}"),
            Self::AtMost(most) => write!(out, "Member must have value less than or equal to {most}"),
            Self::Pattern(pattern) => {
                write!(out, "Member must satisfy regular expression pattern: {pattern}")
            }
            Self::OneOf(values) => write!(out, "Member must satisfy enum value set: [{}]", values.join(", ")),
        }
    }
}

fn words(all: &[Violation<'_>]) -> String {
    let count = all.len();
    let plural = if count == 1 { "" } else { "s" };
    let each: Vec<_> = all
        .iter()
        .map(|one| format!("Value at '{}' failed to satisfy constraint: {}", one.path, one.constraint))
        .collect();
    format!("{count} validation error{plural} detected: {}", each.join("; "))
}

fn ec2_words(first: &Violation<'_>) -> Refusal {
    let Violation { path, found, constraint } = first;
    let found = found
        .map(|found| found.as_str().map_or_else(|| found.to_string(), str::to_owned))
        .unwrap_or_default();
    let invalid = |reason: String| {
        Refusal::new(
            "InvalidParameterValue",
            format!("Value ( {found} ) for parameter {path} is invalid. {reason}"),
        )
    };
    match constraint {
        Constraint::Required => {
            Refusal::new("MissingParameter", format!("The request must contain the parameter {path}"))
        }
        Constraint::AtLeast(least) => invalid(format!("Expecting a value greater than or equal to {least}.")),
        Constraint::AtMost(most) => invalid(format!("Expecting a value less than or equal to {most}.")),
        Constraint::OneOf(_) => {
            Refusal::new("InvalidParameterValue", format!("Invalid value '{found}' for {path}"))
        }
        Constraint::LengthAtLeast(_) | Constraint::LengthAtMost(_) | Constraint::Pattern(_) => {
            invalid(format!("{constraint}."))
        }
    }
}

/// Collects violations in the model's order.
struct Walk<'a> {
    model: &'a Model,
    violations: Vec<Violation<'a>>,
}

impl<'a> Walk<'a> {
    fn structure(&mut self, shape: &'a Structure, value: &'a Value, path: &str) {
        for (name, member) in &shape.members {
            let inner = self.path(path, name, member);
            match (value.get(name), self.model.shape(member)) {
                (Some(value), Some(shape)) => self.value(shape, value, &inner),
                (None, _) if shape.required.contains(name) => self.push(inner, None, Constraint::Required),
                (None | Some(_), _) => {}
            }
        }
    }

    fn value(&mut self, shape: &'a Shape, value: &'a Value, path: &str) {
        match (shape, value) {
            (Shape::Structure(shape), value) => self.structure(shape, value, path),
            (Shape::List(list), Value::Array(items)) => {
                self.length(&list.bounds, items.len(), path, None);
                let Some(shape) = self.model.shape(&list.member) else { return };
                for (index, item) in items.iter().enumerate() {
                    self.value(shape, item, &self.item_path(path, index + 1));
                }
            }
            (Shape::Map(map), Value::Object(entries)) => {
                self.length(&map.bounds, entries.len(), path, None);
                let Some(shape) = self.model.shape(&map.value) else { return };
                for (key, value) in entries {
                    self.value(shape, value, &format!("{path}.{key}"));
                }
            }
            (Shape::String(text), Value::String(found)) => self.text(text, found, value, path),
            (
                Shape::Integer(bounds) | Shape::Long(bounds) | Shape::Float(bounds) | Shape::Double(bounds),
                Value::Number(number),
            ) => {
                let number = number.as_f64().unwrap_or_default();
                if let Some(least) = bounds.min.filter(|least| number < *least) {
                    self.push(path.to_owned(), Some(value), Constraint::AtLeast(least));
                }
                if let Some(most) = bounds.max.filter(|most| number > *most) {
                    self.push(path.to_owned(), Some(value), Constraint::AtMost(most));
                }
            }
            (Shape::Blob(bounds), Value::String(base64)) => {
                self.length(bounds, base64.len() / 4 * 3, path, None)
            }
            // Types were checked when the request was decoded.
            (_, _) => {}
        }
    }

    fn text(&mut self, text: &'a Text, found: &str, value: &'a Value, path: &str) {
        self.length(&text.bounds, found.chars().count(), path, Some(value));
        if let Some(pattern) = text.pattern.as_ref().filter(|pattern| !pattern.matches(found)) {
            self.push(path.to_owned(), Some(value), Constraint::Pattern(&pattern.source));
        }
        if !text.variants.is_empty() && !text.variants.iter().any(|variant| variant == found) {
            self.push(path.to_owned(), Some(value), Constraint::OneOf(&text.variants));
        }
    }

    fn length(&mut self, bounds: &Bounds, length: usize, path: &str, value: Option<&'a Value>) {
        let length = length as f64;
        if let Some(least) = bounds.min.filter(|least| length < *least) {
            self.push(path.to_owned(), value, Constraint::LengthAtLeast(least));
        }
        if let Some(most) = bounds.max.filter(|most| length > *most) {
            self.push(path.to_owned(), value, Constraint::LengthAtMost(most));
        }
    }

    fn push(&mut self, path: String, found: Option<&'a Value>, constraint: Constraint<'a>) {
        self.violations.push(Violation { path, found, constraint });
    }

    /// `tags.1.member.key`, or EC2's own names.
    fn path(&self, path: &str, name: &str, member: &Member) -> String {
        let name = match self.model.metadata.protocol {
            Protocol::Ec2 => wire_name(Protocol::Ec2, name, member),
            Protocol::Json | Protocol::Query => uncapitalised(name),
        };
        if path.is_empty() { name } else { format!("{path}.{name}") }
    }

    fn item_path(&self, path: &str, number: usize) -> String {
        match self.model.metadata.protocol {
            Protocol::Ec2 => format!("{path}.{number}"),
            Protocol::Json | Protocol::Query => format!("{path}.{number}.member"),
        }
    }
}

fn uncapitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
