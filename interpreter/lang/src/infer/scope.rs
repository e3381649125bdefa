//! What an expression sees: locals, the instance it belongs to, and what is proven to be there.

use rsx_syntax::Span;
use smol_str::SmolStr;

use crate::program::KindId;
use crate::types::Type;

/// Whose names are seen: library declarations see no names of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Home {
    /// The library's alone.
    Library,
    /// The user's, then the library's.
    User,
}

/// Whom `self` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Nobody.
    Nothing,
    /// The instance of a kind whose body this is: its members are seen by their bare names.
    Body(KindId),
    /// The instance of a kind that a rule speaks of.
    Rule(KindId),
}

/// Whether `sql` may be asked here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Questions {
    /// In an `expect`, or a field of type `Answer<T>`.
    Answered,
    /// Elsewhere.
    Refused,
}

/// A loop's variable, a rule's `let`, or `self` in a refinement.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) name: SmolStr,
    pub(crate) ty: Type,
    pub(crate) span: Span,
}

/// What an expression sees.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) home: Home,
    pub(crate) subject: Subject,
    pub(crate) questions: Questions,
    /// From the outermost; the place is the number of the local.
    pub(crate) locals: Vec<Local>,
    /// Paths such as `self.key` that a condition has shown not to be `none`.
    pub(crate) present: Vec<SmolStr>,
    /// The field or param that demands the value.
    pub(crate) by: Option<Span>,
}

impl Scope {
    /// Makes a scope that sees names of declarations alone.
    pub(crate) fn global(home: Home) -> Self {
        Self {
            home,
            subject: Subject::Nothing,
            questions: Questions::Refused,
            locals: Vec::new(),
            present: Vec::new(),
            by: None,
        }
    }

    /// Makes the scope of a kind's body.
    pub(crate) fn body(home: Home, kind: KindId) -> Self {
        Self { subject: Subject::Body(kind), ..Self::global(home) }
    }

    /// Makes the scope of a rule.
    pub(crate) fn rule(home: Home, kind: KindId) -> Self {
        Self { subject: Subject::Rule(kind), ..Self::global(home) }
    }
}
