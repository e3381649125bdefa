//! A program that is edited within its declarations: what depends on nothing that the edit has changed is not worked out again.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rsx_syntax::{Diagnostic, PieceId, Sources};

use super::check::{declared, expand, members, outputs, rules_by_kind, wanted};
use super::{Deferred, Model};
use crate::eval::{Eval, Setting, Slot, Spoilt, Work};
use crate::instance::InstanceId;
use crate::maps::{HashMap, HashSet};
use crate::program::{DeclaredId, GlobalId, Program};
use crate::rules::{Block, Findings};
use crate::value::Phase;

/// What an edit changes in one declaration.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Which.
    pub(crate) declared: DeclaredId,
    /// The places of the fields that say something else now.
    pub(crate) fields: Vec<usize>,
    /// Whether other fields are given than before.
    pub(crate) gives_others: bool,
    /// Whether it allows anything, or did.
    pub(crate) allows: bool,
}

/// What is kept of the walk through a program that may be edited.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// For each declaration: itself and what it made, and for each of these where what it made ends.
    roots: Vec<(Vec<InstanceId>, Vec<usize>)>,
    tasks: Vec<Task>,
    /// The tasks about an instance.
    about: HashMap<InstanceId, Range<u32>>,
    findings: BTreeMap<u32, Findings>,
    /// How many instances there were at the end of the last walk.
    seen: usize,
    /// How much was kept after the first.
    size: usize,
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

/// Which part of what was kept at first may come to it, and how much besides, before all is worked out anew: values that
/// an edit replaces stay where they are.
const WORN: usize = 4;
const SLACK: usize = 4_000;

impl Model {
    /// Works out a program that may be edited.
    pub(crate) fn editable(program: Arc<Program>, sources: Arc<Sources>, setting: Setting) -> Self {
        let mut model = Self::unread(program, sources, setting);
        model.state.get_mut().keep_ledger();
        model.walk(Kept::default(), &Spoilt::default());
        let size = model.size();
        model.kept.iter_mut().for_each(|kept| kept.size = size);
        model
    }

    /// Returns whether an edit can be taken in.
    pub(crate) fn is_editable(&self) -> bool {
        let fresh = |kept: &Kept| self.size() <= kept.size + kept.size / WORN + SLACK;
        !self.state.borrow().tangled && self.kept.as_ref().is_some_and(fresh)
    }

    /// Lets the program go, so that it can be changed.
    pub(crate) fn let_go(&mut self) {
        self.program = Arc::default();
    }

    /// Takes in an edit, which has changed some declarations in these pieces, and nothing else.
    pub(crate) fn edit(
        &mut self,
        program: Arc<Program>,
        sources: Arc<Sources>,
        changes: &[Change],
        pieces: &HashSet<PieceId>,
    ) {
        (self.program, self.sources) = (program, sources);
        let mut kept = self.kept.take().unwrap_or_default();
        let state = self.state.get_mut();
        let mut seeds = state.uneasy(pieces);
        let speaks = |findings: &Findings| findings.broken.iter().any(|one| speaks_of(one, pieces));
        seeds.extend(kept.findings.iter().filter(|(_, f)| speaks(f)).map(|(task, _)| Work::Task(*task)));
        seeds.extend((0..).zip(ALWAYS).map(|(task, _)| Work::Task(task)));
        for change in changes {
            let id = InstanceId(change.declared.0);
            seeds.extend(change.fields.iter().map(|at| Work::Place(state.place(Slot::Member(id, *at)))));
            seeds.push(Work::Leg(id));
            if let Some(kind) =
                state.instance(id).map(|instance| instance.kind).filter(|_| change.gives_others)
            {
                seeds.push(Work::Place(state.place(Slot::References(kind))));
            }
            if let Some((made, _)) = kept.roots.get(id.0 as usize).filter(|_| change.allows) {
                seeds.extend(made.iter().flat_map(|id| kept.tasks_about(*id)).map(Work::Task));
            }
            state.give_again(&self.program, change.declared);
        }
        let (instances, extents) = (&self.instances, &self.extents);
        let within = |id: InstanceId| -> Vec<(InstanceId, Range<u32>)> {
            let extent = extents.get(id.0 as usize).copied().unwrap_or_default();
            let all = instances.get(extent.start..extent.end).unwrap_or_default();
            all.iter().map(|id| (*id, kept.tasks_about(*id))).collect()
        };
        let spoilt = state.spoil(&self.program, seeds, within);
        spoilt.tasks.iter().for_each(|task| drop(kept.findings.remove(task)));
        self.walk(kept, &spoilt);
    }

    fn walk(&mut self, mut kept: Kept, spoilt: &Spoilt) {
        let stand = !kept.tasks.is_empty() && spoilt.roots.is_empty();
        let state = self.state.get_mut();
        kept.walk(&mut Eval::new(&self.program, &self.setting, &self.sources, state, false), spoilt);
        if !stand {
            let (mut instances, mut ends) = (Vec::new(), Vec::new());
            for (made, made_ends) in &kept.roots {
                let start = instances.len();
                instances.extend_from_slice(made);
                ends.extend(made_ends.iter().map(|end| start + end));
            }
            self.lay_out(instances, &ends);
        }
        let (broken, deferred) = kept.told(|id| self.extent(id).map_or(0, |extent| extent.start));
        self.deferred.replace(deferred);
        self.kept = Some(kept);
        self.conclude(broken);
    }

    fn size(&self) -> usize {
        self.state.borrow().size() + self.kept.as_ref().map_or(0, |kept| kept.tasks.len())
    }
}

impl Kept {
    /// Walks through a program, or again through what an edit has spoilt of it.
    fn walk(&mut self, eval: &mut Eval<'_, '_>, spoilt: &Spoilt) {
        let is_first = self.tasks.is_empty();
        for place in 0..eval.program.globals.len() {
            eval.settle_slot(Slot::Global(GlobalId(number(place))));
        }
        let roots: Vec<DeclaredId> = match is_first {
            true => (0..number(eval.program.declared.len())).map(DeclaredId).collect(),
            false => spoilt.roots.iter().copied().collect(),
        };
        self.roots.resize_with(eval.program.declared.len(), Default::default);
        let mut new = Vec::new();
        for root in roots {
            let (mut made, mut ends) = (Vec::new(), Vec::new());
            expand(eval, InstanceId(root.0), &mut made, &mut ends);
            new.extend(made.iter().copied().filter(|id| is_first || id.0 as usize >= self.seen));
            if let Some(place) = self.roots.get_mut(root.0 as usize) {
                *place = (made, ends);
            }
        }
        self.seen = eval.state.instance_count();
        let mut known = HashMap::default();
        new.iter().for_each(|id| members(eval, *id, &mut known));
        for (id, place) in spoilt.members.iter().filter(|(id, _)| !spoilt.dead.contains(id)) {
            if wanted(eval, *id).contains(place) {
                eval.settle_member(*id, *place);
            }
        }
        if is_first {
            self.tasks.extend(ALWAYS);
        }
        let always = (0..).zip(ALWAYS).map(|(task, _)| task);
        let mut open: Vec<u32> = always.chain(spoilt.tasks.iter().copied()).collect();
        open.extend(self.new_tasks(eval, &new));
        if is_first {
            open.extend((0..eval.program.checks.len()).map(|number| self.add(Task::Check(number))));
            open.extend((0..eval.program.expects.len()).map(|number| self.add(Task::Expect(number))));
        }
        open.sort_unstable();
        open.dedup();
        for task in open {
            self.work(eval, task, spoilt);
        }
    }

    fn new_tasks(&mut self, eval: &Eval<'_, '_>, new: &[InstanceId]) -> Range<u32> {
        let first = number(self.tasks.len());
        let by_kind = rules_by_kind(eval.program);
        for id in new {
            let kind = eval.state.instance(*id).map(|instance| instance.kind);
            let rules = kind.and_then(|kind| by_kind.get(&kind)).into_iter().flatten();
            let start = number(self.tasks.len());
            self.tasks.extend(rules.map(|(rule, _)| Task::Rule(*rule, *id)));
            self.about.insert(*id, start..number(self.tasks.len()));
        }
        first..number(self.tasks.len())
    }

    fn add(&mut self, task: Task) -> u32 {
        self.tasks.push(task);
        number(self.tasks.len() - 1)
    }

    fn work(&mut self, eval: &mut Eval<'_, '_>, number: u32, spoilt: &Spoilt) {
        let Some(task) = self.tasks.get(number as usize).copied() else { return };
        if matches!(task, Task::Rule(_, id) if spoilt.dead.contains(&id)) {
            return;
        }
        let program = eval.program;
        let findings = eval.doing(Work::Task(number), |eval| match task {
            Task::Declared => {
                declared(eval);
                None
            }
            Task::Outputs => {
                outputs(eval);
                None
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

    fn tasks_about(&self, id: InstanceId) -> Range<u32> {
        self.about.get(&id).cloned().unwrap_or_default()
    }

    /// Returns what does not hold, with its subject, and what is to be tried again, as a walk comes to them.
    fn told(
        &self,
        start: impl Fn(InstanceId) -> usize,
    ) -> (Vec<(Option<InstanceId>, Diagnostic)>, Vec<Deferred>) {
        let mut found: Vec<_> = self
            .findings
            .iter()
            .filter_map(|(task, findings)| {
                let task = *self.tasks.get(*task as usize)?;
                let key = match task {
                    Task::Rule(rule, id) => (0, start(id), rule),
                    Task::Check(check) => (1, check, 0),
                    Task::Expect(expect) => (2, expect, 0),
                    Task::Declared | Task::Outputs => (3, 0, 0),
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
}

/// Returns whether a diagnostic has a place in one of these pieces.
pub(crate) fn speaks_of(diagnostic: &Diagnostic, pieces: &HashSet<PieceId>) -> bool {
    let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    diagnostic.labels.iter().map(|label| label.span).chain(edits).any(|span| pieces.contains(&span.piece))
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
