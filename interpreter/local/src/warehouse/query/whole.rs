//! A query from WITH to LIMIT.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{Cte, Query, SetExpr, SetOperator, SetQuantifier, With};

use super::Translator;
use super::output::{Body, Selected, numbered};
use super::scope::{CommonTable, Scope, folded};
use super::typed::beside;
use crate::warehouse::error::SqlError;
use crate::warehouse::session::Column;

impl Translator<'_> {
    /// Translates a whole statement's query, with the columns' own names.
    pub(super) fn top(&mut self, query: &Query) -> Result<Selected, SqlError> {
        let selected = self.query(query, &Scope::default())?;
        self.state.outline.query(query);
        Ok(selected)
    }

    /// Translates a query; its columns are called `c1`, `c2`, … in SQLite.
    pub(super) fn query(&mut self, query: &Query, around: &Scope) -> Result<Selected, SqlError> {
        if query.fetch.is_some()
            || !query.locks.is_empty()
            || query.for_clause.is_some()
            || !query.pipe_operators.is_empty()
        {
            return Err(SqlError::unsupported("FETCH or FOR at the end of a query"));
        }
        let mut around = around.clone();
        let with = match &query.with {
            Some(with) => self.with(with, &mut around)?,
            None => String::new(),
        };
        let body = self.body(&query.body, &around)?;
        let order = self.order_by(query.order_by.as_ref(), &body)?;
        let limit = match (self.limit(query.limit_clause.as_ref())?, body.top) {
            (limit, None) => limit,
            (limit, Some(top)) if limit.is_empty() => format!(" LIMIT {top}"),
            (_, Some(_)) => return Err(SqlError::new("42601", "TOP and LIMIT can't stand in one query")),
        };
        // What nothing in the query has given a type is text for everybody else.
        let known = |column: Column| Column { sql_type: column.sql_type.or_text(), ..column };
        let columns = body.columns.into_iter().map(known).collect();
        Ok(Selected { sql: format!("{with}{}{order}{limit}", body.sql), columns })
    }

    fn with(&mut self, with: &With, around: &mut Scope) -> Result<String, SqlError> {
        let mut parts = Vec::new();
        for cte in &with.cte_tables {
            parts.push(match (with.recursive, &*cte.query.body) {
                (true, SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier, right })
                    if cte.query.order_by.is_none() && cte.query.limit_clause.is_none() =>
                {
                    self.recursive(cte, left, *set_quantifier, right, around)?
                }
                _ => self.common(cte, around)?,
            });
        }
        Ok(format!("WITH {}{} ", if with.recursive { "RECURSIVE " } else { "" }, parts.join(", ")))
    }

    /// `name AS (seed UNION ALL step)`, whose step may read the name.
    fn recursive(
        &mut self,
        cte: &Cte,
        seed: &SetExpr,
        quantifier: SetQuantifier,
        step: &SetExpr,
        around: &mut Scope,
    ) -> Result<String, SqlError> {
        let seed = self.body(seed, around)?;
        let columns = seed.columns.clone();
        let table = self.common_table(cte, seed.columns);
        let count = table.columns.len();
        let alias = table.alias.clone();
        around.tables.push(table);
        let step = self.body(step, around)?;
        if step.columns.len() != count {
            let message = "each UNION query must have the same number of columns";
            return Err(SqlError::new("42601", message));
        }
        let word = if matches!(quantifier, SetQuantifier::All) { "UNION ALL" } else { "UNION" };
        let pairs = step.columns.iter().zip(&columns).enumerate();
        for (n, (column, wanted)) in pairs {
            if beside("", column.sql_type, wanted.sql_type).is_some() {
                let (name, n) = (folded(&cte.alias.name), n + 1);
                let (first, overall) = (wanted.sql_type.display(), column.sql_type.display());
                let message = format!(
                    "recursive query \"{name}\" column {n} has type {first} in non-recursive term but type {overall} overall"
                );
                return Err(SqlError::new("42804", message));
            }
        }
        Ok(format!("{alias} ({}) AS ({} {word} {})", numbered(count), seed.sql, step.sql))
    }

    fn common_table(&mut self, cte: &Cte, columns: Vec<Column>) -> CommonTable {
        let mut columns: Vec<_> = columns.into_iter().map(|column| (column.name, column.sql_type)).collect();
        for (column, given) in columns.iter_mut().zip(&cte.alias.columns) {
            column.0 = folded(&given.name);
        }
        CommonTable { name: folded(&cte.alias.name), alias: self.state.alias(), columns }
    }

    fn common(&mut self, cte: &Cte, around: &mut Scope) -> Result<String, SqlError> {
        let selected = self.query(&cte.query, around)?;
        let table = self.common_table(cte, selected.columns);
        let sql = format!("{} AS ({})", table.alias, selected.sql);
        around.tables.push(table);
        Ok(sql)
    }

    pub(super) fn body(&mut self, body: &SetExpr, around: &Scope) -> Result<Body, SqlError> {
        match body {
            SetExpr::Select(select) => self.select(select, around),
            SetExpr::Query(query) => {
                let selected = self.query(query, around)?;
                let names = numbered(selected.columns.len());
                let sql = format!("SELECT {names} FROM ({})", selected.sql);
                Ok(Body { sql, columns: selected.columns, plain: None, top: None })
            }
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                self.set_operation(left, *op, *set_quantifier, right, around)
            }
            SetExpr::Values(values) => self.values(values, around),
            other => Err(SqlError::unsupported(other)),
        }
    }
}
