//! Params and lets: their types and values, each bound once, in an order in which nothing waits deeply.

use rsx_syntax::ast::Binding;
use rsx_syntax::{Span, Spanned};
use smol_str::SmolStr;

use super::cycles::mentioned;
use super::names::docs_of;
use super::{Binder, Entry};
use crate::infer::{Home, Scope};
use crate::maps::IndexMap;
use crate::problems::shapes::Problem;
use crate::program::{Global, GlobalId, GlobalKind};
use crate::term::Term;
use crate::types::Type;

/// A param or let, bound as far as somebody asked.
#[derive(Debug)]
pub(super) struct GlobalSlot<'a> {
    home: Home,
    form: GlobalForm,
    pub(super) binding: &'a Binding,
    docs: Option<&'a Spanned<String>>,
    ty: Option<Type>,
    inferring: bool,
    /// Bound; a param without a default has no term.
    bound: bool,
    pub(super) term: Option<Term>,
}

/// Whether it may be given from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GlobalForm {
    Param,
    Let,
}

impl<'a> GlobalSlot<'a> {
    pub(super) fn new(
        home: Home,
        form: GlobalForm,
        binding: &'a Binding,
        docs: Option<&'a Spanned<String>>,
    ) -> Self {
        Self { home, form, binding, docs, ty: None, inferring: false, bound: false, term: None }
    }
}

impl<'a> Binder<'a> {
    /// Binds the user's params and lets, those that others mention first.
    pub(super) fn user_globals(&mut self) {
        for index in self.global_order() {
            self.bind_global(index);
        }
    }

    /// An order in which each comes after those that it mentions; rings are cut anywhere.
    fn global_order(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.globals.len());
        let mut seen = vec![false; self.globals.len()];
        for start in 0..self.globals.len() {
            let mut path = vec![(start, None::<std::vec::IntoIter<usize>>)];
            while let Some((index, rest)) = path.last_mut() {
                let index = *index;
                if rest.is_none() && std::mem::replace(seen.get_mut(index).unwrap_or(&mut true), true) {
                    path.pop();
                    continue;
                }
                match rest.get_or_insert_with(|| self.mentions_of(index).into_iter()).next() {
                    Some(next) => path.push((next, None)),
                    None => {
                        order.push(index);
                        path.pop();
                    }
                }
            }
        }
        order
    }

    fn mentions_of(&self, index: usize) -> Vec<usize> {
        let Some((_, slot)) = self.globals.get_index(index) else { return Vec::new() };
        let mut names = Vec::new();
        if let Some(value) = &slot.binding.value {
            mentioned(value, &mut names);
        }
        names.iter().filter_map(|name| self.globals.get_index_of(name.as_str())).collect()
    }

    /// The type of a param or let.
    pub(crate) fn global_type(&mut self, id: GlobalId) -> Type {
        let index = id.0 as usize;
        let Some((_, slot)) = self.globals.get_index_mut(index) else { return Type::Unknown };
        if let Some(ty) = &slot.ty {
            return ty.clone();
        }
        let (binding, home) = (slot.binding, slot.home);
        let Some(written) = &binding.ty else {
            if slot.inferring {
                self.ring_of(binding.name.span);
                return Type::Unknown;
            }
            if self.inferring.len() >= super::DEEPEST {
                self.report(Problem::TooDeep { at: binding.name.span }.diagnostic());
                return Type::Unknown;
            }
            self.bind_global(index);
            return self
                .globals
                .get_index(index)
                .and_then(|(_, slot)| slot.ty.clone())
                .unwrap_or(Type::Unknown);
        };
        let ty = self.resolve(home, written);
        if let Some((_, slot)) = self.globals.get_index_mut(index) {
            slot.ty = Some(ty.clone());
        }
        ty
    }

    fn bind_global(&mut self, index: usize) {
        let Some((_, slot)) = self.globals.get_index_mut(index) else { return };
        if slot.bound || slot.inferring {
            return;
        }
        slot.inferring = true;
        let (binding, home, form) = (slot.binding, slot.home, slot.form);
        let name = &binding.name;
        let written =
            binding.ty.as_ref().map(|_| self.global_type(GlobalId(u32::try_from(index).unwrap_or(u32::MAX))));
        self.inferring.push((name.node.clone(), name.span));
        let mut scope = Scope::global(home);
        let term = match (&binding.value, &written) {
            (Some(value), Some(ty)) => {
                scope.by = binding.ty.as_ref().map(|ty| ty.span);
                Some(self.demand(&mut scope, value, ty))
            }
            (Some(value), None) => Some(self.infer(&mut scope, value, None)),
            (None, Some(_)) if form == GlobalForm::Param => None,
            (None, _) => {
                let problem = match form {
                    GlobalForm::Param => Problem::Untyped { name: &name.node, at: name.span },
                    GlobalForm::Let => Problem::Valueless { name: &name.node, at: name.span },
                };
                self.report(problem.diagnostic());
                Some(Term::error(name.span))
            }
        };
        self.inferring.pop();
        let term = term.map(|term| self.unless_ringed(name.span, term));
        let inferred = term.as_ref().map_or(Type::Unknown, |term| term.ty.clone());
        if let Some((_, slot)) = self.globals.get_index_mut(index) {
            slot.ty = Some(written.unwrap_or(inferred));
            slot.inferring = false;
            slot.bound = true;
            slot.term = term;
        }
    }

    /// The type of a param of the user, and where it is written.
    pub(super) fn param(&mut self, name: &str) -> Option<(Type, Span)> {
        let Some(Entry::Global(id)) = self.names.values.get(name).map(|(entry, _)| *entry) else {
            return None;
        };
        let (_, slot) = self.globals.get_index(id.0 as usize)?;
        if slot.form != GlobalForm::Param {
            return None;
        }
        let by = slot.binding.ty.as_ref().map_or(slot.binding.name.span, |ty| ty.span);
        Some((self.global_type(id), by))
    }

    pub(super) fn param_names(&self) -> Vec<SmolStr> {
        let params =
            self.globals.iter().filter(|(_, slot)| slot.home == Home::User && slot.form == GlobalForm::Param);
        params.map(|(name, _)| name.clone()).collect()
    }

    /// Binds what nobody has asked for yet; what that needs is bound with it.
    pub(super) fn remaining_globals(&mut self) {
        let mut index = 0;
        while index < self.globals.len() {
            self.bind_global(index);
            index += 1;
        }
    }

    /// Moves params and lets into the program.
    pub(super) fn seal_globals(&mut self) {
        let slots: IndexMap<SmolStr, GlobalSlot<'a>> = std::mem::take(&mut self.globals);
        for (name, slot) in slots {
            let span = slot.binding.name.span;
            let kind = match slot.form {
                GlobalForm::Param => GlobalKind::Param(slot.term),
                GlobalForm::Let => GlobalKind::Let(slot.term.unwrap_or_else(|| Term::error(span))),
            };
            let global = Global {
                docs: docs_of(slot.docs),
                span,
                ty: slot.ty.unwrap_or(Type::Unknown),
                written: slot.binding.ty.as_ref().map(|ty| ty.span),
                kind,
            };
            self.program.globals.insert(name, global);
        }
    }
}
