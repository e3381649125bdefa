//! Views of tables and columns over all databases, and information_schema.

use super::super::meta::login::User;
use super::super::meta::privilege::Object;
use super::super::meta::relation::{Column, Kind};
use super::super::session::Session;
use super::super::types::{Family, SqlType};
use super::super::value::Value;
use super::visible::{Seen, each, here};
use super::{ACL, Definition, Rows, TEXT};

pub(super) static REDSHIFT_TABLES: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_redshift_tables",
    columns: &[
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("table_name", TEXT),
        ("table_type", TEXT),
        ("table_acl", ACL),
        ("remarks", TEXT),
        ("table_owner", TEXT),
    ],
    rows: |session, user| {
        each(session, user, |found| {
            let mut row = found.head();
            row.push(found.relation.kind.word().into());
            row.push(found.acl()?);
            row.push(Value::Null);
            row.push(found.owner()?);
            Ok(vec![row])
        })
    },
};

pub(super) static ALL_TABLES: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_all_tables",
    columns: &[
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("table_name", TEXT),
        ("table_acl", ACL),
        ("table_type", TEXT),
        ("remarks", TEXT),
    ],
    rows: |session, user| {
        each(session, user, |found| {
            let mut row = found.head();
            row.push(found.acl()?);
            row.push(found.relation.kind.word().into());
            row.push(Value::Null);
            Ok(vec![row])
        })
    },
};

pub(super) static REDSHIFT_COLUMNS: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_redshift_columns",
    columns: &[
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("table_name", TEXT),
        ("column_name", TEXT),
        ("ordinal_position", SqlType::Int4),
        ("data_type", TEXT),
        ("column_default", ACL),
        ("is_nullable", SqlType::Varchar(Some(3))),
        ("encoding", TEXT),
        ("distkey", SqlType::Bool),
        ("sortkey", SqlType::Int4),
        ("column_acl", ACL),
        ("remarks", TEXT),
    ],
    rows: |session, user| {
        each(session, user, |found| {
            found.each_column(|mut row, column| {
                row.push(column.sql_type.display().into());
                row.push(column.default.clone().into());
                row.push(nullable(column));
                row.extend(["none".into(), false.into(), 0.into(), Value::Null, Value::Null]);
                row
            })
        })
    },
};

pub(super) static ALL_COLUMNS: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_all_columns",
    columns: &[
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("table_name", TEXT),
        ("column_name", TEXT),
        ("ordinal_position", SqlType::Int4),
        ("column_default", ACL),
        ("is_nullable", SqlType::Varchar(Some(3))),
        ("data_type", TEXT),
        ("character_maximum_length", SqlType::Int4),
        ("numeric_precision", SqlType::Int4),
        ("numeric_scale", SqlType::Int4),
        ("remarks", TEXT),
    ],
    rows: |session, user| each(session, user, |found| found.each_column(described)),
};

pub(super) static TABLES: Definition = Definition {
    schema: "information_schema",
    name: "tables",
    columns: &[("table_catalog", TEXT), ("table_schema", TEXT), ("table_name", TEXT), ("table_type", TEXT)],
    rows: |session, user| {
        here(session, user, |found| {
            let mut row = found.head();
            row.push(base(found.relation.kind).into());
            Ok(vec![row])
        })
    },
};

pub(super) static COLUMNS: Definition = Definition {
    schema: "information_schema",
    name: "columns",
    columns: &[
        ("table_catalog", TEXT),
        ("table_schema", TEXT),
        ("table_name", TEXT),
        ("column_name", TEXT),
        ("ordinal_position", SqlType::Int4),
        ("column_default", ACL),
        ("is_nullable", SqlType::Varchar(Some(3))),
        ("data_type", TEXT),
        ("character_maximum_length", SqlType::Int4),
        ("numeric_precision", SqlType::Int4),
        ("numeric_scale", SqlType::Int4),
        ("remarks", TEXT),
    ],
    rows: |session, user| here(session, user, |found| found.each_column(described)),
};

pub(super) static SVV_COLUMNS: Definition =
    Definition { schema: "pg_catalog", name: "svv_columns", columns: COLUMNS.columns, rows: COLUMNS.rows };

/// What `pg_get_late_binding_view_cols()` gives, which is called as a function.
pub(super) static LATE_COLUMNS: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_get_late_binding_view_cols",
    columns: &[
        ("view_schema", SqlType::Name),
        ("view_name", SqlType::Name),
        ("col_name", SqlType::Name),
        ("col_type", TEXT),
        ("col_num", SqlType::Int4),
    ],
    rows: |session, user| {
        here(session, user, |found| {
            if !found.relation.is_late_bound() {
                return Ok(Vec::new());
            }
            let line = |(column, place): (&Column, i64)| {
                vec![
                    found.schema.into(),
                    found.relation.name.clone().into(),
                    column.name.clone().into(),
                    column.sql_type.display().into(),
                    place.into(),
                ]
            };
            Ok(found.columns.iter().zip(1..).map(line).collect())
        })
    },
};

pub(super) fn svv_tables(session: &Session, user: &User) -> Rows {
    here(session, user, |found| {
        let mut row = found.head();
        row.push(base(found.relation.kind).into());
        row.push(Value::Null);
        Ok(vec![row])
    })
}

impl Seen<'_> {
    fn acl(&self) -> Result<Value, super::SqlError> {
        let object = Object::relation(self.database.oid, self.schema, &self.relation.name);
        Ok(self.session.catalog().acl(&object)?.into())
    }

    fn owner(&self) -> Result<Value, super::SqlError> {
        if self.database.source.is_some() {
            return Ok(Value::Null);
        }
        let name = self.session.catalog().user_name(self.relation.owner)?;
        Ok(name.into())
    }

    fn each_column(&self, row: impl Fn(Vec<Value>, &Column) -> Vec<Value>) -> Rows {
        let line = |(column, ordinal): (&Column, i64)| {
            let mut head = self.head();
            head.push(column.name.clone().into());
            head.push(ordinal.into());
            row(head, column)
        };
        Ok(self.columns.iter().zip(1..).map(line).collect())
    }
}

fn described(mut row: Vec<Value>, column: &Column) -> Vec<Value> {
    let t = column.sql_type;
    let (base, _) = split(t);
    let number = t.family() == Family::Number;
    let text = t.family() == Family::Text;
    let when = |holds: bool, n: i64| if holds { Value::Int(n) } else { Value::Null };
    row.push(column.default.clone().into());
    row.push(nullable(column));
    row.push(base.into());
    row.push(when(text, t.precision().into()));
    row.push(when(number, t.precision().into()));
    row.push(when(number, t.scale().into()));
    row.push(Value::Null);
    row
}

/// The type's name without its size.
fn split(t: SqlType) -> (String, String) {
    let full = t.display();
    match full.split_once('(') {
        Some((base, size)) => (base.to_owned(), size.to_owned()),
        None => (full, String::new()),
    }
}

fn nullable(column: &Column) -> Value {
    if column.required { "NO" } else { "YES" }.into()
}

fn base(kind: Kind) -> &'static str {
    match kind {
        Kind::Table => "BASE TABLE",
        Kind::View => "VIEW",
    }
}
