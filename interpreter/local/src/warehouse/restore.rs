//! Snapshots of namespaces: taking one, restoring one, forgetting one.

use std::path::Path;

use rusqlite::Connection;

use super::error::SqlError;
use super::meta::Catalog;
use super::store;
use super::{Warehouse, sample};

/// What a namespace can be restored from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SnapshotData {
    /// The rows of `airline-data-snapshot`, made when they are asked for.
    Sample,
    /// A namespace's file, kept under this key.
    Kept(String),
}

/// What a snapshot's description says of its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SnapshotFacts {
    pub(crate) databases: Vec<String>,
    /// The administrator whose name and password a restore brings back.
    pub(crate) admin: Option<String>,
    pub(crate) bytes: u64,
}

impl Warehouse {
    /// Keeps the present state of a namespace under a key, which may hold `[a-z0-9-]` only.
    pub(crate) fn snapshot(&self, namespace: &str, key: &str) -> Result<SnapshotData, SqlError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if key.is_empty() || !key.chars().all(plain) {
            return Err(SqlError::new("22023", format!("\"{key}\" is no key of a snapshot")));
        }
        let path = self.store.snapshot(key);
        let draft = path.with_extension("draft");
        store::remove_database(&draft)?;
        copy(&self.namespace(namespace)?.generation().path, &draft)?;
        std::fs::rename(&draft, &path)?;
        Ok(SnapshotData::Kept(key.to_owned()))
    }

    /// Deletes what a snapshot keeps.
    pub(crate) fn drop_snapshot(&self, data: &SnapshotData) -> Result<(), SqlError> {
        match data {
            SnapshotData::Sample => Ok(()),
            SnapshotData::Kept(key) => Ok(store::remove_database(&self.store.snapshot(key))?),
        }
    }

    /// Describes a snapshot without restoring it.
    pub(crate) fn snapshot_facts(&self, data: &SnapshotData) -> Result<SnapshotFacts, SqlError> {
        let SnapshotData::Kept(key) = data else {
            return Ok(sample::facts());
        };
        let path = self.store.snapshot(key);
        let connection = store::connect(&path)?;
        let catalog = Catalog::own(&connection);
        let databases = catalog.databases()?.into_iter();
        Ok(SnapshotFacts {
            databases: databases
                .filter(|database| database.source.is_none())
                .map(|database| database.name)
                .collect(),
            admin: catalog.setting("admin")?,
            bytes: std::fs::metadata(&path)?.len(),
        })
    }

    /// Makes ready to replace every database, user and share of a namespace by those of a snapshot: nothing is
    /// replaced yet.
    ///
    /// A consumer keeps its permission only if the snapshot is of this very namespace and the
    /// permission existed both then and now (Redshift guide, "Considerations for data sharing").
    pub(crate) fn draft(&self, namespace: &str, data: &SnapshotData) -> Result<(), SqlError> {
        let id = self.namespace(namespace)?.id.clone();
        let granted = self.read(&id, grants)?;
        self.store.draft(&id, |draft| match data {
            SnapshotData::Sample => store::create(draft, |connection| {
                let catalog = Catalog::own(connection);
                catalog.set("namespace", &id)?;
                sample::fill(catalog)
            }),
            SnapshotData::Kept(key) => {
                copy(&self.store.snapshot(key), draft)?;
                adopt(draft, &id, &granted)
            }
        })
    }

    /// Puts what was made ready in the namespace's place.
    pub(crate) fn take_draft(&self, namespace: &str) -> Result<(), SqlError> {
        let id = self.namespace(namespace)?.id.clone();
        let path = self.store.path(&id, self.store.take_draft(&id)?);
        self.namespace(&id)?.turn_over(path);
        Ok(())
    }
}

/// The permissions that consumers hold: share and namespace.
fn grants(catalog: Catalog<'_>) -> Result<Vec<(String, String)>, SqlError> {
    let mut all = Vec::new();
    for share in catalog.shares()? {
        for consumer in catalog.consumers(share.oid)? {
            all.push((share.name.clone(), consumer.namespace));
        }
    }
    Ok(all)
}

/// Gives a restored file its new namespace, and takes away permissions that didn't survive.
fn adopt(path: &Path, namespace: &str, granted: &[(String, String)]) -> Result<(), SqlError> {
    let connection = Connection::open(path)?;
    let catalog = Catalog::own(&connection);
    let same = catalog.setting("namespace")?.as_deref() == Some(namespace);
    for share in catalog.shares()? {
        for consumer in catalog.consumers(share.oid)? {
            let now = granted.iter().any(|(name, id)| *name == share.name && *id == consumer.namespace);
            if !same || !now {
                catalog.remove_consumer(share.oid, &consumer.namespace)?;
            }
        }
    }
    catalog.set("namespace", namespace)?;
    drop(connection);
    std::fs::File::open(path)?.sync_all()?;
    Ok(())
}

/// Copies a file in use into a fresh one without journal files.
fn copy(from: &Path, to: &Path) -> Result<(), SqlError> {
    let connection = store::connect(from)?;
    connection.execute("vacuum into ?1", [to.to_string_lossy()])?;
    Ok(())
}
