//! DECLARE, FETCH, CLOSE: a query's rows, handed out in parts until the transaction ends.
//!
//! As on Redshift the whole result is computed at once, only forward fetches exist, and a session has one cursor open.

use super::{Column, Description, Outcome, Parameters, Session, TransactionState, execute};
use crate::warehouse::error::SqlError;
use crate::warehouse::query;
use crate::warehouse::statement::{CursorStatement, Statement};
use crate::warehouse::types::SqlType;
use crate::warehouse::value::Value;

/// An open cursor and the rows that it still has.
#[derive(Debug)]
pub(super) struct Cursor {
    name: String,
    columns: Vec<Column>,
    rows: std::vec::IntoIter<Vec<Value>>,
}

impl Session {
    pub(super) fn cursor(
        &mut self,
        statement: &CursorStatement,
        declared: &[SqlType],
        parameters: &Parameters,
    ) -> Result<Outcome, SqlError> {
        let done = |tag: &str| Ok(Outcome::Command { tag: tag.to_owned(), rows: 0 });
        match statement {
            CursorStatement::Declare { name, query } => {
                self.declare(name, query, declared, parameters)?;
                done("DECLARE CURSOR")
            }
            CursorStatement::Fetch { name, count } => {
                let cursor = self.cursor.as_mut().filter(|cursor| cursor.name == *name);
                let cursor = cursor.ok_or_else(|| no_cursor(name))?;
                let rows = cursor.rows.by_ref().take(count.unwrap_or(usize::MAX)).collect();
                Ok(Outcome::Rows { columns: cursor.columns.clone(), rows, tag: "FETCH".to_owned() })
            }
            CursorStatement::Close(name) => {
                let is_meant = |cursor: &mut Cursor| name.as_ref().is_none_or(|name| cursor.name == *name);
                match (self.cursor.take_if(is_meant), name) {
                    (None, Some(name)) => Err(no_cursor(name)),
                    _ => done("CLOSE CURSOR"),
                }
            }
        }
    }

    fn declare(
        &mut self,
        name: &str,
        query: &sqlparser::ast::Query,
        declared: &[SqlType],
        parameters: &Parameters,
    ) -> Result<(), SqlError> {
        if self.transaction != TransactionState::Open {
            let message = "DECLARE CURSOR may only be used in transaction blocks";
            return Err(SqlError::new("25P01", message));
        }
        if let Some(open) = &self.cursor {
            let message =
                format!("cursor \"{}\" is open: a session has one open cursor at a time", open.name);
            return Err(SqlError::new("42P03", message));
        }
        let statement = Statement::Query(Box::new(query.clone()));
        let plan = query::plan(self, &statement, declared, execute::names(parameters))?;
        let outcome = plan.map(|plan| self.run_plan(&plan, parameters)).transpose()?;
        if let Some(Outcome::Rows { columns, rows, .. }) = outcome {
            self.cursor = Some(Cursor { name: name.to_owned(), columns, rows: rows.into_iter() });
        }
        Ok(())
    }

    /// What the statement takes and gives; a cursor's columns are those of its query.
    pub(super) fn describe_cursor(
        &self,
        statement: &CursorStatement,
        declared: &[SqlType],
    ) -> Result<Description, SqlError> {
        match statement {
            CursorStatement::Declare { query, .. } => {
                let query = self.describe_statement(&Statement::Query(query.clone()), declared)?;
                Ok(Description { columns: None, ..query })
            }
            CursorStatement::Fetch { name, .. } => {
                let columns = self.cursor_columns(name).ok_or_else(|| no_cursor(name))?;
                Ok(Description { parameters: Vec::new(), columns: Some(columns.to_vec()) })
            }
            CursorStatement::Close(_) => Ok(Description::default()),
        }
    }

    /// The columns of an open cursor, which drivers ask for as a portal's.
    pub(crate) fn cursor_columns(&self, name: &str) -> Option<&[Column]> {
        self.cursor.as_ref().filter(|cursor| cursor.name == name).map(|cursor| cursor.columns.as_slice())
    }
}

fn no_cursor(name: &str) -> SqlError {
    SqlError::new("34000", format!("cursor \"{name}\" does not exist"))
}
