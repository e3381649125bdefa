//! What clients ask of how the rows of tables lie: distribution, sort order, encoding, size.

use super::super::decimal::Decimal;
use super::super::error::SqlError;
use super::super::meta::constraint::{Layout, Style};
use super::super::meta::relation::{Column, Kind};
use super::super::types::{Family, SqlType};
use super::super::value::Value;
use super::visible::{Seen, here};
use super::{Definition, TEXT};

/// How Redshift packs the values of a column unless told otherwise (Redshift guide, "Compression encodings").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    None,
    Lzo,
    Az64,
}

impl Encoding {
    const ALL: [Self; 3] = [Self::None, Self::Lzo, Self::Az64];

    pub(super) fn of(column: &Column, layout: &Layout) -> Self {
        let sql_type = column.sql_type;
        if layout.sort_place(&column.name) > 0 || sql_type.is_float() || sql_type == SqlType::Bool {
            return Self::None;
        }
        if sql_type.family() == Family::Text { Self::Lzo } else { Self::Az64 }
    }

    /// The number in `pg_attribute.attencodingtype`.
    pub(super) fn number(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Lzo => 1,
            Self::Az64 => 2,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lzo => "lzo",
            Self::Az64 => "az64",
        }
    }
}

/// `format_encoding(n)`.
pub(crate) fn encoding_name(number: &str) -> String {
    let arm = |known: Encoding| format!("WHEN {} THEN '{}'", known.number(), known.name());
    format!("CASE {number} {} END", Encoding::ALL.map(arm).join(" "))
}

/// How the rows of a relation lie; a share tells nothing of it.
pub(super) fn of(found: &Seen<'_>) -> Result<Layout, SqlError> {
    match found.database.source {
        None => found.session.catalog().layout(found.relation.oid),
        Some(_) => Ok(Layout::default()),
    }
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
        here(session, user, |found| {
            if found.relation.kind == Kind::View || !path.iter().any(|schema| schema == found.schema) {
                return Ok(Vec::new());
            }
            let layout = of(found)?;
            let line = |column: &Column| {
                vec![
                    found.schema.into(),
                    found.relation.name.clone().into(),
                    column.name.clone().into(),
                    column.sql_type.display().into(),
                    Encoding::of(column, &layout).name().into(),
                    layout.is_dist_key(&column.name).into(),
                    layout.sort_place(&column.name).into(),
                    column.required.into(),
                ]
            };
            Ok(found.columns.iter().map(line).collect())
        })
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
        here(session, user, |found| {
            if found.relation.kind == Kind::View || found.database.source.is_some() {
                return Ok(Vec::new());
            }
            let layout = of(found)?;
            let sql = format!("select count(*) from main.{}", found.relation.storage());
            let count: i64 = session.connection().query_row(&sql, [], |row| row.get(0))?;
            // As on Redshift only tables that have rows are listed.
            if count == 0 {
                return Ok(Vec::new());
            }
            let width: i64 =
                found.columns.iter().map(|column| i64::from(column.sql_type.precision().max(4))).sum();
            let columns = i64::try_from(found.columns.len()).unwrap_or(1);
            let texts = found.columns.iter().filter(|column| column.sql_type.family() == Family::Text);
            let longest = texts.map(|column| column.sql_type.precision()).max().unwrap_or_default();
            let style = match (&layout.dist_key, layout.style) {
                (Some(key), _) => format!("KEY({key})"),
                (None, Style::Auto) => "AUTO(ALL)".to_owned(),
                (None, style) => style.word().to_uppercase(),
            };
            let sorted = i64::try_from(layout.sort_keys.len()).unwrap_or_default();
            let all = Value::Decimal(Decimal::whole(count));
            Ok(vec![vec![
                found.database.name.clone().into(),
                found.schema.into(),
                found.relation.oid.into(),
                found.relation.name.clone().into(),
                "Y, AUTO(ENCODE)".into(),
                style.into(),
                layout.sort_keys.first().cloned().unwrap_or_else(|| "AUTO(SORTKEY)".to_owned()).into(),
                i64::from(longest).into(),
                layout.sort_keys.first().map(|_| Encoding::None.name()).into(),
                sorted.into(),
                columns.max(count.saturating_mul(width) / BLOCK).into(),
                Value::Null,
                0.into(),
                Value::Null,
                Value::Null,
                all.clone(),
                Value::Null,
                Value::Null,
                all,
                Value::Null,
                Value::Null,
            ]])
        })
    },
};
