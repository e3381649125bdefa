//! What somebody probably meant, who wrote something else.

use std::ops::Range;

use smol_str::SmolStr;

use crate::diagnostic::Edit;
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
    /// `# …`, `/* … */`; places of its signs in the piece, where only they are wrong.
    Comment { signs: Vec<(Range<usize>, &'static str)> },
    /// `&&`, `||`, `!`
    Operator { word: &'static str, written: String },
    /// `1_000`
    Underscore,
    /// Two things beside each other; where the first ends in the piece.
    Separate { behind: usize },
    /// `32 rpu`; what lies between.
    Unit { number: SmolStr, unit: SmolStr, between: Range<usize> },
    /// `“text”`; places of its quotes, if it has both.
    CurlyQuotes { quotes: Vec<Range<usize>> },
    /// What nobody sees, and what may stand in its place.
    Invisible { instead: &'static str },
    /// `network "main" {`
    QuotedName(SmolStr),
    /// `network Main {`
    UpperCase { mended: String },
    /// `network my-net {`; where the name stands in the piece.
    Hyphen { name: Range<usize>, mended: String },
    /// `use "network.rsx"`; where the first word stands in the piece.
    Import { word: Range<usize>, text: SmolStr },
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
            Self::Comment { signs } => {
                let mut problem = problem.with_help("begin a comment with `//`");
                problem.message = "this begins no comment".to_owned();
                relabel(&mut problem, "found here");
                let edits = signs.iter().map(|(range, sign)| edit(at, range, sign));
                problem.with_edits("write `//`", edits.collect())
            }
            Self::Operator { word, written } => problem.with_help(format!("write `{word}`")).with_fix(
                format!("write `{word}`"),
                at,
                written.clone(),
            ),
            Self::Underscore => problem.with_help("write the digits of a number without `_`"),
            Self::Separate { behind } => {
                let problem = problem.with_help("separate the two with a comma");
                problem.with_edits("insert a comma", vec![edit(at, &(*behind..*behind), ",")])
            }
            Self::Unit { number, unit, between } => {
                let written = format!("{number}{unit}");
                let problem =
                    problem.with_help(format!("a unit stands directly behind its number: `{written}`"));
                problem.with_edits(format!("write `{written}`"), vec![edit(at, between, "")])
            }
            Self::CurlyQuotes { quotes } => {
                let problem = problem.with_help("write a text in straight quotes: `\"…\"`");
                let edits = quotes.iter().map(|quote| edit(at, quote, "\""));
                problem.with_edits("use straight quotes", edits.collect())
            }
            Self::Invisible { instead } => problem
                .with_help("remove this character, which can't be seen")
                .with_fix("remove what can't be seen", at, *instead),
            Self::QuotedName(name) => problem
                .with_help(format!("write the name without quotes: `{name}`"))
                .with_fix("remove the quotes", at, name.as_str()),
            Self::UpperCase { mended } => problem
                .with_help(format!("write `{mended}`: names are written in lower case"))
                .with_fix(format!("write `{mended}`"), at, mended),
            Self::Hyphen { name, mended } => {
                let problem = problem.with_help(format!("write `{mended}`: names have `_`"));
                problem.with_edits(format!("write `{mended}`"), vec![edit(at, name, mended)])
            }
            Self::Import { word, text } => {
                let mut problem = problem.with_help(format!("write `import {text}`"));
                problem.message = "another file is brought in with `import`".to_owned();
                relabel(&mut problem, "the file");
                problem.with_edits("write `import`", vec![edit(at, word, "import")])
            }
            Self::Form(form) => problem.with_help(format!("did you mean `{form}`?")),
            Self::Block { kind, name } => problem.with_help(format!("write `{kind} {name} {{ … }}`")),
            Self::FileDocs => {
                problem.with_help("begin comments with `//`; `//!` stands at the top of the file")
            }
            Self::PlainText => problem.with_help("write a text in one pair of quotes, without `${…}`"),
        }
    }
}

fn relabel(problem: &mut Diagnostic, text: &str) {
    problem.labels.iter_mut().for_each(|label| label.text = text.to_owned());
}

/// Replaces a part of the piece that a problem lies in.
fn edit(at: Span, range: &Range<usize>, insert: &str) -> Edit {
    Edit { span: Span::new(at.piece, range.start, range.end), insert: insert.to_owned() }
}
