//! Templates of instants, as `to_char`, `to_date` and `to_timestamp` take them: written or matched.
//!
//! Facts: Redshift guide, "Datetime format strings". A pattern that is not known here is refused, never copied as if it
//! were text.

use jiff::civil::{Date, DateTime, Time};

use super::error::SqlError;

/// One part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Literal(char),
    Field {
        field: Field,
        letters: Letters,
        /// `FM`: neither blanks nor zeros fill it up.
        bare: bool,
    },
}

/// What a pattern stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    /// The last so many digits of the year.
    Year(usize),
    IsoYear,
    Century,
    Quarter,
    MonthName,
    MonthShort,
    Month,
    Week,
    IsoWeek,
    WeekOfMonth,
    DayOfYear,
    Day,
    DayName,
    DayShort,
    Weekday,
    Hour24,
    Hour12,
    Minute,
    SecondOfDay,
    Second,
    Millisecond,
    Microsecond,
    Noon,
    NoonDotted,
    Zone,
}

/// How the pattern's own letters are written, which names follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    Upper,
    Capital,
    Lower,
}

/// Longer patterns stand before those they begin with.
const PATTERNS: [(&str, Field); 33] = [
    ("yyyy", Field::Year(4)),
    ("yyy", Field::Year(3)),
    ("yy", Field::Year(2)),
    ("y", Field::Year(1)),
    ("iyyy", Field::IsoYear),
    ("iw", Field::IsoWeek),
    ("cc", Field::Century),
    ("q", Field::Quarter),
    ("month", Field::MonthName),
    ("mon", Field::MonthShort),
    ("mm", Field::Month),
    ("mi", Field::Minute),
    ("ms", Field::Millisecond),
    ("ww", Field::Week),
    ("w", Field::WeekOfMonth),
    ("ddd", Field::DayOfYear),
    ("dd", Field::Day),
    ("day", Field::DayName),
    ("dy", Field::DayShort),
    ("d", Field::Weekday),
    ("hh24", Field::Hour24),
    ("hh12", Field::Hour12),
    ("hh", Field::Hour12),
    ("sssss", Field::SecondOfDay),
    ("ssss", Field::SecondOfDay),
    ("ss", Field::Second),
    ("us", Field::Microsecond),
    ("am", Field::Noon),
    ("pm", Field::Noon),
    ("a.m.", Field::NoonDotted),
    ("p.m.", Field::NoonDotted),
    ("tz", Field::Zone),
    ("of", Field::Zone),
];

fn parts(template: &str) -> Result<Vec<Part>, SqlError> {
    let mut parts = Vec::new();
    let mut rest = template;
    let mut bare = false;
    while let Some(first) = rest.chars().next() {
        let begins = |word: &str| rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        if let Some(quoted) = rest.strip_prefix('"') {
            let (text, after) = quoted.split_once('"').unwrap_or((quoted, ""));
            parts.extend(text.chars().map(Part::Literal));
            rest = after;
        } else if begins("fm") {
            bare = true;
            rest = rest.get(2..).unwrap_or("");
        } else if let Some((word, field)) = PATTERNS.iter().find(|(word, _)| begins(word)) {
            let (head, after) = rest.split_at(word.len());
            parts.push(Part::Field { field: *field, letters: letters(head), bare });
            bare = false;
            rest = after;
        } else if first.is_alphabetic() && first != 'T' {
            return Err(SqlError::unsupported(format!("the pattern \"{rest}\" in a datetime format")));
        } else {
            parts.push(Part::Literal(first));
            rest = rest.get(first.len_utf8()..).unwrap_or("");
        }
    }
    Ok(parts)
}

fn letters(pattern: &str) -> Letters {
    let mut upper =
        pattern.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.is_ascii_uppercase());
    match (upper.next(), upper.next()) {
        (Some(true), Some(false)) => Letters::Capital,
        (Some(true), _) => Letters::Upper,
        _ => Letters::Lower,
    }
}

/// Writes a timestamp by a template such as `YYYY-MM-DD HH24:MI:SS`.
pub(crate) fn write(template: &str, at: DateTime) -> Result<String, SqlError> {
    let mut out = String::new();
    for part in parts(template)? {
        match part {
            Part::Literal(letter) => out.push(letter),
            Part::Field { field, letters, bare } => out.push_str(&written(field, letters, bare, at)),
        }
    }
    Ok(out)
}

fn written(field: Field, letters: Letters, bare: bool, at: DateTime) -> String {
    let number = |n: i64, width: usize| if bare { n.to_string() } else { format!("{n:0width$}") };
    let name = |text: String, width: usize| {
        let text = match letters {
            Letters::Upper => text.to_uppercase(),
            Letters::Capital => text,
            Letters::Lower => text.to_lowercase(),
        };
        if bare { text } else { format!("{text:<width$}") }
    };
    let noon = |before: &str, after: &str| {
        let text = if at.hour() < 12 { before } else { after };
        if letters == Letters::Lower { text.to_lowercase() } else { text.to_owned() }
    };
    let (date, year) = (at.date(), i64::from(at.year()));
    let hour12 = i64::from((at.hour() + 11) % 12 + 1);
    let nanos = i64::from(at.subsec_nanosecond());
    match field {
        Field::Year(4) => number(year, 4),
        Field::Year(digits) => {
            let unit = 10i64.pow(u32::try_from(digits).unwrap_or(1));
            number(year % unit, digits)
        }
        Field::IsoYear => number(date.iso_week_date().year().into(), 4),
        Field::Century => number((year - 1) / 100 + 1, 2),
        Field::Quarter => number(i64::from((at.month() - 1) / 3 + 1), 1),
        Field::MonthName => name(at.strftime("%B").to_string(), 9),
        Field::MonthShort => name(at.strftime("%b").to_string(), 3),
        Field::Month => number(at.month().into(), 2),
        Field::Week => number(i64::from((date.day_of_year() - 1) / 7 + 1), 2),
        Field::IsoWeek => number(date.iso_week_date().week().into(), 2),
        Field::WeekOfMonth => number(i64::from((at.day() - 1) / 7 + 1), 1),
        Field::DayOfYear => number(date.day_of_year().into(), 3),
        Field::Day => number(at.day().into(), 2),
        Field::DayName => name(at.strftime("%A").to_string(), 9),
        Field::DayShort => name(at.strftime("%a").to_string(), 3),
        Field::Weekday => number(i64::from(date.weekday().to_sunday_zero_offset()) + 1, 1),
        Field::Hour24 => number(at.hour().into(), 2),
        Field::Hour12 => number(hour12, 2),
        Field::Minute => number(at.minute().into(), 2),
        Field::SecondOfDay => {
            let minutes = i64::from(at.hour()) * 60 + i64::from(at.minute());
            (minutes * 60 + i64::from(at.second())).to_string()
        }
        Field::Second => number(at.second().into(), 2),
        Field::Millisecond => number(nanos / 1_000_000, 3),
        Field::Microsecond => number(nanos / 1_000, 6),
        Field::Noon => noon("AM", "PM"),
        Field::NoonDotted => noon("A.M.", "P.M."),
        Field::Zone => name("UTC".to_owned(), 3),
    }
}

/// What a text gave so far; what it lacks is the first of its kind.
struct Found {
    year: i16,
    month: i8,
    day: i8,
    day_of_year: Option<i16>,
    hour: i8,
    minute: i8,
    second: i8,
    nanos: i32,
    afternoon: Option<bool>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads a timestamp by a template.
pub(crate) fn read(template: &str, text: &str) -> Result<DateTime, SqlError> {
    let wrong =
        || SqlError::new("22007", format!("invalid value \"{text}\" for the template \"{template}\""));
    let mut rest = text.trim();
    let mut found = Found {
        year: 1,
        month: 1,
        day: 1,
        day_of_year: None,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
        afternoon: None,
    };
    for part in parts(template)? {
        match part {
            Part::Literal(_) => {
                rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or("")
            }
            Part::Field { field, .. } => rest = take(&mut found, field, rest).ok_or_else(wrong)?,
        }
    }
    let hour = match (found.afternoon, found.hour) {
        (Some(false), 12) => 0,
        (Some(true), hour @ 0..12) => hour + 12,
        (_, hour) => hour,
    };
    let out = || SqlError::new("22008", format!("date/time field value out of range: \"{text}\""));
    let date = match found.day_of_year {
        Some(day) => Date::new(found.year, 1, 1).and_then(|first| first.with().day_of_year(day).build()),
        None => Date::new(found.year, found.month, found.day),
    };
    let time = Time::new(hour, found.minute, found.second, found.nanos);
    Ok(date.map_err(|_| out())?.to_datetime(time.map_err(|_| out())?))
}

/// Reads one field and gives what is left of the text.
fn take<'t>(found: &mut Found, field: Field, text: &'t str) -> Option<&'t str> {
    let text = text.trim_start();
    let digits = |most: usize| {
        let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
        Some((text.get(..count)?.parse::<i32>().ok()?, text.get(count..)?))
    };
    let fraction = |places: usize| {
        let count = text.bytes().take(places).take_while(u8::is_ascii_digit).count();
        Some((format!("{:0<9}", text.get(..count)?).parse::<i32>().ok()?, text.get(count..)?))
    };
    let lower = text.to_lowercase();
    let narrow = |(n, rest): (i32, &'t str)| Some((i8::try_from(n).ok()?, rest));
    let rest;
    match field {
        Field::Year(4) | Field::IsoYear => {
            let (n, after) = digits(4)?;
            (found.year, rest) = (i16::try_from(n).ok()?, after);
        }
        Field::Year(width) => {
            // Two digits below 70 are of this century (PostgreSQL's `adjust_partial_year_to_2020`).
            let (n, after) = digits(width)?;
            let century = if n < 70 { 2000 } else { 1900 };
            (found.year, rest) =
                (i16::try_from(if width == 2 { n + century } else { n + 2000 }).ok()?, after);
        }
        Field::MonthName | Field::MonthShort => {
            let whole = field == Field::MonthName;
            let names = MONTHS.iter().map(|name| if whole { *name } else { name.get(..3).unwrap_or("") });
            let (n, name) = names.enumerate().find(|(_, name)| lower.starts_with(name))?;
            (found.month, rest) = (i8::try_from(n).ok()? + 1, text.get(name.len()..)?);
        }
        Field::Month => (found.month, rest) = narrow(digits(2)?)?,
        Field::DayOfYear => {
            let (n, after) = digits(3)?;
            (found.day_of_year, rest) = (Some(i16::try_from(n).ok()?), after);
        }
        Field::Day => (found.day, rest) = narrow(digits(2)?)?,
        Field::DayName | Field::DayShort => {
            let count = text.bytes().take_while(u8::is_ascii_alphabetic).count();
            rest = text.get(if field == Field::DayShort { 3 } else { count }..)?;
        }
        Field::Hour24 | Field::Hour12 => (found.hour, rest) = narrow(digits(2)?)?,
        Field::Minute => (found.minute, rest) = narrow(digits(2)?)?,
        Field::Second => (found.second, rest) = narrow(digits(2)?)?,
        Field::Millisecond => (found.nanos, rest) = fraction(3)?,
        Field::Microsecond => (found.nanos, rest) = fraction(6)?,
        Field::Noon | Field::NoonDotted => {
            let width = if field == Field::Noon { 2 } else { 4 };
            found.afternoon = Some(lower.starts_with('p'));
            rest = text.get(width..)?;
        }
        Field::Zone
        | Field::Century
        | Field::Quarter
        | Field::Week
        | Field::IsoWeek
        | Field::WeekOfMonth
        | Field::Weekday
        | Field::SecondOfDay => return None,
    }
    Some(rest)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::instant;
    use super::*;

    #[test]
    fn instants_take_the_shape_of_their_template() {
        let at = instant::parse_timestamp("2024-05-06 17:08:09.012345").unwrap();
        for (template, written) in [
            ("YYYY-MM-DD HH24:MI:SS", "2024-05-06 17:08:09"),
            ("yyyy/mm/dd hh:mi am", "2024/05/06 05:08 pm"),
            ("Day, DD Mon YY", "Monday   , 06 May 24"),
            ("FMDay FMDD FMMonth", "Monday 6 May"),
            ("DY dy Dy MONTH", "MON mon Mon MAY      "),
            ("Q WW IW D DDD W", "2 19 19 2 127 1"),
            ("\"Day\" MS US", "Day 012 012345"),
            ("YYYYMMDD\"T\"HH24MISS", "20240506T170809"),
        ] {
            assert_eq!(write(template, at).unwrap(), written, "{template}");
        }
        assert_eq!(write("XYZ", at).unwrap_err().sqlstate, "0A000");
    }

    #[test]
    fn texts_are_read_by_their_template() {
        for (template, text, read_as) in [
            ("YYYY-MM-DD", "2024-05-06", "2024-05-06 00:00:00"),
            ("DD Mon YYYY HH12:MI PM", "06 May 2024 05:08 PM", "2024-05-06 17:08:00"),
            ("YYYYMMDD", "20240506", "2024-05-06 00:00:00"),
            ("DD.MM.YY", "6.5.24", "2024-05-06 00:00:00"),
            ("YYYY DDD", "2024 127", "2024-05-06 00:00:00"),
        ] {
            assert_eq!(
                instant::timestamp_text(read(template, text).unwrap()),
                read_as,
                "{text} by {template}"
            );
        }
        assert_eq!(read("YYYY-MM-DD", "then").unwrap_err().sqlstate, "22007");
        assert_eq!(read("YYYY-MM-DD", "2024-02-30").unwrap_err().sqlstate, "22008");
    }
}
