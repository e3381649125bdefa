//! Several expressions at once: `(a, b) = (c, d)` and `(a, b) IN ((c, d), …)`.

use sqlparser::ast::{BinaryOperator, Expr};

use super::Translator;
use super::scope::Scope;
use super::typed::Typed;
use crate::warehouse::error::SqlError;
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
            return Ok(Some(self.equal(a, b, scope)?.negated()));
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
        Ok(if negated { found.negated() } else { found })
    }
}

fn joined(tests: &[Typed], word: &str) -> Typed {
    let sql: Vec<_> = tests.iter().map(|test| test.sql.as_str()).collect();
    let parts: Vec<&Typed> = tests.iter().collect();
    Typed::of(format!("({})", sql.join(word)), SqlType::Bool, &parts)
}
