//! What has one value: params, lets, members of instances.

use smol_str::SmolStr;

use super::memo::{Known, Lasting};
use super::rings::TooDeep;
use super::state::{Said, depends_on_nothing};
use super::{Eval, Maker, Slot, Source, Work, hole};
use crate::instance::InstanceId;
use crate::program::{Given, KindId};
use crate::term::{Term, TermKind};
use crate::value::{Awaited, Phase, Value};

/// How many evaluations may be under way within each other before the innermost is done first.
const DEPTH: usize = 400;

/// How many slots may hand on the value of another before one is kept.
const HANDED: usize = 32;

impl<'p> Eval<'p, '_> {
    /// Returns a member of an instance.
    pub(crate) fn member(&mut self, id: InstanceId, place: usize) -> Value {
        self.slot(Slot::Member(id, place))
    }

    /// Returns a member of an instance by its name.
    pub(super) fn member_named(&mut self, id: InstanceId, name: &'p SmolStr) -> Value {
        self.place_named(id, name).map_or(Value::Unknown, |place| self.member(id, place))
    }

    /// Returns the place of a member by its name; the name is remembered by its address in the program.
    pub(crate) fn place_named(&mut self, id: InstanceId, name: &'p SmolStr) -> Option<usize> {
        let kind = self.state.instance(id)?.kind;
        if let Some(known) = self.state.places.get(name, kind) {
            return Some(known);
        }
        let place = self.program.kind(kind)?.members.get_index_of(name)?;
        self.state.places.put(name, kind, place);
        Some(place)
    }

    /// Looks at a member without copying it.
    pub(crate) fn look(&mut self, id: InstanceId, place: usize, look: impl FnOnce(&Value)) {
        let at = self.state.place(Slot::Member(id, place));
        self.state.read(at);
        match self.state.memo.get(at) {
            Known::Value(value, _) => look(value),
            Known::Nothing | Known::Busy => look(&self.settle_member(id, place)),
        }
    }

    /// Returns whether the value of a member has been worked out and kept.
    pub(crate) fn knows(&self, id: InstanceId, place: usize) -> bool {
        matches!(self.state.memo.get(self.state.place(Slot::Member(id, place))), Known::Value(..))
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
        self.state.read(place);
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
        let locals = self.locals.len();
        // A loop's variable, which comes with the source, may be what passes.
        let outer = std::mem::replace(&mut self.passing, false);
        let source = self.source(slot);
        if let Some(value) = self.handed_on(&source, locals) {
            self.passing |= outer;
            return value;
        }
        if let Some(value) = self.said_before(slot, place, &source) {
            self.locals.truncate(locals);
            self.passing |= outer;
            return value;
        }
        let told = self.state.told();
        let reads = self.state.begin();
        self.start(place);
        self.active.push(slot);
        let said = said(&source);
        let value = self.produce(slot, source);
        self.locals.truncate(locals);
        self.active.pop();
        let passing = std::mem::replace(&mut self.passing, outer);
        self.passing |= passing;
        match self.too_deep {
            Some(_) => {
                self.state.abandon(reads);
                self.forget(place);
            }
            None => {
                self.state.finish(Work::Place(place), reads);
                self.keep(slot, place, value.clone(), passing);
                if told == self.state.told() {
                    self.say(slot, place, said);
                }
            }
        }
        value
    }

    /// Declarations alike come in rows: what the last one gave a field in the same words is not worked out again. In a
    /// session it is: an edit of one must not change the other.
    fn said_before(&mut self, slot: Slot, place: u32, source: &Source<'p>) -> Option<Value> {
        let given = said(source)?;
        let said = self.state.said.get(&self.field(slot)?)?;
        let same = self.sources.snippet(said.span) == self.sources.snippet(given.value.span);
        let from = said.place;
        same.then(|| self.state.memo.copy(place, from).cloned()).flatten()
    }

    fn say(&mut self, slot: Slot, place: u32, given: Option<&'p Given>) {
        if let (Some(field), Some(given)) = (self.field(slot), given)
            && depends_on_nothing(&given.value)
        {
            self.state.said.insert(field, Said { span: given.value.span, place });
        }
    }

    /// Returns which field of which kind a slot is, if a declaration may give it and values may be shared.
    fn field(&self, slot: Slot) -> Option<(KindId, usize)> {
        let Slot::Member(id, place) = slot else { return None };
        let instance = self.state.instance(id)?;
        let is_declared = matches!(instance.maker, Maker::Declared(_));
        (is_declared && !self.live && self.state.ledger.is_none()).then_some((instance.kind, place))
    }

    /// What is written down, or is the value of another slot, is not kept again.
    fn handed_on(&mut self, source: &Source<'p>, locals: usize) -> Option<Value> {
        let next = match source {
            Source::Term(Term { kind: TermKind::Constant(value), .. }, ..) => {
                self.locals.truncate(locals);
                return Some(value.clone());
            }
            Source::Term(Term { kind: TermKind::Member(place), .. }, scope, _) => {
                Slot::Member(scope.me?, *place)
            }
            Source::Shared(slot) => *slot,
            Source::Term(..)
            | Source::Attribute(..)
            | Source::Parts(_)
            | Source::Secret(..)
            | Source::Missing(_)
            | Source::None
            | Source::Unknown => return None,
        };
        // A ring of such slots is found where one is kept.
        if self.handed >= HANDED {
            return None;
        }
        self.locals.truncate(locals);
        self.handed += 1;
        let value = self.slot(next);
        self.handed -= 1;
        Some(value)
    }

    fn start(&mut self, place: u32) {
        if self.live { self.state.passing.start(place) } else { self.state.memo.start(place) }
    }

    fn forget(&mut self, place: u32) {
        if self.live { self.state.passing.forget(place) } else { self.state.memo.forget(place) }
    }

    pub(super) fn keep(&mut self, slot: Slot, place: u32, value: Value, passing: bool) {
        match (self.live, passing) {
            (true, true) => self.state.passing.keep(place, value),
            (true, false) => {
                self.state.passing.forget(place);
                self.state.keep(slot, place, value, Lasting::Always);
            }
            (false, true) => self.state.keep(slot, place, value, Lasting::UntilObserved),
            (false, false) => self.state.keep(slot, place, value, Lasting::Always),
        }
    }

    fn produce(&mut self, slot: Slot, source: Source<'p>) -> Value {
        match source {
            Source::Term(term, scope, _) => self.eval(term, scope),
            Source::Shared(shared) => self.slot(shared),
            Source::Attribute(phase, name) => self.attribute(slot, phase, name),
            Source::Parts(make) => self.parts(slot, make),
            Source::Secret(value, ty) => self.refine_secret(ty, value),
            Source::Missing(name) => hole(Phase::World, [Awaited::Param(name.clone())]),
            Source::None => Value::None,
            Source::Unknown => match slot {
                Slot::Every(kind) => self.every(kind),
                Slot::References(kind) => self.index_references(kind),
                Slot::Global(_) | Slot::Member(..) | Slot::Default(..) => Value::Unknown,
            },
        }
    }

    fn attribute(&mut self, slot: Slot, phase: Phase, name: &SmolStr) -> Value {
        self.passing = true;
        let Slot::Member(id, _) = slot else { return Value::Unknown };
        match self.state.observed(id, name).filter(|_| self.live) {
            Some(value) => value.clone(),
            None => hole(phase, [Awaited::Attribute(id, name.clone())]),
        }
    }
}

/// Returns what is given, if the source is that.
fn said<'p>(source: &Source<'p>) -> Option<&'p Given> {
    if let Source::Term(_, _, given) = source { *given } else { None }
}
