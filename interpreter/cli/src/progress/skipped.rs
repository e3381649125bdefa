//! Steps that a run never began, gathered: a line for each reason, not for each step.

use indexmap::{IndexMap, IndexSet};
use rsx_engine::event::Reason;
use smol_str::SmolStr;

use super::declaration;

/// Steps that were skipped, by the reason.
#[derive(Default)]
pub(super) struct Skipped(IndexMap<String, Steps>);

#[derive(Default)]
struct Steps {
    count: usize,
    of: IndexSet<SmolStr>,
}

impl Skipped {
    /// Takes down that a step was skipped.
    pub(super) fn add(&mut self, address: &str, why: &[Reason]) {
        let reason = why.first().map(|reason| reason.text.clone()).unwrap_or_default();
        let steps = self.0.entry(reason).or_default();
        steps.count += 1;
        steps.of.insert(declaration(address));
    }

    /// Returns what there is to say, and forgets it.
    pub(super) fn tell(&mut self) -> String {
        let line = |(why, Steps { count, of }): (String, Steps)| {
            let plural = if count == 1 { "" } else { "s" };
            let of: Vec<_> = of.iter().map(SmolStr::as_str).collect();
            format!("- skipped {count} step{plural} of {}: {why}\n", of.join(", "))
        };
        std::mem::take(&mut self.0).into_iter().map(line).collect()
    }
}
