//! What can be wrong with a text, and how it is told: all wording of this crate.

use ipnet::Ipv4Net;
use smol_str::SmolStr;

use crate::{Code, Diagnostic, Span};

const EXPECTED: Code = Code::of("rsx::syntax::expected");
const RANGE: Code = Code::of("rsx::literal::range");
const HOST_BITS: Code = Code::of("rsx::literal::host_bits");

/// One problem with a text.
#[derive(Clone, Debug)]
pub(crate) enum Problem {
    /// Something else was needed here.
    Expected { expected: String, found: String, at: Span },
    /// A word that can be no name.
    Reserved { word: SmolStr, at: Span },
    /// A name that is not in lower case.
    Spelling { word: SmolStr, at: Span },
    /// A reserved word where a value belongs.
    ValueExpected { found: SmolStr, at: Span },
    /// `a < b < c`, `1..2..3`
    Chained { at: Span, range: bool },
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

impl Problem {
    /// Says it.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Expected { expected, found, at } => Diagnostic::error(
                EXPECTED,
                format!("expected {expected}, found {found}"),
                *at,
                format!("expected {expected}"),
            ),
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
