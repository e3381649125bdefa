//! A translated expression with its type, and how it becomes one of another type.

use super::Translator;
use crate::warehouse::cast::{self, no_cast};
use crate::warehouse::decimal::Decimal;
use crate::warehouse::error::SqlError;
use crate::warehouse::types::{Family, MAX_PRECISION, PARAMETER_SCALE, SqlType};
use crate::warehouse::value::Value;

/// An expression in SQLite's SQL.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) sql: String,
    pub(super) sql_type: SqlType,
    pub(super) form: Form,
    /// Whether an aggregate is in it.
    pub(super) aggregate: bool,
    /// A column that stands outside every aggregate, for the check of GROUP BY.
    pub(super) bare: Option<String>,
}

/// Whether the context may still give the expression its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    Fixed,
    /// A text between quotes.
    Literal(String),
    Null,
    /// The place of a parameter in the statement, from 0.
    Parameter(usize),
}

impl Typed {
    pub(super) fn new(sql: String, sql_type: SqlType) -> Self {
        Self { sql, sql_type, form: Form::Fixed, aggregate: false, bare: None }
    }

    pub(super) fn literal(text: &str) -> Self {
        Self { form: Form::Literal(text.to_owned()), ..Self::new(quote(text), SqlType::Unknown) }
    }

    pub(super) fn null() -> Self {
        Self { form: Form::Null, ..Self::new("NULL".to_owned(), SqlType::Unknown) }
    }

    /// An expression made of others: it holds an aggregate or a bare column if one of them does.
    pub(super) fn of(sql: String, sql_type: SqlType, parts: &[&Self]) -> Self {
        Self {
            aggregate: parts.iter().any(|part| part.aggregate),
            bare: parts.iter().find_map(|part| part.bare.clone()),
            ..Self::new(sql, sql_type)
        }
    }

    /// A constant decimal.
    pub(super) fn decimal(decimal: Decimal, sql_type: SqlType) -> Self {
        Self::new(constant(&Value::Decimal(decimal)), sql_type)
    }

    /// The length in bytes of a quoted text.
    fn quoted_length(&self) -> u32 {
        match &self.form {
            Form::Literal(text) => u32::try_from(text.len()).unwrap_or(u32::MAX),
            Form::Fixed | Form::Null | Form::Parameter(_) => 0,
        }
    }

    /// How many digits stand after the point of a quoted number, which is no less exact than one without quotes.
    pub(super) fn places(&self) -> u16 {
        match &self.form {
            Form::Literal(text) => {
                let fraction = text.trim().split_once('.').map_or("", |(_, fraction)| fraction);
                u16::try_from(fraction.len()).unwrap_or(MAX_PRECISION).min(MAX_PRECISION)
            }
            Form::Parameter(_) => PARAMETER_SCALE,
            Form::Fixed | Form::Null => 0,
        }
    }

    /// `NOT` of what is true or false.
    pub(super) fn negated(&self) -> Self {
        self.with(format!("(NOT {})", self.sql), SqlType::Bool)
    }

    /// The same place in the statement, rewritten.
    pub(super) fn with(&self, sql: String, sql_type: SqlType) -> Self {
        Self::of(sql, sql_type, &[self])
    }
}

/// A text as SQLite reads it.
pub(super) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn constant(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(flag) => i64::from(*flag).to_string(),
        Value::Int(n) => n.to_string(),
        Value::Double(x) => format!("{x:e}"),
        Value::Decimal(decimal) => format!("x'{}'", hex::encode(decimal.bytes())),
        Value::Text(text) => quote(text),
    }
}

impl Translator<'_> {
    /// Gives an untyped literal, NULL or parameter the type that its context asks for.
    pub(super) fn settle(&mut self, value: Typed, to: SqlType) -> Result<Typed, SqlError> {
        match &value.form {
            Form::Fixed => Ok(value),
            Form::Null => Ok(value.with(value.sql.clone(), to)),
            Form::Literal(text) => {
                let parsed = cast::parse(text, to)?;
                Ok(value.with(constant(&parsed), to))
            }
            Form::Parameter(index) => {
                if let Some(slot) = self.state.parameters.get_mut(*index)
                    && *slot == SqlType::Unknown
                {
                    *slot = to;
                }
                let now = self.state.parameters.get(*index).copied().unwrap_or(to);
                Ok(value.with(value.sql.clone(), now))
            }
        }
    }

    /// Makes texts of what nothing else has given a type.
    pub(super) fn settle_text(&mut self, value: Typed) -> Result<Typed, SqlError> {
        self.settle(value, SqlType::Varchar(None))
    }

    /// `CAST(value AS to)`.
    pub(super) fn cast(&mut self, value: Typed, to: SqlType) -> Result<Typed, SqlError> {
        if value.form != Form::Fixed {
            return self.settle(value, to);
        }
        if value.sql_type == to && matches!(to, SqlType::Numeric(..)) {
            return Ok(value);
        }
        if let Some(sql) = cheap(&value, to) {
            return Ok(value.with(sql, to));
        }
        if !castable(value.sql_type, to) {
            return Err(no_cast(value.sql_type, to));
        }
        Ok(value.with(call("rs_cast", &value.sql, value.sql_type, to), to))
    }

    /// Casts to text.
    pub(super) fn texts(&mut self, values: Vec<Typed>) -> Result<Vec<Typed>, SqlError> {
        values.into_iter().map(|value| self.cast(value, SqlType::Varchar(None))).collect()
    }

    /// `TRY_CAST(value AS to)`: NULL where the value is none of the type.
    pub(super) fn try_cast(&mut self, value: Typed, to: SqlType) -> Result<Typed, SqlError> {
        let value = self.settle_text(value)?;
        if !castable(value.sql_type, to) {
            return Err(no_cast(value.sql_type, to));
        }
        Ok(value.with(call("rs_try_cast", &value.sql, value.sql_type, to), to))
    }

    /// Converts for a column that is written.
    pub(super) fn assign(&mut self, value: Typed, to: SqlType, column: &str) -> Result<Typed, SqlError> {
        let value = match value.form {
            Form::Parameter(_) => self.settle(value, to)?,
            Form::Literal(_) => self.settle_text(value)?,
            Form::Fixed | Form::Null => value,
        };
        if value.form == Form::Null {
            return Ok(value);
        }
        let from = value.sql_type;
        let fits = from.family() == to.family()
            || from.family() == Family::Text && value.sql.starts_with('\'')
            || to.family() == Family::Text
            || matches!((from.family(), to.family()), (Family::Date, Family::Time));
        if !fits {
            return Err(SqlError::new(
                "42804",
                format!(
                    "column \"{column}\" is of type {} but expression is of type {}",
                    to.display(),
                    from.display()
                ),
            ));
        }
        if from == to && !matches!(to, SqlType::Numeric(..)) {
            return Ok(value);
        }
        Ok(value.with(call("rs_assign", &value.sql, from, to), to))
    }

    /// Brings expressions that stand side by side (CASE, UNION, IN) to one type.
    pub(super) fn unify(&mut self, values: Vec<Typed>) -> Result<(Vec<Typed>, SqlType), SqlError> {
        let mut common = SqlType::Unknown;
        for value in &values {
            common = common_type(common, value.sql_type)?;
        }
        let common = roomy(common.or_text(), &values);
        let same = |value: Typed| self.converge(value, common);
        let values = values.into_iter().map(same).collect::<Result<_, _>>()?;
        Ok((values, common))
    }

    /// Brings one expression to a type of its own family.
    pub(super) fn converge(&mut self, value: Typed, to: SqlType) -> Result<Typed, SqlError> {
        if value.form != Form::Fixed {
            return self.settle(value, to);
        }
        if value.sql_type == SqlType::Date && to != SqlType::Date {
            return self.cast(value, to);
        }
        match beside(&value.sql, value.sql_type, to) {
            Some(sql) => Ok(value.with(sql, to)),
            None => Ok(value),
        }
    }

    /// A number of things: what is none becomes one.
    pub(super) fn whole(&mut self, value: Typed) -> Result<Typed, SqlError> {
        let value = self.settle(value, SqlType::Int4)?;
        if value.sql_type.family() == Family::Number && !value.sql_type.is_integer() {
            return self.cast(value, SqlType::Int4);
        }
        Ok(value)
    }
}

/// A value as comparisons take it: blanks at the end of a text count for nothing (Redshift guide, "Significance of
/// trailing blanks").
pub(super) fn compared(sql: &str, sql_type: SqlType) -> String {
    match sql_type.family() {
        Family::Text | Family::Unknown => format!("{sql} COLLATE RTRIM"),
        Family::Bool | Family::Number | Family::Date | Family::Time | Family::Interval => sql.to_owned(),
    }
}

/// What stands for a number among numbers of another type; `None` where it needs no change.
pub(super) fn beside(sql: &str, from: SqlType, to: SqlType) -> Option<String> {
    match (from, to) {
        (SqlType::Numeric(_, scale), SqlType::Float4 | SqlType::Float8) => {
            Some(format!("rs_real({sql}, {scale})"))
        }
        (SqlType::Numeric(_, a), SqlType::Numeric(_, b)) if a == b => None,
        (from, SqlType::Numeric(..)) if from.family() == Family::Number => {
            Some(call("rs_cast", sql, from, to))
        }
        _ => None,
    }
}

/// The type among whose values quoted texts and parameters stand with all their letters or digits.
pub(super) fn roomy(common: SqlType, values: &[Typed]) -> SqlType {
    if values.iter().all(|value| value.form == Form::Fixed) {
        return common;
    }
    if let SqlType::Numeric(precision, scale) = common {
        let most = values.iter().map(Typed::places).fold(scale, u16::max);
        return SqlType::Numeric(if most > scale { MAX_PRECISION } else { precision }, most);
    }
    if let SqlType::Varchar(Some(limit)) | SqlType::Char(limit) = common {
        let has_parameter = values.iter().any(|value| matches!(value.form, Form::Parameter(_)));
        let longest = values.iter().map(Typed::quoted_length).fold(limit, u32::max);
        return match (has_parameter, longest > limit) {
            (true, _) => SqlType::Varchar(None),
            (false, true) => SqlType::Varchar(Some(longest)),
            (false, false) => common,
        };
    }
    common
}

/// The type in which both can stand.
pub(super) fn common_type(a: SqlType, b: SqlType) -> Result<SqlType, SqlError> {
    if a == b || b == SqlType::Unknown {
        return Ok(a);
    }
    if a == SqlType::Unknown {
        return Ok(b);
    }
    match (a.family(), b.family()) {
        (Family::Number, Family::Number) => Ok(common_number(a, b)),
        (Family::Text, Family::Text) => Ok(common_text(a, b)),
        (Family::Date, Family::Date) => {
            let zoned = a == SqlType::TimestampTz || b == SqlType::TimestampTz;
            Ok(if zoned { SqlType::TimestampTz } else { SqlType::Timestamp })
        }
        _ => Err(SqlError::new(
            "42804",
            format!("types {} and {} cannot be matched", a.display(), b.display()),
        )),
    }
}

fn common_text(a: SqlType, b: SqlType) -> SqlType {
    if let (SqlType::Varchar(Some(a)), SqlType::Varchar(Some(b))) = (a, b) {
        SqlType::Varchar(Some(a.max(b)))
    } else {
        SqlType::Varchar(None)
    }
}

fn common_number(a: SqlType, b: SqlType) -> SqlType {
    if a.is_float() || b.is_float() {
        return SqlType::Float8;
    }
    if a.is_integer() && b.is_integer() {
        return if a.size() >= b.size() { a } else { b };
    }
    let (pa, sa) = digits(a);
    let (pb, sb) = digits(b);
    let scale = sa.max(sb);
    let whole = (pa - sa).max(pb - sb);
    SqlType::Numeric((whole + scale).min(MAX_PRECISION), scale)
}

/// Precision and scale of a number; whole numbers count as `numeric(p,0)`.
pub(super) fn digits(t: SqlType) -> (u16, u16) {
    match t {
        SqlType::Numeric(p, s) => (p, s),
        SqlType::Int2 => (5, 0),
        SqlType::Int4 | SqlType::Oid => (10, 0),
        SqlType::Int8
        | SqlType::Bool
        | SqlType::Float4
        | SqlType::Float8
        | SqlType::Varchar(_)
        | SqlType::Char(_)
        | SqlType::Date
        | SqlType::Time
        | SqlType::Timestamp
        | SqlType::TimestampTz
        | SqlType::Interval(_)
        | SqlType::Name
        | SqlType::Int2s
        | SqlType::Unknown => (19, 0),
    }
}

fn call(function: &str, sql: &str, from: SqlType, to: SqlType) -> String {
    format!("{function}({sql}, {}, {})", quote(&from.display()), quote(&to.display()))
}

/// Conversions that SQLite does by itself, or that change nothing.
fn cheap(value: &Typed, to: SqlType) -> Option<String> {
    let sql = &value.sql;
    let from = value.sql_type;
    let family = from.family();
    let instant = matches!(to, SqlType::Timestamp | SqlType::TimestampTz);
    let unchanged = to == SqlType::Int8 && from.is_integer()
        || to == SqlType::Int4 && matches!(from, SqlType::Int2 | SqlType::Int4)
        || matches!(to, SqlType::Varchar(None) | SqlType::Name) && family == Family::Text
        || instant && family == Family::Date && from != SqlType::Date;
    if unchanged {
        Some(sql.clone())
    } else if instant && from == SqlType::Date {
        Some(format!("({sql} || ' 00:00:00')"))
    } else if to == SqlType::Float8 && family == Family::Number {
        beside(sql, from, to).or_else(|| Some(format!("CAST({sql} AS REAL)")))
    } else if to == SqlType::Date && family == Family::Date {
        Some(format!("substr({sql}, 1, 10)"))
    } else {
        None
    }
}

fn castable(from: SqlType, to: SqlType) -> bool {
    matches!(
        (from.family(), to.family()),
        (Family::Text | Family::Unknown, _)
            | (_, Family::Text)
            | (Family::Bool, Family::Bool | Family::Number)
            | (Family::Number, Family::Number | Family::Bool)
            | (Family::Date, Family::Date | Family::Time)
            | (Family::Time, Family::Time)
            | (Family::Interval, Family::Interval)
    )
}
