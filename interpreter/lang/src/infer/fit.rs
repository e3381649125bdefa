//! A term and the type that its place needs → the term as its place takes it, or why it can't.

use std::sync::Arc;

use rsx_syntax::Span;
use smol_str::SmolStr;

use super::agree::serves;
use super::mend::DEFAULT;
use super::{Scope, list_of};
use crate::bind::Binder;
use crate::problems::secrets::Problem as SecretProblem;
use crate::problems::types::{Mend, Problem};
use crate::program::KindId;
use crate::show::show_type;
use crate::term::{Conversion, Term, TermKind};
use crate::types::{RecordType, Type};
use crate::value::Value;

impl Binder<'_> {
    /// Makes a term fit its place. `none` passes through every conversion.
    pub(crate) fn fit(&mut self, scope: &Scope, mut term: Term, needed: &Type) -> Term {
        if term.ty == Type::Any && !matches!(needed, Type::Any) {
            // A question answers what its place demands; refinements still hold.
            term.ty = needed.present().clone();
        }
        if serves(&term.ty, needed) {
            return term;
        }
        if let (Type::Optional(found), Type::Optional(inner)) = (&term.ty, needed) {
            let found = found.as_ref().clone();
            let mut taken = self.fit(scope, Term { ty: found, ..term }, inner);
            taken.ty = taken.ty.or_none();
            return taken;
        }
        if !matches!(needed, Type::Secret(_) | Type::Optional(_))
            && matches!(term.ty.present(), Type::Secret(_))
        {
            return self.shown(term, OPEN_PLACE);
        }
        match needed {
            Type::Optional(inner) => self.fit(scope, term, inner),
            Type::Refined(refined) => {
                if !refined.base.peel().is_made_of_others() && !self.may_be(&term.ty, &refined.base) {
                    return self.misfit(scope, &term, needed);
                }
                let taken = self.fit(scope, term, &refined.base);
                if taken.kind == TermKind::Error {
                    return taken;
                }
                converted(Conversion::Refine(refined.clone()), taken, needed.clone())
            }
            Type::Secret(inner) => self.secret(scope, term, inner, needed),
            Type::Int if matches!(term.ty.peel(), Type::Quantity(dimension) if dimension.is_none()) => {
                converted(Conversion::Whole, term, Type::Int)
            }
            Type::List(inner) => self.fit_list(scope, term, inner, needed),
            Type::Record(record) => self.fit_record(scope, term, record, needed),
            Type::Map(inner) => self.fit_map(scope, term, inner, needed),
            Type::Unknown
            | Type::Any
            | Type::None
            | Type::Bool
            | Type::Int
            | Type::Quantity(_)
            | Type::Text
            | Type::Char
            | Type::Cidr
            | Type::Ip
            | Type::Range(_)
            | Type::Variants(_)
            | Type::Kind(_)
            | Type::AnyKind => self.misfit(scope, &term, needed),
        }
    }

    fn misfit(&mut self, scope: &Scope, term: &Term, needed: &Type) -> Term {
        self.mismatch(term, needed, scope.by);
        Term::error(term.span)
    }

    /// A pool where a list is needed stands for its members.
    pub(super) fn members_of_pool(&mut self, term: Term) -> Term {
        match self.members_type(&term.ty) {
            Some(ty) if matches!(term.ty.peel(), Type::Kind(_)) => converted(Conversion::Members, term, ty),
            _ => term,
        }
    }

    /// The type of a list, or of the list that a pool stands for.
    pub(super) fn members_type(&mut self, ty: &Type) -> Option<Type> {
        let peeled = ty.peel();
        let Type::Kind(kinds) = peeled else {
            return matches!(peeled, Type::List(_) | Type::Unknown).then(|| peeled.clone());
        };
        let members: Option<Vec<_>> = kinds.iter().map(|&kind| self.pool_member(kind)).collect();
        members.map(|members| list_of(Type::Kind(members.into())))
    }

    fn fit_list(&mut self, scope: &Scope, term: Term, inner: &Type, needed: &Type) -> Term {
        if references(&term.ty) {
            if let Type::Kind(kinds) = inner.peel() {
                return match self.first_stranger(&term, kinds) {
                    None => converted(Conversion::Members, term, list_of(Type::Kind(kinds.clone()))),
                    Some(stranger) => self.misfit(scope, &stranger, inner),
                };
            }
            if matches!(inner.peel(), Type::AnyKind) {
                return converted(Conversion::Members, term, list_of(Type::AnyKind));
            }
        }
        let term = self.members_of_pool(term);
        if serves(&term.ty, needed) {
            return term;
        }
        let Type::List(found) = term.ty.peel() else { return self.misfit(scope, &term, needed) };
        let element =
            Term { kind: TermKind::Local(scope.locals.len()), span: term.span, ty: found.as_ref().clone() };
        let body = self.fit(scope, element, inner);
        if body.kind == TermKind::Error {
            return body;
        }
        let span = term.span;
        let kind = TermKind::Comprehension { over: Box::new(term), only_if: None, body: Box::new(body) };
        Term { kind, span, ty: needed.clone() }
    }

    /// The first part of a list that neither is nor stands for instances of these kinds.
    fn first_stranger(&mut self, term: &Term, kinds: &[KindId]) -> Option<Term> {
        if let TermKind::List(items) = &term.kind {
            return items.iter().find_map(|item| self.first_stranger(item, kinds));
        }
        (!self.stands_for(&term.ty, kinds)).then(|| term.clone())
    }

    fn stands_for(&mut self, ty: &Type, kinds: &[KindId]) -> bool {
        let peeled = ty.peel();
        if let Type::List(inner) = peeled {
            return self.stands_for(inner, kinds);
        }
        let Type::Kind(found) = peeled else { return matches!(peeled, Type::Unknown) };
        found.iter().all(|kind| {
            kinds.contains(kind) || self.pool_member(*kind).is_some_and(|member| kinds.contains(&member))
        })
    }

    fn fit_record(&mut self, scope: &Scope, term: Term, record: &Arc<RecordType>, needed: &Type) -> Term {
        if let Type::Record(found) = term.ty.peel() {
            let found = found.clone();
            let covered = |name: &SmolStr| found.fields.iter().any(|field| field.name == *name);
            let complete = record.fields.iter().all(|field| {
                covered(&field.name) || field.default.is_some() || matches!(field.ty, Type::Optional(_))
            });
            let foreign =
                found.fields.iter().any(|field| !record.fields.iter().any(|known| known.name == field.name));
            if !complete || foreign {
                return self.misfit(scope, &term, needed);
            }
            let given = found.fields.iter().filter_map(|field| {
                let known = record.fields.iter().find(|known| known.name == field.name)?;
                let got = get(&term, &field.name, field.ty.clone());
                Some((field.name.clone(), self.fit(scope, got, &known.ty)))
            });
            let given = given.collect();
            return match self.filled("this record", record, given, term.span) {
                Some(fields) => Term { kind: TermKind::Record(fields), span: term.span, ty: needed.clone() },
                None => Term::error(term.span),
            };
        }
        match record.fields.iter().find(|field| field.bare && self.may_be(&term.ty, &field.ty)) {
            Some(field) => {
                let taken = self.fit(scope, term, &field.ty);
                converted(Conversion::Bare(record.clone(), field.name.clone()), taken, needed.clone())
            }
            None => self.misfit(scope, &term, needed),
        }
    }

    /// Whether a value of a type may be taken by a place of another, refinements aside.
    pub(super) fn may_be(&mut self, found: &Type, needed: &Type) -> bool {
        let (found, needed) = (found.peel(), needed.present());
        match (found, needed) {
            (_, Type::List(inner)) if references(found) => {
                let inner = inner.peel();
                if let Type::Kind(kinds) = inner {
                    self.stands_for(found, kinds)
                } else {
                    matches!(inner, Type::AnyKind)
                }
            }
            (Type::List(a), Type::List(b)) => self.may_be(a, b),
            (Type::Quantity(dimension), Type::Int) => dimension.is_none(),
            (_, Type::Record(record)) => {
                serves(found, needed)
                    || record.fields.iter().any(|field| field.bare && self.may_be(found, &field.ty))
            }
            _ => serves(found, needed),
        }
    }

    fn fit_map(&mut self, scope: &Scope, term: Term, inner: &Type, needed: &Type) -> Term {
        let Type::Record(found) = term.ty.peel() else { return self.misfit(scope, &term, needed) };
        let found = found.clone();
        let fields = found.fields.iter().map(|field| {
            let got = get(&term, &field.name, field.ty.clone());
            (field.name.clone(), self.fit(scope, got, inner))
        });
        Term { kind: TermKind::Record(fields.collect()), span: term.span, ty: needed.clone() }
    }

    /// A secret's place takes secrets alone.
    fn secret(&mut self, scope: &Scope, term: Term, inner: &Arc<Type>, needed: &Type) -> Term {
        if let Type::Secret(found) = term.ty.peel() {
            let found = found.as_ref().clone();
            let mut taken = self.fit(scope, Term { ty: found, ..term }, inner);
            taken.ty = if taken.kind == TermKind::Error { Type::Unknown } else { needed.clone() };
            return taken;
        }
        if let Type::Optional(found) = &term.ty
            && matches!(found.peel(), Type::Secret(_))
        {
            return self.misfit(scope, &term, needed);
        }
        if term.kind == TermKind::Constant(Value::None) {
            return self.misfit(scope, &term, needed);
        }
        self.openly(&term, inner, scope.by);
        Term::error(term.span)
    }

    /// Reports a value that everyone can read in the place of a secret.
    fn openly(&mut self, term: &Term, inner: &Type, by: Option<Span>) {
        let at = term.span;
        let TermKind::Constant(value) = &term.kind else {
            return self.report(SecretProblem::Plain { at, by }.diagnostic());
        };
        let mut broken = Vec::new();
        if let Type::Refined(refined) = inner
            && serves(&term.ty, refined.base.peel())
        {
            broken = crate::refine::broken_rules(&self.units, refined, value);
        }
        self.report(SecretProblem::Literal { at, broken: &broken, by }.diagnostic());
    }

    /// Reports a term that is not of the type that another beside it has.
    pub(super) fn differs(&mut self, term: &Term, needed: &Type, by: Option<Span>) {
        if let Type::Secret(inner) = needed.present()
            && !is_secret(&term.ty)
            && !matches!(term.ty, Type::Unknown | Type::None)
        {
            return self.openly(term, inner, by);
        }
        self.mismatch(term, needed, by);
    }

    /// Reports that a term is not what its place needs.
    pub(super) fn mismatch(&mut self, term: &Term, needed: &Type, by: Option<Span>) {
        if matches!(term.ty, Type::Unknown) || matches!(needed, Type::Unknown) {
            return;
        }
        if is_secret(&term.ty) && !is_secret(needed) {
            self.shown(term.clone(), OPEN_PLACE);
            return;
        }
        let words = self.words(needed);
        let mend = self.mend(term, needed);
        self.tell_mismatch(term, &words, by, mend);
    }

    /// Reports that a term is not what its place needs, where no type says what that is.
    pub(super) fn mismatch_in_words(&mut self, term: &Term, needed: &str, by: Option<Span>) {
        if matches!(term.ty, Type::Unknown) {
            return;
        }
        if is_secret(&term.ty) {
            self.shown(term.clone(), OPEN_PLACE);
            return;
        }
        let mend = matches!(term.ty, Type::Optional(_)).then(|| Mend::Advice(DEFAULT.to_owned()));
        self.tell_mismatch(term, needed, by, mend);
    }

    fn tell_mismatch(&mut self, term: &Term, needed: &str, by: Option<Span>, mend: Option<Mend>) {
        let found = self.words(&term.ty);
        self.report(Problem::Mismatch { needed, found: &found, at: term.span, by, mend }.diagnostic());
    }

    /// A type as it would be written.
    pub(crate) fn words(&self, ty: &Type) -> String {
        let shown = show_type(&self.units, &|kind| self.kind_name(kind), ty);
        if matches!(ty, Type::Unknown | Type::Any | Type::AnyKind) { shown } else { format!("`{shown}`") }
    }
}

/// What would show a secret, where nothing else is known of the place.
const OPEN_PLACE: &str = "a place that takes no secret";

fn is_secret(ty: &Type) -> bool {
    matches!(ty.present(), Type::Secret(_))
}

/// Returns whether a type is of references, or lists of them.
pub(super) fn references(ty: &Type) -> bool {
    let peeled = ty.peel();
    if let Type::List(inner) = peeled {
        return references(inner);
    }
    matches!(peeled, Type::Kind(_) | Type::AnyKind | Type::Unknown)
}

fn get(of: &Term, name: &SmolStr, ty: Type) -> Term {
    Term { kind: TermKind::Get(Box::new(of.clone()), name.clone()), span: of.span, ty }
}

fn converted(conversion: Conversion, term: Term, ty: Type) -> Term {
    if term.kind == TermKind::Error {
        return term;
    }
    let span = term.span;
    Term { kind: TermKind::Convert(conversion, Box::new(term)), span, ty }
}
