//! Everything besides design and state that reaches the outside: provider, clock, chance, and who owns what is made.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rsx_syntax::{Diagnostic, Sources, Span};
use smol_str::SmolStr;

use crate::clock::Clock;
use crate::event::{Action, Deployment, Event, Failure, Sink, What};
use crate::problems::{Problem, Seat, Trouble};
use crate::provider::{Context, Fault, Identity, Kind, Owner, Provider};
use crate::retry::Patience;
use crate::state::State;

/// What the engine needs of the outside.
pub struct Scene<'a> {
    /// What can be done out there.
    pub provider: &'a dyn Provider,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Who listens.
    pub sink: Sink,
    /// The texts, for lines.
    pub sources: &'a Sources,
    /// What the deployment is.
    pub deployment: Deployment,
    /// The user's own tags.
    pub tags: Vec<(SmolStr, SmolStr)>,
    chance: Mutex<StdRng>,
}

impl std::fmt::Debug for Scene<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scene").field("deployment", &self.deployment).finish_non_exhaustive()
    }
}

/// What a scene is opened with.
pub struct Opening<'a> {
    /// What can be done out there.
    pub provider: &'a dyn Provider,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Who listens.
    pub sink: Sink,
    /// The texts, for lines.
    pub sources: &'a Sources,
    /// The stack's name.
    pub stack: SmolStr,
    /// The env's name; `default` without one.
    pub env: SmolStr,
    /// The spec's path, for messages.
    pub spec: SmolStr,
    /// The user's own tags.
    pub tags: Vec<(SmolStr, SmolStr)>,
    /// Where tokens and the deployment's id come from.
    pub seed: u64,
    /// The place of a problem that belongs to the whole deployment.
    pub home: Span,
}

impl std::fmt::Debug for Opening<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening").field("stack", &self.stack).field("env", &self.env).finish_non_exhaustive()
    }
}

impl<'a> Scene<'a> {
    /// Asks whose credentials these are; another account or region than the state's is refused.
    pub async fn open(opening: Opening<'a>, state: &State) -> Result<Self, Box<Diagnostic>> {
        let mut chance = StdRng::seed_from_u64(opening.seed);
        let mut patience = Patience::new(opening.clock.now());
        let identity = loop {
            match opening.provider.identity().await {
                Ok(identity) => break identity,
                Err(fault) => match patience.next(&fault, opening.clock.now(), chance.random()) {
                    Some(delay) => opening.clock.sleep(delay).await,
                    None => return Err(Box::new(no_account(&opening.stack, fault, opening.home))),
                },
            }
        };
        // What has nothing left may begin anew elsewhere.
        let ours = state.deployment.as_ref();
        let ours = ours.filter(|ours| !state.entries.is_empty() || strange(ours, &identity).is_none());
        let deployment = match ours {
            Some(deployment) => same_place(deployment, &identity, opening.home)?,
            None => Deployment {
                stack: opening.stack,
                env: opening.env,
                id: hex_word(&mut chance, 6),
                account: identity.account,
                region: identity.region,
                spec: opening.spec,
            },
        };
        Ok(Self {
            provider: opening.provider,
            clock: opening.clock,
            sink: opening.sink,
            sources: opening.sources,
            deployment,
            tags: opening.tags,
            chance: Mutex::new(chance),
        })
    }

    /// Tells what happened.
    pub(crate) fn tell(&self, what: What) {
        (self.sink)(Event { at: self.clock.now(), what });
    }

    /// Tells of a problem that belongs to no step.
    pub(crate) fn tell_problem(&self, diagnostic: Diagnostic) {
        let error = Failure::of(self.sources, &diagnostic);
        self.tell(What::Diagnostic { error, diagnostic: Box::new(diagnostic) });
    }

    /// Returns a number from 0 to 1.
    pub(crate) fn chance(&self) -> f64 {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).random()
    }

    /// Returns a token that nobody else has.
    pub(crate) fn token(&self) -> SmolStr {
        hex_word(&mut self.chance.lock().unwrap_or_else(PoisonError::into_inner), 16)
    }

    /// Returns what a call for a resource needs besides its arguments.
    pub(crate) fn context(&self, address: &SmolStr, token: &SmolStr, action: Action) -> Context {
        let (sink, clock, whose) = (Arc::clone(&self.sink), Arc::clone(&self.clock), address.clone());
        let progress = move |text| {
            let what = What::StepProgressed { address: whose.clone(), action, text };
            sink(Event { at: clock.now(), what });
        };
        Context {
            owner: Owner {
                stack: self.deployment.stack.clone(),
                env: self.deployment.env.clone(),
                id: self.deployment.id.clone(),
                tags: self.tags.clone(),
            },
            identity: Identity {
                account: self.deployment.account.clone(),
                region: self.deployment.region.clone(),
            },
            address: address.clone(),
            token: token.clone(),
            clock: Arc::clone(&self.clock),
            progress: Arc::new(progress),
        }
    }

    /// Returns the code behind a kind.
    pub(crate) fn kind(&self, name: &SmolStr, at: Span) -> Result<&'a dyn Kind, Problem> {
        let unknown = || Problem { at, what: Trouble::UnknownKind { kind: name.clone() } };
        self.provider.kind(name).ok_or_else(unknown)
    }

    /// Repeats a call that only reads until it answers or there is no hope.
    pub(crate) async fn insist<T, F>(&self, mut call: impl FnMut() -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let mut patience = Patience::new(self.clock.now());
        loop {
            match call().await {
                Ok(answer) => return Ok(answer),
                Err(fault) => match patience.next(&fault, self.clock.now(), self.chance()) {
                    Some(delay) => self.pause(&fault, delay).await,
                    None => return Err(fault),
                },
            }
        }
    }

    /// Waits before another attempt; expired credentials are asked for again.
    pub(crate) async fn pause(&self, fault: &Fault, delay: Duration) {
        self.clock.sleep(delay).await;
        if matches!(fault, Fault::Expired(_)) {
            // Whether they are fresh now shows in the next attempt.
            let _ = self.provider.identity().await;
        }
    }
}

/// Says that nobody answers who could say whose credentials these are, or that he refuses to.
pub fn no_account(stack: &SmolStr, fault: Fault, home: Span) -> Diagnostic {
    let problem = match fault {
        Fault::Lost(words) => {
            Problem { at: home, what: Trouble::Unreachable { stack: stack.clone(), words } }
        }
        Fault::Throttled(_)
        | Fault::Busy(_)
        | Fault::NoCapacity(_)
        | Fault::Expired(_)
        | Fault::Denied(_)
        | Fault::Refused(_)
        | Fault::Foreign { .. } => Problem::fault(stack, "reaching the account of", fault, home),
    };
    problem.diagnostic()
}

/// Returns in what a place differs from a deployment's: ours, theirs.
fn strange(ours: &Deployment, theirs: &Identity) -> Option<(Seat, SmolStr, SmolStr)> {
    let pairs =
        [(Seat::Account, &ours.account, &theirs.account), (Seat::Region, &ours.region, &theirs.region)];
    let strange = pairs.into_iter().find(|(_, ours, theirs)| ours != theirs);
    strange.map(|(seat, ours, theirs)| (seat, ours.clone(), theirs.clone()))
}

fn same_place(ours: &Deployment, theirs: &Identity, at: Span) -> Result<Deployment, Box<Diagnostic>> {
    match strange(ours, theirs) {
        Some((seat, ours, theirs)) => {
            Err(Box::new(Problem { at, what: Trouble::Elsewhere { seat, ours, theirs } }.diagnostic()))
        }
        None => Ok(ours.clone()),
    }
}

fn hex_word(chance: &mut StdRng, bytes: usize) -> SmolStr {
    let bytes: Vec<u8> = (0..bytes).map(|_| chance.random()).collect();
    hex::encode(bytes).into()
}

/// Returns how many seconds lie between two moments.
pub(crate) fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}
