//! The error of an SQL statement: SQLSTATE, Redshift's words, and the place where known.

use std::fmt;

/// Why a statement failed, in the form that PostgreSQL's protocol and the Data API report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SqlError {
    /// Five characters, as in PostgreSQL's appendix A.
    pub(crate) sqlstate: String,
    /// One sentence without the word ERROR.
    pub(crate) message: String,
    /// Where in the statement's text, counted in characters from 1.
    pub(crate) position: Option<usize>,
}

/// Separates the SQLSTATE from the message when an error passes through SQLite as text.
const MARK: char = '\u{1f}';

impl SqlError {
    pub(crate) fn new(sqlstate: &str, message: impl Into<String>) -> Self {
        Self { sqlstate: sqlstate.to_owned(), message: message.into(), position: None }
    }

    pub(crate) fn at(mut self, position: Option<usize>) -> Self {
        self.position = self.position.or(position);
        self
    }

    pub(crate) fn unsupported(what: impl fmt::Display) -> Self {
        Self::new("0A000", format!("{what} is not supported"))
    }

    pub(crate) fn syntax(token: &str) -> Self {
        let message = if token.is_empty() {
            "syntax error at end of input".to_owned()
        } else {
            format!("syntax error at or near \"{token}\"")
        };
        Self::new("42601", message)
    }

    pub(crate) fn denied(what: impl fmt::Display) -> Self {
        Self::new("42501", format!("permission denied for {what}"))
    }

    pub(crate) fn no_relation(name: &str) -> Self {
        Self::new("42P01", format!("relation \"{name}\" does not exist"))
    }

    pub(crate) fn no_column(name: &str) -> Self {
        Self::new("42703", format!("column \"{name}\" does not exist"))
    }

    pub(crate) fn no_schema(name: &str) -> Self {
        Self::new("3F000", format!("schema \"{name}\" does not exist"))
    }

    pub(crate) fn no_database(name: &str) -> Self {
        Self::new("3D000", format!("database \"{name}\" does not exist"))
    }

    pub(crate) fn no_user(name: &str) -> Self {
        Self::new("42704", format!("user \"{name}\" does not exist"))
    }

    pub(crate) fn no_share(name: &str) -> Self {
        Self::new("42704", format!("datashare \"{name}\" does not exist"))
    }

    pub(crate) fn in_transaction(command: &str) -> Self {
        Self::new("25001", format!("{command} cannot run inside a transaction block"))
    }

    pub(crate) fn shut_down() -> Self {
        Self::new("57P01", "terminating connection due to administrator command")
    }

    /// Packs the error into one line that survives SQLite's error channel.
    pub(crate) fn packed(&self) -> String {
        format!("{}{MARK}{}", self.sqlstate, self.message)
    }

    fn unpacked(text: &str) -> Option<Self> {
        let (state, message) = text.split_once(MARK)?;
        let start = state.len().saturating_sub(5);
        Some(Self::new(state.get(start..)?, message))
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ERROR: {} [{}]", self.message, self.sqlstate)
    }
}

impl std::error::Error for SqlError {}

impl From<rusqlite::Error> for SqlError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        if let Some(own) = Self::unpacked(&text) {
            return own;
        }
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Self::new("XX000", "1023 Detail: Serializable isolation violation on table")
            }
            Some(rusqlite::ErrorCode::OperationInterrupted) => {
                Self::new("57014", "canceling statement due to user request")
            }
            _ => Self::new("XX000", text),
        }
    }
}

impl From<std::io::Error> for SqlError {
    fn from(error: std::io::Error) -> Self {
        Self::new("58030", error.to_string())
    }
}
