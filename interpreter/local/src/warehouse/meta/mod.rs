//! The catalog of one namespace: what its file says of users, databases, relations and shares.
//!
//! Every function takes the connection and the name under which the file is attached to it
//! (`main` for the session's own namespace), so that a consumer reads its producer's catalog
//! by the same code as its own.

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::error::SqlError;

pub(crate) mod constraint;
pub(crate) mod database;
pub(crate) mod login;
pub(crate) mod privilege;
pub(crate) mod receipt;
pub(crate) mod relation;
pub(crate) mod share;

/// One namespace's file as seen through a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Catalog<'c> {
    pub(crate) connection: &'c Connection,
    /// The name of the attached file in SQLite.
    pub(crate) file: &'c str,
}

impl<'c> Catalog<'c> {
    pub(crate) fn own(connection: &'c Connection) -> Self {
        Self { connection, file: "main" }
    }

    /// Runs a query in which `@` stands before each table of the catalog.
    pub(crate) fn list<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, SqlError> {
        let mut statement = self.connection.prepare_cached(&self.text(sql))?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub(crate) fn find<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, SqlError> {
        let mut statement = self.connection.prepare_cached(&self.text(sql))?;
        Ok(statement.query_row(params, read).optional()?)
    }

    pub(crate) fn change(&self, sql: &str, params: impl Params) -> Result<usize, SqlError> {
        Ok(self.connection.prepare_cached(&self.text(sql))?.execute(params)?)
    }

    /// Takes the next object identifier of the namespace.
    pub(crate) fn next_oid(&self) -> Result<i64, SqlError> {
        self.change("update @object_id set next = next + 1", [])?;
        let next = self.find("select next from @object_id", [], |row| row.get(0))?;
        next.ok_or_else(|| SqlError::new("XX000", "the namespace's file has no object counter"))
    }

    pub(crate) fn setting(&self, key: &str) -> Result<Option<String>, SqlError> {
        self.find("select value from @setting where key = ?1", [key], |row| row.get(0))
    }

    pub(crate) fn set(&self, key: &str, value: &str) -> Result<(), SqlError> {
        self.change("insert or replace into @setting values (?1, ?2)", [key, value])?;
        Ok(())
    }

    fn text(&self, sql: &str) -> String {
        sql.replace('@', &format!("\"{}\".", self.file))
    }
}
