//! Aggregates that SQLite lacks: deviation, variance, percentiles, and lists of distinct texts.

use std::collections::BTreeSet;

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::ValueRef;

use super::numbers::order;
use super::{ANY, body_result, int, raw, real, text};
use crate::warehouse::decimal::Decimal;
use crate::warehouse::error::SqlError;
use crate::warehouse::value::Value;

/// Registers them.
pub(super) fn register(connection: &Connection) -> Result<(), SqlError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, statistic) in [
        ("rs_stddev_samp", Statistic::Deviation { sample: true }),
        ("rs_stddev_pop", Statistic::Deviation { sample: false }),
        ("rs_var_samp", Statistic::Variance { sample: true }),
        ("rs_var_pop", Statistic::Variance { sample: false }),
    ] {
        connection.create_window_function(name, ANY, flags, statistic)?;
    }
    connection.create_window_function("rs_percentile_cont", 3, flags, Statistic::Continuous)?;
    connection.create_window_function("rs_percentile_disc", 3, flags, Statistic::Discrete)?;
    connection.create_window_function("rs_listagg_distinct", 2, flags, DistinctList)?;
    Ok(())
}

/// What is computed of the numbers of a group.
#[derive(Clone, Copy)]
enum Statistic {
    /// The square root of the variance.
    Deviation {
        sample: bool,
    },
    Variance {
        sample: bool,
    },
    /// The fraction's place among the sorted numbers, between two of them if need be.
    Continuous,
    /// The first number whose place is not before the fraction's.
    Discrete,
}

/// The numbers of a group, in the order in which they came.
#[derive(Default)]
struct Numbers {
    all: Vec<Value>,
    /// The fraction that is asked for, or the numbers' scale.
    argument: f64,
    /// Whether the greatest number is the first.
    descending: bool,
}

impl Statistic {
    fn takes_fraction(self) -> bool {
        match self {
            Self::Continuous | Self::Discrete => true,
            Self::Deviation { .. } | Self::Variance { .. } => false,
        }
    }

    fn of(self, numbers: &Numbers) -> Option<Value> {
        let count = numbers.all.len();
        match self {
            Self::Deviation { sample } => numbers.variance(sample).map(f64::sqrt).map(Value::Double),
            Self::Variance { sample } => numbers.variance(sample).map(Value::Double),
            Self::Continuous => {
                let sorted = sorted(numbers);
                let place = numbers.argument * count.checked_sub(1)? as f64;
                between(
                    sorted.get(place.floor() as usize)?,
                    sorted.get(place.ceil() as usize)?,
                    place.fract(),
                )
            }
            Self::Discrete => {
                let place = (numbers.argument * count as f64).ceil() as usize;
                sorted(numbers).get(place.max(1) - 1).cloned()
            }
        }
    }
}

/// The number at this fraction of the way; of whole numbers and decimals, one with one digit more after the point.
fn between(low: &Value, high: &Value, fraction: f64) -> Option<Value> {
    if let (Value::Double(low), Value::Double(high)) = (low, high) {
        return Some(Value::Double(low + (high - low) * fraction));
    }
    let (low, high) = (unscaled(low)?, unscaled(high)?);
    // A double holds the fraction, which is none for most of them; the numbers themselves keep all their digits.
    let step = Decimal::of_double(fraction, FRACTION_SCALE)?.ok()?.unscaled();
    let part = (high - low).checked_mul(10)?.checked_mul(step)?;
    let part = Decimal::whole(part).rescaled(FRACTION_SCALE, 0).ok()?.unscaled();
    Some(Value::Decimal(Decimal::whole(low.checked_mul(10)?.checked_add(part)?)))
}

/// The digits of a fraction that count.
const FRACTION_SCALE: u16 = 12;

fn unscaled(value: &Value) -> Option<i128> {
    match value {
        Value::Int(n) => Some((*n).into()),
        Value::Decimal(decimal) => Some(decimal.unscaled()),
        Value::Null | Value::Bool(_) | Value::Double(_) | Value::Text(_) => None,
    }
}

fn sorted(numbers: &Numbers) -> Vec<Value> {
    let mut sorted = numbers.all.clone();
    sorted.sort_by(order);
    if numbers.descending {
        sorted.reverse();
    }
    sorted
}

impl Numbers {
    /// What is squared are the distances from the first number, so that long decimals lose none of their digits.
    fn variance(&self, sample: bool) -> Option<f64> {
        let first = self.all.first()?;
        let distances: Vec<f64> =
            self.all.iter().map(|one| distance(one, first, self.argument as u16)).collect();
        let count = distances.len() as f64;
        let mean = distances.iter().sum::<f64>() / count;
        let squares: f64 = distances.iter().map(|x| (x - mean).powi(2)).sum();
        let of = if sample { count - 1.0 } else { count };
        (of > 0.0).then_some(squares / of)
    }
}

fn distance(value: &Value, from: &Value, scale: u16) -> f64 {
    match (value, from) {
        (Value::Int(a), Value::Int(b)) => (i128::from(*a) - i128::from(*b)) as f64,
        (Value::Double(a), Value::Double(b)) => a - b,
        (Value::Decimal(a), Value::Decimal(b)) => a.plus(b.negated()).map_or(f64::NAN, |d| d.real(scale)),
        _ => f64::NAN,
    }
}

impl Aggregate<Numbers, Value> for Statistic {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Numbers> {
        Ok(Numbers::default())
    }

    fn step(&self, context: &mut Context<'_>, numbers: &mut Numbers) -> rusqlite::Result<()> {
        if !matches!(context.get_raw(0), ValueRef::Null) {
            numbers.all.push(raw(context, 0));
        }
        numbers.argument = if context.len() > 1 { real(context, 1) } else { 0.0 };
        numbers.descending = self.takes_fraction() && int(context, 2) != 0;
        if self.takes_fraction() && !(0.0..=1.0).contains(&numbers.argument) {
            let message = format!("percentile value {} is not between 0 and 1", numbers.argument);
            return body_result(Err(SqlError::new("22003", message))).map(|_: Value| ());
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, numbers: Option<Numbers>) -> rusqlite::Result<Value> {
        Ok(numbers.and_then(|numbers| self.of(&numbers)).unwrap_or(Value::Null))
    }
}

impl WindowAggregate<Numbers, Value> for Statistic {
    fn value(&self, numbers: Option<&mut Numbers>) -> rusqlite::Result<Value> {
        Ok(numbers.and_then(|numbers| self.of(numbers)).unwrap_or(Value::Null))
    }

    fn inverse(&self, context: &mut Context<'_>, numbers: &mut Numbers) -> rusqlite::Result<()> {
        let gone = raw(context, 0);
        if !matches!(context.get_raw(0), ValueRef::Null)
            && let Some(place) = numbers.all.iter().position(|x| *x == gone)
        {
            numbers.all.remove(place);
        }
        Ok(())
    }
}

/// `listagg(distinct x, separator)`: each text once, in the order in which they come.
struct DistinctList;

/// The texts that came, and the list they make.
#[derive(Default)]
struct Listed {
    seen: BTreeSet<String>,
    list: Option<String>,
}

impl Aggregate<Listed, Option<String>> for DistinctList {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Listed> {
        Ok(Listed::default())
    }

    fn step(&self, context: &mut Context<'_>, listed: &mut Listed) -> rusqlite::Result<()> {
        let Some(one) = raw(context, 0).text() else {
            return Ok(());
        };
        if listed.seen.insert(one.clone()) {
            listed.list = Some(match listed.list.take() {
                Some(list) => format!("{list}{}{one}", text(context, 1)),
                None => one,
            });
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, listed: Option<Listed>) -> rusqlite::Result<Option<String>> {
        Ok(listed.and_then(|listed| listed.list))
    }
}

/// Its frame is always the whole partition, which no row leaves.
impl WindowAggregate<Listed, Option<String>> for DistinctList {
    fn value(&self, listed: Option<&mut Listed>) -> rusqlite::Result<Option<String>> {
        Ok(listed.and_then(|listed| listed.list.clone()))
    }

    fn inverse(&self, _: &mut Context<'_>, _: &mut Listed) -> rusqlite::Result<()> {
        body_result(Err(SqlError::unsupported("LISTAGG over a frame"))).map(|_: Value| ())
    }
}
