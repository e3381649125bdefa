//! Grants on databases, schemas and relations, and the question whether a user may.

use indexmap::IndexMap;
use rusqlite::params;

use super::Catalog;
use super::login::User;
use crate::warehouse::error::SqlError;

/// What a grant is on. Names, because the object may live in another namespace's share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) db: i64,
    /// Empty for the whole database.
    pub(crate) schema: String,
    /// Empty for the whole schema.
    pub(crate) relation: String,
}

impl Object {
    pub(crate) fn database(db: i64) -> Self {
        Self { db, schema: String::new(), relation: String::new() }
    }

    pub(crate) fn schema(db: i64, schema: &str) -> Self {
        Self { db, schema: schema.to_owned(), relation: String::new() }
    }

    pub(crate) fn relation(db: i64, schema: &str, relation: &str) -> Self {
        Self { db, schema: schema.to_owned(), relation: relation.to_owned() }
    }
}

/// One line of the table of grants.
#[derive(Debug, Clone)]
pub(crate) struct Granted {
    pub(crate) object: Object,
    /// 0 is PUBLIC.
    pub(crate) grantee: i64,
    pub(crate) privilege: Privilege,
}

/// What a grant allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privilege {
    Select,
    Insert,
    Update,
    Delete,
    References,
    Drop,
    Truncate,
    Alter,
    Usage,
    Create,
    Temporary,
}

impl Privilege {
    pub(crate) const ALL: [Self; 11] = [
        Self::Select,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::References,
        Self::Drop,
        Self::Truncate,
        Self::Alter,
        Self::Usage,
        Self::Create,
        Self::Temporary,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::References => "REFERENCES",
            Self::Drop => "DROP",
            Self::Truncate => "TRUNCATE",
            Self::Alter => "ALTER",
            Self::Usage => "USAGE",
            Self::Create => "CREATE",
            Self::Temporary => "TEMPORARY",
        }
    }

    /// Reads a privilege's word in any case; TEMP is short for TEMPORARY.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        if word.eq_ignore_ascii_case("temp") {
            return Some(Self::Temporary);
        }
        Self::ALL.into_iter().find(|privilege| word.eq_ignore_ascii_case(privilege.word()))
    }

    /// The letter in an access control list.
    fn letter(self) -> &'static str {
        match self {
            Self::Select => "r",
            Self::Insert => "a",
            Self::Update => "w",
            Self::Delete => "d",
            Self::References => "x",
            Self::Drop => "D",
            Self::Truncate => "t",
            Self::Alter => "A",
            Self::Usage => "U",
            Self::Create => "C",
            Self::Temporary => "T",
        }
    }
}

/// The grantee that stands for everybody.
pub(crate) const PUBLIC: i64 = 0;

impl Catalog<'_> {
    pub(crate) fn grant(&self, object: &Object, grantee: i64, privilege: Privilege) -> Result<(), SqlError> {
        self.change(
            "insert or ignore into @privilege values (?1, ?2, ?3, ?4, ?5)",
            params![object.db, object.schema, object.relation, grantee, privilege.word()],
        )?;
        Ok(())
    }

    pub(crate) fn revoke(&self, object: &Object, grantee: i64, privilege: Privilege) -> Result<(), SqlError> {
        self.change(
            "delete from @privilege where db = ?1 and scm = ?2 and relation = ?3 \
             and grantee = ?4 and word = ?5",
            params![object.db, object.schema, object.relation, grantee, privilege.word()],
        )?;
        Ok(())
    }

    /// Says whether the user, or everybody, holds the privilege; owners are the caller's matter.
    pub(crate) fn holds(&self, object: &Object, user: &User, privilege: Privilege) -> Result<bool, SqlError> {
        if user.superuser {
            return Ok(true);
        }
        let sql = "select 1 from @privilege where db = ?1 and scm = ?2 and relation = ?3 \
                   and grantee in (0, ?4) and word = ?5";
        let found = self.find(
            sql,
            params![object.db, object.schema, object.relation, user.id, privilege.word()],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    pub(crate) fn grants(&self) -> Result<Vec<Granted>, SqlError> {
        let sql = "select db, scm, relation, grantee, word from @privilege";
        let lines = self.list(sql, [], |row| {
            let object = Object { db: row.get(0)?, schema: row.get(1)?, relation: row.get(2)? };
            Ok((object, row.get(3)?, row.get::<_, String>(4)?))
        })?;
        Ok(lines
            .into_iter()
            .filter_map(|(object, grantee, word)| {
                Privilege::from_word(&word).map(|privilege| Granted { object, grantee, privilege })
            })
            .collect())
    }

    /// The grants on one object as `pg_class.relacl` writes them.
    pub(crate) fn acl(&self, object: &Object) -> Result<Option<String>, SqlError> {
        let mut letters: IndexMap<i64, String> = IndexMap::new();
        for granted in self.grants()? {
            if granted.object == *object {
                let held = letters.entry(granted.grantee).or_default();
                held.push_str(granted.privilege.letter());
            }
        }
        let mut parts = Vec::new();
        for (grantee, held) in letters {
            let who = match grantee {
                PUBLIC => String::new(),
                id => self.user_name(id)?,
            };
            parts.push(format!("{who}={held}"));
        }
        Ok((!parts.is_empty()).then(|| parts.join(",")))
    }
}
