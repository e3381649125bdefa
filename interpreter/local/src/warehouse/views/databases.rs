//! Views of databases and schemas.

use super::super::meta::login::User;
use super::super::meta::privilege::{Object, PUBLIC};
use super::super::session::Session;
use super::super::types::SqlType;
use super::super::value::Value;
use super::{ACL, Definition, Rows, TEXT, relations, visible};

pub(super) static REDSHIFT_DATABASES: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_redshift_databases",
    columns: &[
        ("database_name", TEXT),
        ("database_owner", SqlType::Int4),
        ("database_type", SqlType::Varchar(Some(32))),
        ("database_acl", ACL),
        ("database_options", TEXT),
        ("database_isolation_level", TEXT),
    ],
    rows: redshift_databases,
};

pub(super) static DATABASE_PRIVILEGES: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_database_privileges",
    columns: &[
        ("database_name", TEXT),
        ("privilege_type", TEXT),
        ("identity_id", SqlType::Int4),
        ("identity_name", TEXT),
        ("identity_type", TEXT),
        ("admin_option", SqlType::Bool),
        ("privilege_scope", TEXT),
    ],
    rows: database_privileges,
};

pub(super) static REDSHIFT_SCHEMAS: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_redshift_schemas",
    columns: &[
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("schema_owner", SqlType::Int4),
        ("schema_type", TEXT),
        ("schema_acl", ACL),
        ("schema_option", TEXT),
    ],
    rows: |session, user| schemas(session, user, Shape::Redshift),
};

pub(super) static ALL_SCHEMAS: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_all_schemas",
    columns: &[
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("schema_owner", SqlType::Int4),
        ("schema_type", TEXT),
        ("schema_acl", ACL),
        ("source_database", TEXT),
        ("schema_option", TEXT),
    ],
    rows: |session, user| schemas(session, user, Shape::All),
};

pub(super) static SCHEMATA: Definition = Definition {
    schema: "information_schema",
    name: "schemata",
    columns: &[("catalog_name", TEXT), ("schema_name", TEXT), ("schema_owner", TEXT)],
    rows: schemata,
};

pub(super) static SVV_TABLES: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_tables",
    columns: &[
        ("table_catalog", TEXT),
        ("table_schema", TEXT),
        ("table_name", TEXT),
        ("table_type", TEXT),
        ("remarks", TEXT),
    ],
    rows: relations::svv_tables,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Redshift,
    All,
}

fn redshift_databases(session: &Session, user: &User) -> Rows {
    let catalog = session.catalog();
    let mut rows = Vec::new();
    for database in visible::databases(session, user)? {
        let shared = database.source.is_some();
        rows.push(vec![
            database.name.into(),
            database.owner.into(),
            if shared { "shared" } else { "local" }.into(),
            catalog.acl(&Object::database(database.oid))?.into(),
            Value::Null,
            "Snapshot Isolation".into(),
        ]);
    }
    Ok(rows)
}

fn database_privileges(session: &Session, user: &User) -> Rows {
    let catalog = session.catalog();
    let mut rows = Vec::new();
    for granted in catalog.grants()? {
        let wide = granted.object == Object::database(granted.object.db);
        let Some(database) = catalog.database_by_oid(granted.object.db)? else {
            continue;
        };
        if !wide || !user.superuser && granted.grantee != user.id && database.owner != user.id {
            continue;
        }
        let public = granted.grantee == PUBLIC;
        let name = if public { "public".to_owned() } else { catalog.user_name(granted.grantee)? };
        rows.push(vec![
            database.name.into(),
            granted.privilege.word().into(),
            granted.grantee.into(),
            name.into(),
            if public { "public" } else { "user" }.into(),
            false.into(),
            "DATABASE".into(),
        ]);
    }
    Ok(rows)
}

fn schemas(session: &Session, user: &User, shape: Shape) -> Rows {
    let catalog = session.catalog();
    let mut rows = Vec::new();
    for database in visible::databases(session, user)? {
        for seen in visible::schemas(session, user, &database)? {
            let shared = database.source.is_some();
            let owner = if shared { Value::Null } else { seen.schema.owner.into() };
            let object = Object::schema(database.oid, &seen.schema.name);
            let mut row = vec![
                database.name.clone().into(),
                seen.schema.name.clone().into(),
                owner,
                if shared { "shared" } else { "local" }.into(),
                catalog.acl(&object)?.into(),
            ];
            if shape == Shape::All {
                row.push(Value::Null);
            }
            row.push(Value::Null);
            rows.push(row);
        }
    }
    Ok(rows)
}

fn schemata(session: &Session, user: &User) -> Rows {
    let database = session.database()?;
    let seen = visible::schemas(session, user, &database)?;
    Ok(seen
        .into_iter()
        .map(|seen| vec![database.name.clone().into(), seen.schema.name.into(), seen.owner.into()])
        .collect())
}
