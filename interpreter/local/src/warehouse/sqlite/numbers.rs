//! Arithmetic that fails as Redshift's does, and functions of numbers.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::{ANY, add, int, raw, real, strict, text};
use crate::warehouse::error::SqlError;
use crate::warehouse::value::Value;

fn division_by_zero() -> SqlError {
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
    strict(connection, "rs_exact", 4, |c| {
        let (op, a, b) = (text(c, 0), text(c, 1), text(c, 2));
        if op == "/" && decimal(&b).is_some_and(|(b, _)| b == 0) {
            return Err(division_by_zero());
        }
        let scale = u32::try_from(int(c, 3)).unwrap_or(0);
        let result = exact(&op, &a, &b, scale);
        result.map(Value::Text).ok_or_else(|| SqlError::new("22003", "Numeric data overflow"))
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

/// A decimal as a whole number and how many of its digits stand after the point.
fn decimal(text: &str) -> Option<(i128, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    Some((format!("{whole}{fraction}").parse().ok()?, u32::try_from(fraction.len()).ok()?))
}

/// Computes with decimals given as texts, and writes the result with so many digits after the point.
fn exact(op: &str, a: &str, b: &str, scale: u32) -> Option<String> {
    let ((a, a_scale), (b, b_scale)) = (decimal(a)?, decimal(b)?);
    let raised = |n: i128, by: u32| n.checked_mul(10i128.checked_pow(by)?);
    let most = a_scale.max(b_scale);
    let (result, its_scale) = match op {
        "+" => (raised(a, most - a_scale)?.checked_add(raised(b, most - b_scale)?)?, most),
        "-" => (raised(a, most - a_scale)?.checked_sub(raised(b, most - b_scale)?)?, most),
        "*" => (a.checked_mul(b)?, a_scale + b_scale),
        _ => {
            // One digit more than is asked for, so that the last one can be rounded.
            let by = (scale + 1 + b_scale).checked_sub(a_scale)?;
            (raised(a, by)?.checked_div(b)?, scale + 1)
        }
    };
    let unit = 10i128.checked_pow(its_scale.saturating_sub(scale))?;
    let half = if result < 0 { -unit / 2 } else { unit / 2 };
    let digits = raised((result + half) / unit, scale.saturating_sub(its_scale))?;
    let sign = if digits < 0 { "-" } else { "" };
    let width = usize::try_from(scale).ok()? + 1;
    let text = format!("{:0width$}", digits.unsigned_abs());
    let (whole, fraction) = text.split_at(text.len() + 1 - width);
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
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
