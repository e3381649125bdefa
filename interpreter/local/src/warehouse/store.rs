//! The files of the warehouses: one SQLite file a namespace, one a snapshot.
//!
//! A restore writes the next generation beside the present one and renames it into place,
//! so a process killed at any instant leaves either the old namespace or the new one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::SqlError;

/// The folder that holds everything; without a data folder it goes with the process.
#[derive(Debug)]
pub(crate) struct Store {
    root: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

/// How long a statement waits for another writer of the same namespace.
const BUSY: Duration = Duration::from_secs(20);
/// The file of a namespace's next generation while it is being written.
const DRAFT: &str = "draft";

impl Store {
    pub(crate) fn open(dir: Option<&Path>) -> io::Result<Self> {
        let (root, temporary) = match dir {
            Some(dir) => (dir.to_owned(), None),
            None => {
                let folder = tempfile::tempdir()?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        let store = Self { root, _temporary: temporary };
        fs::create_dir_all(store.namespaces())?;
        fs::create_dir_all(store.snapshots())?;
        Ok(store)
    }

    fn namespaces(&self) -> PathBuf {
        self.root.join("namespaces")
    }

    fn snapshots(&self) -> PathBuf {
        self.root.join("snapshots")
    }

    pub(crate) fn snapshot(&self, key: &str) -> PathBuf {
        self.snapshots().join(format!("{key}.db"))
    }

    fn folder(&self, namespace: &str) -> PathBuf {
        self.namespaces().join(namespace)
    }

    /// Lists the namespaces that have a file, in order.
    pub(crate) fn list(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.namespaces())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if self.generation(&name)?.is_some() {
                found.push(name);
            }
        }
        found.sort();
        Ok(found)
    }

    /// The newest generation of a namespace's file.
    pub(crate) fn generation(&self, namespace: &str) -> io::Result<Option<u64>> {
        let folder = self.folder(namespace);
        if !folder.is_dir() {
            return Ok(None);
        }
        let mut newest = None;
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let number = name
                .strip_prefix("data-")
                .and_then(|rest| rest.strip_suffix(".db"))
                .and_then(|digits| digits.parse().ok());
            newest = newest.max(number);
        }
        Ok(newest)
    }

    pub(crate) fn path(&self, namespace: &str, generation: u64) -> PathBuf {
        self.folder(namespace).join(format!("data-{generation}.db"))
    }

    /// Lets `build` fill a fresh file, which is nothing yet.
    pub(crate) fn draft(
        &self,
        namespace: &str,
        build: impl FnOnce(&Path) -> Result<(), SqlError>,
    ) -> Result<(), SqlError> {
        fs::create_dir_all(self.folder(namespace))?;
        let draft = self.folder(namespace).join(DRAFT);
        remove_database(&draft)?;
        build(&draft)
    }

    /// Makes the draft the namespace's next generation, and returns which.
    pub(crate) fn take_draft(&self, namespace: &str) -> Result<u64, SqlError> {
        let next = self.generation(namespace)?.unwrap_or(0) + 1;
        let draft = self.folder(namespace).join(DRAFT);
        // While nobody else has it: of several that bring a file into this mode at once, some are refused.
        let connection = Connection::open(&draft)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.close().map_err(|(_, error)| error)?;
        fs::rename(draft, self.path(namespace, next))?;
        for old in 0..next {
            remove_database(&self.path(namespace, old))?;
        }
        Ok(next)
    }

    pub(crate) fn remove(&self, namespace: &str) -> io::Result<()> {
        match fs::remove_dir_all(self.folder(namespace)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Deletes an SQLite file with its journal files.
pub(crate) fn remove_database(path: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Makes an empty namespace file and leaves it complete, without journal files.
pub(crate) fn create(
    path: &Path,
    fill: impl FnOnce(&Connection) -> Result<(), SqlError>,
) -> Result<(), SqlError> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "off")?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.execute_batch("begin")?;
    connection.execute_batch(include_str!("schema.sql"))?;
    connection.execute_batch(include_str!("later.sql"))?;
    fill(&connection)?;
    connection.execute_batch("commit")?;
    connection.close().map_err(|(_, error)| error)?;
    fs::File::open(path)?.sync_all()?;
    Ok(())
}

/// Opens a namespace's file for statements.
pub(crate) fn connect(path: &Path) -> Result<Connection, SqlError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "case_sensitive_like", true)?;
    if connection.query_row(LATER_ARE_THERE, [], |row| row.get(0))? {
        return Ok(connection);
    }
    // A file of an earlier version.
    connection.execute_batch(include_str!("later.sql"))?;
    Ok(connection)
}

const LATER_ARE_THERE: &str =
    "select count(*) = 3 from sqlite_schema where name in ('key', 'layout', 'receipt')";

/// The URI under which another namespace's file is attached, readable only.
pub(crate) fn read_only_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri.push_str("?mode=ro");
    uri
}
