//! Records of the language as Rust values, and what was read as such records.

use std::sync::Arc;

use num_traits::ToPrimitive;
use rsx_engine::known::Known;
use rsx_engine::provider::{Fault, Observed, Status};
use rsx_lang::secret::Secret;
use rsx_lang::value::{Record, Value};
use rsx_syntax::ast::Fraction;
use smol_str::SmolStr;

use crate::refusal::{Worded, refusal};

/// Typed reading of a record's fields.
///
/// The language has checked their types; a fault here means a state of another version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(pub(crate) &'a Record);

/// A record that is being read from a service.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Record);

impl<'a> Fields<'a> {
    pub(crate) fn of(known: &'a Known) -> Self {
        Self(known.fields())
    }

    /// Returns a field unless it is left out or none.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !matches!(value, Value::None))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&'a str, Fault> {
        self.maybe_text(name)?.ok_or_else(|| missing(name, "text"))
    }

    pub(crate) fn maybe_text(&self, name: &str) -> Result<Option<&'a str>, Fault> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.as_str())),
            Some(other) => Err(mistyped(name, "text", other)),
        }
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Fault> {
        self.items(name)?
            .iter()
            .map(|item| {
                let Value::Text(text) = item else { return Err(mistyped(name, "a list of texts", item)) };
                Ok(text.to_string())
            })
            .collect()
    }

    /// Returns the records of a list.
    pub(crate) fn records(&self, name: &str) -> Result<Vec<Fields<'a>>, Fault> {
        self.items(name)?
            .iter()
            .map(|item| {
                let Value::Record(record) = item else {
                    return Err(mistyped(name, "a list of records", item));
                };
                Ok(Fields(record))
            })
            .collect()
    }

    fn items(&self, name: &str) -> Result<&'a [Value], Fault> {
        match self.value(name) {
            Some(Value::List(items)) => Ok(items),
            Some(other) => Err(mistyped(name, "a list", other)),
            None => Err(missing(name, "a list")),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, Fault> {
        match self.value(name) {
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(mistyped(name, "true or false", other)),
            None => Err(missing(name, "true or false")),
        }
    }

    /// Returns a number in the first unit of what it measures.
    pub(crate) fn amount(&self, name: &str) -> Result<Fraction, Fault> {
        self.maybe_amount(name)?.ok_or_else(|| missing(name, "a number"))
    }

    pub(crate) fn maybe_amount(&self, name: &str) -> Result<Option<Fraction>, Fault> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Number(number, _)) => Ok(Some(*number)),
            Some(other) => Err(mistyped(name, "a number", other)),
        }
    }

    /// Returns a whole number.
    pub(crate) fn integer(&self, name: &str) -> Result<i32, Fault> {
        let amount = self.amount(name)?;
        amount
            .to_integer()
            .to_i32()
            .filter(|_| amount.is_integer())
            .ok_or_else(|| missing(name, "a whole number"))
    }

    /// Returns a network as `10.0.0.0/16`.
    pub(crate) fn maybe_cidr(&self, name: &str) -> Result<Option<String>, Fault> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Cidr(network)) => Ok(Some(network.to_string())),
            Some(other) => Err(mistyped(name, "a network", other)),
        }
    }

    pub(crate) fn cidr(&self, name: &str) -> Result<String, Fault> {
        self.maybe_cidr(name)?.ok_or_else(|| missing(name, "a network"))
    }

    /// Returns the word of a closed set.
    pub(crate) fn word(&self, name: &str) -> Result<&'a str, Fault> {
        match self.value(name) {
            Some(Value::Variant(word, _)) => Ok(word.as_str()),
            Some(other) => Err(mistyped(name, "a word", other)),
            None => Err(missing(name, "a word")),
        }
    }

    pub(crate) fn record(&self, name: &str) -> Result<Fields<'a>, Fault> {
        match self.value(name) {
            Some(Value::Record(record)) => Ok(Fields(record)),
            Some(other) => Err(mistyped(name, "a record", other)),
            None => Err(missing(name, "a record")),
        }
    }

    /// Returns a map of texts; what is left out is empty.
    pub(crate) fn map(&self, name: &str) -> Result<Vec<(String, String)>, Fault> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        let Value::Record(map) = value else { return Err(mistyped(name, "a map", value)) };
        map.iter()
            .map(|(key, value)| {
                let Value::Text(text) = value else { return Err(mistyped(name, "a map of texts", value)) };
                Ok((key.to_string(), text.to_string()))
            })
            .collect()
    }

    pub(crate) fn secret(&self, name: &str) -> Result<&'a Secret, Fault> {
        match self.value(name) {
            Some(Value::Secret(secret)) => Ok(secret),
            Some(other) => Err(mistyped(name, "a secret", other)),
            None => Err(missing(name, "a secret")),
        }
    }
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn value(mut self, name: &'static str, value: Value) -> Self {
        self.0.insert(SmolStr::new_static(name), value);
        self
    }

    pub(crate) fn text(self, name: &'static str, text: impl Into<SmolStr>) -> Self {
        self.value(name, Value::text(text))
    }

    /// Notes a field that the service leaves out when there is none.
    pub(crate) fn maybe_text(self, name: &'static str, text: Option<&str>) -> Self {
        self.value(name, text.map_or(Value::None, Value::text))
    }

    /// Notes a field unless the service did not tell it.
    pub(crate) fn told(self, name: &'static str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.value(name, value),
            None => self,
        }
    }

    pub(crate) fn told_text(self, name: &'static str, text: Option<&str>) -> Self {
        self.told(name, text.map(Value::text))
    }

    pub(crate) fn told_flag(self, name: &'static str, flag: Option<bool>) -> Self {
        self.told(name, flag.map(Value::Bool))
    }

    /// Notes a network as the service writes it.
    pub(crate) fn told_cidr(self, name: &'static str, network: Option<&str>) -> Self {
        self.told(name, network.and_then(|network| network.parse().ok()).map(Value::Cidr))
    }

    pub(crate) fn word(self, name: &'static str, word: &'static str) -> Self {
        self.value(name, Value::Variant(SmolStr::new_static(word), Arc::default()))
    }

    /// Notes a set of texts, sorted: services keep no order.
    pub(crate) fn set(self, name: &'static str, mut texts: Vec<String>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        self.value(name, Value::list(texts.into_iter().map(Value::text)))
    }

    pub(crate) fn map(self, name: &'static str, map: impl IntoIterator<Item = (String, String)>) -> Self {
        let fields = map.into_iter().map(|(key, value)| (key.into(), Value::text(value)));
        self.value(name, Value::record(fields))
    }

    #[cfg(test)]
    pub(crate) fn record(self) -> Record {
        self.0
    }

    pub(crate) fn status(self, status: Status) -> Observed {
        Observed { status, fields: self.0 }
    }

    pub(crate) fn ready(self) -> Observed {
        self.status(Status::Ready)
    }
}

fn missing(name: &str, needed: &str) -> Fault {
    shape(name, format!("`{name}` is not there; {needed} is needed"))
}

fn mistyped(name: &str, needed: &str, found: &Value) -> Fault {
    shape(name, format!("`{name}` is {}; {needed} is needed", what(found)))
}

fn shape(name: &str, message: String) -> Fault {
    refusal("Shape", message)
        .at(name)
        .help("the state was written by another version of rsx: use that version, or import the object anew")
        .fault()
}

fn what(value: &Value) -> &'static str {
    match value {
        Value::Unknown | Value::Pending(_) => "not known",
        Value::None => "none",
        Value::Bool(_) => "true or false",
        Value::Number(..) => "a number",
        Value::Char(_) => "a character",
        Value::Text(_) => "text",
        Value::Cidr(_) => "a network",
        Value::Ip(_) => "an address",
        Value::Range(_) => "a range",
        Value::List(_) => "a list",
        Value::Record(_) => "a record",
        Value::Variant(..) => "a word",
        Value::Instance(_) => "a declaration",
        Value::Secret(_) => "a secret",
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;

    #[test]
    fn none_is_as_good_as_left_out() {
        let record = Seen::new().maybe_text("key", None).record();
        assert_eq!(Fields(&record).maybe_text("key").unwrap(), None);
        assert!(Fields(&record).text("key").is_err());
    }

    #[test]
    fn a_wrong_type_names_the_field() {
        let record = Seen::new().text("port", "5439").record();
        let Err(Fault::Refused(refusal)) = Fields(&record).integer("port") else { panic!("not refused") };
        assert_eq!(refusal.field.as_deref(), Some("port"));
        assert_eq!(refusal.message, "`port` is text; a number is needed");
    }
}
