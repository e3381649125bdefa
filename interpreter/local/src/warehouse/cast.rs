//! Turns a value of one type into a value of another, as Redshift's casts do.

use super::decimal::{Decimal, Overflow};
use super::error::SqlError;
use super::instant::{self, Part};
use super::interval::{self, Unit};
use super::types::{Family, SqlType};
use super::value::{Value, float_text};

/// How strict a conversion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `CAST` and `::`: a text that is too long is cut.
    Explicit,
    /// INSERT and UPDATE: a text that is too long is an error.
    Assign,
}

/// Reads a text as a value of the type.
pub(crate) fn parse(text: &str, to: SqlType) -> Result<Value, SqlError> {
    convert(Value::from(text), SqlType::Varchar(None), to, Mode::Explicit)
}

/// Converts a value.
///
/// # Errors
/// 22P02 for a text that isn't one of the type, 22003 for a number out of range,
/// 22001 for a text that is too long, 42846 where Redshift has no such cast.
pub(crate) fn convert(value: Value, from: SqlType, to: SqlType, mode: Mode) -> Result<Value, SqlError> {
    if value == Value::Null {
        return Ok(Value::Null);
    }
    match to {
        SqlType::Bool => boolean(value),
        SqlType::Int2 => integer(&value, from, "integer", i16::MIN.into(), i16::MAX.into()),
        SqlType::Int4 => integer(&value, from, "integer", i32::MIN.into(), i32::MAX.into()),
        SqlType::Int8 => integer(&value, from, "bigint", i64::MIN, i64::MAX),
        SqlType::Oid => integer(&value, from, "oid", 0, u32::MAX.into()),
        SqlType::Float4 => Ok(Value::Double(f64::from(number(&value, from, "real")? as f32))),
        SqlType::Float8 => Ok(Value::Double(number(&value, from, "double precision")?)),
        SqlType::Numeric(p, s) => numeric(&value, from, p, s),
        SqlType::Varchar(limit) => text(&value, from, limit, mode),
        SqlType::Char(n) => {
            let cut = text(&value, from, None, mode)?;
            fixed(cut, n, mode)
        }
        SqlType::Name | SqlType::Int2s | SqlType::Unknown => text(&value, from, None, mode),
        SqlType::Date => {
            let date = instant::parse_date(&dated(&value, from, to)?)?;
            Ok(Value::Text(instant::date_text(date)))
        }
        SqlType::Timestamp | SqlType::TimestampTz => {
            let at = instant::parse_timestamp(&dated(&value, from, to)?)?;
            Ok(Value::Text(instant::timestamp_text(at)))
        }
        SqlType::Time => {
            let source = dated(&value, from, to)?;
            let time = match from.family() {
                Family::Date => instant::parse_timestamp(&source)?.time(),
                Family::Bool
                | Family::Number
                | Family::Text
                | Family::Time
                | Family::Interval
                | Family::Unknown => instant::parse_time(&source)?,
            };
            Ok(Value::Text(instant::time_text(time)))
        }
        SqlType::Interval(unit) => length(value, from, unit),
    }
}

fn boolean(value: Value) -> Result<Value, SqlError> {
    match value {
        Value::Int(n) => Ok(Value::Bool(n != 0)),
        Value::Double(x) => Ok(Value::Bool(x != 0.0)),
        Value::Decimal(decimal) => Ok(Value::Bool(decimal.unscaled() != 0)),
        Value::Text(text) => match text.trim().to_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "1" | "on" => Ok(Value::Bool(true)),
            "f" | "false" | "n" | "no" | "0" | "off" => Ok(Value::Bool(false)),
            _ => Err(invalid("boolean", &text)),
        },
        Value::Bool(_) | Value::Null => Ok(value),
    }
}

fn integer(value: &Value, from: SqlType, name: &str, low: i64, high: i64) -> Result<Value, SqlError> {
    let out = || SqlError::new("22003", format!("{name} out of range"));
    let number = match value {
        Value::Int(n) => *n,
        Value::Bool(flag) => i64::from(*flag),
        Value::Double(x) => whole(*x).ok_or_else(out)?,
        Value::Decimal(decimal) => {
            let whole = decimal.rescaled(from.scale(), 0).map_err(|Overflow| out())?;
            i64::try_from(whole.unscaled()).map_err(|_| out())?
        }
        Value::Text(text) => match text.trim().parse::<i64>() {
            Ok(n) => n,
            Err(_) => {
                let x: f64 = text.trim().parse().map_err(|_| invalid(name, text))?;
                whole(x).ok_or_else(out)?
            }
        },
        Value::Null => return Ok(Value::Null),
    };
    if (low..=high).contains(&number) { Ok(Value::Int(number)) } else { Err(out()) }
}

/// The whole number that is nearest; `None` where 64 bits don't hold it.
pub(crate) fn whole(x: f64) -> Option<i64> {
    let rounded = x.round();
    (rounded.abs() < 9.2e18).then_some(rounded as i64)
}

fn number(value: &Value, from: SqlType, name: &str) -> Result<f64, SqlError> {
    match value {
        Value::Int(n) => Ok(*n as f64),
        Value::Double(x) => Ok(*x),
        Value::Decimal(decimal) => Ok(decimal.real(from.scale())),
        Value::Bool(flag) => Ok(f64::from(u8::from(*flag))),
        Value::Text(text) => text.trim().parse().map_err(|_| invalid(name, text)),
        Value::Null => Ok(0.0),
    }
}

fn numeric(value: &Value, from: SqlType, precision: u16, scale: u16) -> Result<Value, SqlError> {
    let decimal = match value {
        Value::Decimal(decimal) => Some(decimal.rescaled(from.scale(), scale)),
        Value::Int(n) => Some(Decimal::whole(*n).rescaled(0, scale)),
        Value::Bool(flag) => Some(Decimal::whole(*flag).rescaled(0, scale)),
        Value::Double(x) if from == SqlType::Float4 => Decimal::of_real(*x, scale),
        Value::Double(x) => Decimal::of_double(*x, scale),
        Value::Text(text) => Decimal::parse(text.trim(), scale),
        Value::Null => return Ok(Value::Null),
    };
    let shown = || value.text().unwrap_or_default();
    let decimal = decimal.ok_or_else(|| invalid("numeric", &shown()))?;
    let fitting = decimal.and_then(|decimal| decimal.fitting(precision));
    fitting.map(Value::Decimal).map_err(|Overflow| overflow())
}

/// Redshift's words for a decimal of too many digits.
pub(crate) fn overflow() -> SqlError {
    SqlError::new("22003", "Numeric data overflow (result precision)")
}

fn text(value: &Value, from: SqlType, limit: Option<u32>, mode: Mode) -> Result<Value, SqlError> {
    let text = match (value, from) {
        (Value::Bool(flag), _) => flag.to_string(),
        (Value::Int(n), SqlType::Bool) => (*n != 0).to_string(),
        (Value::Int(n), SqlType::Interval(unit)) => interval::text(*n, unit),
        (Value::Int(n), _) => n.to_string(),
        (Value::Double(x), _) => float_text(*x),
        (Value::Decimal(decimal), _) => decimal.text(from.scale()),
        (Value::Text(text), SqlType::TimestampTz) => format!("{text}+00"),
        (Value::Text(text), _) => text.clone(),
        (Value::Null, _) => return Ok(Value::Null),
    };
    match limit {
        Some(limit) => cut(text, limit, mode).map(Value::Text),
        None => Ok(Value::Text(text)),
    }
}

/// A length of time: a text is read, a number of the same unit stays.
fn length(value: Value, from: SqlType, unit: Unit) -> Result<Value, SqlError> {
    let Value::Text(text) = value else {
        let to = SqlType::Interval(unit);
        return if from == to { Ok(value) } else { Err(no_cast(from, to)) };
    };
    let alone = match unit {
        Unit::Months => Part::Month,
        Unit::Micros => Part::Second,
    };
    let count = interval::parse(&text, alone)?.count(unit).ok_or_else(|| match unit {
        Unit::Months => {
            SqlError::new("0A000", "interval values with day or time parts are not supported here")
        }
        Unit::Micros => SqlError::new("0A000", "interval values with month or year parts are not supported"),
    })?;
    Ok(Value::Int(count))
}

/// The refusal of a conversion that there is not.
pub(crate) fn no_cast(from: SqlType, to: SqlType) -> SqlError {
    SqlError::new("42846", format!("cannot cast type {} to {}", from.display(), to.display()))
}

/// Cuts a text to so many bytes; when assigning, only trailing blanks may go.
fn cut(text: String, limit: u32, mode: Mode) -> Result<String, SqlError> {
    let limit = limit as usize;
    if text.len() <= limit {
        return Ok(text);
    }
    let end = (0..=limit).rev().find(|n| text.is_char_boundary(*n));
    let (kept, lost) = text.split_at(end.unwrap_or(0));
    if mode == Mode::Assign && !lost.trim_end().is_empty() {
        return Err(SqlError::new("22001", format!("value too long for type character varying({limit})")));
    }
    Ok(kept.to_owned())
}

fn fixed(value: Value, n: u32, mode: Mode) -> Result<Value, SqlError> {
    let Value::Text(text) = value else {
        return Ok(value);
    };
    let cut = cut(text, n, mode)
        .map_err(|_| SqlError::new("22001", format!("value too long for type character({n})")))?;
    Ok(Value::Text(cut.trim_end_matches(' ').to_owned()))
}

fn dated(value: &Value, from: SqlType, to: SqlType) -> Result<String, SqlError> {
    match (value, from.family()) {
        (Value::Text(text), Family::Text | Family::Date | Family::Time | Family::Unknown) => Ok(text.clone()),
        _ => Err(no_cast(from, to)),
    }
}

fn invalid(kind: &str, text: &str) -> SqlError {
    SqlError::new("22P02", format!("invalid input syntax for type {kind}: \"{text}\""))
}
