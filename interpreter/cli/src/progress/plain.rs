//! Events as lines that stay: for logs, pipes and terminals that can't redraw.

use std::sync::Arc;

use rsx_engine::event::{Event, Sink, What};
use rsx_syntax::Sources;

use super::complaint;
use crate::report::human::Look;
use crate::report::measures::time;
use crate::report::plan::{because, verb};
use crate::terminal;

/// From how many expected seconds the beginning of a step is told, and not its end alone.
const LONG: f64 = 10.0;

/// Makes what writes lines onto standard error.
pub(super) fn sink(sources: Arc<Sources>, look: Look) -> Sink {
    Arc::new(move |event: Event| {
        if let Some(text) = line(&event, &sources, look) {
            terminal::tell(&text);
        }
    })
}

/// Returns what stays to be read of an event.
pub(super) fn line(event: &Event, sources: &Sources, look: Look) -> Option<String> {
    match &event.what {
        What::StepStarted { address, action, expected, .. } if *expected >= LONG => {
            Some(format!("… {} {address}, about {}\n", verb(*action), time(*expected)))
        }
        What::StepProgressed { address, text, .. } => Some(format!("  {address}: {text}\n")),
        What::StepSettled { address, action, seconds, .. } => {
            Some(format!("✓ {} {address}  {}\n", verb(*action), time(*seconds)))
        }
        What::StepFailed { address, action, seconds, diagnostic, .. } => Some(format!(
            "✗ {} {address}  {}\n{}",
            verb(*action),
            time(*seconds),
            complaint(diagnostic, sources, look)
        )),
        What::StepSkipped { address, action, because: why } => {
            let why = why.first().map(|reason| format!(": {}", because(reason))).unwrap_or_default();
            Some(format!("- {} {address} skipped{why}\n", verb(*action)))
        }
        What::Diagnostic { diagnostic, .. } => Some(complaint(diagnostic, sources, look)),
        What::Fact(_) | What::StepStarted { .. } | What::Output { .. } | What::Summary(_) => None,
    }
}
