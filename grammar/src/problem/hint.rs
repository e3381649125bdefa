//! What somebody probably meant, who wrote something else.

use smol_str::SmolStr;

use crate::{Diagnostic, Span};

/// What somebody probably meant.
#[derive(Clone, Debug)]
pub(crate) enum Hint {
    /// `==` for `=`
    Equals,
    /// `name: "value"`
    ColonForEquals,
    /// `'text'`
    SingleQuotes(SmolStr),
    /// `;`
    Semicolon,
    /// `#`, `/* */`
    Comment,
    /// `&&`, `||`, `!`
    Operator(&'static str),
    /// `1_000`
    Underscore,
    /// Two things beside each other.
    Separate,
    /// `network "main" {`
    QuotedName(SmolStr),
    /// `network Main {`
    UpperCase,
    /// `network my-net {`
    Hyphen,
    /// `parm x: Int`
    Form(&'static str),
    /// `network main = { … }`
    Block { kind: SmolStr, name: SmolStr },
    /// `//!` in a declaration.
    FileDocs,
    /// `import "${x}"`
    PlainText,
}

impl Hint {
    /// Adds what helps to a problem at `at`.
    pub(super) fn add_to(&self, problem: Diagnostic, at: Span) -> Diagnostic {
        match self {
            Self::Equals => problem.with_help("write one `=`").with_fix("write one `=`", at, ""),
            Self::ColonForEquals => {
                problem.with_help("give a field its value with `=`; `:` is followed by a type")
            }
            Self::SingleQuotes(text) => problem
                .with_help(format!("write a text in double quotes: `\"{text}\"`"))
                .with_fix("use double quotes", at, format!("\"{text}\"")),
            Self::Semicolon => {
                problem.with_help("end a field with a new line or a comma").with_fix("remove it", at, "")
            }
            Self::Comment => problem.with_help("begin a comment with `//`"),
            Self::Operator(word) => {
                problem.with_help(format!("write `{word}`")).with_fix(format!("write `{word}`"), at, *word)
            }
            Self::Underscore => problem.with_help("write the digits of a number without `_`"),
            Self::Separate => problem.with_help("separate the two with a comma").with_fix(
                "insert a comma",
                at.before(),
                ", ",
            ),
            Self::QuotedName(name) => problem
                .with_help(format!("write the name without quotes: `{name}`"))
                .with_fix("remove the quotes", at, name.as_str()),
            Self::UpperCase => problem.with_help("begin names in lower case"),
            Self::Hyphen => problem.with_help("write `_` in names").with_fix("write `_`", at, "_"),
            Self::Form(form) => problem.with_help(format!("did you mean `{form}`?")),
            Self::Block { kind, name } => problem.with_help(format!("write `{kind} {name} {{ … }}`")),
            Self::FileDocs => {
                problem.with_help("begin comments with `//`; `//!` stands at the top of the file")
            }
            Self::PlainText => problem.with_help("write a text in one pair of quotes, without `${…}`"),
        }
    }
}
