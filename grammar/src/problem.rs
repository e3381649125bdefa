//! What can be wrong with a text, and how it is told: all wording of this crate.

use ipnet::Ipv4Net;
use smol_str::SmolStr;

use crate::depth::{DEEPEST, LONGEST};
use crate::{Code, Diagnostic, Span};

const EXPECTED: Code = Code::of("rsx::syntax::expected");
const TOO_DEEP: Code = Code::of("rsx::syntax::too_deep");
const RANGE: Code = Code::of("rsx::literal::range");
const HOST_BITS: Code = Code::of("rsx::literal::host_bits");

const FILE_DOCS_HELP: &str = "put the `//!` lines at the top of the file, or begin comments with `//`";
/// What is found is quoted up to this many bytes.
const LONGEST_SHOWN: usize = 40;

/// One problem with a text.
#[derive(Clone, Debug)]
pub(crate) enum Problem {
    /// Something else was needed here.
    Expected { expected: String, found: Found, at: Span, hint: Option<Hint> },
    /// A bracket that is never closed.
    Unclosed { written: SmolStr, at: Span },
    /// A bracket that closes nothing.
    Unopened { written: SmolStr, at: Span },
    /// `//!` below the top.
    FileDocs { at: Span },
    /// `///` above nothing.
    Docs { at: Span },
    /// A text that is never closed.
    OpenText { at: Span },
    /// A text with an interpolation that goes over several lines.
    TextOverLines { at: Span },
    /// Nested or joined too deeply.
    TooDeep { why: TooDeep, at: Span },
    /// A word that can be no name.
    Reserved { word: SmolStr, at: Span },
    /// A name that is not in lower case.
    Spelling { word: SmolStr, at: Span },
    /// A reserved word where a value belongs.
    ValueExpected { found: SmolStr, at: Span },
    /// `a < b < c`, `1..2..3`
    Chained { at: Span, range: bool },
    /// `1.. + 2`
    OpenRange { at: Span },
    /// `a == not b`
    NotAsOperand { at: Span },
    /// `1 (x)`
    NotCallable { at: Span },
    /// `1 { x = 1 }`
    NotAVariant { at: Span },
    /// `"\q"`
    Escape { at: Span },
    /// `"""text"""`
    BlockTextOnOneLine { at: Span },
    /// More digits than are kept.
    NumberTooLong { digits: usize, at: Span },
    /// `300.0.0.1`
    Address { written: SmolStr, at: Span },
    /// `/33`
    PrefixLength { written: SmolStr, at: Span },
    /// `10.0.0.7/16`
    HostBits { cidr: Ipv4Net, mended: Ipv4Net, at: Span },
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

/// Why a text is too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooDeep {
    /// Brackets, `if`, `all` and `any` within each other.
    Nested,
    /// Operators in one expression.
    Joined,
}

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
            Self::Unclosed { written, at } => {
                Diagnostic::error(EXPECTED, format!("`{written}` is never closed"), *at, "opened here")
                    .with_help(format!("close it with `{}`", closing(written)))
            }
            Self::Unopened { written, at } => Diagnostic::error(
                EXPECTED,
                format!("`{written}` closes nothing"),
                *at,
                "no bracket is open here",
            )
            .with_help("remove it, or open a bracket before it"),
            Self::FileDocs { at } => Diagnostic::error(
                EXPECTED,
                "`//!` stands at the top of a file only",
                *at,
                "below a declaration",
            )
            .with_help(FILE_DOCS_HELP),
            Self::Docs { at } => {
                Diagnostic::error(EXPECTED, "`///` documents nothing", *at, "nothing follows")
                    .with_help("put `///` lines above a declaration or a field, or begin comments with `//`")
            }
            Self::OpenText { at } => {
                Diagnostic::error(EXPECTED, "a text is never closed", *at, "begins here").with_help(
                    "end it with `\"` on the same line, or use `\"\"\"` for a text of several lines",
                )
            }
            Self::TextOverLines { at } => Diagnostic::error(
                EXPECTED,
                "a text ends on the line it begins on",
                *at,
                "goes over several lines",
            )
            .with_help("give the value in `${…}` a name with `let`"),
            Self::TooDeep { why, at } => too_deep(*why, *at),
            Self::Reserved { word, at } => Diagnostic::error(
                EXPECTED,
                format!("expected a name, found `{word}`, which is reserved for values"),
                *at,
                "no name",
            )
            .with_help("choose another name"),
            Self::Spelling { word, at } => spelling(word, *at),
            Self::ValueExpected { found, at } => Diagnostic::error(
                EXPECTED,
                format!("expected a value, found `{found}`"),
                *at,
                "expected a value",
            ),
            Self::Chained { at, range } => chained(*at, *range),
            Self::OpenRange { at } => {
                Diagnostic::error(EXPECTED, "an open range is no operand", *at, "open above")
                    .with_help("put the end of the range on the line of its `..`")
            }
            Self::NotAsOperand { at } => Diagnostic::error(
                EXPECTED,
                "expected a value, found `not`",
                *at,
                "binds more weakly than the operator before it",
            )
            .with_help("put the `not` and what it denies into parentheses"),
            Self::NotCallable { at } => {
                Diagnostic::error(EXPECTED, "only a name can be called", *at, "not behind a name")
            }
            Self::NotAVariant { at } => {
                Diagnostic::error(EXPECTED, "only a variant's name can have fields", *at, "not behind a name")
            }
            Self::Escape { at } => Diagnostic::error(EXPECTED, "unknown escape", *at, "not an escape")
                .with_help(r#"write one of \n \t \r \\ \" \' \$ \u{…}, or `\\` for a backslash"#),
            Self::BlockTextOnOneLine { at } => Diagnostic::error(
                EXPECTED,
                "a block text begins on the line after its quotes",
                *at,
                "begins here",
            )
            .with_help(
                "put a line break after `\"\"\"`, or write the text in single quotation marks: `\"…\"`",
            ),
            Self::NumberTooLong { digits, at } => Diagnostic::error(
                RANGE,
                format!("a number has at most {digits} digits"),
                *at,
                "too many digits",
            ),
            Self::Address { written, at } => {
                Diagnostic::error(RANGE, format!("`{written}` is no IPv4 address"), *at, "impossible address")
                    .with_help("write four numbers from 0 to 255, without leading zeros")
            }
            Self::PrefixLength { written, at } => Diagnostic::error(
                RANGE,
                format!("`/{written}` is no prefix length"),
                *at,
                "impossible prefix length",
            )
            .with_help("write a length from 0 to 32"),
            Self::HostBits { cidr, mended, at } => Diagnostic::error(
                HOST_BITS,
                format!("`{cidr}` has host bits set"),
                *at,
                "not the first address of its range",
            )
            .with_help(format!("write `{mended}`"))
            .with_fix(format!("write `{mended}`"), *at, mended.to_string()),
        }
    }
}

impl Found {
    fn words(&self) -> String {
        match self {
            Self::Written(text) if text.starts_with("//") => format!("`{}`", text.get(..3).unwrap_or(text)),
            Self::Written(text) if text.len() > LONGEST_SHOWN => "a long text".to_owned(),
            Self::Written(text) => format!("`{text}`"),
            Self::EndOfLine => "the end of the line".to_owned(),
            Self::EndOfText => "the end of the declaration".to_owned(),
        }
    }
}

impl Hint {
    fn add_to(&self, problem: Diagnostic, at: Span) -> Diagnostic {
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
            Self::FileDocs => problem.with_help(FILE_DOCS_HELP),
            Self::PlainText => problem.with_help("write a text in one pair of quotes, without `${…}`"),
        }
    }
}

fn closing(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

fn too_deep(why: TooDeep, at: Span) -> Diagnostic {
    let (message, label) = match why {
        TooDeep::Nested => (format!("nested more than {DEEPEST} deep"), "one too many"),
        TooDeep::Joined => (format!("an expression of more than {LONGEST} operators"), "one too many"),
    };
    Diagnostic::error(TOO_DEEP, message, at, label).with_help("give a part of it a name with `let`")
}

fn spelling(word: &str, at: Span) -> Diagnostic {
    let message = format!("`{word}` is no name: names are written in lower case");
    let problem = Diagnostic::error(EXPECTED, message, at, "expected a name");
    let mended = snake_case(word);
    problem.with_help(format!("write `{mended}`"))
}

fn snake_case(word: &str) -> String {
    let mut mended = String::new();
    for char in word.trim_start_matches('_').chars() {
        if char.is_ascii_uppercase() && !mended.is_empty() && !mended.ends_with('_') {
            mended.push('_');
        }
        mended.push(char.to_ascii_lowercase());
    }
    mended
}

fn chained(at: Span, range: bool) -> Diagnostic {
    let (message, help) = if range {
        ("a range has two ends", "write `first..last`")
    } else {
        ("comparisons do not chain", "join two comparisons with `and`")
    };
    Diagnostic::error(EXPECTED, message, at, "a second one").with_help(help)
}
