//! `sys_query_history`: the statements of this process.

use super::super::meta::login::User;
use super::super::session::Session;
use super::super::types::SqlType;
use super::super::value::Value;
use super::{ACL, Definition, Rows, TEXT};

pub(super) static SYS_QUERY_HISTORY: Definition = Definition {
    schema: "pg_catalog",
    name: "sys_query_history",
    columns: &[
        ("user_id", SqlType::Int4),
        ("query_id", SqlType::Int8),
        ("session_id", SqlType::Int4),
        ("database_name", TEXT),
        ("query_type", SqlType::Varchar(Some(32))),
        ("status", SqlType::Varchar(Some(10))),
        ("start_time", SqlType::Timestamp),
        ("end_time", SqlType::Timestamp),
        ("returned_rows", SqlType::Int8),
        ("error_message", SqlType::Varchar(Some(512))),
        ("query_text", ACL),
    ],
    rows: history,
};

/// Users see their own statements, superusers all.
fn history(session: &Session, user: &User) -> Rows {
    let records = session.namespace().history();
    let own = records.into_iter().filter(|record| user.superuser || record.user == user.id);
    Ok(own
        .map(|record| {
            vec![
                record.user.into(),
                record.id.into(),
                i64::from(record.session).into(),
                record.database.into(),
                record.query_type.into(),
                Value::from(record.status.word()),
                record.started.into(),
                record.ended.into(),
                record.rows.into(),
                record.error.into(),
                record.text.into(),
            ]
        })
        .collect())
}
