//! What can be wrong with a plan or a run, in words.

use rsx_syntax::{Code, Diagnostic, Span};
use smol_str::SmolStr;

use crate::event::Action;
use crate::plan::Class;
use crate::provider::{Fault, Refusal};

/// A problem and where it belongs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    pub(crate) at: Span,
    pub(crate) what: Trouble,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// Steps would take away what is protected, which the spec still says or only the state.
    Protected { addresses: Vec<SmolStr>, action: Action, is_said: bool },
    /// A change would take back what lasts.
    Lasting { field: SmolStr, instead: SmolStr },
    /// A change would make another object of what others, which stay, refer to.
    Bound { address: SmolStr, field: SmolStr, holder: SmolStr, instead: SmolStr },
    /// A plan no longer holds.
    Stale { because: String },
    /// Steps are of classes that were not allowed: which, the places of all but the first class, and what all would need.
    NotAllowed { refused: Vec<(Class, Vec<SmolStr>)>, others: Vec<Span>, needed: Vec<Class> },
    /// The credentials are for another account, or the spec names another region.
    Elsewhere { seat: Seat, ours: SmolStr, theirs: SmolStr },
    /// Nobody answers who could say whose credentials these are.
    Unreachable { stack: SmolStr, words: String },
    /// What is looked for is not there.
    NotFound { kind: SmolStr, wanted: String },
    /// No code stands behind a kind.
    UnknownKind { kind: SmolStr },
    /// The outside did not do it.
    Fault { address: SmolStr, doing: &'static str, fault: Fault },
    /// It does not become ready.
    Stuck { address: SmolStr, doing: &'static str, seconds: f64, word: SmolStr },
    /// It was made or changed and went wrong.
    Broken { address: SmolStr, words: String },
    /// A field is still a hole.
    Hole { address: SmolStr, field: SmolStr },
    /// The journal can't be written.
    Journal { words: String },
    /// The state is unsound.
    Unsound { words: String },
    /// A question is put to what can't be asked.
    NotReachable { address: SmolStr },
    /// What is claimed of it does not hold.
    Unproved { address: SmolStr, words: String },
    /// All questions are answered, and still nobody knows.
    Undecided { name: SmolStr },
}

/// Where a deployment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seat {
    /// The account, which the credentials decide.
    Account,
    /// The region, which the spec decides.
    Region,
}

impl Fault {
    /// Puts it into words: what was being done to what, and where that was declared.
    pub fn diagnostic(self, address: &str, doing: &'static str, at: Span) -> Diagnostic {
        Problem::fault(address, doing, self, at).diagnostic()
    }
}

impl Problem {
    /// Says that a plan no longer holds.
    pub(crate) fn stale(because: &str, at: Span) -> Self {
        Self { at, what: Trouble::Stale { because: because.to_owned() } }
    }

    /// Says that the outside did not do something.
    pub(crate) fn fault(address: &str, doing: &'static str, fault: Fault, at: Span) -> Self {
        Self { at, what: Trouble::Fault { address: address.into(), doing, fault } }
    }

    /// Puts it into words.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let error =
            |code, message: String, label: &str| Diagnostic::error(Code::of(code), message, self.at, label);
        match &self.what {
            Trouble::Protected { addresses, action, is_said } => {
                let does = if *action == Action::Replace { "replaced" } else { "deleted" };
                let are = if addresses.len() == 1 { "is" } else { "are" };
                let message = format!("{} {are} protected and would be {does}", named(addresses));
                let (label, set) = match is_said {
                    true => ("protected here", "set"),
                    false => ("protected when it was run last", "declare it with"),
                };
                let help = format!("{set} `protect = false` and run that first, if it is really to go");
                error("rsx::plan::protected", message, label).with_help(help)
            }
            Trouble::Lasting { field, instead } => {
                let message = format!("`{field}` can't be taken back once it was set");
                error("rsx::plan::lasting", message, "it is not set here any more")
                    .with_help(instead.as_str())
            }
            Trouble::Bound { address, field, holder, instead } => {
                let message = format!("`{field}` of `{address}` can't change while `{holder}` refers to it");
                error("rsx::plan::bound", message, "it is another here than it was made with")
                    .with_help(instead.as_str())
            }
            Trouble::Stale { because } => {
                error("rsx::plan::stale", format!("the plan is stale: {because}"), "")
                    .with_help("plan again, and look at what has changed")
            }
            Trouble::NotAllowed { refused, others, needed } => {
                let count: usize = refused.iter().map(|(_, addresses)| addresses.len()).sum();
                let steps = if count == 1 { "1 step is".to_owned() } else { format!("{count} steps are") };
                let classes: Vec<_> =
                    refused.iter().map(|(class, _)| format!("`{}`", class.as_str())).collect();
                let (class, which) = match classes.as_slice() {
                    [one] => (format!("class {one}"), "which is"),
                    several => (format!("the classes {}", several.join(", ")), "which are"),
                };
                let message = format!("{steps} of {class}, {which} not allowed");
                let mut labels = refused.iter().map(|(_, addresses)| named(addresses));
                let first = labels.next().unwrap_or_default();
                let diagnostic = error("rsx::plan::not_allowed", message, &first);
                let words: Vec<_> = needed.iter().map(|class| class.word()).collect();
                others
                    .iter()
                    .zip(labels)
                    .fold(diagnostic, |diagnostic, (at, label)| diagnostic.with_label(*at, label))
                    .with_help(format!("if that is meant, allow it: `--allow {}`", words.join(",")))
            }
            Trouble::Elsewhere { seat, ours, theirs } => {
                let (message, help) = match seat {
                    Seat::Account => (
                        format!("the deployment lies in account {ours}, the credentials are for {theirs}"),
                        format!("use credentials for account {ours}"),
                    ),
                    Seat::Region => (
                        format!("the deployment lies in region {ours}, the spec says {theirs}"),
                        format!("say `{ours}` again, or destroy it there before it begins anew elsewhere"),
                    ),
                };
                error("rsx::plan::elsewhere", message, "this deployment").with_help(help)
            }
            Trouble::Unreachable { stack, words } => error(
                "rsx::run::lost",
                format!("`{stack}` can't be reached: no answer came to the first call"),
                words,
            )
            .with_help(
                "look at the network, and at where the environment says that the service is; then try again",
            ),
            Trouble::NotFound { kind, wanted } => error(
                "rsx::plan::not_found",
                format!("there is no {} with {wanted}", kind.replace('_', " ")),
                "looked for here",
            )
            .with_help("make it, or name one that exists"),
            Trouble::UnknownKind { kind } => {
                error("rsx::plan::kind", format!("no code stands behind the kind `{kind}`"), "needed here")
                    .with_help("use a version of rsx whose library and program belong together")
            }
            Trouble::Fault { address, doing, fault } => self.fault_diagnostic(address, doing, fault),
            Trouble::Stuck { address, doing, seconds, word } => {
                let message = format!("`{address}` is still {word} {seconds:.0} s after {doing}");
                error("rsx::run::stuck", message, "waited for here")
                    .with_help("look at it in the service's console; when it is ready, run again")
            }
            Trouble::Broken { address, words } => error(
                "rsx::run::broken",
                format!("`{address}` went wrong"),
                &format!("the service says: {words}"),
            )
            .with_help("mend the cause and run again: it will be replaced"),
            Trouble::Hole { address, field } => {
                let message =
                    format!("`{field}` of `{address}` is not known though all that it waits for is there");
                error("rsx::run::hole", message, "this value").with_help("give the value in the spec")
            }
            Trouble::Journal { words } => error(
                "rsx::run::journal",
                format!("the journal can't be written: {words}"),
                "this deployment",
            )
            .with_help("make the place of the state writable, then run again"),
            Trouble::Unsound { words } => {
                let message = format!("the state is unsound: {words}");
                Diagnostic::warning(Code::of("rsx::run::unsound"), message, self.at, "this deployment")
                    .with_help("it was written nevertheless; compare it with what `rsx status` shows")
            }
            Trouble::NotReachable { address } => {
                error("rsx::run::no_door", format!("`{address}` can't be asked"), "asked here")
                    .with_help("put the question to a declaration that can be asked")
            }
            Trouble::Unproved { address, words } => error(
                "rsx::run::unproved",
                format!("`{address}` does not do what it is for: {words}"),
                "proved here",
            )
            .with_help("what only SQL tells may have been taken away by hand: with `--probe` it is looked at, and made again"),
            Trouble::Undecided { name } => error(
                "rsx::run::undecided",
                format!("whether \"{name}\" holds can't be known"),
                "expected here",
            )
            .with_help("expect something that the answers decide"),
        }
    }

    fn fault_diagnostic(&self, address: &str, doing: &str, fault: &Fault) -> Diagnostic {
        let error = |code, message: String, words: &str, help: &str| {
            let label = format!("the service says: {words}");
            Diagnostic::error(Code::of(code), message, self.at, label).with_help(help)
        };
        let failed = |why: &str| format!("{doing} `{address}` failed: {why}");
        match fault {
            Fault::Throttled(words) => {
                error("rsx::run::throttled", failed("too many calls"), words, "run again later")
            }
            Fault::Busy(words) => error(
                "rsx::run::busy",
                failed("something else is going on with it"),
                words,
                "run again when that is over",
            ),
            Fault::NoCapacity(words) => error(
                "rsx::run::no_capacity",
                failed("the service has no room for it"),
                words,
                "run again later, or ask for less",
            ),
            // Nobody has said anything, so nobody is quoted.
            Fault::Lost(words) => Diagnostic::error(
                Code::of("rsx::run::lost"),
                failed("no answer came, and whether the call took effect is not known"),
                self.at,
                words.clone(),
            )
            .with_help("run again: what was made will be found"),
            Fault::Expired(words) => error(
                "rsx::run::expired",
                failed("the credentials expired"),
                words,
                "log in again, then run again",
            ),
            Fault::Denied(refusal) => {
                self.refused("rsx::run::denied", failed(&refusal.message), refusal, "ask for that permission")
            }
            Fault::Refused(refusal) => {
                self.refused("rsx::run::refused", failed(&refusal.message), refusal, "change what is refused")
            }
            Fault::Foreign { found, owner } => {
                let message = format!("{doing} `{address}` failed: {found} is there and belongs to {owner}");
                Diagnostic::error(Code::of("rsx::run::foreign"), message, self.at, "would be the same")
                    .with_help("give it another name, or take away what is there")
            }
        }
    }

    fn refused(&self, code: &'static str, message: String, refusal: &Refusal, help: &str) -> Diagnostic {
        // What rsx itself refuses has nobody else's words, and may have a code with a page of its own.
        let is_ours = refusal.code.starts_with("rsx::");
        let code = if is_ours { Code::named(refusal.code.clone()) } else { Code::of(code) };
        let label = match &refusal.theirs {
            Some(words) => format!("the service says: {}: {words}", refusal.code),
            None => "asked for here".to_owned(),
        };
        let help = refusal.help.as_deref().unwrap_or(help);
        Diagnostic::error(code, message, self.at, label).with_help(help)
    }
}

/// Names the first of several.
fn named(addresses: &[SmolStr]) -> String {
    let first: Vec<String> = addresses.iter().take(5).map(|address| format!("`{address}`")).collect();
    let more = addresses.len().saturating_sub(first.len());
    match more {
        0 => first.join(", "),
        _ => format!("{} and {more} more", first.join(", ")),
    }
}
