//! Prepared statements, the same whether the protocol or PREPARE made them.

use super::{Description, Outcome, Session};
use crate::warehouse::error::SqlError;
use crate::warehouse::query;
use crate::warehouse::statement::PreparedStatement;
use crate::warehouse::types::SqlType;
use crate::warehouse::value::Value;

/// A statement's text, and what it takes and gives.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) sql: String,
    pub(crate) description: Description,
}

impl Session {
    /// Finds a prepared statement by its name, which is empty for the protocol's unnamed one.
    pub(crate) fn prepared(&self, name: &str) -> Result<&Prepared, SqlError> {
        self.prepared.get(name).ok_or_else(|| no_statement(name))
    }

    /// Keeps a prepared statement, in the place of another of its name.
    pub(crate) fn keep(&mut self, name: String, prepared: Prepared) {
        self.prepared.insert(name, prepared);
    }

    /// Forgets a prepared statement; whether there was one.
    pub(crate) fn forget(&mut self, name: &str) -> bool {
        self.prepared.remove(name).is_some()
    }

    pub(super) fn prepare(&mut self, statement: &PreparedStatement) -> Result<Outcome, SqlError> {
        let tag = match statement {
            PreparedStatement::Prepare { name, types, sql } => {
                if self.prepared.contains_key(name) {
                    let message = format!("prepared statement \"{name}\" already exists");
                    return Err(SqlError::new("42P05", message));
                }
                let Some(parsed) = self.single(sql)? else { return Err(SqlError::syntax("")) };
                let description = self.describe_statement(&parsed.statement, types)?;
                self.keep(name.clone(), Prepared { sql: sql.clone(), description });
                "PREPARE"
            }
            PreparedStatement::Deallocate(Some(name)) if !self.forget(name) => {
                return Err(no_statement(name));
            }
            PreparedStatement::Deallocate(Some(_)) => "DEALLOCATE",
            PreparedStatement::Deallocate(None) => {
                self.prepared.clear();
                "DEALLOCATE"
            }
            PreparedStatement::Execute { name, .. } => return Err(no_statement(name)),
        };
        Ok(Outcome::Command { tag: tag.to_owned(), rows: 0 })
    }

    /// Finds what EXECUTE names, and the values of its arguments.
    pub(super) fn executed(
        &self,
        name: &str,
        arguments: &[sqlparser::ast::Expr],
    ) -> Result<(Prepared, Vec<Value>), SqlError> {
        let prepared = self.prepared(name)?.clone();
        let types = &prepared.description.parameters;
        if types.len() != arguments.len() {
            let message = format!(
                "wrong number of parameters for prepared statement \"{name}\": {} expected, {} given",
                types.len(),
                arguments.len()
            );
            return Err(SqlError::new("42601", message));
        }
        let value = |(argument, sql_type): (&sqlparser::ast::Expr, &SqlType)| {
            let sql = query::constant(self, argument, *sql_type)?;
            let read = |row: &rusqlite::Row<'_>| Ok(Value::read(row.get_ref(0)?, *sql_type));
            self.connection().query_row(&format!("select {sql}"), [], read)?
        };
        let values = arguments.iter().zip(types).map(value).collect::<Result<_, SqlError>>()?;
        Ok((prepared, values))
    }
}

fn no_statement(name: &str) -> SqlError {
    SqlError::new("26000", format!("prepared statement \"{name}\" does not exist"))
}
