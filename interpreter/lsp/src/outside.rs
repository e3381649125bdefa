//! What the server needs of the outside: files.

use std::sync::Arc;

use rsx_lang::load::ReadError;

/// The outside of the server; paths are absolute, with `/` between their parts.
pub trait Outside: Send + Sync {
    /// Returns the text of a file.
    ///
    /// # Errors
    ///
    /// Says why it can't be read.
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError>;

    /// Looks for specs in a folder and in those below it, and tells folder by folder what it has found, until it is told
    /// to stop.
    fn specs(&self, folder: &str, found: &mut dyn FnMut(Vec<String>) -> Search);

    /// Keeps texts where editors can open and nobody should change them, and returns the folder: each text lies there
    /// under its name. Nothing where there is no such place.
    fn keep(&self, texts: &[(String, &str)]) -> Option<String>;
}

/// Whether a search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// There may be more.
    GoesOn,
    /// That is enough.
    Stops,
}
