//! SHOW: datashares, databases, schemas, tables and settings.

use super::rows;
use crate::warehouse::error::SqlError;
use crate::warehouse::parse;
use crate::warehouse::query;
use crate::warehouse::session::{Column, Outcome, Parameters, Session};
use crate::warehouse::statement::Show;
use crate::warehouse::types::SqlType;
use crate::warehouse::value::Value;
use crate::warehouse::views;

const DATASHARES: [&str; 10] = [
    "share_name",
    "share_owner",
    "source_database",
    "consumer_database",
    "share_type",
    "createdate",
    "is_publicaccessible",
    "share_acl",
    "producer_account",
    "producer_namespace",
];
const DATABASES: [&str; 4] = ["database_name", "database_owner", "database_type", "database_acl"];
const SCHEMAS: [&str; 5] = ["database_name", "schema_name", "schema_owner", "schema_type", "schema_acl"];
const TABLES: [&str; 5] = ["database_name", "schema_name", "table_name", "table_type", "table_acl"];

/// The columns of a SHOW.
pub(super) fn columns(show: &Show) -> Vec<Column> {
    let text = |name: &&str| Column {
        name: (*name).to_owned(),
        sql_type: match *name {
            "is_publicaccessible" => SqlType::Bool,
            "createdate" => SqlType::Timestamp,
            _ => SqlType::Varchar(None),
        },
    };
    match show {
        Show::Datashares { .. } => DATASHARES.iter().map(text).collect(),
        Show::Databases { .. } => DATABASES.iter().map(text).collect(),
        Show::Schemas { .. } => SCHEMAS.iter().map(text).collect(),
        Show::Tables { .. } => TABLES.iter().map(text).collect(),
        Show::Setting(name) => vec![Column { name: name.clone(), sql_type: SqlType::Varchar(None) }],
    }
}

/// Each SHOW reads the view that holds the same lines.
pub(super) fn run(session: &Session, show: &Show) -> Result<Outcome, SqlError> {
    let columns = columns(show);
    let (view, label, like, filters) = match show {
        Show::Setting(name) if name == "all" => return Err(SqlError::unsupported("SHOW ALL")),
        Show::Setting(name) => {
            let value = session.settings().show(name)?;
            return Ok(rows(columns, vec![vec![value.into()]], "SHOW"));
        }
        Show::Datashares { like } => ("svv_datashares", "share_name", like, Vec::new()),
        Show::Databases { like } => ("svv_redshift_databases", "database_name", like, Vec::new()),
        Show::Schemas { database, like } => {
            let filters = vec![("database_name", database.clone())];
            ("svv_redshift_schemas", "schema_name", like, filters)
        }
        Show::Tables { schema, like } => {
            let filters = match schema.parts.as_slice() {
                [database, schema] => {
                    vec![("database_name", database.clone()), ("schema_name", schema.clone())]
                }
                _ => vec![
                    ("database_name", session.database_name().to_owned()),
                    ("schema_name", schema.to_string()),
                ],
            };
            ("svv_redshift_tables", "table_name", like, filters)
        }
    };
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut sql = format!("select {} from {view} where true", names.join(", "));
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    for (column, value) in filters {
        sql.push_str(&format!(" and {column} = {}", quoted(&value)));
    }
    if let Some(like) = like {
        sql.push_str(&format!(" and {label} like {}", quoted(like)));
    }
    sql.push_str(" order by 1, 2");
    let lines = read(session, &sql)?;
    Ok(rows(columns, lines, "SHOW"))
}

fn read(session: &Session, sql: &str) -> Result<Vec<Vec<Value>>, SqlError> {
    let plan = query::plan_query(session, &*parse::query(sql)?)?;
    views::fill(session, &plan.views)?;
    match session.run_plan(&plan, &Parameters::None)? {
        Outcome::Rows { rows, .. } => Ok(rows),
        Outcome::Command { .. } | Outcome::Empty => Ok(Vec::new()),
    }
}
