//! What is given from outside and does not fit the program.

use rsx_syntax::{Code, Diagnostic, Span};
use smol_str::SmolStr;

use super::enumerate;
use super::names::UNKNOWN;

/// Something given from outside that does not fit.
#[derive(Clone, Debug)]
pub(crate) enum Problem<'p> {
    /// A param that nobody declares.
    UnknownParam {
        /// Its name.
        name: &'p str,
        /// The nearest that is declared.
        nearest: Option<&'p str>,
    },
    /// An env that nobody declares.
    UnknownEnv {
        /// Its name.
        name: &'p str,
        /// Those that are declared.
        declared: Vec<SmolStr>,
    },
    /// A secret where other users of the machine can see it.
    OpenSecret {
        /// The param.
        name: &'p str,
    },
    /// Text that is no literal.
    NoLiteral {
        /// The param.
        name: &'p str,
        /// The type that it needs, in words.
        needed: &'p str,
    },
    /// A program without a stack.
    NoStack,
}

impl Problem<'_> {
    /// Says it at a place.
    pub(crate) fn diagnostic(&self, at: Span) -> Diagnostic {
        match self {
            Self::UnknownParam { name, nearest } => {
                let diagnostic =
                    Diagnostic::error(UNKNOWN, format!("there is no param `{name}`"), at, "given here");
                match nearest {
                    Some(nearest) => diagnostic.with_help(format!("did you mean `{nearest}`?")),
                    None => diagnostic.with_help(format!("declare it: `param {name}: Type`")),
                }
            }
            Self::UnknownEnv { name, declared } => {
                let diagnostic =
                    Diagnostic::error(UNKNOWN, format!("there is no env `{name}`"), at, "in this program");
                match declared.as_slice() {
                    [] => diagnostic.with_help("leave `--env` out: the program declares none"),
                    declared => diagnostic.with_help(format!(
                        "name one of {}",
                        enumerate(declared.iter().map(SmolStr::as_str))
                    )),
                }
            }
            Self::OpenSecret { name } => Diagnostic::error(
                Code::of("rsx::secret::literal"),
                format!("the secret param `{name}` is given on the command line"),
                at,
                "every user of the machine can see it",
            )
            .with_help(format!("set `RSX_PARAM_{}`, or give `--param-fd {name}=FD`", name.to_uppercase())),
            Self::NoLiteral { name, needed } => {
                let message = format!("the value of the param `{name}` can't be read");
                Diagnostic::error(Code::of("rsx::syntax::expected"), message, at, format!("needs `{needed}`"))
                    .with_help("give it as a spec would write it: `5`, `32rpu..256rpu`, `[10.0.0.0/16]`")
            }
            Self::NoStack => Diagnostic::error(
                Code::of("rsx::stack::missing"),
                "this program has no `stack`",
                at,
                "only a library",
            )
            .with_help("declare one: `stack name { region = \"…\" }`"),
        }
    }
}
