//! Tables, views and their columns.

use rusqlite::{Row, params};

use super::Catalog;
use crate::warehouse::error::SqlError;
use crate::warehouse::types::SqlType;

/// Whether rows are stored or computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    View,
}

impl Kind {
    /// The letter in `pg_class.relkind`.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Table => "r",
            Self::View => "v",
        }
    }

    /// The word in `svv_…tables.table_type`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Table => "TABLE",
            Self::View => "VIEW",
        }
    }
}

/// A table or a view.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) oid: i64,
    pub(crate) schema: i64,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) owner: i64,
    /// The query of a view, in Redshift's SQL.
    pub(crate) definition: Option<String>,
    /// The schemas in which the view's unqualified names are looked up, separated by commas.
    pub(crate) search_path: Option<String>,
}

impl Relation {
    /// The SQLite table that holds the rows.
    pub(crate) fn storage(&self) -> String {
        format!("t{}", self.oid)
    }
}

/// A column of a relation.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) sql_type: SqlType,
    pub(crate) required: bool,
    /// The default in Redshift's SQL.
    pub(crate) default: Option<String>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Relation> {
    let letter: String = row.get(3)?;
    Ok(Relation {
        oid: row.get(0)?,
        schema: row.get(1)?,
        name: row.get(2)?,
        kind: if letter == Kind::View.letter() { Kind::View } else { Kind::Table },
        owner: row.get(4)?,
        definition: row.get(5)?,
        search_path: row.get(6)?,
    })
}

const COLUMNS: &str = "oid, scm, name, kind, owner, definition, search_path";

impl Catalog<'_> {
    pub(crate) fn relations(&self, schema: i64) -> Result<Vec<Relation>, SqlError> {
        let sql = format!("select {COLUMNS} from @relation where scm = ?1 order by name");
        self.list(&sql, [schema], read)
    }

    pub(crate) fn relation(&self, schema: i64, name: &str) -> Result<Option<Relation>, SqlError> {
        let sql = format!("select {COLUMNS} from @relation where scm = ?1 and name = ?2");
        self.find(&sql, params![schema, name], read)
    }

    pub(crate) fn relation_by_oid(&self, oid: i64) -> Result<Option<Relation>, SqlError> {
        let sql = format!("select {COLUMNS} from @relation where oid = ?1");
        self.find(&sql, [oid], read)
    }

    pub(crate) fn columns(&self, relation: i64) -> Result<Vec<Column>, SqlError> {
        self.list(
            "select name, type, required, default_sql from @col where relation = ?1 order by ordinal",
            [relation],
            |row| {
                Ok(Column {
                    name: row.get(0)?,
                    sql_type: SqlType::from_display(&row.get::<_, String>(1)?),
                    required: row.get(2)?,
                    default: row.get(3)?,
                })
            },
        )
    }

    /// Registers a relation and its columns and, for a table, makes its storage.
    pub(crate) fn add_relation(&self, relation: &Relation, columns: &[Column]) -> Result<(), SqlError> {
        self.change(
            "insert into @relation values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                relation.oid,
                relation.schema,
                relation.name,
                relation.kind.letter(),
                relation.owner,
                relation.definition,
                relation.search_path
            ],
        )?;
        for (ordinal, column) in (1i64..).zip(columns) {
            self.change(
                "insert into @col values (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    relation.oid,
                    ordinal,
                    column.name,
                    column.sql_type.display(),
                    column.required,
                    column.default
                ],
            )?;
        }
        if relation.kind == Kind::Table {
            let names: Vec<_> = columns.iter().map(|c| quoted(&c.name)).collect();
            let sql = format!("create table @{} ({})", relation.storage(), names.join(", "));
            self.change(&sql, [])?;
        }
        self.change(
            "insert into @share_relation select share, ?1 from @share_scm \
             where scm = ?2 and include_new",
            params![relation.oid, relation.schema],
        )?;
        Ok(())
    }

    pub(crate) fn drop_relation(&self, db: i64, schema: &str, relation: &Relation) -> Result<(), SqlError> {
        if relation.kind == Kind::Table {
            self.change(&format!("drop table @{}", relation.storage()), [])?;
        }
        for table in ["col", "share_relation"] {
            let sql = format!("delete from @{table} where relation = ?1");
            self.change(&sql, [relation.oid])?;
        }
        self.change(
            "delete from @privilege where db = ?1 and scm = ?2 and relation = ?3",
            params![db, schema, relation.name],
        )?;
        self.change("delete from @relation where oid = ?1", [relation.oid])?;
        Ok(())
    }

    pub(crate) fn set_relation_owner(&self, oid: i64, owner: i64) -> Result<(), SqlError> {
        self.change("update @relation set owner = ?2 where oid = ?1", params![oid, owner])?;
        Ok(())
    }
}

/// An identifier as SQLite reads it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
