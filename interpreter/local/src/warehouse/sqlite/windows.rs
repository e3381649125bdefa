//! What window functions give that pass NULL over: the n-th value of a frame, from its one end or the other.

use std::collections::VecDeque;

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::ValueRef;

use super::{int, raw};
use crate::warehouse::error::SqlError;
use crate::warehouse::value::Value;

/// Registers `rs_nth(value, n)` and `rs_nth_last(value, n)`.
pub(super) fn register(connection: &Connection) -> Result<(), SqlError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_window_function("rs_nth", 2, flags, End::First)?;
    connection.create_window_function("rs_nth_last", 2, flags, End::Last)?;
    Ok(())
}

/// From which end of the frame values are counted.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

/// The values of a frame that are not NULL, and which of them is asked for.
#[derive(Default)]
struct Frame {
    values: VecDeque<Value>,
    place: Option<usize>,
}

impl End {
    fn of(self, frame: &Frame) -> Value {
        let place = frame.place.and_then(|place| place.checked_sub(1));
        let found = place.and_then(|place| match self {
            Self::First => frame.values.get(place),
            Self::Last => frame.values.iter().rev().nth(place),
        });
        found.cloned().unwrap_or(Value::Null)
    }
}

impl Aggregate<Frame, Value> for End {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Frame> {
        Ok(Frame::default())
    }

    fn step(&self, context: &mut Context<'_>, frame: &mut Frame) -> rusqlite::Result<()> {
        frame.place = usize::try_from(int(context, 1)).ok();
        if !matches!(context.get_raw(0), ValueRef::Null) {
            frame.values.push_back(raw(context, 0));
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, frame: Option<Frame>) -> rusqlite::Result<Value> {
        Ok(frame.map_or(Value::Null, |frame| self.of(&frame)))
    }
}

impl WindowAggregate<Frame, Value> for End {
    fn value(&self, frame: Option<&mut Frame>) -> rusqlite::Result<Value> {
        Ok(frame.map_or(Value::Null, |frame| self.of(frame)))
    }

    /// Rows leave a frame in the order in which they came.
    fn inverse(&self, context: &mut Context<'_>, frame: &mut Frame) -> rusqlite::Result<()> {
        if !matches!(context.get_raw(0), ValueRef::Null) {
            frame.values.pop_front();
        }
        Ok(())
    }
}
