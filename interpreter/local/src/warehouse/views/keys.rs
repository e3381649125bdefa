//! What clients ask of the keys of tables: PostgreSQL's catalog and the standard's.

use super::super::error::SqlError;
use super::super::meta::constraint::{Constraint, Rule};
use super::super::meta::login::User;
use super::super::meta::relation::{Column, quoted_if_needed};
use super::super::session::Session;
use super::super::types::SqlType;
use super::super::value::Value;
use super::visible::{Seen, here};
use super::{ACL, Definition, Rows, TEXT};

/// What a constraint says, in the words of CREATE TABLE.
pub(crate) fn definition(session: &Session, constraint: &Constraint) -> Result<String, SqlError> {
    let list =
        |names: &[String]| names.iter().map(|name| quoted_if_needed(name)).collect::<Vec<_>>().join(", ");
    let own = format!("{} ({})", constraint.rule.words(), list(&constraint.columns));
    let Some((other, columns)) = &constraint.means else { return Ok(own) };
    let catalog = session.catalog();
    let relation = catalog.relation_by_oid(*other)?;
    let schema =
        relation.as_ref().map(|relation| catalog.schema_by_oid(relation.schema)).transpose()?.flatten();
    let path = session.settings().search_path(session.user_name());
    let schema = schema.filter(|schema| !path.contains(&schema.name));
    let schema = schema.map(|schema| format!("{}.", quoted_if_needed(&schema.name))).unwrap_or_default();
    let name = relation.map(|relation| quoted_if_needed(&relation.name)).unwrap_or_default();
    Ok(format!("{own} REFERENCES {schema}{name}({})", list(columns)))
}

/// The numbers of columns as the text of an array.
fn numbers(columns: &[Column], names: &[String]) -> String {
    let place =
        |name: &String| columns.iter().position(|column| column.name == *name).map(|n| (n + 1).to_string());
    format!("{{{}}}", names.iter().filter_map(place).collect::<Vec<_>>().join(","))
}

/// The rows that the keys of the tables give.
fn each(session: &Session, user: &User, rows: impl Fn(&Seen<'_>, &Constraint) -> Rows) -> Rows {
    here(session, user, |found| {
        let mut all = Vec::new();
        // Keys are no part of a share.
        if found.database.source.is_none() {
            for key in session.catalog().constraints(found.relation.oid)? {
                all.extend(rows(found, &key)?);
            }
        }
        Ok(all)
    })
}

/// The names of a key and of its table, as the standard's views begin.
fn head(found: &Seen<'_>, key: &Constraint) -> Vec<Value> {
    let mut head = vec![found.database.name.clone().into(), found.schema.into(), key.name.clone().into()];
    head.extend(found.head());
    head
}

pub(super) static PG_CONSTRAINT: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_constraint",
    columns: &[
        ("oid", SqlType::Oid),
        ("conname", SqlType::Name),
        ("connamespace", SqlType::Oid),
        ("contype", SqlType::Char(1)),
        ("condeferrable", SqlType::Bool),
        ("condeferred", SqlType::Bool),
        ("conrelid", SqlType::Oid),
        ("contypid", SqlType::Oid),
        ("confrelid", SqlType::Oid),
        ("confupdtype", SqlType::Char(1)),
        ("confdeltype", SqlType::Char(1)),
        ("confmatchtype", SqlType::Char(1)),
        ("conkey", SqlType::Int2s),
        ("confkey", SqlType::Int2s),
        ("conbin", ACL),
        ("consrc", ACL),
    ],
    rows: |session, user| {
        each(session, user, |found, key| {
            let (other, meant) = match &key.means {
                Some((other, names)) => (*other, numbers(&session.catalog().columns(*other)?, names).into()),
                None => (0, Value::Null),
            };
            let action = |letter: &str| Value::from(if key.rule == Rule::Foreign { letter } else { "" });
            Ok(vec![vec![
                key.oid.into(),
                key.name.clone().into(),
                found.relation.schema.into(),
                key.rule.letter().into(),
                false.into(),
                false.into(),
                found.relation.oid.into(),
                0.into(),
                other.into(),
                action("a"),
                action("a"),
                action("u"),
                numbers(found.columns, &key.columns).into(),
                meant,
                Value::Null,
                Value::Null,
            ]])
        })
    },
};

pub(super) static TABLE_CONSTRAINTS: Definition = Definition {
    schema: "information_schema",
    name: "table_constraints",
    columns: &[
        ("constraint_catalog", TEXT),
        ("constraint_schema", TEXT),
        ("constraint_name", TEXT),
        ("table_catalog", TEXT),
        ("table_schema", TEXT),
        ("table_name", TEXT),
        ("constraint_type", TEXT),
        ("is_deferrable", TEXT),
        ("initially_deferred", TEXT),
    ],
    rows: |session, user| {
        each(session, user, |found, key| {
            let mut row = head(found, key);
            row.extend([Value::from(key.rule.words()), "NO".into(), "NO".into()]);
            Ok(vec![row])
        })
    },
};

pub(super) static KEY_COLUMN_USAGE: Definition = Definition {
    schema: "information_schema",
    name: "key_column_usage",
    columns: &[
        ("constraint_catalog", TEXT),
        ("constraint_schema", TEXT),
        ("constraint_name", TEXT),
        ("table_catalog", TEXT),
        ("table_schema", TEXT),
        ("table_name", TEXT),
        ("column_name", TEXT),
        ("ordinal_position", SqlType::Int4),
    ],
    rows: |session, user| {
        each(session, user, |found, key| {
            let line = |(column, place): (&String, i64)| {
                let mut row = head(found, key);
                row.extend([Value::from(column.clone()), place.into()]);
                row
            };
            Ok(key.columns.iter().zip(1..).map(line).collect())
        })
    },
};
