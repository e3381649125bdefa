//! Rules, checks and expectations that do not hold.

use rsx_syntax::{Code, Diagnostic, Span};
use smol_str::SmolStr;

use crate::rules::{Block, add};

/// Something that must hold and does not.
#[derive(Clone, Debug)]
pub(crate) enum Problem<'p> {
    /// A user's `check`.
    Check {
        /// What it says of itself.
        name: &'p SmolStr,
        /// What was found, in words.
        found: Option<&'p str>,
        /// Its `require`.
        at: Span,
    },
    /// A user's `expect`.
    Expect {
        /// What it says of itself.
        name: &'p SmolStr,
        /// What was found, in words.
        found: Option<&'p str>,
        /// Its `require`.
        at: Span,
    },
    /// A rule without a message of its own.
    Rule {
        /// Its code.
        code: &'p Code,
        /// The address of its subject.
        subject: &'p str,
        /// What was found, in words.
        found: Option<&'p str>,
        /// Whether nothing could silence it.
        is_law: bool,
        /// Where.
        at: Span,
    },
    /// An `allow` that silences nothing.
    Unused {
        /// The code that it names.
        code: &'p Code,
        /// Whether nothing could silence that.
        is_law: bool,
        /// The code where it is written.
        at: Span,
    },
    /// A resource that must wait for itself.
    Order {
        /// The ring, from the first by position: addresses and the lines that make them wait.
        ring: &'p [(String, Span)],
    },
}

impl Problem<'_> {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Check { name, found, at } => Diagnostic::error(
                Block::Check.code(),
                format!("the check \"{name}\" fails"),
                *at,
                label(*found),
            ),
            Self::Expect { name, found, at } => Diagnostic::error(
                Block::Expect.code(),
                format!("the expectation \"{name}\" fails"),
                *at,
                label(*found),
            ),
            Self::Rule { code, subject, found, is_law, at } => Diagnostic::error(
                (*code).clone(),
                format!("`{subject}` breaks the rule `{code}`"),
                *at,
                label(*found),
            )
            .with_help(match is_law {
                true => "change it so that the rule holds".to_owned(),
                false => format!("change it so that the rule holds, or write `allow {code} because \"…\"`"),
            }),
            Self::Unused { code, is_law, at } => {
                let (label, help) = match is_law {
                    true => {
                        ("a law: nothing silences it", "mend what it speaks of, and take the `allow` away")
                    }
                    false => ("nothing to silence", "take it away"),
                };
                let message = format!("`allow {code}` silences nothing");
                Diagnostic::warning(Code::of("rsx::allow::unused"), message, *at, label).with_help(help)
            }
            Self::Order { ring } => order(ring),
        }
    }
}

fn label(found: Option<&str>) -> String {
    found.map_or_else(|| "does not hold".to_owned(), |found| format!("does not hold: {found}"))
}

fn order(ring: &[(String, Span)]) -> Diagnostic {
    let code = Code::of("rsx::name::cycle");
    let mut names: Vec<_> = ring.iter().map(|(name, _)| format!("`{name}`")).collect();
    names.extend(names.first().cloned());
    let message = format!("each must wait for the next: {}", names.join(" → "));
    let mut diagnostic = Diagnostic {
        code,
        severity: rsx_syntax::Severity::Error,
        message,
        help: Some("break the ring: let one of them wait for none of the others".to_owned()),
        labels: Vec::new(),
        fixes: Vec::new(),
        envs: Vec::new(),
    };
    for (place, (_, span)) in ring.iter().enumerate() {
        let text = if place == 0 { "waits for the next" } else { "and this" };
        add(&mut diagnostic, *span, text.to_owned());
    }
    diagnostic
}
