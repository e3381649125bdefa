//! The rows of a share, counted by whoever reads it.

use rsx_engine::provider::Fault;

use crate::fields::Fields;
use crate::refusal::{Worded, refusal};
use crate::shares::parts;
use crate::sql::{Cell, Failure, Session, SqlError, identifier, literal};
use crate::warehouse::{among, text};

/// A share as a reader sees it: a database of its own with some schemas, or some tables of these.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    database: String,
    schemas: Vec<String>,
    tables: Vec<String>,
}

/// A table of a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// Database, schema and name, as SQL writes them.
    pub(crate) path: String,
    /// The same as people read it.
    pub(crate) name: String,
}

impl Shared {
    /// Reads `database`, `schemas` and `tables` of a record.
    pub(crate) fn read(fields: Fields<'_>) -> Result<Self, Fault> {
        let shared = Self {
            database: fields.text("database")?.to_owned(),
            schemas: fields.texts("schemas")?,
            tables: fields.texts("tables")?,
        };
        match shared.schemas.is_empty() && shared.tables.is_empty() {
            true => Err(refusal("Gate", "the share names neither schemas nor tables").fault()),
            false => Ok(shared),
        }
    }

    /// Returns its first table, where that is not known without asking by the names that `ask` answers with; nothing if it
    /// has none yet, or none that this user sees.
    pub(crate) async fn first<E, F>(&self, ask: impl FnOnce(String) -> F) -> Result<Option<Table>, E>
    where
        F: Future<Output = Result<Vec<Vec<Cell>>, E>>,
    {
        if let Some((schema, table)) = self.tables.first().map(|table| parts(table)) {
            return Ok(Some(self.table(schema, table)));
        }
        let found = ask(format!(
            "select schema_name, table_name from svv_all_tables \
             where database_name = {} and schema_name in ({}) order by schema_name, table_name limit 1",
            literal(&self.database),
            among(self.schemas.iter().map(String::as_str))
        ));
        let found = found.await?;
        let names = found.first().and_then(|row| Some((text(row, 0)?, text(row, 1)?)));
        Ok(names.map(|(schema, name)| self.table(schema, name)))
    }

    fn table(&self, schema: &str, table: &str) -> Table {
        let parts = [self.database.as_str(), schema, table];
        Table { path: parts.map(identifier).join("."), name: parts.join(".") }
    }

    /// Counts the rows of its first table; nothing if it has none yet, or none that this user sees.
    pub(crate) async fn count(&self, session: &dyn Session) -> Result<Option<(Table, usize)>, Failure> {
        let table =
            self.first(|sql| async move { session.run(&sql).await.map(|answer| answer.rows) }).await?;
        let Some(table) = table else { return Ok(None) };
        let counted = session.run(&format!("select count(*) from {}", table.path)).await?;
        match counted.rows.first().map(Vec::as_slice) {
            Some([Cell::Int(rows)]) => Ok(usize::try_from(*rows).ok().map(|rows| (table, rows))),
            Some(_) | None => Ok(None),
        }
    }

    /// Fails unless every schema is there for this user, if only an empty one.
    pub(crate) async fn is_there(&self, session: &dyn Session) -> Result<(), Failure> {
        let sql = format!(
            "select schema_name from svv_all_schemas where database_name = {} and schema_name in ({})",
            literal(&self.database),
            among(self.schemas.iter().map(String::as_str))
        );
        let seen = session.run(&sql).await?.rows;
        let is_seen = |schema: &&String| seen.iter().any(|row| text(row, 0) == Some(schema.as_str()));
        match self.schemas.iter().find(|schema| !is_seen(schema)) {
            None => Ok(()),
            Some(schema) => Err(Failure::Sql(SqlError {
                message: format!("there is no schema `{schema}` in `{}` for it", self.database),
                sqlstate: None,
                position: None,
            })),
        }
    }
}
