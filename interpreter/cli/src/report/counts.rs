//! How many errors and warnings there are, in words.

use std::fmt;

use rsx_syntax::{Diagnostic, Severity};

/// Errors and warnings, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// What is refused.
    pub(crate) errors: usize,
    /// What is accepted.
    pub(crate) warnings: usize,
}

impl Counts {
    /// Counts diagnostics.
    pub(crate) fn add(&mut self, diagnostics: &[Diagnostic]) {
        for one in diagnostics {
            match one.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
            }
        }
    }
}

impl fmt::Display for Counts {
    /// `2 errors, 1 warning`, `no errors`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.errors, self.warnings) {
            (0, 0) => f.write_str("no errors"),
            (0, warnings) => f.write_str(&counted(warnings, "warning")),
            (errors, 0) => f.write_str(&counted(errors, "error")),
            (errors, warnings) => {
                write!(f, "{}, {}", counted(errors, "error"), counted(warnings, "warning"))
            }
        }
    }
}

/// `1 error`, `2 errors`
pub(crate) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
