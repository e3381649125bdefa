//! What the checker made of expressions: terms by the place where they are written.

use std::collections::HashMap;

use rsx_lang::program::{Given, GlobalKind, Kind, MemberKind, Place, Program, Require};
use rsx_lang::term::{Term, TermKind};
use rsx_lang::types::Type;
use rsx_syntax::{PieceId, Span};

/// Terms by place; one place may have several: a value, and the same as its place takes it.
#[derive(Debug, Default)]
pub(crate) struct Terms<'p>(HashMap<Span, Vec<&'p Term>>);

impl<'p> Terms<'p> {
    /// Finds the terms that are written in some pieces.
    pub(crate) fn within(program: &'p Program, is_wanted: &dyn Fn(PieceId) -> bool) -> Self {
        let mut found = Self::default();
        roots(program, &mut |term| {
            if is_wanted(term.span.piece) {
                found.take(term);
            }
        });
        found
    }

    fn take(&mut self, root: &'p Term) {
        root.visit(&mut |term| self.0.entry(term.span).or_default().push(term));
    }

    /// Returns the terms at a place, the outermost first.
    pub(crate) fn at(&self, span: Span) -> &[&'p Term] {
        self.0.get(&span).map_or(&[], Vec::as_slice)
    }

    /// Returns the value at a place before its place converts it.
    pub(crate) fn value(&self, span: Span) -> Option<&'p Term> {
        let all = self.at(span);
        let plain = all.iter().find(|term| !matches!(term.kind, TermKind::Convert(..) | TermKind::Error));
        plain.or_else(|| all.iter().find(|term| term.kind != TermKind::Error)).copied()
    }

    /// Returns the types that the value at a place has and is taken as.
    pub(crate) fn types(&self, span: Span) -> impl Iterator<Item = &'p Type> {
        self.at(span).iter().map(|term| &term.ty)
    }
}

/// Shows every term that is not within another one.
fn roots<'p>(program: &'p Program, see: &mut dyn FnMut(&'p Term)) {
    for global in program.globals.values() {
        match &global.kind {
            GlobalKind::Param(default) => default.iter().for_each(&mut *see),
            GlobalKind::Let(value) => see(value),
        }
    }
    for declared in program.declared.values() {
        given(declared.given.values().chain(&declared.protect), see);
    }
    program.envs.values().for_each(|env| given(env.given.values(), see));
    program.outputs.values().for_each(|output| see(&output.value));
    for check in program.checks.iter().chain(&program.expects) {
        check.requires.iter().for_each(|one| require(one, see));
    }
    for rule in &program.rules {
        rule.strength.iter().chain(&rule.lets).for_each(&mut *see);
        rule.requires.iter().for_each(|one| require(one, see));
    }
    program.kinds.values().for_each(|one| kind(one, see));
}

fn given<'p>(all: impl Iterator<Item = &'p Given>, see: &mut dyn FnMut(&'p Term)) {
    all.for_each(|given| see(&given.value));
}

fn kind<'p>(kind: &'p Kind, see: &mut dyn FnMut(&'p Term)) {
    for member in kind.members.values() {
        match &member.kind {
            MemberKind::Field { default, .. } => default.iter().for_each(&mut *see),
            MemberKind::Let(value) => see(value),
            MemberKind::Make(make) => {
                make.each.iter().chain(&make.only_if).for_each(&mut *see);
                given(make.given.values(), see);
            }
        }
    }
}

fn require<'p>(require: &'p Require, see: &mut dyn FnMut(&'p Term)) {
    let guards = require.each.iter().chain(&require.only_if).chain([&require.condition]);
    guards.chain(&require.otherwise).chain(&require.help).chain(&require.mend).for_each(&mut *see);
    let mut place = |place: &'p Place| {
        see(&place.of);
        place.text.iter().for_each(&mut *see);
    };
    require.at.iter().chain(&require.also).for_each(&mut place);
}
