//! Secrets that are written down, or that would be shown.

use rsx_syntax::{Code, Diagnostic, Span};
use smol_str::SmolStr;

use super::enumerate;

/// A secret in the wrong hands.
#[derive(Clone, Debug)]
pub(crate) enum Problem<'p> {
    /// A value in a secret's place.
    Literal {
        /// The value where it is written.
        at: Span,
        /// The rules that it breaks as well.
        broken: &'p [SmolStr],
        /// The field or param that takes a secret.
        by: Option<Span>,
    },
    /// A value that is known to the spec in a secret's place.
    Plain {
        /// The value where it is written.
        at: Span,
        /// The field or param that takes a secret.
        by: Option<Span>,
    },
    /// A secret where it would be shown or looked at.
    Leak {
        /// What would show it, such as `an output`.
        place: &'p str,
        /// The secret where it is written.
        at: Span,
    },
}

impl Problem<'_> {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Literal { at, broken, by } => literal(*at, broken, *by),
            Self::Plain { at, by } => with_place(
                Diagnostic::error(
                    LITERAL,
                    "a secret can't come from a value of the spec",
                    *at,
                    "everyone who reads the spec can see it",
                )
                .with_help(WAYS),
                *by,
            ),
            Self::Leak { place, at } => Diagnostic::error(
                Code::of("rsx::secret::leak"),
                format!("a secret would be shown by {place}"),
                *at,
                "this is a secret",
            )
            .with_help("pass it only to a field, param or let that takes a `Secret`"),
        }
    }
}

const LITERAL: Code = Code::of("rsx::secret::literal");
const WAYS: &str = "write `generated`, `secret { name = \"…\" }`, or a `param` of type `Secret` whose value comes from the environment";

fn literal(at: Span, broken: &[SmolStr], by: Option<Span>) -> Diagnostic {
    let help = match broken {
        [] => WAYS.to_owned(),
        rules => format!(
            "{WAYS}; this one is no valid value either, needed: {}",
            enumerate(rules.iter().map(SmolStr::as_str))
        ),
    };
    let diagnostic = Diagnostic::error(
        LITERAL,
        "a secret is written in the spec",
        at,
        "everyone who reads the spec can see it",
    )
    .with_help(help)
    .with_fix("let it be made: `generated`", at, "generated");
    with_place(diagnostic, by)
}

fn with_place(diagnostic: Diagnostic, by: Option<Span>) -> Diagnostic {
    match by {
        Some(by) => diagnostic.with_label(by, "takes a secret"),
        None => diagnostic,
    }
}
