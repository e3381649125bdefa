//! Outbound datashares: what they hold and to whom they are granted.

use rusqlite::{Row, params};

use super::Catalog;
use super::database::Schema;
use super::relation::Relation;
use crate::warehouse::error::SqlError;

/// A datashare of the namespace.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    pub(crate) oid: i64,
    pub(crate) name: String,
    /// The database that owns the objects.
    pub(crate) db: i64,
    pub(crate) owner: i64,
    pub(crate) public: bool,
    pub(crate) created: String,
}

/// A namespace that may use a share, and since when.
#[derive(Debug, Clone)]
pub(crate) struct Consumer {
    pub(crate) namespace: String,
    pub(crate) granted: String,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Share> {
    Ok(Share {
        oid: row.get(0)?,
        name: row.get(1)?,
        db: row.get(2)?,
        owner: row.get(3)?,
        public: row.get(4)?,
        created: row.get(5)?,
    })
}

const COLUMNS: &str = "oid, name, db, owner, public, created";

impl Catalog<'_> {
    pub(crate) fn shares(&self) -> Result<Vec<Share>, SqlError> {
        let sql = format!("select {COLUMNS} from @share order by name");
        self.list(&sql, [], read)
    }

    pub(crate) fn share(&self, name: &str) -> Result<Option<Share>, SqlError> {
        let sql = format!("select {COLUMNS} from @share where name = ?1");
        self.find(&sql, [name], read)
    }

    pub(crate) fn add_share(&self, share: &Share) -> Result<(), SqlError> {
        self.change(
            "insert into @share values (?1, ?2, ?3, ?4, ?5, datetime('now'))",
            params![share.oid, share.name, share.db, share.owner, share.public],
        )?;
        Ok(())
    }

    pub(crate) fn drop_share(&self, oid: i64) -> Result<(), SqlError> {
        for table in ["share_scm", "share_relation", "share_consumer"] {
            self.change(&format!("delete from @{table} where share = ?1"), [oid])?;
        }
        self.change("delete from @share where oid = ?1", [oid])?;
        Ok(())
    }

    pub(crate) fn set_share_public(&self, oid: i64, public: bool) -> Result<(), SqlError> {
        self.change("update @share set public = ?2 where oid = ?1", params![oid, public])?;
        Ok(())
    }

    pub(crate) fn consumers(&self, share: i64) -> Result<Vec<Consumer>, SqlError> {
        self.list(
            "select namespace, granted from @share_consumer where share = ?1 order by granted, namespace",
            [share],
            |row| Ok(Consumer { namespace: row.get(0)?, granted: row.get(1)? }),
        )
    }

    pub(crate) fn is_consumer(&self, share: i64, namespace: &str) -> Result<bool, SqlError> {
        let sql = "select 1 from @share_consumer where share = ?1 and namespace = ?2";
        let row = self.find(sql, params![share, namespace], |_| Ok(()))?;
        Ok(row.is_some())
    }

    pub(crate) fn add_consumer(&self, share: i64, namespace: &str) -> Result<(), SqlError> {
        self.change(
            "insert or ignore into @share_consumer values (?1, ?2, datetime('now'))",
            params![share, namespace],
        )?;
        Ok(())
    }

    pub(crate) fn remove_consumer(&self, share: i64, namespace: &str) -> Result<(), SqlError> {
        self.change(
            "delete from @share_consumer where share = ?1 and namespace = ?2",
            params![share, namespace],
        )?;
        Ok(())
    }

    /// The share's schemas, each with whether new tables join by themselves.
    pub(crate) fn share_schemas(&self, share: i64) -> Result<Vec<(Schema, bool)>, SqlError> {
        self.list(
            "select s.oid, s.name, s.owner, x.include_new from @share_scm x \
             join @scm s on s.oid = x.scm where x.share = ?1 order by s.name",
            [share],
            |row| {
                let schema = Schema { oid: row.get(0)?, name: row.get(1)?, owner: row.get(2)? };
                Ok((schema, row.get(3)?))
            },
        )
    }

    /// The share's tables and views in one of its schemas.
    pub(crate) fn share_relations(&self, share: i64, schema: i64) -> Result<Vec<Relation>, SqlError> {
        let mut relations = self.relations(schema)?;
        let shared = self.list("select relation from @share_relation where share = ?1", [share], |row| {
            row.get::<_, i64>(0)
        })?;
        relations.retain(|relation| shared.contains(&relation.oid));
        Ok(relations)
    }

    pub(crate) fn add_share_schema(&self, share: i64, schema: i64) -> Result<(), SqlError> {
        self.change("insert into @share_scm (share, scm) values (?1, ?2)", [share, schema])?;
        Ok(())
    }

    pub(crate) fn set_include_new(&self, share: i64, schema: i64, include: bool) -> Result<(), SqlError> {
        self.change(
            "update @share_scm set include_new = ?3 where share = ?1 and scm = ?2",
            params![share, schema, include],
        )?;
        Ok(())
    }

    pub(crate) fn remove_share_schema(&self, share: i64, schema: i64) -> Result<(), SqlError> {
        self.change("delete from @share_scm where share = ?1 and scm = ?2", [share, schema])?;
        self.change(
            "delete from @share_relation where share = ?1 \
             and relation in (select oid from @relation where scm = ?2)",
            [share, schema],
        )?;
        Ok(())
    }

    pub(crate) fn add_share_relation(&self, share: i64, relation: i64) -> Result<(), SqlError> {
        self.change("insert or ignore into @share_relation values (?1, ?2)", [share, relation])?;
        Ok(())
    }

    pub(crate) fn remove_share_relation(&self, share: i64, relation: i64) -> Result<usize, SqlError> {
        self.change("delete from @share_relation where share = ?1 and relation = ?2", [share, relation])
    }
}
