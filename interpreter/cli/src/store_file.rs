//! The journal in a folder beside the spec: `.rsx/<stack>/<env>/journal.ndjson`, and a lock that ends with its process.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rsx_engine::store::{Holder, Lock, Store, StoreFault};

/// Keeps the journal of one deployment in a folder.
#[derive(Clone, Debug)]
pub(crate) struct FileStore {
    folder: PathBuf,
}

impl FileStore {
    /// Keeps it in `folder`, which is made when there is something to keep.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns the folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns whether a journal is there.
    pub(crate) fn exists(&self) -> bool {
        self.journal().exists()
    }

    fn journal(&self) -> PathBuf {
        self.folder.join("journal.ndjson")
    }

    fn open_lock(&self) -> Result<File, StoreFault> {
        fs::create_dir_all(&self.folder).map_err(|error| unreachable("make", &self.folder, &error))?;
        let path = self.folder.join("lock");
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| unreachable("open", &path, &error))
    }
}

#[async_trait]
impl Store for FileStore {
    async fn load(&self) -> Result<String, StoreFault> {
        let path = self.journal();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(unreachable("read", &path, &error)),
        }
    }

    async fn append(&self, lines: &str) -> Result<(), StoreFault> {
        let path = self.journal();
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
            file.write_all(lines.as_bytes())?;
            file.sync_data()
        };
        write().map_err(|error| unreachable("write", &path, &error))
    }

    async fn compact(&self, journal: &str) -> Result<(), StoreFault> {
        let path = self.journal();
        crate::files::replace(&path, journal.as_bytes())
            .map_err(|error| StoreFault::Unreachable(error.paragraph().unwrap_or_default().to_owned()))
    }

    async fn lock(&self, holder: &Holder) -> Result<Box<dyn Lock>, StoreFault> {
        let mut file = self.open_lock()?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreFault::Locked(Box::new(held_by(&mut file, holder))));
            }
            Err(TryLockError::Error(error)) => return Err(unreachable("lock", &self.folder, &error)),
        }
        let note = serde_json::to_string(holder).unwrap_or_default();
        let write = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(note.as_bytes()));
        write.map_err(|error| unreachable("write", &self.folder.join("lock"), &error))?;
        Ok(Box::new(Held { _file: file }))
    }

    /// The system gives the lock of a dead process back by itself, so there is nothing to take away but the note.
    async fn unlock(&self) -> Result<(), StoreFault> {
        match fs::remove_file(self.folder.join("lock")) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(unreachable("remove", &self.folder.join("lock"), &error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// Reads who holds the lock; somebody who has not yet said so is taken for one who began just now.
fn held_by(file: &mut File, asking: &Holder) -> Holder {
    let mut note = String::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut note));
    let unknown =
        Holder { who: "another process".into(), doing: "change the state".into(), since: asking.since };
    read.ok().and_then(|_| serde_json::from_str(&note).ok()).unwrap_or(unknown)
}

/// A lock that ends with the file's closing, and so with the process.
struct Held {
    _file: File,
}

#[async_trait]
impl Lock for Held {
    async fn release(self: Box<Self>) -> Result<(), StoreFault> {
        Ok(())
    }
}

fn unreachable(what: &str, path: &Path, error: &std::io::Error) -> StoreFault {
    StoreFault::Unreachable(
        crate::files::failed(what, path, error).paragraph().unwrap_or_default().to_owned(),
    )
}
