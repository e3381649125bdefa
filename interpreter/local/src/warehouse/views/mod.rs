//! The catalog's views, computed from the live world whenever a statement reads one.
//!
//! A view is a temporary table of the connection, filled just before the statement runs.

use std::collections::BTreeSet;

use super::error::SqlError;
use super::meta::login::User;
use super::meta::relation::quoted;
use super::session::Session;
use super::types::SqlType;
use super::value::Value;

mod absent;
mod databases;
mod history;
mod keys;
mod layout;
mod postgres;
mod relations;
mod shares;
mod users;
mod visible;

pub(crate) use keys::definition as constraint_definition;
pub(crate) use layout::encoding_name;

/// The rows of a view as the session's user may see them.
type Rows = Result<Vec<Vec<Value>>, SqlError>;

/// What a view is called, what it holds, and how it is computed.
struct Definition {
    schema: &'static str,
    name: &'static str,
    columns: &'static [(&'static str, SqlType)],
    rows: fn(&Session, &User) -> Rows,
}

/// One of the catalog's views.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct View(usize);

const TEXT: SqlType = SqlType::Varchar(Some(128));
const ACL: SqlType = SqlType::Varchar(Some(4000));

static DEFINITIONS: [&Definition; 47] = [
    &shares::DATASHARES,
    &shares::CONSUMERS,
    &shares::OBJECTS,
    &databases::REDSHIFT_DATABASES,
    &databases::DATABASE_PRIVILEGES,
    &databases::REDSHIFT_SCHEMAS,
    &databases::ALL_SCHEMAS,
    &databases::SCHEMATA,
    &relations::REDSHIFT_TABLES,
    &relations::ALL_TABLES,
    &relations::REDSHIFT_COLUMNS,
    &relations::ALL_COLUMNS,
    &relations::TABLES,
    &relations::COLUMNS,
    &users::PG_USER,
    &users::PG_USER_INFO,
    &users::PG_GROUP,
    &users::PG_ROLES,
    &postgres::PG_DATABASE,
    &postgres::PG_NAMESPACE,
    &postgres::PG_CLASS,
    &postgres::PG_ATTRIBUTE,
    &postgres::PG_ATTRDEF,
    &postgres::PG_TYPE,
    &postgres::PG_TABLES,
    &postgres::PG_VIEWS,
    &postgres::PG_DESCRIPTION,
    &absent::PG_INDEX,
    &keys::PG_CONSTRAINT,
    &keys::TABLE_CONSTRAINTS,
    &keys::KEY_COLUMN_USAGE,
    &layout::PG_TABLE_DEF,
    &layout::SVV_TABLE_INFO,
    &absent::PG_INHERITS,
    &absent::PG_COLLATION,
    &absent::PG_TRIGGER,
    &absent::PG_REWRITE,
    &absent::PG_TABLESPACE,
    &absent::PG_AUTH_MEMBERS,
    &absent::PG_PROC,
    &absent::SVV_EXTERNAL_SCHEMAS,
    &absent::SVV_EXTERNAL_TABLES,
    &absent::SVV_EXTERNAL_COLUMNS,
    &history::SYS_QUERY_HISTORY,
    &databases::SVV_TABLES,
    &relations::SVV_COLUMNS,
    &relations::LATE_COLUMNS,
];

impl View {
    pub(crate) fn find(schema: &str, name: &str) -> Option<Self> {
        DEFINITIONS.iter().position(|view| view.schema == schema && view.name == name).map(Self)
    }

    /// Says whether Redshift keeps names such as this one for views of its own.
    pub(crate) fn is_reserved(name: &str) -> bool {
        ["pg_", "stl_", "stv_", "svcs_", "svl_", "svv_", "sys_"].iter().any(|prefix| name.starts_with(prefix))
    }

    /// Says whether the name is a schema of the catalog.
    pub(crate) fn is_schema(name: &str) -> bool {
        matches!(name, "pg_catalog" | "information_schema")
    }

    pub(crate) fn columns(self) -> &'static [(&'static str, SqlType)] {
        DEFINITIONS.get(self.0).map_or(&[], |view| view.columns)
    }

    /// An object identifier that no relation has.
    pub(crate) fn oid(self) -> i64 {
        i64::try_from(self.0).map_or(0, |place| 1200 + place)
    }

    /// The temporary table that holds the rows.
    pub(crate) fn storage(self) -> String {
        format!("temp.v{}", self.0)
    }
}

/// Computes the views that a statement reads.
pub(crate) fn fill(session: &Session, views: &BTreeSet<View>) -> Result<(), SqlError> {
    if views.is_empty() {
        return Ok(());
    }
    let user = session.user()?;
    for view in views {
        let Some(definition) = DEFINITIONS.get(view.0) else {
            continue;
        };
        let rows = (definition.rows)(session, &user)?;
        let names: Vec<_> = definition.columns.iter().map(|(n, _)| quoted(n)).collect();
        let table = view.storage();
        let connection = session.connection();
        connection.execute_batch(&format!(
            "create table if not exists {table} ({}); delete from {table};",
            names.join(", ")
        ))?;
        let places = vec!["?"; names.len()].join(", ");
        let mut insert = connection.prepare_cached(&format!("insert into {table} values ({places})"))?;
        for row in rows {
            insert.execute(rusqlite::params_from_iter(row))?;
        }
    }
    Ok(())
}
