//! One value of a result or of a parameter, and its text form.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::error::SqlError;
use super::types::SqlType;

/// Decimals of more digits can't be told apart in a double, so they are refused.
pub(crate) const EXACT_DIGITS: f64 = 9_007_199_254_740_992.0;

/// The digits after the point that a decimal must have exactly; of more, which quotients have, the last may be zeros.
const CERTAIN_SCALE: u16 = 4;

/// The digits of a decimal that a double holds for certain.
const CERTAIN_DIGITS: usize = 15;

/// A value as SQL sees it; dates, times and `numeric` are held as their text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
}

impl Value {
    /// Reads what SQLite gives for an expression of the type.
    ///
    /// # Errors
    /// 0A000 for a decimal of more digits than are exact here.
    pub(crate) fn read(raw: ValueRef<'_>, sql_type: SqlType) -> Result<Self, SqlError> {
        if let (ValueRef::Real(x), SqlType::Numeric(_, scale)) = (raw, sql_type)
            && x.abs() * 10f64.powi(scale.min(CERTAIN_SCALE).into()) >= EXACT_DIGITS
        {
            return Err(SqlError::unsupported("a numeric value of more than 15 digits"));
        }
        Ok(match (raw, sql_type) {
            (ValueRef::Null, _) => Self::Null,
            (ValueRef::Integer(n), SqlType::Bool) => Self::Bool(n != 0),
            (ValueRef::Integer(n), SqlType::Numeric(_, scale)) => Self::Text(with_zeros(n, scale.into())),
            (ValueRef::Integer(n), SqlType::Float4 | SqlType::Float8) => Self::Double(n as f64),
            (ValueRef::Integer(n), t) if t.is_integer() => Self::Int(n),
            (ValueRef::Integer(n), _) => Self::Text(n.to_string()),
            (ValueRef::Real(x), SqlType::Numeric(_, scale)) => Self::Text(decimal_text(x, scale.into())),
            (ValueRef::Real(x), t) if t.is_integer() => Self::Int(x as i64),
            (ValueRef::Real(x), _) => Self::Double(x),
            (ValueRef::Text(bytes) | ValueRef::Blob(bytes), _) => {
                let text = String::from_utf8_lossy(bytes);
                Self::Text(if let SqlType::Char(n) = sql_type {
                    format!("{text:<0$}", n as usize)
                } else if sql_type == SqlType::TimestampTz {
                    format!("{text}+00")
                } else {
                    text.into_owned()
                })
            }
        })
    }

    /// The text form of PostgreSQL's protocol; `None` for NULL.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Bool(true) => Some("t".to_owned()),
            Self::Bool(false) => Some("f".to_owned()),
            Self::Int(n) => Some(n.to_string()),
            Self::Double(x) => Some(float_text(*x)),
            Self::Text(text) => Some(text.clone()),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Bool(flag) => ToSqlOutput::Borrowed(ValueRef::Integer((*flag).into())),
            Self::Int(n) => ToSqlOutput::Borrowed(ValueRef::Integer(*n)),
            Self::Double(x) => ToSqlOutput::Borrowed(ValueRef::Real(*x)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// Writes a decimal with so many digits after the point; what lies beyond a double's digits is zeros.
pub(crate) fn decimal_text(x: f64, scale: usize) -> String {
    let whole = format!("{:.0}", x.abs()).len();
    let certain = CERTAIN_DIGITS.saturating_sub(whole).min(scale);
    let digits = format!("{x:.certain$}");
    let point = if certain == 0 && scale > 0 { "." } else { "" };
    let text = format!("{digits}{point}{}", "0".repeat(scale - certain));
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|digit| matches!(digit, b'0' | b'.')) => zero.to_owned(),
        _ => text,
    }
}

fn with_zeros(n: i64, scale: usize) -> String {
    if scale == 0 { n.to_string() } else { format!("{n}.{}", "0".repeat(scale)) }
}

/// Writes a float as PostgreSQL does: no point for whole numbers, an exponent for very large ones.
pub(crate) fn float_text(x: f64) -> String {
    if x.is_nan() {
        "NaN".to_owned()
    } else if x.is_infinite() {
        if x > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if x != 0.0 && (x.abs() >= 1e15 || x.abs() < 1e-4) {
        let text = format!("{x:e}");
        match text.split_once('e') {
            Some((digits, exponent)) => match exponent.strip_prefix('-') {
                Some(e) => format!("{digits}e-{e:0>2}"),
                None => format!("{digits}e+{exponent:0>2}"),
            },
            None => text,
        }
    } else {
        x.to_string()
    }
}
