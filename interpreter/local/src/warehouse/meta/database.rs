//! Databases and schemas of a namespace.

use rusqlite::{Row, params};

use super::Catalog;
use crate::warehouse::error::SqlError;

/// A database: local, or made from another namespace's share.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) oid: i64,
    pub(crate) name: String,
    pub(crate) owner: i64,
    pub(crate) source: Option<Source>,
}

/// The share behind a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// The namespace that owns the share.
    pub(crate) producer: String,
    pub(crate) share: String,
    /// With permissions, USAGE on the database opens nothing in it.
    pub(crate) with_permissions: bool,
}

/// A schema of a local database.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) oid: i64,
    pub(crate) name: String,
    pub(crate) owner: i64,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Database> {
    let producer: Option<String> = row.get(3)?;
    let share: Option<String> = row.get(4)?;
    let with_permissions = row.get(5)?;
    Ok(Database {
        oid: row.get(0)?,
        name: row.get(1)?,
        owner: row.get(2)?,
        source: producer.zip(share).map(|(producer, share)| Source { producer, share, with_permissions }),
    })
}

fn read_schema(row: &Row<'_>) -> rusqlite::Result<Schema> {
    Ok(Schema { oid: row.get(0)?, name: row.get(1)?, owner: row.get(2)? })
}

const COLUMNS: &str = "oid, name, owner, producer, share, with_permissions";

impl Catalog<'_> {
    pub(crate) fn databases(&self) -> Result<Vec<Database>, SqlError> {
        let sql = format!("select {COLUMNS} from @db order by oid");
        self.list(&sql, [], read)
    }

    pub(crate) fn database(&self, name: &str) -> Result<Option<Database>, SqlError> {
        let sql = format!("select {COLUMNS} from @db where name = ?1");
        self.find(&sql, [name], read)
    }

    pub(crate) fn database_by_oid(&self, oid: i64) -> Result<Option<Database>, SqlError> {
        let sql = format!("select {COLUMNS} from @db where oid = ?1");
        self.find(&sql, [oid], read)
    }

    /// Adds a database with its schema `public`, open to everybody as on Redshift.
    pub(crate) fn add_database(&self, name: &str, owner: i64) -> Result<i64, SqlError> {
        let oid = self.next_oid()?;
        self.change(
            "insert into @db (oid, name, owner, created) values (?1, ?2, ?3, datetime('now'))",
            params![oid, name, owner],
        )?;
        self.add_schema(oid, "public", owner)?;
        for word in ["USAGE", "CREATE"] {
            self.change("insert into @privilege values (?1, 'public', '', 0, ?2)", params![oid, word])?;
        }
        Ok(oid)
    }

    pub(crate) fn add_shared_database(
        &self,
        name: &str,
        owner: i64,
        source: &Source,
    ) -> Result<i64, SqlError> {
        let oid = self.next_oid()?;
        self.change(
            "insert into @db values (?1, ?2, ?3, datetime('now'), ?4, ?5, ?6)",
            params![oid, name, owner, source.producer, source.share, source.with_permissions],
        )?;
        Ok(oid)
    }

    pub(crate) fn drop_database(&self, oid: i64) -> Result<(), SqlError> {
        for schema in self.schemas(oid)? {
            self.drop_schema(oid, &schema)?;
        }
        self.change("delete from @privilege where db = ?1", [oid])?;
        self.change("delete from @db where oid = ?1", [oid])?;
        Ok(())
    }

    pub(crate) fn schemas(&self, db: i64) -> Result<Vec<Schema>, SqlError> {
        self.list("select oid, name, owner from @scm where db = ?1 order by name", [db], read_schema)
    }

    pub(crate) fn schema(&self, db: i64, name: &str) -> Result<Option<Schema>, SqlError> {
        self.find(
            "select oid, name, owner from @scm where db = ?1 and name = ?2",
            params![db, name],
            read_schema,
        )
    }

    pub(crate) fn schema_by_oid(&self, oid: i64) -> Result<Option<Schema>, SqlError> {
        self.find("select oid, name, owner from @scm where oid = ?1", [oid], read_schema)
    }

    pub(crate) fn add_schema(&self, db: i64, name: &str, owner: i64) -> Result<i64, SqlError> {
        let oid = self.next_oid()?;
        self.change("insert into @scm values (?1, ?2, ?3, ?4)", params![oid, db, name, owner])?;
        Ok(oid)
    }

    pub(crate) fn drop_schema(&self, db: i64, schema: &Schema) -> Result<(), SqlError> {
        for relation in self.relations(schema.oid)? {
            self.drop_relation(db, &schema.name, &relation)?;
        }
        self.change("delete from @share_scm where scm = ?1", [schema.oid])?;
        self.change("delete from @privilege where db = ?1 and scm = ?2", params![db, schema.name])?;
        self.change("delete from @scm where oid = ?1", [schema.oid])?;
        Ok(())
    }
}

impl Catalog<'_> {
    pub(crate) fn set_database_owner(&self, oid: i64, owner: i64) -> Result<(), SqlError> {
        self.change("update @db set owner = ?2 where oid = ?1", [oid, owner])?;
        Ok(())
    }

    pub(crate) fn set_schema_owner(&self, oid: i64, owner: i64) -> Result<(), SqlError> {
        self.change("update @scm set owner = ?2 where oid = ?1", [oid, owner])?;
        Ok(())
    }
}
