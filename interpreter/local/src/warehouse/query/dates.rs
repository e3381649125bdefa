//! Functions of dates and times, and of the templates by which they and numbers are written and read.

use sqlparser::ast::Expr;

use super::Translator;
use super::expression::text_literal;
use super::function::{call, mismatch, no_function};
use super::scope::Scope;
use super::typed::{Typed, quote};
use crate::warehouse::error::SqlError;
use crate::warehouse::instant;
use crate::warehouse::picture;
use crate::warehouse::types::{Family, SqlType};

impl Translator<'_> {
    /// Months later; from the last day of a month to the last day of another.
    pub(super) fn add_months(&mut self, mut values: Vec<Typed>) -> Result<Typed, SqlError> {
        let months = values.pop().ok_or_else(|| SqlError::syntax(")"))?;
        let at = values.pop().ok_or_else(|| SqlError::syntax(")"))?;
        let (months, at) = (self.whole(months)?, self.cast(at, SqlType::Timestamp)?);
        let sql = format!("rs_add_months({}, {})", months.sql, at.sql);
        Ok(Typed::of(sql, SqlType::Timestamp, &[&months, &at]))
    }

    /// An instant, so many units later.
    fn later(&mut self, unit: &str, count: Typed, at: Typed) -> Result<Typed, SqlError> {
        let count = self.whole(count)?;
        let at = self.cast(at, SqlType::Timestamp)?;
        let sql = format!("rs_dateadd({}, {}, {})", quote(unit), count.sql, at.sql);
        Ok(Typed::of(sql, SqlType::Timestamp, &[&count, &at]))
    }

    pub(super) fn formatted(&mut self, mut values: Vec<Typed>) -> Result<Typed, SqlError> {
        let format = values.pop().ok_or_else(|| SqlError::syntax(")"))?;
        let format = self.settle_text(format)?;
        let value = values.pop().ok_or_else(|| SqlError::syntax(")"))?;
        let value = self.settle(value, SqlType::Timestamp)?;
        let (function, taken) = match value.sql_type.family() {
            Family::Date => ("rs_to_char", SqlType::Timestamp),
            Family::Number => ("rs_number_to_char", SqlType::Varchar(None)),
            Family::Bool | Family::Text | Family::Time | Family::Interval | Family::Unknown => {
                return Err(mismatch("to_char", &[value, format]));
            }
        };
        let value = self.cast(value, taken)?;
        Ok(call(function, &[value, format], SqlType::Varchar(None)))
    }

    /// `to_number(text, template)`: the template says how many digits the result has.
    pub(super) fn read_number(&mut self, values: Vec<Typed>, args: &[&Expr]) -> Result<Typed, SqlError> {
        let template = args.get(1).map(|template| super::system::constant(template)).transpose()?;
        let (precision, scale) = picture::places(&template.unwrap_or_default())?;
        let texts = self.texts(values)?;
        let read = call("rs_to_number", &texts, SqlType::Varchar(None));
        self.cast(read, SqlType::Numeric(precision, scale))
    }

    /// `convert_timezone([from,] to, timestamp)`.
    pub(super) fn convert_timezone(&mut self, mut values: Vec<Typed>) -> Result<Typed, SqlError> {
        let at = values.pop().ok_or_else(|| SqlError::syntax(")"))?;
        let at = self.cast(at, SqlType::Timestamp)?;
        let mut args = Vec::new();
        for zone in values {
            args.push(self.settle_text(zone)?);
        }
        if args.len() == 1 {
            args.insert(0, Typed::new(quote("UTC"), SqlType::Varchar(None)));
        }
        args.push(at);
        Ok(call("rs_convert_timezone", &args, SqlType::Timestamp))
    }

    pub(super) fn read_by_template(&mut self, name: &str, values: Vec<Typed>) -> Result<Typed, SqlError> {
        let texts = self.texts(values)?;
        let sql_type = if name == "to_date" { SqlType::Date } else { SqlType::TimestampTz };
        Ok(call(&format!("rs_{name}"), &texts, sql_type))
    }

    /// Functions whose first argument is a unit: a bare word or a text.
    pub(super) fn dated(&mut self, name: &str, args: &[&Expr], scope: &Scope) -> Result<Typed, SqlError> {
        let (unit, rest) = args.split_first().ok_or_else(|| no_function(&format!("{name}()")))?;
        let unit = unit_word(unit)?;
        let mut values = Vec::new();
        for arg in rest {
            values.push(self.expr(arg, scope)?);
        }
        let count = values.len();
        let mut values = values.into_iter();
        let mut next = || values.next().ok_or_else(|| no_function(name));
        match (name, count) {
            ("date_trunc", 1) => {
                let at = self.cast(next()?, SqlType::Timestamp)?;
                let sql = format!("rs_date_trunc({}, {})", quote(&unit), at.sql);
                Ok(at.with(sql, SqlType::Timestamp))
            }
            ("date_part" | "extract", 1) => {
                let value = next()?;
                self.field(&unit, value)
            }
            ("dateadd" | "date_add", 2) => {
                let (count, at) = (next()?, next()?);
                self.later(&unit, count, at)
            }
            ("datediff" | "date_diff", 2) => {
                let a = self.cast(next()?, SqlType::Timestamp)?;
                let b = self.cast(next()?, SqlType::Timestamp)?;
                let sql = format!("rs_datediff({}, {}, {})", quote(&unit), a.sql, b.sql);
                Ok(Typed::of(sql, SqlType::Int8, &[&a, &b]))
            }
            _ => Err(no_function(name)),
        }
    }

    /// `EXTRACT(field FROM x)`: a whole number, but for epochs of a time zone's timestamp.
    pub(super) fn extract(&mut self, field: &str, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        let unit = field.to_lowercase();
        instant::part(&unit)?;
        let value = self.expr(expr, scope)?;
        let field = self.field(&unit, value)?;
        let sql = format!("CAST({} AS INTEGER)", field.sql);
        let sql_type = if unit == "epoch" { SqlType::Int8 } else { SqlType::Int4 };
        Ok(field.with(sql, sql_type))
    }

    /// One field of an instant, of a time of day or of a length of time.
    fn field(&mut self, unit: &str, value: Typed) -> Result<Typed, SqlError> {
        if let Some(sql) = self.interval_field(unit, &value)? {
            return Ok(value.with(sql, SqlType::Float8));
        }
        if value.sql_type == SqlType::Time {
            let sql = format!("rs_time_part({}, {})", quote(unit), value.sql);
            return Ok(value.with(sql, SqlType::Float8));
        }
        let at = self.cast(value, SqlType::Timestamp)?;
        let sql = format!("rs_date_part({}, {})", quote(unit), at.sql);
        Ok(at.with(sql, SqlType::Float8))
    }

    /// `timezone(zone, x)` and `x AT TIME ZONE zone`: the clock's time there of an instant, or the instant of a
    /// clock's time there.
    pub(super) fn timezone(&mut self, values: Vec<Typed>) -> Result<Typed, SqlError> {
        let mut values = values.into_iter();
        let (Some(zone), Some(at)) = (values.next(), values.next()) else {
            return Err(no_function("timezone()"));
        };
        let zone = self.settle_text(zone)?;
        let utc = Typed::new(quote("UTC"), SqlType::Varchar(None));
        if at.sql_type == SqlType::TimestampTz {
            return Ok(call("rs_convert_timezone", &[utc, zone, at], SqlType::Timestamp));
        }
        let at = self.cast(at, SqlType::Timestamp)?;
        Ok(call("rs_convert_timezone", &[zone, utc, at], SqlType::TimestampTz))
    }
}

fn unit_word(expr: &Expr) -> Result<String, SqlError> {
    let word =
        if let Expr::Identifier(ident) = expr { Some(ident.value.as_str()) } else { text_literal(expr) };
    let word = word.ok_or_else(|| SqlError::unsupported(format!("the date part {expr}")))?;
    instant::part(word)?;
    Ok(word.to_owned())
}
