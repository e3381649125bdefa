//! Binary operators and the types of their results.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{BinaryOperator, Expr};

use super::Translator;
use super::expression::expect_bool;
use super::scope::Scope;
use super::typed::{Form, Typed, beside, common_type, compared, digits, roomy};
use crate::warehouse::error::SqlError;
use crate::warehouse::types::{Family, MAX_PRECISION, SqlType};

impl Translator<'_> {
    pub(super) fn binary(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        if let Some(value) = self.moved(left, op, right, scope)? {
            return Ok(value);
        }
        if let Some(value) = self.tuples(left, op, right, scope)? {
            return Ok(value);
        }
        let a = self.expr(left, scope)?;
        let b = self.expr(right, scope)?;
        match op {
            BinaryOperator::And => self.logical(a, "AND", b),
            BinaryOperator::Or => self.logical(a, "OR", b),
            BinaryOperator::Eq => self.compare(a, "=", b),
            BinaryOperator::NotEq => self.compare(a, "<>", b),
            BinaryOperator::Lt => self.compare(a, "<", b),
            BinaryOperator::LtEq => self.compare(a, "<=", b),
            BinaryOperator::Gt => self.compare(a, ">", b),
            BinaryOperator::GtEq => self.compare(a, ">=", b),
            BinaryOperator::StringConcat => self.concat(a, b),
            BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo => self.arithmetic(a, op, b),
            // The dialect reads `^`, which raises to a power on Redshift, as an operation on bits.
            BinaryOperator::PGExp | BinaryOperator::BitwiseXor => {
                let a = self.cast(a, SqlType::Float8)?;
                let b = self.cast(b, SqlType::Float8)?;
                let sql = format!("rs_power({}, {})", a.sql, b.sql);
                Ok(Typed::of(sql, SqlType::Float8, &[&a, &b]))
            }
            BinaryOperator::BitwiseAnd => self.bitwise(a, "&", b),
            BinaryOperator::BitwiseOr => self.bitwise(a, "|", b),
            BinaryOperator::PGBitwiseShiftLeft => self.bitwise(a, "<<", b),
            BinaryOperator::PGBitwiseShiftRight => self.bitwise(a, ">>", b),
            BinaryOperator::PGRegexMatch => self.regex(a, b, "rs_regex", ""),
            BinaryOperator::PGRegexNotMatch => self.regex(a, b, "rs_regex", "NOT "),
            BinaryOperator::PGRegexIMatch => self.regex(a, b, "rs_iregex", ""),
            BinaryOperator::PGRegexNotIMatch => self.regex(a, b, "rs_iregex", "NOT "),
            BinaryOperator::PGCustomBinaryOperator(path) => match path.last().map(String::as_str) {
                Some("~") => self.regex(a, b, "rs_regex", ""),
                Some("!~") => self.regex(a, b, "rs_regex", "NOT "),
                _ => Err(SqlError::unsupported(format!("operator {op}"))),
            },
            other => Err(SqlError::unsupported(format!("operator {other}"))),
        }
    }

    fn logical(&mut self, a: Typed, word: &str, b: Typed) -> Result<Typed, SqlError> {
        let (a, b) = (self.truth(a)?, self.truth(b)?);
        expect_bool(&a, word)?;
        expect_bool(&b, word)?;
        let sql = format!("({} {word} {})", a.sql, b.sql);
        Ok(Typed::of(sql, SqlType::Bool, &[&a, &b]))
    }

    /// Compares two values of one family.
    pub(super) fn compare(&mut self, a: Typed, op: &str, b: Typed) -> Result<Typed, SqlError> {
        let common = common_type(a.sql_type, b.sql_type).map_err(|_| missing(op, &a, &b))?;
        let common = match common {
            SqlType::Unknown => SqlType::Varchar(None),
            SqlType::Varchar(_) | SqlType::Char(_) => SqlType::Varchar(None),
            SqlType::Numeric(..) if a.form != Form::Fixed || b.form != Form::Fixed => {
                SqlType::Numeric(MAX_PRECISION, common.scale().max(a.places()).max(b.places()))
            }
            other => other,
        };
        let a = self.converge(a, common)?;
        let b = self.converge(b, common)?;
        let sql = format!("({} {op} {})", compared(&a.sql, common), b.sql);
        Ok(Typed::of(sql, SqlType::Bool, &[&a, &b]))
    }

    fn concat(&mut self, a: Typed, b: Typed) -> Result<Typed, SqlError> {
        let a = self.cast(a, SqlType::Varchar(None))?;
        let b = self.cast(b, SqlType::Varchar(None))?;
        let sql = format!("({} || {})", a.sql, b.sql);
        Ok(Typed::of(sql, SqlType::Varchar(None), &[&a, &b]))
    }

    fn regex(&mut self, a: Typed, b: Typed, function: &str, not: &str) -> Result<Typed, SqlError> {
        let a = self.cast(a, SqlType::Varchar(None))?;
        let b = self.settle_text(b)?;
        let sql = format!("({not}{function}({}, {}))", a.sql, b.sql);
        Ok(Typed::of(sql, SqlType::Bool, &[&a, &b]))
    }

    /// An operation on the bits of whole numbers.
    fn bitwise(&mut self, a: Typed, op: &str, b: Typed) -> Result<Typed, SqlError> {
        let a = self.settle(a, SqlType::Int4)?;
        let b = self.settle(b, SqlType::Int4)?;
        if !a.sql_type.is_integer() || !b.sql_type.is_integer() {
            return Err(missing(op, &a, &b));
        }
        let shifts = matches!(op, "<<" | ">>");
        let sql_type = if shifts || a.sql_type.size() >= b.sql_type.size() { a.sql_type } else { b.sql_type };
        Ok(Typed::of(format!("({} {op} {})", a.sql, b.sql), sql_type, &[&a, &b]))
    }

    fn arithmetic(&mut self, a: Typed, op: &BinaryOperator, b: Typed) -> Result<Typed, SqlError> {
        let of = |family| a.sql_type.family() == family || b.sql_type.family() == family;
        if of(Family::Date) || of(Family::Interval) {
            return self.date_arithmetic(a, op, b);
        }
        let other = if a.sql_type == SqlType::Unknown { b.sql_type } else { a.sql_type };
        let other = match other {
            SqlType::Unknown => SqlType::Int4,
            known => known,
        };
        let other = roomy(other, &[a.clone(), b.clone()]);
        let a = self.settle(a, other)?;
        let b = self.settle(b, other)?;
        let numbers = [&a, &b].iter().all(|value| value.sql_type.family() == Family::Number);
        if !numbers {
            return Err(missing(&op.to_string(), &a, &b));
        }
        let sql_type = result_type(a.sql_type, op, b.sql_type);
        Ok(Typed::of(formula(&a, op, &b, sql_type), sql_type, &[&a, &b]))
    }

    /// A date and a number of days, the days between two dates, and lengths of time.
    fn date_arithmetic(&mut self, a: Typed, op: &BinaryOperator, b: Typed) -> Result<Typed, SqlError> {
        match (op, a.sql_type, b.sql_type) {
            (BinaryOperator::Minus, SqlType::Date, SqlType::Date) => {
                let sql = format!("rs_datediff('day', {}, {})", b.sql, a.sql);
                Ok(Typed::of(sql, SqlType::Int8, &[&a, &b]))
            }
            (BinaryOperator::Plus | BinaryOperator::Minus, SqlType::Date, t)
                if t.is_integer() || t == SqlType::Unknown =>
            {
                let b = self.whole(b)?;
                let sign = if *op == BinaryOperator::Minus { "-" } else { "" };
                let sql = format!("substr(rs_dateadd('day', {sign}({}), {}), 1, 10)", b.sql, a.sql);
                Ok(Typed::of(sql, SqlType::Date, &[&a, &b]))
            }
            _ => {
                // What stands between quotes beside an instant that is subtracted from it is an instant too.
                let (a, b) = match op {
                    BinaryOperator::Minus => {
                        (self.settle(a, SqlType::Timestamp)?, self.settle(b, SqlType::Timestamp)?)
                    }
                    _ => (a, b),
                };
                let refusal = missing(&op.to_string(), &a, &b);
                self.interval_arithmetic(a, op, b)?.ok_or(refusal)
            }
        }
    }
}

fn missing(op: &str, a: &Typed, b: &Typed) -> SqlError {
    SqlError::new(
        "42883",
        format!("operator does not exist: {} {op} {}", a.sql_type.display(), b.sql_type.display()),
    )
}

/// The type of a sum, difference, product or quotient (Redshift guide, "Computations with numeric values").
fn result_type(a: SqlType, op: &BinaryOperator, b: SqlType) -> SqlType {
    if a.is_float() || b.is_float() {
        return SqlType::Float8;
    }
    if a.is_integer() && b.is_integer() {
        return if a.size() >= b.size() { a } else { b };
    }
    let ((p1, s1), (p2, s2)) = (digits(a), digits(b));
    let (precision, scale) = match op {
        BinaryOperator::Multiply => (p1 + p2 + 1, s1 + s2),
        BinaryOperator::Divide => {
            let scale = 4.max((s1 + p2 + 1).saturating_sub(s2));
            (p1 + s2 + scale - s1, scale)
        }
        _ => {
            let scale = s1.max(s2);
            ((p1 - s1).max(p2 - s2) + 1 + scale, scale)
        }
    };
    if precision <= MAX_PRECISION {
        return SqlType::Numeric(precision, scale);
    }
    let over = precision - MAX_PRECISION;
    let scale = match op {
        BinaryOperator::Divide => scale.saturating_sub(over).max(4),
        _ => scale.min(MAX_PRECISION),
    };
    SqlType::Numeric(MAX_PRECISION, scale)
}

fn formula(a: &Typed, op: &BinaryOperator, b: &Typed, sql_type: SqlType) -> String {
    let function = match op {
        BinaryOperator::Divide => "rs_divide",
        BinaryOperator::Modulo => "rs_modulo",
        BinaryOperator::Plus => "rs_add",
        BinaryOperator::Minus => "rs_subtract",
        _ => "rs_multiply",
    };
    match sql_type {
        SqlType::Numeric(precision, scale) => {
            let operand = |value: &Typed| format!("{}, {}", value.sql, value.sql_type.scale());
            format!("rs_decimal('{op}', {}, {}, {precision}, {scale})", operand(a), operand(b))
        }
        SqlType::Float4 | SqlType::Float8 => {
            let real = |value: &Typed| {
                beside(&value.sql, value.sql_type, sql_type).unwrap_or_else(|| value.sql.clone())
            };
            match op {
                BinaryOperator::Divide | BinaryOperator::Modulo => {
                    format!("{function}(CAST({} AS REAL), {})", real(a), real(b))
                }
                _ => format!("({} {op} {})", real(a), real(b)),
            }
        }
        _ => format!("{function}({}, {}, {})", a.sql, b.sql, sql_type.size()),
    }
}
