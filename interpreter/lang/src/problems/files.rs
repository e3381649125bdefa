//! Files that can't be read.

use rsx_syntax::{Code, Diagnostic, Span};

use crate::load::ReadError;

/// A file that can't be read.
#[derive(Clone, Debug)]
pub(crate) enum Problem<'p> {
    /// The file that was named outside.
    Root {
        /// Its path.
        path: &'p str,
        /// Why not.
        error: &'p ReadError,
        /// The place at fault in what can be shown of it.
        at: Span,
    },
    /// A file that an import names.
    Import {
        /// Its path as written.
        path: &'p str,
        /// Why not.
        error: &'p ReadError,
        /// The path where it is written.
        at: Span,
        /// The place at fault in what can be shown of it, if there is one.
        inside: Option<Span>,
        /// The path that is probably meant where there is no such file.
        meant: Option<&'p str>,
    },
}

impl Problem<'_> {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Root { path, error, at } => {
                Diagnostic::error(code(error), sentence(path, error), *at, label(error))
                    .with_help(help(error))
            }
            Self::Import { path, error: ReadError::Missing, at, meant, inside: _ } => {
                let diagnostic = Diagnostic::error(
                    Code::of("rsx::import::missing"),
                    format!("there is no file `{path}`"),
                    *at,
                    "imported here",
                );
                match meant {
                    Some(meant) => diagnostic.with_help(format!("did you mean `{meant}`?")).with_fix(
                        format!("write `{meant}`"),
                        *at,
                        format!("\"{meant}\""),
                    ),
                    None => diagnostic.with_help("name a file by its path from the folder of this file"),
                }
            }
            Self::Import { path, error, at, inside, meant: _ } => {
                let diagnostic = Diagnostic::error(code(error), sentence(path, error), *at, "imported here")
                    .with_help(help(error));
                match inside {
                    Some(inside) => diagnostic.with_label(*inside, label(error)),
                    None => diagnostic,
                }
            }
        }
    }
}

fn code(error: &ReadError) -> Code {
    match error {
        ReadError::Missing => Code::of("rsx::file::missing"),
        ReadError::Denied(_) | ReadError::Unreadable(_) | ReadError::Directory => {
            Code::of("rsx::file::unreadable")
        }
        ReadError::NotUtf8 { .. } => Code::of("rsx::file::not_utf8"),
    }
}

fn sentence(path: &str, error: &ReadError) -> String {
    match error {
        ReadError::Missing => format!("there is no file `{path}`"),
        ReadError::Denied(reason) | ReadError::Unreadable(reason) => {
            format!("`{path}` can't be read: {reason}")
        }
        ReadError::Directory => format!("`{path}` is a folder, not a file"),
        ReadError::NotUtf8 { offset, .. } => {
            format!("`{path}` is not UTF-8: byte {offset} begins no character")
        }
    }
}

fn label(error: &ReadError) -> &'static str {
    match error {
        ReadError::Missing | ReadError::Denied(_) | ReadError::Unreadable(_) | ReadError::Directory => {
            "this file"
        }
        ReadError::NotUtf8 { .. } => "this byte",
    }
}

fn help(error: &ReadError) -> &'static str {
    match error {
        ReadError::Missing => "check the path",
        ReadError::Denied(_) => "check the file's permissions",
        ReadError::Unreadable(_) => "name a file that can be read",
        ReadError::Directory => "name a file in it",
        ReadError::NotUtf8 { .. } => "save the file as UTF-8",
    }
}
