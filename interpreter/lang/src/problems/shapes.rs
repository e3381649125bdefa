//! Fields and clauses that stand where they don't belong.

use rsx_syntax::{Code, Diagnostic, Span};

/// Something that is well formed and out of place.
#[derive(Clone, Debug)]
pub(crate) enum Problem<'p> {
    /// A field or clause that this declaration does not have.
    Misplaced {
        /// What it is, such as `a clause \`require\``.
        what: &'static str,
        /// Where it belongs.
        belongs: &'static str,
        /// Where it is written.
        at: Span,
    },
    /// A field with a type where it is given a value: `network: main`.
    Typed {
        /// Its name.
        name: &'p str,
        /// Where it is written.
        at: Span,
        /// What stands between its name and what follows.
        colon: Span,
    },
    /// A `resource` outside the library.
    ForeignResource {
        /// Its name where it is written.
        at: Span,
    },
    /// A param or schema without what tells its type.
    Untyped {
        /// Its name.
        name: &'p str,
        /// Where it is written.
        at: Span,
    },
    /// A let or output without a value.
    Valueless {
        /// Its name.
        name: &'p str,
        /// Where it is written.
        at: Span,
    },
    /// Something other than a literal where only one can stand.
    NotLiteral {
        /// What is needed.
        needed: &'static str,
        /// Where it is written.
        at: Span,
    },
    /// More base dimensions than a program may have.
    TooManyDimensions {
        /// The dimension that is too many.
        at: Span,
    },
    /// Declarations that lead through too many others.
    TooDeep {
        /// Where it stopped.
        at: Span,
    },
    /// A second stack.
    StackTwice {
        /// The later one.
        at: Span,
        /// The earlier one.
        first: Span,
    },
    /// A question to a running target where no answer can be waited for.
    Phase {
        /// Where it is written.
        at: Span,
    },
}

impl Problem<'_> {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let expected = Code::of("rsx::syntax::expected");
        match self {
            Self::Misplaced { what, belongs, at } => {
                Diagnostic::error(expected, format!("{what} can't stand here"), *at, "out of place")
                    .with_help(*belongs)
            }
            Self::Typed { name, at, colon } => {
                let message = format!("`{name}` is given its value with `=`, and `:` is followed by a type");
                Diagnostic::error(expected, message, *at, "needs `=`").with_help("write `=`").with_fix(
                    "write `=`",
                    *colon,
                    " = ",
                )
            }
            Self::ForeignResource { at } => Diagnostic::error(
                expected,
                "only the library declares a `resource`",
                *at,
                "no code makes this one",
            )
            .with_help("declare a `pattern` that makes resources of the library"),
            Self::Untyped { name, at } => Diagnostic::error(
                expected,
                format!("`{name}` has neither a type nor a value"),
                *at,
                "of no known type",
            )
            .with_help(format!("write its type: `{name}: Type`")),
            Self::Valueless { name, at } => {
                Diagnostic::error(expected, format!("`{name}` has no value"), *at, "needs a value")
                    .with_help(format!("write `{name} = …`"))
            }
            Self::NotLiteral { needed, at } => {
                Diagnostic::error(expected, format!("{needed} is needed here"), *at, "not a literal")
                    .with_help("write it out")
            }
            Self::TooManyDimensions { at } => {
                let most = crate::dimension::BASES;
                Diagnostic::error(
                    expected,
                    format!("a program has at most {most} dimensions, the library's included"),
                    *at,
                    "one too many",
                )
                .with_help("take one away")
            }
            Self::TooDeep { at } => Diagnostic::error(
                Code::of("rsx::syntax::too_deep"),
                "this leads through too many other declarations",
                *at,
                "too deep",
            )
            .with_help("write down the types of the lets on the way"),
            Self::StackTwice { at, first } => Diagnostic::error(
                Code::of("rsx::stack::twice"),
                "a program has exactly one stack, this one has two",
                *at,
                "the second",
            )
            .with_label(*first, "the first")
            .with_help("take one away"),
            Self::Phase { at } => Diagnostic::error(
                Code::of("rsx::type::phase"),
                "`sql` is answered only by what runs, and this is decided before",
                *at,
                "known only after `run`",
            )
            .with_help("ask it in an `expect`"),
        }
    }
}
