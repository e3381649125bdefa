//! Finds the relation that a name of one to three parts means, and checks the right to it.

use super::Translator;
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::Catalog;
use crate::warehouse::meta::database::{Database, Schema};
use crate::warehouse::meta::login::User;
use crate::warehouse::meta::privilege::{Object, Privilege};
use crate::warehouse::meta::relation::{Column, Relation};
use crate::warehouse::session::Session;
use crate::warehouse::statement::Name;
use crate::warehouse::views::View;

/// What a relation's name means.
#[derive(Debug)]
pub(crate) enum Located {
    View(View),
    Relation(Box<Found>),
}

/// A stored relation, and by which way it is reached.
#[derive(Debug)]
pub(crate) struct Found {
    /// The attached file that holds it.
    pub(crate) file: String,
    /// The database that the name goes through; for a share the consumer's.
    pub(crate) database: Database,
    /// The database that owns it, in its own namespace.
    pub(crate) home: i64,
    pub(crate) schema: Schema,
    pub(crate) relation: Relation,
    pub(crate) columns: Vec<Column>,
}

impl Found {
    /// The catalog that holds it.
    pub(crate) fn catalog<'f>(&'f self, session: &'f Session) -> Catalog<'f> {
        Catalog { connection: session.connection(), file: &self.file }
    }

    /// Where its rows are, in SQLite.
    pub(crate) fn storage(&self) -> String {
        format!("\"{}\".{}", self.file, self.relation.storage())
    }
}

impl Translator<'_> {
    /// Finds a relation.
    pub(super) fn locate(&self, name: &Name) -> Result<Located, SqlError> {
        let missing = || match name.parts.as_slice() {
            [view] if View::is_reserved(view) => SqlError::unsupported(format!("the system view {view}")),
            _ => SqlError::no_relation(&name.to_string()),
        };
        match name.parts.as_slice() {
            [table] => {
                if let Some(view) = View::find("pg_catalog", table) {
                    return Ok(Located::View(view));
                }
                if let Some(found) = self.temporary(table)? {
                    return Ok(Located::Relation(Box::new(found)));
                }
                for schema in &self.site.search_path {
                    let here = self.site.database.clone();
                    if let Some(found) = self.stored(&here, schema, table)? {
                        return Ok(Located::Relation(Box::new(found)));
                    }
                }
                Err(missing())
            }
            [schema, table] => self.in_schema(&self.site.database.clone(), schema, table, name),
            [database, schema, table] => {
                let database = self
                    .catalog()
                    .database(database)?
                    .ok_or_else(|| SqlError::no_database(database).at(name.position))?;
                self.in_schema(&database, schema, table, name)
            }
            _ => Err(missing()),
        }
        .map_err(|error| error.at(name.position))
    }

    /// Finds a temporary table, which stands before all others of its name; views see none.
    fn temporary(&self, table: &str) -> Result<Option<Found>, SqlError> {
        let Some(catalog) = self.session.temporaries()?.filter(|_| self.site.reader.is_some()) else {
            return Ok(None);
        };
        let schema = self.session.temporary_schema()?;
        let Some(relation) = catalog.relation(schema.oid, table)? else {
            return Ok(None);
        };
        let columns = catalog.columns(relation.oid)?;
        let database = self.session.database()?;
        let home = database.oid;
        // Temporary tables can be written wherever the session is connected to.
        let database = Database { source: None, ..database };
        Ok(Some(Found { file: catalog.file.to_owned(), database, home, schema, relation, columns }))
    }

    fn in_schema(
        &self,
        database: &Database,
        schema: &str,
        table: &str,
        name: &Name,
    ) -> Result<Located, SqlError> {
        if database.oid == self.site.database.oid
            && let Some(view) = View::find(schema, table)
        {
            return Ok(Located::View(view));
        }
        if let Some(found) = self.stored(database, schema, table)? {
            return Ok(Located::Relation(Box::new(found)));
        }
        if View::is_schema(schema) {
            return Err(SqlError::unsupported(format!("the system view {schema}.{table}")));
        }
        if !self.schema_exists(database, schema)? {
            return Err(SqlError::no_schema(schema));
        }
        Err(SqlError::no_relation(&name.to_string()))
    }

    fn schema_exists(&self, database: &Database, schema: &str) -> Result<bool, SqlError> {
        if View::is_schema(schema) {
            return Ok(true);
        }
        let Some(source) = &database.source else {
            return Ok(self.catalog().schema(database.oid, schema)?.is_some());
        };
        let (file, share) = self.session.open_share(&database.name, source)?;
        let schemas = self.producer(&file).share_schemas(share.oid)?;
        Ok(schemas.iter().any(|(found, _)| found.name == schema))
    }

    fn producer<'f>(&'f self, file: &'f str) -> Catalog<'f> {
        Catalog { connection: self.session.connection(), file }
    }

    /// Finds a table or view in a local or a shared database.
    fn stored(&self, database: &Database, schema: &str, table: &str) -> Result<Option<Found>, SqlError> {
        let Some(source) = &database.source else {
            let catalog = self.catalog();
            let Some(schema) = catalog.schema(database.oid, schema)? else {
                return Ok(None);
            };
            let Some(relation) = catalog.relation(schema.oid, table)? else {
                return Ok(None);
            };
            return Ok(Some(Found {
                file: self.site.file.clone(),
                database: database.clone(),
                home: database.oid,
                columns: catalog.columns(relation.oid)?,
                schema,
                relation,
            }));
        };
        if self.site.file != "main" {
            return Err(SqlError::unsupported("a shared view over another share"));
        }
        if let Some(user) = &self.site.reader {
            self.session.may_use(database, user)?;
        }
        let (file, share) = self.session.open_share(&database.name, source)?;
        let catalog = self.producer(&file);
        let schemas = catalog.share_schemas(share.oid)?;
        let Some((schema, _)) = schemas.into_iter().find(|(found, _)| found.name == schema) else {
            return Ok(None);
        };
        let relations = catalog.share_relations(share.oid, schema.oid)?;
        let Some(relation) = relations.into_iter().find(|found| found.name == table) else {
            return Ok(None);
        };
        Ok(Some(Found {
            columns: catalog.columns(relation.oid)?,
            database: database.clone(),
            home: share.db,
            schema,
            relation,
            file,
        }))
    }

    /// Refuses a relation on which the reader lacks the privilege.
    pub(super) fn check(&self, found: &Found, privilege: Privilege) -> Result<(), SqlError> {
        match &self.site.reader {
            Some(user) => self.check_for(found, user, privilege),
            None => Ok(()),
        }
    }

    /// Refuses a relation on which the user lacks the privilege.
    pub(super) fn check_for(&self, found: &Found, user: &User, privilege: Privilege) -> Result<(), SqlError> {
        let database = &found.database;
        let schema = &found.schema;
        let opened = database.source.as_ref().is_some_and(|source| !source.with_permissions);
        let owner = database.source.is_none() && found.relation.owner == user.id;
        if user.superuser || opened {
            return Ok(());
        }
        let catalog = self.session.catalog();
        let within = Object::schema(database.oid, &schema.name);
        let own_schema = database.source.is_none() && schema.owner == user.id;
        if !own_schema && !catalog.holds(&within, user, Privilege::Usage)? {
            return Err(SqlError::denied(format!("schema {}", schema.name)));
        }
        let object = Object::relation(database.oid, &schema.name, &found.relation.name);
        if owner || catalog.holds(&object, user, privilege)? {
            return Ok(());
        }
        Err(SqlError::denied(format!("relation {}", found.relation.name)))
    }
}
