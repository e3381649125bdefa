//! PostgreSQL's own catalog of the session's database, as far as clients read it.

use super::super::interval::Unit;
use super::super::meta::privilege::Object;
use super::super::meta::relation::{Column, Kind, Relation};
use super::super::session::Session;
use super::super::types::SqlType;
use super::super::value::Value;
use super::layout::{self, Encoding};
use super::visible::here;
use super::{ACL, Definition, TEXT, visible};

pub(super) static PG_DATABASE: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_database",
    columns: &[
        ("oid", SqlType::Oid),
        ("datname", SqlType::Name),
        ("datdba", SqlType::Int4),
        ("encoding", SqlType::Int4),
        ("datistemplate", SqlType::Bool),
        ("datallowconn", SqlType::Bool),
        ("datacl", ACL),
        ("datcollate", SqlType::Name),
        ("datctype", SqlType::Name),
        ("datconnlimit", SqlType::Int4),
    ],
    rows: |session, user| {
        let mut rows = Vec::new();
        for database in visible::databases(session, user)? {
            let acl = session.catalog().acl(&Object::database(database.oid))?;
            rows.push(vec![
                database.oid.into(),
                database.name.into(),
                database.owner.into(),
                6.into(),
                false.into(),
                true.into(),
                acl.into(),
                "C".into(),
                "C".into(),
                (-1).into(),
            ]);
        }
        Ok(rows)
    },
};

pub(super) static PG_NAMESPACE: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_namespace",
    columns: &[
        ("oid", SqlType::Oid),
        ("nspname", SqlType::Name),
        ("nspowner", SqlType::Int4),
        ("nspacl", ACL),
    ],
    rows: |session, user| {
        let database = session.database()?;
        let mut rows = vec![
            vec![11.into(), "pg_catalog".into(), 1.into(), "=U".into()],
            vec![12.into(), "information_schema".into(), 1.into(), "=U".into()],
        ];
        for seen in visible::schemas(session, user, &database)? {
            let object = Object::schema(database.oid, &seen.schema.name);
            rows.push(vec![
                seen.schema.oid.into(),
                seen.schema.name.into(),
                seen.schema.owner.into(),
                session.catalog().acl(&object)?.into(),
            ]);
        }
        Ok(rows)
    },
};

pub(super) static PG_CLASS: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_class",
    columns: &[
        ("oid", SqlType::Oid),
        ("relname", SqlType::Name),
        ("relnamespace", SqlType::Oid),
        ("relowner", SqlType::Int4),
        ("relkind", SqlType::Char(1)),
        ("relnatts", SqlType::Int2),
        ("relhasindex", SqlType::Bool),
        ("relhasrules", SqlType::Bool),
        ("relchecks", SqlType::Int2),
        ("reltuples", SqlType::Float4),
        ("reltablespace", SqlType::Oid),
        ("relacl", ACL),
        ("relhastriggers", SqlType::Bool),
        ("relhasoids", SqlType::Bool),
        ("reloftype", SqlType::Oid),
        ("relpersistence", SqlType::Char(1)),
        ("reltoastrelid", SqlType::Oid),
        ("reloptions", ACL),
        ("relpages", SqlType::Int4),
        ("relam", SqlType::Oid),
        ("reldiststyle", SqlType::Int2),
    ],
    rows: |session, user| {
        here(session, user, |found| {
            let relation = found.relation;
            let width = i64::try_from(found.columns.len()).unwrap_or(0);
            Ok(vec![vec![
                relation.oid.into(),
                relation.name.clone().into(),
                relation.schema.into(),
                relation.owner.into(),
                relation.kind.letter().into(),
                width.into(),
                false.into(),
                (relation.kind == Kind::View).into(),
                0.into(),
                Value::Double(0.001),
                0.into(),
                Value::Null,
                false.into(),
                false.into(),
                0.into(),
                "p".into(),
                0.into(),
                Value::Null,
                1.into(),
                0.into(),
                layout::of(found)?.style.number().into(),
            ]])
        })
    },
};

pub(super) static PG_ATTRIBUTE: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_attribute",
    columns: &[
        ("attrelid", SqlType::Oid),
        ("attname", SqlType::Name),
        ("atttypid", SqlType::Oid),
        ("attnum", SqlType::Int2),
        ("atttypmod", SqlType::Int4),
        ("attlen", SqlType::Int2),
        ("attnotnull", SqlType::Bool),
        ("atthasdef", SqlType::Bool),
        ("attisdropped", SqlType::Bool),
        ("attcollation", SqlType::Oid),
        ("attstattarget", SqlType::Int4),
        ("attstorage", SqlType::Char(1)),
        ("attndims", SqlType::Int4),
        ("attacl", ACL),
        ("attencodingtype", SqlType::Int2),
        ("attisdistkey", SqlType::Bool),
        ("attsortkeyord", SqlType::Int4),
    ],
    rows: |session, user| {
        here(session, user, |found| {
            let layout = layout::of(found)?;
            let line = |(column, number): (&Column, i64)| {
                vec![
                    found.relation.oid.into(),
                    column.name.clone().into(),
                    i64::from(column.sql_type.oid()).into(),
                    number.into(),
                    i64::from(column.sql_type.modifier()).into(),
                    i64::from(column.sql_type.size()).into(),
                    column.required.into(),
                    column.default.is_some().into(),
                    false.into(),
                    0.into(),
                    (-1).into(),
                    if column.sql_type.size() < 0 { "x" } else { "p" }.into(),
                    0.into(),
                    Value::Null,
                    Encoding::of(column, &layout).number().into(),
                    layout.is_dist_key(&column.name).into(),
                    layout.sort_place(&column.name).into(),
                ]
            };
            Ok(found.columns.iter().zip(1..).map(line).collect())
        })
    },
};

/// Defaults of columns; `adbin` is what `pg_get_expr` takes and gives.
pub(super) static PG_ATTRDEF: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_attrdef",
    columns: &[("adrelid", SqlType::Oid), ("adnum", SqlType::Int2), ("adbin", ACL), ("adsrc", ACL)],
    rows: |session, user| {
        here(session, user, |found| {
            let line = |(column, number): (&Column, i64)| {
                let default = column.default.clone()?;
                Some(vec![found.relation.oid.into(), number.into(), default.clone().into(), default.into()])
            };
            Ok(found.columns.iter().zip(1..).filter_map(line).collect())
        })
    },
};

/// Types of every kind; sizes are those of the columns and don't matter here.
const TYPES: [SqlType; 18] = [
    SqlType::Int2s,
    SqlType::Interval(Unit::Months),
    SqlType::Interval(Unit::Micros),
    SqlType::Bool,
    SqlType::Name,
    SqlType::Int8,
    SqlType::Int2,
    SqlType::Int4,
    SqlType::Oid,
    SqlType::Float4,
    SqlType::Float8,
    SqlType::Char(1),
    SqlType::Varchar(None),
    SqlType::Date,
    SqlType::Time,
    SqlType::Timestamp,
    SqlType::TimestampTz,
    SqlType::Numeric(18, 0),
];

pub(super) static PG_TYPE: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_type",
    columns: &[
        ("oid", SqlType::Oid),
        ("typname", SqlType::Name),
        ("typnamespace", SqlType::Oid),
        ("typlen", SqlType::Int2),
        ("typtype", SqlType::Char(1)),
        ("typrelid", SqlType::Oid),
        ("typelem", SqlType::Oid),
        ("typbasetype", SqlType::Oid),
        ("typcollation", SqlType::Oid),
        ("typnotnull", SqlType::Bool),
        ("typtypmod", SqlType::Int4),
        ("typdelim", SqlType::Char(1)),
        ("typarray", SqlType::Oid),
        ("typowner", SqlType::Int4),
        ("typinput", SqlType::Name),
    ],
    rows: |_, _| {
        let line = |t: &SqlType| {
            vec![
                i64::from(t.oid()).into(),
                t.name().into(),
                11.into(),
                i64::from(t.size()).into(),
                "b".into(),
                0.into(),
                0.into(),
                0.into(),
                0.into(),
                false.into(),
                (-1).into(),
                ",".into(),
                0.into(),
                1.into(),
                format!("{}in", t.name()).into(),
            ]
        };
        Ok(TYPES.iter().map(line).collect())
    },
};

pub(super) static PG_TABLES: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_tables",
    columns: &[
        ("schemaname", SqlType::Name),
        ("tablename", SqlType::Name),
        ("tableowner", SqlType::Name),
        ("tablespace", SqlType::Name),
        ("hasindexes", SqlType::Bool),
        ("hasrules", SqlType::Bool),
        ("hastriggers", SqlType::Bool),
    ],
    rows: |session, user| {
        here(session, user, |found| {
            if found.relation.kind == Kind::View {
                return Ok(Vec::new());
            }
            Ok(vec![vec![
                found.schema.into(),
                found.relation.name.clone().into(),
                owner(session, found.relation),
                Value::Null,
                false.into(),
                false.into(),
                false.into(),
            ]])
        })
    },
};

pub(super) static PG_VIEWS: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_views",
    columns: &[
        ("schemaname", SqlType::Name),
        ("viewname", SqlType::Name),
        ("viewowner", SqlType::Name),
        ("definition", ACL),
    ],
    rows: |session, user| {
        here(session, user, |found| {
            if found.relation.kind == Kind::Table {
                return Ok(Vec::new());
            }
            Ok(vec![vec![
                found.schema.into(),
                found.relation.name.clone().into(),
                owner(session, found.relation),
                found.relation.definition.clone().into(),
            ]])
        })
    },
};

pub(super) static PG_DESCRIPTION: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_description",
    columns: &[
        ("objoid", SqlType::Oid),
        ("classoid", SqlType::Oid),
        ("objsubid", SqlType::Int4),
        ("description", TEXT),
    ],
    rows: |_, _| Ok(Vec::new()),
};

fn owner(session: &Session, relation: &Relation) -> Value {
    session.catalog().user_name(relation.owner).ok().into()
}
