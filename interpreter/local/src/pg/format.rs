//! Values as bytes: PostgreSQL's text and binary forms.

use bytes::{Buf, BufMut};

use crate::warehouse::interval::{self, Interval, Unit};
use crate::warehouse::{SqlError, SqlType, Value, instant, parse_value};

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Binary,
}

impl Format {
    /// The format of the n-th value: no code means text, one code stands for all.
    pub(super) fn of(codes: &[i16], n: usize) -> Self {
        let code = match codes {
            [only] => Some(only),
            many => many.get(n),
        };
        if code == Some(&1) { Self::Binary } else { Self::Text }
    }

    pub(super) fn code(self) -> i16 {
        match self {
            Self::Text => 0,
            Self::Binary => 1,
        }
    }
}

/// Microseconds and days from 1970 to 2000, where PostgreSQL's time begins.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const DAY_MICROS: i64 = 86_400_000_000;

/// Writes a value; `None` is NULL.
pub(super) fn encode(value: &Value, sql_type: SqlType, format: Format) -> Option<Vec<u8>> {
    let text = value.text()?;
    if format == Format::Text {
        return Some(text.into_bytes());
    }
    let integer = || match value {
        Value::Int(n) => *n,
        Value::Bool(flag) => i64::from(*flag),
        Value::Null | Value::Double(_) | Value::Decimal(_) | Value::Text(_) => text.parse().unwrap_or(0),
    };
    let real = || text.parse::<f64>().unwrap_or(f64::NAN);
    let micros = || instant::parse_timestamp(&text).map_or(0, instant::micros_since_1970);
    Some(match sql_type {
        SqlType::Bool => vec![u8::from(text == "t")],
        SqlType::Int2 => i16::try_from(integer()).unwrap_or(0).to_be_bytes().to_vec(),
        SqlType::Int4 => i32::try_from(integer()).unwrap_or(0).to_be_bytes().to_vec(),
        SqlType::Oid => u32::try_from(integer()).unwrap_or(0).to_be_bytes().to_vec(),
        SqlType::Int8 => integer().to_be_bytes().to_vec(),
        SqlType::Float4 => (real() as f32).to_be_bytes().to_vec(),
        SqlType::Float8 => real().to_be_bytes().to_vec(),
        SqlType::Numeric(..) => numeric(&text),
        SqlType::Date => {
            let days = (micros() - EPOCH_MICROS).div_euclid(DAY_MICROS);
            i32::try_from(days).unwrap_or(0).to_be_bytes().to_vec()
        }
        SqlType::Timestamp | SqlType::TimestampTz => (micros() - EPOCH_MICROS).to_be_bytes().to_vec(),
        SqlType::Time => {
            let at = instant::parse_timestamp(&format!("1970-01-01 {text}"));
            at.map_or(0, instant::micros_since_1970).to_be_bytes().to_vec()
        }
        SqlType::Interval(unit) => {
            let Interval { months, micros } =
                interval::parse(&text, instant::Part::Second).unwrap_or_default();
            match unit {
                Unit::Months => i32::try_from(months).unwrap_or(0).to_be_bytes().to_vec(),
                Unit::Micros => micros.to_be_bytes().to_vec(),
            }
        }
        SqlType::Int2s => small_numbers(&text),
        SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Name | SqlType::Unknown => text.into_bytes(),
    })
}

/// Writes an array of `smallint` of which there is the text: dimensions, whether there are NULLs, type, length, first place.
fn small_numbers(text: &str) -> Vec<u8> {
    let numbers: Vec<i16> =
        text.trim_matches(['{', '}']).split(',').filter_map(|number| number.parse().ok()).collect();
    let mut out = Vec::new();
    out.put_i32(i32::from(!numbers.is_empty()));
    out.put_i32(0);
    out.put_u32(SqlType::Int2.oid());
    if !numbers.is_empty() {
        out.put_i32(i32::try_from(numbers.len()).unwrap_or(i32::MAX));
        out.put_i32(1);
    }
    for number in numbers {
        out.put_i32(2);
        out.put_i16(number);
    }
    out
}

/// Reads a parameter; `None` is NULL.
pub(super) fn decode(bytes: Option<&[u8]>, sql_type: SqlType, format: Format) -> Result<Value, SqlError> {
    let Some(bytes) = bytes else {
        return Ok(Value::Null);
    };
    if format == Format::Text {
        return parsed(&text(bytes)?, sql_type);
    }
    let wrong = || {
        let message = format!("incorrect binary data format for type {}", sql_type.display());
        SqlError::new("22P03", message)
    };
    let mut rest = bytes;
    let timestamp = |micros: i64| -> Result<String, SqlError> {
        let at = instant::from_micros(micros.saturating_add(EPOCH_MICROS)).ok_or_else(wrong)?;
        Ok(instant::timestamp_text(at))
    };
    Ok(match sql_type {
        SqlType::Bool => Value::Bool(rest.try_get_u8().map_err(|_| wrong())? != 0),
        SqlType::Int2 => Value::Int(rest.try_get_i16().map_err(|_| wrong())?.into()),
        SqlType::Int4 => Value::Int(rest.try_get_i32().map_err(|_| wrong())?.into()),
        SqlType::Oid => Value::Int(rest.try_get_u32().map_err(|_| wrong())?.into()),
        SqlType::Int8 => Value::Int(rest.try_get_i64().map_err(|_| wrong())?),
        SqlType::Float4 => Value::Double(rest.try_get_f32().map_err(|_| wrong())?.into()),
        SqlType::Float8 => Value::Double(rest.try_get_f64().map_err(|_| wrong())?),
        SqlType::Numeric(..) => parsed(&read_numeric(rest).ok_or_else(wrong)?, sql_type)?,
        SqlType::Date => {
            let days = i64::from(rest.try_get_i32().map_err(|_| wrong())?);
            let text = timestamp(days.saturating_mul(DAY_MICROS))?;
            Value::Text(text.chars().take(10).collect())
        }
        SqlType::Timestamp | SqlType::TimestampTz => {
            Value::Text(timestamp(rest.try_get_i64().map_err(|_| wrong())?)?)
        }
        SqlType::Time => {
            let micros = rest.try_get_i64().map_err(|_| wrong())?;
            let text = timestamp(micros.saturating_sub(EPOCH_MICROS))?;
            Value::Text(text.chars().skip(11).collect())
        }
        SqlType::Interval(Unit::Months) => Value::Int(rest.try_get_i32().map_err(|_| wrong())?.into()),
        SqlType::Interval(Unit::Micros) => Value::Int(rest.try_get_i64().map_err(|_| wrong())?),
        SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Name | SqlType::Int2s | SqlType::Unknown => {
            Value::Text(text(bytes)?)
        }
    })
}

/// Reads a parameter's text; a decimal keeps all its digits or is refused.
fn parsed(text: &str, sql_type: SqlType) -> Result<Value, SqlError> {
    if let (SqlType::Numeric(_, scale), Some((_, fraction))) = (sql_type, text.split_once('.'))
        && fraction.trim_end_matches('0').len() > scale.into()
    {
        let what = format!("a decimal parameter of more than {scale} digits after the point");
        return Err(SqlError::unsupported(what));
    }
    parse_value(text, sql_type)
}

fn text(bytes: &[u8]) -> Result<String, SqlError> {
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned).map_err(|_| SqlError::new("22021", "invalid byte sequence for encoding \"UTF8\""))
}

/// The sign of negative numbers in the binary form.
const NEGATIVE: u16 = 0x4000;

/// Writes a decimal number in groups of four digits: count, weight, sign, scale, groups.
fn numeric(text: &str) -> Vec<u8> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let head = (4 - whole.len() % 4) % 4;
    let tail = (4 - fraction.len() % 4) % 4;
    let all = format!("{}{whole}{fraction}{}", "0".repeat(head), "0".repeat(tail));
    let groups: Vec<i16> = all
        .as_bytes()
        .chunks(4)
        .map(|group| group.iter().fold(0, |n, digit| n * 10 + i16::from(digit - b'0')))
        .collect();
    let count = |n: usize| i16::try_from(n).unwrap_or(i16::MAX);
    let mut out = Vec::new();
    out.put_i16(count(groups.len()));
    out.put_i16(count((whole.len() + head) / 4) - 1);
    out.put_u16(if negative { NEGATIVE } else { 0 });
    out.put_i16(count(fraction.len()));
    for group in groups {
        out.put_i16(group);
    }
    out
}

fn read_numeric(mut bytes: &[u8]) -> Option<String> {
    let count = bytes.try_get_i16().ok()?;
    let weight = bytes.try_get_i16().ok()?;
    let sign = bytes.try_get_u16().ok()?;
    let scale = usize::try_from(bytes.try_get_i16().ok()?).ok()?;
    let mut groups = Vec::new();
    for _ in 0..count {
        groups.push(bytes.try_get_i16().ok()?);
    }
    let group = |place: i16| {
        let index = usize::try_from(weight - place).ok();
        index.and_then(|n| groups.get(n)).copied().unwrap_or(0)
    };
    let mut text = String::from(if sign == NEGATIVE { "-" } else { "" });
    text.push_str(&group(weight.max(0)).to_string());
    for place in (0..weight).rev() {
        text.push_str(&format!("{:04}", group(place)));
    }
    if scale > 0 {
        text.push('.');
        let mut fraction = String::new();
        let mut place = -1;
        while fraction.len() < scale {
            fraction.push_str(&format!("{:04}", group(place)));
            place -= 1;
        }
        fraction.truncate(scale);
        text.push_str(&fraction);
    }
    (sign == 0 || sign == NEGATIVE).then_some(text)
}
