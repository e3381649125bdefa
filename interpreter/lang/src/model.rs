//! A program under one env: its instances and their values, what is wrong with them, and what is still open.

mod check;
mod demand;
mod edited;
mod later;
mod members;
mod merge;
mod once;
mod order;

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use rsx_syntax::{Diagnostic, Sources, Span};
use smol_str::SmolStr;

use check::Walk;
use edited::Kept;
pub(crate) use edited::{Change, speaks_of};
use later::Deferred;
pub use later::{Expectation, Outcome, Timed};
use members::expand;
pub(crate) use merge::Merged;

use crate::dimension::Units;
use crate::eval::{Eval, Maker, Setting, Slot, State, instances};
use crate::inputs::{Demand, is_secret};
use crate::instance::{Address, InstanceId};
use crate::problems::evaluation::Problem;
use crate::program::{GlobalId, GlobalKind, Kind, KindBinding, Program};
use crate::rules::Allowance;
use crate::term::Term;
use crate::value::{Awaited, Query, Record, Value};

/// A program under one env.
///
/// What a program says is worked out once, when the model is made; [`diagnostics`](Self::diagnostics) tells
/// what is wrong with it. Values that only the outside knows are holes ([`Value::Pending`]); they
/// close as the outside is [observed](Self::observe) and [answers](Self::answer).
#[derive(Debug)]
pub struct Model {
    program: Arc<Program>,
    sources: Arc<Sources>,
    setting: Setting,
    state: RefCell<State>,
    layout: OnceCell<Layout>,
    deferred: RefCell<Vec<Deferred>>,
    diagnostics: Vec<Diagnostic>,
    /// What an edit needs, if there may be one.
    kept: Option<Kept>,
}

/// Every instance.
#[derive(Debug)]
struct Layout {
    /// In the order of declaration; what an instance made follows it.
    instances: Vec<InstanceId>,
    /// By the id of an instance.
    extents: Vec<Extent>,
}

/// Where an instance stands among all.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    /// Its place in [`Layout::instances`].
    start: usize,
    /// Where what it made ends there.
    end: usize,
    is_resource: bool,
}

/// The declaration that an instance is, or that it was made by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Its name.
    pub name: SmolStr,
    /// The name of its kind.
    pub kind: SmolStr,
    /// Its name in its head.
    pub span: Span,
    /// Where it says `protect = true`.
    pub protect: Option<Span>,
}

/// Something that the program tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its name.
    pub name: SmolStr,
    /// Its value, with holes for what is not known yet.
    pub value: Value,
    /// Its name where it is declared.
    pub span: Span,
    /// What its `///` lines say.
    pub docs: Option<Arc<str>>,
}

/// That a resource must wait for another.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// The other one.
    pub on: InstanceId,
    /// The field that refers to it.
    pub field: SmolStr,
    /// The attribute that the field waits for, if it is one: what is computed or found, not what is given.
    pub attribute: Option<SmolStr>,
}

impl Model {
    /// Works out a program.
    pub(crate) fn new(program: Arc<Program>, sources: Arc<Sources>, setting: Setting) -> Self {
        let mut model = Self::unread(program, sources, setting);
        let walk = model.eval(false, once::walk);
        model.take_in(&walk, false);
        model
    }

    /// Says what a walk has found; `stays` if all instances are those that there were.
    fn take_in(&mut self, walk: &Walk, stays: bool) {
        if walk.is_whole() && !stays {
            let (instances, ends) = walk.instances();
            self.layout = OnceCell::from(self.lay_out(instances, &ends));
        }
        let (broken, deferred) = walk.told(self.state.get_mut());
        self.deferred.replace(deferred);
        self.conclude(broken, walk.is_ordered());
    }

    /// Takes a program of which nothing is worked out before somebody looks at it, and nothing is told.
    pub(crate) fn unread(program: Arc<Program>, sources: Arc<Sources>, setting: Setting) -> Self {
        let state = RefCell::new(State::new(&program));
        Self {
            program,
            sources,
            setting,
            state,
            layout: OnceCell::new(),
            deferred: RefCell::default(),
            diagnostics: Vec::new(),
            kept: None,
        }
    }

    /// Returns where instances stand; those that the walk has left out are made now.
    fn layout(&self) -> &Layout {
        self.layout.get_or_init(|| {
            let (mut instances, mut ends) = (Vec::new(), Vec::new());
            self.eval(false, |eval| {
                for root in self.program.each_declared() {
                    expand(eval, None, InstanceId(root.0), &mut instances, &mut ends);
                }
            });
            self.lay_out(instances, &ends)
        })
    }

    fn lay_out(&self, instances: Vec<InstanceId>, ends: &[usize]) -> Layout {
        let state = self.state.borrow();
        let mut extents = vec![Extent::default(); state.instance_count()];
        for (start, (id, end)) in instances.iter().zip(ends).enumerate() {
            let kind = state.instance(*id).and_then(|instance| self.program.kind(instance.kind));
            let is_resource = kind.is_some_and(|kind| kind.binding == KindBinding::Resource);
            if let Some(extent) = extents.get_mut(id.0 as usize) {
                *extent = Extent { start, end: *end, is_resource };
            }
        }
        Layout { instances, extents }
    }

    /// Gathers what is wrong; some of it the rules say.
    fn conclude(&mut self, broken: Vec<(Option<InstanceId>, Diagnostic)>, is_ordered: bool) {
        let mut merged = Merged::default();
        merged.extend(merge::in_order(self.state.get_mut().problems(), &self.sources));
        merged.about(broken, |id| self.state.borrow().root(id));
        if !is_ordered {
            merged.extend(self.rings());
        }
        self.diagnostics = merged.sorted(&self.sources);
        self.state.get_mut().end_walk();
    }

    /// Returns what is wrong, by place.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns what came of the `allow` whose code stands there.
    pub(crate) fn allowance(&self, at: Span) -> Option<Allowance> {
        self.state.borrow().allowances.get(&at).copied()
    }

    /// Returns the program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Returns every file.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns the units in which values are written.
    pub fn units(&self) -> &Units {
        &self.program.units
    }

    /// Returns the name of the env; `None` in a program that declares none.
    pub fn env(&self) -> Option<&SmolStr> {
        self.setting.env.as_ref()
    }

    /// Returns the stack's instance.
    pub fn stack(&self) -> Option<InstanceId> {
        self.program.stack.map(|id| InstanceId(id.0))
    }

    /// Returns an error for each param that has no value and must have one; a check does without, a plan does not.
    pub fn missing_params(&self, demand: Demand) -> Vec<Diagnostic> {
        let mut missing = Vec::new();
        for (place, (name, global)) in self.program.globals.iter().enumerate() {
            let slot = Slot::Global(GlobalId(u32::try_from(place).unwrap_or(u32::MAX)));
            let asks = |value: &Value| matches!(value, Value::Pending(p) if p.waits_for == [Awaited::Param(name.clone())]);
            let secret = is_secret(&global.ty);
            if matches!(global.kind, GlobalKind::Param(_))
                && (demand == Demand::All || !secret)
                && asks(&self.eval(false, |eval| eval.settle_slot(slot)))
            {
                missing.push(Problem::MissingParam { name, secret }.diagnostic(global.span));
            }
        }
        missing
    }

    /// Returns every instance, patterns included, in the order of declaration; what an instance made follows it.
    pub fn instances(&self) -> &[InstanceId] {
        &self.layout().instances
    }

    /// Returns every instance of a resource kind, in the order of [`instances`](Self::instances).
    pub fn resources(&self) -> Vec<InstanceId> {
        self.instances().iter().copied().filter(|id| self.is_resource(*id)).collect()
    }

    /// Returns an instance's schema.
    pub fn kind(&self, id: InstanceId) -> Option<&Kind> {
        let kind = self.state.borrow().instance(id)?.kind;
        self.program.kind(kind)
    }

    /// Returns what the user calls an instance.
    pub fn address(&self, id: InstanceId) -> Address {
        self.eval(false, |eval| eval.address(id))
    }

    /// Returns what the user calls each instance, by its number.
    pub fn addresses(&self) -> Vec<SmolStr> {
        // Those that a check could leave out are made when they are asked for.
        self.layout();
        self.eval(false, |eval| eval.addresses())
    }

    /// Returns the instance that is called so.
    pub fn find(&self, address: &Address) -> Option<InstanceId> {
        let declared = self.program.declared.get_index_of(&address.root)?;
        let root = InstanceId(u32::try_from(declared).ok()?);
        let extent = self.extent(root)?;
        self.instances()
            .get(extent.start..extent.end)?
            .iter()
            .copied()
            .find(|id| self.address(*id) == *address)
    }

    /// Returns the declaration that an instance is, or that it was made by.
    pub fn root(&self, id: InstanceId) -> Option<Root> {
        let declared_id = self.state.borrow().root(id)?;
        let (name, declared) = self.program.declared(declared_id)?;
        let kind = self.program.kind(declared.kind)?.name.clone();
        let protect = declared.protect.as_ref().filter(|given| {
            self.eval(false, |eval| {
                let scope = eval.scope(Some(InstanceId(declared_id.0)));
                eval.settle(&given.value, scope) == Value::Bool(true)
            })
        });
        Some(Root { name: name.clone(), kind, span: declared.span, protect: protect.map(|given| given.name) })
    }

    /// Returns the instance that made an instance.
    pub fn maker(&self, id: InstanceId) -> Option<InstanceId> {
        match self.state.borrow().instance(id)?.maker {
            Maker::Declared(_) => None,
            Maker::Part { of, .. } => Some(of),
        }
    }

    /// Returns the members of a pool, `None` for what is no pool.
    pub fn members(&self, id: InstanceId) -> Option<Vec<InstanceId>> {
        let place = self.kind(id)?.pool?;
        let members = self.eval(false, |eval| eval.settle_member(id, place));
        Some(instances(&members).collect())
    }

    /// Returns every instance whose kind has a member of this name.
    pub fn having(&self, member: &str) -> Vec<InstanceId> {
        let has: Vec<bool> =
            self.program.kinds.values().map(|kind| kind.members.contains_key(member)).collect();
        let instances = self.instances();
        let state = self.state.borrow();
        let kind = |id: &InstanceId| state.instance(*id).map(|instance| instance.kind.0 as usize);
        instances
            .iter()
            .copied()
            .filter(|id| kind(id).and_then(|kind| has.get(kind)).is_some_and(|has| *has))
            .collect()
    }

    /// Returns a member of an instance as far as it is known, `None` if its kind has no such member.
    pub fn get(&self, id: InstanceId, member: &str) -> Option<Value> {
        let place = self.kind(id)?.members.get_index_of(member)?;
        Some(self.eval(true, |eval| eval.settle_member(id, place)))
    }

    /// Returns what a param or a let comes to, as far as it is known.
    pub fn global(&self, name: &str) -> Option<Value> {
        let place = u32::try_from(self.program.globals.get_index_of(name)?).ok()?;
        Some(self.eval(true, |eval| eval.settle_slot(Slot::Global(GlobalId(place)))))
    }

    /// Returns what an expression of the program comes to; `me` is the instance whose body holds it. It must not speak of the
    /// variables of loops around it.
    pub fn value<'m>(&'m self, term: &'m Term, me: Option<InstanceId>) -> Value {
        self.eval(true, |eval| {
            let scope = eval.scope(me);
            eval.settle(term, scope)
        })
    }

    /// Fills the holes that wait for these attributes of an instance, each of which is computed or found.
    pub fn observe(&mut self, id: InstanceId, attributes: Record) {
        self.state.get_mut().observe(id, attributes);
    }

    /// Fills the holes that wait for the answer to a question; text is taken as the place of the question needs it.
    pub fn answer(&mut self, query: &Query, answer: Value) {
        self.state.get_mut().answer(query.clone(), answer);
    }

    /// Opens the holes again that answers have filled.
    pub fn forget_answers(&mut self) {
        self.state.get_mut().forget_answers();
    }

    /// Opens the holes again that observations have filled.
    pub fn forget_observed(&mut self) {
        self.state.get_mut().forget_observed();
    }

    /// Returns what the program tells.
    pub fn outputs(&self) -> Vec<Output> {
        let value = |term| {
            self.eval(true, |eval| {
                let scope = eval.scope(None);
                eval.settle(term, scope)
            })
        };
        let outputs = self.program.outputs.iter();
        outputs
            .map(|(name, output)| Output {
                name: name.clone(),
                value: value(&output.value),
                span: output.span,
                docs: output.docs.clone(),
            })
            .collect()
    }

    fn eval<'m, R>(&'m self, live: bool, work: impl FnOnce(&mut Eval<'m, '_>) -> R) -> R {
        let mut state = self.state.borrow_mut();
        let live = live && state.has_seen();
        work(&mut Eval::new(&self.program, &self.setting, &self.sources, &mut state, live))
    }

    fn extent(&self, id: InstanceId) -> Option<Extent> {
        self.layout().extents.get(id.0 as usize).copied()
    }

    fn is_resource(&self, id: InstanceId) -> bool {
        self.extent(id).is_some_and(|extent| extent.is_resource)
    }
}
