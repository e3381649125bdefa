//! Values and types as they would be written.

mod quantity;

use std::fmt::Write;

use rsx_syntax::ast::Fraction;
use smol_str::SmolStr;

use crate::dimension::{Dimension, Units};
use crate::instance::InstanceId;
use crate::program::KindId;
use crate::secret;
use crate::term::{Term, TermKind};
use crate::types::{Case, RecordType, Type};
use crate::value::{Phase, Record, Value};

/// What stands for an instance whose address is not known.
const INSTANCE: &str = "‹instance›";

/// Writes a value that holds no instances; one that does shows as `‹instance›`.
pub fn show(units: &Units, value: &Value) -> String {
    show_with(units, &|_| INSTANCE.into(), value)
}

/// Writes a value; `address` says how instances are called.
pub fn show_with(units: &Units, address: &dyn Fn(InstanceId) -> String, value: &Value) -> String {
    let mut out = String::new();
    Writer { units, address, out: &mut out }.value(value);
    out
}

/// Writes a value that holds no instances behind what is there already.
pub fn show_onto(out: &mut String, units: &Units, value: &Value) {
    Writer { units, address: &|_| INSTANCE.into(), out }.value(value);
}

/// Writes a value as a text takes it in: text without its quotes.
pub fn show_in_text(units: &Units, address: &dyn Fn(InstanceId) -> String, value: &Value) -> String {
    if let Value::Text(text) = value {
        return text.to_string();
    }
    if let Value::Char(c) = value {
        return c.to_string();
    }
    show_with(units, address, value)
}

/// Writes a number with the largest unit that divides it.
pub fn show_number(units: &Units, number: Fraction, dimension: Dimension) -> String {
    let mut out = String::new();
    quantity::show_onto(&mut out, units, number, dimension);
    out
}

/// Writes a type; `kind` says how kinds are called.
pub fn show_type(units: &Units, kind: &dyn Fn(KindId) -> SmolStr, ty: &Type) -> String {
    let name = |ty: &Type| show_type(units, kind, ty);
    match ty {
        Type::Unknown | Type::Any => "anything".into(),
        Type::None => "none".into(),
        Type::Bool => "Bool".into(),
        Type::Int => "Int".into(),
        Type::Quantity(dimension) => quantity::show_dimension(units, *dimension),
        Type::Text => "Text".into(),
        Type::Char => "Char".into(),
        Type::Cidr => "Cidr".into(),
        Type::Ip => "Ip".into(),
        Type::Range(of) => format!("Range<{}>", name(of)),
        Type::List(of) => format!("List<{}>", name(of)),
        Type::Map(of) => format!("Map<{}>", name(of)),
        Type::Secret(of) => format!("Secret<{}>", name(of)),
        Type::Optional(of) => format!("{}?", name(of)),
        Type::Record(record) => show_record_type(record, &name),
        Type::Variants(variants) => match &variants.name {
            Some(name) => name.to_string(),
            None => joined(variants.cases.iter().map(|case| show_case(case, &name)), " | "),
        },
        Type::Kind(kinds) => joined(kinds.iter().map(|id| kind(*id).to_string()), " | "),
        Type::AnyKind => "a declaration".into(),
        Type::Refined(refined) => match (&refined.name, &refined.range) {
            (Some(name), _) => name.to_string(),
            (None, Some(Term { kind: TermKind::Constant(bounds), .. })) => {
                format!("{}({})", name(&refined.base), show(units, bounds))
            }
            (None, _) => name(&refined.base),
        },
    }
}

fn show_record_type(record: &RecordType, name: &dyn Fn(&Type) -> String) -> String {
    match &record.name {
        Some(name) => name.to_string(),
        None if record.fields.is_empty() => "{}".into(),
        None => {
            let fields = record.fields.iter().map(|field| format!("{}: {}", field.name, name(&field.ty)));
            format!("{{ {} }}", joined(fields, ", "))
        }
    }
}

fn show_case(case: &Case, name: &dyn Fn(&Type) -> String) -> String {
    match &case.fields {
        Some(fields) => format!("{} {}", case.name, show_record_type(fields, name)),
        None => case.name.to_string(),
    }
}

fn joined(items: impl Iterator<Item = String>, separator: &str) -> String {
    items.collect::<Vec<_>>().join(separator)
}

struct Writer<'a> {
    units: &'a Units,
    address: &'a dyn Fn(InstanceId) -> String,
    out: &'a mut String,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Unknown => self.out.push_str("‹unknown›"),
            Value::Pending(pending) => self.out.push_str(match pending.phase {
                Phase::Now | Phase::World => "‹known after a look›",
                Phase::Run => "‹known after run›",
            }),
            Value::None => self.out.push_str("none"),
            Value::Bool(truth) => self.out.push_str(if *truth { "true" } else { "false" }),
            Value::Number(number, dimension) => {
                quantity::show_onto(self.out, self.units, *number, *dimension)
            }
            Value::Char(c) => self.quoted('\'', c.encode_utf8(&mut [0; 4])),
            Value::Text(text) => self.quoted('"', text),
            Value::Cidr(cidr) => self.display(cidr),
            Value::Ip(ip) => self.display(ip),
            Value::Range(ends) => {
                self.value(&ends.0);
                self.out.push_str("..");
                if let Some(end) = &ends.1 {
                    self.value(end);
                }
            }
            Value::List(items) => self.list(items),
            Value::Record(fields) => self.record(fields),
            Value::Variant(word, fields) => {
                self.out.push_str(word);
                if !fields.is_empty() {
                    self.out.push(' ');
                    self.record(fields);
                }
            }
            Value::Instance(id) => self.out.push_str(&(self.address)(*id)),
            Value::Secret(_) => self.out.push_str(secret::MARK),
        }
    }

    fn display(&mut self, shown: impl std::fmt::Display) {
        // Writing to a String does not fail.
        let _ = write!(self.out, "{shown}");
    }

    fn list(&mut self, items: &[Value]) {
        self.out.push('[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            self.value(item);
        }
        self.out.push(']');
    }

    fn record(&mut self, fields: &Record) {
        if fields.is_empty() {
            return self.out.push_str("{}");
        }
        for (i, (name, value)) in fields.iter().enumerate() {
            self.out.push_str(if i == 0 { "{ " } else { ", " });
            self.out.push_str(name);
            self.out.push_str(" = ");
            self.value(value);
        }
        self.out.push_str(" }");
    }

    /// Writes a text between quotes, with the escapes that a literal needs.
    fn quoted(&mut self, quote: char, text: &str) {
        self.out.push(quote);
        let mut rest = text;
        let needs_care = |c: char| matches!(c, '\n' | '\t' | '\r' | '\\' | '$') || c == quote;
        while let Some((plain, after)) = rest.find(needs_care).and_then(|at| rest.split_at_checked(at)) {
            self.out.push_str(plain);
            let mut after = after.chars();
            match after.next() {
                Some('\n') => self.out.push_str("\\n"),
                Some('\t') => self.out.push_str("\\t"),
                Some('\r') => self.out.push_str("\\r"),
                Some('$') if quote != '"' || !after.as_str().starts_with('{') => self.out.push('$'),
                Some(c) => self.out.extend(['\\', c]),
                None => {}
            }
            rest = after.as_str();
        }
        self.out.push_str(rest);
        self.out.push(quote);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::dimension::{Base, Unit};

    fn units() -> Units {
        let unit = |base, factor: i128| Unit { base: Base(base), factor: Fraction::from_integer(factor) };
        Units {
            bases: vec!["Duration".into(), "Rpu".into(), "Usd".into()],
            units: [
                ("s", unit(0, 1)),
                ("min", unit(0, 60)),
                ("h", unit(0, 3600)),
                ("d", unit(0, 86400)),
                ("rpu", unit(1, 1)),
                ("usd", unit(2, 1)),
            ]
            .map(|(name, unit)| (SmolStr::from(name), unit))
            .into_iter()
            .collect(),
        }
    }

    fn number(n: i128, d: i128, powers: &[i8]) -> Value {
        let mut dimension = Dimension::NONE;
        dimension.0.get_mut(..powers.len()).unwrap().copy_from_slice(powers);
        Value::Number(Fraction::new(n, d), dimension)
    }

    #[test]
    fn numbers_take_the_largest_unit_that_divides_them() {
        let cases = [
            (number(5400, 1, &[1]), "90min"),
            (number(86400, 1, &[1]), "1d"),
            (number(0, 1, &[1]), "0s"),
            (number(-3600, 1, &[1]), "-1h"),
            (number(1, 2, &[1]), "0.5s"),
            (number(7, 1, &[]), "7"),
            (number(7, 2, &[]), "3.5"),
            (number(1, 3, &[]), "0.3333"),
            (number(-1, 3, &[]), "-0.3333"),
            (number(1, 8, &[]), "0.125"),
            (number(27648, 10, &[0, 0, 1]), "2764.80usd"),
            (number(2, 30000, &[0, 0, 1]), "0.0001usd"),
            (number(256 * 3600, 1, &[1, 1]), "256rpu*h"),
            (number(36, 100 * 3600, &[-1, -1, 1]), "0.36usd/(rpu*h)"),
            (number(225, 10_000 * 3600, &[-1, 0, 1]), "0.0225usd/h"),
        ];
        for (value, shown) in cases {
            assert_eq!(show(&units(), &value), shown);
        }
    }

    #[test]
    fn other_values_show_as_written() {
        let range =
            Value::Range(std::sync::Arc::new((number(32, 1, &[0, 1]), Some(number(256, 1, &[0, 1])))));
        let record = Value::record([("a".into(), Value::text("x\"${\n")), ("b".into(), Value::Char('\''))]);
        let variant = Value::Variant(
            "snapshot".into(),
            std::sync::Arc::new(crate::value::Record::from_iter([("of".into(), Value::None)])),
        );
        let cases = [
            (range, "32rpu..256rpu"),
            (record, r#"{ a = "x\"\${\n", b = '\'' }"#),
            (variant, "snapshot { of = none }"),
            (Value::list([Value::int(1), Value::Bool(true)]), "[1, true]"),
            (Value::Secret(std::sync::Arc::new(crate::secret::Secret::Generated)), "‹secret›"),
        ];
        for (value, shown) in cases {
            assert_eq!(show(&units(), &value), shown);
        }
    }
}
