//! CREATE, ALTER, DROP DATASHARE, its grants, and DESC DATASHARE.

use super::{done, local_database, must_own, place, rows, schema_named};
use crate::warehouse::error::SqlError;
use crate::warehouse::inbound;
use crate::warehouse::meta::database::Schema;
use crate::warehouse::meta::privilege::{Object, Privilege};
use crate::warehouse::meta::share::Share;
use crate::warehouse::session::{Column, Outcome, Session};
use crate::warehouse::statement::{Grantee, Name, ShareChange, ShareStatement};
use crate::warehouse::types::SqlType;
use crate::warehouse::value::Value;

pub(super) fn run(session: &Session, statement: &ShareStatement) -> Result<Outcome, SqlError> {
    match statement {
        ShareStatement::Create { name, public } => create(session, name, *public),
        ShareStatement::Alter { name, change } => {
            let share = owned(session, name)?;
            alter(session, &share, change)?;
            Ok(done("ALTER DATASHARE"))
        }
        ShareStatement::Drop { name } => {
            let share = owned(session, name)?;
            session.catalog().drop_share(share.oid)?;
            Ok(done("DROP DATASHARE"))
        }
        ShareStatement::Grant { name, consumer } => {
            let share = owned(session, name)?;
            let guid = consumer_id(session, &share, consumer)?;
            session.catalog().add_consumer(share.oid, &guid)?;
            Ok(done("GRANT"))
        }
        ShareStatement::Revoke { name, consumer } => {
            let share = owned(session, name)?;
            let Grantee::Namespace(guid) = consumer else {
                return Err(refused_grantee(session, &share, consumer));
            };
            let guid = guid.to_lowercase();
            session.catalog().remove_consumer(share.oid, &guid)?;
            Ok(done("REVOKE"))
        }
        ShareStatement::Describe { name, producer } => describe(session, name, producer.as_deref()),
    }
}

/// The columns of DESC DATASHARE.
pub(super) fn columns(statement: &ShareStatement) -> Option<Vec<Column>> {
    const NAMES: [&str; 7] = [
        "producer_account",
        "producer_namespace",
        "share_type",
        "share_name",
        "object_type",
        "object_name",
        "include_new",
    ];
    let ShareStatement::Describe { .. } = statement else {
        return None;
    };
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        sql_type: if *name == "include_new" { SqlType::Bool } else { SqlType::Varchar(None) },
    };
    Some(NAMES.iter().map(column).collect())
}

fn create(session: &Session, name: &str, public: bool) -> Result<Outcome, SqlError> {
    let database = local_database(session)?;
    let user = session.user()?;
    let catalog = session.catalog();
    let object = Object::database(database.oid);
    if database.owner != user.id && !catalog.holds(&object, &user, Privilege::Create)? {
        return Err(SqlError::new("42501", format!("permission denied to create datashare \"{name}\"")));
    }
    if catalog.share(name)?.is_some() {
        let message = format!("datashare \"{name}\" already exists");
        return Err(SqlError::new("42710", message));
    }
    catalog.add_share(&Share {
        oid: catalog.next_oid()?,
        name: name.to_owned(),
        db: database.oid,
        owner: user.id,
        public,
        created: String::new(),
    })?;
    Ok(done("CREATE DATASHARE"))
}

/// Finds a share that the session's user may change.
fn owned(session: &Session, name: &str) -> Result<Share, SqlError> {
    let user = session.user()?;
    match session.catalog().share(name)? {
        Some(share) if user.superuser || share.owner == user.id => Ok(share),
        Some(_) => Err(SqlError::denied(format!("datashare {name}"))),
        None => Err(SqlError::no_share(name)),
    }
}

fn alter(session: &Session, share: &Share, change: &ShareChange) -> Result<(), SqlError> {
    let catalog = session.catalog();
    match change {
        ShareChange::SetPublic(public) => catalog.set_share_public(share.oid, *public),
        ShareChange::SetIncludeNew { schema, include } => {
            if !session.user()?.superuser {
                let message = "must be superuser to set INCLUDENEW";
                return Err(SqlError::new("42501", message));
            }
            let schema = shared_schema(session, share, schema)?;
            catalog.set_include_new(share.oid, schema.oid, *include)
        }
        ShareChange::AddSchemas(names) => names.iter().try_for_each(|name| add_schema(session, share, name)),
        ShareChange::RemoveSchemas(names) => names.iter().try_for_each(|name| {
            let schema = shared_schema(session, share, name)?;
            catalog.remove_share_schema(share.oid, schema.oid)
        }),
        ShareChange::AddRelations(names) => {
            names.iter().try_for_each(|name| add_relation(session, share, name))
        }
        ShareChange::RemoveRelations(names) => {
            names.iter().try_for_each(|name| remove_relation(session, share, name))
        }
        ShareChange::AddAllTables(name) => {
            let schema = shared_schema(session, share, name)?;
            catalog
                .relations(schema.oid)?
                .iter()
                .try_for_each(|relation| catalog.add_share_relation(share.oid, relation.oid))
        }
        ShareChange::RemoveAllTables(name) => {
            let schema = shared_schema(session, share, name)?;
            for relation in catalog.relations(schema.oid)? {
                catalog.remove_share_relation(share.oid, relation.oid)?;
            }
            Ok(())
        }
    }
}

/// A share holds objects of one database, and is changed while connected to it.
fn check_home(session: &Session, share: &Share) -> Result<(), SqlError> {
    if local_database(session)?.oid == share.db {
        return Ok(());
    }
    let home = session.catalog().database_by_oid(share.db)?;
    let home = home.map_or_else(String::new, |database| database.name);
    Err(SqlError::new(
        "0A000",
        format!(
            "datashare \"{}\" belongs to database \"{home}\": connect to it to add or remove objects",
            share.name
        ),
    ))
}

fn add_schema(session: &Session, share: &Share, name: &Name) -> Result<(), SqlError> {
    check_home(session, share)?;
    let (_, schema) = schema_named(session, name)?;
    must_own(&session.user()?, schema.owner, &format!("schema {}", schema.name))?;
    let catalog = session.catalog();
    let present = catalog.share_schemas(share.oid)?;
    if present.iter().any(|(found, _)| found.oid == schema.oid) {
        return Err(SqlError::new(
            "42P06",
            format!("schema \"{}\" already exists in datashare \"{}\"", schema.name, share.name),
        ));
    }
    catalog.add_share_schema(share.oid, schema.oid)
}

/// Finds a schema of the session's database that is in the share.
fn shared_schema(session: &Session, share: &Share, name: &Name) -> Result<Schema, SqlError> {
    check_home(session, share)?;
    let (_, schema) = schema_named(session, name)?;
    in_share(session, share, schema)
}

fn in_share(session: &Session, share: &Share, schema: Schema) -> Result<Schema, SqlError> {
    let present = session.catalog().share_schemas(share.oid)?;
    if present.iter().any(|(found, _)| found.oid == schema.oid) {
        return Ok(schema);
    }
    Err(SqlError::new(
        "3F000",
        format!("schema \"{}\" does not exist in datashare \"{}\"", schema.name, share.name),
    ))
}

fn add_relation(session: &Session, share: &Share, name: &Name) -> Result<(), SqlError> {
    check_home(session, share)?;
    let (_, schema, last) = place(session, name)?;
    let schema = in_share(session, share, schema)?;
    let catalog = session.catalog();
    let relation = catalog
        .relation(schema.oid, &last)?
        .ok_or_else(|| SqlError::no_relation(&name.to_string()).at(name.position))?;
    must_own(&session.user()?, relation.owner, &format!("relation {last}"))?;
    let present = catalog.share_relations(share.oid, schema.oid)?;
    if present.iter().any(|found| found.oid == relation.oid) {
        return Err(SqlError::new(
            "42P07",
            format!("relation \"{name}\" already exists in datashare \"{}\"", share.name),
        ));
    }
    catalog.add_share_relation(share.oid, relation.oid)
}

fn remove_relation(session: &Session, share: &Share, name: &Name) -> Result<(), SqlError> {
    check_home(session, share)?;
    let (_, schema, last) = place(session, name)?;
    let catalog = session.catalog();
    let removed = match catalog.relation(schema.oid, &last)? {
        Some(relation) => catalog.remove_share_relation(share.oid, relation.oid)?,
        None => 0,
    };
    if removed == 0 {
        return Err(SqlError::new(
            "42P01",
            format!("relation \"{name}\" does not exist in datashare \"{}\"", share.name),
        ));
    }
    Ok(())
}

/// Checks whom a share is granted to; only another namespace of the account will do.
fn consumer_id(session: &Session, share: &Share, consumer: &Grantee) -> Result<String, SqlError> {
    let Grantee::Namespace(guid) = consumer else {
        return Err(refused_grantee(session, share, consumer));
    };
    let guid = guid.to_lowercase();
    if guid == session.namespace_id() {
        return Err(SqlError::new(
            "0LP01",
            format!("datashare \"{}\" cannot be granted to its own namespace", share.name),
        ));
    }
    if session.warehouse().namespace(&guid).is_err() {
        let message = format!("namespace \"{guid}\" does not exist");
        return Err(SqlError::new("42704", message));
    }
    Ok(guid)
}

fn refused_grantee(session: &Session, share: &Share, consumer: &Grantee) -> SqlError {
    match consumer {
        Grantee::Account(account) if account == session.warehouse().account() => SqlError::new(
            "0LP01",
            format!("datashare \"{}\" cannot be granted to its own account", share.name),
        ),
        Grantee::Account(_) => SqlError::unsupported("a datashare for another account"),
        Grantee::Namespace(_) | Grantee::Other => {
            SqlError::new("0LP01", "USAGE cannot be granted to users and groups on a datashare")
        }
    }
}

fn describe(session: &Session, name: &str, producer: Option<&str>) -> Result<Outcome, SqlError> {
    let account = session.warehouse().account();
    let statement = ShareStatement::Describe { name: name.to_owned(), producer: None };
    let mut lines = Vec::new();
    let mut line = |namespace: &str, direction: &str, kind: &str, object: &str, new: Value| {
        lines.push(vec![
            account.into(),
            namespace.into(),
            direction.into(),
            name.into(),
            kind.into(),
            object.into(),
            new,
        ]);
    };
    if let Some(producer) = producer {
        let granted = session.warehouse().inbound(session.namespace_id())?;
        let producer = producer.to_lowercase();
        let found = granted
            .iter()
            .find(|inbound| inbound.producer == producer && inbound.share.name == name)
            .ok_or_else(|| SqlError::no_share(name))?;
        for (kind, object) in &found.objects {
            line(&producer, "INBOUND", kind, object, Value::Null);
        }
    } else {
        let share = owned(session, name)?;
        let catalog = session.catalog();
        let schemas = catalog.share_schemas(share.oid)?;
        for (kind, object) in inbound::objects(catalog, &share)? {
            let new = schemas
                .iter()
                .find(|(schema, _)| kind == "schema" && schema.name == object)
                .map(|(_, new)| *new);
            line(session.namespace_id(), "OUTBOUND", kind, &object, new.into());
        }
    }
    Ok(rows(columns(&statement).unwrap_or_default(), lines, "DESC DATASHARE"))
}
