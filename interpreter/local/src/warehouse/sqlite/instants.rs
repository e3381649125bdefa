//! Functions of dates and timestamps, which are texts here.

use rusqlite::Connection;
use rusqlite::functions::Context;

use super::{int, real, strict, text};
use crate::warehouse::error::SqlError;
use crate::warehouse::instant::{self, Part};
use crate::warehouse::types::SqlType;
use crate::warehouse::value::Value;
use crate::warehouse::{cast, interval, picture, template};

fn part(context: &Context<'_>) -> Result<Part, SqlError> {
    instant::part(&text(context, 0))
}

/// Registers them.
pub(super) fn register(connection: &Connection) -> Result<(), SqlError> {
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
    strict(connection, "rs_add_months", 2, |c| {
        let at = instant::parse_timestamp(&text(c, 1))?;
        Ok(instant::timestamp_text(instant::add_months(int(c, 0), at)?).into())
    })?;
    strict(connection, "rs_datediff", 3, move |c| {
        let from = instant::parse_timestamp(&text(c, 1))?;
        let to = instant::parse_timestamp(&text(c, 2))?;
        instant::difference(part(c)?, from, to).map(Value::Int).ok_or_else(out)
    })?;
    strict(connection, "rs_time_part", 2, |c| {
        let time = instant::parse_time(&text(c, 1))?;
        Ok(Value::Double(instant::field(part(c)?, time.on(1970, 1, 1))))
    })?;
    strict(connection, "rs_time_add", 2, |c| {
        let time = instant::parse_time(&text(c, 0))?;
        let moved = time.wrapping_add(jiff::SignedDuration::from_micros(int(c, 1)));
        Ok(instant::time_text(moved).into())
    })?;
    strict(connection, "rs_interval_part", 3, |c| {
        let SqlType::Interval(unit) = SqlType::from_display(&text(c, 2)) else { return Ok(Value::Null) };
        Ok(interval::field(part(c)?, int(c, 1), unit).map_or(Value::Null, Value::Double))
    })?;
    // rs_interval_scaled(operation, interval, number)
    strict(connection, "rs_interval_scaled", 3, |c| {
        let (count, by) = (int(c, 1) as f64, real(c, 2));
        let made = match text(c, 0).as_str() {
            "/" if by == 0.0 => return Err(super::numbers::division_by_zero()),
            "/" => count / by,
            _ => count * by,
        };
        let made = cast::whole(made).ok_or_else(|| SqlError::new("22008", "interval out of range"))?;
        Ok(Value::Int(made))
    })?;
    strict(connection, "rs_last_day", 1, |c| {
        let date = instant::parse_date(&text(c, 0))?;
        Ok(instant::date_text(date.last_of_month()).into())
    })?;
    strict(connection, "rs_next_day", 2, |c| {
        let date = instant::parse_date(&text(c, 0))?;
        let word = text(c, 1);
        let next = instant::next_day(date, &word)
            .ok_or_else(|| SqlError::new("22023", format!("\"{word}\" is no day of the week")))?;
        Ok(instant::date_text(next).into())
    })?;
    strict(connection, "rs_months_between", 2, |c| {
        let a = instant::parse_timestamp(&text(c, 0))?;
        let b = instant::parse_timestamp(&text(c, 1))?;
        Ok(Value::Double(instant::months_between(a, b)))
    })?;
    strict(connection, "rs_convert_timezone", 3, |c| {
        let at = instant::parse_timestamp(&text(c, 2))?;
        Ok(instant::timestamp_text(instant::convert_zone(&text(c, 0), &text(c, 1), at)?).into())
    })?;
    strict(connection, "rs_to_char", 2, |c| {
        let at = instant::parse_timestamp(&text(c, 0))?;
        Ok(template::write(&text(c, 1), at)?.into())
    })?;
    strict(connection, "rs_number_to_char", 2, |c| Ok(picture::write(&text(c, 1), &text(c, 0))?.into()))?;
    strict(connection, "rs_to_number", 2, |c| Ok(picture::read(&text(c, 1), &text(c, 0))?.into()))?;
    strict(connection, "rs_to_date", 2, |c| {
        let at = template::read(&text(c, 1), &text(c, 0))?;
        Ok(instant::date_text(at.date()).into())
    })?;
    strict(connection, "rs_to_timestamp", 2, |c| {
        let at = template::read(&text(c, 1), &text(c, 0))?;
        Ok(instant::timestamp_text(at).into())
    })
}
