//! Events as lines of JSON.

use std::sync::Arc;

use indexmap::IndexMap;
use rsx_engine::event::{Event, Reason, What};
use rsx_engine::json::Codec;
use rsx_engine::plan::Plan;
use rsx_lang::dimension::Units;
use rsx_syntax::Sources;
use serde_json::{Value, json};
use smol_str::SmolStr;

use crate::report::{audience, values};

/// Returns the first line of every stream.
pub(crate) fn version() -> String {
    let object = json!({
        "type": "version",
        "at": jiff::Timestamp::now().to_string(),
        "rsx": env!("CARGO_PKG_VERSION"),
        "format": 1,
    });
    format!("{object}\n")
}

/// What lines say besides what events hold.
pub(super) struct Lines {
    /// Why each step is done, by its address.
    because: IndexMap<SmolStr, Vec<Reason>>,
    sources: Arc<Sources>,
    units: Units,
    codec: Codec,
}

impl Lines {
    /// Makes ready for a run of a plan.
    pub(super) fn new(plan: &Plan, sources: Arc<Sources>, units: &Units) -> Self {
        let because = plan.steps.iter().map(|step| (step.address.clone(), step.because.clone()));
        Self { because: because.collect(), sources, units: units.clone(), codec: Codec::new(units, "") }
    }

    /// Returns an event's line; facts are the journal's own and have none.
    pub(super) fn line(&self, event: &Event) -> Option<String> {
        let value = match &event.what {
            What::Fact(_) => return None,
            What::Diagnostic { diagnostic, .. } => return Some(audience::line(diagnostic, &self.sources)),
            What::Output { name, value, .. } => json!({
                "type": "output",
                "at": event.at.to_string(),
                "name": name.as_str(),
                "value": self.codec.decode(value).map(|value| values::json(&self.units, &value)),
            }),
            What::StepProgressed { address, .. } => {
                let mut value = json!(event);
                if let (Value::Object(fields), Some(because)) = (&mut value, self.because.get(address)) {
                    fields.insert("because".into(), json!(because));
                }
                value
            }
            What::StepStarted { .. }
            | What::StepSettled { .. }
            | What::StepFailed { .. }
            | What::StepSkipped { .. }
            | What::Summary(_) => json!(event),
        };
        Some(format!("{value}\n"))
    }
}
