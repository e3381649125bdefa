//! A program: every declaration with its names bound and its types known. Only those of the library that it needs are there.

use std::sync::Arc;

use rsx_syntax::ast::Attribute;
use rsx_syntax::{Code, Span};
use smol_str::SmolStr;

use crate::dimension::Units;
use crate::maps::IndexMap;
use crate::term::Term;
use crate::types::Type;

/// Names a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindId(pub u32);

/// Names a param or a let.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GlobalId(pub u32);

/// Names a declaration `kind name { … }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeclaredId(pub u32);

/// Every declaration, bound and typed.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Dimensions and units.
    pub units: Units,
    /// Kinds, by name; [`KindId`] is the place.
    pub kinds: IndexMap<SmolStr, Kind>,
    /// Params and lets of the user and of the library, by name; [`GlobalId`] is the place.
    pub globals: IndexMap<SmolStr, Global>,
    /// The user's declarations `kind name { … }`, by name; [`DeclaredId`] is the place.
    pub declared: IndexMap<SmolStr, Declared>,
    /// The stack, if there is one.
    pub stack: Option<DeclaredId>,
    /// `env` declarations, by name.
    pub envs: IndexMap<SmolStr, Env>,
    /// `output` declarations, by name.
    pub outputs: IndexMap<SmolStr, Output>,
    /// `check` declarations.
    pub checks: Vec<Check>,
    /// `expect` declarations.
    pub expects: Vec<Check>,
    /// Rules on the kinds that are here.
    pub rules: Vec<Rule>,
}

/// A schema.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: SmolStr,
    /// What its `///` lines say.
    pub docs: Option<Arc<str>>,
    /// The name in its declaration.
    pub span: Span,
    /// Whether code makes it or it expands.
    pub binding: KindBinding,
    /// Fields, lets and parts, by name, in their order.
    pub members: IndexMap<SmolStr, Member>,
    /// If it has a looped part called `member`: that part's place. Such a kind stands for its members.
    pub pool: Option<usize>,
}

/// What stands behind a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindBinding {
    /// One object, made by code.
    Resource,
    /// Expands to its parts.
    Pattern,
    /// Could not be read; everything about it is unknown.
    Broken,
}

/// A member of a kind.
#[derive(Clone, Debug)]
pub struct Member {
    /// What its `///` lines say.
    pub docs: Option<Arc<str>>,
    /// Its name where it is declared.
    pub span: Span,
    /// Which.
    pub kind: MemberKind,
}

/// The shapes of a member.
#[derive(Clone, Debug)]
pub enum MemberKind {
    /// `fixed name: Type = default`
    Field {
        /// Its type.
        ty: Type,
        /// What is said of it.
        attributes: Vec<Attribute>,
        /// Its value when left out, in the scope of the instance. Not there: required, unless optional or computed.
        default: Option<Term>,
    },
    /// `let name = value`
    Let(Term),
    /// `make kind name for i in xs if c { … }`
    Make(Make),
}

impl MemberKind {
    /// Returns the part that it is.
    pub(crate) fn make(&self) -> Option<&Make> {
        if let Self::Make(make) = self { Some(make) } else { None }
    }
}

/// A part of a pattern.
#[derive(Clone, Debug)]
pub struct Make {
    /// Its kind.
    pub kind: KindId,
    /// What it runs over; the variable is local 0. Without it there is one, not a list.
    pub each: Option<Term>,
    /// Whether it is made at all, or for this element.
    pub only_if: Option<Term>,
    /// Its fields, in the scope of the pattern's instance with the loop's variable.
    pub given: IndexMap<SmolStr, Given>,
}

/// A field as given.
#[derive(Clone, Debug)]
pub struct Given {
    /// The field's name where it is given.
    pub name: Span,
    /// Its value.
    pub value: Term,
}

/// A param or a let.
#[derive(Clone, Debug)]
pub struct Global {
    /// What its `///` lines say.
    pub docs: Option<Arc<str>>,
    /// Its name in its declaration.
    pub span: Span,
    /// Its type.
    pub ty: Type,
    /// Its type where it is written, if it is.
    pub written: Option<Span>,
    /// Which.
    pub kind: GlobalKind,
}

/// Whether a global may be given from outside.
#[derive(Clone, Debug)]
pub enum GlobalKind {
    /// `param name: Type = default`
    Param(Option<Term>),
    /// `let name = value`
    Let(Term),
}

/// A declaration `kind name { … }`.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its kind.
    pub kind: KindId,
    /// What its `///` lines say.
    pub docs: Option<Arc<str>>,
    /// Its name in its head.
    pub span: Span,
    /// Its fields.
    pub given: IndexMap<SmolStr, Given>,
    /// Fields that were written but are in error: nobody may miss them.
    pub broken: Vec<SmolStr>,
    /// Codes that it allows.
    pub allows: Vec<Allow>,
    /// Whether a plan that deletes or replaces it is refused, and where that is said.
    pub protect: Option<Given>,
}

/// `allow CODE because "…"`
#[derive(Clone, Debug)]
pub struct Allow {
    /// The code.
    pub code: Code,
    /// Why.
    pub because: SmolStr,
    /// The code where it is written.
    pub span: Span,
}

/// `env prod { reader_count = 5 }`
#[derive(Clone, Debug)]
pub struct Env {
    /// Its name in its head.
    pub span: Span,
    /// The params that it sets.
    pub given: IndexMap<SmolStr, Given>,
}

/// `output host = reads.host`
#[derive(Clone, Debug)]
pub struct Output {
    /// What its `///` lines say.
    pub docs: Option<Arc<str>>,
    /// Its name in its declaration.
    pub span: Span,
    /// Its value.
    pub value: Term,
}

/// `check "…" { require … }`, `expect "…" { require … }`
#[derive(Clone, Debug)]
pub struct Check {
    /// What it says of itself.
    pub name: SmolStr,
    /// Its name in its head.
    pub span: Span,
    /// What must hold.
    pub requires: Vec<Require>,
    /// Codes that it allows.
    pub allows: Vec<Allow>,
}

/// How strong a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// An error that nothing silences.
    Law,
    /// An error that `allow` silences.
    House,
    /// A warning that `allow` silences.
    Advice,
}

impl Strength {
    /// The field of a rule that says it.
    pub const FIELD: &'static str = "strength";
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Law, Self::House, Self::Advice];

    /// Returns the word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::House => "house",
            Self::Advice => "advice",
        }
    }

    /// Returns what a word says; a rule that says nothing is one of the house.
    pub fn named(word: &str) -> Self {
        Self::ALL.into_iter().find(|strength| strength.word() == word).unwrap_or(Self::House)
    }
}

/// `rule CODE on kind { … }`
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its code.
    pub code: Code,
    /// What it speaks of.
    pub subject: KindId,
    /// How strong it is: a word `law`, `house` or `advice`; house if not said.
    pub strength: Option<Term>,
    /// Lets, in their order: locals 0, 1, … of all that follows.
    pub lets: Vec<Term>,
    /// What must hold; `self` is the subject.
    pub requires: Vec<Require>,
    /// Its code where it is declared.
    pub span: Span,
}

/// `require c for x in xs if d else "…" at x also y help "…"`
#[derive(Clone, Debug)]
pub struct Require {
    /// The loop: the variable is the next local.
    pub each: Option<Term>,
    /// Whether it is asked.
    pub only_if: Option<Term>,
    /// What must hold.
    pub condition: Term,
    /// The message.
    pub otherwise: Option<Term>,
    /// The place at fault.
    pub at: Option<Place>,
    /// Further places.
    pub also: Vec<Place>,
    /// What mends it.
    pub help: Option<Term>,
    /// Texts of which each, in the place of what is at fault, mends it.
    pub mend: Option<Term>,
    /// All of it.
    pub span: Span,
}

/// A value whose place is meant, and the words of the label.
#[derive(Clone, Debug)]
pub struct Place {
    /// The value.
    pub of: Term,
    /// The words.
    pub text: Option<Term>,
}

impl Program {
    /// Returns a kind.
    pub fn kind(&self, id: KindId) -> Option<&Kind> {
        self.kinds.get_index(id.0 as usize).map(|(_, kind)| kind)
    }

    /// Returns every kind with its id.
    pub(crate) fn each_kind(&self) -> impl Iterator<Item = (KindId, &Kind)> {
        (0..).map(KindId).zip(self.kinds.values())
    }

    /// Returns the id of every declaration.
    pub(crate) fn each_declared(&self) -> impl Iterator<Item = DeclaredId> + use<> {
        (0..u32::try_from(self.declared.len()).unwrap_or(u32::MAX)).map(DeclaredId)
    }

    /// Returns a param or let with its name.
    pub fn global(&self, id: GlobalId) -> Option<(&SmolStr, &Global)> {
        self.globals.get_index(id.0 as usize)
    }

    /// Returns a declaration with its name.
    pub fn declared(&self, id: DeclaredId) -> Option<(&SmolStr, &Declared)> {
        self.declared.get_index(id.0 as usize)
    }
}
