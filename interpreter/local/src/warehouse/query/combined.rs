//! UNION, INTERSECT and EXCEPT, and VALUES.

use sqlparser::ast::{SetExpr, SetOperator, SetQuantifier, Values};

use super::Translator;
use super::output::{Body, converted, numbered, table_of};
use super::scope::Scope;
use super::typed::common_type;
use crate::warehouse::error::SqlError;
use crate::warehouse::session::Column;

impl Translator<'_> {
    pub(super) fn set_operation(
        &mut self,
        left: &SetExpr,
        op: SetOperator,
        quantifier: SetQuantifier,
        right: &SetExpr,
        around: &Scope,
    ) -> Result<Body, SqlError> {
        let a = self.body(left, around)?;
        let b = self.body(right, around)?;
        if a.columns.len() != b.columns.len() {
            let message = format!("each {op} query must have the same number of columns");
            return Err(SqlError::new("42601", message));
        }
        let mut columns = Vec::new();
        for (x, y) in a.columns.iter().zip(&b.columns) {
            columns.push(Column { name: x.name.clone(), sql_type: common_type(x.sql_type, y.sql_type)? });
        }
        let all = matches!(quantifier, SetQuantifier::All);
        let word = match (op, all) {
            (SetOperator::Union, true) => "UNION ALL",
            (SetOperator::Union, false) => "UNION",
            (SetOperator::Except | SetOperator::Minus, false) => "EXCEPT",
            (SetOperator::Intersect, false) => "INTERSECT",
            (_, true) => return Err(SqlError::unsupported(format!("{op} ALL"))),
        };
        let side = |body: &Body| {
            let top = body.top.map_or_else(String::new, |top| format!(" LIMIT {top}"));
            format!("SELECT {} FROM ({}{top})", converted(&body.columns, &columns), body.sql)
        };
        let names = numbered(columns.len());
        let sql = format!("SELECT {names} FROM ({} {word} {})", side(&a), side(&b));
        Ok(Body { sql, columns, plain: None, top: None })
    }

    pub(super) fn values(&mut self, values: &Values, around: &Scope) -> Result<Body, SqlError> {
        let mut rows = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        for row in &values.rows {
            let mut cells = Vec::new();
            for (n, expr) in row.content.iter().enumerate() {
                let value = self.shown(expr, around)?;
                match columns.get_mut(n) {
                    Some(column) => {
                        column.sql_type = common_type(column.sql_type, value.sql_type)?;
                    }
                    None => {
                        columns.push(Column { name: format!("column{}", n + 1), sql_type: value.sql_type })
                    }
                }
                cells.push(value);
            }
            if cells.len() != columns.len() {
                let message = "VALUES lists must all be the same length";
                return Err(SqlError::new("42601", message));
            }
            rows.push(cells);
        }
        let mut texts = Vec::new();
        for cells in rows {
            let mut row = Vec::new();
            for (cell, column) in cells.into_iter().zip(&columns) {
                row.push(self.converge(cell, column.sql_type)?.sql);
            }
            texts.push(row);
        }
        Ok(Body { sql: table_of(&texts), columns, plain: None, top: None })
    }
}
