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
    ColonForEquals { colon: Range<usize>, instead: &'static str },
    /// `require a = b`
    Compare,
    /// `a > b` in a check; where it begins.
    Require { start: usize },
    /// `resource "thing" "x" {`
    Quoted { kind: SmolStr, name: SmolStr },
    /// `'text'`
    SingleQuotes(SmolStr),
    /// `;`
    Semicolon,
    /// `# …`, `/* … */`; places of its signs in the piece, where only they are wrong.
    Comment { signs: Vec<(Range<usize>, &'static str)> },
    /// `&&`, `||`, `!`
    Operator { word: &'static str, written: String },
    /// `1_000`, `1,000`; where the number stands, and how it is written.
    Digits { sign: char, whole: Range<usize>, written: String },
    /// `$500`, `USD 500`; where all of it stands, and how it is written.
    Money { whole: Range<usize>, written: String },
    /// Two things beside each other; where the first ends in the piece.
    Separate { behind: usize },
    /// `32 rpu`; what lies between.
    Unit { number: SmolStr, unit: SmolStr, between: Range<usize>, instead: Instead },
    /// `32rpu-` `to` `256rpu`, `32rpu...256rpu`; what stands between the ends.
    Dots { sign: Range<usize> },
    /// `capacity 32rpu`, `settings { … }`; where the field's name ends in the piece, if it has a value.
    Assign { field: SmolStr, value: Option<usize> },
    /// `step load { … }` among the fields of a pattern; where it begins.
    Make { kind: SmolStr, name: SmolStr, start: usize },
    /// The same among the fields of another declaration.
    Within { kind: SmolStr, name: SmolStr },
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
    /// `6because`
    Word(&'static str),
    /// `parm x: Int`
    Form(&'static str),
    /// `network main = { … }`
    Block { kind: SmolStr, name: SmolStr },
    /// `//!` in a declaration.
    FileDocs,
    /// `import "${x}"`
    PlainText,
}

/// What may stand between two values, if the second is no unit of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// An element follows another.
    Comma,
    /// One value is made of both.
    Operator,
}

impl Hint {
    /// Adds what helps to a problem at `at`.
    pub(super) fn add_to(&self, problem: Diagnostic, at: Span) -> Diagnostic {
        match self {
            Self::Equals => problem.with_help("write one `=`").with_fix("write one `=`", at, ""),
            Self::ColonForEquals { colon, instead } => problem
                .with_help("give a field its value with `=`; `:` is followed by a type")
                .with_edits("write `=`", vec![edit(at, colon, instead)]),
            Self::Compare => problem.with_help("compare with `==`; `=` gives a field its value").with_fix(
                "write `==`",
                at,
                "==",
            ),
            Self::Require { start } => {
                let mut problem = problem.with_help("write `require` before what must hold");
                problem.message = "what must hold is said with `require`".to_owned();
                relabel(&mut problem, "no field");
                problem.with_edits("insert `require`", vec![edit(at, &(*start..*start), "require ")])
            }
            Self::Quoted { kind, name } => {
                let mut problem = problem.with_help(format!(
                    "a kind comes first, and names stand without quotes: `{kind} {name} {{ … }}`; `rsx doc` lists the kinds"
                ));
                problem.message = "a declaration begins with its kind and its name".to_owned();
                relabel(&mut problem, "in quotes");
                problem
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
            Self::Digits { sign, whole, written } => problem
                .with_help(format!("write the digits of a number without `{sign}`"))
                .with_edits(format!("write `{written}`"), vec![edit(at, whole, written)]),
            Self::Money { whole, written } => problem
                .with_help(format!("a unit stands directly behind its number: `{written}`"))
                .with_edits(format!("write `{written}`"), vec![edit(at, whole, written)]),
            Self::Separate { behind } => {
                let problem = problem.with_help("separate the two with a comma");
                problem.with_edits("insert a comma", vec![edit(at, &(*behind..*behind), ",")])
            }
            Self::Unit { number, unit, between, instead } => {
                let written = format!("{number}{unit}");
                let whole = (format!("write `{written}`"), vec![edit(at, between, "")]);
                let behind = "a unit stands directly behind its number";
                match instead {
                    Instead::Comma => {
                        let comma = between.start..between.start;
                        let help = format!("put a comma between two elements; {behind}: `{written}`");
                        let problem = problem.with_help(help);
                        let problem = problem.with_edits("insert a comma", vec![edit(at, &comma, ",")]);
                        problem.with_edits(whole.0, whole.1)
                    }
                    Instead::Operator => {
                        let help = format!("{behind}: `{written}`; two values need an operator between them");
                        problem.with_help(help).with_edits(whole.0, whole.1)
                    }
                }
            }
            Self::Dots { sign } => {
                let problem = problem.with_help("write `..` between the ends of a range");
                problem.with_edits("write `..`", vec![edit(at, sign, "..")])
            }
            Self::Assign { field, value: None } => {
                problem.with_help(format!("give it a value: `{field} = …`"))
            }
            Self::Assign { value: Some(behind), .. } => {
                let problem = problem.with_help("put `=` between a field and its value");
                problem.with_edits("insert `=`", vec![edit(at, &(*behind..*behind), " =")])
            }
            Self::Make { kind, name, start } => {
                let mut problem = problem.with_help(format!("write `make {kind} {name} {{ … }}`"));
                problem.message = "a pattern makes its parts with `make`".to_owned();
                relabel(&mut problem, "made without `make`");
                problem.with_edits("insert `make`", vec![edit(at, &(*start..*start), "make ")])
            }
            Self::Within { kind, name } => {
                let mut problem =
                    problem.with_help(format!("put `{kind} {name} {{ … }}` outside, and use its name here"));
                problem.message = "a declaration can't stand within another".to_owned();
                relabel(&mut problem, "declared within another");
                problem
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
            Self::Word(word) => {
                problem.with_help(format!("write `{word}`")).with_fix(format!("write `{word}`"), at, *word)
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
