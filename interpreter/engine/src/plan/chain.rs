//! A plan's operations to the chain that takes longest.

use smol_str::SmolStr;

use crate::plan::{Plan, Work};

impl Plan {
    /// Finds the longest chain.
    pub(super) fn measure(&mut self) {
        let waiting = self.waiting();
        let behind = self.remaining(&waiting);
        let longest = |places: &mut dyn Iterator<Item = usize>| {
            places.max_by(|a, b| {
                let of = |at: &usize| behind.get(*at).copied().unwrap_or(0.0);
                of(a).total_cmp(&of(b)).then(b.cmp(a))
            })
        };
        let mut at = longest(&mut (0..self.operations.len()));
        self.seconds = at.and_then(|at| behind.get(at).copied()).unwrap_or(0.0);
        while let Some(here) = at {
            let address = self.operations.get(here).and_then(|operation| self.address_of(operation.work));
            self.critical.extend(address.filter(|address| self.critical.last() != Some(address)));
            at = longest(&mut waiting.followers(here).iter().copied());
        }
    }

    fn address_of(&self, work: Work) -> Option<SmolStr> {
        self.steps.get(work.step()?).map(|step| step.address.clone())
    }
}
