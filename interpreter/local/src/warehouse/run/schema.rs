//! CREATE, ALTER and DROP SCHEMA.

use super::{done, local_database, must_own, schema_named, user_named};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::privilege::{Object, Privilege};
use crate::warehouse::session::{Outcome, Session};
use crate::warehouse::statement::{Drop, Guard, Name, SchemaStatement};

pub(super) fn run(session: &Session, statement: &SchemaStatement) -> Result<Outcome, SqlError> {
    match statement {
        SchemaStatement::Create { name, guard, owner } => create(session, name, *guard, owner.as_deref()),
        SchemaStatement::SetOwner { name, owner } => {
            let name = Name { parts: vec![name.clone()], position: None };
            let (_, schema) = schema_named(session, &name)?;
            must_own(&session.user()?, schema.owner, &format!("schema {name}"))?;
            let owner = user_named(session, owner)?;
            session.catalog().set_schema_owner(schema.oid, owner.id)?;
            Ok(done("ALTER SCHEMA"))
        }
        SchemaStatement::Drop { names, guard, drop } => {
            for name in names {
                remove(session, name, *guard, *drop)?;
            }
            Ok(done("DROP SCHEMA"))
        }
    }
}

fn create(session: &Session, name: &str, guard: Guard, owner: Option<&str>) -> Result<Outcome, SqlError> {
    let database = local_database(session)?;
    let user = session.user()?;
    let catalog = session.catalog();
    if catalog.schema(database.oid, name)?.is_some() {
        return match guard {
            Guard::Lenient => Ok(done("CREATE SCHEMA")),
            Guard::Strict => {
                let message = format!("schema \"{name}\" already exists");
                Err(SqlError::new("42P06", message))
            }
        };
    }
    if name.starts_with("pg_") || name == "information_schema" {
        let message = format!("unacceptable schema name \"{name}\"");
        return Err(SqlError::new("42939", message));
    }
    let object = Object::database(database.oid);
    if database.owner != user.id && !catalog.holds(&object, &user, Privilege::Create)? {
        return Err(SqlError::denied(format!("database {}", database.name)));
    }
    let owner = match owner {
        Some(owner) => user_named(session, owner)?.id,
        None => user.id,
    };
    catalog.add_schema(database.oid, name, owner)?;
    Ok(done("CREATE SCHEMA"))
}

fn remove(session: &Session, name: &Name, guard: Guard, drop: Drop) -> Result<(), SqlError> {
    let (database, schema) = match schema_named(session, name) {
        Err(error) if error.sqlstate == "3F000" && guard == Guard::Lenient => return Ok(()),
        found => found?,
    };
    must_own(&session.user()?, schema.owner, &format!("schema {name}"))?;
    let catalog = session.catalog();
    if drop == Drop::Restrict && !catalog.relations(schema.oid)?.is_empty() {
        return Err(SqlError::new(
            "2BP01",
            format!("cannot drop schema {name} because other objects depend on it"),
        ));
    }
    catalog.drop_schema(database.oid, &schema)
}
