//! Opening a shared database: the right to it, the grant behind it, the producer's file.

use super::Session;
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::Catalog;
use crate::warehouse::meta::database::{Database, Source};
use crate::warehouse::meta::login::User;
use crate::warehouse::meta::privilege::{Object, Privilege};
use crate::warehouse::meta::share::Share;
use crate::warehouse::store;

/// SQLite attaches ten files to a connection; one place is left for luck.
const MOST_ATTACHED: usize = 9;

impl Session {
    /// Refuses a shared database that the user may not use.
    pub(in crate::warehouse) fn may_use(&self, database: &Database, user: &User) -> Result<(), SqlError> {
        if database.source.is_none() || database.owner == user.id {
            return Ok(());
        }
        let object = Object::database(database.oid);
        if self.catalog().holds(&object, user, Privilege::Usage)? {
            Ok(())
        } else {
            Err(SqlError::denied(format!("database {}", database.name)))
        }
    }

    /// Attaches the producer of a shared database and finds the share, if it is still granted.
    pub(in crate::warehouse) fn open_share(
        &self,
        database: &str,
        source: &Source,
    ) -> Result<(String, Share), SqlError> {
        let gone = |why: &str| {
            SqlError::new(
                "42501",
                format!(
                    "database \"{database}\" is not accessible: datashare \"{}\" of namespace {} {why}",
                    source.share, source.producer
                ),
            )
        };
        let file = self.attach(&source.producer)?.ok_or_else(|| gone("has gone with its namespace"))?;
        let catalog = Catalog { connection: self.connection(), file: &file };
        let share = catalog.share(&source.share)?.ok_or_else(|| gone("does not exist"))?;
        if !catalog.is_consumer(share.oid, self.namespace_id())? {
            return Err(gone("is not granted to this namespace"));
        }
        Ok((file, share))
    }

    /// Attaches a namespace's file for reading and gives its name in SQLite.
    fn attach(&self, producer: &str) -> Result<Option<String>, SqlError> {
        let Ok(namespace) = self.warehouse().namespace(producer) else {
            return Ok(None);
        };
        let path = namespace.generation().path;
        let key = path.to_string_lossy().into_owned();
        if let Some(alias) = self.attached.borrow().get(&key) {
            return Ok(Some(alias.clone()));
        }
        let number = self.attachments.get() + 1;
        self.attachments.set(number);
        let alias = format!("n{number}");
        self.make_room();
        let sql = format!("attach ?1 as {alias}");
        self.connection().execute(&sql, [store::read_only_uri(&path)])?;
        self.attached.borrow_mut().insert(key, alias.clone());
        Ok(Some(alias))
    }

    /// Lets go of the file attached longest ago; one in use by the transaction stays.
    fn make_room(&self) {
        let mut attached = self.attached.borrow_mut();
        while attached.len() >= MOST_ATTACHED {
            let Some(place) = attached
                .values()
                .position(|alias| self.connection().execute_batch(&format!("detach {alias}")).is_ok())
            else {
                return;
            };
            attached.shift_remove_index(place);
        }
    }
}
