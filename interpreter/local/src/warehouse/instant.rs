//! Dates and timestamps: reading, writing and reckoning with their text forms.
//!
//! A date is held as `2024-05-01`, a timestamp as `2024-05-01 12:30:00[.ffffff]`; so texts
//! compare as the instants do.

use jiff::civil::{Date, DateTime, Time};
use jiff::{RoundMode, Span, ToSpan, Unit};

use super::error::SqlError;

/// A unit that `date_trunc`, `extract`, `dateadd` and `datediff` know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Millennium,
    Century,
    Decade,
    Year,
    Quarter,
    Month,
    Week,
    Day,
    DayOfWeek,
    DayOfYear,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Epoch,
}

impl Part {
    /// Reads a unit's name or one of Redshift's abbreviations of it.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_lowercase().as_str() {
            "millennium" | "millennia" | "mil" | "mils" => Self::Millennium,
            "century" | "centuries" | "c" | "cent" | "cents" => Self::Century,
            "decade" | "decades" | "dec" | "decs" => Self::Decade,
            "year" | "years" | "y" | "yr" | "yrs" => Self::Year,
            "quarter" | "quarters" | "qtr" | "qtrs" => Self::Quarter,
            "month" | "months" | "mon" | "mons" => Self::Month,
            "week" | "weeks" | "w" => Self::Week,
            "day" | "days" | "d" => Self::Day,
            "dayofweek" | "dow" | "dw" | "weekday" => Self::DayOfWeek,
            "dayofyear" | "doy" | "dy" | "yearday" => Self::DayOfYear,
            "hour" | "hours" | "h" | "hr" | "hrs" => Self::Hour,
            "minute" | "minutes" | "m" | "min" | "mins" => Self::Minute,
            "second" | "seconds" | "s" | "sec" | "secs" => Self::Second,
            "millisecond" | "milliseconds" | "ms" | "msec" | "msecs" | "msecond" | "mseconds" => {
                Self::Millisecond
            }
            "microsecond" | "microseconds" | "us" | "usec" | "usecs" | "microsecs" => Self::Microsecond,
            "epoch" => Self::Epoch,
            _ => return None,
        })
    }
}

/// Reads a unit's name that must be one.
pub(crate) fn part(word: &str) -> Result<Part, SqlError> {
    Part::from_word(word)
        .ok_or_else(|| SqlError::new("22023", format!("timestamp units \"{word}\" not recognized")))
}

fn invalid(kind: &str, text: &str) -> SqlError {
    SqlError::new("22007", format!("invalid input syntax for type {kind}: \"{text}\""))
}

/// Reads a date, or the date of a timestamp.
pub(crate) fn parse_date(text: &str) -> Result<Date, SqlError> {
    parse_any(text).map(|at| at.date()).ok_or_else(|| invalid("date", text))
}

/// Reads a timestamp; a date stands for its midnight.
pub(crate) fn parse_timestamp(text: &str) -> Result<DateTime, SqlError> {
    parse_any(text).ok_or_else(|| invalid("timestamp", text))
}

pub(crate) fn parse_time(text: &str) -> Result<Time, SqlError> {
    text.trim().parse().map_err(|_| invalid("time", text))
}

fn parse_any(text: &str) -> Option<DateTime> {
    let text = text.trim();
    match text.to_lowercase().as_str() {
        "now" => return Some(now()),
        "today" => return Some(now().date().into()),
        "epoch" => return from_micros(0),
        _ => {}
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(instant.to_zoned(jiff::tz::TimeZone::UTC).datetime());
    }
    if let Ok(instant) = format!("{text}:00").parse::<jiff::Timestamp>() {
        return Some(instant.to_zoned(jiff::tz::TimeZone::UTC).datetime());
    }
    if let Ok(at) = text.parse::<DateTime>() {
        return Some(at);
    }
    ["%Y/%m/%d", "%m/%d/%Y", "%Y%m%d", "%d-%b-%Y"]
        .iter()
        .find_map(|format| Date::strptime(format, text).ok())
        .map(Into::into)
}

/// The present instant in UTC, to the microsecond.
pub(crate) fn now() -> DateTime {
    let at = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).datetime();
    at.round((Unit::Microsecond, 1)).unwrap_or(at)
}

pub(crate) fn date_text(date: Date) -> String {
    date.to_string()
}

pub(crate) fn time_text(time: Time) -> String {
    let whole = format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    match time.subsec_nanosecond() / 1000 {
        0 => whole,
        micros => format!("{whole}.{}", format!("{micros:06}").trim_end_matches('0')),
    }
}

pub(crate) fn timestamp_text(at: DateTime) -> String {
    format!("{} {}", at.date(), time_text(at.time()))
}

/// Cuts a timestamp to the beginning of its unit; weeks begin on Monday.
pub(crate) fn truncate(part: Part, at: DateTime) -> Option<DateTime> {
    let date = at.date();
    let first = |year: i16, month: i8| Date::new(year, month, 1).ok().map(DateTime::from);
    let floor = |unit| {
        let round = jiff::civil::DateTimeRound::new().smallest(unit).mode(RoundMode::Trunc);
        at.round(round).ok()
    };
    match part {
        Part::Millennium => first((date.year() - 1) / 1000 * 1000 + 1, 1),
        Part::Century => first((date.year() - 1) / 100 * 100 + 1, 1),
        Part::Decade => first(date.year() / 10 * 10, 1),
        Part::Year => first(date.year(), 1),
        Part::Quarter => first(date.year(), (date.month() - 1) / 3 * 3 + 1),
        Part::Month => first(date.year(), date.month()),
        Part::Week => {
            let back = i64::from(date.weekday().to_monday_zero_offset());
            date.checked_sub(back.days()).ok().map(DateTime::from)
        }
        Part::Day | Part::DayOfWeek | Part::DayOfYear => Some(date.into()),
        Part::Hour => floor(Unit::Hour),
        Part::Minute => floor(Unit::Minute),
        Part::Second | Part::Epoch => floor(Unit::Second),
        Part::Millisecond => floor(Unit::Millisecond),
        Part::Microsecond => floor(Unit::Microsecond),
    }
}

/// Reads one field of a timestamp.
pub(crate) fn field(part: Part, at: DateTime) -> f64 {
    let year = f64::from(at.year());
    let seconds = f64::from(at.second()) + f64::from(at.subsec_nanosecond()) / 1e9;
    match part {
        Part::Millennium => ((year - 1.0) / 1000.0).floor() + 1.0,
        Part::Century => ((year - 1.0) / 100.0).floor() + 1.0,
        Part::Decade => (year / 10.0).floor(),
        Part::Year => year,
        Part::Quarter => f64::from((at.month() - 1) / 3 + 1),
        Part::Month => f64::from(at.month()),
        Part::Week => f64::from(at.date().iso_week_date().week()),
        Part::Day => f64::from(at.day()),
        Part::DayOfWeek => f64::from(at.date().weekday().to_sunday_zero_offset()),
        Part::DayOfYear => f64::from(at.date().day_of_year()),
        Part::Hour => f64::from(at.hour()),
        Part::Minute => f64::from(at.minute()),
        Part::Second => seconds,
        Part::Millisecond => seconds * 1e3,
        Part::Microsecond => seconds * 1e6,
        Part::Epoch => micros_since_1970(at) as f64 / 1e6,
    }
}

/// Adds so many units; months keep the day where the month has it.
pub(crate) fn add(part: Part, count: i64, at: DateTime) -> Result<DateTime, SqlError> {
    let span = match part {
        Part::Millennium => Span::new().try_years(count.saturating_mul(1000)),
        Part::Century => Span::new().try_years(count.saturating_mul(100)),
        Part::Decade => Span::new().try_years(count.saturating_mul(10)),
        Part::Year => Span::new().try_years(count),
        Part::Quarter => Span::new().try_months(count.saturating_mul(3)),
        Part::Month => Span::new().try_months(count),
        Part::Week => Span::new().try_weeks(count),
        Part::Day | Part::DayOfWeek | Part::DayOfYear => Span::new().try_days(count),
        Part::Hour => Span::new().try_hours(count),
        Part::Minute => Span::new().try_minutes(count),
        Part::Second | Part::Epoch => Span::new().try_seconds(count),
        Part::Millisecond => Span::new().try_milliseconds(count),
        Part::Microsecond => Span::new().try_microseconds(count),
    };
    span.and_then(|span| at.checked_add(span)).map_err(|_| SqlError::new("22008", "timestamp out of range"))
}

/// Adds months; the last day of a month becomes the last day of another (Redshift guide, "ADD_MONTHS").
pub(crate) fn add_months(count: i64, at: DateTime) -> Result<DateTime, SqlError> {
    let later = add(Part::Month, count, at)?;
    let is_last = at.date() == at.date().last_of_month();
    Ok(if is_last { later.date().last_of_month().to_datetime(later.time()) } else { later })
}

/// Counts the boundaries of a unit between two instants, as Redshift's `datediff` does.
pub(crate) fn difference(part: Part, from: DateTime, to: DateTime) -> Option<i64> {
    let months = |at: DateTime| i64::from(at.year()) * 12 + i64::from(at.month()) - 1;
    let years = |by: i64| i64::from(to.year()).div_euclid(by) - i64::from(from.year()).div_euclid(by);
    let ticks = |size: i64| {
        let start = truncate(part, from)?;
        let end = truncate(part, to)?;
        Some((micros_since_1970(end) - micros_since_1970(start)) / size)
    };
    match part {
        Part::Millennium => Some(years(1000)),
        Part::Century => Some(years(100)),
        Part::Decade => Some(years(10)),
        Part::Year => Some(years(1)),
        Part::Quarter => Some(months(to).div_euclid(3) - months(from).div_euclid(3)),
        Part::Month => Some(months(to) - months(from)),
        Part::Week => ticks(604_800_000_000),
        Part::Day | Part::DayOfWeek | Part::DayOfYear => ticks(86_400_000_000),
        Part::Hour => ticks(3_600_000_000),
        Part::Minute => ticks(60_000_000),
        Part::Second | Part::Epoch => ticks(1_000_000),
        Part::Millisecond => ticks(1000),
        Part::Microsecond => ticks(1),
    }
}

/// Microseconds from 1970-01-01 in UTC.
pub(crate) fn micros_since_1970(at: DateTime) -> i64 {
    at.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_microsecond())
}

/// The instant so many microseconds from 1970-01-01.
pub(crate) fn from_micros(micros: i64) -> Option<DateTime> {
    let instant = jiff::Timestamp::from_microsecond(micros).ok()?;
    Some(instant.to_zoned(jiff::tz::TimeZone::UTC).datetime())
}

/// Moves a timestamp from one time zone's clock to another's.
pub(crate) fn convert_zone(from: &str, to: &str, at: DateTime) -> Result<DateTime, SqlError> {
    let zone = |name: &str| {
        jiff::tz::TimeZone::get(name)
            .map_err(|_| SqlError::new("22023", format!("time zone \"{name}\" not recognized")))
    };
    let there = zone(to)?;
    let instant = zone(from)?.to_zoned(at).map_err(|_| SqlError::new("22008", "timestamp out of range"))?;
    Ok(instant.with_time_zone(there).datetime())
}

/// The first day after this one whose name begins like the word.
pub(crate) fn next_day(date: Date, word: &str) -> Option<Date> {
    let word = word.to_lowercase();
    (1..=7).find_map(|ahead: i64| {
        let day = date.checked_add(ahead.days()).ok()?;
        let name = day.strftime("%A").to_string().to_lowercase();
        (word.len() >= 2 && name.starts_with(&word)).then_some(day)
    })
}

/// The months between two instants; a part of a month counts in thirty-firsts (Redshift guide, "MONTHS_BETWEEN").
pub(crate) fn months_between(a: DateTime, b: DateTime) -> f64 {
    let whole = f64::from((a.year() - b.year()) * 12 + i16::from(a.month()) - i16::from(b.month()));
    let last = |at: DateTime| at.date().last_of_month() == at.date();
    if a.day() == b.day() || last(a) && last(b) {
        return whole;
    }
    let days = |at: DateTime| {
        let seconds = (i32::from(at.hour()) * 60 + i32::from(at.minute())) * 60 + i32::from(at.second());
        f64::from(at.day()) + f64::from(seconds) / 86_400.0
    };
    whole + (days(a) - days(b)) / 31.0
}
