//! Calls: functions, questions to a running target, and the instances of a kind.

use rsx_syntax::Span;
use rsx_syntax::ast::{Argument, Expr, ExprKind, Name};

use super::agree::join;
use super::signatures::{ALL, Signature};
use super::{Questions, Scope, list_of};
use crate::bind::Binder;
use crate::builtin::Builtin;
use crate::dimension::Dimension;
use crate::problems::names::{Problem as NameProblem, Sought};
use crate::problems::shapes::Problem as ShapeProblem;
use crate::problems::types::Problem;
use crate::program::KindId;
use crate::term::{Term, TermKind};
use crate::types::Type;

/// The question to a running target.
pub(super) const QUERY: &str = "sql";
/// The member by which a kind says how it is asked; without it, it is not.
pub(crate) const DOOR: &str = "door";
/// Its argument that says as whom it is asked.
const LOGIN: &str = "as";
pub(super) const EVERY: &str = "every";
pub(super) const REFERRERS: &str = "referrers";

impl Binder<'_> {
    pub(super) fn call(
        &mut self,
        scope: &mut Scope,
        name: &Name,
        arguments: &[Argument],
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        match name.node.as_str() {
            QUERY => return self.query(scope, arguments, (name, span), hint),
            EVERY => return self.every(scope, arguments, span),
            REFERRERS => return self.referrers(scope, arguments, span),
            _ => {}
        }
        let Some(signature) = ALL.iter().find(|signature| name.node == signature.name) else {
            let names = ALL.iter().map(|signature| signature.name).chain([QUERY, EVERY, REFERRERS]);
            let nearest = self.suggestions.nearest(&name.node, names);
            let problem =
                NameProblem::Unknown { name: &name.node, sought: Sought::Function, nearest, at: name.span };
            self.report(problem.diagnostic());
            return Term::error(span);
        };
        let (least, most) = signature.arguments;
        if arguments.len() < least
            || arguments.len() > most
            || arguments.iter().any(|argument| argument.name.is_some())
        {
            return self.misused(signature.name, signature.usage, span);
        }
        let values: Vec<&Expr> = arguments.iter().map(|argument| &argument.value).collect();
        self.builtin(scope, signature, &values, span, hint)
    }

    fn misused(&mut self, function: &str, usage: &str, at: Span) -> Term {
        self.report(Problem::Arguments { function, usage, at }.diagnostic());
        Term::error(at)
    }

    fn builtin(
        &mut self,
        scope: &mut Scope,
        signature: &Signature,
        values: &[&Expr],
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        let typed = match values {
            [one] => {
                self.unary_function(scope, signature.builtin, one, hint).map(|(term, ty)| (vec![term], ty))
            }
            [one, two] => {
                self.binary_function(scope, signature.builtin, one, two).map(|(a, b, ty)| (vec![a, b], ty))
            }
            _ => None,
        };
        match typed {
            Some((arguments, _)) if arguments.iter().any(|argument| argument.kind == TermKind::Error) => {
                Term::error(span)
            }
            Some((arguments, ty)) => Term { kind: TermKind::Call(signature.builtin, arguments), span, ty },
            None => Term::error(span),
        }
    }

    fn unary_function(
        &mut self,
        scope: &mut Scope,
        builtin: Builtin,
        value: &Expr,
        hint: Option<&Type>,
    ) -> Option<(Term, Type)> {
        let demanded = |binder: &mut Self, scope: &mut Scope, needed: Type, gives: Type| {
            let term = binder.demand(scope, value, &needed);
            Some((term, gives))
        };
        match builtin {
            Builtin::Length => Some((self.list_or_text(scope, value)?.0, Type::Int)),
            Builtin::First => {
                let (term, inner) = self.list_or_text(scope, value)?;
                Some((term, inner.or_none()))
            }
            Builtin::Distinct | Builtin::Repeated => {
                let (term, inner) = self.list_argument(scope, value, hint)?;
                Some((self.shown(term, "a comparison"), list_of(inner)))
            }
            Builtin::Present => {
                let (term, inner) = self.list_argument(scope, value, None)?;
                Some((term, list_of(inner.present().clone())))
            }
            Builtin::Flatten => {
                let (term, inner) = self.list_argument(scope, value, None)?;
                if !matches!(inner.peel(), Type::List(_) | Type::Unknown) {
                    self.mismatch_in_words(&term, "a list of lists", None);
                    return None;
                }
                Some((term, inner.peel().clone()))
            }
            Builtin::Sum | Builtin::Max | Builtin::Min => {
                let (term, inner) = self.list_argument(scope, value, hint)?;
                let is_number = matches!(inner.peel(), Type::Int | Type::Quantity(_) | Type::Unknown);
                if !is_number && (builtin == Builtin::Sum || !inner.is_ordered()) {
                    self.mismatch_in_words(&term, "a list of numbers", None);
                    return None;
                }
                Some((term, inner.peel().clone()))
            }
            Builtin::Floor | Builtin::Ceil => {
                demanded(self, scope, Type::Quantity(Dimension::NONE), Type::Int)
            }
            Builtin::Log2 => demanded(self, scope, Type::Int, Type::Int),
            Builtin::Text => {
                let term = self.infer(scope, value, None);
                Some((self.shown(term, "a text"), Type::Text))
            }
            Builtin::Lower => demanded(self, scope, Type::Text, Type::Text),
            Builtin::Addresses | Builtin::Prefix => demanded(self, scope, Type::Cidr, Type::Int),
            Builtin::NameOf | Builtin::Address | Builtin::KindOf => {
                demanded(self, scope, Type::AnyKind, Type::Text)
            }
            Builtin::IndexOf => demanded(self, scope, Type::AnyKind, Type::Int),
            Builtin::IsGenerated => Some((self.secret_argument(scope, value)?, Type::Bool)),
            Builtin::StoredName => Some((self.secret_argument(scope, value)?, Type::Text.or_none())),
            Builtin::PoolOf => {
                let term = self.demand(scope, value, &Type::AnyKind);
                let Type::Kind(kinds) = term.ty.peel() else {
                    let ty = term.ty.clone();
                    return Some((term, ty));
                };
                let ty = Type::Kind(self.with_pools(scope.home, &kinds.clone()).into());
                Some((term, ty))
            }
            Builtin::Without
            | Builtin::Join
            | Builtin::StartsWith
            | Builtin::EndsWith
            | Builtin::Nearest
            | Builtin::Overlaps
            | Builtin::Blocks
            | Builtin::PhysicalName => None,
        }
    }

    fn binary_function(
        &mut self,
        scope: &mut Scope,
        builtin: Builtin,
        one: &Expr,
        two: &Expr,
    ) -> Option<(Term, Term, Type)> {
        let (first, second, gives) = match builtin {
            Builtin::Without => {
                let (xs, inner) = self.list_argument(scope, one, None)?;
                let whole = list_of(inner.clone());
                let (ys, other) = self.list_argument(scope, two, Some(&whole))?;
                if join(&inner, &other).is_none() {
                    self.mismatch(&ys, &whole, Some(xs.span));
                    return None;
                }
                return Some((self.shown(xs, "a comparison"), self.shown(ys, "a comparison"), whole));
            }
            Builtin::Max | Builtin::Min => {
                let a = self.infer(scope, one, None);
                let of_first = a.ty.peel().clone();
                let b = self.infer(scope, two, Some(&of_first));
                let ty = self.ordered_alike(&a, &b, "compared")?;
                return Some((a, b, ty.peel().clone()));
            }
            Builtin::Join => (list_of(Type::Text), Type::Text, Type::Text),
            Builtin::StartsWith | Builtin::EndsWith => (Type::Text, Type::Text, Type::Bool),
            Builtin::Nearest => (Type::Text, list_of(Type::Text), Type::Text.or_none()),
            Builtin::Overlaps => (Type::Cidr, Type::Cidr, Type::Bool),
            Builtin::Blocks => (Type::Cidr, Type::Int, list_of(Type::Cidr)),
            Builtin::PhysicalName => (Type::AnyKind, Type::Int, Type::Text),
            Builtin::Length
            | Builtin::Distinct
            | Builtin::Flatten
            | Builtin::Repeated
            | Builtin::Present
            | Builtin::First
            | Builtin::Sum
            | Builtin::Floor
            | Builtin::Ceil
            | Builtin::Log2
            | Builtin::Text
            | Builtin::Lower
            | Builtin::Addresses
            | Builtin::Prefix
            | Builtin::NameOf
            | Builtin::Address
            | Builtin::KindOf
            | Builtin::IndexOf
            | Builtin::IsGenerated
            | Builtin::StoredName
            | Builtin::PoolOf => return None,
        };
        Some((self.demand(scope, one, &first), self.demand(scope, two, &second), gives))
    }

    fn list_argument(
        &mut self,
        scope: &mut Scope,
        value: &Expr,
        hint: Option<&Type>,
    ) -> Option<(Term, Type)> {
        let hint = hint.filter(|hint| matches!(hint.present(), Type::List(_)));
        let term = self.infer(scope, value, hint);
        let term = self.members_of_pool(term);
        let Type::List(inner) = term.ty.peel() else {
            self.mismatch_in_words(&term, "a list", None);
            return None;
        };
        let inner = inner.as_ref().clone();
        Some((term, inner))
    }

    fn list_or_text(&mut self, scope: &mut Scope, value: &Expr) -> Option<(Term, Type)> {
        let term = self.infer(scope, value, None);
        let term = self.members_of_pool(term);
        let is_text = matches!(term.ty.peel(), Type::Text);
        let inner = if let Type::List(inner) = term.ty.peel() { Some(inner.as_ref().clone()) } else { None };
        let inner = inner.or(is_text.then_some(Type::Char));
        match inner {
            Some(inner) => Some((term, inner)),
            None if matches!(term.ty.present(), Type::Secret(_)) => {
                self.shown(term, "a function");
                None
            }
            None => {
                self.mismatch_in_words(&term, "a list or a text", None);
                None
            }
        }
    }

    fn secret_argument(&mut self, scope: &mut Scope, value: &Expr) -> Option<Term> {
        let term = self.infer(scope, value, None);
        if matches!(term.ty.present(), Type::Secret(_)) {
            return Some(term);
        }
        self.mismatch_in_words(&term, "a secret", None);
        None
    }

    /// `sql(target, text, args…, as = "login")`
    fn query(
        &mut self,
        scope: &mut Scope,
        arguments: &[Argument],
        (name, span): (&Name, Span),
        hint: Option<&Type>,
    ) -> Term {
        const USAGE: &str = "sql(target, \"select …\", value_of_$1, …, as = \"login\")";
        if scope.questions == Questions::Refused {
            self.report(ShapeProblem::Phase { at: name.span }.diagnostic());
            return Term::error(span);
        }
        let mut login = None;
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match &argument.name {
                None => values.push(&argument.value),
                Some(word) if word.node == LOGIN && login.is_none() => login = Some(&argument.value),
                Some(_) => return self.misused(QUERY, USAGE, span),
            }
        }
        let [target, text, rest @ ..] = values.as_slice() else { return self.misused(QUERY, USAGE, span) };
        if matches!(target.kind, ExprKind::Text(_)) && !matches!(text.kind, ExprKind::Text(_)) {
            self.swapped(target.span, text.span);
            return Term::error(span);
        }
        let target = self.demand(scope, target, &Type::AnyKind);
        if matches!(target.ty.peel(), Type::Kind(_)) && self.members_type(&target.ty).is_some() {
            self.not_one(&target);
            return Term::error(span);
        }
        if let Type::Kind(kinds) = target.ty.peel()
            && kinds.iter().any(|&kind| self.member_index(kind, DOOR).is_none())
        {
            self.mismatch_in_words(&target, "something that answers questions", None);
            return Term::error(span);
        }
        let text = self.demand(scope, text, &Type::Text);
        let bound: Vec<_> = rest
            .iter()
            .map(|value| {
                let term = self.infer(scope, value, None);
                self.shown(term, "a question")
            })
            .collect();
        let login = login.map(|login| Box::new(self.demand(scope, login, &Type::Text)));
        let ty = hint.map_or(Type::Any, |hint| hint.present().clone());
        let kind =
            TermKind::Query { target: Box::new(target), text: Box::new(text), arguments: bound, login };
        Term { kind, span, ty }
    }

    /// Reports a question that names its text first.
    fn swapped(&mut self, text: Span, target: Span) {
        let sources = self.sources;
        let (text_written, target_written) = (sources.snippet(text), sources.snippet(target));
        self.report(Problem::Swapped { text, text_written, target, target_written }.diagnostic());
    }

    /// Reports a pool that is asked as one.
    fn not_one(&mut self, pool: &Term) {
        let found = self.words(&pool.ty);
        let name = self.sources.snippet(pool.span);
        self.report(Problem::Pool { name, found: &found, at: pool.span }.diagnostic());
    }

    /// `every(kind)`
    fn every(&mut self, scope: &mut Scope, arguments: &[Argument], span: Span) -> Term {
        let [kind] = arguments else { return self.misused(EVERY, "every(kind)", span) };
        match self.kind_argument(scope, kind) {
            Some(kind) => {
                let of = self.reference_to(kind);
                Term { kind: TermKind::Every(kind), span, ty: list_of(of) }
            }
            None => Term::error(span),
        }
    }

    /// `referrers(kind, x)`
    fn referrers(&mut self, scope: &mut Scope, arguments: &[Argument], span: Span) -> Term {
        let [kind, to] = arguments else {
            return self.misused(REFERRERS, "referrers(kind, declaration)", span);
        };
        let kind = self.kind_argument(scope, kind);
        let to = self.demand(scope, &to.value, &Type::AnyKind);
        match kind {
            Some(kind) => {
                let of = self.reference_to(kind);
                Term { kind: TermKind::Referrers(kind, Box::new(to)), span, ty: list_of(of) }
            }
            None => Term::error(span),
        }
    }

    fn kind_argument(&mut self, scope: &Scope, argument: &Argument) -> Option<KindId> {
        let at = argument.value.span;
        let ExprKind::Name(name) = &argument.value.kind else {
            self.report(ShapeProblem::NotLiteral { needed: "the name of a kind", at }.diagnostic());
            return None;
        };
        self.kind_or_report(scope.home, name, at, Sought::Kind)
    }
}
