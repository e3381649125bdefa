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

    /// A view's query, which stands alone in its definition or before the words of late binding.
    pub(crate) fn query(&self) -> &str {
        let definition = self.definition.as_deref().unwrap_or_default();
        definition.strip_suffix(LATE_BINDING).unwrap_or(definition)
    }

    /// Says whether a view may outlive what it reads.
    pub(crate) fn is_late_bound(&self) -> bool {
        self.definition.as_deref().is_some_and(|definition| definition.ends_with(LATE_BINDING))
    }
}

/// What the definition of a late-binding view ends with.
pub(crate) const LATE_BINDING: &str = " WITH NO SCHEMA BINDING";

/// A column of a relation.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) sql_type: SqlType,
    pub(crate) required: bool,
    /// The default in Redshift's SQL; that of an IDENTITY column is `"identity"(seed, step)`.
    pub(crate) default: Option<String>,
}

impl Column {
    /// The first number of an IDENTITY column and the step to the next.
    pub(crate) fn identity(&self) -> Option<(i64, i64)> {
        let numbers = self.default.as_deref()?.strip_prefix("\"identity\"(")?.strip_suffix(')')?;
        let (seed, step) = numbers.split_once(", ")?;
        Some((seed.parse().ok()?, step.parse().ok()?))
    }
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
        for column in columns {
            self.register_column(relation.oid, column)?;
        }
        if relation.kind == Kind::Table {
            let names: Vec<_> = columns.iter().map(|c| quoted(&c.name)).collect();
            let sql = format!("create table {} ({})", self.place(relation), names.join(", "));
            self.connection.execute(&sql, [])?;
        }
        self.change(
            "insert into @share_relation select share, ?1 from @share_scm \
             where scm = ?2 and include_new",
            params![relation.oid, relation.schema],
        )?;
        Ok(())
    }

    /// Notes a column after those that the relation has.
    fn register_column(&self, relation: i64, column: &Column) -> Result<(), SqlError> {
        let Column { name, sql_type, required, default } = column;
        self.change(
            "insert into @col select ?1, coalesce(max(ordinal), 0) + 1, ?2, ?3, ?4, ?5 from @col where relation = ?1",
            params![relation, name, sql_type.display(), required, default],
        )?;
        Ok(())
    }

    /// Adds a column; rows that are there get the value, an expression of SQLite's.
    pub(crate) fn add_column(
        &self,
        relation: &Relation,
        column: &Column,
        value: &str,
    ) -> Result<(), SqlError> {
        self.register_column(relation.oid, column)?;
        let (place, name) = (self.place(relation), quoted(&column.name));
        self.connection.execute(&format!("alter table {place} add column {name}"), [])?;
        self.connection.execute(&format!("update {place} set {name} = {value}"), [])?;
        Ok(())
    }

    pub(crate) fn drop_column(&self, relation: &Relation, name: &str) -> Result<(), SqlError> {
        self.change("delete from @col where relation = ?1 and name = ?2", params![relation.oid, name])?;
        self.forget_column(relation.oid, name)?;
        let sql = format!("alter table {} drop column {}", self.place(relation), quoted(name));
        self.connection.execute(&sql, [])?;
        Ok(())
    }

    pub(crate) fn rename_column(&self, relation: &Relation, name: &str, to: &str) -> Result<(), SqlError> {
        self.change(
            "update @col set name = ?3 where relation = ?1 and name = ?2",
            params![relation.oid, name, to],
        )?;
        self.rename_in_keys(relation.oid, name, to)?;
        let place = self.place(relation);
        let sql = format!("alter table {place} rename column {} to {}", quoted(name), quoted(to));
        self.connection.execute(&sql, [])?;
        Ok(())
    }

    /// Where a relation's rows are, in SQLite.
    fn place(&self, relation: &Relation) -> String {
        format!("\"{}\".{}", self.file, relation.storage())
    }

    /// Renames a relation; rights on it follow, since they name it.
    pub(crate) fn rename_relation(
        &self,
        db: i64,
        schema: &str,
        relation: &Relation,
        to: &str,
    ) -> Result<(), SqlError> {
        self.change("update @relation set name = ?2 where oid = ?1", params![relation.oid, to])?;
        self.change(
            "update @privilege set relation = ?4 where db = ?1 and scm = ?2 and relation = ?3",
            params![db, schema, relation.name, to],
        )?;
        Ok(())
    }

    pub(crate) fn drop_relation(&self, db: i64, schema: &str, relation: &Relation) -> Result<(), SqlError> {
        if relation.kind == Kind::Table {
            self.connection.execute(&format!("drop table {}", self.place(relation)), [])?;
        }
        self.forget_keys(relation.oid)?;
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

/// An identifier between quotes only where it is no plain word, as `quote_ident` gives it.
pub(crate) fn quoted_if_needed(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain { name.to_owned() } else { quoted(name) }
}
