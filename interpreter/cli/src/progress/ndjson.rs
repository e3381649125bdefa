//! Events as lines of JSON.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rsx_engine::event::{Event, Reason, What};
use rsx_engine::json::Codec;
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
    /// Why each step that goes on was begun, by its address.
    because: Mutex<HashMap<SmolStr, Vec<Reason>>>,
    sources: Arc<Sources>,
    units: Units,
    codec: Codec,
}

impl Lines {
    /// Makes ready for a run.
    pub(super) fn new(sources: Arc<Sources>, units: &Units) -> Self {
        let because = Mutex::default();
        Self { because, sources, units: units.clone(), codec: Codec::new(units, "") }
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
            What::StepStarted { address, because, .. } => {
                self.begun().insert(address.clone(), because.clone());
                json!(event)
            }
            What::StepProgressed { address, .. } => {
                let mut value = json!(event);
                if let (Value::Object(fields), Some(because)) = (&mut value, self.begun().get(address)) {
                    fields.insert("because".into(), json!(because));
                }
                value
            }
            What::StepSettled { .. }
            | What::StepFailed { .. }
            | What::StepSkipped { .. }
            | What::Summary(_) => json!(event),
        };
        Some(format!("{value}\n"))
    }

    fn begun(&self) -> MutexGuard<'_, HashMap<SmolStr, Vec<Reason>>> {
        self.because.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
