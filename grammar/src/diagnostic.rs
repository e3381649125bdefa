//! What is wrong, as data: no colours, no source text, no position but spans.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::Span;

/// A stable name such as `rsx::syntax::expected`; every code has a page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Code(SmolStr);

impl Code {
    /// Names a code that Rust reports.
    pub const fn of(code: &'static str) -> Self {
        Self(SmolStr::new_static(code))
    }

    /// Names a code that a rule declares.
    pub fn named(code: impl Into<SmolStr>) -> Self {
        Self(code.into())
    }

    /// Returns the code as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// The spec is refused.
    Error,
    /// The spec is accepted.
    Warning,
}

/// A place and what to say of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be said there; may be empty.
    pub text: String,
}

/// One replacement of text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub insert: String,
}

/// A change of the source that mends the problem.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fix {
    /// What the change does, as an imperative.
    pub title: String,
    /// The change.
    pub edits: Vec<Edit>,
}

/// One problem.
///
/// INVARIANT: the first label is the primary one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Its stable name.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong: one sentence without capital and full stop.
    pub message: String,
    /// What mends it, as an imperative.
    pub help: Option<String>,
    /// Where, the place at fault first.
    pub labels: Vec<Label>,
    /// Changes that mend it.
    pub fixes: Vec<Fix>,
    /// The environments that show it; empty when all do.
    pub envs: Vec<SmolStr>,
}

impl Diagnostic {
    /// Makes an error with its primary label.
    pub fn error(code: Code, message: impl Into<String>, at: Span, label: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            help: None,
            labels: vec![Label { span: at, text: label.into() }],
            fixes: Vec::new(),
            envs: Vec::new(),
        }
    }

    /// Makes a warning with its primary label.
    pub fn warning(code: Code, message: impl Into<String>, at: Span, label: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, at, label) }
    }

    /// Adds what mends it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn with_label(mut self, at: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span: at, text: text.into() });
        self
    }

    /// Adds a change that mends it by replacing one place.
    #[must_use]
    pub fn with_fix(self, title: impl Into<String>, at: Span, insert: impl Into<String>) -> Self {
        self.with_edits(title, vec![Edit { span: at, insert: insert.into() }])
    }

    /// Adds a change that mends it by replacing several places, if there is one.
    #[must_use]
    pub fn with_edits(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        if !edits.is_empty() {
            self.fixes.push(Fix { title: title.into(), edits });
        }
        self
    }

    /// Returns the place at fault.
    pub fn primary(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}
