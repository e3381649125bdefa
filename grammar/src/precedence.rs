//! Says how strongly operators bind: the one place, for reading and for printing.

use crate::ast::BinaryOperator;

/// How strongly an operator binds, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Else,
    Or,
    And,
    Not,
    Comparison,
    Range,
    Sum,
    Product,
    Negation,
}

impl Level {
    /// Returns the next stronger level: what the right side of a left-associative operator needs.
    pub(crate) fn above(self) -> Self {
        match self {
            Self::Else => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::Not,
            Self::Not => Self::Comparison,
            Self::Comparison => Self::Range,
            Self::Range => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product | Self::Negation => Self::Negation,
        }
    }
}

impl BinaryOperator {
    /// Returns how strongly the operator binds.
    pub(crate) fn level(self) -> Level {
        match self {
            Self::Else => Level::Else,
            Self::Or => Level::Or,
            Self::And => Level::And,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual
            | Self::In => Level::Comparison,
            Self::Add | Self::Subtract => Level::Sum,
            Self::Multiply | Self::Divide => Level::Product,
        }
    }
}
