//! The data folder: one owner, one append-only log of changed rows, one key file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;

/// The file of the log, in the data folder.
pub(crate) const LOG: &str = "cloud.log";

/// What one call changed: rows by `region/service/table`, `None` for rows that are gone.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) seed: u64,
    pub(crate) draws: u64,
    pub(crate) rows: Vec<(String, String, Option<Value>)>,
}

/// An owned data folder.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    log: File,
    lock: File,
}

impl Store {
    /// Takes the folder and reads its log; a last line cut short by a crash was never answered, and is dropped.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Vec<Entry>), Error> {
        std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
        let lock = own(folder)?;
        let path = folder.join(LOG);
        let mut log = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(|error| Error::file(&path, error))?;
        let entries = read_log(&mut log, &path)?;
        Ok((Self { folder: folder.to_owned(), log, lock }, entries))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes an entry so that it outlives this process.
    ///
    /// It is in the kernel's hands then, which a killed process can't undo; a power cut may lose the last entries.
    pub(crate) fn append(&mut self, entry: &Entry) -> Result<(), Error> {
        let path = self.folder.join(LOG);
        let failed = |error| Error::file(&path, error);
        let length = self.log.metadata().map_err(failed)?.len();
        let line = line(entry, &path)?;
        self.log.write_all(&line).map_err(|error| {
            // A full disk takes a part of the line; what follows must not be appended to that.
            let _ = self.log.set_len(length);
            failed(error)
        })
    }

    /// Replaces the log by one entry that says the same.
    pub(crate) fn compact(&mut self, entry: &Entry) -> Result<(), Error> {
        let path = self.folder.join(LOG);
        let fresh = self.folder.join("cloud.log.new");
        write_private(&fresh, &line(entry, &path)?)?;
        std::fs::rename(&fresh, &path).map_err(|error| Error::file(&path, error))?;
        self.log = OpenOptions::new().append(true).open(&path).map_err(|error| Error::file(&path, error))?;
        Ok(())
    }

    /// Makes everything written so far outlive a power cut.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.log.sync_all().map_err(|error| Error::file(&self.folder.join(LOG), error))
    }

    /// Tells other processes where this one listens.
    pub(crate) fn announce(&mut self, port: u16) -> Result<(), Error> {
        write_owner(&mut self.lock, Some(port))
            .map_err(|error| Error::file(&self.folder.join("cloud.lock"), error))
    }
}

/// Forgets all that a data folder holds; what is not a local cloud's stays.
///
/// # Errors
///
/// [`Error::Owned`] if a process uses the folder; otherwise what the operating system refused.
pub fn reset(folder: &Path) -> Result<(), Error> {
    let _lock = own(folder)?;
    for name in [LOG, "cloud.log.new", "cloud.key", "ca.pem", "ca.key", "warehouse"] {
        let path = folder.join(name);
        let removed =
            if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(Error::file(&path, error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Writes a whole file that only its owner may read.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .map_err(|error| Error::file(path, error))
}

fn own(folder: &Path) -> Result<File, Error> {
    let path = folder.join("cloud.lock");
    let failed = |error| Error::file(&path, error);
    let mut lock =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {
            write_owner(&mut lock, None).map_err(failed)?;
            Ok(lock)
        }
        Err(TryLockError::WouldBlock) => Err(owned(folder, &mut lock)),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn owned(folder: &Path, lock: &mut File) -> Error {
    let mut text = String::new();
    // An unreadable lock file still says that somebody owns the folder.
    let _ = lock.read_to_string(&mut text);
    let mut words = text.split_whitespace();
    let pid = words.next().and_then(|word| word.parse().ok());
    let port = words.next().and_then(|word| word.parse().ok());
    Error::Owned { folder: folder.to_owned(), pid, port }
}

fn write_owner(lock: &mut File, port: Option<u16>) -> std::io::Result<()> {
    let port = port.map(|port| format!(" {port}")).unwrap_or_default();
    lock.set_len(0)?;
    lock.seek(SeekFrom::Start(0))?;
    lock.write_all(format!("{}{port}\n", std::process::id()).as_bytes())
}

fn line(entry: &Entry, path: &Path) -> Result<Vec<u8>, Error> {
    let mut line = serde_json::to_vec(entry).map_err(|error| Error::file(path, error.into()))?;
    line.push(b'\n');
    Ok(line)
}

fn read_log(log: &mut File, path: &Path) -> Result<Vec<Entry>, Error> {
    let mut bytes = Vec::new();
    log.read_to_end(&mut bytes).map_err(|error| Error::file(path, error))?;
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    if whole < bytes.len() {
        let length = u64::try_from(whole)
            .map_err(|error| Error::file(path, std::io::Error::new(ErrorKind::InvalidData, error)))?;
        log.set_len(length).map_err(|error| Error::file(path, error))?;
        bytes.truncate(whole);
    }
    let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines
        .enumerate()
        .map(|(index, line)| {
            serde_json::from_slice(line).map_err(|error| Error::damaged(path, index + 1, &error.to_string()))
        })
        .collect()
}
