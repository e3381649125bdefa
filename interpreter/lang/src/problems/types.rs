//! Values that don't fit their places.

use rsx_syntax::{Code, Diagnostic, Edit, Span};
use smol_str::SmolStr;

use super::enumerate;

/// A value that doesn't fit.
#[derive(Clone, Debug)]
pub(crate) enum Problem<'p> {
    /// Of another type.
    Mismatch {
        /// What is needed, in words.
        needed: &'p str,
        /// What was found, in words.
        found: &'p str,
        /// The value.
        at: Span,
        /// What demanded it.
        by: Option<Span>,
        /// What mends it.
        mend: Option<Mend>,
    },
    /// Fields that must be there and are not.
    MissingFields {
        /// Whose they are, such as `\`writer\``.
        of: &'p str,
        /// The fields.
        fields: &'p [&'p str],
        /// The name in the declaration's head, or the record's start.
        at: Span,
        /// Where the first is declared, if it is.
        declared: Option<Span>,
    },
    /// A field that isn't there.
    UnknownField {
        /// Whose it would be, in words.
        of: &'p str,
        /// The field.
        field: &'p str,
        /// The nearest that is there.
        nearest: Option<&'p str>,
        /// All that are there.
        there: &'p [SmolStr],
        /// Where it is written.
        at: Span,
        /// What else mends it.
        advice: Option<&'p str>,
    },
    /// A field that nobody writes.
    NotWritten {
        /// Whose it is.
        of: &'p str,
        /// The field.
        field: &'p str,
        /// Where it is written.
        at: Span,
        /// Where it is declared.
        declared: Span,
    },
    /// Quantities of different dimensions.
    Dimension {
        /// What is done, such as `added`.
        done: &'p str,
        /// The left, in words.
        left: &'p str,
        /// Where it is.
        left_at: Span,
        /// The right, in words.
        right: &'p str,
        /// Where it is.
        right_at: Span,
    },
    /// Too many or too few arguments.
    Arguments {
        /// The function.
        function: &'p str,
        /// How it is called.
        usage: &'p str,
        /// The call.
        at: Span,
    },
    /// A question whose text stands before its target.
    Swapped {
        /// Where the text is.
        text: Span,
        /// The text as it is written.
        text_written: &'p str,
        /// Where the target is.
        target: Span,
        /// The target as it is written.
        target_written: &'p str,
    },
    /// A pool where one of its members is needed.
    Pool {
        /// What it is called.
        name: &'p str,
        /// What it is, in words.
        found: &'p str,
        /// Where it is written.
        at: Span,
    },
}

/// What mends a mismatch.
#[derive(Clone, Debug)]
pub(crate) enum Mend {
    /// An imperative.
    Advice(String),
    /// A replacement of the value.
    Replace(String),
}

impl Problem<'_> {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Mismatch { needed, found, at, by, mend } => {
                mismatch(needed, found, *at, *by, mend.as_ref())
            }
            Self::MissingFields { of, fields, at, declared } => {
                let names = enumerate(fields.iter().copied());
                let is = if fields.len() == 1 { "is" } else { "are" };
                let diagnostic = Diagnostic::error(
                    Code::of("rsx::type::missing_field"),
                    format!("{of} lacks {names}"),
                    *at,
                    format!("{names} {is} missing"),
                )
                .with_help(format!("add {names}"));
                match declared {
                    Some(declared) => diagnostic.with_label(*declared, "declared here without a default"),
                    None => diagnostic,
                }
            }
            Self::UnknownField { of, field, nearest, there, at, advice } => {
                let diagnostic = Diagnostic::error(
                    UNKNOWN_FIELD,
                    format!("{of} has no field `{field}`"),
                    *at,
                    "unknown field",
                );
                match (nearest, advice) {
                    (Some(nearest), _) => diagnostic
                        .with_help(format!("did you mean `{nearest}`?"))
                        .with_fix(format!("write `{nearest}`"), *at, *nearest),
                    (None, Some(advice)) => diagnostic.with_help(*advice),
                    (None, None) => diagnostic.with_help(other_fields(there)),
                }
            }
            Self::NotWritten { of, field, at, declared } => Diagnostic::error(
                UNKNOWN_FIELD,
                format!("`{field}` of {of} is not for writing"),
                *at,
                "known only by looking",
            )
            .with_label(*declared, "declared here")
            .with_help("take it away"),
            Self::Dimension { done, left, left_at, right, right_at } => {
                let message = format!("{left} and {right} can't be {done}: they measure different things");
                Diagnostic::error(
                    Code::of("rsx::type::dimension"),
                    message,
                    *right_at,
                    format!("this is {right}"),
                )
                .with_label(*left_at, format!("this is {left}"))
                .with_help("use quantities of one dimension")
            }
            Self::Swapped { text, text_written, target, target_written } => {
                let edits = vec![
                    Edit { span: *text, insert: (*target_written).to_owned() },
                    Edit { span: *target, insert: (*text_written).to_owned() },
                ];
                Diagnostic::error(MISMATCH, "`sql` names first whom it asks", *text, "the text comes second")
                    .with_label(*target, "the target comes first")
                    .with_help("let the two change places: `sql(target, \"select …\")`")
                    .with_edits("change their places", edits)
            }
            Self::Pool { name, found, at } => Diagnostic::error(
                MISMATCH,
                format!("{found} stands where one of its members is needed"),
                *at,
                format!("this is {found}"),
            )
            .with_help(format!("ask one, such as `{name}[0]`, or each: `all m in {name}: sql(m, …)`")),
            Self::Arguments { function, usage, at } => {
                Diagnostic::error(MISMATCH, format!("`{function}` takes other arguments"), *at, "called here")
                    .with_help(format!("call it as `{usage}`"))
            }
        }
    }
}

const MISMATCH: Code = Code::of("rsx::type::mismatch");
const UNKNOWN_FIELD: Code = Code::of("rsx::type::unknown_field");

fn mismatch(needed: &str, found: &str, at: Span, by: Option<Span>, mend: Option<&Mend>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(
        MISMATCH,
        format!("{found} stands where {needed} is needed"),
        at,
        format!("this is {found}"),
    );
    if let Some(by) = by {
        diagnostic = diagnostic.with_label(by, format!("needs {needed}"));
    }
    match mend {
        Some(Mend::Advice(advice)) => diagnostic.with_help(advice),
        Some(Mend::Replace(text)) => {
            diagnostic.with_help(format!("write `{text}`")).with_fix(format!("write `{text}`"), at, text)
        }
        None if needed.starts_with('`') => diagnostic.with_help(format!("give a value of type {needed}")),
        None => diagnostic.with_help(format!("give {needed}")),
    }
}

fn other_fields(there: &[SmolStr]) -> String {
    match there {
        [] => "take it away: there are no fields here".to_owned(),
        [only] => format!("take it away; the only field is `{only}`"),
        few if few.len() <= FEW => {
            format!("take it away, or use one of {}", enumerate(few.iter().map(SmolStr::as_str)))
        }
        _ => "take it away, or use a field that is there".to_owned(),
    }
}

/// How many fields are listed at most.
const FEW: usize = 8;
