//! Several expressions at once: `(a, b) = (c, d)` and `(a, b) IN (…)`.

use sqlparser::ast::{BinaryOperator, Expr, Query};

use super::Translator;
use super::scope::Scope;
use super::typed::{Typed, common_type, compared};
use crate::warehouse::error::SqlError;
use crate::warehouse::session::Column;
use crate::warehouse::types::SqlType;

impl Translator<'_> {
    /// Compares two tuples part by part; `None` if there are none.
    pub(super) fn tuples(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        scope: &Scope,
    ) -> Result<Option<Typed>, SqlError> {
        let (Expr::Tuple(a), Expr::Tuple(b)) = (left, right) else { return Ok(None) };
        if *op == BinaryOperator::Eq {
            return self.equal(a, b, scope).map(Some);
        }
        if *op == BinaryOperator::NotEq {
            let equal = self.equal(a, b, scope)?;
            return Ok(Some(equal.with(format!("(NOT {})", equal.sql), SqlType::Bool)));
        }
        Err(SqlError::unsupported(format!("{op} of rows")))
    }

    fn equal(&mut self, a: &[Expr], b: &[Expr], scope: &Scope) -> Result<Typed, SqlError> {
        if a.len() != b.len() {
            return Err(SqlError::new("42601", "unequal number of entries in row expressions"));
        }
        let mut tests = Vec::new();
        for (a, b) in a.iter().zip(b) {
            let (a, b) = (self.expr(a, scope)?, self.expr(b, scope)?);
            tests.push(self.compare(a, "=", b)?);
        }
        Ok(joined(&tests, " AND "))
    }

    /// `(a, b) IN ((c, d), …)`.
    pub(super) fn tuple_in_list(
        &mut self,
        subject: &[Expr],
        list: &[Expr],
        negated: bool,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let mut tests = Vec::new();
        for item in list {
            let Expr::Tuple(item) = item else {
                return Err(SqlError::new("42601", "unequal number of entries in row expressions"));
            };
            tests.push(self.equal(subject, item, scope)?);
        }
        let found = joined(&tests, " OR ");
        let sql = if negated { format!("(NOT {})", found.sql) } else { found.sql.clone() };
        Ok(found.with(sql, SqlType::Bool))
    }

    /// `(a, b) IN (SELECT c, d …)`.
    pub(super) fn tuple_in_query(
        &mut self,
        subject: &[Expr],
        query: &Query,
        negated: bool,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let selected = self.query(query, scope)?;
        let message = match selected.columns.len().cmp(&subject.len()) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Less => Some("subquery has too few columns"),
            std::cmp::Ordering::Greater => Some("subquery has too many columns"),
        };
        if let Some(message) = message {
            return Err(SqlError::new("42601", message));
        }
        let mut parts = Vec::new();
        let mut wanted = Vec::new();
        for (expr, column) in subject.iter().zip(&selected.columns) {
            let value = self.expr(expr, scope)?;
            let value = self.settle(value, column.sql_type)?;
            let common = common_type(value.sql_type, column.sql_type)?;
            let value = self.converge(value, common)?;
            let sql = compared(&value.sql, common);
            parts.push(value.with(sql, common));
            wanted.push(Column { name: String::new(), sql_type: common });
        }
        let list = super::output::converted(&selected.columns, &wanted);
        let row: Vec<_> = parts.iter().map(|part| part.sql.as_str()).collect();
        let not = if negated { "NOT " } else { "" };
        let sql = format!("(({}) {not}IN (SELECT {list} FROM ({})))", row.join(", "), selected.sql);
        let all: Vec<&Typed> = parts.iter().collect();
        Ok(Typed::of(sql, SqlType::Bool, &all))
    }
}

fn joined(tests: &[Typed], word: &str) -> Typed {
    let sql: Vec<_> = tests.iter().map(|test| test.sql.as_str()).collect();
    let parts: Vec<&Typed> = tests.iter().collect();
    Typed::of(format!("({})", sql.join(word)), SqlType::Bool, &parts)
}
