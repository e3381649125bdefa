//! Lengths of time in expressions: literals, and the arithmetic of dates, times and lengths.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{BinaryOperator, DataType, DateTimeField, Expr, Value as Literal};

use super::Translator;
use super::expression::text_literal;
use super::scope::Scope;
use super::typed::{Typed, beside, quote};
use crate::warehouse::error::SqlError;
use crate::warehouse::instant::Part;
use crate::warehouse::interval::{self, Interval, Unit};
use crate::warehouse::types::{Family, SqlType};

impl Translator<'_> {
    /// `INTERVAL '…'`, `'…'::interval` and what is computed of others.
    pub(super) fn interval(&mut self, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        if let Some(interval) = constant(expr)? {
            let unit = if interval.months == 0 { Unit::Micros } else { Unit::Months };
            let count = interval.count(unit).ok_or_else(|| {
                SqlError::unsupported(format!("{expr}, an interval of months and of days or less,"))
            })?;
            return Ok(Typed::new(count.to_string(), SqlType::Interval(unit)));
        }
        match expr {
            Expr::Cast { expr, .. } => {
                let value = self.expr(expr, scope)?;
                self.cast(value, SqlType::Interval(Unit::Micros))
            }
            other => Err(SqlError::unsupported(other)),
        }
    }

    /// An instant and an interval that may have months and days; `None` if neither side is such a constant.
    pub(super) fn moved(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        scope: &Scope,
    ) -> Result<Option<Typed>, SqlError> {
        let (base, interval) = match (op, constant(left)?, constant(right)?) {
            (BinaryOperator::Plus | BinaryOperator::Minus, None, Some(interval)) => (left, interval),
            (BinaryOperator::Plus, Some(interval), None) => (right, interval),
            _ => return Ok(None),
        };
        let value = self.expr(base, scope)?;
        let value = self.settle(value, SqlType::Timestamp)?;
        if value.sql_type.family() != Family::Date {
            return Ok(None);
        }
        let mut value = self.instant(value)?;
        for (unit, count) in [(Unit::Months, interval.months), (Unit::Micros, interval.micros)] {
            if count != 0 {
                let count = Typed::new(count.to_string(), SqlType::Interval(unit));
                value = shifted(&value, op, &count, unit);
            }
        }
        Ok(Some(value))
    }

    /// What becomes a timestamp when a length of time is added.
    fn instant(&mut self, value: Typed) -> Result<Typed, SqlError> {
        if value.sql_type == SqlType::Date { self.cast(value, SqlType::Timestamp) } else { Ok(value) }
    }

    /// Arithmetic in which a length of time takes part; `None` where there is no such operation.
    pub(super) fn interval_arithmetic(
        &mut self,
        a: Typed,
        op: &BinaryOperator,
        b: Typed,
    ) -> Result<Option<Typed>, SqlError> {
        let (left, right) = (a.sql_type, b.sql_type);
        let made = match (left, op, right) {
            (SqlType::Interval(x), BinaryOperator::Plus | BinaryOperator::Minus, SqlType::Interval(y))
                if x == y =>
            {
                let function = if *op == BinaryOperator::Plus { "rs_add" } else { "rs_subtract" };
                Typed::of(format!("{function}({}, {}, 8)", a.sql, b.sql), left, &[&a, &b])
            }
            (_, BinaryOperator::Plus | BinaryOperator::Minus, SqlType::Interval(unit))
                if is_instant(left) =>
            {
                let at = self.instant(a)?;
                shifted(&at, op, &b, unit)
            }
            (SqlType::Interval(unit), BinaryOperator::Plus, _) if is_instant(right) => {
                let at = self.instant(b)?;
                shifted(&at, op, &a, unit)
            }
            (
                SqlType::Time,
                BinaryOperator::Plus | BinaryOperator::Minus,
                SqlType::Interval(Unit::Micros),
            ) => {
                let sign = if *op == BinaryOperator::Minus { "-" } else { "" };
                let sql = format!("rs_time_add({}, {sign}({}))", a.sql, b.sql);
                Typed::of(sql, SqlType::Time, &[&a, &b])
            }
            (SqlType::Interval(_), BinaryOperator::Multiply | BinaryOperator::Divide, _)
                if right.family() == Family::Number =>
            {
                scaled(&a, op, &b)
            }
            (_, BinaryOperator::Multiply, SqlType::Interval(_)) if left.family() == Family::Number => {
                scaled(&b, op, &a)
            }
            (SqlType::Timestamp | SqlType::TimestampTz, BinaryOperator::Minus, _) if is_instant(right) => {
                let b = self.instant(b)?;
                between(&a, &b)
            }
            (SqlType::Date, BinaryOperator::Minus, SqlType::Timestamp | SqlType::TimestampTz) => {
                let a = self.instant(a)?;
                between(&a, &b)
            }
            _ => return Ok(None),
        };
        Ok(Some(made))
    }

    /// One field of a length of time.
    pub(super) fn interval_field(&self, unit: &str, value: &Typed) -> Result<Option<String>, SqlError> {
        let SqlType::Interval(counted) = value.sql_type else { return Ok(None) };
        let known = Part::from_word(unit).filter(|part| interval::field(*part, 0, counted).is_some());
        if known.is_none() {
            let message = format!("interval units \"{unit}\" not supported for {}", value.sql_type.display());
            return Err(SqlError::new("0A000", message));
        }
        let name = quote(&value.sql_type.display());
        Ok(Some(format!("rs_interval_part({}, {}, {name})", quote(unit), value.sql)))
    }
}

fn is_instant(t: SqlType) -> bool {
    t.family() == Family::Date
}

fn shifted(at: &Typed, op: &BinaryOperator, count: &Typed, unit: Unit) -> Typed {
    let word = match unit {
        Unit::Months => "month",
        Unit::Micros => "microsecond",
    };
    let sign = if *op == BinaryOperator::Minus { "-" } else { "" };
    let sql = format!("rs_dateadd({}, {sign}({}), {})", quote(word), count.sql, at.sql);
    Typed::of(sql, at.sql_type, &[at, count])
}

fn scaled(interval: &Typed, op: &BinaryOperator, by: &Typed) -> Typed {
    let real = beside(&by.sql, by.sql_type, SqlType::Float8).unwrap_or_else(|| by.sql.clone());
    let sql = format!("rs_interval_scaled('{op}', {}, {real})", interval.sql);
    Typed::of(sql, interval.sql_type, &[interval, by])
}

fn between(a: &Typed, b: &Typed) -> Typed {
    let sql = format!("rs_datediff('microsecond', {}, {})", b.sql, a.sql);
    Typed::of(sql, SqlType::Interval(Unit::Micros), &[a, b])
}

/// The length of time that a literal says; `None` for every other expression.
fn constant(expr: &Expr) -> Result<Option<Interval>, SqlError> {
    match expr {
        Expr::Nested(inner) => constant(inner),
        Expr::Interval(interval) => {
            let Expr::Value(value) = interval.value.as_ref() else {
                return Err(SqlError::unsupported(expr));
            };
            let (Literal::SingleQuotedString(text) | Literal::Number(text, _)) = &value.value else {
                return Err(SqlError::unsupported(expr));
            };
            let smallest = interval.last_field.as_ref().or(interval.leading_field.as_ref());
            let Some(smallest) = smallest.map(DateTimeField::to_string) else {
                return interval::parse(text, Part::Second).map(Some);
            };
            let part = Part::from_word(&smallest).ok_or_else(|| SqlError::syntax(&smallest))?;
            Ok(Some(interval::parse(text, part)?.cut(part)))
        }
        Expr::Cast { expr, data_type: DataType::Interval { .. }, .. } => {
            text_literal(expr).map(|text| interval::parse(text, Part::Second)).transpose()
        }
        _ => Ok(None),
    }
}
