//! Starts operations as those before them end, stops at the first failure, and keeps count of the steps.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::{self, Either};
use futures::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;
use rsx_lang::instance::InstanceId;
use rsx_lang::value::Phase;
use rsx_syntax::{Diagnostic, Severity};
use smol_str::SmolStr;

use crate::design::Design;
use crate::event::{Action, Fact, Failure, Place, Reason, Seen, Summary, What};
use crate::journal::Journal;
use crate::json::{Codec, Stored};
use crate::plan::{Plan, Step, Work};
use crate::problems::{Problem, Trouble};
use crate::run::pace::Pace;
use crate::run::poll::Poller;
use crate::run::{Closing, Outcome, Stop};
use crate::scene::{Scene, seconds};
use crate::schema::{Schema, Schemas};

/// How many seconds lie between two checks of rules at least.
const BETWEEN_CHECKS: f64 = 2.0;
/// How long a call that was sent may still take when the run is asked to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Runs one plan.
pub(super) struct Runner<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) plan: &'a Plan,
    pub(super) journal: Journal<'a>,
    pub(super) codec: Codec,
    pub(super) pace: Pace,
    pub(super) poller: Poller<'a>,
    /// Resources of the design by address.
    pub(super) places: HashMap<SmolStr, InstanceId>,
    design: Mutex<&'a mut dyn Design>,
    schemas: Mutex<Schemas>,
    stop: &'a Stop,
    began: Timestamp,
    /// When the rules were last checked.
    checked: Mutex<Timestamp>,
    halted: AtomicBool,
    progress: Mutex<Progress>,
}

/// How far the steps are.
struct Progress {
    steps: Vec<Stage>,
    summary: Summary,
    /// What stopped the run.
    because: Option<Reason>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Waiting,
    Started(Timestamp),
    Over,
}

/// Why an operation has not done its part.
#[derive(Debug)]
pub(super) enum Halt {
    /// The run is to stop, and this was not begun or is not ended.
    Asked,
    /// It failed.
    Failed(Box<Diagnostic>),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Failed(Box::new(problem.diagnostic()))
    }
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        scene: &'a Scene<'a>,
        design: Mutex<&'a mut dyn Design>,
        plan: &'a Plan,
        journal: Journal<'a>,
        codec: Codec,
        stop: &'a Stop,
    ) -> Self {
        let progress = Progress {
            steps: vec![Stage::Waiting; plan.steps.len()],
            summary: Summary::default(),
            because: None,
            diagnostics: Vec::new(),
        };
        let places = {
            let design = design.lock().unwrap_or_else(PoisonError::into_inner);
            design.resources().into_iter().map(|id| (design.address(id), id)).collect()
        };
        Self {
            scene,
            plan,
            journal,
            codec,
            pace: Pace::new(),
            poller: Poller::new(),
            places,
            checked: Mutex::new(scene.clock.now()),
            design,
            schemas: Mutex::default(),
            stop,
            began: scene.clock.now(),
            halted: AtomicBool::new(false),
            progress: Mutex::new(progress),
        }
    }

    pub(super) async fn run(self, closing: Closing) -> Outcome {
        if let Err(halt) = self.begin().await {
            self.stopped_by(halt);
        }
        self.with_reader(self.walk()).await;
        let is_whole = self.skip_rest() && !self.halted.load(Ordering::Relaxed);
        if is_whole && let Err(halt) = self.with_reader(self.close(closing)).await {
            self.stopped_by(halt);
        }
        self.sum_up().await
    }

    /// Does something while the common reader reads for it.
    async fn with_reader<T>(&self, work: impl Future<Output = T>) -> T {
        let reader = Box::pin(self.poller.drive(self.scene));
        match future::select(Box::pin(work), reader).await {
            Either::Left((done, _)) => done,
            // The reader never ends.
            Either::Right(((), work)) => work.await,
        }
    }

    /// Says of what is to be looked at again that it is not known how it stands, until that is done: a run that is cut
    /// off before leaves it to the next.
    fn doubt(&self, step: &Step) -> Option<Fact> {
        let is_there = self.journal.with(|state| state.entries.contains_key(&step.address));
        (step.action == Action::Verify && is_there).then(|| Fact::Read {
            address: step.address.clone(),
            observed: Stored::new(),
            standing: Seen::Changing("to be looked at again".into()),
        })
    }

    /// Writes down what the plan has seen, and tells the design what is there and stays.
    async fn begin(&self) -> Result<(), Halt> {
        let mut facts = Vec::new();
        if self.journal.with(|state| state.deployment.as_ref() != Some(&self.scene.deployment)) {
            facts.push(Fact::Opened(self.scene.deployment.clone()));
        }
        facts.extend(self.plan.seen.iter().cloned());
        facts.extend(self.plan.forgotten.iter().map(|address| Fact::Gone { address: address.clone() }));
        facts.extend(self.plan.steps.iter().filter_map(|step| self.doubt(step)));
        self.write(facts).await?;
        let stepped: HashSet<&SmolStr> = self.plan.steps.iter().map(|step| &step.address).collect();
        let mut design = self.lock_design();
        for id in design.resources() {
            let address = design.address(id);
            let Some(schema) = self.schema(&**design, id) else { continue };
            let seen = self.journal.with(|state| {
                let entry = state.entries.get(&address).map(|entry| &entry.observed);
                entry.or_else(|| state.looked.get(&address).map(|looked| &looked.observed)).cloned()
            });
            if let (Some(seen), false) = (seen, stepped.contains(&address)) {
                design.observe(id, schema.attributes_of(&self.codec.recall(&seen)));
            }
        }
        Ok(())
    }

    async fn walk(&self) {
        let mut waiting = self.plan.waiting();
        let behind = self.plan.remaining(&waiting);
        let mut ready: Vec<usize> = waiting.ready().collect();
        let mut running = FuturesUnordered::new();
        loop {
            for at in ready.drain(..).filter(|_| !self.is_halted()) {
                let (work, behind) = (self.plan.operations.get(at).map(|o| o.work), behind.get(at).copied());
                running.push(async move {
                    (at, self.operate(work.unwrap_or(Work::Pass), behind.unwrap_or_default()).await)
                });
            }
            let Some((at, ended)) = running.next().await else { break };
            if !ended {
                continue;
            }
            waiting.done(at, |next| ready.push(next));
        }
    }

    /// Does one operation; returns whether it did its part.
    async fn operate(&self, work: Work, behind: f64) -> bool {
        let Some(at) = work.step() else { return true };
        let Some(step) = self.plan.steps.get(at) else { return false };
        drop(self.pace.turn(behind).await);
        if self.is_halted() {
            return false;
        }
        self.started(at, step);
        match self.until_asked(self.perform(work, step, behind)).await {
            Ok(()) => {
                let half =
                    matches!(work, Work::Remove(_) | Work::Forget(_)) && step.action == Action::Replace;
                if !half {
                    self.settled(at, step);
                }
                self.check_rules_at_times();
                true
            }
            Err(Halt::Asked) => false,
            Err(Halt::Failed(diagnostic)) => {
                self.failed(at, step, *diagnostic);
                false
            }
        }
    }

    /// Returns whether nothing new may begin.
    pub(super) fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Relaxed) || self.is_asked()
    }

    /// Returns whether the run was asked to stop.
    pub(super) fn is_asked(&self) -> bool {
        self.stop.is_asked()
    }

    /// Waits for something that goes on by itself, unless the run is asked to stop: the next one goes on waiting.
    pub(super) async fn unless_asked<T>(&self, wait: impl Future<Output = T>) -> Result<T, Halt> {
        match future::select(pin!(wait), pin!(self.stop.asked())).await {
            Either::Left((done, _)) => Ok(done),
            Either::Right(((), _)) => Err(Halt::Asked),
        }
    }

    /// Works until the run is asked to stop, and a moment longer, so that a call that was sent may end. What takes
    /// longer is left as if the process had been killed: its intention is in the journal.
    async fn until_asked<T>(&self, work: impl Future<Output = Result<T, Halt>>) -> Result<T, Halt> {
        let enough = async {
            self.stop.asked().await;
            self.scene.clock.sleep(GRACE).await;
        };
        match future::select(pin!(work), pin!(enough)).await {
            Either::Left((done, _)) => done,
            Either::Right(((), _)) => Err(Halt::Asked),
        }
    }

    /// Looks at the design, or changes it; never across a call to the outside.
    pub(super) fn design<T>(&self, act: impl FnOnce(&mut dyn Design) -> T) -> T {
        act(&mut **self.lock_design())
    }

    fn lock_design(&self) -> MutexGuard<'_, &'a mut dyn Design> {
        self.design.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn schema(&self, design: &dyn Design, id: InstanceId) -> Option<Arc<Schema>> {
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        design.kind(id).map(|kind| schemas.of(kind))
    }

    pub(super) async fn write(&self, facts: Vec<Fact>) -> Result<(), Halt> {
        let home = self.design(|design| design.home());
        let words = |fault: crate::store::StoreFault| Trouble::Journal { words: fault.to_string() };
        self.journal.write(facts).await.map_err(|fault| Problem { at: home, what: words(fault) }.into())
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn started(&self, at: usize, step: &Step) {
        let now = self.scene.clock.now();
        if let Some(stage @ Stage::Waiting) = self.progress().steps.get_mut(at) {
            *stage = Stage::Started(now);
            self.scene.tell(What::StepStarted {
                address: step.address.clone(),
                action: step.action,
                because: step.because.clone(),
                expected: step.seconds,
            });
        }
    }

    /// Returns how long a step took, and marks it as over.
    fn over(&self, at: usize) -> f64 {
        let now = self.scene.clock.now();
        match self.progress().steps.get_mut(at) {
            Some(stage) => match std::mem::replace(stage, Stage::Over) {
                Stage::Started(began) => seconds(began, now),
                Stage::Waiting | Stage::Over => 0.0,
            },
            None => 0.0,
        }
    }

    fn settled(&self, at: usize, step: &Step) {
        let seconds = self.over(at);
        self.count(step.action);
        let (address, because) = (step.address.clone(), step.because.clone());
        self.scene.tell(What::StepSettled { address, action: step.action, because, seconds });
    }

    fn count(&self, action: Action) {
        let summary = &mut self.progress().summary;
        match action {
            Action::Create | Action::Sql => summary.created += 1,
            Action::Update => summary.updated += 1,
            Action::Replace => summary.replaced += 1,
            Action::Delete => summary.deleted += 1,
            Action::Adopt => summary.adopted += 1,
            Action::Read | Action::Verify => {}
        }
    }

    fn failed(&self, at: usize, step: &Step, diagnostic: Diagnostic) {
        let seconds = self.over(at);
        let (address, because) = (step.address.clone(), step.because.clone());
        self.fail_step(address, step.action, because, seconds, diagnostic);
    }

    /// Tells that a step failed, and lets nothing new begin.
    pub(super) fn fail_step(
        &self,
        address: SmolStr,
        action: Action,
        because: Vec<Reason>,
        seconds: f64,
        diagnostic: Diagnostic,
    ) {
        let error = Failure::of(self.scene.sources, &diagnostic);
        self.progress().summary.failed += 1;
        self.halt(format!("`{address}` failed"), error.at.clone());
        self.progress().diagnostics.push(diagnostic.clone());
        let diagnostic = Box::new(diagnostic);
        self.scene.tell(What::StepFailed { address, action, because, seconds, error, diagnostic });
    }

    /// Lets nothing new begin; the first reason is the reason.
    fn halt(&self, text: String, at: Option<Place>) {
        self.halted.store(true, Ordering::Relaxed);
        let because = self.reason(text, at);
        self.progress().because.get_or_insert(because);
    }

    fn halt_by(&self, diagnostic: &Diagnostic) {
        let at = diagnostic.primary().map(|span| Place::of(self.scene.sources, span));
        self.halt(diagnostic.message.clone(), at);
    }

    /// Returns a reason; what belongs to no line belongs to the stack's.
    fn reason(&self, text: String, at: Option<Place>) -> Reason {
        let home = || Place::of(self.scene.sources, self.design(|design| design.home()));
        Reason::new(text, at.unwrap_or_else(home))
    }

    /// The run as a whole can't go on.
    fn stopped_by(&self, halt: Halt) {
        if let Halt::Failed(diagnostic) = halt {
            self.halt_by(&diagnostic);
            self.complain(*diagnostic);
        }
    }

    /// Tells once of a problem that belongs to no step; an error makes the run not ok.
    pub(super) fn complain(&self, diagnostic: Diagnostic) {
        if self.progress().diagnostics.contains(&diagnostic) {
            return;
        }
        self.progress().diagnostics.push(diagnostic.clone());
        self.scene.tell_problem(diagnostic);
    }

    /// Checks rules, but not after every step: each time all that wait are tried.
    fn check_rules_at_times(&self) {
        let now = self.scene.clock.now();
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if seconds(*checked, now) >= BETWEEN_CHECKS {
            *checked = now;
            drop(checked);
            self.check_rules();
        }
    }

    /// Checks what has become decidable; a rule that is broken stops the run.
    pub(super) fn check_rules(&self) {
        for diagnostic in self.design(|design| design.check(Phase::Run)) {
            if diagnostic.severity == Severity::Error {
                self.halt_by(&diagnostic);
            }
            self.complain(diagnostic);
        }
    }

    pub(super) fn proved(&self, proved: crate::event::Proved) {
        self.progress().summary.balancers.push(proved);
    }

    /// Tells which steps were not done; returns whether there are none.
    fn skip_rest(&self) -> bool {
        for (at, step) in self.plan.steps.iter().enumerate() {
            let stage = self.progress().steps.get(at).copied();
            match stage {
                Some(Stage::Waiting) => self.skipped(step.address.clone(), step.action),
                Some(Stage::Started(_)) => self.left(step.address.clone(), step.action),
                Some(Stage::Over) | None => {}
            }
        }
        self.progress().summary.is_whole()
    }

    /// Tells that something was not begun, because of what stopped the run.
    fn skipped(&self, address: SmolStr, action: Action) {
        self.progress().summary.skipped += 1;
        let because = vec![self.what_stopped()];
        self.scene.tell(What::StepSkipped { address, action, begun: false, because });
    }

    /// Tells that something was begun and not ended, because of what stopped the run.
    pub(super) fn left(&self, address: SmolStr, action: Action) {
        self.progress().summary.unfinished += 1;
        let because = vec![self.what_stopped()];
        self.scene.tell(What::StepSkipped { address, action, begun: true, because });
    }

    fn what_stopped(&self) -> Reason {
        let because = self.progress().because.clone();
        because.unwrap_or_else(|| self.reason("the run was asked to stop".into(), None))
    }

    async fn sum_up(self) -> Outcome {
        let home = self.design(|design| design.home());
        for words in self.journal.with(crate::state::State::verify) {
            self.complain(Problem { at: home, what: Trouble::Unsound { words } }.diagnostic());
        }
        let kept = match self.journal.flush().await {
            Ok(()) => self.journal.compact().await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = kept {
            let what = Trouble::Journal { words: fault.to_string() };
            self.complain(Problem { at: home, what }.diagnostic());
        }
        let state = self.journal.with(Clone::clone);
        let seconds = seconds(self.began, self.scene.clock.now());
        let progress = self.progress.into_inner().unwrap_or_else(PoisonError::into_inner);
        let errors = progress.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        let ok = !errors && progress.summary.is_whole();
        let stopped = self.stop.is_asked() && !errors && !ok;
        let summary = Summary { ok, stopped, seconds, ..progress.summary };
        self.scene.tell(What::Summary(summary.clone()));
        Outcome { summary, diagnostics: progress.diagnostics, state }
    }
}
