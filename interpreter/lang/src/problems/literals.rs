//! Literals that mean nothing.

use rsx_syntax::{Code, Diagnostic, Span};

use super::enumerate;

/// A literal that means nothing.
#[derive(Clone, Debug)]
pub(crate) enum Problem<'p> {
    /// A unit that no dimension has.
    Unit {
        /// The unit as written.
        unit: &'p str,
        /// The nearest that is there.
        nearest: Option<&'p str>,
        /// The one that counts by 1024 what this counts by 1000.
        binary: Option<&'p str>,
        /// All that are there.
        known: Vec<&'p str>,
        /// The unit where it is written.
        at: Span,
    },
    /// A number that is too large once its unit is counted.
    TooLarge {
        /// The number where it is written.
        at: Span,
    },
}

impl Problem<'_> {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Unit { unit, nearest, binary, known, at } => {
                let diagnostic = Diagnostic::error(
                    Code::of("rsx::literal::unit"),
                    format!("there is no unit `{unit}`"),
                    *at,
                    "unknown unit",
                );
                match (binary, nearest) {
                    (Some(binary), _) => {
                        diagnostic.with_help(format!("write `{binary}`, which counts by 1024"))
                    }
                    (None, Some(nearest)) => diagnostic
                        .with_help(format!(
                            "write `{nearest}`; the units are {}",
                            enumerate(known.iter().copied())
                        ))
                        .with_fix(format!("write `{nearest}`"), *at, *nearest),
                    (None, None) => {
                        diagnostic.with_help(format!("use one of {}", enumerate(known.iter().copied())))
                    }
                }
            }
            Self::TooLarge { at } => Diagnostic::error(
                Code::of("rsx::literal::range"),
                "this number is too large",
                *at,
                "more than can be counted",
            )
            .with_help("use a smaller number or a larger unit"),
        }
    }
}
