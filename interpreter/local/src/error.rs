//! What can keep a local cloud from opening its data folder or its port.

use std::path::{Path, PathBuf};

use crate::warehouse::SqlError;

/// Why a local cloud can't be opened or served.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Another process owns the folder; its port, once it serves one.
    Owned {
        /// The folder.
        folder: PathBuf,
        /// The owner's process id, if it has written it yet.
        pid: Option<u32>,
        /// The owner's port on 127.0.0.1, if it listens.
        port: Option<u16>,
    },
    /// The operating system refused.
    File {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// A file is not what this cloud writes.
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The warehouses can't be opened or changed.
    Warehouse {
        /// What went wrong.
        reason: String,
    },
    /// A port can't be listened on.
    Listen {
        /// The address.
        addr: std::net::SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Owned { folder, pid, port } => {
                write!(out, "the data folder {} belongs to another process", folder.display())?;
                pid.map_or(Ok(()), |pid| write!(out, ", pid {pid}"))?;
                port.map_or(Ok(()), |port| write!(out, ", which listens on 127.0.0.1:{port}"))
            }
            Self::File { path, source } => write!(out, "{}: {source}", path.display()),
            Self::Damaged { path, line, reason } => {
                write!(
                    out,
                    "{}, line {line}: {reason}; the data folder is damaged, remove it to start anew",
                    path.display()
                )
            }
            Self::Warehouse { reason } => write!(out, "the warehouses can't be used: {reason}"),
            Self::Listen { addr, source } => write!(out, "can't listen on {addr}: {source}"),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }

    pub(crate) fn warehouse(error: SqlError) -> Self {
        Self::Warehouse { reason: error.message }
    }

    pub(crate) fn listen(addr: std::net::SocketAddr, source: std::io::Error) -> Self {
        Self::Listen { addr, source }
    }

    pub(crate) fn damaged(path: &Path, line: usize, reason: &str) -> Self {
        Self::Damaged { path: path.to_owned(), line, reason: reason.to_owned() }
    }
}
