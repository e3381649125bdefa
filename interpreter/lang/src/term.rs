//! Expressions with every name bound and every type known: what the evaluator walks.

use std::sync::Arc;

use rsx_syntax::Span;
use rsx_syntax::ast::{BinaryOperator, Quantifier};
use smol_str::SmolStr;

use crate::builtin::Builtin;
use crate::program::{DeclaredId, GlobalId, KindId};
use crate::types::{RecordType, Refined, Type};
use crate::value::Value;

/// An expression whose names are bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Its shape.
    pub kind: TermKind,
    /// Where it was written.
    pub span: Span,
    /// The type of what it comes to.
    pub ty: Type,
}

/// The shapes of a term.
#[derive(Clone, Debug, PartialEq)]
pub enum TermKind {
    /// An error here has been told.
    Error,
    /// What a literal says.
    Constant(Value),
    /// A loop's variable, a rule's `let`, or `self` in a refinement: counted from the outermost, from 0.
    Local(usize),
    /// `self`: the instance whose body or rule this is.
    Me,
    /// A member of the instance whose body this is, by its place in [`Kind::members`](crate::program::Kind::members).
    Member(usize),
    /// The stack, whatever it is called; a hole in a program without one.
    Stack,
    /// `stack.env`: the name of the env, as text.
    Env,
    /// A param or a let.
    Global(GlobalId),
    /// A declaration `kind name { … }`.
    Declared(DeclaredId),
    /// `[a, b]`
    List(Vec<Term>),
    /// `{ a = 1 }`, defaults put in, in the order of the type; a field of it that is not there is `none`.
    Record(Vec<(SmolStr, Term)>),
    /// `snapshot { name = "x" }`, its fields as in a record.
    Variant(SmolStr, Vec<(SmolStr, Term)>),
    /// `of.name`: of a record, of a variant (`none` where the word has no such field), of an instance.
    Get(Box<Term>, SmolStr),
    /// `of[index]`: of a list, or a pool's member.
    Index(Box<Term>, Box<Term>),
    /// `length(xs)`
    Call(Builtin, Vec<Term>),
    /// `every(kind)`: every instance of a kind, made ones included.
    Every(KindId),
    /// `referrers(kind, x)`: the instances of a kind whose fields, as given, refer to `x` or to the pool that it is a member of.
    Referrers(KindId, Box<Term>),
    /// `sql(target, text, …)`
    Query {
        /// Whom it is put to.
        target: Box<Term>,
        /// Its text.
        text: Box<Term>,
        /// What `$1`, `$2` … stand for.
        arguments: Vec<Term>,
        /// As whom it is asked.
        login: Option<Box<Term>>,
    },
    /// `[for x in xs if c: e]`; `x` is the next local.
    Comprehension {
        /// What it runs over.
        over: Box<Term>,
        /// Which are taken.
        only_if: Option<Box<Term>>,
        /// What each becomes.
        body: Box<Term>,
    },
    /// `all x in xs: c`; `x` is the next local.
    Quantified {
        /// Whether all or any.
        quantifier: Quantifier,
        /// What it runs over.
        over: Box<Term>,
        /// What must hold.
        body: Box<Term>,
    },
    /// `if c then a else b`
    If {
        /// What decides.
        condition: Box<Term>,
        /// The value if it holds.
        then: Box<Term>,
        /// The value if not.
        otherwise: Box<Term>,
    },
    /// `not a`
    Not(Box<Term>),
    /// `-a`
    Negate(Box<Term>),
    /// `a + b`
    Binary(BinaryOperator, Box<Term>, Box<Term>),
    /// `32rpu..256rpu`
    Range(Box<Term>, Option<Box<Term>>),
    /// `"…${e}…"`
    Interpolation(Vec<Part>),
    /// The value as its place takes it.
    Convert(Conversion, Box<Term>),
}

/// A part of an interpolated text.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// As it stands.
    Literal(SmolStr),
    /// What it comes to, as it would be written; text without quotes.
    Value(Term),
}

/// How a value is taken by a place that expects another type.
#[derive(Clone, Debug, PartialEq)]
pub enum Conversion {
    /// Where a list of a kind is expected: one reference is a list of one, a pool stands for its members, lists flatten.
    Members,
    /// A value written bare becomes a record with this field, the others by default.
    Bare(Arc<RecordType>, SmolStr),
    /// A number becomes an `Int` if it is whole.
    Whole,
    /// The value is held against a refinement; what breaks it is reported there.
    Refine(Arc<Refined>),
}

impl Term {
    /// Makes a term whose error has been told.
    pub fn error(span: Span) -> Self {
        Self { kind: TermKind::Error, span, ty: Type::Unknown }
    }

    /// Returns whether it is written down, or the value of something else, which a walk works out by itself or not at all: a
    /// let of the library only if somebody asks.
    pub(crate) fn is_handed_on(&self) -> bool {
        matches!(
            self.kind,
            TermKind::Constant(_)
                | TermKind::Member(_)
                | TermKind::Local(_)
                | TermKind::Me
                | TermKind::Global(_)
        )
    }

    /// Shows a term and all within it, the outer before the inner.
    pub fn visit<'t>(&'t self, see: &mut dyn FnMut(&'t Self)) {
        see(self);
        match &self.kind {
            TermKind::Error
            | TermKind::Constant(_)
            | TermKind::Local(_)
            | TermKind::Me
            | TermKind::Member(_)
            | TermKind::Stack
            | TermKind::Env
            | TermKind::Global(_)
            | TermKind::Declared(_)
            | TermKind::Every(_) => {}
            TermKind::List(items) | TermKind::Call(_, items) => items.iter().for_each(|item| item.visit(see)),
            TermKind::Record(fields) | TermKind::Variant(_, fields) => {
                fields.iter().for_each(|(_, term)| term.visit(see))
            }
            TermKind::Get(inner, _)
            | TermKind::Referrers(_, inner)
            | TermKind::Not(inner)
            | TermKind::Negate(inner)
            | TermKind::Convert(_, inner) => inner.visit(see),
            TermKind::Index(one, two)
            | TermKind::Binary(_, one, two)
            | TermKind::Quantified { over: one, body: two, .. } => {
                one.visit(see);
                two.visit(see);
            }
            TermKind::Query { target, text, arguments, login } => {
                target.visit(see);
                text.visit(see);
                arguments.iter().chain(login.as_deref()).for_each(|term| term.visit(see));
            }
            TermKind::Comprehension { over, only_if, body } => {
                over.visit(see);
                only_if.iter().for_each(|term| term.visit(see));
                body.visit(see);
            }
            TermKind::If { condition, then, otherwise } => {
                condition.visit(see);
                then.visit(see);
                otherwise.visit(see);
            }
            TermKind::Range(start, end) => {
                start.visit(see);
                end.iter().for_each(|term| term.visit(see));
            }
            TermKind::Interpolation(parts) => parts.iter().for_each(|part| match part {
                Part::Literal(_) => {}
                Part::Value(term) => term.visit(see),
            }),
        }
    }
}
