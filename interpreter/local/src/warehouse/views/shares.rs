//! `svv_datashares`, `svv_datashare_consumers`, `svv_datashare_objects`.

use super::super::error::SqlError;
use super::super::inbound;
use super::super::meta::login::User;
use super::super::session::Session;
use super::super::types::SqlType;
use super::super::value::Value;
use super::{ACL, Definition, Rows, TEXT};

pub(super) static DATASHARES: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_datashares",
    columns: &[
        ("share_name", TEXT),
        ("share_id", SqlType::Int4),
        ("share_owner", TEXT),
        ("source_database", TEXT),
        ("consumer_database", TEXT),
        ("share_type", SqlType::Varchar(Some(8))),
        ("createdate", SqlType::Timestamp),
        ("is_publicaccessible", SqlType::Bool),
        ("share_acl", ACL),
        ("producer_account", SqlType::Varchar(Some(12))),
        ("producer_namespace", SqlType::Varchar(Some(36))),
        ("managed_by", SqlType::Varchar(Some(8))),
    ],
    rows: datashares,
};

pub(super) static CONSUMERS: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_datashare_consumers",
    columns: &[
        ("share_name", TEXT),
        ("consumer_account", SqlType::Varchar(Some(16))),
        ("consumer_namespace", SqlType::Varchar(Some(64))),
        ("share_date", SqlType::Timestamp),
    ],
    rows: consumers,
};

pub(super) static OBJECTS: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_datashare_objects",
    columns: &[
        ("share_type", SqlType::Varchar(Some(8))),
        ("share_name", TEXT),
        ("object_type", SqlType::Varchar(Some(64))),
        ("object_name", SqlType::Varchar(Some(512))),
        ("producer_account", SqlType::Varchar(Some(16))),
        ("producer_namespace", SqlType::Varchar(Some(64))),
        ("include_new", SqlType::Bool),
    ],
    rows: objects,
};

fn datashares(session: &Session, user: &User) -> Rows {
    let catalog = session.catalog();
    let account = session.warehouse().account();
    let mut rows = Vec::new();
    for share in catalog.shares()? {
        if !user.superuser && share.owner != user.id {
            continue;
        }
        let source = catalog.database_by_oid(share.db)?.map(|db| db.name);
        rows.push(vec![
            share.name.into(),
            share.oid.into(),
            catalog.user_name(share.owner)?.into(),
            source.into(),
            Value::Null,
            "OUTBOUND".into(),
            share.created.into(),
            share.public.into(),
            Value::Null,
            account.into(),
            session.namespace_id().into(),
            Value::Null,
        ]);
    }
    let databases = catalog.databases()?;
    for inbound in session.warehouse().inbound(session.namespace_id())? {
        let made = databases.iter().find(|database| {
            database.source.as_ref().is_some_and(|source| {
                source.producer == inbound.producer && source.share == inbound.share.name
            })
        });
        let seen = made.is_some_and(|database| session.may_use(database, user).is_ok());
        if !user.superuser && !seen {
            continue;
        }
        rows.push(vec![
            inbound.share.name.into(),
            Value::Null,
            Value::Null,
            Value::Null,
            made.map(|database| database.name.clone()).into(),
            "INBOUND".into(),
            Value::Null,
            inbound.share.public.into(),
            Value::Null,
            account.into(),
            inbound.producer.into(),
            Value::Null,
        ]);
    }
    Ok(rows)
}

fn consumers(session: &Session, user: &User) -> Rows {
    let catalog = session.catalog();
    let mut rows = Vec::new();
    for share in catalog.shares()? {
        if !user.superuser && share.owner != user.id {
            continue;
        }
        for consumer in catalog.consumers(share.oid)? {
            rows.push(vec![
                share.name.clone().into(),
                session.warehouse().account().into(),
                consumer.namespace.into(),
                consumer.granted.into(),
            ]);
        }
    }
    Ok(rows)
}

fn objects(session: &Session, user: &User) -> Rows {
    if !user.superuser {
        return Err(SqlError::denied("relation svv_datashare_objects"));
    }
    let catalog = session.catalog();
    let account = session.warehouse().account();
    let mut rows = Vec::new();
    for share in catalog.shares()? {
        let schemas = catalog.share_schemas(share.oid)?;
        for (kind, name) in inbound::objects(catalog, &share)? {
            let new = schemas
                .iter()
                .find(|(schema, _)| kind == "schema" && schema.name == name)
                .map(|(_, new)| *new);
            rows.push(vec![
                "OUTBOUND".into(),
                share.name.clone().into(),
                kind.into(),
                name.into(),
                account.into(),
                session.namespace_id().into(),
                new.into(),
            ]);
        }
    }
    for inbound in session.warehouse().inbound(session.namespace_id())? {
        for (kind, name) in inbound.objects {
            rows.push(vec![
                "INBOUND".into(),
                inbound.share.name.clone().into(),
                kind.into(),
                name.into(),
                account.into(),
                inbound.producer.clone().into(),
                Value::Null,
            ]);
        }
    }
    Ok(rows)
}
