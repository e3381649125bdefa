//! Texts that can't be read.

use super::{EXPECTED, Words};

/// What is wrong with a text in quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text {
    /// It is never closed.
    Open,
    /// An interpolation goes over several lines.
    OverLines,
    /// `"""text"""`
    BlockOnOneLine,
    /// `"\q"`
    Escape,
}

impl Text {
    pub(super) fn words(self) -> Words {
        let (message, label, help) = match self {
            Self::Open => (
                "a text is never closed",
                "begins here",
                r#"end it with `"` on the same line, or use `"""` for a text of several lines"#,
            ),
            Self::OverLines => (
                "a text ends on the line it begins on",
                "goes over several lines",
                "give the value in `${…}` a name with `let`",
            ),
            Self::BlockOnOneLine => (
                "a block text begins on the line after its quotes",
                "begins here",
                r#"put a line break behind `"""`, or write a text of one line as `"…"`"#,
            ),
            Self::Escape => (
                "unknown escape",
                "not an escape",
                r#"write one of \n \t \r \\ \" \' \$ \u{…}, or `\\` for a backslash"#,
            ),
        };
        Words::new(EXPECTED, message, label, help)
    }
}
