//! What one evaluation has found out so far: instances, values, observations, problems.

use std::collections::BTreeMap;
use std::sync::Arc;

use rsx_syntax::{Diagnostic, Span};
use smol_str::SmolStr;

use super::ledger::Ledger;
use super::memo::{Lasting, Memo, Passing};
use super::places::Places;
use super::referrers::References;
use crate::instance::InstanceId;
use crate::maps::{HashMap, IndexSet};
use crate::program::{DeclaredId, GlobalId, Kind, KindId, Make, Member, MemberKind, Program};
use crate::rules::Allowance;
use crate::term::{Term, TermKind};
use crate::value::{Phase, Query, Record, Value};

/// An instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instance {
    /// Its kind.
    pub(crate) kind: KindId,
    /// Who made it.
    pub(crate) maker: Maker,
    /// The first of its members' slots.
    slots: u32,
    /// Where [`State::given`] begins to say which of its members are given.
    given: u32,
}

impl Instance {
    /// Returns what instances have in common that are parts of the same make: their kind, and which fields are given how.
    pub(crate) fn make(&self) -> Option<u32> {
        matches!(self.maker, Maker::Part { .. }).then_some(self.given)
    }
}

/// Who made an instance.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Maker {
    /// The user.
    Declared(DeclaredId),
    /// A part of a pattern.
    Part {
        /// The pattern's instance.
        of: InstanceId,
        /// The part's place among the members of its kind.
        place: u32,
        /// Where it stands among its siblings, if the part is looped.
        turn: Option<Turn>,
    },
}

/// Where a part stands in its loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// From 0, among what the loop made.
    pub(crate) index: u32,
    /// From 0, among what it runs over.
    pub(crate) step: u32,
    /// The place of the loop's variable in [`State::variables`].
    pub(crate) variable: u32,
}

/// Something that has one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A param or let.
    Global(GlobalId),
    /// A member of an instance.
    Member(InstanceId, usize),
    /// The default of a field, which is the same for all instances of the kind.
    Default(KindId, usize),
    /// Every instance of a kind.
    Every(KindId),
    /// Whom the instances of a kind refer to.
    References(KindId),
}

/// A check that waits for something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Waiting {
    /// A type's name or a code.
    pub(crate) name: SmolStr,
    /// What it is about.
    pub(crate) span: Span,
    /// When it can be decided.
    pub(crate) phase: Phase,
}

/// What has been found out.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) memo: Memo,
    pub(super) passing: Passing,
    instances: Vec<Instance>,
    /// For each member of a kind: 0, or one more than its place among those given; what is given alike shares one run.
    given: Vec<u16>,
    pub(super) variables: Vec<Value>,
    pub(super) references: BTreeMap<KindId, References>,
    reaches: Vec<Vec<bool>>,
    /// For each kind: for each member, whether its default is the same for all instances.
    closed: Vec<Vec<bool>>,
    /// For each kind: the places of its parts.
    parts: Vec<Arc<[usize]>>,
    /// For each part of a kind that was made: where `given` speaks of it.
    templates: HashMap<(KindId, u32), u32>,
    pub(super) places: Places,
    observed: HashMap<InstanceId, Record>,
    answers: HashMap<InstanceId, Vec<(Query, Value)>>,
    /// Names on the outside, by whom they are used.
    pub(super) names: HashMap<SmolStr, (InstanceId, u32)>,
    /// For fields of declarations: the last that depended on nothing and told nothing.
    pub(super) said: HashMap<(KindId, usize), Said>,
    /// How often something was told.
    pub(super) told: u32,
    /// What went wrong, each once, in the order in which it was found.
    pub(crate) problems: IndexSet<Diagnostic>,
    /// What came of each `allow` that was looked at, by the place of its code.
    pub(crate) allowances: HashMap<Span, Allowance>,
    /// Refinements that could not be held against their values yet.
    pub(crate) waiting: IndexSet<Waiting>,
    /// For predicates about one character: the ASCII characters that satisfy them, by the predicate's address.
    pub(super) alphabets: HashMap<usize, Option<u128>>,
    /// For refinements, by their addresses: the last value that satisfied them, since like values come in rows.
    pub(crate) held: HashMap<usize, Value>,
    /// For lists through which a walk has gone, by the term's address and `self`: which element leads where.
    pub(super) tables: HashMap<(usize, Option<InstanceId>), Arc<[usize]>>,
    slots: Layout,
    /// Whether a value needs itself, or the work got too deep: then it matters in which order things are done.
    pub(crate) tangled: bool,
    /// Who reads what, if that is kept.
    pub(super) ledger: Option<Box<Ledger>>,
}

/// What a declaration gives a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    /// Where it is written.
    pub(super) span: Span,
    /// The place of its value.
    pub(super) place: u32,
}

/// Which slots come where.
#[derive(Clone, Debug, Default)]
struct Layout {
    /// The first default of each kind.
    defaults: Vec<u32>,
    every: u32,
    references: u32,
}

impl State {
    /// Starts with the instances that the user declared: their ids are those of the declarations.
    pub(crate) fn new(program: &Program) -> Self {
        let mut state = Self { reaches: reaches(program), ..Self::default() };
        state.memo.reserve(program.globals.len());
        state.closed = program.kinds.values().map(closed).collect();
        state.parts = program.kinds.values().map(parts).collect();
        let defaults = program.kinds.values().map(|kind| state.memo.reserve(kind.members.len())).collect();
        let every = state.memo.reserve(program.kinds.len());
        let references = state.memo.reserve(program.kinds.len());
        state.memo.kin();
        state.slots = Layout { defaults, every, references };
        let mut last = 0;
        for (place, declared) in program.declared.values().enumerate() {
            let id = DeclaredId(number(place));
            if let Some(kind) = program.kind(declared.kind) {
                let given = template(kind, declared.given.keys());
                // Declarations alike come in rows.
                if state.given.get(last..) != Some(given.as_slice()) {
                    last = state.given.len();
                    state.given.extend(given);
                }
                state.add(declared.kind, kind, Maker::Declared(id), number(last));
            }
        }
        state
    }

    /// Adds an instance; `given` is where it is said which of its members are.
    fn add(&mut self, id: KindId, kind: &Kind, maker: Maker, given: u32) -> InstanceId {
        let instance = InstanceId(number(self.instances.len()));
        let slots = self.memo.reserve(kind.members.len());
        self.instances.push(Instance { kind: id, maker, slots, given });
        instance
    }

    /// Adds a part of an instance.
    pub(super) fn add_part(&mut self, program: &Program, make: &Make, maker: Maker) -> Option<InstanceId> {
        let Maker::Part { of, place, .. } = maker else { return None };
        let key = (self.instance(of)?.kind, place);
        let kind = program.kind(make.kind)?;
        let known = &mut self.given;
        let given = *self.templates.entry(key).or_insert_with(|| {
            let start = known.len();
            known.extend(template(kind, make.given.keys()));
            number(start)
        });
        Some(self.add(make.kind, kind, maker, given))
    }

    /// Returns how many instances there have been.
    pub(crate) fn instance_count(&self) -> usize {
        self.instances.len()
    }

    /// Says anew which members a declaration is given.
    pub(crate) fn give_again(&mut self, program: &Program, id: DeclaredId) {
        let Some((_, declared)) = program.declared(id) else { return };
        let Some(kind) = program.kind(declared.kind) else { return };
        let given = template(kind, declared.given.keys());
        let Some(instance) = self.instances.get_mut(id.0 as usize) else { return };
        let start = instance.given as usize;
        if self.given.get(start..start + given.len()) != Some(given.as_slice()) {
            instance.given = number(self.given.len());
            self.given.extend(given);
        }
    }

    /// Returns the places of an instance's members.
    pub(super) fn places(&self, program: &Program, id: InstanceId) -> std::ops::Range<u32> {
        let instance = self.instance(id);
        let count = instance.and_then(|i| program.kind(i.kind)).map_or(0, |kind| number(kind.members.len()));
        instance.map_or(0..0, |i| i.slots..i.slots + count)
    }

    /// Returns the member whose value is kept at a place.
    pub(super) fn member_at(&self, program: &Program, place: u32) -> Option<(InstanceId, usize)> {
        let index = self.instances.partition_point(|instance| instance.slots <= place).checked_sub(1)?;
        let id = InstanceId(number(index));
        let places = self.places(program, id);
        places.contains(&place).then(|| (id, (place - places.start) as usize))
    }

    /// Forgets what is known by where parts of the program lie in memory.
    pub(super) fn forget_addresses(&mut self) {
        self.places = Places::default();
        self.alphabets.clear();
        self.held.clear();
    }

    /// Returns whether the default of a field is the same for all instances of its kind.
    pub(crate) fn is_closed(&self, kind: KindId, place: usize) -> bool {
        self.closed.get(kind.0 as usize).and_then(|members| members.get(place)).is_some_and(|closed| *closed)
    }

    /// Returns the places of the parts of a kind.
    pub(super) fn parts(&self, kind: KindId) -> Arc<[usize]> {
        self.parts.get(kind.0 as usize).map(Arc::clone).unwrap_or_default()
    }

    /// Returns how many instances there are.
    pub(crate) fn count_instances(&self) -> usize {
        self.instances.len()
    }

    /// Returns an instance.
    pub(crate) fn instance(&self, id: InstanceId) -> Option<Instance> {
        self.instances.get(id.0 as usize).copied()
    }

    /// Returns the place of a member among the fields that its instance is given.
    pub(crate) fn given(&self, id: InstanceId, place: usize) -> Option<usize> {
        let slot = self.instance(id)?.given as usize + place;
        self.given.get(slot).and_then(|number| usize::from(*number).checked_sub(1))
    }

    /// Returns where the value of a slot is kept.
    pub(crate) fn place(&self, slot: Slot) -> u32 {
        match slot {
            Slot::Global(id) => id.0,
            Slot::Default(kind, place) => self
                .slots
                .defaults
                .get(kind.0 as usize)
                .map_or(u32::MAX, |first| first.saturating_add(number(place))),
            Slot::Every(kind) => self.slots.every + kind.0,
            Slot::References(kind) => self.slots.references + kind.0,
            Slot::Member(id, place) => {
                self.instance(id).map_or(u32::MAX, |i| i.slots.saturating_add(number(place)))
            }
        }
    }

    /// Keeps the value of a slot; a member's is often that of the same member of an instance before.
    pub(super) fn keep(&mut self, slot: Slot, place: u32, value: Value, lasting: Lasting) {
        let kin = match slot {
            Slot::Member(id, member) => {
                self.instance(id).map_or(place, |instance| self.place(Slot::Default(instance.kind, member)))
            }
            Slot::Global(_) | Slot::Default(..) | Slot::Every(_) | Slot::References(_) => place,
        };
        self.memo.keep(place, kin, value, lasting);
    }

    /// Returns the declaration that an instance is, or that it was made by.
    pub(crate) fn root(&self, mut id: InstanceId) -> Option<DeclaredId> {
        loop {
            match self.instance(id)?.maker {
                Maker::Declared(declared) => return Some(declared),
                Maker::Part { of, .. } => id = of,
            }
        }
    }

    /// Returns whether instances of one kind may have parts, at any depth, of another.
    pub(crate) fn may_contain(&self, outer: KindId, inner: KindId) -> bool {
        self.reaches.get(outer.0 as usize).and_then(|row| row.get(inner.0 as usize)).copied().unwrap_or(false)
    }

    /// Returns whether anything was observed or answered: until then every value is the one that was kept.
    pub(crate) fn has_seen(&self) -> bool {
        !self.observed.is_empty() || !self.answers.is_empty()
    }

    /// Takes in what was found or computed of an instance.
    pub(crate) fn observe(&mut self, id: InstanceId, attributes: Record) {
        self.observed.entry(id).or_default().extend(attributes);
        self.passing.clear();
    }

    /// Takes in an answer.
    pub(crate) fn answer(&mut self, query: Query, value: Value) {
        let of_target = self.answers.entry(query.target).or_default();
        match of_target.iter_mut().find(|(known, _)| *known == query) {
            Some((_, old)) => *old = value,
            None => of_target.push((query, value)),
        }
        self.passing.clear();
    }

    /// Forgets all answers.
    pub(crate) fn forget_answers(&mut self) {
        self.answers.clear();
        self.passing.clear();
    }

    /// Forgets all that was observed.
    pub(crate) fn forget_observed(&mut self) {
        self.observed.clear();
        self.passing.clear();
    }

    pub(super) fn observed(&self, id: InstanceId, name: &str) -> Option<&Value> {
        self.observed.get(&id)?.get(name)
    }

    pub(super) fn answered(&self, query: &Query) -> Option<&Value> {
        self.answers.get(&query.target)?.iter().find(|(known, _)| known == query).map(|(_, value)| value)
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Says for each kind which kinds its parts, and theirs, may have.
fn reaches(program: &Program) -> Vec<Vec<bool>> {
    let parts: Vec<Vec<usize>> =
        program.kinds.values().map(|kind| makes(kind).map(|m| m.kind.0 as usize).collect()).collect();
    (0..program.kinds.len()).map(|from| reached(&parts, from)).collect()
}

/// Says what can be reached from a place by one step or more; `steps` has where each place leads.
pub(crate) fn reached(steps: &[Vec<usize>], from: usize) -> Vec<bool> {
    let mut found = vec![false; steps.len()];
    let mut open = steps.get(from).cloned().unwrap_or_default();
    while let Some(next) = open.pop() {
        match found.get_mut(next) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        open.extend(steps.get(next).into_iter().flatten());
    }
    found
}

/// Returns the places of the parts of a kind.
fn parts(kind: &Kind) -> Arc<[usize]> {
    let members = kind.members.values().enumerate();
    members.filter(|(_, member)| member.kind.make().is_some()).map(|(place, _)| place).collect()
}

/// Returns the parts of a kind.
pub(crate) fn makes(kind: &Kind) -> impl Iterator<Item = &Make> {
    kind.members.values().filter_map(|member| member.kind.make())
}

/// Says for each member of a kind: 0, or one more than its place among those given.
fn template<'n>(kind: &Kind, given: impl Iterator<Item = &'n SmolStr>) -> Vec<u16> {
    let mut template = vec![0; kind.members.len()];
    for (nth, name) in given.enumerate() {
        let place = kind.members.get_index_of(name);
        if let Some(slot) = place.and_then(|place| template.get_mut(place)) {
            *slot = u16::try_from(nth + 1).unwrap_or(u16::MAX);
        }
    }
    template
}

/// Says for each member of a kind whether it has a default that depends on nothing.
fn closed(kind: &Kind) -> Vec<bool> {
    let is_closed = |member: &Member| match &member.kind {
        MemberKind::Field { default: Some(default), .. } => depends_on_nothing(default),
        MemberKind::Field { default: None, .. } | MemberKind::Let(_) | MemberKind::Make(_) => false,
    };
    kind.members.values().map(is_closed).collect()
}

/// Returns whether a term comes to the same wherever it stands.
pub(crate) fn depends_on_nothing(term: &Term) -> bool {
    let mut nothing = true;
    term.visit(&mut |term| {
        nothing &= !matches!(
            term.kind,
            TermKind::Me
                | TermKind::Member(_)
                | TermKind::Global(_)
                | TermKind::Stack
                | TermKind::Every(_)
                | TermKind::Referrers(..)
                | TermKind::Query { .. }
        );
    });
    nothing
}
