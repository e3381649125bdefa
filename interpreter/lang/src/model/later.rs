//! Checks that wait for what the outside knows, and facts that must hold after a run.

use rsx_syntax::{Diagnostic, Span};
use smol_str::SmolStr;

use super::{Merged, Model, check};
use crate::eval::Waiting;
use crate::instance::InstanceId;
use crate::rules::Block;
use crate::value::{Awaited, Phase};

/// A check and when it is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed {
    /// A code, a type's name, or what a check says of itself.
    pub name: SmolStr,
    /// Its subject.
    pub span: Span,
    /// The earliest phase that its operands allow.
    pub phase: Phase,
}

/// A fact that must hold after a run.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What it says of itself.
    pub name: SmolStr,
    /// Its name in its head.
    pub span: Span,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an expectation.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It can't be decided before this is known.
    Waits(Vec<Awaited>),
    /// It does not hold, or an error keeps it from being decided.
    Fails(Vec<Diagnostic>),
}

/// A check whose operands are known only later.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deferred {
    /// A rule on one of its subjects.
    Rule(usize, InstanceId, Phase),
    /// A `check`.
    Check(usize, Phase),
}

impl Model {
    /// Returns what went wrong with values since the model was made or this was last asked.
    pub fn take_problems(&self) -> Vec<Diagnostic> {
        self.state.borrow_mut().problems.drain(..).collect()
    }

    /// Tries again what waited for this phase or an earlier one, and returns what does not hold.
    pub fn run_rules(&self, phase: Phase) -> Vec<Diagnostic> {
        let (now, later) =
            self.deferred.take().into_iter().partition::<Vec<_>, _>(|deferred| deferred.phase() <= phase);
        let (mut open, mut broken) = (later, Vec::new());
        for deferred in now {
            let findings = self.eval(true, |eval| match deferred {
                Deferred::Rule(number, subject, _) => {
                    eval.program.rules.get(number).map(|rule| eval.rule(rule, subject))
                }
                Deferred::Check(number, _) => {
                    eval.program.checks.get(number).map(|check| eval.block(check, Block::Check))
                }
            });
            let Some(findings) = findings else { continue };
            if let Some(phase) = findings.waits.iter().map(|pending| pending.phase).max() {
                open.push(deferred.until(phase));
            }
            broken.extend(findings.broken.into_iter().map(|diagnostic| (deferred.about(), diagnostic)));
        }
        self.deferred.replace(open);
        let mut merged = Merged::default();
        merged.extend(self.take_problems());
        merged.about(broken, |id| self.state.borrow().root(id));
        merged.sorted(&self.sources)
    }

    /// Returns every check with the phase in which it is decided, by place; the same check of one declaration once.
    pub fn timed(&self) -> Vec<Timed> {
        let instances = self.instances();
        let state = self.state.borrow();
        let mut timed: crate::maps::IndexMap<(SmolStr, Span), Phase> = crate::maps::IndexMap::default();
        let mut list = |name: SmolStr, span: Span, phase: Phase| {
            let known = timed.entry((name, span)).or_insert(phase);
            *known = phase.max(*known);
        };
        let head =
            |id: InstanceId| state.root(id).and_then(|root| self.program.declared(root)).map(|(_, d)| d.span);
        for rule in &self.program.rules {
            let subjects =
                instances.iter().filter(|id| state.instance(**id).is_some_and(|i| i.kind == rule.subject));
            subjects
                .filter_map(|id| head(*id))
                .for_each(|span| list(rule.code.as_str().into(), span, Phase::Now));
        }
        self.program.checks.iter().for_each(|check| list(check.name.clone(), check.span, Phase::Now));
        self.program.expects.iter().for_each(|expect| list(expect.name.clone(), expect.span, Phase::Run));
        for Waiting { name, span, phase } in &state.waiting {
            list(name.clone(), *span, *phase);
        }
        for deferred in self.deferred.borrow().iter() {
            match *deferred {
                Deferred::Rule(number, subject, phase) => {
                    if let (Some(rule), Some(span)) = (self.program.rules.get(number), head(subject)) {
                        list(rule.code.as_str().into(), span, phase);
                    }
                }
                Deferred::Check(number, phase) => {
                    if let Some(check) = self.program.checks.get(number) {
                        list(check.name.clone(), check.span, phase);
                    }
                }
            }
        }
        let mut timed: Vec<_> =
            timed.into_iter().map(|((name, span), phase)| Timed { name, span, phase }).collect();
        timed.sort_by_cached_key(|timed| (check::position(&self.sources, timed.span), timed.name.clone()));
        timed
    }

    /// Tries every expectation with what is known.
    pub fn expectations(&self) -> Vec<Expectation> {
        let outcome = |expect| {
            let findings = self.eval(true, |eval| eval.block(expect, Block::Expect));
            let mut broken = self.take_problems();
            broken.extend(findings.broken);
            match findings.waits.is_empty() {
                _ if !broken.is_empty() => Outcome::Fails(broken),
                true if findings.unknown => Outcome::Fails(broken),
                true => Outcome::Holds,
                false => Outcome::Waits(
                    findings.waits.iter().flat_map(|pending| pending.waits_for.iter().cloned()).collect(),
                ),
            }
        };
        let expects = self.program.expects.iter();
        expects
            .map(|expect| Expectation {
                name: expect.name.clone(),
                span: expect.span,
                outcome: outcome(expect),
            })
            .collect()
    }
}

impl Deferred {
    fn phase(self) -> Phase {
        match self {
            Self::Rule(_, _, phase) | Self::Check(_, phase) => phase,
        }
    }

    pub(super) fn until(self, phase: Phase) -> Self {
        match self {
            Self::Rule(rule, subject, _) => Self::Rule(rule, subject, phase),
            Self::Check(check, _) => Self::Check(check, phase),
        }
    }

    /// Returns the subject that it is about.
    pub(super) fn about(self) -> Option<InstanceId> {
        match self {
            Self::Rule(_, subject, _) => Some(subject),
            Self::Check(..) => None,
        }
    }
}
