//! The functions that translated SQL calls, made known to a SQLite connection.

use std::sync::Arc;

use md5::Digest as _;
use regex::RegexBuilder;
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use super::cast::{self, Mode};
use super::error::SqlError;
use super::instant::{self, Part};
use super::types::SqlType;
use super::value::Value;

/// Registers every `rs_…` function.
pub(crate) fn register(connection: &Connection) -> Result<(), SqlError> {
    conversions(connection)?;
    numbers(connection)?;
    texts(connection)?;
    instants(connection)?;
    Ok(())
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
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Value::Text(String::from_utf8_lossy(bytes).into_owned())
        }
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
    add(connection, "rs_required", 2, |c| {
        let value = raw(c, 0);
        if value == Value::Null {
            let message = format!("Cannot insert a NULL value into column {}", text(c, 1));
            return Err(SqlError::new("23502", message));
        }
        Ok(value)
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

fn division_by_zero() -> SqlError {
    SqlError::new("22012", "division by zero")
}

fn numbers(connection: &Connection) -> Result<(), SqlError> {
    strict(connection, "rs_divide", ANY, |c| divide(&raw(c, 0), &raw(c, 1)))?;
    strict(connection, "rs_modulo", ANY, |c| match (raw(c, 0), raw(c, 1)) {
        (_, Value::Int(0)) => Err(division_by_zero()),
        (Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_rem(b))),
        _ if real(c, 1) == 0.0 => Err(division_by_zero()),
        _ => Ok(Value::Double(real(c, 0) % real(c, 1))),
    })?;
    for (name, compute) in [
        ("rs_add", i64::checked_add as fn(i64, i64) -> Option<i64>),
        ("rs_subtract", i64::checked_sub),
        ("rs_multiply", i64::checked_mul),
    ] {
        strict(connection, name, 3, move |c| {
            let (low, high) = match int(c, 2) {
                2 => (i16::MIN.into(), i16::MAX.into()),
                4 => (i32::MIN.into(), i32::MAX.into()),
                _ => (i64::MIN, i64::MAX),
            };
            let word = if int(c, 2) == 8 { "bigint" } else { "integer" };
            compute(int(c, 0), int(c, 1))
                .filter(|n| (low..=high).contains(n))
                .map(Value::Int)
                .ok_or_else(|| SqlError::new("22003", format!("{word} out of range")))
        })?;
    }
    for (name, compute) in [("rs_ceil", f64::ceil as fn(f64) -> f64), ("rs_floor", f64::floor)] {
        strict(connection, name, 1, move |c| {
            if let Value::Int(n) = raw(c, 0) {
                return Ok(Value::Int(n));
            }
            Ok(Value::Double(compute(real(c, 0))))
        })?;
    }
    for (name, compute) in [("rs_round", f64::round as fn(f64) -> f64), ("rs_trunc", f64::trunc)] {
        strict(connection, name, 2, move |c| {
            if let (Value::Int(n), 0..) = (raw(c, 0), int(c, 1)) {
                return Ok(Value::Int(n));
            }
            let unit = 10f64.powi(i32::try_from(int(c, 1)).unwrap_or(0));
            Ok(Value::Double(compute(real(c, 0) * unit) / unit))
        })?;
    }
    strict(connection, "rs_power", 2, |c| Ok(Value::Double(real(c, 0).powf(real(c, 1)))))?;
    strict(connection, "rs_exp", 1, |c| Ok(Value::Double(real(c, 0).exp())))?;
    strict(connection, "rs_sqrt", 1, |c| {
        if real(c, 0) < 0.0 {
            return Err(SqlError::new("2201F", "cannot take square root of a negative number"));
        }
        Ok(Value::Double(real(c, 0).sqrt()))
    })?;
    for (name, compute) in [("rs_ln", f64::ln as fn(f64) -> f64), ("rs_log", f64::log10)] {
        strict(connection, name, 1, move |c| {
            if real(c, 0) <= 0.0 {
                return Err(SqlError::new("2201E", "cannot take logarithm of a number that is not positive"));
            }
            Ok(Value::Double(compute(real(c, 0))))
        })?;
    }
    let flags = FunctionFlags::SQLITE_UTF8;
    connection.create_scalar_function("rs_random", 0, flags, |_| Ok(rand::random::<f64>()))?;
    for (name, wanted) in
        [("rs_greatest", std::cmp::Ordering::Greater), ("rs_least", std::cmp::Ordering::Less)]
    {
        add(connection, name, ANY, move |c| {
            let mut best = Value::Null;
            for n in 0..c.len() {
                let value = raw(c, n);
                if value != Value::Null && (best == Value::Null || order(&value, &best) == wanted) {
                    best = value;
                }
            }
            Ok(best)
        })?;
    }
    Ok(())
}

fn divide(a: &Value, b: &Value) -> Result<Value, SqlError> {
    let number = |value: &Value| match value {
        Value::Int(n) => *n as f64,
        Value::Double(x) => *x,
        Value::Null | Value::Bool(_) | Value::Text(_) => 0.0,
    };
    match (a, b) {
        (Value::Int(_), Value::Int(0)) => Err(division_by_zero()),
        (Value::Int(a), Value::Int(b)) => {
            a.checked_div(*b).map(Value::Int).ok_or_else(|| SqlError::new("22003", "bigint out of range"))
        }
        _ if number(b) == 0.0 => Err(division_by_zero()),
        _ => Ok(Value::Double(number(a) / number(b))),
    }
}

fn order(a: &Value, b: &Value) -> std::cmp::Ordering {
    let number = |value: &Value| match value {
        Value::Int(n) => Some(*n as f64),
        Value::Double(x) => Some(*x),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::Null | Value::Text(_) => None,
    };
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.text().cmp(&b.text()),
    }
}

fn texts(connection: &Connection) -> Result<(), SqlError> {
    strict(connection, "rs_substr", ANY, |c| {
        let start = int(c, 1);
        let end = if c.len() > 2 {
            if int(c, 2) < 0 {
                return Err(SqlError::new("22011", "negative substring length not allowed"));
            }
            start.saturating_add(int(c, 2))
        } else {
            i64::MAX
        };
        let kept = (1i64..)
            .zip(text(c, 0).chars())
            .filter(|(n, _)| (start..end).contains(n))
            .map(|(_, ch)| ch)
            .collect::<String>();
        Ok(kept.into())
    })?;
    strict(connection, "rs_left", 2, |c| Ok(side(&text(c, 0), int(c, 1), Side::Left).into()))?;
    strict(connection, "rs_right", 2, |c| Ok(side(&text(c, 0), int(c, 1), Side::Right).into()))?;
    strict(connection, "rs_charindex", 2, |c| {
        let all = text(c, 1);
        let at = all.find(&text(c, 0));
        let place = at.and_then(|at| all.get(..at)).map_or(0, |head| head.chars().count() + 1);
        Ok(Value::Int(i64::try_from(place).unwrap_or(0)))
    })?;
    for (name, where_to) in [("rs_lpad", Side::Left), ("rs_rpad", Side::Right)] {
        strict(connection, name, ANY, move |c| {
            let fill = if c.len() > 2 { text(c, 2) } else { " ".to_owned() };
            Ok(pad(&text(c, 0), int(c, 1), &fill, where_to).into())
        })?;
    }
    strict(connection, "rs_split_part", 3, |c| {
        let n = usize::try_from(int(c, 2)).ok().and_then(|n| n.checked_sub(1));
        let n = n.ok_or_else(|| SqlError::new("22023", "field position must be greater than zero"))?;
        let (all, delimiter) = (text(c, 0), text(c, 1));
        Ok(all.split(delimiter.as_str()).nth(n).unwrap_or("").into())
    })?;
    strict(connection, "rs_initcap", 1, |c| {
        let mut inside = false;
        let each = |ch: char| {
            let out = if inside { ch.to_ascii_lowercase() } else { ch.to_ascii_uppercase() };
            inside = ch.is_alphanumeric();
            out
        };
        Ok(text(c, 0).chars().map(each).collect::<String>().into())
    })?;
    strict(connection, "rs_reverse", 1, |c| Ok(text(c, 0).chars().rev().collect::<String>().into()))?;
    strict(connection, "rs_repeat", 2, |c| {
        let n = usize::try_from(int(c, 1)).unwrap_or(0).min(65_535);
        Ok(text(c, 0).repeat(n).into())
    })?;
    strict(connection, "rs_md5", 1, |c| Ok(hex::encode(md5::Md5::digest(text(c, 0))).into()))?;
    strict(connection, "rs_quote_ident", 1, |c| {
        let name = text(c, 0);
        let plain = name.chars().all(|ch| ch.is_ascii_lowercase() || ch.is_ascii_digit() || ch == '_');
        Ok(if plain { name } else { super::meta::relation::quoted(&name) }.into())
    })?;
    add(connection, "rs_format_type", 2, |c| {
        let modifier = i32::try_from(int(c, 1)).unwrap_or(-1);
        let oid = u32::try_from(int(c, 0)).unwrap_or(0);
        Ok(with_modifier(SqlType::from_oid(oid), modifier).display().into())
    })?;
    for (name, any_case) in [("rs_regex", false), ("rs_iregex", true)] {
        strict(connection, name, 2, move |c| matches_regex(c, any_case))?;
    }
    Ok(())
}

/// Matches a pattern that is compiled once a statement.
fn matches_regex(c: &Context<'_>, any_case: bool) -> Result<Value, SqlError> {
    let regex: Result<Arc<regex::Regex>, _> = c.get_or_create_aux(1, |pattern| {
        let pattern = pattern.as_str().unwrap_or_default();
        RegexBuilder::new(pattern).case_insensitive(any_case).build()
    });
    let regex =
        regex.map_err(|error| SqlError::new("2201B", format!("invalid regular expression: {error}")))?;
    Ok(Value::Bool(regex.is_match(&text(c, 0))))
}

fn with_modifier(sql_type: SqlType, modifier: i32) -> SqlType {
    let size = u32::try_from(modifier - 4).ok();
    match (sql_type, size) {
        (SqlType::Varchar(_), size) => SqlType::Varchar(size),
        (SqlType::Char(_), Some(size)) => SqlType::Char(size),
        (SqlType::Numeric(..), Some(size)) => {
            let half = |n: u32| u16::try_from(n & 0xffff).unwrap_or(0);
            SqlType::Numeric(half(size >> 16), half(size))
        }
        (other, _) => other,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// So many characters from one end; a negative count leaves that many off the other.
fn side(text: &str, count: i64, side: Side) -> String {
    let length = text.chars().count();
    let count = if count < 0 {
        length.saturating_sub(usize::try_from(-count).unwrap_or(usize::MAX))
    } else {
        usize::try_from(count).unwrap_or(usize::MAX).min(length)
    };
    match side {
        Side::Left => text.chars().take(count).collect(),
        Side::Right => text.chars().skip(length - count).collect(),
    }
}

fn pad(text: &str, width: i64, fill: &str, side: Side) -> String {
    let width = usize::try_from(width).unwrap_or(0).min(65_535);
    let length = text.chars().count();
    if length >= width || fill.is_empty() {
        return text.chars().take(width).collect();
    }
    let padding: String = fill.chars().cycle().take(width - length).collect();
    match side {
        Side::Left => format!("{padding}{text}"),
        Side::Right => format!("{text}{padding}"),
    }
}

fn part(context: &Context<'_>) -> Result<Part, SqlError> {
    let word = text(context, 0);
    Part::from_word(&word)
        .ok_or_else(|| SqlError::new("22023", format!("timestamp units \"{word}\" not recognized")))
}

fn instants(connection: &Connection) -> Result<(), SqlError> {
    let flags = FunctionFlags::SQLITE_UTF8;
    connection.create_scalar_function("rs_now", 0, flags, |_| Ok(instant::timestamp_text(instant::now())))?;
    let out = || SqlError::new("22008", "timestamp out of range");
    strict(connection, "rs_date_trunc", 2, move |c| {
        let at = instant::parse_timestamp(&text(c, 1))?;
        let cut = instant::truncate(part(c)?, at).ok_or_else(out)?;
        Ok(instant::timestamp_text(cut).into())
    })?;
    strict(connection, "rs_date_part", 2, |c| {
        let at = instant::parse_timestamp(&text(c, 1))?;
        Ok(Value::Double(instant::field(part(c)?, at)))
    })?;
    strict(connection, "rs_dateadd", 3, |c| {
        let at = instant::parse_timestamp(&text(c, 2))?;
        let moved = instant::add(part(c)?, int(c, 1), at)?;
        Ok(instant::timestamp_text(moved).into())
    })?;
    strict(connection, "rs_datediff", 3, move |c| {
        let from = instant::parse_timestamp(&text(c, 1))?;
        let to = instant::parse_timestamp(&text(c, 2))?;
        instant::difference(part(c)?, from, to).map(Value::Int).ok_or_else(out)
    })?;
    strict(connection, "rs_last_day", 1, |c| {
        let date = instant::parse_date(&text(c, 0))?;
        Ok(instant::date_text(date.last_of_month()).into())
    })?;
    strict(connection, "rs_to_char", 2, |c| {
        let at = instant::parse_timestamp(&text(c, 0))?;
        Ok(instant::format(&text(c, 1), at).into())
    })?;
    strict(connection, "rs_to_date", 2, |c| {
        let at = instant::read(&text(c, 1), &text(c, 0))?;
        Ok(instant::date_text(at.date()).into())
    })?;
    strict(connection, "rs_to_timestamp", 2, |c| {
        let at = instant::read(&text(c, 1), &text(c, 0))?;
        Ok(instant::timestamp_text(at).into())
    })
}
