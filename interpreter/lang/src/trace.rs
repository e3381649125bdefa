//! Where a value comes from: walked again, and only when something is wrong with it.

mod lists;

use std::ops::ControlFlow;

use rsx_syntax::Span;
use rsx_syntax::ast::BinaryOperator;
use smol_str::SmolStr;

use crate::eval::{Binding, Eval, Scope, Slot, Source};
use crate::instance::InstanceId;
use crate::program::Given;
use crate::term::{Conversion, Part, Term, TermKind};
use crate::value::Value;

/// How many steps a walk takes at most.
const STEPS: usize = 10_000;

/// The place at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The value, as deep as the user wrote it.
    pub(crate) at: Span,
    /// Whether a value stands there, and not the head of a declaration for want of one.
    pub(crate) is_value: bool,
    /// The name of the field through which it came, if the value stands elsewhere.
    pub(crate) field: Option<Span>,
    /// The name of the field through which it came, wherever the value stands.
    pub(crate) given: Option<Span>,
}

/// Which part of a value is meant.
#[derive(Clone, Debug)]
enum Selector {
    Field(SmolStr),
    Element(usize),
}

/// What a walk has seen.
#[derive(Debug, Default)]
struct Trail<'p> {
    /// The deepest place of the user's.
    last: Option<Span>,
    /// The instance whose member was looked at last.
    owner: Option<InstanceId>,
    /// The first field of the user's through which it went.
    given: Option<&'p Given>,
    /// Which part of the term is meant, the outermost last.
    path: Vec<Selector>,
    /// Whether the part that is meant is a field that was left out: nothing leads further.
    left_out: bool,
    steps: usize,
}

impl<'p> Eval<'p, '_> {
    /// Returns the place at fault for the value of a term.
    pub(crate) fn fault(&mut self, term: &'p Term, scope: Scope) -> Fault {
        let mut trail = Trail::default();
        self.walked(|eval| eval.walk(term, scope, &mut trail));
        // An instance that a reckoning has found is at fault itself, not whoever reckons.
        let found = trail.last.is_none().then(|| self.eval(term, scope).as_instance()).flatten();
        let head = found.or(trail.owner).or(scope.me).and_then(|id| self.head(id));
        let at = trail.last.or(head).or_else(|| self.working_on()).unwrap_or(term.span);
        verdict(at, &trail)
    }

    /// Returns the place of a member's value, or the head of its declaration.
    pub(crate) fn fault_of_member(&mut self, id: InstanceId, place: usize) -> Option<Fault> {
        let mut trail = Trail::default();
        self.walked(|eval| {
            if let Some((term, scope)) = eval.walk_into(Slot::Member(id, place), &mut trail) {
                eval.walk(term, scope, &mut trail);
            }
        });
        let at = trail.last.or_else(|| self.head(trail.owner.unwrap_or(id)))?;
        Some(verdict(at, &trail))
    }

    fn walked(&mut self, walk: impl FnOnce(&mut Self)) {
        let locals = self.locals();
        walk(self);
        self.drop_locals(locals);
    }

    /// Walks from a term; its scope is the one that was made last, here and at every step.
    fn walk(&mut self, term: &'p Term, scope: Scope, trail: &mut Trail<'p>) {
        let mut next = Some((term, scope));
        while let Some((term, scope)) = next {
            trail.steps += 1;
            if trail.steps > STEPS {
                return;
            }
            let users = self.is_users(term.span);
            if users {
                trail.last = Some(term.span);
            }
            let locals = self.locals();
            next = self.step(term, scope, trail);
            if next.is_none() {
                self.drop_locals(locals);
            }
            let left_out = std::mem::take(&mut trail.left_out);
            if next.is_none() && !users && !left_out {
                self.walk_operands(term, scope, trail);
            }
        }
    }

    /// Goes from a term to the one that its value, or the part that is meant, comes from.
    fn step(&mut self, term: &'p Term, scope: Scope, trail: &mut Trail<'p>) -> Option<(&'p Term, Scope)> {
        match &term.kind {
            TermKind::Local(index) => self.step_out(*index, scope, trail),
            TermKind::Member(place) => self.walk_into(Slot::Member(scope.me?, *place), trail),
            TermKind::Global(id) => self.walk_into(Slot::Global(*id), trail),
            TermKind::Me => {
                trail.owner = scope.me;
                None
            }
            TermKind::Get(of, name) => {
                if let Some(id) = self.eval(of, scope).as_instance() {
                    let place = self.place_named(id, name)?;
                    return self.walk_into(Slot::Member(id, place), trail);
                }
                trail.path.push(Selector::Field(name.clone()));
                Some((of, scope))
            }
            TermKind::Index(of, index) => {
                let place = crate::eval::whole(&self.eval(index, scope))
                    .and_then(|place| usize::try_from(place).ok())?;
                trail.path.push(Selector::Element(place));
                Some((of, scope))
            }
            TermKind::If { condition, then, otherwise } => {
                let holds = self.eval(condition, scope).as_bool()?;
                Some((if holds { then } else { otherwise }, scope))
            }
            TermKind::Binary(BinaryOperator::Else, left, right) => {
                let side = if self.eval(left, scope) == Value::None { right } else { left };
                Some((side, scope))
            }
            TermKind::Binary(BinaryOperator::Add, left, right) => {
                self.side_of_join(left, right, scope, trail)
            }
            TermKind::Convert(Conversion::Members, of) => self.member_of_list(of, scope, trail),
            TermKind::Convert(Conversion::Bare(_, bare), of) => match trail.path.last() {
                Some(Selector::Field(name)) if name == bare => {
                    trail.path.pop();
                    Some((of, scope))
                }
                Some(_) => None,
                None => Some((of, scope)),
            },
            TermKind::Convert(Conversion::Whole | Conversion::Refine(_), of) => Some((of, scope)),
            TermKind::Record(fields) | TermKind::Variant(_, fields) => {
                let Some(Selector::Field(name)) = trail.path.last() else { return None };
                let found = fields.iter().find(|(field, _)| field == name);
                trail.path.pop();
                match found {
                    Some((_, value)) => Some((value, scope)),
                    None => {
                        self.left_out(term, trail);
                        None
                    }
                }
            }
            TermKind::Range(start, end) => {
                let Some(Selector::Field(name)) = trail.path.last() else { return None };
                let side = if name == "start" { start } else { end.as_ref()? };
                trail.path.pop();
                Some((side, scope))
            }
            TermKind::List(items) => {
                let Some(Selector::Element(place)) = trail.path.last() else { return None };
                let found = items.get(*place)?;
                trail.path.pop();
                Some((found, scope))
            }
            TermKind::Comprehension { over, only_if, body } => {
                let Some(Selector::Element(place)) = trail.path.last() else { return None };
                let wanted = *place;
                let inner = self.turn_of(over, only_if.as_deref(), wanted, scope)?;
                trail.path.pop();
                Some((body, inner))
            }
            TermKind::Call(builtin, arguments) => self.argument(*builtin, term, arguments, scope, trail),
            TermKind::Error
            | TermKind::Constant(_)
            | TermKind::Stack
            | TermKind::Env
            | TermKind::Declared(_)
            | TermKind::Every(_)
            | TermKind::Referrers(..)
            | TermKind::Query { .. }
            | TermKind::Quantified { .. }
            | TermKind::Not(_)
            | TermKind::Negate(_)
            | TermKind::Binary(..)
            | TermKind::Interpolation(_) => None,
        }
    }

    /// A field that was left out is missed at the brace or word with which its record begins.
    fn left_out(&self, record: &Term, trail: &mut Trail<'p>) {
        let length = if let TermKind::Variant(word, _) = &record.kind { word.len() } else { 1 };
        let end = record.span.start.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
        trail.left_out = true;
        if self.is_users(record.span) {
            trail.last = Some(Span { end: end.min(record.span.end), ..record.span });
        }
    }

    /// Goes from a variable to what it was bound to.
    fn step_out(&mut self, index: usize, scope: Scope, trail: &mut Trail<'p>) -> Option<(&'p Term, Scope)> {
        let (binding, outer) = self.outside(index, scope)?;
        match binding {
            Binding::Nowhere => None,
            Binding::Whole(term) => Some((term, outer)),
            Binding::Element(term, place) => {
                trail.path.push(Selector::Element(place));
                Some((term, outer))
            }
        }
    }

    /// Goes from a slot to the term of its value.
    fn walk_into(&mut self, slot: Slot, trail: &mut Trail<'p>) -> Option<(&'p Term, Scope)> {
        if let Slot::Member(id, _) = slot {
            trail.owner = Some(id);
        }
        let place = self.state.place(slot);
        self.state.read(place);
        match self.source(slot) {
            Source::Term(term, scope, given) => {
                if let Some(given) = given.filter(|given| self.is_users(given.name)) {
                    trail.given.get_or_insert(given);
                }
                Some((term, scope))
            }
            Source::Missing(_) | Source::Secret(..) => {
                if let Slot::Global(id) = slot {
                    trail.last = self.program.global(id).map(|(_, global)| global.span);
                }
                None
            }
            Source::Shared(slot) => self.walk_into(slot, trail),
            Source::Attribute(..) | Source::Parts(_) | Source::None | Source::Unknown => None,
        }
    }

    /// In what the library computes, the first operand that leads to the user stands for the result.
    fn walk_operands(&mut self, term: &'p Term, scope: Scope, trail: &mut Trail<'p>) {
        if trail.last.is_some() {
            return;
        }
        let locals = self.locals();
        let path = std::mem::take(&mut trail.path);
        let _ = operands(term, &mut |operand| {
            self.walk(operand, scope, trail);
            self.drop_locals(locals);
            trail.path.clear();
            if trail.last.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        trail.path = path;
    }
}

fn verdict(at: Span, trail: &Trail<'_>) -> Fault {
    let given = trail.given;
    let outside = |given: &&Given| !covers(given.value.span, at);
    Fault {
        at,
        is_value: trail.last.is_some(),
        field: given.filter(outside).map(|given| given.name),
        given: given.map(|given| given.name),
    }
}

/// Whether one span lies within another.
pub(crate) fn covers(outer: Span, inner: Span) -> bool {
    outer.piece == inner.piece && outer.start <= inner.start && inner.end <= outer.end
}

/// Goes through the terms that a term is made of and that stand in its scope, until there is enough.
fn operands<'t>(term: &'t Term, see: &mut dyn FnMut(&'t Term) -> ControlFlow<()>) -> ControlFlow<()> {
    match &term.kind {
        TermKind::Error
        | TermKind::Constant(_)
        | TermKind::Local(_)
        | TermKind::Me
        | TermKind::Member(_)
        | TermKind::Stack
        | TermKind::Env
        | TermKind::Global(_)
        | TermKind::Declared(_)
        | TermKind::Every(_) => ControlFlow::Continue(()),
        TermKind::List(items) | TermKind::Call(_, items) => items.iter().try_for_each(see),
        TermKind::Record(fields) | TermKind::Variant(_, fields) => {
            fields.iter().try_for_each(|(_, value)| see(value))
        }
        TermKind::Get(of, _)
        | TermKind::Referrers(_, of)
        | TermKind::Not(of)
        | TermKind::Negate(of)
        | TermKind::Convert(_, of) => see(of),
        TermKind::Index(one, two) | TermKind::Binary(_, one, two) => {
            see(one)?;
            see(two)
        }
        TermKind::Query { target, text, arguments, login } => {
            see(target)?;
            see(text)?;
            arguments.iter().chain(login.as_deref()).try_for_each(see)
        }
        TermKind::Comprehension { over, .. } | TermKind::Quantified { over, .. } => see(over),
        TermKind::If { condition, then, otherwise } => {
            see(condition)?;
            see(then)?;
            see(otherwise)
        }
        TermKind::Range(start, end) => {
            see(start)?;
            end.as_deref().map_or(ControlFlow::Continue(()), see)
        }
        TermKind::Interpolation(parts) => parts.iter().try_for_each(|part| match part {
            Part::Literal(_) => ControlFlow::Continue(()),
            Part::Value(term) => see(term),
        }),
    }
}
