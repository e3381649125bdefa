//! One file a command.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod doc;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod init;
