//! Catalogs of things that there are none of here, which clients ask about all the same.

use super::super::types::SqlType;
use super::{ACL, Definition, TEXT};

/// A catalog without rows.
const fn absent(name: &'static str, columns: &'static [(&'static str, SqlType)]) -> Definition {
    Definition { schema: "pg_catalog", name, columns, rows: |_, _| Ok(Vec::new()) }
}

pub(super) static PG_INDEX: Definition = absent(
    "pg_index",
    &[
        ("indexrelid", SqlType::Oid),
        ("indrelid", SqlType::Oid),
        ("indnatts", SqlType::Int2),
        ("indisunique", SqlType::Bool),
        ("indisprimary", SqlType::Bool),
        ("indisclustered", SqlType::Bool),
        ("indisvalid", SqlType::Bool),
        ("indkey", TEXT),
        ("indpred", ACL),
    ],
);

pub(super) static PG_INHERITS: Definition = absent(
    "pg_inherits",
    &[("inhrelid", SqlType::Oid), ("inhparent", SqlType::Oid), ("inhseqno", SqlType::Int4)],
);

pub(super) static PG_COLLATION: Definition = absent(
    "pg_collation",
    &[("oid", SqlType::Oid), ("collname", SqlType::Name), ("collnamespace", SqlType::Oid)],
);

pub(super) static PG_TRIGGER: Definition = absent(
    "pg_trigger",
    &[
        ("oid", SqlType::Oid),
        ("tgname", SqlType::Name),
        ("tgrelid", SqlType::Oid),
        ("tgenabled", SqlType::Char(1)),
    ],
);

pub(super) static PG_REWRITE: Definition = absent(
    "pg_rewrite",
    &[
        ("oid", SqlType::Oid),
        ("rulename", SqlType::Name),
        ("ev_class", SqlType::Oid),
        ("ev_enabled", SqlType::Char(1)),
        ("is_instead", SqlType::Bool),
    ],
);

pub(super) static PG_TABLESPACE: Definition = absent(
    "pg_tablespace",
    &[("oid", SqlType::Oid), ("spcname", SqlType::Name), ("spcowner", SqlType::Int4), ("spcacl", ACL)],
);

pub(super) static PG_AUTH_MEMBERS: Definition = absent(
    "pg_auth_members",
    &[("roleid", SqlType::Oid), ("member", SqlType::Oid), ("admin_option", SqlType::Bool)],
);

pub(super) static SVV_EXTERNAL_SCHEMAS: Definition = absent(
    "svv_external_schemas",
    &[
        ("esoid", SqlType::Oid),
        ("eskind", SqlType::Int2),
        ("schemaname", SqlType::Name),
        ("esowner", SqlType::Int4),
        ("databasename", TEXT),
        ("esoptions", ACL),
    ],
);

pub(super) static SVV_EXTERNAL_TABLES: Definition = absent(
    "svv_external_tables",
    &[
        ("redshift_database_name", TEXT),
        ("schemaname", TEXT),
        ("tablename", TEXT),
        ("tabletype", TEXT),
        ("location", ACL),
        ("parameters", ACL),
    ],
);

pub(super) static SVV_EXTERNAL_COLUMNS: Definition = absent(
    "svv_external_columns",
    &[
        ("redshift_database_name", TEXT),
        ("schemaname", TEXT),
        ("tablename", TEXT),
        ("columnname", TEXT),
        ("external_type", TEXT),
        ("columnnum", SqlType::Int4),
        ("part_key", SqlType::Int4),
        ("is_nullable", TEXT),
    ],
);

/// Functions are known by name only: there is no row for any of them.
pub(super) static PG_PROC: Definition = absent(
    "pg_proc",
    &[
        ("oid", SqlType::Oid),
        ("proname", SqlType::Name),
        ("pronamespace", SqlType::Oid),
        ("proowner", SqlType::Int4),
        ("prolang", SqlType::Oid),
        ("proisagg", SqlType::Bool),
        ("proiswindow", SqlType::Bool),
        ("proretset", SqlType::Bool),
        ("prorettype", SqlType::Oid),
        ("proargtypes", TEXT),
        ("prosrc", ACL),
    ],
);
