//! Rules that have held for one subject, and hold for the next if what they read of it is alike.

use crate::eval::{Eval, alike};
use crate::instance::InstanceId;
use crate::program::{KindId, MemberKind, Program, Rule};
use crate::rules::Findings;
use crate::term::{Term, TermKind};
use crate::value::Value;

/// How deep lets that read lets are looked into.
const DEPTH: usize = 8;

/// What a rule reads of its subject.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input<'p> {
    Field(usize),
    Let(usize),
    /// Who refers to it.
    Referrers(&'p Term),
}

/// What is known of one rule.
#[derive(Debug, Default)]
pub(crate) enum Held<'p> {
    /// It has not been tried.
    #[default]
    New,
    /// It has been tried once.
    Once,
    /// What it reads, and what that was when it last held and left nothing open.
    Reads(Vec<Input<'p>>, Option<Vec<Value>>),
    /// It depends on the subject itself.
    Always,
}

impl<'p> Held<'p> {
    /// Tries a rule on a subject, unless what it reads of it is what it was when the rule last held.
    pub(crate) fn rule(
        &mut self,
        eval: &mut Eval<'p, '_>,
        rule: &'p Rule,
        subject: InstanceId,
    ) -> Option<Findings> {
        match self {
            Self::New => *self = Self::Once,
            Self::Once => *self = Self::look(eval.program, rule),
            Self::Reads(inputs, Some(last)) => {
                let mut pairs = inputs.iter().zip(last);
                if pairs.all(|(input, last)| alike(&input.value(eval, subject), last)) {
                    return None;
                }
            }
            Self::Reads(_, None) | Self::Always => {}
        }
        let told = eval.state.told();
        let findings = eval.rule(rule, subject);
        if let Self::Reads(inputs, last) = self
            && findings.is_clean()
            && told == eval.state.told()
        {
            // What the rule did not come to may tell something that nobody wants to know.
            match inputs.iter().all(|input| input.is_known(eval, subject)) {
                true => *last = Some(inputs.iter().map(|input| input.value(eval, subject)).collect()),
                false => *self = Self::Always,
            }
        }
        Some(findings)
    }

    fn look(program: &'p Program, rule: &'p Rule) -> Self {
        let mut inputs = Vec::new();
        match parts(rule).all(|term| reads(program, rule.subject, term, DEPTH, &mut inputs)) {
            true => Self::Reads(inputs, None),
            false => Self::Always,
        }
    }
}

impl<'p> Input<'p> {
    /// Returns the place of the member that it is.
    fn place(self) -> Option<usize> {
        match self {
            Self::Field(place) | Self::Let(place) => Some(place),
            Self::Referrers(_) => None,
        }
    }

    /// Returns whether to look at it works out nothing that is not worked out anyway.
    fn is_known(self, eval: &Eval<'p, '_>, subject: InstanceId) -> bool {
        match self {
            Self::Field(_) | Self::Referrers(_) => true,
            Self::Let(place) => eval.knows(subject, place),
        }
    }

    fn value(self, eval: &mut Eval<'p, '_>, subject: InstanceId) -> Value {
        match self {
            Self::Field(place) | Self::Let(place) => eval.settle_member(subject, place),
            Self::Referrers(term) => {
                let scope = eval.scope(Some(subject));
                eval.settle(term, scope)
            }
        }
    }
}

/// Returns the terms that decide whether a rule holds.
fn parts(rule: &Rule) -> impl Iterator<Item = &Term> {
    let asked = rule.requires.iter().flat_map(|require| {
        let conditions = require.each.iter().chain(&require.only_if);
        conditions.chain(std::iter::once(&require.condition))
    });
    rule.strength.iter().chain(&rule.lets).chain(asked)
}

/// Adds what a term reads of `self`; false if it depends on which instance that is.
fn reads<'p>(
    program: &'p Program,
    me: KindId,
    term: &'p Term,
    depth: usize,
    inputs: &mut Vec<Input<'p>>,
) -> bool {
    // How often `self` stands there, and how often for one of these.
    let (mut own, mut known, mut places) = (0_usize, 0_usize, Vec::new());
    term.visit(&mut |term| {
        if let TermKind::Me = term.kind {
            own += 1;
        } else if let TermKind::Member(place) = term.kind {
            places.push(Some(place));
        } else if let TermKind::Get(of, name) = &term.kind
            && let TermKind::Me = of.kind
        {
            known += 1;
            places.push(program.kind(me).and_then(|kind| kind.members.get_index_of(name)));
        } else if let TermKind::Referrers(_, of) = &term.kind
            && let TermKind::Me = of.kind
        {
            known += 1;
            inputs.push(Input::Referrers(term));
        }
    });
    own == known
        && places
            .into_iter()
            .all(|place| place.is_some_and(|place| member(program, me, place, depth, inputs)))
}

/// A let stands for what it reads, if it reads nothing but members.
fn member<'p>(
    program: &'p Program,
    me: KindId,
    place: usize,
    depth: usize,
    inputs: &mut Vec<Input<'p>>,
) -> bool {
    let Some((_, member)) = program.kind(me).and_then(|kind| kind.members.get_index(place)) else {
        return false;
    };
    let is_there = |inputs: &[Input<'p>]| inputs.iter().any(|input| input.place() == Some(place));
    let input = match &member.kind {
        MemberKind::Make(_) => return false,
        MemberKind::Field { .. } | MemberKind::Let(_) if is_there(inputs) => return true,
        MemberKind::Let(term) => {
            let before = inputs.len();
            if depth > 0 && reads(program, me, term, depth - 1, inputs) {
                return true;
            }
            inputs.truncate(before);
            Input::Let(place)
        }
        MemberKind::Field { .. } => Input::Field(place),
    };
    inputs.push(input);
    true
}
