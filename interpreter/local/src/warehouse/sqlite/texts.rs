//! Functions of texts, counted in characters.

use md5::Digest as _;
use rusqlite::Connection;

use super::{ANY, add, int, strict, text};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::relation::quoted_if_needed;
use crate::warehouse::types::SqlType;
use crate::warehouse::value::Value;

/// Registers them.
pub(super) fn register(connection: &Connection) -> Result<(), SqlError> {
    strict(connection, "rs_substr", ANY, |c| {
        let start = int(c, 1);
        let end = if c.len() > 2 {
            if int(c, 2) < 0 {
                return Err(SqlError::new("22011", "negative substring length not allowed"));
            }
            start.saturating_add(int(c, 2))
        } else {
            i64::MAX
        };
        let kept = (1i64..)
            .zip(text(c, 0).chars())
            .filter(|(n, _)| (start..end).contains(n))
            .map(|(_, ch)| ch)
            .collect::<String>();
        Ok(kept.into())
    })?;
    strict(connection, "rs_left", 2, |c| Ok(side(&text(c, 0), int(c, 1), Side::Left).into()))?;
    strict(connection, "rs_right", 2, |c| Ok(side(&text(c, 0), int(c, 1), Side::Right).into()))?;
    strict(connection, "rs_charindex", 2, |c| {
        let all = text(c, 1);
        let at = all.find(&text(c, 0));
        let place = at.and_then(|at| all.get(..at)).map_or(0, |head| head.chars().count() + 1);
        Ok(Value::Int(i64::try_from(place).unwrap_or(0)))
    })?;
    for (name, where_to) in [("rs_lpad", Side::Left), ("rs_rpad", Side::Right)] {
        strict(connection, name, ANY, move |c| {
            let fill = if c.len() > 2 { text(c, 2) } else { " ".to_owned() };
            Ok(pad(&text(c, 0), int(c, 1), &fill, where_to).into())
        })?;
    }
    strict(connection, "rs_split_part", 3, |c| {
        let n = usize::try_from(int(c, 2)).ok().and_then(|n| n.checked_sub(1));
        let n = n.ok_or_else(|| SqlError::new("22023", "field position must be greater than zero"))?;
        let (all, delimiter) = (text(c, 0), text(c, 1));
        Ok(all.split(delimiter.as_str()).nth(n).unwrap_or("").into())
    })?;
    strict(connection, "rs_initcap", 1, |c| {
        let mut inside = false;
        let each = |ch: char| {
            let out = if inside { ch.to_ascii_lowercase() } else { ch.to_ascii_uppercase() };
            inside = ch.is_alphanumeric();
            out
        };
        Ok(text(c, 0).chars().map(each).collect::<String>().into())
    })?;
    strict(connection, "rs_reverse", 1, |c| Ok(text(c, 0).chars().rev().collect::<String>().into()))?;
    strict(connection, "rs_repeat", 2, |c| {
        let n = usize::try_from(int(c, 1)).unwrap_or(0).min(65_535);
        Ok(text(c, 0).repeat(n).into())
    })?;
    strict(connection, "rs_md5", 1, |c| Ok(hex::encode(md5::Md5::digest(text(c, 0))).into()))?;
    strict(connection, "rs_quote_ident", 1, |c| Ok(quoted_if_needed(&text(c, 0)).into()))?;
    strict(connection, "rs_translate", 3, |c| {
        let (from, to): (Vec<char>, Vec<char>) = (text(c, 1).chars().collect(), text(c, 2).chars().collect());
        let each = |ch: char| match from.iter().position(|known| *known == ch) {
            Some(place) => to.get(place).copied(),
            None => Some(ch),
        };
        Ok(text(c, 0).chars().filter_map(each).collect::<String>().into())
    })?;
    strict(connection, "rs_octets", 1, |c| {
        Ok(Value::Int(i64::try_from(text(c, 0).len()).unwrap_or(i64::MAX)))
    })?;
    strict(connection, "rs_strtol", 2, |c| {
        let (digits, radix) = (text(c, 0), int(c, 1));
        let radix = u32::try_from(radix).ok().filter(|radix| (2..=36).contains(radix));
        let radix = radix.ok_or_else(|| SqlError::new("22023", "base must be between 2 and 36"))?;
        i64::from_str_radix(digits.trim().trim_start_matches("0x"), radix).map(Value::Int).map_err(|_| {
            SqlError::new("22P02", format!("The input {digits} is not valid to be converted to base {radix}"))
        })
    })?;
    strict(connection, "rs_ascii", 1, |c| {
        Ok(Value::Int(text(c, 0).chars().next().map_or(0, |first| i64::from(u32::from(first)))))
    })?;
    strict(connection, "rs_to_hex", 1, |c| Ok(format!("{:x}", int(c, 0)).into()))?;
    strict(connection, "rs_sha2", 2, |c| {
        let bytes = text(c, 0).into_bytes();
        match int(c, 1) {
            224 => Ok(hex::encode(sha2::Sha224::digest(&bytes)).into()),
            0 | 256 => Ok(hex::encode(sha2::Sha256::digest(&bytes)).into()),
            384 => Ok(hex::encode(sha2::Sha384::digest(&bytes)).into()),
            512 => Ok(hex::encode(sha2::Sha512::digest(&bytes)).into()),
            _ => Ok(Value::Null),
        }
    })?;
    add(connection, "rs_format_type", 2, |c| {
        let modifier = i32::try_from(int(c, 1)).unwrap_or(-1);
        let oid = u32::try_from(int(c, 0)).unwrap_or(0);
        Ok(with_modifier(SqlType::from_oid(oid), modifier).display().into())
    })?;
    Ok(())
}

fn with_modifier(sql_type: SqlType, modifier: i32) -> SqlType {
    let size = u32::try_from(modifier - 4).ok();
    match (sql_type, size) {
        (SqlType::Varchar(_), size) => SqlType::Varchar(size),
        (SqlType::Char(_), Some(size)) => SqlType::Char(size),
        (SqlType::Numeric(..), Some(size)) => {
            let half = |n: u32| u16::try_from(n & 0xffff).unwrap_or(0);
            SqlType::Numeric(half(size >> 16), half(size))
        }
        (other, _) => other,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// So many characters from one end; a negative count leaves that many off the other.
fn side(text: &str, count: i64, side: Side) -> String {
    let length = text.chars().count();
    let count = if count < 0 {
        length.saturating_sub(usize::try_from(-count).unwrap_or(usize::MAX))
    } else {
        usize::try_from(count).unwrap_or(usize::MAX).min(length)
    };
    match side {
        Side::Left => text.chars().take(count).collect(),
        Side::Right => text.chars().skip(length - count).collect(),
    }
}

fn pad(text: &str, width: i64, fill: &str, side: Side) -> String {
    let width = usize::try_from(width).unwrap_or(0).min(65_535);
    let length = text.chars().count();
    if length >= width || fill.is_empty() {
        return text.chars().take(width).collect();
    }
    let padding: String = fill.chars().cycle().take(width - length).collect();
    match side {
        Side::Left => format!("{padding}{text}"),
        Side::Right => format!("{text}{padding}"),
    }
}
