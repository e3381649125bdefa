//! Users of a namespace.

use rusqlite::{Row, params};

use super::Catalog;
use crate::warehouse::error::SqlError;
use crate::warehouse::verifier::Verifier;

/// A database user.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) verifier: Verifier,
    pub(crate) superuser: bool,
    pub(crate) createdb: bool,
    pub(crate) valid_until: Option<String>,
    pub(crate) conn_limit: String,
}

/// The first identifier that users get; lower ones belong to the service.
const FIRST_USER: i64 = 100;

const COLUMNS: &str = "id, name, verifier, superuser, createdb, valid_until, conn_limit";

fn read(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        verifier: Verifier::from_stored(&row.get::<_, String>(2)?),
        superuser: row.get(3)?,
        createdb: row.get(4)?,
        valid_until: row.get(5)?,
        conn_limit: row.get(6)?,
    })
}

impl Catalog<'_> {
    pub(crate) fn users(&self) -> Result<Vec<User>, SqlError> {
        let sql = format!("select {COLUMNS} from @login order by id");
        self.list(&sql, [], read)
    }

    pub(crate) fn user(&self, name: &str) -> Result<Option<User>, SqlError> {
        let sql = format!("select {COLUMNS} from @login where name = ?1");
        self.find(&sql, [name], read)
    }

    pub(crate) fn user_by_id(&self, id: i64) -> Result<Option<User>, SqlError> {
        let sql = format!("select {COLUMNS} from @login where id = ?1");
        self.find(&sql, [id], read)
    }

    pub(crate) fn user_name(&self, id: i64) -> Result<String, SqlError> {
        let name = self.find("select name from @login where id = ?1", [id], |r| r.get(0))?;
        Ok(name.unwrap_or_else(|| format!("unknown (OID={id})")))
    }

    /// Adds a user without privileges and gives its identifier.
    pub(crate) fn add_user(&self, name: &str, verifier: &Verifier) -> Result<i64, SqlError> {
        let highest: Option<i64> = self.find("select coalesce(max(id), 0) from @login", [], |r| r.get(0))?;
        let id = highest.map_or(FIRST_USER, |n| FIRST_USER.max(n + 1));
        self.change(
            "insert into @login (id, name, verifier) values (?1, ?2, ?3)",
            params![id, name, verifier.stored()],
        )?;
        Ok(id)
    }

    /// Writes everything but the name.
    pub(crate) fn update_user(&self, user: &User) -> Result<(), SqlError> {
        self.change(
            "update @login set verifier = ?2, superuser = ?3, createdb = ?4, valid_until = ?5, \
             conn_limit = ?6 where id = ?1",
            params![
                user.id,
                user.verifier.stored(),
                user.superuser,
                user.createdb,
                user.valid_until,
                user.conn_limit
            ],
        )?;
        Ok(())
    }

    pub(crate) fn rename_user(&self, id: i64, name: &str) -> Result<(), SqlError> {
        self.change("update @login set name = ?2 where id = ?1", params![id, name])?;
        Ok(())
    }

    pub(crate) fn drop_user(&self, id: i64) -> Result<(), SqlError> {
        self.change("delete from @login where id = ?1", [id])?;
        Ok(())
    }

    /// Makes the user the namespace's administrator, adding it where it is new.
    pub(crate) fn set_admin(&self, name: &str, verifier: Verifier) -> Result<(), SqlError> {
        let id = match self.user(name)? {
            Some(user) => user.id,
            None => self.add_user(name, &verifier)?,
        };
        if let Some(mut user) = self.user_by_id(id)? {
            user.verifier = verifier;
            user.superuser = true;
            user.createdb = true;
            self.update_user(&user)?;
        }
        self.set("admin", name)
    }
}

impl Catalog<'_> {
    /// Adds `rdsdb`, the service's own user, which nobody can log in as.
    pub(crate) fn add_service_user(&self) -> Result<(), SqlError> {
        self.change(
            "insert into @login (id, name, verifier, superuser, createdb) values (1, 'rdsdb', '', 1, 1)",
            [],
        )?;
        Ok(())
    }

    /// The namespace's administrator, where it has one.
    pub(crate) fn admin(&self) -> Result<Option<User>, SqlError> {
        match self.setting("admin")? {
            Some(name) => self.user(&name),
            None => Ok(None),
        }
    }
}
