//! A plan to what it says: every operation as soon as those before it are done, and nothing that is not in the plan.

mod calls;
mod close;
mod pace;
mod poll;
mod steps;
mod walk;

use std::sync::Mutex;

use rsx_syntax::Diagnostic;
use tokio::sync::watch;

use crate::design::Design;
use crate::event::Summary;
use crate::journal::{Journal, JournalFault};
use crate::json::Codec;
use crate::plan::Plan;
use crate::problems::{Problem, Trouble};
use crate::scene::Scene;
use crate::state::State;
use crate::store::Store;

/// Asks a run to stop: nothing new is started, calls that were sent may end, and nothing is waited for any more.
#[derive(Debug, Default)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Returns whether somebody has asked.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when somebody has asked.
    pub(crate) async fn asked(&self) {
        // What sends is this very value, so it is there while this waits.
        let _ = self.0.subscribe().wait_for(|asked| *asked).await;
    }
}

/// What is done once all steps are settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Claims are proved and expectations tried.
    Prove,
    /// Nothing more.
    Rest,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The sum.
    pub summary: Summary,
    /// What went wrong; it has been told as events.
    pub diagnostics: Vec<Diagnostic>,
    /// What is there now, as far as the journal tells.
    pub state: State,
}

/// Runs a plan. The store's lock is the caller's to hold.
///
/// The design is the one that was planned, or a fresh one of the same spec; see [`Plan::still_holds`].
pub async fn run(
    scene: &Scene<'_>,
    design: &mut dyn Design,
    plan: &Plan,
    store: &dyn Store,
    stop: &Stop,
    closing: Closing,
) -> Result<Outcome, Box<Diagnostic>> {
    let home = design.home();
    let refuse = |fault: JournalFault| {
        Box::new(Problem { at: home, what: Trouble::Journal { words: fault.to_string() } }.diagnostic())
    };
    let opened = Journal::open(store, scene.clock.clone(), scene.sink.clone()).await;
    let journal = opened.map_err(refuse)?;
    let (version, deployment) = journal.with(|state| (state.version, state.deployment.clone()));
    if version != plan.base.version || deployment.as_ref().map(|d| &d.id) != plan.base.deployment.as_ref() {
        return Err(Box::new(Problem::stale("something has been done since", home).diagnostic()));
    }
    let codec = Codec::new(design.units(), &scene.deployment.id);
    let runner = walk::Runner::new(scene, Mutex::new(design), plan, journal, codec, stop);
    Ok(runner.run(closing).await)
}
