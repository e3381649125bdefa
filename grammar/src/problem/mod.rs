//! What can be wrong with a text, and how it is told: all wording of this crate is in this folder.

mod hint;
mod literal;
mod operator;
mod syntax;
mod text;

pub(crate) use hint::{Hint, Instead};
pub(crate) use literal::Literal;
pub(crate) use operator::Operator;
pub(crate) use syntax::{Syntax, TooDeep};
pub(crate) use text::Text;

use smol_str::SmolStr;

use crate::near_miss::is_invisible;
use crate::{Code, Diagnostic, Span};

/// Says of a word that it is not spelled as a name.
pub fn no_name(word: &str, at: Span) -> Diagnostic {
    Problem::Syntax(Syntax::Spelling { word: word.into() }, at).diagnostic()
}

const EXPECTED: Code = Code::of("rsx::syntax::expected");

/// What is found is quoted up to this many bytes.
const LONGEST_SHOWN: usize = 40;

/// One problem with a text.
#[derive(Clone, Debug)]
pub(crate) enum Problem {
    /// Something else was needed at a place.
    Expected { expected: String, found: Found, at: Span, hint: Option<Hint> },
    /// The text can't be read, and it is clear why.
    Syntax(Syntax, Span),
    /// A text in quotes that can't be read.
    Text(Text, Span),
    /// An operator where it can't stand.
    Operator(Operator, Span),
    /// A literal that can't be.
    Literal(Literal, Span),
}

/// What stands where something else was needed.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// This.
    Written(SmolStr),
    /// Nothing more on the line.
    EndOfLine,
    /// Nothing more.
    EndOfText,
}

/// How a problem is told.
struct Words {
    code: Code,
    message: String,
    label: &'static str,
    help: Option<String>,
}

impl Problem {
    /// Says it.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Expected { expected, found, at, hint } => {
                let message = format!("expected {expected}, found {}", found.words());
                let problem = Diagnostic::error(EXPECTED, message, *at, format!("expected {expected}"));
                match hint {
                    Some(hint) => hint.add_to(problem, *at),
                    None => problem,
                }
            }
            Self::Syntax(problem, at) => problem.mend(problem.words().diagnostic(*at), *at),
            Self::Text(problem, at) => problem.words().diagnostic(*at),
            Self::Operator(problem, at) => problem.words().diagnostic(*at),
            Self::Literal(problem, at) => problem.mend(problem.words().diagnostic(*at), *at),
        }
    }
}

impl Words {
    fn new(code: Code, message: impl Into<String>, label: &'static str, help: &str) -> Self {
        let help = (!help.is_empty()).then(|| help.to_owned());
        Self { code, message: message.into(), label, help }
    }

    fn diagnostic(self, at: Span) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code, self.message, at, self.label);
        match self.help {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        }
    }
}

impl Found {
    fn words(&self) -> String {
        match self {
            Self::Written(text) if text.starts_with("//") => format!("`{}`", text.get(..3).unwrap_or(text)),
            Self::Written(text) if text.len() > LONGEST_SHOWN => "a long text".to_owned(),
            // What can't be seen is written as an escape.
            Self::Written(text) if text.contains(is_invisible) => {
                let seen = |c: char| if is_invisible(c) { c.escape_unicode().to_string() } else { c.into() };
                format!("`{}`", text.chars().map(seen).collect::<String>())
            }
            Self::Written(text) => format!("`{text}`"),
            Self::EndOfLine => "the end of the line".to_owned(),
            Self::EndOfText => "the end of the declaration".to_owned(),
        }
    }
}
