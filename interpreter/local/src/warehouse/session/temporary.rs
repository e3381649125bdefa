//! Temporary tables: a catalog and rows of the session's own, in SQLite's database of the connection.

use super::Session;
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::Catalog;
use crate::warehouse::meta::database::Schema;

/// SQLite's name for what belongs to one connection.
pub(in crate::warehouse) const FILE: &str = "temp";

impl Session {
    /// The catalog of temporary tables, if there is any.
    pub(in crate::warehouse) fn temporaries(&self) -> Result<Option<Catalog<'_>>, SqlError> {
        if !self.may_have_temporaries.get() {
            return Ok(None);
        }
        let catalog = Catalog { connection: self.connection(), file: FILE };
        // A rollback takes the catalog away with what stood in it.
        let sql = "select 1 from @sqlite_master where name = 'relation'";
        Ok(catalog.find(sql, [], |_| Ok(()))?.map(|()| catalog))
    }

    /// The catalog of temporary tables, made where it isn't there yet.
    pub(in crate::warehouse) fn open_temporaries(&self) -> Result<Catalog<'_>, SqlError> {
        self.may_have_temporaries.set(true);
        if self.temporaries()?.is_none() {
            let all = concat!(include_str!("../schema.sql"), include_str!("../later.sql"));
            let schema = all.replace("if not exists ", "").replace("create table ", "create table temp.");
            self.connection().execute_batch(&schema.replace("insert into ", "insert into temp."))?;
        }
        Ok(Catalog { connection: self.connection(), file: FILE })
    }

    /// The schema in which temporary tables stand.
    pub(in crate::warehouse) fn temporary_schema(&self) -> Result<Schema, SqlError> {
        Ok(Schema { oid: 0, name: "pg_temp".to_owned(), owner: self.user()?.id })
    }
}
