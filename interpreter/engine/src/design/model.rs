//! A model of the language as a design.

use std::cell::OnceCell;
use std::sync::Arc;

use rsx_lang::dimension::Units;
use rsx_lang::instance::InstanceId;
use rsx_lang::maps::HashMap;
use rsx_lang::model::{Model, Outcome as Tried};
use rsx_lang::program::Kind;
use rsx_lang::value::{Awaited, Phase, Query, Record, Value};
use rsx_syntax::{Diagnostic, Span};
use smol_str::SmolStr;

use super::{Design, Expectation, Need, Outcome};

/// A model of a spec that says where it belongs.
#[derive(Debug)]
pub struct Spec {
    model: Model,
    home: Span,
    /// Instances by address, once one is looked for.
    places: OnceCell<HashMap<SmolStr, InstanceId>>,
    /// Addresses by instance.
    addresses: Vec<SmolStr>,
}

impl Spec {
    /// Takes a model if it has a stack; what has none can't be deployed.
    pub fn new(model: Model) -> Option<Self> {
        let home = model.origin(model.stack()?, None)?;
        let addresses = model.addresses();
        Some(Self { model, home, places: OnceCell::new(), addresses })
    }

    /// Returns the model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Puts the text of its address in place of each instance.
    fn addressed(&self, value: &Value) -> Value {
        let fields = |fields: &Record| -> Arc<Record> {
            Arc::new(fields.iter().map(|(name, value)| (name.clone(), self.addressed(value))).collect())
        };
        match value {
            Value::Instance(id) => Value::Text(self.address(*id)),
            Value::List(items) => Value::list(items.iter().map(|item| self.addressed(item))),
            Value::Record(record) => Value::Record(fields(record)),
            Value::Variant(word, record) => Value::Variant(word.clone(), fields(record)),
            Value::Unknown
            | Value::Pending(_)
            | Value::None
            | Value::Bool(_)
            | Value::Number(..)
            | Value::Char(_)
            | Value::Text(_)
            | Value::Cidr(_)
            | Value::Ip(_)
            | Value::Range(_)
            | Value::Secret(_) => value.clone(),
        }
    }
}

impl Design for Spec {
    fn resources(&self) -> Vec<InstanceId> {
        self.model.resources()
    }

    fn kind(&self, id: InstanceId) -> Option<&Kind> {
        self.model.kind(id)
    }

    fn address(&self, id: InstanceId) -> SmolStr {
        self.addresses.get(id.0 as usize).cloned().unwrap_or_default()
    }

    fn find(&self, address: &str) -> Option<InstanceId> {
        let place = |id: &InstanceId| (self.address(*id), *id);
        let places = self.places.get_or_init(|| self.model.instances().iter().map(place).collect());
        places.get(address).copied()
    }

    fn get(&self, id: InstanceId, member: &str) -> Option<Value> {
        self.model.get(id, member)
    }

    fn want(&self, id: InstanceId) -> Record {
        let mut want = self.model.want(id);
        for value in want.values_mut().filter(|value| names_instances(value)) {
            *value = self.addressed(value);
        }
        want
    }

    fn origin(&self, id: InstanceId, field: Option<&str>) -> Span {
        self.model.origin(id, field).unwrap_or(self.home)
    }

    fn demand(&self, id: InstanceId) -> Vec<Need> {
        self.model.demand(id)
    }

    fn protected(&self, id: InstanceId) -> Option<Span> {
        self.model.root(id).and_then(|root| root.protect)
    }

    fn observe(&mut self, id: InstanceId, attributes: Record) {
        self.model.observe(id, attributes);
    }

    fn answer(&mut self, query: &Query, answer: Value) {
        self.model.answer(query, answer);
    }

    fn forget_answers(&mut self) {
        self.model.forget_answers();
    }

    fn forget(&mut self) {
        self.model.forget_answers();
        self.model.forget_observed();
    }

    fn complaints(&mut self) -> Vec<Diagnostic> {
        self.model.take_problems()
    }

    fn check(&mut self, phase: Phase) -> Vec<Diagnostic> {
        self.model.run_rules(phase)
    }

    fn having(&self, member: &str) -> Vec<InstanceId> {
        self.model.having(member)
    }

    fn outputs(&self) -> Vec<(SmolStr, Value)> {
        let outputs = self.model.outputs().into_iter();
        outputs.map(|output| (output.name, self.addressed(&output.value))).collect()
    }

    fn expectations(&mut self) -> Vec<Expectation> {
        let outcome = |tried| match tried {
            Tried::Holds => Outcome::Holds,
            Tried::Fails(diagnostics) => Outcome::Broken(diagnostics),
            Tried::Waits(awaited) => Outcome::Asks(awaited.iter().filter_map(question).collect()),
        };
        let expectations = self.model.expectations().into_iter();
        expectations
            .map(|tried| Expectation { name: tried.name, span: tried.span, outcome: outcome(tried.outcome) })
            .collect()
    }

    fn units(&self) -> &Units {
        self.model.units()
    }

    fn home(&self) -> Span {
        self.home
    }
}

fn question(awaited: &Awaited) -> Option<Arc<Query>> {
    match awaited {
        Awaited::Query(query) => Some(Arc::clone(query)),
        Awaited::Param(_) | Awaited::Attribute(..) => None,
    }
}

/// Returns whether an instance stands anywhere within.
fn names_instances(value: &Value) -> bool {
    match value {
        Value::Instance(_) => true,
        Value::List(items) => items.iter().any(names_instances),
        Value::Record(fields) | Value::Variant(_, fields) => fields.values().any(names_instances),
        Value::Unknown
        | Value::Pending(_)
        | Value::None
        | Value::Bool(_)
        | Value::Number(..)
        | Value::Char(_)
        | Value::Text(_)
        | Value::Cidr(_)
        | Value::Ip(_)
        | Value::Range(_)
        | Value::Secret(_) => false,
    }
}
