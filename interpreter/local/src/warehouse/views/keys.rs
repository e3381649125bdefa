//! What clients ask of keys and of how rows lie: PostgreSQL's catalog, the standard's, and Redshift's own views.

use super::super::error::SqlError;
use super::super::meta::constraint::{Constraint, Rule};
use super::super::meta::login::User;
use super::super::meta::relation::{Column, Kind, Relation, quoted};
use super::super::session::Session;
use super::super::types::{Family, SqlType};
use super::super::value::Value;
use super::{ACL, Definition, TEXT, visible};

/// What a constraint says, in the words of CREATE TABLE.
pub(crate) fn definition(session: &Session, constraint: &Constraint) -> Result<String, SqlError> {
    let list = |names: &[String]| names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
    let own = format!("{} ({})", constraint.rule.words(), list(&constraint.columns));
    let Some((other, columns)) = &constraint.means else { return Ok(own) };
    let catalog = session.catalog();
    let relation = catalog.relation_by_oid(*other)?;
    let schema =
        relation.as_ref().map(|relation| catalog.schema_by_oid(relation.schema)).transpose()?.flatten();
    let path = session.settings().search_path(session.user_name());
    let schema = schema.filter(|schema| !path.contains(&schema.name));
    let schema = schema.map(|schema| format!("{}.", shown(&schema.name))).unwrap_or_default();
    let name = relation.map(|relation| shown(&relation.name)).unwrap_or_default();
    Ok(format!("{own} REFERENCES {schema}{name}({})", list(columns)))
}

/// A name as SQL needs it: between quotes only where it is no plain word.
fn shown(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain { name.to_owned() } else { quoted(name) }
}

/// A table that the user may see, with its keys.
struct Keyed {
    schema: String,
    relation: Relation,
    columns: Vec<Column>,
    constraints: Vec<Constraint>,
}

fn tables(session: &Session, user: &User) -> Result<Vec<Keyed>, SqlError> {
    let database = session.database()?;
    let mut all = Vec::new();
    for seen in visible::schemas(session, user, &database)? {
        for (relation, columns) in seen.relations {
            if relation.kind == Kind::Table {
                // Keys are no part of a share.
                let constraints = match database.source {
                    None => session.catalog().constraints(relation.oid)?,
                    Some(_) => Vec::new(),
                };
                all.push(Keyed { schema: seen.schema.name.clone(), relation, columns, constraints });
            }
        }
    }
    Ok(all)
}

/// The numbers of columns as the text of an array.
fn numbers(columns: &[Column], names: &[String]) -> String {
    let place =
        |name: &String| columns.iter().position(|column| column.name == *name).map(|n| (n + 1).to_string());
    format!("{{{}}}", names.iter().filter_map(place).collect::<Vec<_>>().join(","))
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
        let mut rows = Vec::new();
        for table in tables(session, user)? {
            for key in &table.constraints {
                let (other, meant) = match &key.means {
                    Some((other, names)) => {
                        (*other, numbers(&session.catalog().columns(*other)?, names).into())
                    }
                    None => (0, Value::Null),
                };
                let action = |letter: &str| Value::from(if key.rule == Rule::Foreign { letter } else { "" });
                rows.push(vec![
                    key.oid.into(),
                    key.name.clone().into(),
                    table.relation.schema.into(),
                    key.rule.letter().into(),
                    false.into(),
                    false.into(),
                    table.relation.oid.into(),
                    0.into(),
                    other.into(),
                    action("a"),
                    action("a"),
                    action("u"),
                    numbers(&table.columns, &key.columns).into(),
                    meant,
                    Value::Null,
                    Value::Null,
                ]);
            }
        }
        Ok(rows)
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
        let mut rows = Vec::new();
        for table in tables(session, user)? {
            for key in &table.constraints {
                rows.push(vec![
                    session.database_name().into(),
                    table.schema.clone().into(),
                    key.name.clone().into(),
                    session.database_name().into(),
                    table.schema.clone().into(),
                    table.relation.name.clone().into(),
                    key.rule.words().into(),
                    "NO".into(),
                    "NO".into(),
                ]);
            }
        }
        Ok(rows)
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
        let mut rows = Vec::new();
        for table in tables(session, user)? {
            for key in &table.constraints {
                for (column, place) in key.columns.iter().zip(1_i64..) {
                    rows.push(vec![
                        session.database_name().into(),
                        table.schema.clone().into(),
                        key.name.clone().into(),
                        session.database_name().into(),
                        table.schema.clone().into(),
                        table.relation.name.clone().into(),
                        column.clone().into(),
                        place.into(),
                    ]);
                }
            }
        }
        Ok(rows)
    },
};

/// The number in `pg_attribute.attencodingtype` of what Redshift chooses for a type (Redshift guide, "Compression
/// encodings"), and its name.
const ENCODINGS: [(i64, &str); 3] = [(0, "none"), (1, "lzo"), (2, "az64")];

/// How Redshift packs the values of a column unless told otherwise.
pub(super) fn encoding(sql_type: SqlType, is_sort_key: bool) -> i64 {
    if is_sort_key || sql_type.is_float() || sql_type == SqlType::Bool {
        return 0;
    }
    if sql_type.family() == Family::Text { 1 } else { 2 }
}

/// `format_encoding(n)`.
pub(crate) fn encoding_name(number: &str) -> String {
    let arms: Vec<_> = ENCODINGS.iter().map(|(n, name)| format!("WHEN {n} THEN '{name}'")).collect();
    format!("CASE {number} {} END", arms.join(" "))
}

/// The tables of the search path, a line for each column.
pub(super) static PG_TABLE_DEF: Definition = Definition {
    schema: "pg_catalog",
    name: "pg_table_def",
    columns: &[
        ("schemaname", SqlType::Name),
        ("tablename", SqlType::Name),
        ("column", SqlType::Name),
        ("type", TEXT),
        ("encoding", TEXT),
        ("distkey", SqlType::Bool),
        ("sortkey", SqlType::Int4),
        ("notnull", SqlType::Bool),
    ],
    rows: |session, user| {
        let path = session.settings().search_path(session.user_name());
        let mut rows = Vec::new();
        for table in tables(session, user)?.into_iter().filter(|table| path.contains(&table.schema)) {
            let layout = session.catalog().layout(table.relation.oid)?;
            for column in &table.columns {
                let sorted = layout.sort_keys.iter().position(|key| *key == column.name).map_or(0, |n| n + 1);
                let packed = encoding(column.sql_type, sorted > 0);
                let packed = ENCODINGS.iter().find(|(n, _)| *n == packed).map_or("none", |(_, name)| name);
                rows.push(vec![
                    table.schema.clone().into(),
                    table.relation.name.clone().into(),
                    column.name.clone().into(),
                    column.sql_type.display().into(),
                    packed.into(),
                    (layout.dist_key.as_ref() == Some(&column.name)).into(),
                    i64::try_from(sorted).unwrap_or_default().into(),
                    column.required.into(),
                ]);
            }
        }
        Ok(rows)
    },
};

/// A block of Redshift's, of which a table has at least one for each column.
const BLOCK: i64 = 1024 * 1024;

pub(super) static SVV_TABLE_INFO: Definition = Definition {
    schema: "pg_catalog",
    name: "svv_table_info",
    columns: &[
        ("database", TEXT),
        ("schema", TEXT),
        ("table_id", SqlType::Oid),
        ("table", TEXT),
        ("encoded", TEXT),
        ("diststyle", TEXT),
        ("sortkey1", TEXT),
        ("max_varchar", SqlType::Int4),
        ("sortkey1_enc", TEXT),
        ("sortkey_num", SqlType::Int4),
        ("size", SqlType::Int8),
        ("pct_used", SqlType::Numeric(10, 4)),
        ("empty", SqlType::Int8),
        ("unsorted", SqlType::Numeric(5, 2)),
        ("stats_off", SqlType::Numeric(5, 2)),
        ("tbl_rows", SqlType::Numeric(38, 0)),
        ("skew_sortkey1", SqlType::Numeric(19, 2)),
        ("skew_rows", SqlType::Numeric(19, 2)),
        ("estimated_visible_rows", SqlType::Numeric(38, 0)),
        ("risk_event", TEXT),
        ("vacuum_sort_benefit", SqlType::Numeric(12, 2)),
    ],
    rows: |session, user| {
        if session.database()?.source.is_some() {
            return Ok(Vec::new());
        }
        let mut rows = Vec::new();
        for table in tables(session, user)? {
            let layout = session.catalog().layout(table.relation.oid)?;
            let sql = format!("select count(*) from main.{}", table.relation.storage());
            let count: i64 = session.connection().query_row(&sql, [], |row| row.get(0))?;
            // As on Redshift only tables that have rows are listed.
            if count == 0 {
                continue;
            }
            let width: i64 =
                table.columns.iter().map(|column| i64::from(column.sql_type.precision().max(4))).sum();
            let columns = i64::try_from(table.columns.len()).unwrap_or(1);
            let texts = table.columns.iter().filter(|column| column.sql_type.family() == Family::Text);
            let longest = texts.map(|column| column.sql_type.precision()).max().unwrap_or_default();
            let style = match &layout.dist_key {
                Some(key) => format!("KEY({key})"),
                None => layout.style.word().to_uppercase(),
            };
            let sorted = i64::try_from(layout.sort_keys.len()).unwrap_or_default();
            let rows_text = Value::Decimal(super::super::decimal::Decimal::whole(count));
            rows.push(vec![
                session.database_name().into(),
                table.schema.clone().into(),
                table.relation.oid.into(),
                table.relation.name.clone().into(),
                "Y, AUTO(ENCODE)".into(),
                if style == "AUTO" { "AUTO(ALL)".into() } else { style.into() },
                layout.sort_keys.first().cloned().unwrap_or_else(|| "AUTO(SORTKEY)".to_owned()).into(),
                i64::from(longest).into(),
                layout.sort_keys.first().map(|_| "none").into(),
                sorted.into(),
                (columns.max(count.saturating_mul(width) / BLOCK)).into(),
                Value::Null,
                0.into(),
                Value::Null,
                Value::Null,
                rows_text.clone(),
                Value::Null,
                Value::Null,
                rows_text,
                Value::Null,
                Value::Null,
            ]);
        }
        Ok(rows)
    },
};

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
        let mut rows = Vec::new();
        for seen in visible::schemas(session, user, &session.database()?)? {
            for (relation, columns) in seen.relations.iter().filter(|(relation, _)| relation.is_late_bound())
            {
                for (column, place) in columns.iter().zip(1_i64..) {
                    rows.push(vec![
                        seen.schema.name.clone().into(),
                        relation.name.clone().into(),
                        column.name.clone().into(),
                        column.sql_type.display().into(),
                        place.into(),
                    ]);
                }
            }
        }
        Ok(rows)
    },
};
