//! Steps that a run never began or left under way, gathered: a line for each reason, not for each step.

use indexmap::{IndexMap, IndexSet};
use rsx_engine::event::Reason;
use smol_str::SmolStr;

use super::declaration;
use crate::report::counts::counted;

/// Steps that were not done, by whether they were begun and by the reason.
#[derive(Default)]
pub(super) struct Skipped(IndexMap<(bool, String), Steps>);

#[derive(Default)]
struct Steps {
    count: usize,
    of: IndexSet<SmolStr>,
}

impl Skipped {
    /// Takes down that a step was skipped.
    pub(super) fn add(&mut self, address: &str, begun: bool, why: &[Reason]) {
        let reason = why.first().map(|reason| reason.text.clone()).unwrap_or_default();
        let steps = self.0.entry((begun, reason)).or_default();
        steps.count += 1;
        steps.of.insert(declaration(address));
    }

    /// Returns what there is to say, first what was begun, and forgets it.
    pub(super) fn tell(&mut self) -> String {
        let line = |((begun, why), Steps { count, of }): ((bool, String), Steps)| {
            let (did, how) = if begun { ("left", " under way") } else { ("skipped", "") };
            let steps = counted(count, "step");
            let of: Vec<_> = of.iter().map(SmolStr::as_str).collect();
            format!("- {did} {steps} of {}{how}: {why}\n", of.join(", "))
        };
        let mut all: Vec<_> = std::mem::take(&mut self.0).into_iter().collect();
        all.sort_by_key(|((begun, _), _)| !begun);
        all.into_iter().map(line).collect()
    }
}
