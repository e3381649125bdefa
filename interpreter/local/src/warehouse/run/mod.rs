//! Runs the statements that change or show the catalog.

use super::error::SqlError;
use super::meta::database::{Database, Schema};
use super::meta::login::User;
use super::meta::privilege::{Object, Privilege};
use super::session::{Column, Outcome, Session};
use super::statement::{Maintenance, Name, SettingStatement, Statement};
use super::value::Value;

mod alter;
mod constraint;
mod database;
mod grant;
mod relation;
mod schema;
mod share;
mod show;
mod user;

/// Runs a statement that [`super::query::plan`] left over.
pub(crate) fn statement(session: &mut Session, statement: &Statement) -> Result<Outcome, SqlError> {
    match statement {
        Statement::Truncate(name) => relation::truncate(session, name),
        Statement::Relation(relation) => relation::run(session, relation),
        Statement::Schema(schema) => schema::run(session, schema),
        Statement::Database(database) => database::run(session, database),
        Statement::User(user) => user::run(session, user),
        Statement::Share(share) => share::run(session, share),
        Statement::Grant(grant) => grant::run(session, grant),
        Statement::Setting(setting) => set(session, setting),
        Statement::Show(show) => show::run(session, show),
        Statement::Maintain(maintenance) => maintain(session, maintenance),
        Statement::Cursor(_)
        | Statement::Prepared(_)
        | Statement::Query(_)
        | Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Merge(_)
        | Statement::Explain(_)
        | Statement::Transaction(_) => Err(SqlError::new("XX000", "the statement belongs to another part")),
    }
}

/// The columns that a statement of this module gives, if any.
pub(crate) fn columns(statement: &Statement) -> Option<Vec<Column>> {
    match statement {
        Statement::Show(show) => Some(show::columns(show)),
        Statement::Share(share) => share::columns(share),
        Statement::Query(_)
        | Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Merge(_)
        | Statement::Explain(_)
        | Statement::Truncate(_)
        | Statement::Relation(_)
        | Statement::Schema(_)
        | Statement::Database(_)
        | Statement::User(_)
        | Statement::Grant(_)
        | Statement::Transaction(_)
        | Statement::Setting(_)
        | Statement::Cursor(_)
        | Statement::Prepared(_)
        | Statement::Maintain(_) => None,
    }
}

fn set(session: &mut Session, setting: &SettingStatement) -> Result<Outcome, SqlError> {
    match setting {
        SettingStatement::Set { name, values } => {
            session.settings_mut().set(name, values.clone())?;
            Ok(done("SET"))
        }
        SettingStatement::Reset { name } => {
            session.settings_mut().reset(name)?;
            Ok(done("RESET"))
        }
    }
}

fn maintain(session: &Session, maintenance: &Maintenance) -> Result<Outcome, SqlError> {
    if maintenance.command == "VACUUM" {
        session.forbid_transaction("VACUUM")?;
    }
    if let Some(name) = &maintenance.table {
        relation::must_be_table(&relation::owned(session, name)?, name)?;
    }
    Ok(done(maintenance.command))
}

fn done(tag: &str) -> Outcome {
    Outcome::Command { tag: tag.to_owned(), rows: 0 }
}

fn rows(columns: Vec<Column>, rows: Vec<Vec<Value>>, tag: &str) -> Outcome {
    Outcome::Rows { columns, rows, tag: tag.to_owned() }
}

/// The session's own database, which must be local for DDL.
fn local_database(session: &Session) -> Result<Database, SqlError> {
    let database = session.database()?;
    match &database.source {
        None => Ok(database),
        Some(source) => Err(read_only(&database.name, &source.share)),
    }
}

fn read_only(database: &str, share: &str) -> SqlError {
    SqlError::new(
        "25006",
        format!("cannot write: database \"{database}\" comes from datashare \"{share}\" and is read-only"),
    )
}

/// Splits a name of one to three parts into the schema, in the session's own database, and the last part.
fn place(session: &Session, name: &Name) -> Result<(Database, Schema, String), SqlError> {
    let here = local_database(session)?;
    let catalog = session.catalog();
    let (schema, last) = match name.parts.as_slice() {
        [last] => (None, last),
        [schema, last] => (Some(schema), last),
        [database, schema, last] => {
            check_database(session, &here, database)?;
            (Some(schema), last)
        }
        _ => return Err(SqlError::no_relation(&name.to_string())),
    };
    let schema = match schema {
        Some(schema) => {
            catalog.schema(here.oid, schema)?.ok_or_else(|| SqlError::no_schema(schema).at(name.position))?
        }
        None => {
            let mut found = None;
            for schema in session.settings().search_path(session.user_name()) {
                if found.is_none() {
                    found = catalog.schema(here.oid, &schema)?;
                }
            }
            found.ok_or_else(|| SqlError::new("3F000", "no schema has been selected to create in"))?
        }
    };
    Ok((here, schema, last.clone()))
}

/// Finds a schema of the session's own database by a name of one or two parts.
fn schema_named(session: &Session, name: &Name) -> Result<(Database, Schema), SqlError> {
    let here = local_database(session)?;
    let schema = match name.parts.as_slice() {
        [schema] => schema,
        [database, schema] => {
            check_database(session, &here, database)?;
            schema
        }
        _ => return Err(SqlError::no_schema(&name.to_string()).at(name.position)),
    };
    let found = session.catalog().schema(here.oid, schema)?;
    let found = found.ok_or_else(|| SqlError::no_schema(schema).at(name.position))?;
    Ok((here, found))
}

/// Refuses another database than the session's.
fn check_database(session: &Session, here: &Database, name: &str) -> Result<(), SqlError> {
    if here.name == name {
        return Ok(());
    }
    let there = session.catalog().database(name)?;
    match there.ok_or_else(|| SqlError::no_database(name))?.source {
        Some(source) => Err(read_only(name, &source.share)),
        None => Err(SqlError::new("0A000", "cross-database writes are not supported")),
    }
}

fn may_create_in(
    session: &Session,
    user: &User,
    database: &Database,
    schema: &Schema,
) -> Result<(), SqlError> {
    let object = Object::schema(database.oid, &schema.name);
    if schema.owner == user.id || session.catalog().holds(&object, user, Privilege::Create)? {
        Ok(())
    } else {
        Err(SqlError::denied(format!("schema {}", schema.name)))
    }
}

/// Refuses everybody but the owner and superusers.
fn must_own(user: &User, owner: i64, what: &str) -> Result<(), SqlError> {
    if user.superuser || user.id == owner {
        Ok(())
    } else {
        Err(SqlError::new("42501", format!("must be owner of {what}")))
    }
}

fn user_named(session: &Session, name: &str) -> Result<User, SqlError> {
    let found = session.catalog().user(name)?;
    found.ok_or_else(|| SqlError::no_user(name))
}
