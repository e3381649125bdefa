//! What can go wrong when values are worked out.

use rsx_syntax::{Code, Diagnostic, Span};
use smol_str::SmolStr;

use crate::value::Phase;

/// A value that can't be worked out.
#[derive(Clone, Debug)]
pub(crate) enum Problem<'p> {
    /// A number beyond what is counted exactly.
    TooLarge,
    /// Something divided by nothing.
    DivisionByZero,
    /// A place that a list does not have.
    OutOfBounds {
        /// The place, as written.
        index: &'p str,
        /// How many there are.
        length: usize,
    },
    /// A number with a fraction where a whole one is needed.
    NotWhole {
        /// The number.
        found: &'p str,
    },
    /// The largest or smallest of nothing.
    Nothing {
        /// What was asked.
        wanted: &'static str,
    },
    /// A number that a function does not take.
    OutsideFunction {
        /// The function.
        function: &'static str,
        /// What was found.
        found: &'p str,
        /// What is needed.
        needed: &'static str,
    },
    /// A network too small for so many blocks.
    TooManyBlocks {
        /// The network.
        cidr: &'p str,
        /// How many blocks.
        count: &'p str,
    },
    /// A range with more elements than a loop may have.
    TooMany {
        /// The most.
        most: usize,
    },
    /// A value of a later phase where one is needed now.
    Phase {
        /// Its phase.
        phase: Phase,
        /// What needs it.
        needed: &'static str,
    },
    /// An answer of another type.
    Answer {
        /// What was answered.
        found: &'p str,
        /// What is needed.
        needed: &'static str,
    },
    /// A question with a place for a value that it does not have.
    NoArgument {
        /// The place's number.
        number: usize,
        /// How many values there are.
        count: usize,
    },
    /// A value for which a question has no place.
    NoPlace {
        /// The value's number.
        number: usize,
    },
    /// A value that is none of SQL.
    NoValue {
        /// What it is.
        found: &'static str,
    },
    /// A pattern that makes itself.
    MakesItself {
        /// The kind.
        kind: &'p str,
    },
    /// Patterns within patterns, too deep.
    TooNested {
        /// How deep they may be.
        most: usize,
    },
    /// Two instances with one name on the outside.
    SameName {
        /// The name.
        name: &'p str,
        /// The address of the earlier.
        first: &'p str,
        /// The address of the later.
        second: &'p str,
    },
    /// Two elements of a loop that are known by the same.
    SameKey {
        /// By what.
        key: &'p str,
    },
    /// A param without a value.
    MissingParam {
        /// Its name.
        name: &'p SmolStr,
        /// Whether it is a secret.
        secret: bool,
    },
}

impl Problem<'_> {
    /// Says it at a place.
    pub(crate) fn diagnostic(&self, at: Span) -> Diagnostic {
        match self {
            Self::TooLarge => {
                Diagnostic::error(RANGE, "this number is too large", at, "more than can be counted")
                    .with_help("use smaller numbers")
            }
            Self::DivisionByZero => {
                Diagnostic::error(RANGE, "something is divided by zero", at, "this is zero")
                    .with_help("divide by another number")
            }
            Self::OutOfBounds { index, length } => out_of_bounds(index, *length, at),
            Self::NotWhole { found } => Diagnostic::error(
                MISMATCH,
                format!("{found} stands where a whole number is needed"),
                at,
                format!("this is {found}"),
            )
            .with_help("use `floor` or `ceil`, or a number that is whole"),
            Self::Nothing { wanted } => {
                Diagnostic::error(REFINEMENT, format!("an empty list has no {wanted}"), at, "this is empty")
                    .with_help("give it at least one element")
            }
            Self::OutsideFunction { function, found, needed } => Diagnostic::error(
                REFINEMENT,
                format!("`{function}` takes {needed}, not {found}"),
                at,
                format!("this is {found}"),
            )
            .with_help(format!("give it {needed}")),
            Self::TooManyBlocks { cidr, count } => Diagnostic::error(
                REFINEMENT,
                format!("{cidr} can't be cut into {count} blocks"),
                at,
                "too small for that",
            )
            .with_help("use a larger network"),
            Self::TooMany { most } => Diagnostic::error(
                RANGE,
                format!("this has more than {most} elements"),
                at,
                "too many to run over",
            )
            .with_help(format!("run over {most} at most")),
            Self::Phase { phase, needed } => phase_problem(*phase, needed, at),
            Self::Answer { found, needed } => {
                let code = Code::of("rsx::type::mismatch");
                Diagnostic::error(
                    code,
                    format!("the answer is {found}, needed is {needed}"),
                    at,
                    format!("answered {found}"),
                )
                .with_help(format!("ask for {needed}"))
            }
            Self::NoArgument { number: 0, .. } => {
                Diagnostic::error(MISMATCH, "the text names `$0`, which is no value", at, "names `$0`")
                    .with_help("write `$1` for the first value")
            }
            Self::NoArgument { number, count } => {
                let has = match count {
                    0 => "no value".to_owned(),
                    1 => "1 value".to_owned(),
                    count => format!("{count} values"),
                };
                let message = format!("the text names `${number}`, but `sql` is given {has}");
                Diagnostic::error(MISMATCH, message, at, format!("names `${number}`"))
                    .with_help("give as many values behind the text: `sql(target, text, value_of_$1, …)`")
            }
            Self::NoPlace { number } => {
                let message =
                    format!("the text does not name `${number}`, and `sql` is given a value for it");
                Diagnostic::error(MISMATCH, message, at, format!("would be `${number}`"))
                    .with_help(format!("name it in the text by `${number}`, or take it away"))
            }
            Self::NoValue { found } => {
                let message = format!("{found} is no value of SQL");
                Diagnostic::error(MISMATCH, message, at, format!("this is {found}"))
                    .with_help("give a text, a number, a truth value, an address or a network")
            }
            Self::MakesItself { kind } => {
                let code = Code::of("rsx::name::cycle");
                Diagnostic::error(
                    code,
                    format!("`{kind}` makes another `{kind}` within itself, without end"),
                    at,
                    "made here",
                )
                .with_help("take the part away that leads back")
            }
            Self::TooNested { most } => {
                let code = Code::of("rsx::syntax::too_deep");
                Diagnostic::error(
                    code,
                    format!("patterns make patterns more than {most} deep"),
                    at,
                    "made here",
                )
                .with_help("make the parts of the inner patterns directly")
            }
            Self::SameName { name, first, second } => Diagnostic::error(
                Code::of("rsx::name::duplicate"),
                format!("`{first}` and `{second}` would both be called `{name}`"),
                at,
                "the second of that name",
            )
            .with_help("rename one of them"),
            Self::SameKey { key } => Diagnostic::error(
                Code::of("rsx::name::duplicate"),
                format!(
                    "two elements of this are known as `{key}`, so what is made of them can't be told apart"
                ),
                at,
                "a part is made for each of these",
            )
            .with_help("a record is known by its first field: give each another there"),
            Self::MissingParam { name, secret } => missing_param(name, *secret, at),
        }
    }
}

const MISMATCH: Code = Code::of("rsx::type::mismatch");
const RANGE: Code = Code::of("rsx::literal::range");
const REFINEMENT: Code = Code::of("rsx::type::refinement");

fn out_of_bounds(index: &str, length: usize, at: Span) -> Diagnostic {
    let (elements, help) = match length {
        0 => ("no elements".to_owned(), "give it at least one element".to_owned()),
        1 => ("one element".to_owned(), "use `[0]`".to_owned()),
        n => (format!("{n} elements"), format!("use a place from 0 to {}", n - 1)),
    };
    Diagnostic::error(
        REFINEMENT,
        format!("there is no place {index}: this has {elements}, counted from 0"),
        at,
        "no such place",
    )
    .with_help(help)
}

fn phase_problem(phase: Phase, needed: &str, at: Span) -> Diagnostic {
    let known = match phase {
        Phase::Now => "known now",
        Phase::World => "known only after a look at what exists",
        Phase::Run => "known only after `run`",
    };
    Diagnostic::error(
        Code::of("rsx::type::phase"),
        format!("{needed} must be known now, and this is {known}"),
        at,
        known,
    )
    .with_help("use a value that the spec itself decides, such as a param")
}

fn missing_param(name: &str, secret: bool, at: Span) -> Diagnostic {
    let variable = format!("RSX_PARAM_{}", name.to_uppercase());
    let help = match secret {
        true => format!("set `{variable}`, or give `--param-fd {name}=FD`"),
        false => format!("give `--param {name}=VALUE`, set `{variable}`, or set it in the env"),
    };
    Diagnostic::error(
        Code::of("rsx::param::missing"),
        format!("the param `{name}` has no value"),
        at,
        "needs a value",
    )
    .with_help(help)
}
