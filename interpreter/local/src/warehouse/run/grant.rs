//! GRANT and REVOKE on databases, schemas and relations.

use super::{done, user_named};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::database::Database;
use crate::warehouse::meta::login::User;
use crate::warehouse::meta::privilege::{Object, PUBLIC, Privilege};
use crate::warehouse::query::{self, Located};
use crate::warehouse::session::{Outcome, Session};
use crate::warehouse::statement::{Grant, GrantOn, Name};

/// What a grant is on, who owns it, and which privileges it knows.
struct Target {
    object: Object,
    owner: i64,
    shown: String,
    knows: &'static [Privilege],
}

const ON_DATABASE: &[Privilege] = &[Privilege::Create, Privilege::Temporary, Privilege::Alter];
const ON_SHARED_DATABASE: &[Privilege] = &[Privilege::Usage];
const ON_SCHEMA: &[Privilege] = &[Privilege::Create, Privilege::Usage, Privilege::Alter, Privilege::Drop];
const ON_SHARED_SCHEMA: &[Privilege] = &[Privilege::Usage];
const ON_RELATION: &[Privilege] = &[
    Privilege::Select,
    Privilege::Insert,
    Privilege::Update,
    Privilege::Delete,
    Privilege::Drop,
    Privilege::References,
    Privilege::Alter,
    Privilege::Truncate,
];
const ON_SHARED_RELATION: &[Privilege] = &[Privilege::Select];

pub(super) fn run(session: &Session, grant: &Grant) -> Result<Outcome, SqlError> {
    let user = session.user()?;
    let mut grantees = Vec::new();
    for name in &grant.grantees {
        grantees.push(match name {
            Some(name) => grantee(session, name)?,
            None => PUBLIC,
        });
    }
    for target in targets(session, &grant.on)? {
        check(&target, grant, &user)?;
        let privileges = if grant.privileges.is_empty() { target.knows } else { &grant.privileges };
        for grantee in &grantees {
            for privilege in privileges {
                if grant.revoke {
                    session.catalog().revoke(&target.object, *grantee, *privilege)?;
                } else {
                    session.catalog().grant(&target.object, *grantee, *privilege)?;
                }
            }
        }
    }
    Ok(done(if grant.revoke { "REVOKE" } else { "GRANT" }))
}

fn grantee(session: &Session, name: &str) -> Result<i64, SqlError> {
    if name.starts_with("ds:") {
        return Err(SqlError::unsupported(format!("a grant to \"{name}\"")));
    }
    // The names of IAM's users keep their case; the catalog is asked for both spellings.
    let exact = session.catalog().users()?;
    let found = exact.iter().find(|user| user.name.eq_ignore_ascii_case(name));
    match found {
        Some(user) => Ok(user.id),
        None => Ok(user_named(session, name)?.id),
    }
}

fn check(target: &Target, grant: &Grant, user: &User) -> Result<(), SqlError> {
    if !user.superuser && user.id != target.owner {
        return Err(SqlError::denied(&target.shown));
    }
    let wrong = grant.privileges.iter().find(|p| !target.knows.contains(p));
    match wrong {
        Some(privilege) => Err(SqlError::new(
            "0LP01",
            format!("invalid privilege type {} for {}", privilege.word(), target.shown),
        )),
        None => Ok(()),
    }
}

fn targets(session: &Session, on: &GrantOn) -> Result<Vec<Target>, SqlError> {
    match on {
        GrantOn::Databases(names) => names.iter().map(|name| database(session, name)).collect(),
        GrantOn::Schemas(names) => names.iter().map(|name| schema(session, name)).collect(),
        GrantOn::Relations(names) => names.iter().map(|name| relation(session, name)).collect(),
        GrantOn::AllTablesIn(names) => {
            let mut all = Vec::new();
            for name in names {
                all.extend(all_tables(session, name)?);
            }
            Ok(all)
        }
    }
}

fn database(session: &Session, name: &str) -> Result<Target, SqlError> {
    let found = find_database(session, name)?;
    Ok(Target {
        object: Object::database(found.oid),
        owner: found.owner,
        shown: format!("database {name}"),
        knows: if found.source.is_some() { ON_SHARED_DATABASE } else { ON_DATABASE },
    })
}

fn find_database(session: &Session, name: &str) -> Result<Database, SqlError> {
    let found = session.catalog().database(name)?;
    found.ok_or_else(|| SqlError::no_database(name))
}

/// Splits `[database.]schema` and refuses objects of a share made without permissions.
fn schema_of(session: &Session, name: &Name) -> Result<(Database, String), SqlError> {
    let (database, schema) = match name.parts.as_slice() {
        [schema] => (session.database()?, schema.clone()),
        [database, schema] => (find_database(session, database)?, schema.clone()),
        _ => return Err(SqlError::no_schema(&name.to_string())),
    };
    check_permissions(&database)?;
    Ok((database, schema))
}

fn check_permissions(database: &Database) -> Result<(), SqlError> {
    match &database.source {
        Some(source) if !source.with_permissions => Err(SqlError::new(
            "0A000",
            format!(
                "cannot grant on objects of database \"{}\": it was created from a datashare without WITH PERMISSIONS",
                database.name
            ),
        )),
        _ => Ok(()),
    }
}

fn schema(session: &Session, name: &Name) -> Result<Target, SqlError> {
    let (database, schema) = schema_of(session, name)?;
    let owner = match &database.source {
        Some(source) => {
            session.open_share(&database.name, source)?;
            database.owner
        }
        None => {
            let found = session.catalog().schema(database.oid, &schema)?;
            found.ok_or_else(|| SqlError::no_schema(&schema))?.owner
        }
    };
    Ok(Target {
        object: Object::schema(database.oid, &schema),
        owner,
        shown: format!("schema {schema}"),
        knows: if database.source.is_some() { ON_SHARED_SCHEMA } else { ON_SCHEMA },
    })
}

fn relation(session: &Session, name: &Name) -> Result<Target, SqlError> {
    let found = match query::locate(session, name)? {
        Located::Relation(found) => found,
        Located::View(_) => return Err(SqlError::denied(format!("relation {name}"))),
    };
    check_permissions(&found.database)?;
    let shared = found.database.source.is_some();
    Ok(Target {
        object: Object::relation(found.database.oid, &found.schema.name, &found.relation.name),
        owner: if shared { found.database.owner } else { found.relation.owner },
        shown: format!("relation {}", found.relation.name),
        knows: if shared { ON_SHARED_RELATION } else { ON_RELATION },
    })
}

fn all_tables(session: &Session, name: &Name) -> Result<Vec<Target>, SqlError> {
    let (database, schema) = schema_of(session, name)?;
    let mut names = Vec::new();
    if let Some(source) = &database.source {
        let (file, share) = session.open_share(&database.name, source)?;
        let catalog = super::super::meta::Catalog { connection: session.connection(), file: &file };
        for (found, _) in catalog.share_schemas(share.oid)? {
            if found.name == schema {
                names.extend(catalog.share_relations(share.oid, found.oid)?);
            }
        }
    } else {
        let found = session.catalog().schema(database.oid, &schema)?;
        let found = found.ok_or_else(|| SqlError::no_schema(&schema))?;
        names.extend(session.catalog().relations(found.oid)?);
    }
    names
        .into_iter()
        .map(|found| {
            let parts = vec![database.name.clone(), schema.clone(), found.name];
            relation(session, &Name { parts, position: name.position })
        })
        .collect()
}
