//! CREATE, ALTER and DROP DATABASE, from a share too.

use super::{done, must_own, user_named};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::database::Source;
use crate::warehouse::meta::login::User;
use crate::warehouse::session::{Outcome, Session};
use crate::warehouse::statement::{DatabaseStatement, Guard};

pub(super) fn run(session: &Session, statement: &DatabaseStatement) -> Result<Outcome, SqlError> {
    match statement {
        DatabaseStatement::Create { name, owner } => {
            session.forbid_transaction("CREATE DATABASE")?;
            create(session, name, owner.as_deref())
        }
        DatabaseStatement::CreateFromShare { name, share, account, namespace, with_permissions } => {
            session.forbid_transaction("CREATE DATABASE")?;
            check_account(session, account.as_deref())?;
            let source = Source {
                producer: namespace.to_lowercase(),
                share: share.clone(),
                with_permissions: *with_permissions,
            };
            create_from_share(session, name, &source)
        }
        DatabaseStatement::SetOwner { name, owner } => {
            let database = session.catalog().database(name)?;
            let database = database.ok_or_else(|| SqlError::no_database(name))?;
            must_own(&session.user()?, database.owner, &format!("database {name}"))?;
            let owner = user_named(session, owner)?;
            session.catalog().set_database_owner(database.oid, owner.id)?;
            Ok(done("ALTER DATABASE"))
        }
        DatabaseStatement::Drop { name, guard } => {
            session.forbid_transaction("DROP DATABASE")?;
            drop(session, name, *guard)
        }
    }
}

fn creator(session: &Session, name: &str) -> Result<User, SqlError> {
    let user = session.user()?;
    if !user.superuser && !user.createdb {
        let message = "permission denied to create database";
        return Err(SqlError::new("42501", message));
    }
    if session.catalog().database(name)?.is_some() {
        let message = format!("database \"{name}\" already exists");
        return Err(SqlError::new("42P04", message));
    }
    if matches!(name, "template0" | "template1" | "padb_harvest" | "sys:internal") {
        let message = format!("database name \"{name}\" is reserved");
        return Err(SqlError::new("42939", message));
    }
    Ok(user)
}

fn create(session: &Session, name: &str, owner: Option<&str>) -> Result<Outcome, SqlError> {
    let user = creator(session, name)?;
    let owner = match owner {
        Some(owner) => user_named(session, owner)?.id,
        None => user.id,
    };
    session.catalog().add_database(name, owner)?;
    Ok(done("CREATE DATABASE"))
}

fn check_account(session: &Session, account: Option<&str>) -> Result<(), SqlError> {
    match account {
        Some(account) if account != session.warehouse().account() => {
            Err(SqlError::unsupported("a datashare of another account"))
        }
        _ => Ok(()),
    }
}

fn create_from_share(session: &Session, name: &str, source: &Source) -> Result<Outcome, SqlError> {
    let user = creator(session, name)?;
    let granted = session.warehouse().inbound(session.namespace_id())?;
    let here = granted
        .iter()
        .any(|inbound| inbound.producer == source.producer && inbound.share.name == source.share);
    if !here {
        return Err(SqlError::new(
            "42704",
            format!(
                "datashare \"{}\" of namespace {} does not exist or is not granted to this namespace",
                source.share, source.producer
            ),
        ));
    }
    let catalog = session.catalog();
    let twin = catalog.databases()?.into_iter().find(|database| {
        database
            .source
            .as_ref()
            .is_some_and(|other| other.producer == source.producer && other.share == source.share)
    });
    if let Some(twin) = twin {
        return Err(SqlError::new(
            "42710",
            format!("database \"{}\" was already created from datashare \"{}\"", twin.name, source.share),
        ));
    }
    catalog.add_shared_database(name, user.id, source)?;
    Ok(done("CREATE DATABASE"))
}

fn drop(session: &Session, name: &str, guard: Guard) -> Result<Outcome, SqlError> {
    let catalog = session.catalog();
    let Some(database) = catalog.database(name)? else {
        return match guard {
            Guard::Lenient => Ok(done("DROP DATABASE")),
            Guard::Strict => Err(SqlError::no_database(name)),
        };
    };
    must_own(&session.user()?, database.owner, &format!("database {name}"))?;
    if name == session.database_name() {
        let message = "cannot drop the currently open database";
        return Err(SqlError::new("55006", message));
    }
    if let Some(share) = catalog.shares()?.iter().find(|share| share.db == database.oid) {
        return Err(SqlError::new(
            "2BP01",
            format!("cannot drop database \"{name}\" because datashare \"{}\" depends on it", share.name),
        ));
    }
    catalog.drop_database(database.oid)?;
    Ok(done("DROP DATABASE"))
}
