//! Calls as a run makes them: in turn, made again where there is hope, and waited for until they have taken effect.

use std::time::Duration;

use rsx_lang::instance::InstanceId;
use rsx_syntax::Span;
use smol_str::SmolStr;

use crate::event::Fact;
use crate::event::Failure;
use crate::known::Known;
use crate::plan::Step;
use crate::problems::{Problem, Trouble};
use crate::provider::{Context, Fault, Id, Kind, Observed, Status};
use crate::retry::{LOOKS, Patience, lagging};
use crate::run::poll::Subject;
use crate::run::walk::{Halt, Runner};
use crate::scene::seconds;

/// How many times the expected duration something may take, and how long in any case, in seconds.
const PATIENCE: f64 = 6.0;
const AT_LEAST: f64 = 600.0;
/// How long something that should be there may not be shown, in seconds: twice what listings lag.
const HIDDEN: f64 = 60.0;
/// How soon the first look follows a call, in seconds; what is made at once is looked at at once.
const FIRST_LOOK: f64 = 0.2;
/// The longest time between two looks, in seconds.
const LONGEST: f64 = 5.0;

/// One step under way.
pub(super) struct Doing<'r, 'a> {
    pub(super) runner: &'r Runner<'a>,
    pub(super) step: &'a Step,
    /// The resource in the design; none if it is not declared any more.
    pub(super) id: Option<InstanceId>,
    pub(super) kind: &'a dyn Kind,
    /// The kind's name.
    pub(super) name: SmolStr,
    pub(super) cx: Context,
    pub(super) behind: f64,
}

impl<'a> Doing<'_, 'a> {
    /// Returns where a problem belongs.
    pub(super) fn place(&self, field: Option<&str>) -> Span {
        self.runner.design(|design| self.id.map_or_else(|| design.home(), |id| design.origin(id, field)))
    }

    /// Puts a fault into words, at the field that is to blame if the service names one.
    pub(super) fn problem(&self, doing: &'static str, fault: Fault) -> Problem {
        let field = match &fault {
            Fault::Denied(refusal) | Fault::Refused(refusal) => refusal.field.clone(),
            Fault::Throttled(_)
            | Fault::Busy(_)
            | Fault::NoCapacity(_)
            | Fault::Lost(_)
            | Fault::Expired(_)
            | Fault::Foreign { .. } => None,
        };
        Problem::fault(&self.step.address, doing, fault, self.place(field.as_deref()))
    }

    /// Writes down that an intention failed, and returns the failure.
    pub(super) async fn fail(&self, doing: &'static str, fault: Fault) -> Halt {
        let open = matches!(fault, Fault::Lost(_));
        let diagnostic = self.problem(doing, fault).diagnostic();
        let error = Failure::of(self.runner.scene.sources, &diagnostic);
        let fact = Fact::Failed { address: self.step.address.clone(), open, error };
        match self.runner.write(vec![fact]).await {
            Ok(()) => Halt::Failed(Box::new(diagnostic)),
            Err(halt) => halt,
        }
    }

    /// Makes a call in turn, again and again while there is hope and the run goes on.
    pub(super) async fn send<T, F>(&self, doing: &'static str, call: impl Fn() -> F) -> Result<T, Halt>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let mut patience = Patience::for_call(self.runner.scene.clock.now(), self.step.seconds);
        loop {
            match self.once(&call).await {
                Ok(answer) => return Ok(answer),
                Err(fault) => self.again(doing, &mut patience, fault).await?,
            }
        }
    }

    /// Creates. When an answer was lost, the creation may have taken effect: it is looked for before it is repeated.
    pub(super) async fn create(&self, want: &Known) -> Result<Id, Halt> {
        let mut patience = Patience::for_call(self.runner.scene.clock.now(), self.step.seconds);
        loop {
            match self.once(&|| self.kind.create(&self.cx, want)).await {
                Ok(id) => return Ok(id),
                Err(fault) => {
                    let lost = matches!(fault, Fault::Lost(_));
                    self.again("making", &mut patience, fault).await?;
                    if lost && let Some(id) = self.find(want).await? {
                        return Ok(id);
                    }
                }
            }
        }
    }

    /// Looks by key for what an unfinished creation may have made, for as long as a listing may lag.
    pub(super) async fn find(&self, want: &Known) -> Result<Option<Id>, Halt> {
        let scene = self.runner.scene;
        let looks = lagging(scene, || scene.insist(|| self.kind.find(&self.cx, want)));
        let found = self.runner.unless_asked(looks).await?;
        found.map_err(|fault| self.problem("finding", fault).into())
    }

    async fn once<T, F>(&self, call: &impl Fn() -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let turn = self.runner.pace.turn(self.behind).await;
        let answer = call().await;
        drop(turn);
        match &answer {
            Ok(_) => self.runner.pace.went_well(),
            Err(Fault::Throttled(_) | Fault::NoCapacity(_) | Fault::Busy(_)) => {
                self.runner.pace.pushed_back(self.runner.scene.clock.now());
            }
            Err(
                Fault::Lost(_)
                | Fault::Expired(_)
                | Fault::Denied(_)
                | Fault::Refused(_)
                | Fault::Foreign { .. },
            ) => {}
        }
        answer
    }

    /// Waits before another attempt. Without hope it is a failure; when the run is to stop there is none.
    async fn again(&self, doing: &'static str, patience: &mut Patience, fault: Fault) -> Result<(), Halt> {
        let scene = self.runner.scene;
        let Some(delay) = patience.next(&fault, scene.clock.now(), scene.chance()) else {
            return Err(self.fail(doing, fault).await);
        };
        if self.runner.is_halted() {
            return Err(Halt::Asked);
        }
        if let Some(why) = why(&fault) {
            (self.cx.progress)(format!("{why}; again in {:.1} s", delay.as_secs_f64()));
        }
        self.runner.unless_asked(scene.pause(&fault, delay)).await?;
        if self.runner.is_halted() { Err(Halt::Asked) } else { Ok(()) }
    }

    /// Waits until a resource is as it will stay.
    pub(super) async fn until_ready(&self, subject: &Subject, expected: f64) -> Result<Observed, Halt> {
        let judge = |seen: &Option<Observed>| seen.as_ref().map_or(Look::Hidden, standing);
        let seen = self.watch(subject, expected, "the call", judge).await?;
        Ok(seen.unwrap_or(Observed { status: Status::Ready, fields: Default::default() }))
    }

    /// Waits until a resource is as it will stay, or is not there.
    pub(super) async fn until_known(
        &self,
        subject: &Subject,
        expected: f64,
    ) -> Result<Option<Observed>, Halt> {
        let judge = |seen: &Option<Observed>| seen.as_ref().map_or(Look::Over, standing);
        self.watch(subject, expected, "the look", judge).await
    }

    /// Waits until a resource is not there any more.
    pub(super) async fn until_gone(&self, subject: &Subject, expected: f64) -> Result<(), Halt> {
        self.watch(subject, expected, "taking it away", |seen| match seen {
            None => Look::Over,
            Some(Observed { status: Status::Changing(word) | Status::Leaving(word), .. }) => {
                Look::OnItsWay(word.clone())
            }
            Some(Observed { status: Status::Ready, .. }) => Look::OnItsWay("there".into()),
            Some(Observed { status: Status::Failed(words), .. }) => Look::Broken(words.clone()),
        })
        .await
        .map(|_| ())
    }

    async fn watch(
        &self,
        subject: &Subject,
        expected: f64,
        doing: &'static str,
        judge: impl Fn(&Option<Observed>) -> Look,
    ) -> Result<Option<Observed>, Halt> {
        let scene = self.runner.scene;
        let began = scene.clock.now();
        let mut patience = Patience::for_call(began, expected);
        let at_most = AT_LEAST.max(PATIENCE * expected);
        let mut told = SmolStr::default();
        let mut wait = if expected <= 1.0 { 0.0 } else { FIRST_LOOK };
        for looks in 1.. {
            let after = Duration::from_secs_f64(wait);
            let look = self.runner.poller.read(scene, self.kind, &self.name, subject, after);
            let answer = self.runner.unless_asked(look).await?;
            let elapsed = seconds(began, scene.clock.now());
            wait = interval(elapsed, expected);
            let (word, longest) = match answer {
                Ok(seen) => match judge(&seen) {
                    Look::Over => return Ok(seen),
                    Look::Broken(words) => return Err(self.broken(words).await),
                    Look::OnItsWay(word) => (word, at_most),
                    Look::Hidden => ("not to be seen".into(), HIDDEN),
                },
                Err(fault) => match patience.next(&fault, scene.clock.now(), scene.chance()) {
                    Some(delay) => {
                        self.runner.unless_asked(scene.pause(&fault, delay)).await?;
                        continue;
                    }
                    None => return Err(self.problem("reading", fault).into()),
                },
            };
            if elapsed > longest && looks >= LOOKS {
                let address = self.step.address.clone();
                let what = Trouble::Stuck { address, doing, seconds: elapsed, word };
                return Err(Problem { at: self.place(None), what }.into());
            }
            if word != told {
                (self.cx.progress)(format!("it is {word}"));
                told = word;
            }
        }
        // So many looks nobody lives to see.
        Ok(None)
    }

    /// Writes down that something went wrong for good.
    async fn broken(&self, words: String) -> Halt {
        let address = self.step.address.clone();
        let what = Trouble::Broken { address: address.clone(), words };
        let diagnostic = Problem { at: self.place(None), what }.diagnostic();
        let error = Failure::of(self.runner.scene.sources, &diagnostic);
        match self.runner.write(vec![Fact::Failed { address, open: false, error }]).await {
            Ok(()) => Halt::Failed(Box::new(diagnostic)),
            Err(halt) => halt,
        }
    }
}

/// What one look comes to.
enum Look {
    Over,
    OnItsWay(SmolStr),
    /// It should be there and is not shown.
    Hidden,
    Broken(String),
}

/// Says of something that is there whether it is as it will stay.
fn standing(seen: &Observed) -> Look {
    match &seen.status {
        Status::Ready => Look::Over,
        Status::Changing(word) | Status::Leaving(word) => Look::OnItsWay(word.clone()),
        Status::Failed(words) => Look::Broken(words.clone()),
    }
}

/// Returns how long to wait before the next look, in seconds: a fortieth of the whole at most, so that little time is lost at the end.
fn interval(elapsed: f64, expected: f64) -> f64 {
    let longest = (f64::max(elapsed, expected) / 40.0).clamp(FIRST_LOOK, LONGEST);
    (elapsed / 4.0).clamp(FIRST_LOOK, longest)
}

/// Says why a call is made again, where a user should know.
fn why(fault: &Fault) -> Option<String> {
    match fault {
        Fault::Throttled(_) => Some("too many calls".into()),
        Fault::Busy(words) => Some(format!("busy: {words}")),
        Fault::NoCapacity(words) => Some(format!("no capacity: {words}")),
        Fault::Lost(words) => Some(format!("no answer: {words}")),
        Fault::Expired(_) => Some("the credentials expired; log in again".into()),
        Fault::Denied(_) | Fault::Refused(_) | Fault::Foreign { .. } => None,
    }
}
