//! Functions and aggregates of decimals, whose scales the statement tells: digits are never lost unseen.

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};

use super::numbers::division_by_zero;
use super::{body_result, int, raw, strict, text};
use crate::warehouse::cast::overflow;
use crate::warehouse::decimal::{Cut, Decimal, Operation, Overflow};
use crate::warehouse::error::SqlError;
use crate::warehouse::value::{Value, no_decimal};

/// Registers them.
pub(super) fn register(connection: &Connection) -> Result<(), SqlError> {
    // rs_decimal(operation, a, its scale, b, its scale, the result's precision and scale)
    strict(connection, "rs_decimal", 7, |c| {
        let operation = Operation::of(&text(c, 0)).ok_or_else(|| SqlError::syntax(&text(c, 0)))?;
        let (a, b) = ((decimal(c, 1)?, small(c, 2)), (decimal(c, 3)?, small(c, 4)));
        let result = operation.compute(a, b, small(c, 6)).ok_or_else(division_by_zero)?;
        fitting(result, small(c, 5))
    })?;
    strict(connection, "rs_real", 2, |c| Ok(Value::Double(decimal(c, 0)?.real(small(c, 1)))))?;
    strict(connection, "rs_negated", 1, |c| Ok(Value::Decimal(decimal(c, 0)?.negated())))?;
    strict(connection, "rs_decimal_abs", 2, |c| {
        let number = decimal(c, 0)?;
        Ok(Value::Decimal(if number < Decimal::whole(0) { number.negated() } else { number }))
    })?;
    strict(connection, "rs_decimal_sign", 2, |c| {
        Ok(Value::Decimal(Decimal::whole(decimal(c, 0)?.unscaled().signum())))
    })?;
    for (name, how) in [("rs_decimal_floor", Cut::Down), ("rs_decimal_ceil", Cut::Up)] {
        strict(connection, name, 2, move |c| {
            let scale = small(c, 1);
            let whole = decimal(c, 0)?.cut(scale, 0, how).rescaled(scale, 0);
            whole.map(Value::Decimal).map_err(|Overflow| overflow())
        })?;
    }
    // (number, places, its scale, the result's precision and scale)
    for (name, how) in [("rs_decimal_round", Cut::Nearest), ("rs_decimal_trunc", Cut::Off)] {
        strict(connection, name, 5, move |c| {
            let cut = decimal(c, 0)?.cut(small(c, 2), int(c, 1), how);
            fitting(cut.rescaled(small(c, 2), small(c, 4)), small(c, 3))
        })?;
    }
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_window_function("rs_sum", 1, flags, Gathering::Sum)?;
    connection.create_window_function("rs_avg", 1, flags, Gathering::Average)?;
    Ok(())
}

/// A decimal, or a whole number as one of the scale 0.
fn decimal(context: &Context<'_>, n: usize) -> Result<Decimal, SqlError> {
    match raw(context, n) {
        Value::Decimal(decimal) => Ok(decimal),
        Value::Int(n) => Ok(Decimal::whole(n)),
        Value::Null | Value::Bool(_) | Value::Double(_) | Value::Text(_) => Err(no_decimal()),
    }
}

/// A precision or a scale.
fn small(context: &Context<'_>, n: usize) -> u16 {
    u16::try_from(int(context, n)).unwrap_or_default()
}

fn fitting(result: Result<Decimal, Overflow>, precision: u16) -> Result<Value, SqlError> {
    let fits = result.and_then(|decimal| decimal.fitting(precision));
    fits.map(Value::Decimal).map_err(|Overflow| overflow())
}

/// What is made of the numbers of a group, all of one scale, which stays.
#[derive(Clone, Copy)]
enum Gathering {
    Sum,
    Average,
}

/// The numbers of a group so far.
struct Gathered {
    sum: Decimal,
    count: i128,
}

impl Gathering {
    fn of(self, gathered: Option<&Gathered>) -> Value {
        match (self, gathered) {
            (_, None | Some(Gathered { count: 0, .. })) => Value::Null,
            (Self::Sum, Some(gathered)) => Value::Decimal(gathered.sum),
            (Self::Average, Some(gathered)) => Value::Decimal(gathered.sum.mean(gathered.count)),
        }
    }
}

impl Gathered {
    fn add(&mut self, context: &Context<'_>, sign: i128) -> rusqlite::Result<()> {
        if raw(context, 0) == Value::Null {
            return Ok(());
        }
        let sum = decimal(context, 0).and_then(|one| {
            let one = if sign < 0 { one.negated() } else { one };
            self.sum.plus(one).map_err(|Overflow| overflow())
        });
        match sum {
            Ok(sum) => {
                (self.sum, self.count) = (sum, self.count + sign);
                Ok(())
            }
            Err(error) => body_result(Err(error)).map(drop),
        }
    }
}

impl Aggregate<Gathered, Value> for Gathering {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Gathered> {
        Ok(Gathered { sum: Decimal::whole(0), count: 0 })
    }

    fn step(&self, context: &mut Context<'_>, gathered: &mut Gathered) -> rusqlite::Result<()> {
        gathered.add(context, 1)
    }

    fn finalize(&self, _: &mut Context<'_>, gathered: Option<Gathered>) -> rusqlite::Result<Value> {
        Ok(self.of(gathered.as_ref()))
    }
}

impl WindowAggregate<Gathered, Value> for Gathering {
    fn value(&self, gathered: Option<&mut Gathered>) -> rusqlite::Result<Value> {
        Ok(self.of(gathered.as_deref()))
    }

    fn inverse(&self, context: &mut Context<'_>, gathered: &mut Gathered) -> rusqlite::Result<()> {
        gathered.add(context, -1)
    }
}
