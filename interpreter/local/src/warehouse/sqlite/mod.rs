//! The functions that translated SQL calls, made known to a SQLite connection.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use super::cast::{self, Mode};
use super::decimal::Decimal;
use super::error::SqlError;
use super::types::SqlType;
use super::value::Value;

mod aggregates;
mod decimals;
mod instants;
mod json;
mod numbers;
mod patterns;
mod texts;
mod windows;

/// Registers every `rs_…` function.
pub(crate) fn register(connection: &Connection) -> Result<(), SqlError> {
    conversions(connection)?;
    numbers::register(connection)?;
    decimals::register(connection)?;
    texts::register(connection)?;
    patterns::register(connection)?;
    instants::register(connection)?;
    aggregates::register(connection)?;
    windows::register(connection)?;
    json::register(connection)
}

/// Arguments beyond the given count are optional.
const ANY: i32 = -1;

fn add(
    connection: &Connection,
    name: &str,
    count: i32,
    body: impl Fn(&Context<'_>) -> Result<Value, SqlError> + Send + 'static,
) -> Result<(), SqlError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function(name, count, flags, move |context| body_result(body(context)))?;
    Ok(())
}

/// As [`add`], but NULL in any place gives NULL.
fn strict(
    connection: &Connection,
    name: &str,
    count: i32,
    body: impl Fn(&Context<'_>) -> Result<Value, SqlError> + Send + 'static,
) -> Result<(), SqlError> {
    add(connection, name, count, move |context| {
        let null = |n| matches!(context.get_raw(n), ValueRef::Null);
        if (0..context.len()).any(null) {
            return Ok(Value::Null);
        }
        body(context)
    })
}

fn body_result(result: Result<Value, SqlError>) -> rusqlite::Result<Value> {
    result.map_err(|error| rusqlite::Error::UserFunctionError(error.packed().into()))
}

fn raw(context: &Context<'_>, n: usize) -> Value {
    match context.get_raw(n) {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Real(x) => Value::Double(x),
        ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => Decimal::from_bytes(bytes).map_or(Value::Null, Value::Decimal),
    }
}

fn text(context: &Context<'_>, n: usize) -> String {
    if n >= context.len() {
        return String::new();
    }
    raw(context, n).text().unwrap_or_default()
}

fn int(context: &Context<'_>, n: usize) -> i64 {
    match context.get_raw(n) {
        ValueRef::Integer(n) => n,
        ValueRef::Real(x) => x as i64,
        ValueRef::Null | ValueRef::Text(_) | ValueRef::Blob(_) => 0,
    }
}

fn real(context: &Context<'_>, n: usize) -> f64 {
    match context.get_raw(n) {
        ValueRef::Integer(n) => n as f64,
        ValueRef::Real(x) => x,
        ValueRef::Null | ValueRef::Text(_) | ValueRef::Blob(_) => 0.0,
    }
}

fn conversions(connection: &Connection) -> Result<(), SqlError> {
    for (name, mode) in [("rs_cast", Mode::Explicit), ("rs_assign", Mode::Assign)] {
        add(connection, name, 3, move |c| {
            let from = SqlType::from_display(&text(c, 1));
            let to = SqlType::from_display(&text(c, 2));
            cast::convert(raw(c, 0), from, to, mode)
        })?;
    }
    add(connection, "rs_try_cast", 3, |c| {
        let from = SqlType::from_display(&text(c, 1));
        let to = SqlType::from_display(&text(c, 2));
        Ok(cast::convert(raw(c, 0), from, to, Mode::Explicit).unwrap_or(Value::Null))
    })?;
    add(connection, "rs_required", 2, |c| {
        let value = raw(c, 0);
        if value == Value::Null {
            let message = format!("Cannot insert a NULL value into column {}", text(c, 1));
            return Err(SqlError::new("23502", message));
        }
        Ok(value)
    })?;
    add(connection, "rs_matched_once", 1, |c| {
        if int(c, 0) > 1 {
            return Err(SqlError::new("21000", "Found multiple matches to update the same tuple."));
        }
        Ok(raw(c, 0))
    })?;
    add(connection, "rs_single", 2, |c| {
        if int(c, 1) > 1 {
            return Err(SqlError::new(
                "21000",
                "more than one row returned by a subquery used as an expression",
            ));
        }
        Ok(raw(c, 0))
    })
}
