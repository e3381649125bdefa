//! Redshift's column types: their names, object identifiers and sizes.

use sqlparser::ast::{CharacterLength, DataType, ExactNumberInfo, TimezoneInfo};

use super::error::SqlError;
use super::interval::Unit;

/// A type of a column, an expression or a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SqlType {
    Bool,
    Int2,
    Int4,
    Int8,
    Float4,
    Float8,
    /// Precision and scale, both in decimal digits.
    Numeric(u16, u16),
    /// The greatest length in bytes; `None` where nothing limits it.
    Varchar(Option<u32>),
    Char(u32),
    Date,
    Time,
    Timestamp,
    TimestampTz,
    /// A length of time: a number of the unit.
    Interval(Unit),
    Oid,
    Name,
    /// An array of `smallint`, as the catalog has them: the text of it.
    Int2s,
    /// A quoted literal, NULL or parameter before its context gives it a type.
    Unknown,
}

/// What a type may stand for when operators choose their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Bool,
    Number,
    Text,
    Date,
    Time,
    Interval,
    Unknown,
}

/// The precision that Redshift gives to `numeric` sums and products.
pub(crate) const MAX_PRECISION: u16 = 38;

/// The digits after the point that a decimal parameter may have; its type says nothing of them.
pub(crate) const PARAMETER_SCALE: u16 = 12;

impl SqlType {
    pub(crate) fn family(self) -> Family {
        match self {
            Self::Bool => Family::Bool,
            Self::Int2
            | Self::Int4
            | Self::Int8
            | Self::Oid
            | Self::Float4
            | Self::Float8
            | Self::Numeric(..) => Family::Number,
            Self::Varchar(_) | Self::Char(_) | Self::Name | Self::Int2s => Family::Text,
            Self::Date | Self::Timestamp | Self::TimestampTz => Family::Date,
            Self::Time => Family::Time,
            Self::Interval(_) => Family::Interval,
            Self::Unknown => Family::Unknown,
        }
    }

    /// The type, or text where nothing has given one.
    pub(crate) fn or_text(self) -> Self {
        if self == Self::Unknown { Self::Varchar(None) } else { self }
    }

    pub(crate) fn is_integer(self) -> bool {
        matches!(self, Self::Int2 | Self::Int4 | Self::Int8 | Self::Oid)
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::Float4 | Self::Float8)
    }

    /// The short name that `pg_type` and the Data API use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int2 => "int2",
            Self::Int4 => "int4",
            Self::Int8 => "int8",
            Self::Float4 => "float4",
            Self::Float8 => "float8",
            Self::Numeric(..) => "numeric",
            Self::Varchar(_) => "varchar",
            Self::Char(_) => "bpchar",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::TimestampTz => "timestamptz",
            Self::Interval(Unit::Months) => "intervaly2m",
            Self::Interval(Unit::Micros) => "intervald2s",
            Self::Oid => "oid",
            Self::Name => "name",
            Self::Int2s => "_int2",
            Self::Unknown => "unknown",
        }
    }

    /// The object identifier in `pg_type`, which PostgreSQL's protocol carries.
    pub(crate) fn oid(self) -> u32 {
        match self {
            Self::Bool => 16,
            Self::Name => 19,
            Self::Int8 => 20,
            Self::Int2 => 21,
            Self::Int4 => 23,
            Self::Oid => 26,
            Self::Int2s => 1005,
            Self::Float4 => 700,
            Self::Float8 => 701,
            Self::Char(_) => 1042,
            Self::Varchar(_) | Self::Unknown => 1043,
            Self::Date => 1082,
            Self::Time => 1083,
            Self::Timestamp => 1114,
            Self::TimestampTz => 1184,
            Self::Interval(Unit::Months) => 1188,
            Self::Interval(Unit::Micros) => 1190,
            Self::Numeric(..) => 1700,
        }
    }

    pub(crate) fn from_oid(oid: u32) -> Self {
        match oid {
            16 => Self::Bool,
            19 => Self::Name,
            20 => Self::Int8,
            21 => Self::Int2,
            23 => Self::Int4,
            26 => Self::Oid,
            700 => Self::Float4,
            701 => Self::Float8,
            1042 => Self::Char(1),
            25 | 1043 => Self::Varchar(None),
            1082 => Self::Date,
            1083 => Self::Time,
            1114 => Self::Timestamp,
            1184 => Self::TimestampTz,
            1188 => Self::Interval(Unit::Months),
            1190 => Self::Interval(Unit::Micros),
            1700 => Self::Numeric(MAX_PRECISION, PARAMETER_SCALE),
            _ => Self::Unknown,
        }
    }

    /// The size on the wire in bytes, −1 where it varies.
    pub(crate) fn size(self) -> i16 {
        match self {
            Self::Bool => 1,
            Self::Int2 => 2,
            Self::Int4 | Self::Float4 | Self::Oid | Self::Date | Self::Interval(Unit::Months) => 4,
            Self::Int8
            | Self::Float8
            | Self::Time
            | Self::Timestamp
            | Self::TimestampTz
            | Self::Interval(Unit::Micros) => 8,
            Self::Name => 64,
            Self::Numeric(..) | Self::Varchar(_) | Self::Char(_) | Self::Int2s | Self::Unknown => -1,
        }
    }

    /// PostgreSQL's type modifier: a length plus four, or precision and scale.
    pub(crate) fn modifier(self) -> i32 {
        match self {
            Self::Numeric(p, s) => (i32::from(p) << 16 | i32::from(s)) + 4,
            Self::Varchar(Some(n)) | Self::Char(n) => i32::try_from(n).map_or(-1, |n| n + 4),
            Self::Bool
            | Self::Int2
            | Self::Int4
            | Self::Int8
            | Self::Float4
            | Self::Float8
            | Self::Varchar(None)
            | Self::Date
            | Self::Time
            | Self::Timestamp
            | Self::TimestampTz
            | Self::Interval(_)
            | Self::Oid
            | Self::Name
            | Self::Int2s
            | Self::Unknown => -1,
        }
    }

    /// Decimal digits before and after the point together, or the greatest length of a text.
    pub(crate) fn precision(self) -> u32 {
        match self {
            Self::Numeric(p, _) => u32::from(p),
            Self::Varchar(n) => n.unwrap_or(0),
            Self::Char(n) => n,
            Self::Int2 => 5,
            Self::Int4 | Self::Oid => 10,
            Self::Int8 => 19,
            Self::Float4 => 8,
            Self::Float8 => 17,
            Self::Bool => 1,
            Self::Date => 13,
            Self::Time => 15,
            Self::Timestamp => 29,
            Self::TimestampTz => 35,
            Self::Interval(_) => 32,
            Self::Name => 64,
            Self::Int2s | Self::Unknown => 0,
        }
    }

    pub(crate) fn scale(self) -> u16 {
        if let Self::Numeric(_, scale) = self { scale } else { 0 }
    }

    /// The long name that catalogs and `format_type` show.
    pub(crate) fn display(self) -> String {
        match self {
            Self::Bool => "boolean".to_owned(),
            Self::Int2 => "smallint".to_owned(),
            Self::Int4 => "integer".to_owned(),
            Self::Int8 => "bigint".to_owned(),
            Self::Float4 => "real".to_owned(),
            Self::Float8 => "double precision".to_owned(),
            Self::Numeric(p, s) => format!("numeric({p},{s})"),
            Self::Varchar(Some(n)) => format!("character varying({n})"),
            Self::Varchar(None) => "character varying".to_owned(),
            Self::Char(n) => format!("character({n})"),
            Self::Date => "date".to_owned(),
            Self::Time => "time without time zone".to_owned(),
            Self::Timestamp => "timestamp without time zone".to_owned(),
            Self::TimestampTz => "timestamp with time zone".to_owned(),
            Self::Interval(Unit::Months) => "interval year to month".to_owned(),
            Self::Interval(Unit::Micros) => "interval day to second".to_owned(),
            Self::Oid => "oid".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Int2s => "smallint[]".to_owned(),
            Self::Unknown => "unknown".to_owned(),
        }
    }

    /// Reads what [`SqlType::display`] writes.
    pub(crate) fn from_display(text: &str) -> Self {
        let (base, size) = text.split_once('(').unwrap_or((text, ""));
        let mut sizes = size.trim_end_matches(')').split(',').filter_map(|part| part.parse::<u32>().ok());
        let (first, second) = (sizes.next(), sizes.next());
        let small = |n: Option<u32>| n.and_then(|n| u16::try_from(n).ok());
        match base {
            "boolean" => Self::Bool,
            "smallint" => Self::Int2,
            "integer" => Self::Int4,
            "bigint" => Self::Int8,
            "real" => Self::Float4,
            "double precision" => Self::Float8,
            "numeric" => Self::Numeric(small(first).unwrap_or(18), small(second).unwrap_or(0)),
            "character" => Self::Char(first.unwrap_or(1)),
            "character varying" => Self::Varchar(first),
            "date" => Self::Date,
            "time without time zone" => Self::Time,
            "timestamp without time zone" => Self::Timestamp,
            "timestamp with time zone" => Self::TimestampTz,
            "interval year to month" => Self::Interval(Unit::Months),
            "interval day to second" => Self::Interval(Unit::Micros),
            "oid" => Self::Oid,
            "name" => Self::Name,
            _ => Self::Unknown,
        }
    }

    /// Turns a parsed type name into a type; what Redshift's wider types are is refused by name.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "every other type that the parser knows is refused by its name"
    )]
    pub(crate) fn from_ast(data_type: &DataType) -> Result<Self, SqlError> {
        Ok(match data_type {
            DataType::Bool | DataType::Boolean => Self::Bool,
            DataType::SmallInt(_) | DataType::Int2(_) => Self::Int2,
            DataType::Int(_) | DataType::Integer(_) | DataType::Int4(_) => Self::Int4,
            DataType::BigInt(_) | DataType::Int8(_) => Self::Int8,
            DataType::Real | DataType::Float4 => Self::Float4,
            DataType::Float(_) | DataType::Float8 | DataType::Double(_) | DataType::DoublePrecision => {
                Self::Float8
            }
            DataType::Numeric(info) | DataType::Decimal(info) | DataType::Dec(info) => numeric(*info)?,
            DataType::Varchar(n)
            | DataType::Nvarchar(n)
            | DataType::CharacterVarying(n)
            | DataType::CharVarying(n) => Self::Varchar(Some(length(*n, 256)?)),
            DataType::Char(n) | DataType::Character(n) => Self::Char(length(*n, 1)?),
            DataType::Text => Self::Varchar(Some(256)),
            DataType::Date => Self::Date,
            DataType::Time(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => Self::Time,
            DataType::Timestamp(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone)
            | DataType::Datetime(_) => Self::Timestamp,
            DataType::Timestamp(_, TimezoneInfo::WithTimeZone | TimezoneInfo::Tz) => Self::TimestampTz,
            DataType::Custom(name, _) => custom(&name.to_string())?,
            DataType::Interval { .. } => {
                return Err(SqlError::unsupported("type interval without YEAR TO MONTH or DAY TO SECOND"));
            }
            other => return Err(SqlError::unsupported(format!("type {other}"))),
        })
    }
}

fn custom(name: &str) -> Result<SqlType, SqlError> {
    let lower = name.to_lowercase();
    if let Some(known) = SqlType::from_name(&lower) {
        return Ok(known);
    }
    match lower.as_str() {
        "super" | "geometry" | "geography" | "hllsketch" | "varbyte" | "timetz" => {
            Err(SqlError::unsupported(format!("type {lower}")))
        }
        other => Err(SqlError::new("42704", format!("type \"{other}\" does not exist"))),
    }
}

impl SqlType {
    /// The type of a name in `pg_type`, which the name of its schema may precede.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name.trim_start_matches("pg_catalog.").trim_matches('"') {
            "bool" => Self::Bool,
            "int2" => Self::Int2,
            "int4" => Self::Int4,
            "int8" => Self::Int8,
            "float4" => Self::Float4,
            "float8" => Self::Float8,
            "numeric" => Self::Numeric(18, 0),
            "oid" => Self::Oid,
            "name" => Self::Name,
            "bpchar" | "char" => Self::Char(1),
            "varchar" | "text" => Self::Varchar(None),
            "date" => Self::Date,
            "time" => Self::Time,
            "timestamp" => Self::Timestamp,
            "timestamptz" => Self::TimestampTz,
            "intervaly2m" => Self::Interval(Unit::Months),
            "intervald2s" => Self::Interval(Unit::Micros),
            _ => return None,
        })
    }
}

fn numeric(info: ExactNumberInfo) -> Result<SqlType, SqlError> {
    let (precision, scale) = match info {
        ExactNumberInfo::None => (18, 0),
        ExactNumberInfo::Precision(p) => (p, 0),
        ExactNumberInfo::PrecisionAndScale(p, s) => (p, s),
    };
    let out = || SqlError::new("22023", format!("NUMERIC precision {precision} must be between 1 and 38"));
    let p = u16::try_from(precision).map_err(|_| out())?;
    let s = u16::try_from(scale).map_err(|_| out())?;
    if p == 0 || p > MAX_PRECISION || s > p {
        return Err(out());
    }
    Ok(SqlType::Numeric(p, s))
}

/// The longest `varchar`, in bytes (Redshift guide, "Character types").
const MAX_LENGTH: u32 = 65_535;

fn length(given: Option<CharacterLength>, default: u32) -> Result<u32, SqlError> {
    match given {
        None => Ok(default),
        Some(CharacterLength::Max) => Ok(MAX_LENGTH),
        Some(CharacterLength::IntegerLength { length, .. }) => {
            u32::try_from(length).ok().filter(|n| (1..=MAX_LENGTH).contains(n)).ok_or_else(|| {
                SqlError::new("22023", format!("length for type varchar cannot exceed {MAX_LENGTH}"))
            })
        }
    }
}
