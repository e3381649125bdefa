//! What a check may leave out: what could tell nothing, whatever it comes to.
//!
//! Most of what the library makes of a declaration only hands on names and references. A plan wants it; a check would throw
//! it away. A session, which must know who reads what, works out everything: tests compare the two.
//!
//! That a value needs itself counts for nothing here: such a ring goes through something that the user wrote, which is worked
//! out, unless the library's own fields need themselves.

mod effects;
mod search;
mod terms;

use smol_str::SmolStr;

use effects::Kinds;
use search::{At, Search, make};

use crate::eval::{Eval, wanted_fields};
use crate::maps::HashSet;
use crate::program::{Global, Kind, KindBinding, KindId, Make, Member, MemberKind, Program};

/// What a check may leave out of a program.
#[derive(Debug)]
pub(crate) struct Quiet {
    /// For each kind and member: if it is a part that must be made, the members of it that may tell something.
    parts: Vec<Vec<Option<Vec<usize>>>>,
    /// For each kind: the fields that may tell something if nobody gives them, and the lets of the user's kinds.
    own: Vec<Vec<usize>>,
    globals: Vec<bool>,
    /// Whether resources can be brought into an order, whatever they are given.
    pub(crate) is_ordered: bool,
}

impl Quiet {
    /// Looks at a program; `None` if it has more kinds than can be told apart.
    pub(crate) fn of(eval: &Eval<'_, '_>) -> Option<Self> {
        if eval.program.kinds.len() > Kinds::MOST {
            return None;
        }
        let look = Look { eval, search: Search::of(eval.program), ruled: ruled(eval.program) };
        Some(Self {
            parts: look.parts(),
            own: look.kinds().map(|(id, kind)| look.own(id, kind).collect()).collect(),
            globals: look.globals(),
            is_ordered: look.is_ordered(),
        })
    }

    /// Returns the members that may tell something of a part; `None` if none can, of nothing within either.
    pub(crate) fn part(&self, maker: KindId, place: usize) -> Option<&[usize]> {
        self.parts.get(maker.0 as usize)?.get(place)?.as_deref()
    }

    /// Returns the members of a kind that may tell something where nobody gives them.
    pub(crate) fn own(&self, kind: KindId) -> &[usize] {
        self.own.get(kind.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Returns whether a param or a let may tell something.
    pub(crate) fn global(&self, place: usize) -> bool {
        self.globals.get(place).copied().unwrap_or(true)
    }
}

struct Look<'e, 'p, 's> {
    eval: &'e Eval<'p, 's>,
    search: Search<'p>,
    /// The kinds that rules speak of.
    ruled: HashSet<KindId>,
}

impl<'p> Look<'_, 'p, '_> {
    fn kinds(&self) -> impl Iterator<Item = (KindId, &'p Kind)> + use<'p> {
        (0..).map(KindId).zip(self.eval.program.kinds.values())
    }

    fn parts(&self) -> Vec<Vec<Option<Vec<usize>>>> {
        let mut known = vec![None; self.eval.program.kinds.len()];
        let mut part = |id, member: &'p Member| {
            let make = make(&member.kind)?;
            let telling = self.telling(make, id);
            (!telling.is_empty() || !self.is_quiet(make, id, &mut known)).then_some(telling)
        };
        self.kinds()
            .map(|(id, kind)| kind.members.values().map(|member| part(id, member)).collect())
            .collect()
    }

    /// Returns whether nothing is told of a part besides its fields, nor of anything within. Elements of which two are known
    /// by the same name are told where the user wrote the loop.
    fn is_quiet(&self, make: &'p Make, maker: KindId, known: &mut Vec<Option<bool>>) -> bool {
        !make.each.as_ref().is_some_and(|each| self.eval.is_users(each.span))
            && !self.search.made(make, Some(maker)).tells
            && self.is_kind_quiet(make.kind, known)
    }

    /// `known` has what was found of kinds; one that is being looked at makes itself.
    fn is_kind_quiet(&self, id: KindId, known: &mut Vec<Option<bool>>) -> bool {
        if let Some(quiet) = known.get(id.0 as usize).copied().flatten() {
            return quiet;
        }
        let keep = |known: &mut Vec<Option<bool>>, quiet| {
            known.get_mut(id.0 as usize).into_iter().for_each(|known| *known = Some(quiet));
            quiet
        };
        keep(known, false);
        let Some(kind) = self.eval.program.kind(id) else { return false };
        let quiet = kind.binding != KindBinding::Broken
            && !self.eval.is_users(kind.span)
            && !self.ruled.contains(&id)
            && kind
                .members
                .values()
                .filter_map(|member| make(&member.kind))
                .all(|make| self.telling(make, id).is_empty() && self.is_quiet(make, id, known));
        keep(known, quiet)
    }

    /// Returns the members of a part that may tell something; all that the user has written counts.
    fn telling(&self, make: &'p Make, maker: KindId) -> Vec<usize> {
        let Some(kind) = self.eval.program.kind(make.kind) else { return Vec::new() };
        let at = At { me: Some(maker), each: make.each.as_ref() };
        let given = make.given.iter().filter(|(_, given)| {
            !given.value.is_handed_on()
                && (self.eval.is_users(given.value.span) || self.search.term(&given.value, at).tells)
        });
        let given = given.filter_map(|(name, _)| kind.members.get_index_of(name));
        let left_out = |place: &usize| {
            kind.members.get_index(*place).is_some_and(|(name, _)| !make.given.contains_key(name))
        };
        let mut telling: Vec<_> = given.chain(self.own(make.kind, kind).filter(left_out)).collect();
        telling.sort_unstable();
        telling
    }

    /// Returns the members of a kind that may tell something where nobody gives them. A default of the library that
    /// depends on nothing tells nothing: the library's tests would have shown it.
    fn own(&self, id: KindId, kind: &'p Kind) -> impl Iterator<Item = usize> {
        let users = self.eval.is_users(kind.span);
        let at = At { me: Some(id), each: None };
        let tells = move |place: usize, member: &'p Member| match &member.kind {
            MemberKind::Field { default: Some(default), .. } => {
                users || !self.eval.state.is_closed(id, place) && self.search.term(default, at).tells
            }
            MemberKind::Let(_) => users,
            MemberKind::Field { default: None, .. } | MemberKind::Make(_) => false,
        };
        let members = kind.members.values().enumerate();
        members.filter(move |(place, member)| tells(*place, member)).map(|(place, _)| place)
    }

    fn globals(&self) -> Vec<bool> {
        let tells = |(name, global): (&SmolStr, &'p Global)| {
            self.eval.is_users(global.span) || self.search.worked_out(name, global).tells
        };
        self.eval.program.globals.iter().map(tells).collect()
    }

    /// Returns whether no kind of resource may wait for one of its own kind, be it through others.
    fn is_ordered(&self) -> bool {
        let resources = self.kinds().filter(|(_, kind)| kind.binding == KindBinding::Resource);
        let within = |outer: KindId| {
            let inner = self.kinds().map(|(inner, _)| inner);
            let inner = inner.filter(|inner| *inner == outer || self.eval.state.may_contain(outer, *inner));
            inner.fold(Kinds::default(), |all, inner| all.and(Kinds::one(inner)))
        };
        let waits: Vec<Kinds> = self
            .kinds()
            .map(|(id, kind)| {
                // Who waits for a pattern waits for the resources within, not for what it was given.
                let resource = (kind.binding == KindBinding::Resource).then_some(kind);
                let fields = resource.into_iter().flat_map(wanted_fields);
                let found = fields.map(|(place, _)| self.search.member(id, place));
                let all = found.fold(Kinds::default(), |all, found| all.and(found.refers).and(found.waits));
                all.ids().fold(Kinds::default(), |all, to| all.and(within(to)))
            })
            .collect();
        let reached = |from: KindId| {
            let (mut seen, mut open) = (Kinds::default(), vec![from]);
            while let Some(at) = open.pop() {
                let next = waits.get(at.0 as usize).copied().unwrap_or_default();
                open.extend(next.ids().filter(|kind| !seen.has(*kind)));
                seen = seen.and(next);
            }
            seen
        };
        resources.into_iter().all(|(id, _)| !reached(id).has(id))
    }
}

fn ruled(program: &Program) -> HashSet<KindId> {
    program.rules.iter().map(|rule| rule.subject).collect()
}
