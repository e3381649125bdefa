//! What a walk works out of a program: everything, or what may tell something, whatever it comes to.
//!
//! Most of what the library makes of a declaration only hands on names and references. A plan wants it; a check would throw
//! it away. A session, which must know who reads what, works out everything: tests compare the two.
//!
//! That a value needs itself counts for nothing here: such a ring goes through something that the user wrote, which is worked
//! out, unless the library's own fields need themselves.

mod effects;
mod search;
mod terms;

use std::borrow::Cow;

use smol_str::SmolStr;

use effects::Kinds;
use search::{At, Search};

use crate::eval::{Eval, Maker, makes, reached, wanted_fields};
use crate::instance::InstanceId;
use crate::maps::HashSet;
use crate::program::{Global, Kind, KindBinding, KindId, Make, Member, MemberKind};
use crate::term::Term;

/// What a walk works out.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// For each kind and member: if it is a part that is made, the members of what is made.
    parts: Vec<Vec<Option<Vec<usize>>>>,
    /// For each kind: its members, where nobody gives them.
    own: Vec<Vec<usize>>,
    globals: Vec<bool>,
    is_all: bool,
    /// Whether resources can be brought into an order, whatever they are given.
    is_ordered: bool,
}

impl Wanted {
    /// Everything: all parts with their fields, and the lets that the user wrote; those of the library when somebody asks.
    pub(crate) fn all(eval: &Eval<'_, '_>) -> Self {
        Look { eval, search: None, ruled: HashSet::default() }.wanted()
    }

    /// What may tell something; everything, if a program has more kinds than can be told apart.
    pub(crate) fn telling(eval: &Eval<'_, '_>) -> Self {
        let search = (eval.program.kinds.len() <= Kinds::MOST).then(|| Search::of(eval.program));
        let ruled = eval.program.rules.iter().map(|rule| rule.subject).collect();
        Look { eval, search, ruled }.wanted()
    }

    /// Returns whether nothing is left out.
    pub(crate) fn is_all(&self) -> bool {
        self.is_all
    }

    /// Returns whether it is known that no resource waits for itself.
    pub(crate) fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    /// Returns whether a param or a let is worked out.
    pub(crate) fn has_global(&self, place: usize) -> bool {
        self.globals.get(place).copied().unwrap_or(true)
    }

    /// Returns whether a part of a kind is made.
    pub(crate) fn has_part(&self, maker: KindId, place: usize) -> bool {
        self.part(maker, place).is_some()
    }

    /// Returns the places of the members of an instance that are worked out.
    pub(crate) fn members(&self, eval: &Eval<'_, '_>, id: InstanceId) -> Cow<'_, [usize]> {
        let Some(instance) = eval.state.instance(id) else { return Cow::default() };
        if let Maker::Part { of, place, .. } = instance.maker {
            let maker = eval.state.instance(of).map(|maker| maker.kind);
            let members = maker.and_then(|maker| self.part(maker, place as usize));
            return Cow::Borrowed(members.unwrap_or_default());
        }
        let Some(kind) = eval.program.kind(instance.kind) else { return Cow::default() };
        let own = self.own.get(instance.kind.0 as usize).map_or(&[][..], Vec::as_slice);
        let is_wanted = |place: &usize| match eval.given_field(id, *place) {
            Some(given) => !given.value.is_handed_on(),
            None => own.contains(place),
        };
        (0..kind.members.len()).filter(is_wanted).collect()
    }

    fn part(&self, maker: KindId, place: usize) -> Option<&[usize]> {
        self.parts.get(maker.0 as usize)?.get(place)?.as_deref()
    }
}

struct Look<'e, 'p, 's> {
    eval: &'e Eval<'p, 's>,
    /// The effects of terms, if what has none is left out.
    search: Option<Search<'p>>,
    /// The kinds that rules speak of.
    ruled: HashSet<KindId>,
}

impl<'p> Look<'_, 'p, '_> {
    fn wanted(&self) -> Wanted {
        let program = self.eval.program;
        Wanted {
            parts: self.parts(),
            own: program.each_kind().map(|(id, kind)| self.own(id, kind).collect()).collect(),
            globals: program.globals.iter().map(|(name, global)| self.global(name, global)).collect(),
            is_all: self.search.is_none(),
            is_ordered: self.search.as_ref().is_some_and(|search| self.is_ordered(search)),
        }
    }

    /// Returns whether working out a term may tell something, or is wanted all the same.
    fn tells(&self, term: &'p Term, at: At<'p>) -> bool {
        self.search.as_ref().is_none_or(|search| search.term(term, at).tells)
    }

    fn parts(&self) -> Vec<Vec<Option<Vec<usize>>>> {
        let mut known = vec![None; self.eval.program.kinds.len()];
        let mut part = |id, member: &'p Member| {
            let make = member.kind.make()?;
            let telling = self.telling(make, id);
            (!telling.is_empty() || !self.is_quiet(make, id, &mut known)).then_some(telling)
        };
        let kinds = self.eval.program.each_kind();
        kinds.map(|(id, kind)| kind.members.values().map(|member| part(id, member)).collect()).collect()
    }

    /// Returns whether nothing is told of a part besides its fields, nor of anything within. Elements of which two are known
    /// by the same name are told where the user wrote the loop.
    fn is_quiet(&self, make: &'p Make, maker: KindId, known: &mut Vec<Option<bool>>) -> bool {
        let made = self.search.as_ref().map(|search| search.made(make, Some(maker)));
        made.is_some_and(|made| !made.tells)
            && !make.each.as_ref().is_some_and(|each| self.eval.is_users(each.span))
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
            && makes(kind).all(|make| self.telling(make, id).is_empty() && self.is_quiet(make, id, known));
        keep(known, quiet)
    }

    /// Returns the members of a part that may tell something; all that the user has written counts.
    fn telling(&self, make: &'p Make, maker: KindId) -> Vec<usize> {
        let Some(kind) = self.eval.program.kind(make.kind) else { return Vec::new() };
        let at = At { me: Some(maker), each: make.each.as_ref() };
        let given = make.given.iter().filter(|(_, given)| {
            !given.value.is_handed_on()
                && (self.eval.is_users(given.value.span) || self.tells(&given.value, at))
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
                let is_shared = self.search.is_some() && self.eval.state.is_closed(id, place);
                users || !is_shared && self.tells(default, at)
            }
            MemberKind::Let(_) => users,
            MemberKind::Field { default: None, .. } | MemberKind::Make(_) => false,
        };
        let members = kind.members.values().enumerate();
        members.filter(move |(place, member)| tells(*place, member)).map(|(place, _)| place)
    }

    fn global(&self, name: &SmolStr, global: &'p Global) -> bool {
        self.eval.is_users(global.span)
            || self.search.as_ref().is_none_or(|search| search.worked_out(name, global).tells)
    }

    /// Returns whether no kind of resource may wait for one of its own kind, be it through others.
    fn is_ordered(&self, search: &Search<'p>) -> bool {
        let program = self.eval.program;
        let within = |outer: KindId| {
            let inner = program.each_kind().map(|(inner, _)| inner);
            inner.filter(move |inner| *inner == outer || self.eval.state.may_contain(outer, *inner))
        };
        // Who waits for a pattern waits for the resources within, not for what it was given.
        let is_resource = |kind: &Kind| kind.binding == KindBinding::Resource;
        let waits = |(id, kind): (KindId, &'p Kind)| {
            let fields = is_resource(kind).then_some(kind).into_iter().flat_map(wanted_fields);
            let found = fields.map(|(place, _)| search.member(id, place));
            let all = found.fold(Kinds::default(), |all, found| all.and(found.refers).and(found.waits));
            all.ids().flat_map(within).map(|kind| kind.0 as usize).collect()
        };
        let waits: Vec<Vec<usize>> = program.each_kind().map(waits).collect();
        let waits_for_itself = |id: KindId| reached(&waits, id.0 as usize).get(id.0 as usize) == Some(&true);
        !program.each_kind().any(|(id, kind)| is_resource(kind) && waits_for_itself(id))
    }
}
