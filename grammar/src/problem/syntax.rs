//! Text that can't be read, where it is clear why.

use smol_str::SmolStr;

use super::{EXPECTED, Words};
use crate::depth::{DEEPEST, LONGEST};
use crate::words::mended_name;
use crate::{Code, Diagnostic, Span};

const TOO_DEEP: Code = Code::of("rsx::syntax::too_deep");

/// What is wrong with a text.
#[derive(Clone, Debug)]
pub(crate) enum Syntax {
    /// A bracket that is never closed.
    Unclosed { written: SmolStr },
    /// A bracket that closes nothing.
    Unopened { written: SmolStr },
    /// `//!` below the top.
    FileDocs,
    /// `///` above nothing.
    Docs,
    /// Nested or joined too deeply.
    TooDeep(TooDeep),
    /// A reserved word as a name.
    Reserved { word: SmolStr },
    /// A reserved word as a type.
    Untyped { word: SmolStr },
    /// A name that is not in lower case.
    Spelling { word: SmolStr },
    /// A reserved word where a value belongs.
    ValueExpected { found: SmolStr },
}

/// Why a text is too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooDeep {
    /// Brackets, `if`, `all` and `any` within each other.
    Nested,
    /// Operators in one expression.
    Joined,
}

impl Syntax {
    pub(super) fn words(&self) -> Words {
        let told = |message: &str, label, help| Words::new(EXPECTED, message, label, help);
        match self {
            Self::Unclosed { written } => {
                let help = format!("close it with `{}`", closing(written));
                told(&format!("`{written}` is never closed"), "opened here", &help)
            }
            Self::Unopened { written } => {
                let help = "remove it, or open a bracket before it";
                told(&format!("`{written}` closes nothing"), "no bracket is open here", help)
            }
            Self::FileDocs => {
                let help = "put the `//!` lines at the top of the file, or begin comments with `//`";
                told("`//!` stands at the top of a file only", "below the top", help)
            }
            Self::Docs => {
                let help = "put `///` lines above a declaration or a field, or begin comments with `//`";
                told("`///` documents nothing", "nothing follows", help)
            }
            Self::TooDeep(why) => why.words(),
            Self::Reserved { word } => {
                let message = format!("expected a name, found `{word}`, which is reserved for values");
                told(&message, "expected a name", "choose another name")
            }
            Self::Untyped { word } => {
                let message = format!("expected a type, found `{word}`");
                let help = "give a field its value with `=`; `:` is followed by a type";
                told(&message, "expected a type", help)
            }
            Self::Spelling { word } => {
                let message = format!("`{word}` is no name: names are written in lower case");
                let help = match mended_name(word) {
                    Some(mended) => format!("write `{mended}`"),
                    None => "choose a name that begins with a letter and is not reserved".to_owned(),
                };
                told(&message, "expected a name", &help)
            }
            Self::ValueExpected { found } => {
                told(&format!("expected a value, found `{found}`"), "expected a value", "")
            }
        }
    }
}

impl Syntax {
    /// Adds the change that mends it, if there is one.
    pub(super) fn mend(&self, problem: Diagnostic, at: Span) -> Diagnostic {
        match self {
            Self::Spelling { word } => match mended_name(word) {
                Some(mended) => problem.with_fix(format!("write `{mended}`"), at, mended),
                None => problem,
            },
            Self::Unclosed { .. }
            | Self::Unopened { .. }
            | Self::FileDocs
            | Self::Docs
            | Self::TooDeep(_)
            | Self::Reserved { .. }
            | Self::Untyped { .. }
            | Self::ValueExpected { .. } => problem,
        }
    }
}

impl TooDeep {
    fn words(self) -> Words {
        let message = match self {
            Self::Nested => format!("nested more than {DEEPEST} deep"),
            Self::Joined => format!("an expression of more than {LONGEST} operators"),
        };
        Words::new(TOO_DEEP, message, "one too many", "give a part of it a name with `let`")
    }
}

fn closing(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}
