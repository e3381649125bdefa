//! ORDER BY and LIMIT; NULL sorts as the greatest value, as on Redshift.

use sqlparser::ast::{Expr, LimitClause, OrderBy, OrderByExpr, OrderByKind, OrderBySort};

use super::Translator;
use super::output::{Body, Plain, ordinal};
use super::scope::{Scope, folded};
use crate::warehouse::error::SqlError;
use crate::warehouse::types::SqlType;

impl Translator<'_> {
    /// Translates the ORDER BY of a query.
    pub(super) fn order_by(&mut self, order: Option<&OrderBy>, body: &Body) -> Result<String, SqlError> {
        let Some(order) = order else {
            return Ok(String::new());
        };
        let OrderByKind::Expressions(keys) = &order.kind else {
            return Err(SqlError::unsupported("ORDER BY ALL"));
        };
        let mut parts = Vec::new();
        for key in keys {
            let sql = self.key(&key.expr, body)?;
            parts.push(format!("{sql}{}", direction(key)));
        }
        Ok(format!(" ORDER BY {}", parts.join(", ")))
    }

    fn key(&mut self, key: &Expr, body: &Body) -> Result<String, SqlError> {
        if let Some(n) = ordinal(key) {
            if n == 0 || n > body.columns.len() {
                let message = format!("ORDER BY position {n} is not in select list");
                return Err(SqlError::new("42P10", message));
            }
            return Ok(format!("c{n}"));
        }
        if let Expr::Identifier(ident) = key {
            let name = folded(ident);
            if let Some(n) = body.columns.iter().position(|column| column.name == name) {
                return Ok(format!("c{}", n + 1));
            }
        }
        match &body.plain {
            Some(plain) => self.computed_key(key, plain),
            None => Err(SqlError::unsupported("ORDER BY of an expression over a set operation")),
        }
    }

    fn computed_key(&mut self, key: &Expr, plain: &Plain) -> Result<String, SqlError> {
        let outer = std::mem::replace(&mut self.grouping, plain.grouping.clone());
        let value = self.expr(key, &plain.scope);
        self.grouping = outer;
        let value = value?;
        if let Some(n) = plain.items.iter().position(|i| i.value.sql == value.sql) {
            return Ok(format!("c{}", n + 1));
        }
        if plain.enclosed {
            let what =
                "ORDER BY of something outside the select list of a query with QUALIFY or grouping sets";
            return Err(SqlError::unsupported(what));
        }
        if plain.distinct {
            return Err(SqlError::new(
                "42P10",
                "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
            ));
        }
        match &value.bare {
            Some(column) if plain.aggregated => Err(SqlError::new(
                "42803",
                format!(
                    "column \"{column}\" must appear in the GROUP BY clause or be used in an aggregate function"
                ),
            )),
            _ => Ok(value.sql),
        }
    }

    /// Translates the ORDER BY inside a window or an aggregate.
    pub(super) fn order_list(&mut self, keys: &[OrderByExpr], scope: &Scope) -> Result<String, SqlError> {
        let mut parts = Vec::new();
        for key in keys {
            parts.push(format!("{}{}", self.expr(&key.expr, scope)?.sql, direction(key)));
        }
        Ok(parts.join(", "))
    }

    pub(super) fn limit(&mut self, clause: Option<&LimitClause>) -> Result<String, SqlError> {
        let Some(clause) = clause else {
            return Ok(String::new());
        };
        let LimitClause::LimitOffset { limit, offset, limit_by } = clause else {
            return Err(SqlError::syntax(","));
        };
        if !limit_by.is_empty() {
            return Err(SqlError::unsupported("LIMIT BY"));
        }
        let mut sql = match limit {
            Some(limit) => format!(" LIMIT {}", self.count(limit)?),
            None if offset.is_some() => " LIMIT -1".to_owned(),
            None => String::new(),
        };
        if let Some(offset) = offset {
            sql.push_str(&format!(" OFFSET {}", self.count(&offset.value)?));
        }
        Ok(sql)
    }

    fn count(&mut self, expr: &Expr) -> Result<String, SqlError> {
        let value = self.expr(expr, &Scope::default())?;
        let value = self.settle(value, SqlType::Int8)?;
        if !value.sql_type.is_integer() {
            let message = "argument of LIMIT must be type integer";
            return Err(SqlError::new("42804", message));
        }
        Ok(value.sql)
    }
}

fn direction(key: &OrderByExpr) -> &'static str {
    let descending = matches!(key.options.sort, Some(OrderBySort::Desc));
    match (descending, key.options.nulls_first) {
        (false, None | Some(false)) => " ASC NULLS LAST",
        (false, Some(true)) => " ASC NULLS FIRST",
        (true, None | Some(true)) => " DESC NULLS FIRST",
        (true, Some(false)) => " DESC NULLS LAST",
    }
}
