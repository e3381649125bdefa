//! Values of the language as plain JSON, and as words of a shell.

use rsx_lang::dimension::Units;
use rsx_lang::show::show;
use rsx_lang::value::{Record, Value};
use serde_json::{Map, Value as Json};

/// Turns a value into the JSON that a script expects; what JSON lacks is text as a spec would write it.
pub(crate) fn json(units: &Units, value: &Value) -> Json {
    match value {
        Value::Unknown | Value::Pending(_) | Value::None => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Number(number, dimension) => match i64::try_from(*number.numer()) {
            Ok(whole) if dimension.is_none() && number.is_integer() => whole.into(),
            Ok(_) | Err(_) => show(units, value).into(),
        },
        Value::Char(c) => c.to_string().into(),
        Value::Text(text) => text.as_str().into(),
        Value::Cidr(_) | Value::Ip(_) | Value::Range(_) | Value::Instance(_) | Value::Secret(_) => {
            show(units, value).into()
        }
        Value::List(items) => items.iter().map(|item| json(units, item)).collect(),
        Value::Record(fields) => record(units, fields).into(),
        Value::Variant(word, fields) if fields.is_empty() => word.as_str().into(),
        Value::Variant(word, fields) => {
            Json::Object([(word.to_string(), record(units, fields).into())].into_iter().collect())
        }
    }
}

fn record(units: &Units, fields: &Record) -> Map<String, Json> {
    fields.iter().map(|(name, value)| (name.to_string(), json(units, value))).collect()
}

/// Writes a value bare: text as it is, a list one element a line, the rest as JSON.
pub(crate) fn bare(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) if items.iter().all(is_plain) => {
            items.iter().map(bare).collect::<Vec<_>>().join("\n")
        }
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    }
}

/// Writes a value as one word of a POSIX shell; a list's elements with blanks between.
pub(crate) fn word(value: &Json) -> String {
    let text = bare(value).replace('\n', " ");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

fn is_plain(value: &Json) -> bool {
    matches!(value, Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_))
}
