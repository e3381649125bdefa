//! Redshift's SQL for an account of namespaces, over embedded SQLite.
//!
//! A namespace is one SQLite file with its users, databases, grants, shares and rows. A
//! consumer's session attaches its producer's file for reading, so shared rows are read
//! live and copied nowhere. Nothing here knows of HTTP or of the cloud's resources.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

mod cast;
mod decimal;
mod error;
mod explain;
mod inbound;
pub(crate) mod instant;
pub(crate) mod interval;
mod meta;
mod namespace;
mod outbound;
mod parse;
mod picture;
mod query;
mod reserved;
mod restore;
mod run;
mod sample;
mod session;
mod sqlite;
mod statement;
mod store;
mod template;
#[cfg(test)]
mod tests;
mod types;
mod value;
mod verifier;
mod views;

pub(crate) use cast::parse as parse_value;
pub(crate) use error::SqlError;
pub(crate) use outbound::Outbound;
pub(crate) use reserved::is_reserved;
pub(crate) use restore::SnapshotData;
pub(crate) use session::{Column, Outcome, Parameters, Prepared, Principal, Session, TransactionState};
pub(crate) use types::SqlType;
pub(crate) use value::Value;
pub(crate) use verifier::Verifier;

use meta::Catalog;
pub(crate) use meta::receipt::Receipt;
use namespace::Namespace;
use store::Store;

/// All warehouses of one account.
#[derive(Debug)]
pub(crate) struct Warehouse {
    store: Store,
    account: String,
    namespaces: RwLock<BTreeMap<String, Arc<Namespace>>>,
}

/// What a new namespace begins with.
#[derive(Debug)]
pub(crate) struct NamespaceSpec {
    /// A GUID, unique in the account.
    pub(crate) id: String,
    /// The first database, `dev` unless the caller says otherwise.
    pub(crate) db_name: String,
    /// The administrator, or none: then every user is one of IAM.
    pub(crate) admin: Option<Login>,
}

/// A user name with its cleartext password, which is kept as a verifier only.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Login({}, ‹secret›)", self.user)
    }
}

impl Warehouse {
    /// Opens the warehouses in a folder; without one they last as long as the process.
    pub(crate) fn open(dir: Option<&Path>, account: &str) -> Result<Arc<Self>, SqlError> {
        let store = Store::open(dir)?;
        let mut namespaces = BTreeMap::new();
        for id in store.list()? {
            if let Some(generation) = store.generation(&id)? {
                let namespace = Namespace::new(&id, store.path(&id, generation));
                namespaces.insert(id, Arc::new(namespace));
            }
        }
        Ok(Arc::new(Self { store, account: account.to_owned(), namespaces: RwLock::new(namespaces) }))
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Makes a namespace; one that is there already is an error.
    pub(crate) fn create_namespace(&self, spec: &NamespaceSpec) -> Result<(), SqlError> {
        let id = spec.id.to_lowercase();
        if self.namespace(&id).is_ok() {
            return Err(SqlError::new("42710", format!("namespace {id} already exists")));
        }
        self.store
            .draft(&id, |path| store::create(path, |connection| fill(Catalog::own(connection), spec)))?;
        let namespace = Namespace::new(&id, self.store.path(&id, self.store.take_draft(&id)?));
        self.write().insert(id, Arc::new(namespace));
        Ok(())
    }

    /// Ends the sessions of a namespace and deletes its file, its shares with it.
    pub(crate) fn drop_namespace(&self, id: &str) -> Result<(), SqlError> {
        let removed = self.write().remove(id);
        if let Some(namespace) = removed {
            namespace.end();
        }
        Ok(self.store.remove(id)?)
    }

    /// The identifiers of all namespaces, in order.
    pub(crate) fn namespace_ids(&self) -> Vec<String> {
        self.all().iter().map(|ns| ns.id.clone()).collect()
    }

    /// Makes the login the namespace's administrator.
    pub(crate) fn set_admin(&self, namespace: &str, admin: &Login) -> Result<(), SqlError> {
        let user = admin.user.to_lowercase();
        self.edit(namespace, |catalog| {
            catalog.set_admin(&user, Verifier::of_password(&user, &admin.password))
        })
    }

    /// The administrator's name, where there is one.
    pub(crate) fn admin_user(&self, namespace: &str) -> Result<Option<String>, SqlError> {
        self.read(namespace, |catalog| catalog.setting("admin"))
    }

    /// The local databases' names, in the order in which they were made.
    pub(crate) fn databases(&self, namespace: &str) -> Result<Vec<String>, SqlError> {
        let databases = self.read(namespace, |catalog| catalog.databases())?;
        let local = databases.into_iter().filter(|db| db.source.is_none());
        Ok(local.map(|db| db.name).collect())
    }

    /// How many statements of a submission to the Data API are known to have made their changes.
    pub(crate) fn noted(&self, namespace: &str, statement: &str) -> Result<usize, SqlError> {
        self.read(namespace, |catalog| catalog.noted(statement))
    }

    /// Lets a user in with this password, beside any other it has, until the time.
    pub(crate) fn add_temporary_login(
        &self,
        namespace: &str,
        login: &Login,
        expires: SystemTime,
    ) -> Result<(), SqlError> {
        let namespace = self.namespace(namespace)?;
        namespace.add_temporary(&login.user, &login.password, expires);
        Ok(())
    }

    /// What a login may be checked against, the user's own password first.
    ///
    /// An unknown user has none; the caller asks for a password all the same.
    pub(crate) fn verifiers(&self, namespace: &str, user: &str) -> Result<Vec<Verifier>, SqlError> {
        let mut found = self.namespace(namespace)?.temporary(user);
        if let Some(user) = self.read(namespace, |catalog| catalog.user(&user.to_lowercase()))? {
            let expired = user
                .valid_until
                .as_deref()
                .and_then(|until| instant::parse_timestamp(until).ok())
                .is_some_and(|until| until < instant::now());
            if !expired {
                found.insert(0, user.verifier);
            }
        }
        Ok(found)
    }

    /// Checks a cleartext password, as the Data API does with a secret's.
    pub(crate) fn verify(&self, namespace: &str, login: &Login) -> Result<(), SqlError> {
        let verifiers = self.verifiers(namespace, &login.user)?;
        if verifiers.iter().any(|known| accepts(known, login)) { Ok(()) } else { Err(refused(&login.user)) }
    }

    /// Opens a session; the caller has checked who it is.
    pub(crate) fn session(
        self: &Arc<Self>,
        namespace: &str,
        database: &str,
        principal: &Principal,
    ) -> Result<Session, SqlError> {
        let namespace = self.namespace(namespace)?;
        Session::open(Arc::clone(self), namespace, database, principal)
    }

    pub(crate) fn namespace(&self, id: &str) -> Result<Arc<Namespace>, SqlError> {
        let all = self.namespaces.read().unwrap_or_else(PoisonError::into_inner);
        all.get(&id.to_lowercase())
            .cloned()
            .ok_or_else(|| SqlError::new("3D000", format!("namespace {id} does not exist")))
    }

    fn all(&self) -> Vec<Arc<Namespace>> {
        let all = self.namespaces.read().unwrap_or_else(PoisonError::into_inner);
        all.values().cloned().collect()
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, BTreeMap<String, Arc<Namespace>>> {
        self.namespaces.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(
        &self,
        namespace: &str,
        look: impl FnOnce(Catalog<'_>) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        let connection = store::connect(&self.namespace(namespace)?.generation().path)?;
        look(Catalog::own(&connection))
    }

    fn edit<T>(
        &self,
        namespace: &str,
        change: impl FnOnce(Catalog<'_>) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        let connection = store::connect(&self.namespace(namespace)?.generation().path)?;
        connection.execute_batch("begin immediate")?;
        let done = change(Catalog::own(&connection))?;
        connection.execute_batch("commit")?;
        Ok(done)
    }
}

/// Users of the database have names in lower case; those of IAM keep theirs.
fn accepts(verifier: &Verifier, login: &Login) -> bool {
    let folded = login.user.to_lowercase();
    verifier.accepts(&folded, &login.password) || verifier.accepts(&login.user, &login.password)
}

/// The error of a wrong password, of an unknown user, and of a disabled one.
pub(crate) fn refused(user: &str) -> SqlError {
    SqlError::new("28000", format!("password authentication failed for user \"{user}\""))
}

fn fill(catalog: Catalog<'_>, spec: &NamespaceSpec) -> Result<(), SqlError> {
    catalog.set("namespace", &spec.id.to_lowercase())?;
    catalog.add_service_user()?;
    if let Some(admin) = &spec.admin {
        let user = admin.user.to_lowercase();
        catalog.set_admin(&user, Verifier::of_password(&user, &admin.password))?;
    }
    let owner = catalog.admin()?.map_or(1, |user| user.id);
    catalog.add_database(&spec.db_name.to_lowercase(), owner)?;
    Ok(())
}
