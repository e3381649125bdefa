//! Everything of a program worked out once, in the order in which it was written.

use std::collections::BTreeMap;

use rsx_syntax::Span;

use super::Deferred;
use crate::eval::{Eval, Slot, instances, only_input_missing};
use crate::instance::InstanceId;
use crate::maps::HashMap;
use crate::problems::evaluation::Problem;
use crate::program::{Declared, Given, GlobalId, KindId, Member, MemberKind, Program, Rule};
use crate::rules::{Block, Findings};
use crate::term::{Term, TermKind};
use crate::value::{Phase, Value};

/// What the first walk through a program finds.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Every instance; what an instance made follows it.
    pub(super) instances: Vec<InstanceId>,
    /// For each instance of [`instances`](Self::instances), where what it made ends.
    pub(super) ends: Vec<usize>,
    /// What does not hold, with the subject that it is about.
    pub(super) broken: Vec<(Option<InstanceId>, rsx_syntax::Diagnostic)>,
    /// What is to be tried again.
    pub(super) deferred: Vec<Deferred>,
}

impl Walk {
    /// Walks through a program.
    pub(super) fn through(eval: &mut Eval<'_, '_>) -> Self {
        let mut walk = Self::default();
        for place in 0..eval.program.globals.len() {
            eval.settle_slot(Slot::Global(GlobalId(number(place))));
        }
        for place in 0..eval.program.declared.len() {
            expand(eval, InstanceId(number(place)), &mut walk.instances, &mut walk.ends);
        }
        let mut wanted = HashMap::default();
        for id in &walk.instances {
            members(eval, *id, &mut wanted);
        }
        declared(eval);
        outputs(eval);
        walk.rules(eval);
        walk.blocks(eval);
        walk
    }

    fn rules(&mut self, eval: &mut Eval<'_, '_>) {
        let by_kind = rules_by_kind(eval.program);
        for place in 0..self.instances.len() {
            let Some(&id) = self.instances.get(place) else { continue };
            let kind = eval.state.instance(id).map(|instance| instance.kind);
            for (number, rule) in kind.and_then(|kind| by_kind.get(&kind)).into_iter().flatten() {
                let findings = eval.rule(rule, id);
                self.take(Deferred::Rule(*number, id, Phase::Now), findings);
            }
        }
    }

    fn blocks(&mut self, eval: &mut Eval<'_, '_>) {
        for (number, check) in eval.program.checks.iter().enumerate() {
            let findings = eval.block(check, Block::Check);
            self.take(Deferred::Check(number, Phase::Now), findings);
        }
        for expect in &eval.program.expects {
            // What it waits for is asked when the run is over.
            let findings = eval.block(expect, Block::Expect);
            self.broken.extend(findings.broken.into_iter().map(|diagnostic| (None, diagnostic)));
        }
    }

    fn take(&mut self, from: Deferred, findings: Findings) {
        if let Some(phase) = findings.waits.iter().map(|pending| pending.phase).max() {
            self.deferred.push(from.until(phase));
        }
        let about = from.about();
        self.broken.extend(findings.broken.into_iter().map(|diagnostic| (about, diagnostic)));
    }
}

/// Adds an instance and all that it makes, and for each where what it made ends.
pub(super) fn expand(
    eval: &mut Eval<'_, '_>,
    id: InstanceId,
    found: &mut Vec<InstanceId>,
    ends: &mut Vec<usize>,
) {
    let place = found.len();
    found.push(id);
    ends.push(place + 1);
    for parts in eval.settled_parts(id) {
        for part in instances(&parts) {
            expand(eval, part, found, ends);
        }
    }
    if let Some(end) = ends.get_mut(place) {
        *end = found.len();
    }
}

/// Returns the rules on each kind, with their numbers.
pub(super) fn rules_by_kind(program: &Program) -> BTreeMap<KindId, Vec<(usize, &Rule)>> {
    let mut by_kind: BTreeMap<KindId, Vec<(usize, &Rule)>> = BTreeMap::new();
    for (number, rule) in program.rules.iter().enumerate() {
        by_kind.entry(rule.subject).or_default().push((number, rule));
    }
    by_kind
}

/// Works out what the program tells.
pub(super) fn outputs(eval: &mut Eval<'_, '_>) {
    for output in eval.program.outputs.values() {
        let scope = eval.scope(None);
        eval.settle(&output.value, scope);
    }
}

/// Works out the fields of an instance, and the lets that the user wrote; those of the library when somebody asks.
/// Which they are is the same for all parts of one make.
pub(super) fn members(eval: &mut Eval<'_, '_>, id: InstanceId, known: &mut HashMap<u32, Vec<usize>>) {
    let make = eval.state.instance(id).and_then(|instance| instance.make());
    match make {
        Some(make) => {
            let places = known.entry(make).or_insert_with(|| wanted(eval, id));
            places.iter().for_each(|place| drop(eval.settle_member(id, *place)));
        }
        None => wanted(eval, id).into_iter().for_each(|place| drop(eval.settle_member(id, place))),
    }
}

pub(super) fn wanted(eval: &Eval<'_, '_>, id: InstanceId) -> Vec<usize> {
    let kind = eval.state.instance(id).and_then(|instance| eval.program.kind(instance.kind));
    let Some(kind) = kind else { return Vec::new() };
    let with_lets = eval.is_users(kind.span);
    let is_wanted = |place: usize, member: &Member| match &member.kind {
        MemberKind::Field { default, .. } => match eval.given_field(id, place) {
            Some(given) => !is_handed_on(&given.value),
            None => default.is_some(),
        },
        MemberKind::Let(_) => with_lets,
        MemberKind::Make(_) => false,
    };
    let members = kind.members.values().enumerate();
    members.filter(|(place, member)| is_wanted(*place, member)).map(|(place, _)| place).collect()
}

/// Whether a term is the value of something that is worked out itself.
fn is_handed_on(term: &Term) -> bool {
    matches!(
        term.kind,
        TermKind::Constant(_) | TermKind::Member(_) | TermKind::Local(_) | TermKind::Me | TermKind::Global(_)
    )
}

/// What must be known now of declarations: all of the stack, and what is protected.
pub(super) fn declared(eval: &mut Eval<'_, '_>) {
    let program = eval.program;
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
