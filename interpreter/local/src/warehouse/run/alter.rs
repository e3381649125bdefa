//! ALTER TABLE: columns and names.

use super::done;
use super::relation::{changing, column, must_be_table, owned};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::constraint::Layout;
use crate::warehouse::query::{self, Found};
use crate::warehouse::session::{Outcome, Session};
use crate::warehouse::statement::{ColumnSpec, Drop, Lay, Name, RelationStatement};

pub(super) fn run(session: &Session, statement: &RelationStatement) -> Result<Outcome, SqlError> {
    match statement {
        RelationStatement::AddColumn { name, column } => add(session, name, column)?,
        RelationStatement::DropColumn { name, column } => {
            let found = table(session, name)?;
            has_column(&found, column)?;
            is_no_key(&found.catalog(session).layout(found.relation.oid)?, column)?;
            let what = format!("drop column {column} of table {name}");
            let change = || found.catalog(session).drop_column(&found.relation, column);
            changing(session, &found, Drop::Restrict, &what, change)?;
        }
        RelationStatement::RenameColumn { name, column, to } => {
            let found = table(session, name)?;
            has_column(&found, column)?;
            has_no_column(&found, to)?;
            let what = format!("rename column {column} of table {name}");
            let change = || found.catalog(session).rename_column(&found.relation, column, to);
            changing(session, &found, Drop::Restrict, &what, change)?;
        }
        RelationStatement::Rename { name, to } => {
            let found = owned(session, name)?;
            let catalog = found.catalog(session);
            if catalog.relation(found.schema.oid, to)?.is_some() {
                let message = format!("Relation \"{to}\" already exists");
                return Err(SqlError::new("42P07", message));
            }
            let (db, schema) = (found.database.oid, &found.schema.name);
            let change = || catalog.rename_relation(db, schema, &found.relation, to);
            changing(session, &found, Drop::Restrict, &format!("rename {name}"), change)?;
        }
        RelationStatement::AddConstraint { name, constraint } => {
            let found = table(session, name)?;
            let catalog = found.catalog(session);
            let added = std::slice::from_ref(constraint);
            super::constraint::add(session, catalog, &found.relation, &found.columns, added)?;
        }
        RelationStatement::DropConstraint { name, constraint } => {
            let found = table(session, name)?;
            if !found.catalog(session).drop_constraint(found.relation.oid, constraint)? {
                let message = format!("constraint \"{constraint}\" does not exist");
                return Err(SqlError::new("42704", message));
            }
        }
        RelationStatement::Lay { name, changes } => {
            let found = table(session, name)?;
            let catalog = found.catalog(session);
            let mut layout = catalog.layout(found.relation.oid)?;
            for change in changes {
                match change {
                    Lay::Dist(style, key) => (layout.style, layout.dist_key) = (*style, key.clone()),
                    Lay::Sort(keys) => layout.sort_keys.clone_from(keys),
                }
            }
            super::constraint::lay(catalog, &found.relation, &found.columns, &layout)?;
        }
        RelationStatement::CreateTable { .. }
        | RelationStatement::CreateTableLike { .. }
        | RelationStatement::CreateTableAs { .. }
        | RelationStatement::CreateView { .. }
        | RelationStatement::Drop { .. }
        | RelationStatement::SetOwner { .. } => {
            return Err(SqlError::new("XX000", "the statement belongs to another part"));
        }
    }
    Ok(done("ALTER TABLE"))
}

fn add(session: &Session, name: &Name, spec: &ColumnSpec) -> Result<(), SqlError> {
    let found = table(session, name)?;
    has_no_column(&found, &spec.name)?;
    if spec.identity.is_some() {
        return Err(SqlError::unsupported("ALTER TABLE ADD COLUMN with IDENTITY"));
    }
    if spec.required && spec.default.is_none() {
        let message = "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression";
        return Err(SqlError::new("42601", message));
    }
    let value = match &spec.default {
        Some(default) => query::constant(session, default, spec.sql_type)?,
        None => "NULL".to_owned(),
    };
    found.catalog(session).add_column(&found.relation, &column(session, spec)?, &value)
}

fn table(session: &Session, name: &Name) -> Result<Found, SqlError> {
    let found = owned(session, name)?;
    must_be_table(&found, name)?;
    Ok(found)
}

/// Refuses a column that says how rows lie.
fn is_no_key(layout: &Layout, column: &str) -> Result<(), SqlError> {
    let key = if layout.is_dist_key(column) {
        "distkey"
    } else if layout.sort_place(column) > 0 {
        "sortkey"
    } else {
        return Ok(());
    };
    Err(SqlError::new("0A000", format!("cannot drop {key} column \"{column}\"")))
}

fn has_column(found: &Found, name: &str) -> Result<(), SqlError> {
    if found.columns.iter().any(|column| column.name == name) {
        return Ok(());
    }
    let message = format!("column \"{name}\" of relation \"{}\" does not exist", found.relation.name);
    Err(SqlError::new("42703", message))
}

fn has_no_column(found: &Found, name: &str) -> Result<(), SqlError> {
    if found.columns.iter().all(|column| column.name != name) {
        return Ok(());
    }
    let message = format!("column \"{name}\" of relation \"{}\" already exists", found.relation.name);
    Err(SqlError::new("42701", message))
}
