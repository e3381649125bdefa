//! Predicates: IS, IN, BETWEEN, LIKE, EXISTS.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use std::cmp::Ordering;

use sqlparser::ast::{BinaryOperator, Expr, Query};

use super::Translator;
use super::scope::Scope;
use super::typed::{Typed, common_type, compared};
use crate::warehouse::error::SqlError;
use crate::warehouse::session::Column;
use crate::warehouse::types::{Family, SqlType};

/// How a pattern is matched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Matching {
    Exact,
    AnyCase,
}

/// For how many rows a comparison must hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    Any,
    All,
}

impl Quantifier {
    fn word(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::All => "ALL",
        }
    }
}

impl Translator<'_> {
    /// Translates what the other files leave over; anything unknown is refused.
    pub(super) fn predicate(&mut self, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        match expr {
            Expr::IsNull(inner) => self.test(inner, scope, "IS NULL"),
            Expr::IsNotNull(inner) => self.test(inner, scope, "IS NOT NULL"),
            Expr::IsTrue(inner) => self.tested(inner, scope, "IS 1"),
            Expr::IsNotTrue(inner) => self.tested(inner, scope, "IS NOT 1"),
            Expr::IsFalse(inner) => self.tested(inner, scope, "IS 0"),
            Expr::IsNotFalse(inner) => self.tested(inner, scope, "IS NOT 0"),
            Expr::IsUnknown(inner) => self.tested(inner, scope, "IS NULL"),
            Expr::IsNotUnknown(inner) => self.tested(inner, scope, "IS NOT NULL"),
            Expr::InList { expr, list, negated } => self.in_list(expr, list, *negated, scope),
            Expr::AnyOp { left, compare_op, right, .. } => {
                self.quantified(left, compare_op, right, Quantifier::Any, scope)
            }
            Expr::AllOp { left, compare_op, right } => {
                self.quantified(left, compare_op, right, Quantifier::All, scope)
            }
            Expr::InSubquery { expr, subquery, negated } => self.in_query(expr, subquery, *negated, scope),
            Expr::Between { expr, negated, low, high } => self.between(expr, low, high, *negated, scope),
            Expr::Like { negated, any: false, expr, pattern, escape_char } => {
                let escape = escape_char.as_deref();
                self.like(expr, pattern, escape, *negated, Matching::Exact, scope)
            }
            Expr::ILike { negated, any: false, expr, pattern, escape_char } => {
                let escape = escape_char.as_deref();
                self.like(expr, pattern, escape, *negated, Matching::AnyCase, scope)
            }
            Expr::SimilarTo { negated, expr, pattern, escape_char } => {
                self.similar(expr, pattern, escape_char.as_deref(), *negated, scope)
            }
            Expr::Exists { subquery, negated } => {
                let selected = self.query(subquery, scope)?;
                let not = if *negated { "NOT " } else { "" };
                let sql = format!("({not}EXISTS ({}))", selected.sql);
                Ok(Typed::new(sql, SqlType::Bool))
            }
            other => Err(SqlError::unsupported(format!("the expression {other}"))),
        }
    }

    fn test(&mut self, expr: &Expr, scope: &Scope, test: &str) -> Result<Typed, SqlError> {
        let value = self.expr(expr, scope)?;
        let value = self.settle_text(value)?;
        let sql = format!("({} {test})", value.sql);
        Ok(value.with(sql, SqlType::Bool))
    }

    fn tested(&mut self, expr: &Expr, scope: &Scope, test: &str) -> Result<Typed, SqlError> {
        let value = self.boolean(expr, scope, "IS")?;
        let sql = format!("({} {test})", value.sql);
        Ok(value.with(sql, SqlType::Bool))
    }

    fn in_list(
        &mut self,
        expr: &Expr,
        list: &[Expr],
        negated: bool,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        if let Expr::Tuple(subject) = expr {
            return self.tuple_in_list(subject, list, negated, scope);
        }
        let subject = self.expr(expr, scope)?;
        let mut values = vec![subject];
        for item in list {
            values.push(self.expr(item, scope)?);
        }
        let (values, common) = self.unify(values)?;
        let Some((subject, items)) = values.split_first() else {
            return Err(SqlError::syntax(""));
        };
        let list: Vec<_> = items.iter().map(|item| item.sql.as_str()).collect();
        let not = if negated { "NOT " } else { "" };
        let sql = format!("({} {not}IN ({}))", compared(&subject.sql, common), list.join(", "));
        let parts: Vec<&Typed> = values.iter().collect();
        Ok(Typed::of(sql, SqlType::Bool, &parts))
    }

    /// `x IN (SELECT …)` and `(a, b) IN (SELECT c, d …)`.
    fn in_query(
        &mut self,
        expr: &Expr,
        query: &Query,
        negated: bool,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let subject = match expr {
            Expr::Tuple(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut values = Vec::new();
        for expr in subject {
            values.push(self.expr(expr, scope)?);
        }
        let selected = self.query(query, scope)?;
        let message = match selected.columns.len().cmp(&values.len()) {
            Ordering::Equal => None,
            Ordering::Less => Some("subquery has too few columns"),
            Ordering::Greater => Some("subquery has too many columns"),
        };
        if let Some(message) = message {
            return Err(SqlError::new("42601", message));
        }
        let mut parts = Vec::new();
        let mut wanted = Vec::new();
        for (value, column) in values.into_iter().zip(&selected.columns) {
            let value = self.settle(value, column.sql_type)?;
            let common = common_type(value.sql_type, column.sql_type)?;
            let value = self.converge(value, common)?;
            parts.push(value.with(compared(&value.sql, common), common));
            wanted.push(Column { name: String::new(), sql_type: common });
        }
        let list = super::output::converted(&selected.columns, &wanted);
        let row: Vec<_> = parts.iter().map(|part| part.sql.as_str()).collect();
        let not = if negated { "NOT " } else { "" };
        let sql = format!("(({}) {not}IN (SELECT {list} FROM ({})))", row.join(", "), selected.sql);
        Ok(Typed::of(sql, SqlType::Bool, &parts.iter().collect::<Vec<_>>()))
    }

    /// `x op ANY (…)` and `x op ALL (…)`, of a query's rows or an array's items.
    fn quantified(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        quantifier: Quantifier,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let negated = match (quantifier, op) {
            (Quantifier::Any, BinaryOperator::Eq) => Some(false),
            (Quantifier::All, BinaryOperator::NotEq) => Some(true),
            _ => None,
        };
        let refuse = || Err(SqlError::unsupported(format!("{op} {} of {right}", quantifier.word())));
        match (right, negated) {
            (Expr::Nested(inner), _) => self.quantified(left, op, inner, quantifier, scope),
            (Expr::Subquery(query), Some(negated)) => self.in_query(left, query, negated, scope),
            (Expr::Subquery(query), None) => self.each_row(left, op, query, quantifier, scope),
            (Expr::Array(array), Some(negated)) => self.in_list(left, &array.elem, negated, scope),
            (_, Some(negated)) => {
                let subject = self.expr(left, scope)?;
                let subject = self.cast(subject, SqlType::Varchar(None))?;
                let array = self.expr(right, scope)?;
                let array = self.settle_text(array)?;
                if array.sql_type.family() != Family::Text {
                    return refuse();
                }
                let not = if negated { "NOT " } else { "" };
                let sql = format!("({} {not}IN ({}))", subject.sql, super::derived::parts_of(&array.sql));
                Ok(Typed::of(sql, SqlType::Bool, &[&subject, &array]))
            }
            (_, None) => refuse(),
        }
    }

    /// Compares with each row of a query; a comparison with NULL is neither true nor false.
    fn each_row(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        query: &Query,
        quantifier: Quantifier,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let sign = match op {
            BinaryOperator::Eq => "=",
            BinaryOperator::NotEq => "<>",
            BinaryOperator::Lt => "<",
            BinaryOperator::LtEq => "<=",
            BinaryOperator::Gt => ">",
            BinaryOperator::GtEq => ">=",
            _ => return Err(SqlError::unsupported(format!("{op} {} of a query", quantifier.word()))),
        };
        let subject = self.expr(left, scope)?;
        if subject.aggregate {
            return Err(SqlError::unsupported(format!("an aggregate before {}", quantifier.word())));
        }
        let selected = self.query(query, scope)?;
        let [column] = selected.columns.as_slice() else {
            return Err(SqlError::new("42601", "subquery has too many columns"));
        };
        let row = Typed::new("c1".to_owned(), column.sql_type);
        let test = self.compare(subject.clone(), sign, row)?;
        let (deciding, otherwise) = match quantifier {
            Quantifier::Any => ("max(c) = 1 THEN 1", "0"),
            Quantifier::All => ("min(c) = 0 THEN 0", "1"),
        };
        let sql = format!(
            "(SELECT CASE WHEN {deciding} WHEN count(*) > count(c) THEN NULL ELSE {otherwise} END \
             FROM (SELECT {} AS c FROM ({})))",
            test.sql, selected.sql
        );
        Ok(subject.with(sql, SqlType::Bool))
    }

    fn between(
        &mut self,
        expr: &Expr,
        low: &Expr,
        high: &Expr,
        negated: bool,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let value = self.expr(expr, scope)?;
        let (low, high) = (self.expr(low, scope)?, self.expr(high, scope)?);
        let above = self.compare(value.clone(), ">=", low)?;
        let below = self.compare(value, "<=", high)?;
        let not = if negated { "NOT " } else { "" };
        let sql = format!("({not}({} AND {}))", above.sql, below.sql);
        Ok(Typed::of(sql, SqlType::Bool, &[&above, &below]))
    }

    fn like(
        &mut self,
        expr: &Expr,
        pattern: &Expr,
        escape: Option<&Expr>,
        negated: bool,
        matching: Matching,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let value = self.expr(expr, scope)?;
        let value = self.cast(value, SqlType::Varchar(None))?;
        let pattern = self.expr(pattern, scope)?;
        let pattern = self.settle_text(pattern)?;
        let escape = self.escape(escape, scope)?;
        let fold = |sql: &str| match matching {
            Matching::Exact => sql.to_owned(),
            Matching::AnyCase => format!("lower({sql})"),
        };
        let not = if negated { "NOT " } else { "" };
        let sql = format!("({} {not}LIKE {} ESCAPE {escape})", fold(&value.sql), fold(&pattern.sql));
        Ok(Typed::of(sql, SqlType::Bool, &[&value, &pattern]))
    }

    fn similar(
        &mut self,
        expr: &Expr,
        pattern: &Expr,
        escape: Option<&Expr>,
        negated: bool,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let value = self.expr(expr, scope)?;
        let value = self.cast(value, SqlType::Varchar(None))?;
        let pattern = self.expr(pattern, scope)?;
        let pattern = self.settle_text(pattern)?;
        let escape = self.escape(escape, scope)?;
        let not = if negated { "NOT " } else { "" };
        let sql = format!("({not}rs_similar({}, {}, {escape}))", value.sql, pattern.sql);
        Ok(Typed::of(sql, SqlType::Bool, &[&value, &pattern]))
    }

    /// The character after ESCAPE; a backslash where none is given.
    fn escape(&mut self, escape: Option<&Expr>, scope: &Scope) -> Result<String, SqlError> {
        let Some(escape) = escape else {
            return Ok("'\\'".to_owned());
        };
        let escape = self.expr(escape, scope)?;
        Ok(self.settle_text(escape)?.sql)
    }
}
