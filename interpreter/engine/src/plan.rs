//! A design and a state to steps: what to do, in which order, why, and what it changes.

mod chain;
mod digest;
mod judge;
mod link;
mod order;
mod planner;
mod reasons;
mod room;
mod select;
mod weigh;

use std::collections::{BTreeMap, BTreeSet};

use rsx_lang::instance::Address;
use rsx_syntax::Diagnostic;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use smol_str::SmolStr;

pub use digest::digest;
pub(crate) use order::{Operation, Work};
pub use planner::{Planning, plan};
use reasons::all_fields;
pub(crate) use reasons::{changed_fields, note, says};

use crate::design::Design;
use crate::event::{Action, Fact, Place, Reason};
use crate::graph::Waiting;
use crate::problems::{Problem, Trouble};
use crate::state::State;

/// What a run would do. It is whole in itself: saved as JSON and read again, it can be run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The format of a saved plan.
    pub format: u32,
    /// What it rests on.
    pub base: Base,
    /// Its steps, in an order in which they could be done one by one.
    pub steps: Vec<Step>,
    /// How long it is expected to take, in seconds: the longest chain.
    pub seconds: f64,
    /// The addresses of the longest chain, in its order.
    pub critical: Vec<SmolStr>,
    /// What was seen when looking; facts that the run puts into the journal first.
    pub seen: Vec<Fact>,
    /// Entries of the state that only need to be forgotten.
    pub forgotten: Vec<SmolStr>,
    pub(crate) operations: Vec<Operation>,
}

/// What a plan rests on: with another state, spec or input it is stale.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Base {
    /// The number of facts of the state.
    pub version: u64,
    /// The deployment's id, if there was one.
    pub deployment: Option<SmolStr>,
    /// What the spec's text came to; the caller's.
    pub spec: String,
    /// What the design came to before anything was looked at; see [`digest`].
    pub model: String,
    /// How the spec was read: files, env, params without secrets; the caller's.
    pub inputs: Json,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// To which resource.
    pub address: SmolStr,
    /// Its kind.
    pub kind: SmolStr,
    /// What.
    pub action: Action,
    /// Why.
    pub because: Vec<Reason>,
    /// What it changes; of what is made all that it will be, once the plan [spells it out](Plan::spell_out).
    pub changes: Vec<Change>,
    /// What it means for those who use it.
    pub class: Class,
    /// How long it is expected to take, in seconds.
    pub seconds: f64,
    /// By how much it changes the cost of a month, in USD; none if nothing is known.
    pub usd_month: Option<f64>,
    /// Whether what it makes costs something, and nobody says how much.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unpriced: bool,
    /// Where the resource is declared.
    #[serde(flatten)]
    pub at: Option<Place>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A field that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field.
    pub field: SmolStr,
    /// What is there, as it would be written.
    pub before: Option<SmolStr>,
    /// What there will be, as it would be written.
    pub after: Option<SmolStr>,
}

/// What a step means for those who use its resource, the harmless first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// Nothing changes.
    #[serde(rename = "read")]
    Read,
    /// Something comes.
    #[serde(rename = "create")]
    Create,
    /// Something changes in place.
    #[serde(rename = "update")]
    Update,
    /// Something is out of service for a while.
    #[serde(rename = "interrupts")]
    Interrupts,
    /// Something goes and comes again as another.
    #[serde(rename = "replace")]
    Replace,
    /// Something goes.
    #[serde(rename = "delete")]
    Delete,
    /// Data goes.
    #[serde(rename = "destroys data")]
    DestroysData,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::Create,
        Self::Update,
        Self::Interrupts,
        Self::Replace,
        Self::Delete,
        Self::DestroysData,
    ];

    /// Returns the class as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Interrupts => "interrupts",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::DestroysData => "destroys data",
        }
    }

    /// Returns the class as an option names it.
    pub fn word(self) -> String {
        self.as_str().replace(' ', "-")
    }

    /// Reads a class as it is written; `destroys-data` and `destroys_data` are `destroys data`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(['-', '_'], " ");
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }

    /// Returns whether it needs to be allowed where classes are allowed by name.
    pub fn needs_approval(self) -> bool {
        self >= Self::Interrupts
    }
}

impl Plan {
    /// Returns whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Adds to each step that makes something what its fields will be. People are not told: the spec says it.
    pub fn spell_out(&mut self, design: &dyn Design) {
        let making = |step: &&mut Step| matches!(step.action, Action::Create | Action::Sql);
        for step in self.steps.iter_mut().filter(making) {
            let id = design.find(&step.address);
            step.changes = id.map(|id| all_fields(design, &design.want(id))).unwrap_or_default();
        }
    }

    /// Refuses steps whose class needs to be allowed and is not.
    pub fn allowed(&self, design: &dyn Design, classes: &BTreeSet<Class>) -> Result<(), Box<Diagnostic>> {
        let mut needing: BTreeMap<Class, Vec<SmolStr>> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| step.class.needs_approval()) {
            needing.entry(step.class).or_default().push(step.address.clone());
        }
        let needed: Vec<Class> = needing.keys().copied().collect();
        let refused: Vec<_> = needing.into_iter().filter(|(class, _)| !classes.contains(class)).collect();
        let mut spans = refused.iter().map(|(_, addresses)| {
            let first = addresses.first().and_then(|address| design.find(address));
            first.map_or_else(|| design.home(), |id| design.origin(id, None))
        });
        let Some(at) = spans.next() else { return Ok(()) };
        let others: Vec<_> = spans.collect();
        let what = Trouble::NotAllowed { refused, others, needed };
        Err(Box::new(Problem { at, what }.diagnostic()))
    }

    /// Refuses a plan that was made for another state, spec or input.
    pub fn still_holds(&self, design: &dyn Design, spec: &str, state: &State) -> Result<(), Box<Diagnostic>> {
        let stale = |because: &str| Err(Box::new(Problem::stale(because, design.home()).diagnostic()));
        let deployment = state.deployment.as_ref().map(|deployment| &deployment.id);
        if self.format != FORMAT {
            stale("it was saved by another version of rsx")
        } else if self.base.spec != spec {
            stale("the spec has changed since")
        } else if self.base.version != state.version || self.base.deployment.as_ref() != deployment {
            stale("something has been done since")
        } else if self.base.model != digest(design) {
            stale("the spec comes to something else now")
        } else {
            Ok(())
        }
    }

    /// Returns which operations wait for which.
    pub(crate) fn waiting(&self) -> Waiting {
        Waiting::new(self.operations.iter().map(|operation| operation.after.as_slice()))
    }

    /// Returns for each operation how long it takes from its start until all that follows it has ended.
    pub(crate) fn remaining(&self, waiting: &Waiting) -> Vec<f64> {
        waiting.remaining(self.operations.iter().map(|operation| self.seconds_of(operation.work)))
    }

    /// Returns how long an operation is expected to take; a replacement's two halves share its time.
    pub(crate) fn seconds_of(&self, work: Work) -> f64 {
        let Some(step) = work.step().and_then(|step| self.steps.get(step)) else { return 0.0 };
        match step.action {
            Action::Replace => step.seconds / 2.0,
            Action::Create
            | Action::Update
            | Action::Delete
            | Action::Read
            | Action::Sql
            | Action::Adopt
            | Action::Verify => step.seconds,
        }
    }
}

/// The format of a saved plan.
const FORMAT: u32 = 1;

/// Returns whether an address is another or lies within it.
pub fn lies_within(address: &str, outer: &Address) -> bool {
    let Some(inner) = Address::parse(address) else { return false };
    inner.root == outer.root && inner.steps.starts_with(&outer.steps)
}
