//! Lengths of time: reading them, writing them, and the units in which their two types count.
//!
//! Facts: Redshift guide, "Interval data types and literals" and "Examples of interval literals without qualifier
//! syntax"; what a result shows is PostgreSQL's style, Redshift's default.

use super::cast;
use super::error::SqlError;
use super::instant::{self, Part};

/// What an interval's type counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// YEAR TO MONTH.
    Months,
    /// DAY TO SECOND.
    Micros,
}

/// A length of time; months and days are no multiples of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Interval {
    pub(crate) months: i64,
    pub(crate) micros: i64,
}

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Interval {
    /// The number that stands for it in a type; `None` if it has a part that the type can't hold.
    pub(crate) fn count(self, unit: Unit) -> Option<i64> {
        match unit {
            Unit::Months => (self.micros == 0).then_some(self.months),
            Unit::Micros => (self.months == 0).then_some(self.micros),
        }
    }

    /// What is left of it when everything smaller than the part is cut off.
    pub(crate) fn cut(self, smallest: Part) -> Self {
        let whole = |n: i64, unit: i64| n - n % unit;
        match smallest {
            Part::Year => Self { months: whole(self.months, 12), micros: 0 },
            Part::Month => Self { micros: 0, ..self },
            Part::Day => Self { micros: whole(self.micros, DAY), ..self },
            Part::Hour => Self { micros: whole(self.micros, HOUR), ..self },
            Part::Minute => Self { micros: whole(self.micros, MINUTE), ..self },
            Part::Millennium
            | Part::Century
            | Part::Decade
            | Part::Quarter
            | Part::Week
            | Part::DayOfWeek
            | Part::DayOfYear
            | Part::Second
            | Part::Millisecond
            | Part::Microsecond
            | Part::Epoch => self,
        }
    }
}

/// Reads `1 day 2 hours`, `1w, 3h`, `1-2`, `3 04:05:06` and the like; a number alone is of the given unit.
///
/// # Errors
/// 22007 for anything else, 22008 for more than 64 bits hold.
pub(crate) fn parse(text: &str, alone: Part) -> Result<Interval, SqlError> {
    let wrong = || SqlError::new("22007", format!("invalid input syntax for type interval: \"{text}\""));
    let mut found = Interval::default();
    let mut rest = text.trim_start_matches(['@', ' ']).trim_end();
    let mut some = false;
    while !rest.is_empty() {
        let end = rest.find([' ', ',']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let mut after = after.trim_start_matches([' ', ',']);
        let digits = word.find(|c: char| !"+-.0123456789".contains(c));
        if word.contains(':') {
            found.micros = found.micros.checked_add(clock(word).ok_or_else(wrong)?).ok_or_else(wrong)?;
        } else if let Some((years, months)) = year_month(word) {
            found.months += years * 12 + months;
        } else {
            let (number, unit) = word.split_at(digits.unwrap_or(word.len()));
            let number: f64 = number.parse().map_err(|_| wrong())?;
            let follows = after.split([' ', ',']).next().unwrap_or_default();
            let part = match (unit, Part::from_word(follows)) {
                ("", Some(part)) => {
                    after = after.get(follows.len()..).unwrap_or_default().trim_start_matches([' ', ',']);
                    part
                }
                ("", None) if follows.contains(':') => Part::Day,
                ("", None) => alone,
                (unit, _) => Part::from_word(unit).ok_or_else(wrong)?,
            };
            add(&mut found, number, part).ok_or_else(wrong)?;
        }
        some = true;
        rest = after;
    }
    if some { Ok(found) } else { Err(wrong()) }
}

/// Adds so many of a unit; a part of a month is of thirty days.
fn add(to: &mut Interval, number: f64, part: Part) -> Option<()> {
    let months = |each: f64| Some((number * each, 0.0));
    let micros = |each: i64| Some((0.0, number * each as f64));
    let (months, mut micros) = match part {
        Part::Millennium => months(12_000.0),
        Part::Century => months(1200.0),
        Part::Decade => months(120.0),
        Part::Year => months(12.0),
        Part::Quarter => months(3.0),
        Part::Month => months(1.0),
        Part::Week => micros(7 * DAY),
        Part::Day => micros(DAY),
        Part::Hour => micros(HOUR),
        Part::Minute => micros(MINUTE),
        Part::Second => micros(SECOND),
        Part::Millisecond => micros(1000),
        Part::Microsecond => micros(1),
        Part::DayOfWeek | Part::DayOfYear | Part::Epoch => None,
    }?;
    micros += months.fract() * 30.0 * DAY as f64;
    to.months = to.months.checked_add(cast::whole(months.trunc())?)?;
    to.micros = to.micros.checked_add(cast::whole(micros)?)?;
    Some(())
}

/// `1-2`: years and months.
fn year_month(word: &str) -> Option<(i64, i64)> {
    let (sign, digits) = word.strip_prefix('-').map_or((1, word), |rest| (-1, rest));
    let (years, months) = digits.split_once('-')?;
    Some((
        sign * years.parse::<u32>().ok().map(i64::from)?,
        sign * months.parse::<u32>().ok().map(i64::from)?,
    ))
}

/// `04:05:06.7`, and `04:05` without seconds.
fn clock(word: &str) -> Option<i64> {
    let (sign, digits) = word.strip_prefix('-').map_or((1, word), |rest| (-1, rest));
    let mut parts = digits.trim_start_matches('+').split(':');
    let whole = |part: &str| part.parse::<u32>().ok().map(i64::from);
    let (hours, minutes) = (whole(parts.next()?)?, whole(parts.next()?)?);
    let seconds: f64 = parts.next().map_or(Some(0.0), |part| part.parse().ok())?;
    let fits = minutes < 60 && (0.0..60.0).contains(&seconds) && parts.next().is_none();
    fits.then_some(sign * (hours * HOUR + minutes * MINUTE + (seconds * 1e6).round() as i64))
}

/// Writes what a number of months or microseconds stands for.
pub(crate) fn text(count: i64, unit: Unit) -> String {
    let some = |n: i64, word: &str| match n {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    match unit {
        Unit::Months => {
            let parts: Vec<_> =
                [some(count / 12, "year"), some(count % 12, "mon")].into_iter().flatten().collect();
            if parts.is_empty() { "0 mons".to_owned() } else { parts.join(" ") }
        }
        Unit::Micros => {
            let left = count % DAY;
            let sign = if left < 0 { "-" } else { "" };
            let time = instant::from_micros(left.abs()).map(|at| instant::time_text(at.time()));
            let time = time.filter(|_| left != 0 || count == 0).map(|time| format!("{sign}{time}"));
            let parts: Vec<_> = [some(count / DAY, "day"), time].into_iter().flatten().collect();
            parts.join(" ")
        }
    }
}

/// Reads one field of an interval, as EXTRACT does; `None` for a field that its type has not.
pub(crate) fn field(part: Part, count: i64, unit: Unit) -> Option<f64> {
    let float = |n: i64| Some(n as f64);
    match (unit, part) {
        (Unit::Months, Part::Millennium) => float(count / 12_000),
        (Unit::Months, Part::Century) => float(count / 1200),
        (Unit::Months, Part::Decade) => float(count / 120),
        (Unit::Months, Part::Year) => float(count / 12),
        (Unit::Months, Part::Quarter) => float(count % 12 / 3 + 1),
        (Unit::Months, Part::Month) => float(count % 12),
        (Unit::Micros, Part::Day) => float(count / DAY),
        (Unit::Micros, Part::Hour) => float(count % DAY / HOUR),
        (Unit::Micros, Part::Minute) => float(count % HOUR / MINUTE),
        (Unit::Micros, Part::Second) => Some((count % MINUTE) as f64 / 1e6),
        (Unit::Micros, Part::Millisecond) => Some((count % MINUTE) as f64 / 1e3),
        (Unit::Micros, Part::Microsecond) => float(count % MINUTE),
        (Unit::Micros, Part::Epoch) => Some(count as f64 / 1e6),
        (
            Unit::Months,
            Part::Week
            | Part::Day
            | Part::DayOfWeek
            | Part::DayOfYear
            | Part::Hour
            | Part::Minute
            | Part::Second
            | Part::Millisecond
            | Part::Microsecond
            | Part::Epoch,
        )
        | (
            Unit::Micros,
            Part::Millennium
            | Part::Century
            | Part::Decade
            | Part::Year
            | Part::Quarter
            | Part::Month
            | Part::Week
            | Part::DayOfWeek
            | Part::DayOfYear,
        ) => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn texts_become_months_and_microseconds_and_back() {
        for (given, unit, shown) in [
            ("1 day 2 hours", Unit::Micros, "1 day 02:00:00"),
            ("1w, 1h, 1m, 1s", Unit::Micros, "7 days 01:01:01"),
            ("-36 hours", Unit::Micros, "-1 days -12:00:00"),
            ("3 04:05:06.789", Unit::Micros, "3 days 04:05:06.789"),
            ("0.5 days", Unit::Micros, "12:00:00"),
            ("90", Unit::Micros, "00:01:30"),
            ("0 days", Unit::Micros, "00:00:00"),
            ("1-2", Unit::Months, "1 year 2 mons"),
            ("-1 year 1 month", Unit::Months, "-11 mons"),
            ("2 decades", Unit::Months, "20 years"),
        ] {
            let interval = parse(given, Part::Second).unwrap();
            assert_eq!(text(interval.count(unit).unwrap(), unit), shown, "{given}");
            assert_eq!(parse(shown, Part::Second).unwrap(), interval, "{shown}");
        }
        let both = parse("1 month 1 day", Part::Second).unwrap();
        assert_eq!((both.count(Unit::Months), both.count(Unit::Micros)), (None, None));
        assert_eq!(both.cut(Part::Month), Interval { months: 1, micros: 0 });
        for wrong in ["", "day", "1 parsec", "1:99", "1 2 days x", "--1 day"] {
            assert_eq!(parse(wrong, Part::Second).unwrap_err().sqlstate, "22007", "{wrong}");
        }
    }
}
