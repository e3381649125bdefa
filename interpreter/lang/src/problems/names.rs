//! Names that nobody declares, that two declare, or that lead back to themselves.

use rsx_syntax::{Code, Diagnostic, Span};
use smol_str::SmolStr;

/// What a name should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sought {
    /// A value.
    Value,
    /// A kind.
    Kind,
    /// A type.
    Type,
    /// A function.
    Function,
    /// A param that an env sets.
    Param,
    /// The kind or type that a rule speaks of.
    Subject,
    /// A code that is allowed.
    Code,
}

impl Sought {
    fn noun(self) -> &'static str {
        match self {
            Self::Value => "nothing here is called",
            Self::Kind => "there is no kind",
            Self::Type => "there is no type",
            Self::Function => "there is no function",
            Self::Param => "there is no param",
            Self::Subject => "there is no kind or type",
            Self::Code => "there is no code",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Value => "declare it, or use a name that is declared",
            Self::Kind => "use a kind of the library, or declare a `pattern`",
            Self::Type => "use a type of the library, or declare one with `type`",
            Self::Function => "use one of the functions of the language",
            Self::Param => "declare it with `param`",
            Self::Code => "use the code that the message shows in front",
            Self::Subject => "name a kind, or a type that is declared with `type`",
        }
    }
}

/// A name that is wrong.
#[derive(Clone, Debug)]
pub(crate) enum Problem<'p> {
    /// Nobody declares it.
    Unknown {
        /// The name.
        name: &'p str,
        /// What it should have been.
        sought: Sought,
        /// The nearest that is there.
        nearest: Option<&'p str>,
        /// Where it is written.
        at: Span,
    },
    /// A word that is none of a closed set.
    UnknownWord {
        /// The word.
        word: &'p str,
        /// The words of the set.
        words: &'p [SmolStr],
        /// The nearest of these, or of the names.
        nearest: Option<&'p str>,
        /// Where it is written.
        at: Span,
    },
    /// A word that nobody declares where a text is needed.
    Unquoted {
        /// The word.
        text: &'p str,
        /// Where it is written.
        at: Span,
    },
    /// A login that what is asked hasn't.
    UnknownLogin {
        /// The login.
        login: &'p str,
        /// The address of what is asked.
        whose: &'p str,
        /// Those that it has.
        logins: &'p [SmolStr],
        /// The nearest of these.
        nearest: Option<&'p str>,
        /// Where it is written.
        at: Span,
    },
    /// A kind where a value is needed.
    KindAsValue {
        /// The kind.
        name: &'p str,
        /// Where it is written.
        at: Span,
    },
    /// Two declare it.
    Duplicate {
        /// The name.
        name: &'p str,
        /// The later one.
        at: Span,
        /// The earlier one.
        first: Span,
    },
    /// The library has it already.
    OfLibrary {
        /// The name.
        name: &'p str,
        /// The user's.
        at: Span,
        /// The library's.
        first: Span,
    },
    /// One field, given twice.
    Repeated {
        /// The field.
        name: &'p str,
        /// The later one.
        at: Span,
        /// The earlier one.
        first: Span,
    },
    /// A loop's variable hides another name.
    Hides {
        /// The name.
        name: &'p str,
        /// The variable.
        at: Span,
        /// What it hides, if it stands anywhere.
        first: Option<Span>,
    },
    /// Each needs the next, the last the first.
    Cycle {
        /// The ring, from the first by position.
        ring: &'p [(SmolStr, Span)],
    },
}

impl Problem<'_> {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Unknown { name, sought, nearest, at } => {
                unknown(name, *sought, *nearest, *at, sought.advice())
            }
            Self::UnknownWord { word, words, nearest, at } => {
                let advice = format!("write {}", super::alternatives(words.iter().map(SmolStr::as_str)));
                unknown(word, Sought::Value, *nearest, *at, &advice)
            }
            Self::Unquoted { text, at } => unknown(text, Sought::Value, None, *at, "")
                .with_help(format!("write `\"{text}\"` if it is a text, or declare it"))
                .with_fix(format!("write `\"{text}\"`"), *at, format!("\"{text}\"")),
            Self::UnknownLogin { login, whose, logins, nearest, at } => {
                let (message, advice) = match logins.is_empty() {
                    true => (
                        format!("`{whose}` has no login `{login}`, nor any other"),
                        "leave `as` out, or give it that login".to_owned(),
                    ),
                    false => {
                        let there = super::enumerate(logins.iter().map(SmolStr::as_str));
                        (
                            format!("`{whose}` has no login `{login}`, only {there}"),
                            "use one that is there, or give it that login".to_owned(),
                        )
                    }
                };
                let help = nearest.map_or(advice, |nearest| format!("did you mean `{nearest}`?"));
                Diagnostic::error(UNKNOWN, message, *at, "no such login").with_help(help)
            }
            Self::KindAsValue { name, at } => Diagnostic::error(
                UNKNOWN,
                format!("`{name}` is a kind, not a value"),
                *at,
                "needs the name of a declaration",
            )
            .with_help(format!("declare one with `{name} some_name {{ … }}` and use its name")),
            Self::Duplicate { name, at, first } => Diagnostic::error(
                DUPLICATE,
                format!("`{name}` is declared twice"),
                *at,
                "declared again here",
            )
            .with_label(*first, "first declared here")
            .with_help("rename one of them, or take one away"),
            Self::OfLibrary { name, at, first } => Diagnostic::error(
                DUPLICATE,
                format!("the library has a `{name}` already"),
                *at,
                "declared again here",
            )
            .with_label(*first, "the library's")
            .with_help("give yours another name, or use the library's"),
            Self::Repeated { name, at, first } => {
                Diagnostic::error(DUPLICATE, format!("`{name}` is given twice"), *at, "given again here")
                    .with_label(*first, "first given here")
                    .with_help("take one of them away")
            }
            Self::Hides { name, at, first } => {
                let hidden = Diagnostic::error(
                    DUPLICATE,
                    format!("the variable `{name}` would hide another `{name}`"),
                    *at,
                    "hides it",
                )
                .with_help("give the variable another name");
                match first {
                    Some(first) => hidden.with_label(*first, "declared here"),
                    None => hidden,
                }
            }
            Self::Cycle { ring } => cycle(ring),
        }
    }
}

pub(crate) const UNKNOWN: Code = Code::of("rsx::name::unknown");
const DUPLICATE: Code = Code::of("rsx::name::duplicate");

fn unknown(name: &str, sought: Sought, nearest: Option<&str>, at: Span, advice: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(UNKNOWN, format!("{} `{name}`", sought.noun()), at, "unknown");
    match nearest {
        Some(nearest) => diagnostic.with_help(format!("did you mean `{nearest}`?")).with_fix(
            format!("write `{nearest}`"),
            at,
            nearest,
        ),
        None => diagnostic.with_help(advice),
    }
}

fn cycle(ring: &[(SmolStr, Span)]) -> Diagnostic {
    let code = Code::of("rsx::name::cycle");
    let mut names: Vec<_> = ring.iter().map(|(name, _)| format!("`{name}`")).collect();
    names.extend(names.first().cloned());
    let mut places = ring.iter();
    let Some((_, first)) = places.next() else {
        return Diagnostic {
            code,
            severity: rsx_syntax::Severity::Error,
            message: "a value needs itself".to_owned(),
            help: None,
            labels: Vec::new(),
            fixes: Vec::new(),
            envs: Vec::new(),
        };
    };
    let message = format!("each needs the next to be known: {}", names.join(" → "));
    let label = if ring.len() == 1 { "needs itself" } else { "needs the next" };
    let start = Diagnostic::error(code, message, *first, label)
        .with_help("break the ring: give one of them a value of its own");
    places.fold(start, |diagnostic, (_, span)| diagnostic.with_label(*span, "then this"))
}
