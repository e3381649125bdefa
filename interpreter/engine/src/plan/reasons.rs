//! What a step says of itself: its reasons, its changes as they are shown, and what is noted for later.

use indexmap::IndexSet;
use rsx_lang::instance::InstanceId;
use rsx_lang::value::{Record, Value};
use rsx_syntax::Sources;
use smol_str::SmolStr;

use crate::design::{Design, Need};
use crate::diff::{Difference, Shown};
use crate::event::{Note, Place, Reason};
use crate::plan::Change;
use crate::schema::{
    HOLDS_DATA, MONTHLY, REMAINS, RUNS, Role, TAKES, TAKES_DELETE, UNDOES, WITHIN, quantity,
};

/// So many waits are told one by one.
const MANY: usize = 12;
/// How long something takes that does not say.
const UNSAID: f64 = 1.0;

/// Puts down what must be known of a resource when the spec has it no longer.
pub(crate) fn note(design: &dyn Design, sources: &Sources, id: InstanceId) -> Note {
    let needs = design.demand(id);
    let depends: IndexSet<InstanceId> = needs.iter().map(|need| need.on).collect();
    let text = |member| design.get(id, member).as_ref().and_then(Value::as_text).cloned();
    let within = text(WITHIN).and_then(|field| needs.iter().find(|need| need.field == field));
    Note {
        within: within.map(|need| design.address(need.on)),
        runs: says(design, id, RUNS),
        undoes: text(UNDOES),
        remains: text(REMAINS),
        depends: depends.into_iter().map(|on| design.address(on)).collect(),
        at: Some(Place::of(sources, design.origin(id, None))),
        protected: design.protected(id).is_some(),
        holds_data: says(design, id, HOLDS_DATA),
        takes_delete: takes(design, id, TAKES_DELETE),
        monthly: reckon(design, id, MONTHLY),
    }
}

/// Returns whether a kind's let is `true`.
pub(crate) fn says(design: &dyn Design, id: InstanceId, member: &str) -> bool {
    design.get(id, member) == Some(Value::Bool(true))
}

/// Returns a kind's let as a number of its first unit.
fn reckon(design: &dyn Design, id: InstanceId, member: &str) -> Option<f64> {
    design.get(id, member).as_ref().and_then(quantity)
}

/// Returns how long a call of a kind takes: what its own let says, else what making it takes.
pub(crate) fn takes(design: &dyn Design, id: InstanceId, member: &str) -> f64 {
    reckon(design, id, member).or_else(|| reckon(design, id, TAKES)).unwrap_or(UNSAID)
}

/// Writes down the reasons of one resource's step.
pub(crate) struct Reasons<'a> {
    pub(crate) design: &'a dyn Design,
    pub(crate) sources: &'a Sources,
    pub(crate) id: InstanceId,
    /// Where it is declared.
    pub(crate) at: Place,
    pub(crate) list: Vec<Reason>,
}

impl<'a> Reasons<'a> {
    /// Begins without any.
    pub(crate) fn new(design: &'a dyn Design, sources: &'a Sources, id: InstanceId) -> Self {
        let at = Place::of(sources, design.origin(id, None));
        Self { design, sources, id, at, list: Vec::new() }
    }

    /// Adds a sentence at the declaration.
    pub(crate) fn say(&mut self, text: impl Into<String>) {
        if self.list.is_empty() {
            self.list.reserve_exact(1);
        }
        self.list.push(Reason::new(text, self.at.clone()));
    }

    fn place(&self, field: &str) -> Place {
        Place::of(self.sources, self.design.origin(self.id, Some(field)))
    }

    /// Says whose values the fields wait for; of many the first.
    pub(crate) fn waits(&mut self, needs: &[Need], awaited: impl Fn(&Need) -> bool) {
        let mut waits = needs.iter().filter(|need| awaited(need));
        let told: Vec<&Need> = waits.by_ref().take(MANY).collect();
        self.list.reserve_exact(told.len());
        for of_field in told.chunk_by(|one, next| one.field == next.field) {
            let Some(field) = of_field.first().map(|need| &need.field) else { continue };
            let at = self.place(field);
            for need in of_field {
                let on = self.design.address(need.on);
                let text = match &need.attribute {
                    Some(attribute) => ["`", field, "` takes `", &on, ".", attribute, "`"].concat(),
                    None => ["`", field, "` refers to `", &on, "`"].concat(),
                };
                self.list.push(Reason::new(text, at.clone()));
            }
        }
        let more = waits.count();
        if more > 0 {
            self.say(format!("it waits for {more} more"));
        }
    }

    /// Says which fields differ, and what that means.
    pub(crate) fn differ(&mut self, differences: &[Difference]) {
        for difference in differences {
            let field = &difference.field;
            let (before, after) = sides(self.design, difference);
            let from = before.map_or_else(String::new, |before| format!(" from {before}"));
            let then = match difference.role {
                Role::Fixed => "; it can't change in place",
                Role::Disruptive => "; what holds an attribute of it leaves and returns",
                Role::Plain | Role::Through => "",
            };
            let at = self.place(field);
            let text = format!("`{field}` changes{from} to {after}{then}");
            self.list.push(Reason { field: Some(field.clone()), ..Reason::new(text, at) });
        }
    }
}

/// Returns every field of something new as a change.
pub(crate) fn all_fields(design: &dyn Design, want: &Record) -> Vec<Change> {
    let given = want.iter().filter(|(_, value)| !matches!(value, Value::None));
    let mut shown = Shown::in_plan_of(design);
    let change = |(field, value): (&SmolStr, &Value)| Change {
        field: field.clone(),
        before: None,
        after: Some(shown.text(value)),
    };
    // A plan of thousands of resources holds as much as their fields, and nothing over.
    let mut changes = Vec::with_capacity(given.clone().count());
    changes.extend(given.map(change));
    changes
}

/// Returns fields that differ as changes.
pub(crate) fn changed_fields(design: &dyn Design, differences: &[Difference]) -> Vec<Change> {
    let change = |difference: &Difference| {
        let (before, after) = sides(design, difference);
        Change { field: difference.field.clone(), before, after: Some(after) }
    };
    differences.iter().map(change).collect()
}

/// Writes down both sides of a difference; of two records what differs in them.
fn sides(design: &dyn Design, difference: &Difference) -> (Option<SmolStr>, SmolStr) {
    let (before, after) = match (&difference.before, &difference.after) {
        (Some(Value::Record(before)), Value::Record(after)) => {
            let only = |these: &Record, others: &Record| {
                let differs = |(name, value): &(&SmolStr, &Value)| {
                    **value != Value::None && others.get(*name) != Some(*value)
                };
                Value::record(these.iter().filter(differs).map(|(name, value)| (name.clone(), value.clone())))
            };
            (Some(only(before, after)), only(after, before))
        }
        (before, after) => (before.clone(), after.clone()),
    };
    let mut shown = Shown::in_plan_of(design);
    (before.map(|value| shown.text(&value)), shown.text(&after))
}
