//! Values that need themselves, and work that gets too deep, which is put first.

use rsx_syntax::{Diagnostic, Span};
use smol_str::SmolStr;

use super::{Eval, Slot};
use crate::instance::InstanceId;
use crate::maps::HashSet;
use crate::problems::names;
use crate::value::Value;

/// Work that got too deep.
#[derive(Debug)]
pub(super) struct TooDeep {
    pub(super) slot: Slot,
    /// The slots that led there.
    pub(super) through: Vec<Slot>,
}

impl Eval<'_, '_> {
    /// Reports the ring that a slot closes.
    pub(super) fn ring(&mut self, slot: Slot) -> Value {
        let start = self.active.iter().position(|active| *active == slot).unwrap_or(0);
        let ring: Vec<_> = self.active.get(start..).unwrap_or_default().to_vec();
        self.report_ring(&ring);
        Value::Unknown
    }

    fn report_ring(&mut self, ring: &[Slot]) {
        self.state.tangled = true;
        let mut known = HashSet::default();
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
            Slot::Default(..) | Slot::Every(_) | Slot::References(_) => None,
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

    /// Returns the innermost place of the user's whose value is being worked out. Of a default that is the same for all it is
    /// nobody's: who comes to it first is chance.
    pub(crate) fn working_on(&self) -> Option<Span> {
        let own = self.active.iter().rev().take_while(|slot| !matches!(slot, Slot::Default(..)));
        own.filter_map(|slot| self.name_of_slot(*slot)).map(|(_, span)| span).next()
    }

    /// Does what got too deep, and what gets too deep meanwhile, before all else.
    pub(super) fn dig(&mut self, deep: TooDeep) {
        self.state.tangled = true;
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
        self.keep(last.slot, place, Value::Unknown, false);
    }
}
