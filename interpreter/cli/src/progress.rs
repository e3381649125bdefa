//! Events of a run as they happen: a live tree on a terminal, plain lines elsewhere, NDJSON for machines.

mod live;
mod ndjson;
mod plain;
mod skipped;

use std::sync::Arc;

use rsx_engine::event::{Event, Sink};
use rsx_engine::plan::Plan;
use rsx_lang::dimension::Units;
use rsx_syntax::Sources;
use smol_str::SmolStr;

pub(crate) use ndjson::version;

use crate::clock::Pace;
use crate::report::audience::Audience;
use crate::report::human::{Look, render};
use crate::terminal;

/// Makes what shows a run of a plan.
pub(crate) fn sink(
    plan: &Plan,
    sources: Arc<Sources>,
    units: &Units,
    pace: Pace,
    audience: Audience,
) -> Sink {
    let look = terminal::look();
    let show: Sink = match audience {
        Audience::Machines => {
            let lines = ndjson::Lines::new(sources, units);
            Arc::new(move |event: Event| {
                if let Some(line) = lines.line(&event) {
                    terminal::print(&line);
                }
            })
        }
        Audience::People if terminal::is_live() => live::sink(plan, sources, look),
        Audience::People => plain::sink(plan, sources, look),
    };
    Arc::new(move |event| show(pace.in_real_time(event)))
}

/// Renders what went wrong for people.
fn complaint(diagnostic: &rsx_syntax::Diagnostic, sources: &Sources, look: Look) -> String {
    render(diagnostic, sources, look)
}

/// Returns the declaration that an address belongs to.
fn declaration(address: &str) -> SmolStr {
    let end = address.find(['.', '[']).unwrap_or(address.len());
    address.get(..end).unwrap_or(address).into()
}
