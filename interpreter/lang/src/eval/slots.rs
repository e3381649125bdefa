//! What has one value: params, lets, members of instances. Rings are found here, and work that gets too deep is put first.

use std::collections::HashSet;

use rsx_syntax::ast::Attribute;
use rsx_syntax::{Diagnostic, Span};
use smol_str::SmolStr;

use super::memo::{Known, Lasting};
use super::{Binding, Eval, GivenParam, Maker, Scope, Slot, hole};
use crate::instance::InstanceId;
use crate::problems::names;
use crate::program::{DeclaredId, Given, GlobalId, GlobalKind, KindBinding, Make, Member, MemberKind};
use crate::term::Term;
use crate::types::Type;
use crate::value::{Awaited, Phase, Value};

/// How many evaluations may be under way within each other before the innermost is done first.
const DEPTH: usize = 400;

/// Work that got too deep.
#[derive(Debug)]
pub(super) struct TooDeep {
    slot: Slot,
    /// The slots that led there.
    through: Vec<Slot>,
}

/// What a slot's value comes from.
pub(crate) enum Source<'p> {
    /// A term in a scope, whose locals the caller takes away; the place is the given field's name.
    Term(&'p Term, Scope, Option<&'p Given>),
    /// An attribute, known in this phase.
    Attribute(Phase, &'p SmolStr),
    /// Parts.
    Parts(&'p Make),
    /// A secret from outside.
    Secret(Value, &'p Type),
    /// A param that nobody gave.
    Missing(&'p SmolStr),
    /// It was left out and may be.
    None,
    /// An error about it has been told.
    Unknown,
}

impl<'p> Eval<'p, '_> {
    /// Returns a member of an instance.
    pub(crate) fn member(&mut self, id: InstanceId, place: usize) -> Value {
        self.slot(Slot::Member(id, place))
    }

    /// Returns a member of an instance by its name.
    pub(crate) fn member_named(&mut self, id: InstanceId, name: &str) -> Value {
        let kind = self.state.instance(id).and_then(|instance| self.program.kind(instance.kind));
        match kind.and_then(|kind| kind.members.get_index_of(name)) {
            Some(place) => self.member(id, place),
            None => Value::Unknown,
        }
    }

    /// Looks at a member without copying it.
    pub(crate) fn look(&mut self, id: InstanceId, place: usize, look: impl FnOnce(&Value)) {
        match self.state.memo.get(self.state.place(Slot::Member(id, place))) {
            Known::Value(value, _) => look(value),
            Known::Nothing | Known::Busy => look(&self.settle_member(id, place)),
        }
    }

    /// Returns a member, and does first what is too deep.
    pub(crate) fn settle_member(&mut self, id: InstanceId, place: usize) -> Value {
        self.settle_slot(Slot::Member(id, place))
    }

    /// Returns the value of a slot, and does first what is too deep.
    pub(crate) fn settle_slot(&mut self, slot: Slot) -> Value {
        loop {
            let value = self.slot(slot);
            match self.too_deep.take() {
                Some(deep) => self.dig(deep),
                None => return value,
            }
        }
    }

    /// Returns the value of a slot.
    pub(super) fn slot(&mut self, slot: Slot) -> Value {
        let place = self.state.place(slot);
        let busy = match (self.state.memo.get(place), self.live) {
            (Known::Value(value, Lasting::Always), _) => return value.clone(),
            (Known::Value(value, Lasting::UntilObserved), false) => {
                self.passing = true;
                return value.clone();
            }
            (Known::Busy, _) => true,
            (Known::Value(_, Lasting::UntilObserved) | Known::Nothing, true) => {
                match self.state.passing.get(place) {
                    Known::Value(value, _) => {
                        self.passing = true;
                        return value.clone();
                    }
                    Known::Busy => true,
                    Known::Nothing => false,
                }
            }
            (Known::Nothing, false) => false,
        };
        match busy {
            true => self.ring(slot),
            false => self.work_out(slot, place),
        }
    }

    fn work_out(&mut self, slot: Slot, place: u32) -> Value {
        if self.too_deep.is_some() {
            return Value::Unknown;
        }
        if self.depth > DEPTH {
            self.too_deep = Some(TooDeep { slot, through: self.active.clone() });
            return Value::Unknown;
        }
        self.start(place);
        self.active.push(slot);
        let outer = std::mem::replace(&mut self.passing, false);
        let locals = self.locals.len();
        let value = self.produce(slot);
        self.locals.truncate(locals);
        self.active.pop();
        let passing = std::mem::replace(&mut self.passing, outer);
        self.passing |= passing;
        match self.too_deep {
            Some(_) => self.forget(place),
            None => self.keep(place, value.clone(), passing),
        }
        value
    }

    fn start(&mut self, place: u32) {
        if self.live { self.state.passing.start(place) } else { self.state.memo.start(place) }
    }

    fn forget(&mut self, place: u32) {
        if self.live { self.state.passing.forget(place) } else { self.state.memo.forget(place) }
    }

    fn keep(&mut self, place: u32, value: Value, passing: bool) {
        match (self.live, passing) {
            (true, true) => self.state.passing.keep(place, value),
            (true, false) => {
                self.state.passing.forget(place);
                self.state.memo.keep(place, value, Lasting::Always);
            }
            (false, true) => self.state.memo.keep(place, value, Lasting::UntilObserved),
            (false, false) => self.state.memo.keep(place, value, Lasting::Always),
        }
    }

    fn produce(&mut self, slot: Slot) -> Value {
        match self.source(slot) {
            Source::Term(term, scope, _) => self.eval(term, scope),
            Source::Attribute(phase, name) => self.attribute(slot, phase, name),
            Source::Parts(make) => self.parts(slot, make),
            Source::Secret(value, ty) => self.refine_secret(ty, value),
            Source::Missing(name) => hole(Phase::World, [Awaited::Param(name.clone())]),
            Source::None => Value::None,
            Source::Unknown => match slot {
                Slot::Every(kind) => self.every(kind),
                Slot::References(kind) => self.index_references(kind),
                Slot::Global(_) | Slot::Member(..) => Value::Unknown,
            },
        }
    }

    /// Says what the value of a slot comes from.
    pub(crate) fn source(&mut self, slot: Slot) -> Source<'p> {
        match slot {
            Slot::Global(id) => self.global_source(id),
            Slot::Member(id, place) => self.member_source(id, place).unwrap_or(Source::Unknown),
            Slot::Every(_) | Slot::References(_) => Source::Unknown,
        }
    }

    fn global_source(&mut self, id: GlobalId) -> Source<'p> {
        let Some((name, global)) = self.program.global(id) else { return Source::Unknown };
        let default = match &global.kind {
            GlobalKind::Let(value) => return Source::Term(value, self.scope(None), None),
            GlobalKind::Param(default) => default,
        };
        match self.setting.params.get(name) {
            Some(GivenParam::Term(value)) => return Source::Term(value, self.scope(None), None),
            Some(GivenParam::Secret(secret)) => {
                return Source::Secret(Value::Secret(secret.clone()), &global.ty);
            }
            Some(GivenParam::Wrong) => return Source::Unknown,
            None => {}
        }
        let env = self.setting.env.as_ref().and_then(|env| self.program.envs.get(env));
        match (env.and_then(|env| env.given.get(name)), default) {
            (Some(given), _) => Source::Term(&given.value, self.scope(None), Some(given)),
            (None, Some(value)) => Source::Term(value, self.scope(None), None),
            (None, None) => Source::Missing(name),
        }
    }

    fn member_source(&mut self, id: InstanceId, place: usize) -> Option<Source<'p>> {
        let instance = self.state.instance(id)?;
        let kind = self.program.kind(instance.kind)?;
        let (name, member) = kind.members.get_index(place)?;
        if kind.binding == KindBinding::Broken {
            return None;
        }
        if let Some(number) = self.state.given(id, place) {
            return self.given_source(instance.maker, number, id);
        }
        if let Maker::Declared(declared) = instance.maker
            && self.is_broken(declared, name)
        {
            return None;
        }
        Some(match &member.kind {
            MemberKind::Let(value) => Source::Term(value, self.scope(Some(id)), None),
            MemberKind::Make(make) => Source::Parts(make),
            MemberKind::Field { ty, attributes, default } => match (phase_of(attributes), default) {
                (Some(phase), _) => Source::Attribute(phase, name),
                (None, Some(value)) => Source::Term(value, self.scope(Some(id)), None),
                (None, None) if is_optional(ty) => Source::None,
                (None, None) => Source::Unknown,
            },
        })
    }

    /// A field as it is given: by the user, or by the part of a pattern in the scope of its loop.
    fn given_source(&mut self, maker: Maker, number: usize, id: InstanceId) -> Option<Source<'p>> {
        match maker {
            Maker::Declared(declared) => {
                let (_, given) = self.program.declared(declared)?.1.given.get_index(number)?;
                Some(Source::Term(&given.value, self.scope(Some(id)), Some(given)))
            }
            Maker::Part { of, place, turn } => {
                let make = self.make(of, place as usize)?;
                let (_, given) = make.given.get_index(number)?;
                let scope = self.scope(Some(of));
                if let (Some(turn), Some(each)) = (turn, &make.each) {
                    let value = self.turn_value(each, of, turn);
                    self.bind(value, Binding::Element(each, turn.step as usize));
                }
                Some(Source::Term(&given.value, scope, Some(given)))
            }
        }
    }

    /// Returns the member of a kind that a part is.
    pub(crate) fn make(&self, of: InstanceId, place: usize) -> Option<&'p Make> {
        match &self.member_of(of, place)?.1.kind {
            MemberKind::Make(make) => Some(make),
            MemberKind::Field { .. } | MemberKind::Let(_) => None,
        }
    }

    /// Returns a member of an instance's kind with its name.
    pub(crate) fn member_of(&self, id: InstanceId, place: usize) -> Option<(&'p SmolStr, &'p Member)> {
        self.program.kind(self.state.instance(id)?.kind)?.members.get_index(place)
    }

    fn is_broken(&self, declared: DeclaredId, name: &SmolStr) -> bool {
        self.program.declared(declared).is_some_and(|(_, declared)| declared.broken.contains(name))
    }

    fn attribute(&mut self, slot: Slot, phase: Phase, name: &SmolStr) -> Value {
        self.passing = true;
        let Slot::Member(id, _) = slot else { return Value::Unknown };
        match self.state.observed(id, name).filter(|_| self.live) {
            Some(value) => value.clone(),
            None => hole(phase, [Awaited::Attribute(id, name.clone())]),
        }
    }

    /// Reports the ring that a slot closes.
    fn ring(&mut self, slot: Slot) -> Value {
        let start = self.active.iter().position(|active| *active == slot).unwrap_or(0);
        let ring: Vec<_> = self.active.get(start..).unwrap_or_default().to_vec();
        self.report_ring(&ring);
        Value::Unknown
    }

    fn report_ring(&mut self, ring: &[Slot]) {
        let mut known = HashSet::new();
        let named = ring.iter().filter_map(|slot| self.name_of_slot(*slot));
        let mut places: Vec<(SmolStr, Span)> = named.filter(|(_, span)| known.insert(*span)).collect();
        let first = places
            .iter()
            .enumerate()
            .min_by_key(|(_, (_, span))| (self.sources.file_of(*span), self.sources.range(*span).start));
        let first = first.map_or(0, |(i, _)| i);
        places.rotate_left(first);
        if !places.is_empty() {
            let diagnostic: Diagnostic = names::Problem::Cycle { ring: &places }.diagnostic();
            self.report(diagnostic);
        }
    }

    /// Returns what the user calls a slot, and the user's place for it.
    fn name_of_slot(&self, slot: Slot) -> Option<(SmolStr, Span)> {
        match slot {
            Slot::Global(id) => {
                let (name, global) = self.program.global(id)?;
                self.is_users(global.span).then(|| (name.clone(), global.span))
            }
            Slot::Member(id, place) => {
                let (name, member) = self.member_of(id, place)?;
                let called = SmolStr::from(format!("{}.{name}", self.address(id)));
                Some((called, self.users_place(id, place, member.span)?))
            }
            Slot::Every(_) | Slot::References(_) => None,
        }
    }

    /// Returns the user's line for a member: where it is given, else declared, else the head of what made it.
    fn users_place(&self, id: InstanceId, place: usize, declared: Span) -> Option<Span> {
        let given = self.given_field(id, place).map(|given| given.name);
        given
            .filter(|span| self.is_users(*span))
            .or(Some(declared).filter(|span| self.is_users(*span)))
            .or_else(|| self.head(id))
    }

    /// Returns a field as it is given.
    pub(crate) fn given_field(&self, id: InstanceId, place: usize) -> Option<&'p Given> {
        let number = self.state.given(id, place)?;
        let given = match self.state.instance(id)?.maker {
            Maker::Declared(declared) => &self.program.declared(declared)?.1.given,
            Maker::Part { of, place, .. } => &self.make(of, place as usize)?.given,
        };
        given.get_index(number).map(|(_, given)| given)
    }

    /// Returns the name in the head of the declaration that an instance is, or that it was made by.
    pub(crate) fn head(&self, id: InstanceId) -> Option<Span> {
        self.program.declared(self.state.root(id)?).map(|(_, declared)| declared.span)
    }

    /// Returns the innermost place of the user's whose value is being worked out.
    pub(crate) fn working_on(&self) -> Option<Span> {
        self.active.iter().rev().find_map(|slot| self.name_of_slot(*slot)).map(|(_, span)| span)
    }

    /// Does what got too deep, and what gets too deep meanwhile, before all else.
    pub(super) fn dig(&mut self, deep: TooDeep) {
        let (active, depth) = (std::mem::take(&mut self.active), std::mem::replace(&mut self.depth, 0));
        let mut open = vec![deep];
        while let Some(top) = open.last() {
            let slot = top.slot;
            self.slot(slot);
            match self.too_deep.take() {
                None => {
                    open.pop();
                }
                Some(deeper) => match open.iter().position(|known| known.slot == deeper.slot) {
                    Some(start) => {
                        self.break_ring(&open, start, deeper);
                        open.truncate(start + 1);
                    }
                    None => open.push(deeper),
                },
            }
        }
        self.active = active;
        self.depth = depth;
    }

    /// Reports a ring that is longer than the depth, and gives its first slot an unknown value.
    fn break_ring(&mut self, open: &[TooDeep], start: usize, last: TooDeep) {
        let legs = open.iter().skip(start + 1).chain([&last]);
        let ring: Vec<_> = legs.flat_map(|leg| leg.through.iter().copied()).collect();
        self.report_ring(&ring);
        let place = self.state.place(last.slot);
        self.keep(place, Value::Unknown, false);
    }
}

/// Returns whether a field is known from the outside alone.
pub(crate) fn is_outside(attributes: &[Attribute]) -> bool {
    phase_of(attributes).is_some()
}

/// Returns when a field is known, if nobody gives it.
fn phase_of(attributes: &[Attribute]) -> Option<Phase> {
    match attributes {
        attributes if attributes.contains(&Attribute::Computed) => Some(Phase::Run),
        attributes if attributes.contains(&Attribute::Found) => Some(Phase::World),
        _ => None,
    }
}

fn is_optional(ty: &Type) -> bool {
    matches!(ty, Type::Optional(_) | Type::None)
        || matches!(ty, Type::Refined(refined) if is_optional(&refined.base))
}
