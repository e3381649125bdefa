//! Everything of a program worked out, in the order in which it was written; after an edit, what that has spoilt.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use rsx_syntax::{Diagnostic, Span};

use super::Deferred;
use super::members::expand;
use crate::eval::{Eval, Slot, Spoilt, State, Work, depends_on_nothing, only_input_missing};
use crate::instance::InstanceId;
use crate::maps::HashMap;
use crate::problems::evaluation::Problem;
use crate::program::{Declared, DeclaredId, Given, GlobalId, GlobalKind, KindId, Program, Rule};
use crate::rules::{Block, Findings, Held};
use crate::term::Term;
use crate::value::{Phase, Value};
use crate::wanted::Wanted;

/// A walk through a program, and what the next one needs once an edit has spoilt a part of it.
#[derive(Debug)]
pub(super) struct Walk {
    wanted: Arc<Wanted>,
    /// For each declaration: itself and what it made, and for each of these where what it made ends.
    roots: Vec<(Vec<InstanceId>, Vec<usize>)>,
    tasks: Vec<Task>,
    /// The tasks about an instance.
    about: HashMap<InstanceId, Range<u32>>,
    findings: BTreeMap<u32, Findings>,
    /// How many instances there were at the end of the last walk.
    seen: usize,
}

/// Something that is tried, and tried again when what it has read changes.
#[derive(Clone, Copy, Debug)]
enum Task {
    /// What must be known now of declarations.
    Declared,
    Outputs,
    Rule(usize, InstanceId),
    Check(usize),
    Expect(usize),
}

/// The tasks that are done after every edit.
const ALWAYS: [Task; 2] = [Task::Declared, Task::Outputs];

/// Their numbers.
fn always() -> impl Iterator<Item = u32> {
    (0..).zip(ALWAYS).map(|(task, _)| task)
}

impl Walk {
    /// Makes a walk to what is wanted; one that an edit may spoil comes to everything.
    pub(super) fn to(wanted: Arc<Wanted>) -> Self {
        Self {
            wanted,
            roots: Vec::new(),
            tasks: Vec::new(),
            about: HashMap::default(),
            findings: BTreeMap::new(),
            seen: 0,
        }
    }

    /// Returns whether it is known that no resource waits for itself.
    pub(super) fn is_ordered(&self) -> bool {
        self.wanted.is_ordered()
    }

    /// Returns whether every instance has been made.
    pub(super) fn is_whole(&self) -> bool {
        self.wanted.is_all()
    }

    /// Returns how many tasks there are.
    pub(super) fn size(&self) -> usize {
        self.tasks.len()
    }

    /// Returns every instance, what an instance made behind it, and for each where what it made ends.
    pub(super) fn instances(&self) -> (Vec<InstanceId>, Vec<usize>) {
        let (mut instances, mut ends) = (Vec::new(), Vec::new());
        for (made, made_ends) in &self.roots {
            let start = instances.len();
            instances.extend_from_slice(made);
            ends.extend(made_ends.iter().map(|end| start + end));
        }
        (instances, ends)
    }

    /// Returns the tasks that are done again after every edit, and those that have found something of which this is said.
    pub(super) fn uneasy(&self, is_said: impl Fn(&Diagnostic) -> bool) -> impl Iterator<Item = u32> {
        let told = self.findings.iter().filter(move |(_, found)| found.broken.iter().any(&is_said));
        always().chain(told.map(|(task, _)| *task))
    }

    /// Returns the tasks about a declaration and all that it made.
    pub(super) fn tasks_of(&self, declared: DeclaredId) -> impl Iterator<Item = u32> {
        let made = self.roots.get(declared.0 as usize).into_iter().flat_map(|(made, _)| made);
        made.flat_map(|id| self.tasks_about(*id))
    }

    /// Drops what tasks have found that are done again.
    pub(super) fn forget(&mut self, tasks: &[u32]) {
        tasks.iter().for_each(|task| drop(self.findings.remove(task)));
    }

    /// Walks through declarations and all that is not about one.
    pub(super) fn begin(&mut self, eval: &mut Eval<'_, '_>, roots: &[DeclaredId]) {
        self.globals(eval);
        self.tasks.extend(ALWAYS);
        let made = self.expanded(eval, roots);
        self.new_tasks(eval, &made);
        self.blocks(eval.program);
        self.work_on(eval, 0..number(self.tasks.len()), &Spoilt::default());
    }

    /// Walks through further declarations.
    pub(super) fn go_on(&mut self, eval: &mut Eval<'_, '_>, roots: &[DeclaredId]) {
        let made = self.expanded(eval, roots);
        let tasks = self.new_tasks(eval, &made);
        self.work_on(eval, tasks, &Spoilt::default());
    }

    /// Walks again through what an edit has spoilt.
    pub(super) fn again(&mut self, eval: &mut Eval<'_, '_>, spoilt: &Spoilt) {
        self.globals(eval);
        let seen = self.seen;
        let roots: Vec<DeclaredId> = spoilt.roots.iter().copied().collect();
        let mut new = self.made(eval, &roots);
        new.retain(|id| id.0 as usize >= seen);
        self.work_out(eval, &new);
        for (id, place) in spoilt.members.iter().filter(|(id, _)| !spoilt.dead.contains(id)) {
            if self.wanted.members(eval, *id).contains(place) {
                eval.settle_member(*id, *place);
            }
        }
        let mut open: Vec<u32> = always().chain(spoilt.tasks.iter().copied()).collect();
        open.extend(self.new_tasks(eval, &new));
        open.sort_unstable();
        open.dedup();
        self.work_on(eval, open, spoilt);
    }

    /// Returns whether nothing that was tried is broken or open.
    pub(super) fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Works out params and lets.
    fn globals(&self, eval: &mut Eval<'_, '_>) {
        for place in (0..eval.program.globals.len()).filter(|place| self.wanted.has_global(*place)) {
            eval.settle_slot(Slot::Global(GlobalId(number(place))));
        }
    }

    /// Makes what declarations make, and works it out.
    fn expanded(&mut self, eval: &mut Eval<'_, '_>, roots: &[DeclaredId]) -> Vec<InstanceId> {
        let made = self.made(eval, roots);
        self.work_out(eval, &made);
        made
    }

    /// Makes what declarations make.
    fn made(&mut self, eval: &mut Eval<'_, '_>, roots: &[DeclaredId]) -> Vec<InstanceId> {
        self.roots.resize_with(eval.program.declared.len(), Default::default);
        let mut all = Vec::new();
        for root in roots {
            let (mut made, mut ends) = (Vec::new(), Vec::new());
            expand(eval, Some(&self.wanted), InstanceId(root.0), &mut made, &mut ends);
            all.extend_from_slice(&made);
            if let Some(place) = self.roots.get_mut(root.0 as usize) {
                *place = (made, ends);
            }
        }
        all
    }

    fn work_out(&mut self, eval: &mut Eval<'_, '_>, instances: &[InstanceId]) {
        for id in instances {
            for place in self.wanted.members(eval, *id).iter() {
                eval.settle_member(*id, *place);
            }
        }
        self.seen = eval.state.instance_count();
    }

    fn new_tasks(&mut self, eval: &Eval<'_, '_>, new: &[InstanceId]) -> Range<u32> {
        let first = number(self.tasks.len());
        let by_kind = rules_by_kind(eval.program);
        for id in new {
            let kind = eval.state.instance(*id).map(|instance| instance.kind);
            let rules = kind.and_then(|kind| by_kind.get(&kind)).into_iter().flatten();
            let start = number(self.tasks.len());
            self.tasks.extend(rules.map(|(rule, _)| Task::Rule(*rule, *id)));
            let tasks = start..number(self.tasks.len());
            if self.is_whole() && !tasks.is_empty() {
                self.about.insert(*id, tasks);
            }
        }
        first..number(self.tasks.len())
    }

    /// Adds the checks and expectations; returns their numbers.
    fn blocks(&mut self, program: &Program) -> Range<u32> {
        let first = number(self.tasks.len());
        self.tasks.extend((0..program.checks.len()).map(Task::Check));
        self.tasks.extend((0..program.expects.len()).map(Task::Expect));
        first..number(self.tasks.len())
    }

    fn work_on(&mut self, eval: &mut Eval<'_, '_>, tasks: impl IntoIterator<Item = u32>, spoilt: &Spoilt) {
        let mut held = HashMap::default();
        for task in tasks {
            self.work(eval, task, spoilt, &mut held);
        }
    }

    /// `held` has what is known of rules that have held before.
    fn work<'p>(
        &mut self,
        eval: &mut Eval<'p, '_>,
        number: u32,
        spoilt: &Spoilt,
        held: &mut HashMap<usize, Held<'p>>,
    ) {
        let Some(task) = self.tasks.get(number as usize).copied() else { return };
        if matches!(task, Task::Rule(_, id) if spoilt.dead.contains(&id)) {
            return;
        }
        let program = eval.program;
        let may_share = !self.is_whole();
        let findings = eval.doing(Work::Task(number), |eval| match task {
            Task::Declared => {
                declared(eval);
                None
            }
            Task::Outputs => {
                outputs(eval);
                None
            }
            Task::Rule(rule, id) if may_share && eval.may_share(id) => {
                let held = held.entry(rule).or_default();
                program.rules.get(rule).and_then(|rule| held.rule(eval, rule, id))
            }
            Task::Rule(rule, id) => program.rules.get(rule).map(|rule| eval.rule(rule, id)),
            Task::Check(check) => program.checks.get(check).map(|check| eval.block(check, Block::Check)),
            Task::Expect(expect) => {
                program.expects.get(expect).map(|expect| eval.block(expect, Block::Expect))
            }
        });
        if let Some(findings) = findings.filter(|found| !found.broken.is_empty() || !found.waits.is_empty()) {
            self.findings.insert(number, findings);
        }
    }

    pub(super) fn tasks_about(&self, id: InstanceId) -> Range<u32> {
        self.about.get(&id).cloned().unwrap_or_default()
    }

    /// Returns what does not hold, with its subject, and what is to be tried again, as a walk comes to them.
    pub(super) fn told(&self, state: &State) -> (Vec<(Option<InstanceId>, Diagnostic)>, Vec<Deferred>) {
        let places = self.places_of_subjects(state);
        let mut found: Vec<_> = self
            .findings
            .iter()
            .filter_map(|(task, findings)| {
                let task = *self.tasks.get(*task as usize)?;
                let key = match task {
                    Task::Rule(rule, id) => (0, places.get(&id).copied().unwrap_or_default(), rule),
                    Task::Check(check) => (1, (0, 0), check),
                    Task::Expect(expect) => (2, (0, 0), expect),
                    Task::Declared | Task::Outputs => (3, (0, 0), 0),
                };
                Some((key, task, findings))
            })
            .collect();
        found.sort_by_key(|(key, ..)| *key);
        let (mut broken, mut deferred) = (Vec::new(), Vec::new());
        for (_, task, findings) in found {
            let from = match task {
                Task::Rule(rule, id) => Some(Deferred::Rule(rule, id, Phase::Now)),
                Task::Check(check) => Some(Deferred::Check(check, Phase::Now)),
                Task::Expect(_) | Task::Declared | Task::Outputs => None,
            };
            let phase = findings.waits.iter().map(|pending| pending.phase).max();
            deferred.extend(from.zip(phase).map(|(from, phase)| from.until(phase)));
            let about = from.and_then(Deferred::about);
            broken.extend(findings.broken.iter().map(|one| (about, one.clone())));
        }
        (broken, deferred)
    }

    /// Returns where a walk comes to the instances of which rules have found something: the declaration, and what it made.
    fn places_of_subjects(&self, state: &State) -> HashMap<InstanceId, (u32, usize)> {
        let tasks = self.findings.keys().filter_map(|task| self.tasks.get(*task as usize));
        let roots = tasks.filter_map(|task| match task {
            Task::Rule(_, id) => state.root(*id),
            Task::Declared | Task::Outputs | Task::Check(_) | Task::Expect(_) => None,
        });
        let roots: BTreeSet<DeclaredId> = roots.collect();
        let made = roots.iter().filter_map(|root| Some((root, self.roots.get(root.0 as usize)?)));
        let placed =
            made.flat_map(|(root, (made, _))| made.iter().zip(0..).map(|(id, at)| (*id, (root.0, at))));
        placed.collect()
    }
}

/// Returns the rules on each kind, with their numbers.
fn rules_by_kind(program: &Program) -> BTreeMap<KindId, Vec<(usize, &Rule)>> {
    let mut by_kind: BTreeMap<KindId, Vec<(usize, &Rule)>> = BTreeMap::new();
    for (number, rule) in program.rules.iter().enumerate() {
        by_kind.entry(rule.subject).or_default().push((number, rule));
    }
    by_kind
}

/// Works out what the program tells.
fn outputs(eval: &mut Eval<'_, '_>) {
    for output in eval.program.outputs.values() {
        let scope = eval.scope(None);
        eval.settle(&output.value, scope);
    }
}

/// What must be known now of declarations: all of the stack, and what is protected; and that a default that says all by
/// itself is right, though another value is given here.
fn declared(eval: &mut Eval<'_, '_>) {
    let program = eval.program;
    for global in program.globals.values() {
        if let GlobalKind::Param(Some(default)) = &global.kind
            && depends_on_nothing(default)
        {
            let scope = eval.scope(None);
            eval.settle(default, scope);
        }
    }
    for (place, declared) in program.declared.values().enumerate() {
        let id = InstanceId(number(place));
        if let Some(protect) = &declared.protect {
            known_now(eval, protect, id, "what is protected");
        }
        if program.stack.is_some_and(|stack| stack.0 as usize == place) {
            given_now(eval, declared, id);
        }
    }
}

fn given_now<'p>(eval: &mut Eval<'p, '_>, declared: &'p Declared, id: InstanceId) {
    for given in declared.given.values() {
        known_now(eval, given, id, "what the stack says");
    }
}

fn known_now<'p>(eval: &mut Eval<'p, '_>, given: &'p Given, id: InstanceId, needed: &'static str) {
    let term: &'p Term = &given.value;
    let scope = eval.scope(Some(id));
    if let Some(Value::Pending(pending)) = crate::eval::blocked_within([&eval.settle(term, scope)])
        && !only_input_missing(&pending)
    {
        eval.fail(term, scope, &Problem::Phase { phase: pending.phase, needed });
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Orders places as files are ordered and read.
pub(super) fn position(sources: &rsx_syntax::Sources, span: Span) -> (rsx_syntax::FileId, usize) {
    (sources.file_of(span), sources.range(span).start)
}
