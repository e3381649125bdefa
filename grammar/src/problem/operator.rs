//! Operators where they can't stand.

use super::{EXPECTED, Words};

/// What is wrong with an operator.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operator {
    /// `a < b < c`
    ChainedComparison,
    /// `1..2..3`
    ChainedRange,
    /// `1.. + 2`
    OpenRange,
    /// `a == not b`
    Not,
    /// `1 (x)`
    Call,
    /// `1 { x = 1 }`
    Fields,
}

impl Operator {
    pub(super) fn words(self) -> Words {
        let (message, label, help) = match self {
            Self::ChainedComparison => {
                ("comparisons do not chain", "a second one", "join two comparisons with `and`")
            }
            Self::ChainedRange => ("a range has two ends", "a second one", "write `first..last`"),
            Self::OpenRange => (
                "an open range is no operand",
                "open above",
                "put the end of the range on the line of its `..`",
            ),
            Self::Not => (
                "expected a value, found `not`",
                "binds more weakly than the operator before it",
                "put the `not` and what it denies into parentheses",
            ),
            Self::Call => ("only a name can be called", "not behind a name", ""),
            Self::Fields => ("only a variant's name can have fields", "not behind a name", ""),
        };
        Words::new(EXPECTED, message, label, help)
    }
}
