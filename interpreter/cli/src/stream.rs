//! The frame of a stream of NDJSON: it begins with a version and ends with a summary, whatever happens between.

use rsx_engine::event::{Event, Summary, What};
use serde_json::json;

use crate::exit::{Failure, Outcome};
use crate::progress;
use crate::report::audience::Audience;
use crate::terminal;

/// Does a command whose results are a stream for machines, or text for people.
pub(crate) async fn framed(audience: Audience, work: impl Future<Output = Outcome>) -> Outcome {
    if audience == Audience::Machines {
        terminal::print(&progress::version());
    }
    let outcome = work.await;
    if let (Audience::Machines, Err(failure)) = (audience, &outcome) {
        if let Some(message) = failure.paragraph() {
            terminal::print(&format!("{}\n", complaint(failure.name(), message)));
        }
        close(&Summary { stopped: matches!(failure, Failure::Stopped), ..Summary::default() });
    }
    outcome
}

/// Prints the last line.
pub(crate) fn close(summary: &Summary) {
    let event = Event { at: jiff::Timestamp::now(), what: What::Summary(summary.clone()) };
    terminal::print(&format!("{}\n", json!(event)));
}

/// A failure that belongs to no place of a spec.
fn complaint(code: &str, message: &str) -> serde_json::Value {
    json!({
        "type": "diagnostic",
        "at": jiff::Timestamp::now().to_string(),
        "code": code,
        "severity": "error",
        "message": message,
        "help": null,
        "env": [],
        "labels": [],
        "fixes": [],
    })
}
