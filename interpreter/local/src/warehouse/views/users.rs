//! `pg_user`, `pg_user_info`, `pg_group`.

use super::super::meta::login::User;
use super::super::session::Session;
use super::super::types::SqlType;
use super::super::value::Value;
use super::{Definition, Rows, TEXT};

pub(super) static PG_USER: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_user",
    columns: &[
        ("usename", SqlType::Name),
        ("usesysid", SqlType::Int4),
        ("usecreatedb", SqlType::Bool),
        ("usesuper", SqlType::Bool),
        ("usecatupd", SqlType::Bool),
        ("passwd", TEXT),
        ("valuntil", SqlType::Timestamp),
        ("useconfig", TEXT),
    ],
    rows: |session, _| Ok(users(session)?.into_iter().map(|(row, _)| row).collect()),
};

pub(super) static PG_USER_INFO: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_user_info",
    columns: &[
        ("usename", SqlType::Name),
        ("usesysid", SqlType::Int4),
        ("usecreatedb", SqlType::Bool),
        ("usesuper", SqlType::Bool),
        ("usecatupd", SqlType::Bool),
        ("passwd", TEXT),
        ("valuntil", SqlType::Timestamp),
        ("useconfig", TEXT),
        ("useconnlimit", TEXT),
    ],
    rows: |session, _| {
        let with_limit = |(mut row, limit): (Vec<Value>, String)| {
            row.push(limit.into());
            row
        };
        Ok(users(session)?.into_iter().map(with_limit).collect())
    },
};

pub(super) static PG_GROUP: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_group",
    columns: &[("groname", SqlType::Name), ("grosysid", SqlType::Int4), ("grolist", TEXT)],
    rows: no_groups,
};

fn no_groups(_: &Session, _: &User) -> Rows {
    Ok(Vec::new())
}

fn users(session: &Session) -> Result<Vec<(Vec<Value>, String)>, super::SqlError> {
    let line = |user: User| {
        let row = vec![
            user.name.into(),
            user.id.into(),
            user.createdb.into(),
            user.superuser.into(),
            user.superuser.into(),
            "********".into(),
            user.valid_until.into(),
            Value::Null,
        ];
        (row, user.conn_limit)
    };
    Ok(session.catalog().users()?.into_iter().map(line).collect())
}

/// Users under the names that later versions of PostgreSQL's clients ask for.
pub(super) static PG_ROLES: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_roles",
    columns: &[
        ("oid", SqlType::Oid),
        ("rolname", SqlType::Name),
        ("rolsuper", SqlType::Bool),
        ("rolinherit", SqlType::Bool),
        ("rolcreaterole", SqlType::Bool),
        ("rolcreatedb", SqlType::Bool),
        ("rolcanlogin", SqlType::Bool),
        ("rolconnlimit", SqlType::Int4),
        ("rolvaliduntil", SqlType::TimestampTz),
        ("rolreplication", SqlType::Bool),
    ],
    rows: |session, _| {
        let line = |user: User| {
            vec![
                user.id.into(),
                user.name.into(),
                user.superuser.into(),
                true.into(),
                user.superuser.into(),
                user.createdb.into(),
                true.into(),
                user.conn_limit.parse::<i64>().unwrap_or(-1).into(),
                user.valid_until.into(),
                false.into(),
            ]
        };
        Ok(session.catalog().users()?.into_iter().map(line).collect())
    },
};
