//! What of the databases a user may see, local and shared.

use super::super::error::SqlError;
use super::super::meta::Catalog;
use super::super::meta::database::{Database, Schema, Source};
use super::super::meta::login::User;
use super::super::meta::privilege::{Object, Privilege};
use super::super::meta::relation::{Column, Relation};
use super::super::session::Session;
use super::super::store;
use super::super::value::Value;
use super::Rows;

/// A schema with its relations.
pub(super) struct SchemaView {
    pub(super) schema: Schema,
    pub(super) owner: String,
    pub(super) relations: Vec<(Relation, Vec<Column>)>,
}

/// Lists the databases that the user may see: local ones, and shared ones it may use.
pub(super) fn databases(session: &Session, user: &User) -> Result<Vec<Database>, SqlError> {
    let all = session.catalog().databases()?;
    Ok(all.into_iter().filter(|database| session.may_use(database, user).is_ok()).collect())
}

/// Lists what the user may see in a database; a share that is gone shows nothing.
pub(super) fn schemas(
    session: &Session,
    user: &User,
    database: &Database,
) -> Result<Vec<SchemaView>, SqlError> {
    match &database.source {
        None => local(session.catalog(), user, database),
        Some(source) => shared(session, user, database, source),
    }
}

/// Reads the producer's catalog by a connection of its own: a statement may list more shares
/// than SQLite attaches files.
fn shared(
    session: &Session,
    user: &User,
    database: &Database,
    source: &Source,
) -> Result<Vec<SchemaView>, SqlError> {
    let Ok(producer) = session.warehouse().namespace(&source.producer) else {
        return Ok(Vec::new());
    };
    let connection = store::connect(&producer.generation().path)?;
    let catalog = Catalog::own(&connection);
    let Some(share) = catalog.share(&source.share)? else {
        return Ok(Vec::new());
    };
    if !catalog.is_consumer(share.oid, session.namespace_id())? {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (schema, _) in catalog.share_schemas(share.oid)? {
        if source.with_permissions && !may_see(session.catalog(), user, database, &schema)? {
            continue;
        }
        let relations = catalog.share_relations(share.oid, schema.oid)?;
        found.push(SchemaView { owner: String::new(), relations: with_columns(catalog, relations)?, schema });
    }
    Ok(found)
}

fn local(catalog: Catalog<'_>, user: &User, database: &Database) -> Result<Vec<SchemaView>, SqlError> {
    let mut found = Vec::new();
    for schema in catalog.schemas(database.oid)? {
        if schema.owner == user.id || may_see(catalog, user, database, &schema)? {
            let relations = catalog.relations(schema.oid)?;
            found.push(SchemaView {
                owner: catalog.user_name(schema.owner)?,
                relations: with_columns(catalog, relations)?,
                schema,
            });
        }
    }
    Ok(found)
}

fn may_see(
    catalog: Catalog<'_>,
    user: &User,
    database: &Database,
    schema: &Schema,
) -> Result<bool, SqlError> {
    let object = Object::schema(database.oid, &schema.name);
    catalog.holds(&object, user, Privilege::Usage)
}

fn with_columns(
    catalog: Catalog<'_>,
    relations: Vec<Relation>,
) -> Result<Vec<(Relation, Vec<Column>)>, SqlError> {
    relations
        .into_iter()
        .map(|relation| {
            let columns = catalog.columns(relation.oid)?;
            Ok((relation, columns))
        })
        .collect()
}

/// A relation that the user may see.
pub(super) struct Seen<'s> {
    pub(super) session: &'s Session,
    pub(super) database: &'s Database,
    pub(super) schema: &'s str,
    pub(super) relation: &'s Relation,
    pub(super) columns: &'s [Column],
}

impl Seen<'_> {
    /// The names of its database, its schema and itself.
    pub(super) fn head(&self) -> Vec<Value> {
        vec![self.database.name.clone().into(), self.schema.into(), self.relation.name.clone().into()]
    }
}

/// The rows that the relations of all databases give.
pub(super) fn each(session: &Session, user: &User, rows: impl Fn(&Seen<'_>) -> Rows) -> Rows {
    let databases = databases(session, user)?;
    in_databases(session, user, &databases, rows)
}

/// The rows that the relations of the session's own database give.
pub(super) fn here(session: &Session, user: &User, rows: impl Fn(&Seen<'_>) -> Rows) -> Rows {
    in_databases(session, user, &[session.database()?], rows)
}

fn in_databases(
    session: &Session,
    user: &User,
    databases: &[Database],
    rows: impl Fn(&Seen<'_>) -> Rows,
) -> Rows {
    let mut all = Vec::new();
    for database in databases {
        for schema in schemas(session, user, database)? {
            for (relation, columns) in &schema.relations {
                all.extend(rows(&Seen {
                    session,
                    database,
                    schema: &schema.schema.name,
                    relation,
                    columns,
                })?);
            }
        }
    }
    Ok(all)
}
