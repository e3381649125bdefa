//! Expressions: columns, literals, casts, CASE, subqueries; operators and functions have files of their own.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{
    CaseWhen, CastKind, DataType, Expr, Ident, JsonPathElem, Query, TrimWhereField, UnaryOperator,
    Value as Literal,
};

use super::Translator;
use super::scope::{Scope, folded};
use super::typed::Typed;
use crate::warehouse::cast;
use crate::warehouse::decimal::{Decimal, Overflow};
use crate::warehouse::error::SqlError;
use crate::warehouse::parse::position;
use crate::warehouse::reserved::is_reserved;
use crate::warehouse::types::{Family, MAX_PRECISION, SqlType};

impl Translator<'_> {
    /// Translates an expression.
    pub(super) fn expr(&mut self, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        let value = self.ungrouped(expr, scope)?;
        Ok(self.grouped(value))
    }

    /// A key of GROUP BY is no bare column any more, and NULL where another grouping set has it.
    pub(super) fn grouped(&self, value: Typed) -> Typed {
        if self.absent.contains(&value.sql) {
            return Typed::new("NULL".to_owned(), value.sql_type);
        }
        if value.bare.is_some() && self.grouping.contains(&value.sql) {
            return Typed { bare: None, ..value };
        }
        value
    }

    fn ungrouped(&mut self, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        match expr {
            Expr::Identifier(ident) => self.identifier(ident, scope),
            Expr::CompoundIdentifier(idents) => self.compound(idents, scope),
            Expr::Value(value) => self.literal(&value.value),
            Expr::TypedString(typed) => {
                let to = SqlType::from_ast(&typed.data_type)?;
                let text = typed.value.value.clone().into_string().unwrap_or_default();
                self.settle(Typed::literal(&text), to)
            }
            Expr::Nested(inner) => {
                let value = self.expr(inner, scope)?;
                let sql = format!("({})", value.sql);
                Ok(Typed { sql, ..value })
            }
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, scope),
            Expr::UnaryOp { op, expr } => self.unary(*op, expr, scope),
            Expr::Cast { expr, data_type, .. } if register(data_type).is_some() => {
                self.registered(register(data_type).unwrap_or_default(), expr, scope)
            }
            Expr::Interval(_) | Expr::Cast { data_type: DataType::Interval { .. }, .. } => {
                self.interval(expr, scope)
            }
            Expr::Cast { expr, data_type, kind: CastKind::TryCast, .. } => {
                let to = SqlType::from_ast(data_type)?;
                let value = self.expr(expr, scope)?;
                self.try_cast(value, to)
            }
            Expr::Cast { expr, data_type, .. } => {
                let to = SqlType::from_ast(data_type)?;
                let value = self.expr(expr, scope)?;
                self.cast(value, to)
            }
            Expr::Convert { expr, data_type: Some(data_type), .. } => {
                let to = SqlType::from_ast(data_type)?;
                let value = self.expr(expr, scope)?;
                self.cast(value, to)
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), scope)
            }
            Expr::Subquery(query) => self.scalar(query, scope),
            Expr::Function(function) => self.function(function, scope),
            Expr::Extract { field, expr, .. } => self.extract(&field.to_string(), expr, scope),
            Expr::Ceil { expr, .. } => self.named("ceil", &[expr], scope),
            Expr::Floor { expr, .. } => self.named("floor", &[expr], scope),
            Expr::Position { expr, r#in } => self.named("strpos", &[r#in, expr], scope),
            Expr::Substring { expr, substring_from: Some(from), substring_for, .. } => {
                let mut args: Vec<&Expr> = vec![expr, from];
                args.extend(substring_for.as_deref());
                self.named("substring", &args, scope)
            }
            Expr::Trim { expr, trim_where, trim_what, trim_characters: None } => {
                let name = match trim_where {
                    None | Some(TrimWhereField::Both) => "btrim",
                    Some(TrimWhereField::Leading) => "ltrim",
                    Some(TrimWhereField::Trailing) => "rtrim",
                };
                let mut args: Vec<&Expr> = vec![expr];
                args.extend(trim_what.as_deref());
                self.named(name, &args, scope)
            }
            Expr::JsonAccess { value, path } => match path.path.as_slice() {
                [JsonPathElem::Bracket { key }] => self.item_of(value, key, scope),
                _ => Err(SqlError::unsupported(format!("the expression {expr}"))),
            },
            Expr::Array(array) => self.small_numbers(&array.elem, scope),
            Expr::AtTimeZone { timestamp, time_zone } => {
                self.named("timezone", &[time_zone, timestamp], scope)
            }
            Expr::Collate { expr, .. } => self.expr(expr, scope),
            other => self.predicate(other, scope),
        }
    }

    /// `ARRAY[…]` of whole numbers, as clients compare the catalog's with; Redshift has no other arrays.
    fn small_numbers(&mut self, items: &[Expr], scope: &Scope) -> Result<Typed, SqlError> {
        let mut parts = Vec::new();
        for item in items {
            let value = self.expr(item, scope)?;
            if value.sql_type != SqlType::Int2 {
                return Err(SqlError::unsupported("ARRAY of anything but smallint"));
            }
            parts.push(value.sql);
        }
        let sql = format!("('{{' || {} || '}}')", parts.join(" || ',' || "));
        Ok(Typed::new(sql, SqlType::Int2s))
    }

    /// One part of an array of texts, counted from 1, as clients ask the catalog for the first schema of the path.
    fn item_of(&mut self, root: &Expr, index: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        let array = self.expr(root, scope)?;
        let place = super::output::ordinal(index).and_then(|n| n.checked_sub(1));
        let (Family::Text, Some(place)) = (array.sql_type.family(), place) else {
            return Err(SqlError::unsupported(format!("the part {index} of {root}")));
        };
        let sql =
            format!("(SELECT c1 FROM ({}) LIMIT 1 OFFSET {place})", super::derived::parts_of(&array.sql));
        Ok(array.with(sql, SqlType::Varchar(None)))
    }

    fn identifier(&mut self, ident: &Ident, scope: &Scope) -> Result<Typed, SqlError> {
        let name = folded(ident);
        if ident.quote_style.is_none() && is_reserved(&name) {
            let value = self.keyword(&name)?;
            return value.ok_or_else(|| SqlError::syntax(&ident.value).at(position(ident)));
        }
        if let Some(column) = scope.column(&name).map_err(|e| e.at(position(ident)))? {
            return Ok(column);
        }
        if let Some(item) = self.given.iter().rev().find(|item| item.name == name) {
            return Ok(item.value.clone());
        }
        if ident.quote_style.is_none()
            && let Some(value) = self.keyword(&name)?
        {
            return Ok(value);
        }
        Err(SqlError::no_column(&name).at(position(ident)))
    }

    fn compound(&self, idents: &[Ident], scope: &Scope) -> Result<Typed, SqlError> {
        let parts: Vec<_> = idents.iter().map(folded).collect();
        let place = idents.first().and_then(position);
        match parts.as_slice() {
            [.., relation, column] => scope.qualified(relation, column).map_err(|error| error.at(place)),
            _ => Err(SqlError::unsupported(parts.join("."))),
        }
    }

    fn literal(&mut self, literal: &Literal) -> Result<Typed, SqlError> {
        match literal {
            Literal::Number(digits, _) => number(digits),
            Literal::SingleQuotedString(text) | Literal::EscapedStringLiteral(text) => {
                Ok(Typed::literal(text))
            }
            Literal::DollarQuotedString(text) => Ok(Typed::literal(&text.value)),
            Literal::Boolean(flag) => {
                let sql = if *flag { "1" } else { "0" };
                Ok(Typed::new(sql.to_owned(), SqlType::Bool))
            }
            Literal::Null => Ok(Typed::null()),
            Literal::Placeholder(name) => self.parameter(name),
            other => Err(SqlError::unsupported(other)),
        }
    }

    /// A parameter: `$1`, or `:name` of the Data API.
    fn parameter(&mut self, name: &str) -> Result<Typed, SqlError> {
        let missing = || SqlError::new("42P02", format!("there is no parameter {name}"));
        let index = if let Some(digits) = name.strip_prefix('$') {
            let n: usize = digits.parse().map_err(|_| missing())?;
            n.checked_sub(1).filter(|n| *n < 32_767).ok_or_else(missing)?
        } else if let Some(wanted) = name.strip_prefix(':') {
            let found = self.state.named.iter().position(|n| n == wanted);
            found.ok_or_else(missing)?
        } else {
            return Err(missing());
        };
        if self.state.parameters.len() <= index {
            self.state.parameters.resize(index + 1, SqlType::Unknown);
        }
        let known = self.state.parameters.get(index).copied();
        let sql = format!("?{}", index + 1);
        Ok(match known {
            None | Some(SqlType::Unknown) => {
                Typed { form: super::typed::Form::Parameter(index), ..Typed::new(sql, SqlType::Unknown) }
            }
            Some(sql_type) => Typed::new(sql, sql_type),
        })
    }

    fn case(
        &mut self,
        operand: Option<&Expr>,
        conditions: &[CaseWhen],
        otherwise: Option<&Expr>,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let mut tests = Vec::new();
        let mut results = Vec::new();
        for when in conditions {
            tests.push(match operand {
                Some(operand) => {
                    let a = self.expr(operand, scope)?;
                    let b = self.expr(&when.condition, scope)?;
                    self.compare(a, "=", b)?
                }
                None => self.boolean(&when.condition, scope, "CASE/WHEN")?,
            });
            results.push(self.expr(&when.result, scope)?);
        }
        results.push(match otherwise {
            Some(expr) => self.expr(expr, scope)?,
            None => Typed::null(),
        });
        let (results, common) = self.unify(results)?;
        let mut sql = String::from("CASE");
        for (test, result) in tests.iter().zip(&results) {
            sql.push_str(&format!(" WHEN {} THEN {}", test.sql, result.sql));
        }
        if let Some(last) = results.last() {
            sql.push_str(&format!(" ELSE {}", last.sql));
        }
        sql.push_str(" END");
        let parts: Vec<&Typed> = tests.iter().chain(&results).collect();
        Ok(Typed::of(sql, common, &parts))
    }

    /// A subquery that gives one column and at most one row.
    fn scalar(&mut self, query: &Query, scope: &Scope) -> Result<Typed, SqlError> {
        let selected = self.query(query, scope)?;
        let [column] = selected.columns.as_slice() else {
            return Err(SqlError::new("42601", "subquery must return only one column"));
        };
        let sql = format!("(SELECT rs_single(c1, count(*) OVER ()) FROM ({}))", selected.sql);
        Ok(Typed::new(sql, column.sql_type))
    }

    fn unary(&mut self, op: UnaryOperator, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        let value = self.expr(expr, scope)?;
        match op {
            UnaryOperator::Not => {
                let value = self.settle(value, SqlType::Bool)?;
                expect_bool(&value, "NOT")?;
                Ok(value.negated())
            }
            UnaryOperator::Minus | UnaryOperator::Plus => {
                let value = self.settle(value, SqlType::Float8)?;
                if !matches!(value.sql_type.family(), Family::Number | Family::Interval) {
                    let t = value.sql_type.display();
                    let message = format!("operator does not exist: {op} {t}");
                    return Err(SqlError::new("42883", message));
                }
                let sql = match (op, value.sql_type) {
                    (UnaryOperator::Minus, SqlType::Numeric(..)) => format!("rs_negated({})", value.sql),
                    (UnaryOperator::Plus, SqlType::Numeric(..)) => value.sql.clone(),
                    _ => format!("({op} {})", value.sql),
                };
                Ok(value.with(sql, value.sql_type))
            }
            other => Err(SqlError::unsupported(format!("operator {other}"))),
        }
    }

    /// Gives what must be true or false its type; the numbers 1 and 0 stand for it too, as in `WHERE 1`.
    pub(super) fn truth(&mut self, value: Typed) -> Result<Typed, SqlError> {
        if value.sql_type == SqlType::Int4 && matches!(value.sql.as_str(), "0" | "1") {
            return Ok(value.with(value.sql.clone(), SqlType::Bool));
        }
        self.settle(value, SqlType::Bool)
    }

    /// Translates what must be true or false.
    pub(super) fn boolean(&mut self, expr: &Expr, scope: &Scope, clause: &str) -> Result<Typed, SqlError> {
        let value = self.expr(expr, scope)?;
        let value = self.truth(value)?;
        expect_bool(&value, clause)?;
        Ok(value)
    }

    /// Translates WHERE or ON, where no aggregate may stand.
    pub(super) fn condition(&mut self, expr: &Expr, scope: &Scope, clause: &str) -> Result<String, SqlError> {
        let value = self.boolean(expr, scope, clause)?;
        if value.aggregate {
            let message = format!("aggregates not allowed in {clause} clause");
            return Err(SqlError::new("42803", message));
        }
        Ok(value.sql)
    }

    /// Translates WHERE, which EXPLAIN tells of.
    pub(super) fn filter(&mut self, selection: Option<&Expr>, scope: &Scope) -> Result<String, SqlError> {
        match selection {
            Some(condition) => {
                self.state.outline.filter(condition, scope);
                Ok(format!(" WHERE {}", self.condition(condition, scope, "WHERE")?))
            }
            None => Ok(String::new()),
        }
    }
}

/// The text of a literal between quotes.
pub(super) fn text_literal(expr: &Expr) -> Option<&str> {
    if let Expr::Value(value) = expr
        && let Literal::SingleQuotedString(text) = &value.value
    {
        return Some(text);
    }
    None
}

pub(super) fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Literal::Null)
}

pub(super) fn expect_bool(value: &Typed, clause: &str) -> Result<(), SqlError> {
    if value.sql_type == SqlType::Bool {
        return Ok(());
    }
    Err(SqlError::new(
        "42804",
        format!("argument of {clause} must be type boolean, not type {}", value.sql_type.display()),
    ))
}

/// The type whose values are names of the catalog, if it is one.
fn register(data_type: &DataType) -> Option<&'static str> {
    let name = match data_type {
        DataType::Regclass => return Some("regclass"),
        DataType::Custom(name, _) => name.to_string().to_lowercase(),
        _ => return None,
    };
    ["regclass", "regtype"].into_iter().find(|known| name.trim_start_matches("pg_catalog.") == *known)
}

fn number(digits: &str) -> Result<Typed, SqlError> {
    if let Ok(n) = digits.parse::<i64>() {
        let sql_type = if i32::try_from(n).is_ok() { SqlType::Int4 } else { SqlType::Int8 };
        return Ok(Typed::new(n.to_string(), sql_type));
    }
    if digits.contains(['e', 'E']) {
        let x: f64 = digits.parse().map_err(|_| SqlError::syntax(digits))?;
        return Ok(Typed::new(format!("{x:e}"), SqlType::Float8));
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let significant = whole.trim_start_matches('0').len() + fraction.len();
    let scale = u16::try_from(fraction.len()).unwrap_or(u16::MAX);
    let precision = u16::try_from(significant).unwrap_or(u16::MAX).max(1).max(scale);
    let decimal = Decimal::parse(digits, scale).ok_or_else(|| SqlError::syntax(digits))?;
    match decimal {
        Ok(decimal) if precision <= MAX_PRECISION => {
            Ok(Typed::decimal(decimal, SqlType::Numeric(precision, scale)))
        }
        Ok(_) | Err(Overflow) => Err(cast::overflow()),
    }
}
