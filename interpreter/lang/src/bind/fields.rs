//! The fields of a declaration or part, as given → terms that fit its kind.

use rsx_syntax::Span;
use rsx_syntax::ast::{Body, Field, Item, ItemKind, Name};
use smol_str::SmolStr;

use super::Binder;
use super::kinds::{FieldForm, Required};
use super::members::Writable;
use crate::infer::{Questions, Scope, constant};
use crate::maps::IndexMap;
use crate::problems::names::Problem as NameProblem;
use crate::problems::shapes::Problem as ShapeProblem;
use crate::problems::types::Problem;
use crate::program::{Given, KindId};
use crate::types::Type;
use crate::value::Value;

/// Fields as given, by name.
pub(super) type GivenFields = IndexMap<SmolStr, Given>;

impl<'a> Binder<'a> {
    /// Binds the fields of a body for a kind; `head` is where those that are missing are told, `besides` are fields
    /// that somebody else reads.
    pub(super) fn given(
        &mut self,
        scope: &mut Scope,
        kind: KindId,
        body: &'a Body,
        head: &Name,
        besides: &[&str],
    ) -> GivenFields {
        let mut given = GivenFields::with_capacity_and_hasher(body.items.len(), <_>::default());
        if self.is_broken(kind) {
            return given;
        }
        let mut excused: Vec<SmolStr> = broken_fields(body).cloned().collect();
        for item in &body.items {
            let ItemKind::Field(field) = &item.kind else { continue };
            if besides.contains(&field.name.node.as_str()) {
                continue;
            }
            if let Some(first) = given.get(&field.name.node).map(|first| first.name) {
                let problem = NameProblem::Repeated { name: &field.name.node, at: field.name.span, first };
                self.report(problem.diagnostic());
                continue;
            }
            match self.given_field(scope, kind, field) {
                Ok(value) => {
                    given.insert(field.name.node.clone(), value);
                }
                Err(meant) => excused.extend(meant),
            }
        }
        self.missing(kind, head, |name| {
            given.contains_key(name) || excused.iter().any(|other| other == name)
        });
        given
    }

    /// Binds one field; of one that isn't there, says which was probably meant.
    fn given_field(
        &mut self,
        scope: &mut Scope,
        kind: KindId,
        field: &Field,
    ) -> Result<Given, Option<SmolStr>> {
        let name = &field.name;
        let index =
            self.member_index(kind, &name.node).filter(|&index| self.is_seen(scope.home, kind, index));
        let Some((index, writable)) = index.and_then(|index| Some((index, self.writable(kind, index)?)))
        else {
            return Err(self.no_such_field(scope, kind, name, index.is_some()));
        };
        if let Writable::Never(declared) = writable {
            let of = self.words_of_kind(kind);
            self.report(
                Problem::NotWritten { of: &of, field: &name.node, at: name.span, declared }.diagnostic(),
            );
            return Err(None);
        }
        let ty = self.member_type(kind, index);
        let value = match self.form(kind, index) {
            FieldForm::Absent => {
                // Whatever is written there, a rule says why it should not be.
                let written = self.sources.snippet(field.value.span);
                constant(Value::text(written), Type::None, field.value.span)
            }
            form @ (FieldForm::Plain | FieldForm::Answer) => {
                let questions = scope.questions;
                if form == FieldForm::Answer {
                    scope.questions = Questions::Answered;
                }
                let before = scope.by.replace(name.span);
                let term = self.demand(scope, &field.value, &ty);
                scope.by = before;
                scope.questions = questions;
                term
            }
        };
        Ok(Given { name: name.span, value })
    }

    fn no_such_field(
        &mut self,
        scope: &Scope,
        kind: KindId,
        name: &Name,
        is_member: bool,
    ) -> Option<SmolStr> {
        let of = self.words_of_kind(kind);
        if is_member {
            let advice = "take it away: it follows from the other fields";
            let problem = Problem::UnknownField {
                of: &of,
                field: &name.node,
                nearest: None,
                there: &[],
                at: name.span,
                advice: Some(advice),
            };
            self.report(problem.diagnostic());
            return None;
        }
        let there = self.writable_names(scope, kind);
        let nearest = self.suggestions.nearest(&name.node, there.iter().map(SmolStr::as_str));
        let (field, at, there) = (&name.node, name.span, &there);
        let problem = Problem::UnknownField { of: &of, field, nearest, there, at, advice: None };
        let meant = nearest.map(SmolStr::from);
        self.report(problem.diagnostic());
        meant
    }

    fn writable_names(&mut self, scope: &Scope, kind: KindId) -> Vec<SmolStr> {
        let names = self.member_names(kind);
        let is_writable = |binder: &mut Self, name: &SmolStr| {
            binder.member_index(kind, name).is_some_and(|index| {
                binder.is_seen(scope.home, kind, index)
                    && matches!(
                        binder.writable(kind, index),
                        Some(Writable::Optional | Writable::Required(_))
                    )
            })
        };
        names.into_iter().filter(|name| is_writable(self, name)).collect()
    }

    /// Reports fields without a value, all in one, at the name in the head.
    fn missing(&mut self, kind: KindId, head: &Name, there: impl Fn(&str) -> bool) {
        let required = self.required_fields(kind);
        let mut missing = required.iter().filter(|(name, _)| !there(name)).peekable();
        let Some((_, declared)) = missing.peek() else { return };
        let declared = Some(*declared);
        let fields: Vec<_> = missing.map(|(name, _)| name.as_str()).collect();
        let of = format!("`{}`", head.node);
        self.report(
            Problem::MissingFields { of: &of, fields: &fields, at: head.span, declared }.diagnostic(),
        );
    }

    /// Fields of a kind that a body must give.
    fn required_fields(&mut self, kind: KindId) -> Required {
        if let Some(required) = self.open(kind).and_then(|slot| slot.required.clone()) {
            return required;
        }
        let mut required: Vec<(SmolStr, Span)> = Vec::new();
        let count = self.slot(kind).map_or(0, |slot| slot.members.len());
        for index in 0..count {
            let Some(Writable::Required(span)) = self.writable(kind, index) else { continue };
            let is_absent = self.form(kind, index) == FieldForm::Absent;
            if is_absent || matches!(self.member_type(kind, index), Type::Optional(_) | Type::Unknown) {
                continue;
            }
            let name =
                self.slot(kind).and_then(|slot| slot.members.get_index(index)).map(|(name, _)| name.clone());
            required.extend(name.map(|name| (name, span)));
        }
        let required: Required = required.into();
        if let Some(slot) = self.slot_mut(kind) {
            slot.required = Some(required.clone());
        }
        required
    }

    /// Reports items of a body that are no fields.
    pub(super) fn only_fields(&mut self, body: &Body, belongs: &'static str) {
        for item in &body.items {
            if !matches!(item.kind, ItemKind::Field(_)) {
                self.no_value(item, belongs);
            }
        }
    }

    /// Reports an item where values are given; `name: value` lacks only its sign.
    pub(super) fn no_value(&mut self, item: &Item, belongs: &'static str) {
        match &item.kind {
            ItemKind::Schema(field) if field.default.is_none() => {
                let (at, name) = (item.span, &field.name);
                let colon = Span::new(at.piece, name.span.end as usize, field.ty.span.start as usize);
                self.report(ShapeProblem::Typed { name: &name.node, at, colon }.diagnostic());
            }
            ItemKind::Field(_)
            | ItemKind::Schema(_)
            | ItemKind::Let(_)
            | ItemKind::Make(_)
            | ItemKind::Require(_)
            | ItemKind::Allow(_) => self.misplaced(item, belongs),
        }
    }

    fn words_of_kind(&self, kind: KindId) -> String {
        format!("`{}`", self.kind_name(kind))
    }
}

/// Returns the fields of a body that nobody misses: those that can't be read, and those with a type instead of a value.
pub(super) fn broken_fields(body: &Body) -> impl Iterator<Item = &SmolStr> {
    let typed = body.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Schema(field) => Some(&field.name.node),
        ItemKind::Field(_)
        | ItemKind::Let(_)
        | ItemKind::Make(_)
        | ItemKind::Require(_)
        | ItemKind::Allow(_) => None,
    });
    body.broken.iter().map(|name| &name.node).chain(typed)
}
