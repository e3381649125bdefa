//! Members of a kind: their types, defaults and values.

use rsx_syntax::Span;
use rsx_syntax::ast::{Attribute, Binding, Make};

use super::Binder;
use super::kinds::{FieldForm, MemberSlot, MemberSource};
use super::names::docs_of;
use crate::infer::{Home, Questions, Scope, element, list_of, present_if};
use crate::problems::names::Sought;
use crate::problems::shapes::Problem as ShapeProblem;
use crate::program::{self, KindId, Member, MemberKind};
use crate::term::{Term, TermKind};
use crate::types::Type;

impl<'a> Binder<'a> {
    fn member(&self, kind: KindId, index: usize) -> Option<&MemberSlot<'a>> {
        self.slot(kind)?.members.get_index(index).map(|(_, slot)| slot)
    }

    fn member_mut(&mut self, kind: KindId, index: usize) -> Option<&mut MemberSlot<'a>> {
        self.slot_mut(kind)?.members.get_index_mut(index).map(|(_, slot)| slot)
    }

    /// The type of a member; a let without a written type is bound for it.
    pub(crate) fn member_type(&mut self, kind: KindId, index: usize) -> Type {
        let Some(slot) = self.member(kind, index) else { return Type::Unknown };
        if let Some(ty) = &slot.ty {
            return ty.clone();
        }
        let (source, home) = (slot.source, self.slot(kind).map_or(Home::User, |slot| slot.home));
        let mut form = FieldForm::Plain;
        let ty = match source {
            MemberSource::Field(field) => {
                let (ty, found) = self.field_type(home, &field.ty);
                form = found;
                ty
            }
            MemberSource::Let(Binding { ty: Some(ty), .. }) => self.resolve(home, ty),
            MemberSource::Let(binding) => return self.inferred_let(kind, index, binding),
            MemberSource::Make(make) => self.part_type(home, make),
            MemberSource::After => list_of(Type::AnyKind),
        };
        if let Some(slot) = self.member_mut(kind, index) {
            slot.ty = Some(ty.clone());
            slot.form = form;
        }
        ty
    }

    fn part_type(&mut self, home: Home, make: &Make) -> Type {
        match self.kind_or_report(home, &make.kind.node, make.kind.span, Sought::Kind) {
            Some(kind) if make.guards.each.is_some() => list_of(self.reference_to(kind)),
            Some(kind) => self.reference_to(kind),
            None => Type::Unknown,
        }
    }

    /// Binds a let whose type nobody wrote; one that needs itself is a cycle.
    fn inferred_let(&mut self, kind: KindId, index: usize, binding: &'a Binding) -> Type {
        let Some(slot) = self.member(kind, index) else { return Type::Unknown };
        if slot.inferring {
            self.ring_of(binding.name.span);
            return Type::Unknown;
        }
        if self.inferring.len() >= super::DEEPEST {
            self.report(ShapeProblem::TooDeep { at: binding.name.span }.diagnostic());
            return Type::Unknown;
        }
        if let Some(slot) = self.member_mut(kind, index) {
            slot.inferring = true;
        }
        self.inferring.push((binding.name.node.clone(), binding.name.span));
        let term = self.let_value(kind, binding, None);
        self.inferring.pop();
        let term = self.unless_ringed(binding.name.span, term);
        let ty = term.ty.clone();
        if let Some(slot) = self.member_mut(kind, index) {
            slot.inferring = false;
            slot.term = Some(term);
            slot.ty = Some(ty.clone());
        }
        ty
    }

    fn let_value(&mut self, kind: KindId, binding: &Binding, ty: Option<&Type>) -> Term {
        let mut scope = self.body_scope(kind);
        match (&binding.value, ty) {
            (Some(value), Some(ty)) => {
                scope.by = binding.ty.as_ref().map(|ty| ty.span);
                self.demand(&mut scope, value, ty)
            }
            (Some(value), None) => self.infer(&mut scope, value, None),
            (None, _) => {
                self.report(
                    ShapeProblem::Valueless { name: &binding.name.node, at: binding.name.span }.diagnostic(),
                );
                Term::error(binding.name.span)
            }
        }
    }

    fn body_scope(&self, kind: KindId) -> Scope {
        Scope::body(self.slot(kind).map_or(Home::User, |slot| slot.home), kind)
    }

    /// Binds all of a member.
    pub(super) fn bind_member(&mut self, kind: KindId, index: usize) {
        let ty = self.member_type(kind, index);
        let Some(slot) = self.member(kind, index) else { return };
        if slot.term.is_some() {
            return;
        }
        let (source, form) = (slot.source, slot.form);
        let term = match source {
            MemberSource::Field(field) => field.default.as_ref().map(|default| {
                let mut scope = self.body_scope(kind);
                scope.by = Some(field.ty.span);
                if form == FieldForm::Answer {
                    scope.questions = Questions::Answered;
                }
                self.demand(&mut scope, default, &ty)
            }),
            MemberSource::Let(binding) => Some(self.let_value(kind, binding, Some(&ty))),
            MemberSource::Make(make) => {
                let part = self.part(kind, make);
                if let Some(slot) = self.member_mut(kind, index) {
                    slot.make = part;
                }
                return;
            }
            MemberSource::After => self.empty_list(kind),
        };
        if let Some(slot) = self.member_mut(kind, index) {
            slot.term = term;
        }
    }

    fn empty_list(&self, kind: KindId) -> Option<Term> {
        let span = self.slot(kind)?.span;
        Some(Term { kind: TermKind::List(Vec::new()), span, ty: list_of(Type::AnyKind) })
    }

    /// `make kind name for x in xs if c { … }`
    fn part(&mut self, kind: KindId, make: &'a Make) -> Option<program::Make> {
        let home = self.slot(kind)?.home;
        let made = self.kind_named(home, &make.kind.node)?;
        self.enliven(made);
        let mut scope = self.body_scope(kind);
        let Some((variable, over)) = &make.guards.each else {
            let (only_if, given) = self.made(&mut scope, made, make);
            return Some(program::Make { kind: made, each: None, only_if, given });
        };
        let each = self.run_over(&mut scope, over);
        let element = element(&each);
        let (only_if, given) =
            self.with_local(&mut scope, variable, element, |binder, scope| binder.made(scope, made, make));
        Some(program::Make { kind: made, each: Some(each), only_if, given })
    }

    fn made(
        &mut self,
        scope: &mut Scope,
        made: KindId,
        make: &'a Make,
    ) -> (Option<Term>, super::fields::GivenFields) {
        let only_if =
            make.guards.only_if.as_ref().map(|condition| self.demand(scope, condition, &Type::Bool));
        let proven = make.guards.only_if.as_ref().map(present_if).unwrap_or_default();
        let given = self.assuming(scope, proven, |binder, scope| {
            binder.only_fields(&make.body, "a part is made of values for its fields: `name = value`");
            binder.given(scope, made, &make.body, &make.name, &[])
        });
        (only_if, given)
    }

    /// Where a body is written of whose members `after` is one that nobody declares.
    pub(super) fn form(&mut self, kind: KindId, index: usize) -> FieldForm {
        self.member_type(kind, index);
        self.member(kind, index).map_or(FieldForm::Plain, |slot| slot.form)
    }

    /// The attributes of a field; none if the member is no field.
    pub(super) fn writable(&self, kind: KindId, index: usize) -> Option<Writable> {
        match self.member(kind, index)?.source {
            MemberSource::Field(field) => {
                let looked_up =
                    field.attributes.iter().any(|a| matches!(a.node, Attribute::Computed | Attribute::Found));
                Some(if looked_up {
                    Writable::Never(field.name.span)
                } else if field.default.is_some() {
                    Writable::Optional
                } else {
                    Writable::Required(field.name.span)
                })
            }
            MemberSource::After => Some(Writable::Optional),
            MemberSource::Let(_) | MemberSource::Make(_) => None,
        }
    }
}

/// Whether a field takes a value, and where it is declared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Writable {
    /// Known only by looking.
    Never(Span),
    Optional,
    /// Without a default; not there only where its type takes `none`.
    Required(Span),
}

impl MemberSlot<'_> {
    /// What the program keeps of it.
    pub(super) fn seal(self) -> Member {
        let error = || Term::error(self.span);
        let kind = match self.source {
            MemberSource::Field(field) => MemberKind::Field {
                ty: self.ty.unwrap_or(Type::Unknown),
                attributes: field.attributes.iter().map(|attribute| attribute.node).collect(),
                default: self.term,
            },
            MemberSource::After => MemberKind::Field {
                ty: self.ty.unwrap_or(Type::Unknown),
                attributes: Vec::new(),
                default: self.term,
            },
            MemberSource::Let(_) => MemberKind::Let(self.term.unwrap_or_else(error)),
            MemberSource::Make(_) => match self.make {
                Some(make) => MemberKind::Make(make),
                None => MemberKind::Let(error()),
            },
        };
        Member { docs: docs_of(self.docs), span: self.span, kind }
    }
}
