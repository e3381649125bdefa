//! Arithmetic that fails as Redshift's does, and functions of numbers.

use std::cmp::Ordering;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::{ANY, add, int, raw, real, strict};
use crate::warehouse::error::SqlError;
use crate::warehouse::value::Value;

pub(super) fn division_by_zero() -> SqlError {
    SqlError::new("22012", "division by zero")
}

/// Registers them.
pub(super) fn register(connection: &Connection) -> Result<(), SqlError> {
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
    for (name, compute) in [
        ("rs_cbrt", f64::cbrt as fn(f64) -> f64),
        ("rs_degrees", f64::to_degrees),
        ("rs_radians", f64::to_radians),
        ("rs_sin", f64::sin),
        ("rs_cos", f64::cos),
        ("rs_tan", f64::tan),
        ("rs_asin", f64::asin),
        ("rs_acos", f64::acos),
        ("rs_atan", f64::atan),
    ] {
        strict(connection, name, 1, move |c| {
            let x = compute(real(c, 0));
            match x.is_nan() {
                true => Err(SqlError::new("22003", "input is out of range")),
                false => Ok(Value::Double(x)),
            }
        })?;
    }
    strict(connection, "rs_atan2", 2, |c| Ok(Value::Double(real(c, 0).atan2(real(c, 1)))))?;
    strict(connection, "rs_pi", 0, |_| Ok(Value::Double(std::f64::consts::PI)))?;
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
    for (name, wanted) in [("rs_greatest", Ordering::Greater), ("rs_least", Ordering::Less)] {
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
        Value::Null | Value::Bool(_) | Value::Decimal(_) | Value::Text(_) => 0.0,
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

/// How two values of one type stand to one another.
pub(super) fn order(a: &Value, b: &Value) -> Ordering {
    let number = |value: &Value| match value {
        Value::Int(n) => Some(*n as f64),
        Value::Double(x) => Some(*x),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::Null | Value::Decimal(_) | Value::Text(_) => None,
    };
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
        (a, b) => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a.text().cmp(&b.text()),
        },
    }
}
