//! To whom a command tells what is wrong: people on standard error, or machines as lines on standard output.

use rsx_syntax::{Diagnostic, Sources};
use serde_json::{Value, json};

use crate::report::{human, json};
use crate::terminal;

/// To whom diagnostics are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// To people.
    People,
    /// To machines that read NDJSON.
    Machines,
}

impl Audience {
    /// Returns to whom a command with `--json` or without tells.
    pub(crate) fn to(json: bool) -> Self {
        if json { Self::Machines } else { Self::People }
    }

    /// Tells all of them.
    pub(crate) fn tell(self, diagnostics: &[Diagnostic], sources: &Sources) {
        for one in diagnostics {
            match self {
                Self::People => terminal::tell(&human::render(one, sources, terminal::look())),
                Self::Machines => terminal::print(&line(one, sources)),
            }
        }
    }
}

/// Returns a diagnostic as a line of a stream.
pub(crate) fn line(one: &Diagnostic, sources: &Sources) -> String {
    let mut object = json!({ "type": "diagnostic", "at": jiff::Timestamp::now().to_string() });
    if let (Value::Object(fields), Value::Object(more)) = (&mut object, json::diagnostic(one, sources)) {
        fields.extend(more);
    }
    format!("{object}\n")
}
