//! One value of a result or of a parameter, and its text form.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::decimal::Decimal;
use super::error::SqlError;
use super::interval;
use super::types::SqlType;

/// A value as SQL sees it; dates and times are held as their text, and so are the decimals of results.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    /// A decimal on its way into SQLite or within; its type has the scale.
    Decimal(Decimal),
    Text(String),
}

impl Value {
    /// Reads what SQLite gives for an expression of the type.
    ///
    /// # Errors
    /// XX000 for a decimal that is not held as one.
    pub(crate) fn read(raw: ValueRef<'_>, sql_type: SqlType) -> Result<Self, SqlError> {
        Ok(match (raw, sql_type) {
            (ValueRef::Null, _) => Self::Null,
            (ValueRef::Blob(bytes), SqlType::Numeric(_, scale)) => {
                let decimal = Decimal::from_bytes(bytes).ok_or_else(no_decimal)?;
                Self::Text(decimal.text(scale))
            }
            (_, SqlType::Numeric(..)) => return Err(no_decimal()),
            (ValueRef::Integer(n), SqlType::Bool) => Self::Bool(n != 0),
            (ValueRef::Integer(n), SqlType::Float4 | SqlType::Float8) => Self::Double(n as f64),
            (ValueRef::Integer(n), SqlType::Interval(unit)) => Self::Text(interval::text(n, unit)),
            (ValueRef::Integer(n), t) if t.is_integer() => Self::Int(n),
            (ValueRef::Integer(n), _) => Self::Text(n.to_string()),
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
            Self::Decimal(decimal) => Some(decimal.unscaled().to_string()),
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
            Self::Decimal(decimal) => ToSqlOutput::Owned(decimal.bytes().to_vec().into()),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// The refusal of a decimal that is held as something else, as versions before this one did.
pub(crate) fn no_decimal() -> SqlError {
    SqlError::new(
        "XX000",
        "a decimal is not held as one: data folders of versions that kept decimals otherwise can't be read, begin a new one",
    )
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
