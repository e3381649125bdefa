//! Functions of JSON in texts (Redshift guide, "JSON functions").

use rusqlite::Connection;
use serde_json::Value as Json;

use super::{ANY, int, strict, text};
use crate::warehouse::error::SqlError;
use crate::warehouse::value::Value;

/// Registers them.
pub(super) fn register(connection: &Connection) -> Result<(), SqlError> {
    strict(connection, "rs_is_valid_json", 1, |c| Ok(parsed(&text(c, 0)).is_ok().into()))?;
    strict(connection, "rs_is_valid_json_array", 1, |c| {
        Ok(parsed(&text(c, 0)).is_ok_and(|json| json.is_array()).into())
    })?;
    // (whether NULL stands for what is no JSON, json, …)
    strict(connection, "rs_json_array_length", 2, |c| {
        lenient(parsed(&text(c, 1)).and_then(array), int(c, 0), |items| {
            Value::Int(i64::try_from(items.len()).unwrap_or(i64::MAX))
        })
    })?;
    strict(connection, "rs_json_element", 3, |c| {
        lenient(parsed(&text(c, 1)).and_then(array), int(c, 0), |items| {
            shown(usize::try_from(int(c, 2)).ok().and_then(|place| items.get(place)))
        })
    })?;
    strict(connection, "rs_json_path", ANY, |c| {
        lenient(parsed(&text(c, 1)), int(c, 0), |json| {
            let step = |json, n| step(json, &text(c, n));
            shown((2..c.len()).try_fold(&json, step))
        })
    })
}

fn parsed(text: &str) -> Result<Json, SqlError> {
    serde_json::from_str(text).map_err(|_| SqlError::new("22023", "JSON parsing error"))
}

fn array(json: Json) -> Result<Vec<Json>, SqlError> {
    match json {
        Json::Array(items) => Ok(items),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
            Err(SqlError::new("22023", "JSON parsing error: not an array"))
        }
    }
}

fn step<'j>(json: &'j Json, name: &str) -> Option<&'j Json> {
    match json {
        Json::Object(members) => members.get(name),
        Json::Array(items) => name.parse::<usize>().ok().and_then(|place| items.get(place)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}

fn lenient<T>(
    found: Result<T, SqlError>,
    null_if_invalid: i64,
    then: impl FnOnce(T) -> Value,
) -> Result<Value, SqlError> {
    match found {
        Ok(found) => Ok(then(found)),
        Err(_) if null_if_invalid != 0 => Ok(Value::Null),
        Err(error) => Err(error),
    }
}

/// A part of JSON as text: what is not there is an empty one.
fn shown(json: Option<&Json>) -> Value {
    match json {
        None => Value::Text(String::new()),
        Some(Json::Null) => Value::Null,
        Some(Json::String(text)) => Value::Text(text.clone()),
        Some(other @ (Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_))) => {
            Value::Text(other.to_string())
        }
    }
}
