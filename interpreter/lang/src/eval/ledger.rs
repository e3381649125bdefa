//! Who has read what, and what came of it besides a value: of an edited program only what depends on the edit is worked out
//! again.

use std::ops::Range;
use std::sync::Arc;

use rsx_syntax::{Diagnostic, PieceId, Span};
use smol_str::SmolStr;

use super::State;
use super::memo::Known;
use super::state::Waiting;
use crate::instance::InstanceId;
use crate::maps::{HashMap, HashSet, IndexSet};
use crate::program::{DeclaredId, Program};
use crate::rules::Allowance;

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    /// The value of a place.
    Place(u32),
    /// A task of the walk, by its number.
    Task(u32),
    /// For whom a resource waits.
    Leg(InstanceId),
}

/// What a piece of work leaves behind besides its value.
#[derive(Clone, Debug)]
enum Mark {
    Problem(Diagnostic),
    Waiting(Waiting),
    Allowance(Span, Allowance),
}

/// Readers by what they have read.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// For each place, one more than the index of its last entry.
    last: Vec<u32>,
    entries: Vec<Entry>,
    /// One more than the index of the first entry that is free.
    free: u32,
    /// Places that were read by what is under way, the innermost last.
    reads: Vec<u32>,
    task: Option<Work>,
    marks: HashMap<Work, Vec<Mark>>,
    names: HashMap<Work, Vec<SmolStr>>,
    legs: HashMap<InstanceId, Arc<[InstanceId]>>,
    /// Those that an edit has spoilt, as they were.
    past_legs: Vec<(InstanceId, Arc<[InstanceId]>)>,
    /// Whether nobody waits for itself by the legs as they were.
    is_ordered: bool,
}

/// A reader of a place, and one more than the index of the entry before.
#[derive(Clone, Copy, Debug)]
struct Entry {
    reader: Work,
    before: u32,
}

/// How many of the last readers of a place are looked at, so that one is not entered twice.
const NEAR: usize = 8;

/// What an edit has spoilt.
#[derive(Debug, Default)]
pub(crate) struct Spoilt {
    /// Members whose values are to be worked out again.
    pub(crate) members: Vec<(InstanceId, usize)>,
    /// Tasks that are to be done again.
    pub(crate) tasks: Vec<u32>,
    /// Declarations whose parts are to be made again.
    pub(crate) roots: IndexSet<DeclaredId>,
    /// Instances that are no more.
    pub(crate) dead: IndexSet<InstanceId>,
}

impl Ledger {
    fn enter(&mut self, place: u32, reader: Work) {
        let place = place as usize;
        if self.last.len() <= place {
            self.last.resize(place + 1, 0);
        }
        let last = self.last.get(place).copied().unwrap_or(0);
        let mut at = last;
        for _ in 0..NEAR {
            match self.entry(at) {
                Some(entry) if entry.reader == reader => return,
                Some(entry) => at = entry.before,
                None => break,
            }
        }
        let new = Entry { reader, before: last };
        let index = match self.entry(self.free) {
            Some(free) => {
                let index = std::mem::replace(&mut self.free, free.before);
                self.entries.get_mut(index as usize - 1).into_iter().for_each(|entry| *entry = new);
                index
            }
            None => {
                self.entries.push(new);
                u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
            }
        };
        self.last.get_mut(place).into_iter().for_each(|last| *last = index);
    }

    fn entry(&self, index: u32) -> Option<Entry> {
        self.entries.get((index as usize).checked_sub(1)?).copied()
    }

    /// Takes the readers of a place away.
    fn leave(&mut self, place: u32, readers: &mut Vec<Work>) {
        let Some(last) = self.last.get_mut(place as usize) else { return };
        let mut at = std::mem::take(last);
        while let Some(entry) = self.entry(at) {
            readers.push(entry.reader);
            let index = at as usize - 1;
            let free = std::mem::replace(&mut self.free, at);
            self.entries.get_mut(index).into_iter().for_each(|entry| entry.before = free);
            at = entry.before;
        }
    }
}

impl State {
    /// Returns whether it keeps who reads what.
    pub(super) fn keeps_ledger(&self) -> bool {
        self.ledger.is_some()
    }

    /// Begins to keep who reads what.
    pub(crate) fn keep_ledger(&mut self) {
        self.ledger = Some(Box::default());
    }

    /// Says that what is under way has read a place.
    pub(crate) fn read(&mut self, place: u32) {
        if let Some(ledger) = &mut self.ledger {
            ledger.reads.push(place);
        }
    }

    /// Returns where the reads of what begins now begin.
    pub(crate) fn begin(&self) -> usize {
        self.ledger.as_ref().map_or(0, |ledger| ledger.reads.len())
    }

    /// Says whose the reads are since it began.
    pub(crate) fn finish(&mut self, work: Work, since: usize) {
        let Some(ledger) = &mut self.ledger else { return };
        let mut reads = std::mem::take(&mut ledger.reads);
        for place in reads.drain(since.min(reads.len())..) {
            ledger.enter(place, work);
        }
        ledger.reads = reads;
    }

    /// Says that what began came to nothing.
    pub(crate) fn abandon(&mut self, since: usize) {
        if let Some(ledger) = &mut self.ledger {
            ledger.reads.truncate(since);
        }
    }

    /// Says which task is under way.
    pub(crate) fn task(&mut self, task: Option<Work>) {
        if let Some(ledger) = &mut self.ledger {
            ledger.task = task;
        }
    }

    /// Keeps a problem; `work` is the innermost piece of work whose value is kept.
    pub(super) fn problem(&mut self, work: Option<Work>, diagnostic: Diagnostic) {
        self.told = self.told.saturating_add(1);
        match self.marked(work) {
            Some(marks) => marks.push(Mark::Problem(diagnostic)),
            None => drop(self.problems.insert(diagnostic)),
        }
    }

    /// Returns how often something has been told so far; the same twice counts twice.
    pub(crate) fn told(&self) -> u32 {
        self.told
    }

    /// Keeps that a refinement waits.
    pub(crate) fn wait(&mut self, work: Option<Work>, waiting: Waiting) {
        self.told = self.told.saturating_add(1);
        if let Some(marks) = self.marked(work) {
            marks.push(Mark::Waiting(waiting.clone()));
        }
        self.waiting.insert(waiting);
    }

    /// Keeps what came of an `allow`.
    pub(crate) fn allow(&mut self, at: Span, allowance: Allowance) {
        if let Some(marks) = self.marked(None) {
            marks.push(Mark::Allowance(at, allowance));
        }
        self.allowances.insert(at, allowance);
    }

    /// Keeps that a name is used; returns by whom it was first.
    pub(super) fn claim(&mut self, work: Option<Work>, name: &SmolStr, id: InstanceId) -> InstanceId {
        let (owner, count) = self.names.entry(name.clone()).or_insert((id, 0));
        let owner = *owner;
        if owner == id
            && let Some(ledger) = &mut self.ledger
            && let Some(work) = work.or(ledger.task)
        {
            *count += 1;
            ledger.names.entry(work).or_default().push(name.clone());
        }
        owner
    }

    /// Returns the names that are used, each with the declaration of who used it first.
    pub(crate) fn names_by_root(&self) -> impl Iterator<Item = (SmolStr, Option<DeclaredId>)> {
        self.names.iter().map(|(name, (owner, _))| (name.clone(), self.root(*owner)))
    }

    fn marked(&mut self, work: Option<Work>) -> Option<&mut Vec<Mark>> {
        let ledger = self.ledger.as_mut()?;
        let work = work.or(ledger.task)?;
        Some(ledger.marks.entry(work).or_default())
    }

    /// Returns for whom a resource waits, if that is known.
    pub(crate) fn leg(&self, id: InstanceId) -> Option<Arc<[InstanceId]>> {
        self.ledger.as_ref()?.legs.get(&id).cloned()
    }

    /// Keeps for whom a resource waits.
    pub(crate) fn keep_leg(&mut self, id: InstanceId, leg: &Arc<[InstanceId]>) {
        if let Some(ledger) = &mut self.ledger {
            ledger.legs.insert(id, Arc::clone(leg));
        }
    }

    /// Keeps whether resources can be brought into an order.
    pub(crate) fn keep_order(&mut self, is_ordered: bool) {
        if let Some(ledger) = &mut self.ledger {
            ledger.is_ordered = is_ordered;
        }
    }

    /// Returns the legs that an edit has spoilt, as they were, if with them there was an order.
    pub(crate) fn past_legs(&mut self) -> Option<Vec<(InstanceId, Arc<[InstanceId]>)>> {
        let ledger = self.ledger.as_mut()?;
        let legs = std::mem::take(&mut ledger.past_legs);
        ledger.is_ordered.then_some(legs)
    }

    /// Returns what is wrong, as it was found.
    pub(crate) fn problems(&mut self) -> Vec<Diagnostic> {
        let mut all: Vec<_> = self.problems.drain(..).collect();
        let marks = self.ledger.iter().flat_map(|ledger| ledger.marks.values()).flatten();
        all.extend(
            marks.filter_map(|mark| if let Mark::Problem(one) = mark { Some(one.clone()) } else { None }),
        );
        all
    }

    /// Returns how much is kept, of which an edit leaves some behind that nobody needs.
    pub(crate) fn size(&self) -> usize {
        self.instance_count()
            + self.memo.count()
            + self.ledger.as_ref().map_or(0, |ledger| ledger.entries.len())
    }

    /// Ends a walk: what is read from now on is nobody's.
    pub(crate) fn end_walk(&mut self) {
        self.abandon(0);
    }

    /// Returns the work that is done again whatever an edit changes: what has told a problem may not be asked for any more;
    /// and that which speaks of the pieces that have changed.
    pub(crate) fn uneasy(&self, changed: &HashSet<PieceId>) -> Vec<Work> {
        let speaks = |mark: &Mark| match mark {
            Mark::Problem(_) => true,
            Mark::Waiting(waiting) => changed.contains(&waiting.span.piece),
            Mark::Allowance(span, _) => changed.contains(&span.piece),
        };
        let marks = self.ledger.iter().flat_map(|ledger| &ledger.marks);
        marks.filter(|(_, marks)| marks.iter().any(speaks)).map(|(work, _)| *work).collect()
    }

    /// Forgets what depends on some work; `within` gives an instance and all that it made, each with the tasks about it.
    pub(crate) fn spoil(
        &mut self,
        program: &Program,
        seeds: Vec<Work>,
        within: impl Fn(InstanceId) -> Vec<(InstanceId, Range<u32>)>,
    ) -> Spoilt {
        let mut spoilt = Spoilt::default();
        let (mut open, mut seen) = (seeds, IndexSet::default());
        while let Some(work) = open.pop() {
            if !seen.insert(work) {
                continue;
            }
            self.unmark(work);
            let place = match work {
                Work::Task(task) => {
                    spoilt.tasks.push(task);
                    continue;
                }
                Work::Leg(_) => continue,
                Work::Place(place) => place,
            };
            if let Some((id, member)) = self.member_at(program, place) {
                spoilt.members.push((id, member));
                for (part, tasks) in self.parts_at(program, id, member, place).into_iter().flat_map(&within) {
                    if spoilt.dead.insert(part) {
                        open.extend(self.places(program, part).map(Work::Place));
                        open.push(Work::Leg(part));
                        open.extend(tasks.map(Work::Task));
                    }
                }
                if self.is_part(program, id, member) {
                    spoilt.roots.extend(self.root(id));
                }
            }
            self.memo.forget(place);
            if let Some(ledger) = &mut self.ledger {
                ledger.leave(place, &mut open);
            }
        }
        if !spoilt.roots.is_empty() {
            self.keep_order(false);
        }
        self.waiting.clear();
        self.allowances.clear();
        let marks = self.ledger.iter().flat_map(|ledger| ledger.marks.values()).flatten();
        for mark in marks {
            match mark {
                Mark::Problem(_) => {}
                Mark::Waiting(waiting) => drop(self.waiting.insert(waiting.clone())),
                Mark::Allowance(span, allowance) => drop(self.allowances.insert(*span, *allowance)),
            }
        }
        self.forget_addresses();
        spoilt
    }

    fn unmark(&mut self, work: Work) {
        let Some(ledger) = &mut self.ledger else { return };
        ledger.marks.remove(&work);
        if let Work::Leg(id) = work {
            ledger.past_legs.extend(ledger.legs.remove_entry(&id));
        }
        for name in ledger.names.remove(&work).unwrap_or_default() {
            if let Some((_, count)) = self.names.get_mut(&name) {
                *count -= 1;
                if *count == 0 {
                    self.names.remove(&name);
                }
            }
        }
    }

    fn is_part(&self, program: &Program, id: InstanceId, member: usize) -> bool {
        let kind = self.instance(id).and_then(|instance| program.kind(instance.kind));
        let member = kind.and_then(|kind| kind.members.get_index(member));
        member.is_some_and(|(_, member)| member.kind.make().is_some())
    }

    /// Returns the instances that a part was, before it is made again.
    fn parts_at(&self, program: &Program, id: InstanceId, member: usize, place: u32) -> Vec<InstanceId> {
        match self.memo.get(place) {
            Known::Value(value, _) if self.is_part(program, id, member) => super::instances(value).collect(),
            Known::Value(..) | Known::Nothing | Known::Busy => Vec::new(),
        }
    }
}
