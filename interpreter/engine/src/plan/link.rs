//! What resources are to each other in a plan, known when all are judged: how each goes, what it spoils, what binds it.

use rsx_lang::instance::Address;
use rsx_lang::value::Value;
use smol_str::SmolStr;

use crate::design::Design;
use crate::event::{Action, Reason};
use crate::plan::order::Going;
use crate::plan::planner::{Draft, Planner};
use crate::plan::reasons::{Reasons, says, takes};
use crate::plan::select::select;
use crate::plan::{Class, Step};
use crate::problems::{Problem, Trouble};
use crate::schema::{BOUND, RUNS, SPOILT, TAKES_UPDATE, UNDOES};
use crate::state::Entry;

impl Planner<'_> {
    /// Fills in what could not be known while drafts were still to come, and drops the steps that were not selected.
    pub(super) fn link(&mut self, design: &dyn Design, only: &[Address], except: &[Address]) {
        let all = 0..self.drafts.len();
        all.clone().for_each(|at| self.hold(at));
        let room = self.make_room(design);
        if !(only.is_empty() && except.is_empty()) {
            self.select(only, except);
        }
        self.tell_room(room);
        all.clone().for_each(|at| self.part(design, at));
        all.clone().for_each(|at| self.look_again(design, at));
        self.refuse_bound(design);
    }

    pub(super) fn entry_of(&self, draft: &Draft) -> Option<&Entry> {
        self.state.entries.get(&draft.address)
    }

    /// Says to whom it refers as it is there.
    fn hold(&mut self, at: usize) {
        let Some(draft) = self.drafts.get(at) else { return };
        let Some(entry) = self.entry_of(draft) else { return };
        let depends = entry.note.depends.iter();
        let held: Vec<usize> = depends.filter_map(|on| self.by_address.get(on).copied()).collect();
        if draft.does(Action::Delete) {
            for &other in &held {
                if let Some(other) = self.drafts.get_mut(other).filter(|other| other.disruptive) {
                    other.member.sends_away.push(at);
                }
            }
        }
        if let Some(draft) = self.drafts.get_mut(at) {
            draft.member.held = held;
        }
    }

    /// Drops the steps that were not selected. What remains may go otherwise than it would with them.
    fn select(&mut self, only: &[Address], except: &[Address]) {
        let addresses: Vec<SmolStr> = self.drafts.iter().map(|draft| draft.address.clone()).collect();
        let kept = select(&self.members(), &addresses, only, except);
        for (draft, _) in self.drafts.iter_mut().zip(kept).filter(|(_, kept)| !kept) {
            draft.step = None;
        }
    }

    /// Returns what of the user's own is run when it goes: what the spec says now, if it still says anything.
    fn undoes(&self, design: &dyn Design, draft: &Draft) -> Option<SmolStr> {
        match draft.id {
            Some(id) => design.get(id, UNDOES)?.as_text().cloned(),
            None => self.entry_of(draft)?.note.undoes.clone(),
        }
    }

    /// Says how it goes, if it does: with what it lies in, or by what the user has written for it.
    fn part(&mut self, design: &dyn Design, at: usize) {
        let Some(draft) = self.drafts.get(at).filter(|draft| draft.leaves()) else { return };
        let Some(note) = self.entry_of(draft).map(|entry| &entry.note) else { return };
        let outer = note.within.as_ref().and_then(|within| Some((within, self.gone_with(within)?)));
        let (going, text, quotes) = match (outer, self.undoes(design, draft)) {
            (Some((within, going)), _) => (going, format!("it goes with `{within}`"), None),
            (None, Some(undoes)) => {
                let undoes = SmolStr::new(undoes.trim());
                (Going::Called, format!("before it goes, `{undoes}` is run"), Some(undoes))
            }
            (None, None) => return,
        };
        let deleted = draft.does(Action::Delete);
        let Some(draft) = self.drafts.get_mut(at) else { return };
        draft.member.going = going;
        draft.member.undoes = going == Going::Called;
        let Some(step) = &mut draft.step else { return };
        match going {
            Going::Called => step.class = Class::DestroysData,
            Going::Within(_) if deleted => step.seconds = 0.0,
            Going::Within(_) => {}
        }
        let place = step.because.first().map(|reason| reason.at.clone());
        step.because.extend(place.map(|at| Reason { quotes, ..Reason::new(text, at) }));
    }

    /// Returns how something goes with what it lies in, if that goes or has gone.
    fn gone_with(&self, within: &SmolStr) -> Option<Going> {
        let outer = self.by_address.get(within).copied();
        let leaves = outer.and_then(|outer| self.drafts.get(outer)).is_some_and(Draft::leaves);
        match self.state.entries.contains_key(within) {
            true if leaves => Some(Going::Within(outer)),
            true => None,
            false => Some(Going::Within(None)),
        }
    }

    /// Adds a look at what is as it should be, but may be spoilt by what of the user's own is run before it.
    fn look_again(&mut self, design: &dyn Design, at: usize) {
        let Some(draft) = self.drafts.get(at).filter(|draft| draft.step.is_none()) else { return };
        let Some(id) = draft.id.filter(|id| says(design, *id, SPOILT)) else { return };
        let named = |other: &usize| self.drafts.get(*other).map(|draft| (*other, draft));
        let run = draft.member.needs.iter().filter_map(named).filter(|(_, other)| {
            let runs = other.id.is_some_and(|id| says(design, id, RUNS));
            runs && (other.does(Action::Sql) || other.does(Action::Replace))
        });
        let undone = draft.member.held.iter().filter_map(named).filter(|(_, other)| {
            let goes = other.does(Action::Delete) && other.member.going == Going::Called;
            goes && self.undoes(design, other).is_some()
        });
        let undone: Vec<_> = undone.collect();
        let mut reasons = Reasons::new(design, self.sources, id);
        for (_, other) in run.chain(undone.iter().copied()) {
            let text = format!("`{}` runs SQL: what that takes away here is put back", other.address);
            reasons.say(text);
        }
        if reasons.list.is_empty() {
            return;
        }
        let undone: Vec<usize> = undone.into_iter().map(|(other, _)| other).collect();
        let step = Step {
            address: draft.address.clone(),
            kind: draft.member.kind.clone(),
            action: Action::Verify,
            because: reasons.list,
            changes: Vec::new(),
            class: Class::Update,
            seconds: takes(design, id, TAKES_UPDATE),
            usd_month: None,
            unpriced: false,
            at: Some(reasons.at),
        };
        if let Some(draft) = self.drafts.get_mut(at) {
            draft.step = Some(step);
            draft.member.sends_away.extend(undone);
        }
    }

    /// Refuses to make something another while those stay that refer to it: its service lets go of it only after them,
    /// and they wait for the new one.
    fn refuse_bound(&mut self, design: &dyn Design) {
        let mut problems = Vec::new();
        for draft in &self.drafts {
            let (Some(id), [field, ..]) = (draft.id, draft.fixed.as_slice()) else { continue };
            let Some(Value::Text(instead)) = design.get(id, BOUND) else { continue };
            let holds = |other: &&Draft| {
                let entry = self.entry_of(other);
                entry.is_some_and(|entry| entry.note.depends.contains(&draft.address)) && !other.leaves()
            };
            if let Some(holder) = self.drafts.iter().find(holds) {
                let (address, holder) = (draft.address.clone(), holder.address.clone());
                let what = Trouble::Bound { address, field: field.clone(), holder, instead };
                problems.push(Problem { at: design.origin(id, Some(field)), what });
            }
        }
        self.problems.extend(problems);
    }
}

impl Draft {
    pub(super) fn does(&self, action: Action) -> bool {
        self.step.as_ref().is_some_and(|step| step.action == action)
    }

    /// Returns whether what is there goes, for good or to come again.
    pub(super) fn leaves(&self) -> bool {
        self.does(Action::Delete) || self.does(Action::Replace)
    }
}
