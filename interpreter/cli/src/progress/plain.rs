//! Events as lines that stay: for logs, pipes and terminals that can't redraw.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use rsx_engine::event::{Event, Sink, What};
use rsx_engine::plan::Plan;
use rsx_syntax::Sources;
use smol_str::SmolStr;

use super::complaint;
use super::skipped::Skipped;
use crate::report::human::Look;
use crate::report::measures::time;
use crate::report::plan::verb;
use crate::terminal;

/// From how many expected seconds the beginning and the course of a step are told, and not its end alone.
const LONG: f64 = 10.0;

/// Makes what writes lines onto standard error.
pub(super) fn sink(plan: &Plan, sources: Arc<Sources>, look: Look) -> Sink {
    let long = plan.steps.iter().filter(|step| step.seconds >= LONG);
    let long: HashSet<SmolStr> = long.map(|step| step.address.clone()).collect();
    let skipped = Mutex::new(Skipped::default());
    Arc::new(move |event: Event| {
        let skipped = || skipped.lock().unwrap_or_else(PoisonError::into_inner);
        let is_long = |address| long.contains(address);
        let text = match &event.what {
            What::StepProgressed { address, text, .. } => {
                is_long(address).then(|| format!("  {address}: {text}\n"))
            }
            What::StepStarted { address, action, expected, .. } => is_long(address)
                .then(|| format!("… {} {address}, about {}\n", verb(*action), time(*expected))),
            What::StepSkipped { address, begun, because, .. } => {
                skipped().add(address, *begun, because);
                None
            }
            What::Summary(_) => Some(skipped().tell()),
            What::StepSettled { .. }
            | What::StepFailed { .. }
            | What::Diagnostic { .. }
            | What::Fact(_)
            | What::Output { .. } => line(&event, &sources, look),
        };
        if let Some(text) = text {
            terminal::tell(&text);
        }
    })
}

/// Returns what stays to be read of an event.
pub(super) fn line(event: &Event, sources: &Sources, look: Look) -> Option<String> {
    match &event.what {
        What::StepSettled { address, action, seconds, .. } => {
            Some(format!("✓ {} {address}  {}\n", verb(*action), time(*seconds)))
        }
        What::StepFailed { address, action, seconds, diagnostic, .. } => Some(format!(
            "✗ {} {address}  {}\n{}",
            verb(*action),
            time(*seconds),
            complaint(diagnostic, sources, look)
        )),
        What::Diagnostic { diagnostic, .. } => Some(complaint(diagnostic, sources, look)),
        What::Fact(_)
        | What::StepStarted { .. }
        | What::StepProgressed { .. }
        | What::StepSkipped { .. }
        | What::Output { .. }
        | What::Summary(_) => None,
    }
}
