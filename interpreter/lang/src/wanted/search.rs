//! The effects of all members and globals of a program, each by those that it looks at.

use std::cell::Cell;

use super::effects::{Effects, Kinds};
use crate::eval::{is_outside, makes};
use crate::program::{Global, GlobalId, GlobalKind, KindId, Make, MemberKind, Program};
use crate::term::Term;

/// Where a term stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'p> {
    /// The kind of `self`.
    pub(super) me: Option<KindId>,
    /// What the variable of a part's loop runs over.
    pub(super) each: Option<&'p Term>,
}

/// Something whose effects are kept.
#[derive(Clone, Copy, Debug)]
enum Target {
    Global(usize),
    Member(KindId, usize),
}

/// What a slot may come from.
#[derive(Clone, Copy, Debug)]
enum Says<'p> {
    Global(&'p str, &'p Global),
    Let(&'p Term),
    Made(&'p Make),
    Default(&'p Term),
    Given(&'p Term, At<'p>),
    /// The outside.
    Outside,
}

/// The effects of the members and globals of a program.
#[derive(Debug)]
pub(super) struct Search<'p> {
    program: &'p Program,
    /// Of reading a member: what a walk works out anyway tells nothing again.
    members: Vec<Vec<Effects>>,
    globals: Vec<Effects>,
    /// Whether any of these was asked for.
    looked: Cell<bool>,
}

impl<'p> Search<'p> {
    /// Looks at all that values come from; at what looks at others, until nothing new is found.
    pub(super) fn of(program: &'p Program) -> Self {
        let kinds = program.kinds.values();
        let members = kinds.map(|kind| vec![Effects::default(); kind.members.len()]).collect();
        let globals = vec![Effects::default(); program.globals.len()];
        let mut search = Self { program, members, globals, looked: Cell::new(false) };
        let mut open = Vec::new();
        for (slot, source) in sources(program) {
            search.looked.set(false);
            search.look(slot, source);
            if search.looked.get() {
                open.push((slot, source));
            }
        }
        while open.iter().fold(false, |more, (slot, source)| search.look(*slot, *source) || more) {}
        search
    }

    /// Returns the program.
    pub(super) fn program(&self) -> &'p Program {
        self.program
    }

    /// Returns the effects of reading a member.
    pub(super) fn member(&self, kind: KindId, place: usize) -> Effects {
        self.looked.set(true);
        let members = self.members.get(kind.0 as usize);
        members.and_then(|members| members.get(place)).copied().unwrap_or(Effects::ALL)
    }

    /// Returns the effects of reading a param or a let.
    pub(super) fn global(&self, id: GlobalId) -> Effects {
        self.looked.set(true);
        self.globals.get(id.0 as usize).copied().unwrap_or(Effects::ALL)
    }

    /// Looks once; returns whether that has found more.
    fn look(&mut self, slot: Target, source: Says<'p>) -> bool {
        let me = match slot {
            Target::Global(_) => None,
            Target::Member(kind, _) => Some(kind),
        };
        let at = At { me, each: None };
        let (found, tells) = match source {
            Says::Let(value) => (self.term(value, at), true),
            Says::Given(value, at) => (self.term(value, at), value.is_handed_on()),
            Says::Global(name, global) => (self.worked_out(name, global), false),
            Says::Default(value) => (self.term(value, at), false),
            Says::Made(make) => (self.made(make, me), false),
            Says::Outside => (Effects::wait_for(me.map(Kinds::one).unwrap_or_default()), false),
        };
        let found = Effects { tells: found.tells && tells, ..found };
        let known = match slot {
            Target::Global(place) => self.globals.get_mut(place),
            Target::Member(kind, place) => {
                self.members.get_mut(kind.0 as usize).and_then(|members| members.get_mut(place))
            }
        };
        known.is_some_and(|known| known.grow(found))
    }

    /// Returns the effects of working out a param or a let.
    pub(super) fn worked_out(&self, name: &str, global: &'p Global) -> Effects {
        let own = match &global.kind {
            GlobalKind::Let(value) => Some(value),
            GlobalKind::Param(default) => default.as_ref(),
        };
        let envs = self.program.envs.values().filter_map(|env| env.given.get(name)).map(|given| &given.value);
        self.all(own.into_iter().chain(envs), None, &mut Vec::new())
    }

    /// Returns the effects of working out a part.
    pub(super) fn made(&self, make: &'p Make, maker: Option<KindId>) -> Effects {
        let at = At { me: maker, each: make.each.as_ref() };
        let each =
            make.each.as_ref().map(|each| self.run_over(each, self.term(each, At { each: None, ..at })));
        let only_if = make.only_if.as_ref().map(|condition| self.term(condition, at));
        let found = [each, only_if].into_iter().flatten();
        let found = found.fold(Effects::default(), |all, found| all.and(found.touched()));
        // What a part depends on must be known now: it is told if not, and nothing waits for it.
        Effects::refer_to(Kinds::one(make.kind)).telling(found.tells || found.hole)
    }
}

/// Returns all that values may come from. What a walk works out anyway tells nothing to those who read it.
fn sources(program: &Program) -> impl Iterator<Item = (Target, Says<'_>)> {
    let globals = program.globals.iter().enumerate();
    let globals = globals.map(|(id, (name, global))| (Target::Global(id), Says::Global(name, global)));
    let members = program.each_kind().flat_map(|(id, kind)| {
        let members = kind.members.values().enumerate();
        members.filter_map(move |(place, member)| Some((Target::Member(id, place), own(&member.kind)?)))
    });
    let field = |kind: KindId, name: &str| {
        let place = program.kind(kind)?.members.get_index_of(name)?;
        Some(Target::Member(kind, place))
    };
    let of_parts = program.each_kind().flat_map(move |(id, kind)| {
        makes(kind).flat_map(move |make| {
            let at = At { me: Some(id), each: make.each.as_ref() };
            let given = make.given.iter();
            given.filter_map(move |(name, given)| {
                Some((field(make.kind, name)?, Says::Given(&given.value, at)))
            })
        })
    });
    let of_declared = program.declared.values().flat_map(move |declared| {
        let at = At { me: Some(declared.kind), each: None };
        let given = declared.given.iter();
        given.filter_map(move |(name, given)| {
            Some((field(declared.kind, name)?, Says::Given(&given.value, at)))
        })
    });
    globals.chain(members).chain(of_parts).chain(of_declared)
}

/// Returns what a member comes from if nobody gives it.
fn own(member: &MemberKind) -> Option<Says<'_>> {
    match member {
        MemberKind::Let(value) => Some(Says::Let(value)),
        MemberKind::Make(make) => Some(Says::Made(make)),
        MemberKind::Field { default: Some(default), .. } => Some(Says::Default(default)),
        MemberKind::Field { attributes, default: None, .. } => {
            is_outside(attributes).then_some(Says::Outside)
        }
    }
}
