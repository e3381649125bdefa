//! One file a command.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod cost;
pub(crate) mod destroy;
pub(crate) mod doc;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod init;
pub(crate) mod local;
pub(crate) mod lsp;
pub(crate) mod output;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod sql;
pub(crate) mod status;
