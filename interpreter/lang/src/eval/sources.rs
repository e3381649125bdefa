//! What the value of a slot comes from: a param from outside, an env, a given field, a default.

use rsx_syntax::Span;
use rsx_syntax::ast::Attribute;
use smol_str::SmolStr;

use super::{Binding, Eval, GivenParam, Maker, Scope, Slot};
use crate::instance::InstanceId;
use crate::program::{
    DeclaredId, Given, GlobalId, GlobalKind, Kind, KindBinding, KindId, Make, Member, MemberKind,
};
use crate::term::Term;
use crate::types::Type;
use crate::value::{Phase, Value};

/// What a slot's value comes from.
pub(crate) enum Source<'p> {
    /// A term in a scope, whose locals the caller takes away; the place is the given field's name.
    Term(&'p Term, Scope, Option<&'p Given>),
    /// The value of another slot: of a default that is the same for all.
    Shared(Slot),
    /// An attribute, known in this phase.
    Attribute(Phase, &'p SmolStr),
    /// Parts.
    Parts(&'p Make),
    /// A secret from outside.
    Secret(Value, &'p Type),
    /// A param that nobody gave.
    Missing(&'p SmolStr),
    /// It was left out and may be.
    None,
    /// An error about it has been told.
    Unknown,
}

impl<'p> Eval<'p, '_> {
    /// Says what the value of a slot comes from.
    pub(crate) fn source(&mut self, slot: Slot) -> Source<'p> {
        match slot {
            Slot::Global(id) => self.global_source(id),
            Slot::Member(id, place) => self.member_source(id, place).unwrap_or(Source::Unknown),
            Slot::Default(kind, place) => self.default_source(kind, place).unwrap_or(Source::Unknown),
            Slot::Every(_) | Slot::References(_) => Source::Unknown,
        }
    }

    fn global_source(&mut self, id: GlobalId) -> Source<'p> {
        let Some((name, global)) = self.program.global(id) else { return Source::Unknown };
        let default = match &global.kind {
            GlobalKind::Let(value) => return Source::Term(value, self.scope(None), None),
            GlobalKind::Param(default) => default,
        };
        match self.setting.params.get(name) {
            Some(GivenParam::Term(value)) => return Source::Term(value, self.scope(None), None),
            Some(GivenParam::Secret(secret)) => {
                return Source::Secret(Value::Secret(secret.clone()), &global.ty);
            }
            Some(GivenParam::Wrong) => return Source::Unknown,
            None => {}
        }
        let env = self.setting.env.as_ref().and_then(|env| self.program.envs.get(env));
        match (env.and_then(|env| env.given.get(name)), default) {
            (Some(given), _) => Source::Term(&given.value, self.scope(None), Some(given)),
            (None, Some(value)) => Source::Term(value, self.scope(None), None),
            (None, None) => Source::Missing(name),
        }
    }

    fn member_source(&mut self, id: InstanceId, place: usize) -> Option<Source<'p>> {
        let instance = self.state.instance(id)?;
        let kind = self.program.kind(instance.kind)?;
        let (name, member) = kind.members.get_index(place)?;
        if kind.binding == KindBinding::Broken {
            return None;
        }
        if let Some(number) = self.state.given(id, place) {
            return self.given_source(instance.maker, number, id);
        }
        if let Maker::Declared(declared) = instance.maker
            && self.is_broken(declared, name)
        {
            return None;
        }
        Some(match &member.kind {
            MemberKind::Let(value) => Source::Term(value, self.scope(Some(id)), None),
            MemberKind::Make(make) => Source::Parts(make),
            MemberKind::Field { ty, attributes, default } => match (phase_of(attributes), default) {
                (Some(phase), _) => Source::Attribute(phase, name),
                (None, Some(_)) if self.state.is_closed(instance.kind, place) => {
                    Source::Shared(Slot::Default(instance.kind, place))
                }
                (None, Some(value)) => Source::Term(value, self.scope(Some(id)), None),
                (None, None) if is_optional(ty) => Source::None,
                (None, None) => Source::Unknown,
            },
        })
    }

    fn default_source(&mut self, kind: KindId, place: usize) -> Option<Source<'p>> {
        let (_, member) = self.program.kind(kind)?.members.get_index(place)?;
        let MemberKind::Field { default, .. } = &member.kind else { return None };
        Some(Source::Term(default.as_ref()?, self.scope(None), None))
    }

    /// A field as it is given: by the user, or by the part of a pattern in the scope of its loop.
    fn given_source(&mut self, maker: Maker, number: usize, id: InstanceId) -> Option<Source<'p>> {
        match maker {
            Maker::Declared(declared) => {
                let (_, given) = self.program.declared(declared)?.1.given.get_index(number)?;
                Some(Source::Term(&given.value, self.scope(Some(id)), Some(given)))
            }
            Maker::Part { of, place, turn } => {
                let make = self.make(of, place as usize)?;
                let (_, given) = make.given.get_index(number)?;
                let scope = self.scope(Some(of));
                if let (Some(turn), Some(each)) = (turn, &make.each) {
                    let value = self.turn_value(each, of, turn);
                    self.bind(value, Binding::Element(each, turn.step as usize));
                }
                Some(Source::Term(&given.value, scope, Some(given)))
            }
        }
    }

    /// Returns the member of a kind that a part is.
    pub(crate) fn make(&self, of: InstanceId, place: usize) -> Option<&'p Make> {
        self.member_of(of, place)?.1.kind.make()
    }

    /// Returns a member of an instance's kind with its name.
    pub(crate) fn member_of(&self, id: InstanceId, place: usize) -> Option<(&'p SmolStr, &'p Member)> {
        self.program.kind(self.state.instance(id)?.kind)?.members.get_index(place)
    }

    fn is_broken(&self, declared: DeclaredId, name: &SmolStr) -> bool {
        self.program.declared(declared).is_some_and(|(_, declared)| declared.broken.contains(name))
    }

    /// Returns a field as it is given.
    pub(crate) fn given_field(&self, id: InstanceId, place: usize) -> Option<&'p Given> {
        let number = self.state.given(id, place)?;
        let given = match self.state.instance(id)?.maker {
            Maker::Declared(declared) => &self.program.declared(declared)?.1.given,
            Maker::Part { of, place, .. } => &self.make(of, place as usize)?.given,
        };
        given.get_index(number).map(|(_, given)| given)
    }

    /// Returns the name in the head of the declaration that an instance is, or that it was made by.
    pub(crate) fn head(&self, id: InstanceId) -> Option<Span> {
        self.program.declared(self.state.root(id)?).map(|(_, declared)| declared.span)
    }
}

/// Returns whether a field is known from the outside alone.
pub(crate) fn is_outside(attributes: &[Attribute]) -> bool {
    phase_of(attributes).is_some()
}

/// Returns the places and names of the fields of a kind that somebody gives.
pub(crate) fn wanted_fields(kind: &Kind) -> impl Iterator<Item = (usize, &SmolStr)> {
    let members = kind.members.iter().enumerate();
    members.filter_map(|(place, (name, member))| match &member.kind {
        MemberKind::Field { attributes, .. } => (!is_outside(attributes)).then_some((place, name)),
        MemberKind::Let(_) | MemberKind::Make(_) => None,
    })
}

/// Returns when a field is known, if nobody gives it.
fn phase_of(attributes: &[Attribute]) -> Option<Phase> {
    match attributes {
        attributes if attributes.contains(&Attribute::Computed) => Some(Phase::Run),
        attributes if attributes.contains(&Attribute::Found) => Some(Phase::World),
        _ => None,
    }
}

fn is_optional(ty: &Type) -> bool {
    matches!(ty, Type::Optional(_) | Type::None)
        || matches!(ty, Type::Refined(refined) if is_optional(&refined.base))
}
