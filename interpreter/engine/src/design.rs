//! What the engine asks of a model: which resources there should be, how they hang together, what is still open.

mod model;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use model::Spec;
use rsx_lang::dimension::Units;
use rsx_lang::instance::InstanceId;
pub use rsx_lang::model::Need;
use rsx_lang::program::Kind;
use rsx_lang::value::{Phase, Query, Record, Value};
use rsx_syntax::{Diagnostic, Span};
use smol_str::SmolStr;

/// A deployment as it should be, with holes where something is known only later.
///
/// A [`Spec`] is one; so is [`Nothing`], and the synthetic designs of the tests.
pub trait Design: Send {
    /// Returns every instance of a resource kind, in the order of the model.
    fn resources(&self) -> Vec<InstanceId>;

    /// Returns an instance's schema.
    fn kind(&self, id: InstanceId) -> Option<&Kind>;

    /// Returns an instance's address as the state writes it.
    fn address(&self, id: InstanceId) -> SmolStr;

    /// Returns the instance of an address, as the state writes it.
    fn find(&self, address: &str) -> Option<InstanceId>;

    /// Returns a member of an instance, `None` if its kind has no such member.
    fn get(&self, id: InstanceId, member: &str) -> Option<Value>;

    /// Returns the fields of a resource as they are wanted, with holes; instances within stand as the text of their addresses.
    fn want(&self, id: InstanceId) -> Record;

    /// Returns where a field was written, or the declaration's name.
    fn origin(&self, id: InstanceId, field: Option<&str>) -> Span;

    /// Returns which other resources a resource refers to, and in which field.
    fn demand(&self, id: InstanceId) -> Vec<Need>;

    /// Returns where it is said that a resource may be neither deleted nor replaced.
    fn protected(&self, id: InstanceId) -> Option<Span>;

    /// Returns where it is said that what has an address may be neither deleted nor replaced, though it be there no more.
    fn protector(&self, address: &str) -> Option<Span> {
        let root = address.split(['.', '[']).next()?;
        let id = self.find(address).or_else(|| self.find(root))?;
        self.protected(id)
    }

    /// Fills the holes that wait for these attributes of a resource.
    fn observe(&mut self, id: InstanceId, attributes: Record);

    /// Fills the holes that wait for the answer to a question.
    fn answer(&mut self, query: &Query, answer: Value);

    /// Forgets all answers: they are asked for again where they are needed.
    fn forget_answers(&mut self);

    /// Forgets all answers and all that was observed.
    fn forget(&mut self);

    /// Returns what was found wrong while values were worked out, since it was last asked.
    fn complaints(&mut self) -> Vec<Diagnostic>;

    /// Checks the rules that have become decidable and were not checked before, up to a phase.
    fn check(&mut self, phase: Phase) -> Vec<Diagnostic>;

    /// Returns every instance, resource or not, whose kind has a member.
    fn having(&self, member: &str) -> Vec<InstanceId>;

    /// Returns what is to be told at the end, by name.
    fn outputs(&self) -> Vec<(SmolStr, Value)>;

    /// Tries every expectation with what is known.
    fn expectations(&mut self) -> Vec<Expectation>;

    /// Returns the units in which values are written.
    fn units(&self) -> &Units;

    /// Returns the place to which a problem without any other belongs: the deployment's declaration.
    fn home(&self) -> Span;

    /// Says why what is there and not in the design goes.
    fn farewell(&self) -> &'static str {
        "it is not declared any more"
    }
}

/// A fact that must hold after a run.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What it says of itself.
    pub name: SmolStr,
    /// Its name in its head.
    pub span: Span,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an expectation.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It waits for answers.
    Asks(Vec<Arc<Query>>),
    /// It does not hold, or can't be known.
    Broken(Vec<Diagnostic>),
}

/// A deployment of nothing: what a destroy makes true.
#[derive(Clone, Debug)]
pub struct Nothing {
    /// The units in which values are written.
    pub units: Units,
    /// The deployment's declaration.
    pub home: Span,
    /// Where it is said that a resource may not go, by its address.
    pub protects: BTreeMap<SmolStr, Span>,
}

impl Nothing {
    /// Returns what is left of a design when everything has been taken away.
    pub fn of(design: &dyn Design) -> Self {
        let all = design.resources().into_iter();
        let protects = all.filter_map(|id| Some((design.address(id), design.protected(id)?)));
        Self { units: design.units().clone(), home: design.home(), protects: protects.collect() }
    }
}

impl Design for Nothing {
    fn resources(&self) -> Vec<InstanceId> {
        Vec::new()
    }

    fn kind(&self, _id: InstanceId) -> Option<&Kind> {
        None
    }

    fn address(&self, _id: InstanceId) -> SmolStr {
        SmolStr::default()
    }

    fn find(&self, _address: &str) -> Option<InstanceId> {
        None
    }

    fn get(&self, _id: InstanceId, _member: &str) -> Option<Value> {
        None
    }

    fn want(&self, _id: InstanceId) -> Record {
        Record::default()
    }

    fn origin(&self, _id: InstanceId, _field: Option<&str>) -> Span {
        self.home
    }

    fn demand(&self, _id: InstanceId) -> Vec<Need> {
        Vec::new()
    }

    fn protected(&self, _id: InstanceId) -> Option<Span> {
        None
    }

    fn protector(&self, address: &str) -> Option<Span> {
        self.protects.get(address).copied()
    }

    fn observe(&mut self, _id: InstanceId, _attributes: Record) {}

    fn answer(&mut self, _query: &Query, _answer: Value) {}

    fn forget_answers(&mut self) {}

    fn forget(&mut self) {}

    fn complaints(&mut self) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn check(&mut self, _phase: Phase) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn having(&self, _member: &str) -> Vec<InstanceId> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<(SmolStr, Value)> {
        Vec::new()
    }

    fn expectations(&mut self) -> Vec<Expectation> {
        Vec::new()
    }

    fn units(&self) -> &Units {
        &self.units
    }

    fn home(&self) -> Span {
        self.home
    }

    fn farewell(&self) -> &'static str {
        "the whole stack goes"
    }
}
