//! How a statement fails, and what that means to the engine.

use rsx_engine::provider::{Fault, Refusal};

/// How a statement fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The database refuses it.
    Sql(SqlError),
    /// The database was not reached.
    Fault(Fault),
}

/// A database's refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlError {
    /// The database's words.
    pub message: String,
    /// The SQLSTATE, where the way to the database tells it; the Data API does not.
    pub sqlstate: Option<String>,
    /// Where in the statement, counted in characters from 1.
    pub position: Option<u32>,
}

/// States of errors that pass when a statement is sent again: concurrent changes, serialization, deadlock (observed
/// with datashares), a user's connection limit, and a session that the service has ended.
const PASSING: &[&str] = &["XX000", "40001", "40P01", "25P02", "55P03", "53300", "57P01"];

/// Words of the same errors, where there is no state.
const PASSING_WORDS: &[&str] = &[
    "serializable isolation",
    "concurrent",
    "deadlock",
    "could not serialize",
    "too many connections",
    "is being accessed by other users",
    "terminating connection",
];

impl SqlError {
    /// Reads the text in which the Data API gives an error: `ERROR: words\n  Position: 8 [ErrorId: …]`.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.split("[ErrorId:").next().unwrap_or(text);
        let (words, position) = after(text, "Position:");
        let (words, state) = after(words, "SQLSTATE:");
        let message = words.trim().trim_start_matches("ERROR:").trim().to_owned();
        Self {
            message,
            sqlstate: state.map(str::to_owned),
            position: position.and_then(|position| position.parse().ok()),
        }
    }

    /// Returns whether a user with this password is not let in.
    pub(crate) fn turns_away(&self) -> bool {
        match self.sqlstate.as_deref() {
            Some(state) => matches!(state, "28000" | "28P01"),
            None => self.message.to_lowercase().contains("password authentication failed"),
        }
    }

    /// Returns whether the same statement may well be answered when it is sent again.
    pub(crate) fn passes(&self) -> bool {
        match &self.sqlstate {
            Some(state) => PASSING.contains(&state.as_str()),
            None => {
                let lower = self.message.to_lowercase();
                PASSING_WORDS.iter().any(|words| lower.contains(words))
            }
        }
    }
}

/// Splits a text at a label, and takes the word that follows it.
fn after<'a>(text: &'a str, label: &str) -> (&'a str, Option<&'a str>) {
    match text.split_once(label) {
        Some((before, after)) => (before, after.split_whitespace().next()),
        None => (text, None),
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Fault(fault) => fault,
            Failure::Sql(error) if error.passes() => Self::Busy(error.message),
            Failure::Sql(error) => Self::Refused(Box::new(Refusal {
                code: error.sqlstate.unwrap_or_else(|| "SQL".to_owned()).into(),
                message: "the warehouse refused the statement".to_owned(),
                theirs: Some(error.message),
                field: None,
                help: None,
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_apis_text_is_taken_apart() {
        let error =
            SqlError::parse("ERROR: syntax error at or near \"selct\"\n  Position: 1 [ErrorId: 1-65a]");
        assert_eq!(error.message, "syntax error at or near \"selct\"");
        assert_eq!(error.position, Some(1));
        assert_eq!(error.sqlstate, None);
    }

    #[test]
    fn concurrent_changes_pass() {
        let words = SqlError::parse("ERROR: 1023 Serializable isolation violation on table in Redshift");
        assert!(matches!(Fault::from(Failure::Sql(words)), Fault::Busy(_)));
        let words = SqlError::parse("ERROR: terminating connection due to administrator command");
        assert!(matches!(Fault::from(Failure::Sql(words)), Fault::Busy(_)));
        let words = SqlError::parse("ERROR: relation \"x\" does not exist");
        assert!(matches!(Fault::from(Failure::Sql(words)), Fault::Refused(_)));
    }
}
