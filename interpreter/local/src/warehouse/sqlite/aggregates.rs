//! Aggregates that SQLite lacks: deviation, variance, percentiles, and lists of distinct texts.

use std::collections::BTreeSet;

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::ValueRef;

use super::{body_result, raw, real, text};
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
        connection.create_window_function(name, 1, flags, statistic)?;
    }
    connection.create_window_function("rs_percentile_cont", 2, flags, Statistic::Continuous)?;
    connection.create_window_function("rs_percentile_disc", 2, flags, Statistic::Discrete)?;
    connection.create_aggregate_function("rs_listagg_distinct", 2, flags, DistinctList)?;
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

/// The numbers of a group, in the order in which they came, and the fraction that is asked for.
#[derive(Default)]
struct Numbers {
    all: Vec<f64>,
    fraction: f64,
}

impl Statistic {
    fn of(self, numbers: &Numbers) -> Option<f64> {
        let count = numbers.all.len();
        match self {
            Self::Deviation { sample } => variance(&numbers.all, sample).map(f64::sqrt),
            Self::Variance { sample } => variance(&numbers.all, sample),
            Self::Continuous => {
                let sorted = sorted(&numbers.all);
                let place = numbers.fraction * count.checked_sub(1)? as f64;
                let (low, high) = (sorted.get(place.floor() as usize)?, sorted.get(place.ceil() as usize)?);
                Some(low + (high - low) * place.fract())
            }
            Self::Discrete => {
                let place = (numbers.fraction * count as f64).ceil() as usize;
                sorted(&numbers.all).get(place.max(1) - 1).copied()
            }
        }
    }
}

fn sorted(numbers: &[f64]) -> Vec<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn variance(numbers: &[f64], sample: bool) -> Option<f64> {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|x| (x - mean).powi(2)).sum();
    let of = if sample { count - 1.0 } else { count };
    (of > 0.0).then_some(squares / of)
}

impl Aggregate<Numbers, Value> for Statistic {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Numbers> {
        Ok(Numbers::default())
    }

    fn step(&self, context: &mut Context<'_>, numbers: &mut Numbers) -> rusqlite::Result<()> {
        if !matches!(context.get_raw(0), ValueRef::Null) {
            numbers.all.push(real(context, 0));
        }
        if context.len() > 1 {
            let fraction = real(context, 1);
            if !(0.0..=1.0).contains(&fraction) {
                let message = format!("percentile value {fraction} is not between 0 and 1");
                return body_result(Err(SqlError::new("22003", message))).map(|_: Value| ());
            }
            numbers.fraction = fraction;
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, numbers: Option<Numbers>) -> rusqlite::Result<Value> {
        Ok(numbers.and_then(|numbers| self.of(&numbers)).map_or(Value::Null, Value::Double))
    }
}

impl WindowAggregate<Numbers, Value> for Statistic {
    fn value(&self, numbers: Option<&mut Numbers>) -> rusqlite::Result<Value> {
        Ok(numbers.and_then(|numbers| self.of(numbers)).map_or(Value::Null, Value::Double))
    }

    fn inverse(&self, context: &mut Context<'_>, numbers: &mut Numbers) -> rusqlite::Result<()> {
        let gone = real(context, 0);
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
