//! A world in memory that the engine acts on: it takes its time, lags, refuses what would break it, fails at times, and can be cut off.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rsx_engine::clock::Clock;
use rsx_engine::known::Known;
use rsx_engine::provider::{Context, Fault, Identity, Kind, Proof, Provider, Question, Refusal};
use rsx_lang::dimension::Units;
use rsx_lang::secret::Secret;
use rsx_lang::show::show;
use rsx_lang::value::{Record, Value};
use smol_str::SmolStr;

use crate::kinds::Code;

/// Tokio's time, which tests pause.
#[derive(Debug)]
pub(crate) struct Ticking(tokio::time::Instant);

impl Ticking {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(tokio::time::Instant::now()))
    }
}

#[async_trait]
impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let elapsed = self.0.elapsed();
        Timestamp::from_second(1_800_000_000).unwrap().checked_add(elapsed).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Something in the world.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) kind: &'static str,
    pub(crate) address: SmolStr,
    pub(crate) fields: Record,
    pub(crate) attributes: Record,
    pub(crate) owner: SmolStr,
    /// When it is as it will stay.
    pub(crate) ready: f64,
    /// From when on a listing shows it.
    pub(crate) listed: f64,
    /// From when on it is gone, if it is going.
    pub(crate) gone: Option<f64>,
}

/// How often which fault strikes, from 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    pub(crate) throttled: f64,
    pub(crate) busy: f64,
    pub(crate) no_capacity: f64,
    pub(crate) lost_before: f64,
    pub(crate) lost_after: f64,
    /// How long listings lag at most, in seconds.
    pub(crate) lag: f64,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) objects: BTreeMap<u64, Object>,
    /// What must never happen, and did.
    pub(crate) violations: Vec<String>,
    /// Calls that change something, as `create box a`.
    pub(crate) calls: Vec<String>,
    pub(crate) reads: usize,
    pub(crate) faults: Faults,
    pub(crate) account: SmolStr,
    pub(crate) chance: StdRng,
    pub(crate) next: u64,
    began: tokio::time::Instant,
    /// After how many calls everything is cut off, before or after the effect of the last.
    pub(crate) cut: Option<(u64, bool)>,
    /// What is refused, as `create server a`, and at which field.
    pub(crate) refused: Option<(String, &'static str)>,
    /// How many zones there are.
    pub(crate) zones: usize,
    /// Servers that never become ready.
    pub(crate) hangs: bool,
}

/// The world, and the code of its kinds.
#[derive(Debug)]
pub(crate) struct World {
    inner: Arc<Mutex<Inner>>,
    kinds: Vec<Code>,
    pub(crate) dead: Arc<tokio::sync::Notify>,
    count: AtomicU64,
}

impl World {
    pub(crate) fn new(seed: u64, faults: Faults) -> Self {
        let inner = Arc::new(Mutex::new(Inner {
            objects: BTreeMap::new(),
            violations: Vec::new(),
            calls: Vec::new(),
            reads: 0,
            faults,
            account: "000000000000".into(),
            chance: StdRng::seed_from_u64(seed),
            next: 0,
            began: tokio::time::Instant::now(),
            cut: None,
            refused: None,
            zones: 2,
            hangs: false,
        }));
        let dead = Arc::new(tokio::sync::Notify::new());
        let code = |name| Code { name, inner: inner.clone(), dead: dead.clone() };
        let kinds = ["box", "server", "link", "holder", "zones"].map(code).into();
        Self { inner, kinds, dead, count: AtomicU64::new(0) }
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// Cuts everything off at a call that changes something: nothing answers any more.
    pub(crate) fn cut_at(&self, call: u64, after_effect: bool) {
        let mut inner = self.inner();
        let so_far = inner.calls.len() as u64;
        inner.cut = Some((so_far + call, after_effect));
    }

    pub(crate) fn mend(&self) {
        self.inner().cut = None;
        // Of several calls that were cut off together, one was heard.
        let _ = self.dead.notified().now_or_never();
    }

    /// Returns what is there, without the names that the world itself has given.
    pub(crate) fn picture(&self) -> Vec<String> {
        let inner = self.inner();
        let called: BTreeMap<String, String> = inner
            .objects
            .iter()
            .map(|(id, object)| (format!("{}-{id}", object.kind), object.address.to_string()))
            .collect();
        let now = inner.now();
        let there = inner.objects.values().filter(|object| object.gone.is_none_or(|gone| gone > now));
        let mut lines: Vec<String> = there
            .map(|object| {
                let fields = object.fields.iter().filter(|(name, _)| *name != "door").map(|(name, value)| {
                    let text = if let Value::Text(text) = value {
                        named(text, &called)
                    } else if let Value::Secret(secret) = value {
                        revealed(secret)
                    } else {
                        show(&Units::default(), value)
                    };
                    format!("{name}={text}")
                });
                format!("{} {} {}", object.kind, object.address, fields.collect::<Vec<_>>().join(" "))
            })
            .collect();
        lines.sort();
        lines
    }
}

/// Puts the address of an object in place of the name that the world has given it.
fn named(text: &str, called: &BTreeMap<String, String>) -> String {
    let (key, rest) = text.split_once(':').map_or((text, ""), |(key, rest)| (key, rest));
    called.get(key).map_or_else(|| text.to_owned(), |address| format!("{address}:{rest}"))
}

fn revealed(secret: &Secret) -> String {
    match secret {
        Secret::Given { text, .. } => text.reveal().to_owned(),
        Secret::Generated | Secret::Stored(_) => format!("{secret:?}"),
    }
}

impl Inner {
    pub(crate) fn now(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    pub(crate) fn strikes(&mut self, rate: f64) -> bool {
        rate > 0.0 && self.chance.random::<f64>() < rate
    }

    pub(crate) fn alive(&self, id: u64) -> Option<&Object> {
        let now = self.now();
        self.objects.get(&id).filter(|object| object.gone.is_none_or(|gone| gone > now))
    }

    pub(crate) fn refuse(&self, what: &str) -> Option<Fault> {
        self.refused.as_ref().filter(|(refused, _)| refused == what).map(|(_, field)| {
            Fault::Refused(Box::new(Refusal {
                code: "ValidationException".into(),
                message: "the size is not on sale".into(),
                theirs: Some("1 validation error detected".into()),
                field: Some((*field).into()),
                help: None,
            }))
        })
    }

    /// Returns who refers to an object: by its id, or by its endpoint.
    pub(crate) fn referrers(&self, kind: &str, id: u64) -> Vec<SmolStr> {
        let (key, endpoint) = (format!("{kind}-{id}"), format!("{kind}-{id}:"));
        let now = self.now();
        let refers = |object: &&Object| {
            object.gone.is_none_or(|gone| gone > now)
                && object.fields.iter().any(|(name, value)| {
                    name != "door"
                        && matches!(value, Value::Text(text) if *text == key || text.starts_with(&endpoint))
                })
        };
        self.objects.values().filter(refers).map(|object| object.address.clone()).collect()
    }
}

#[async_trait]
impl Provider for World {
    async fn identity(&self) -> Result<Identity, Fault> {
        Ok(Identity { account: self.inner().account.clone(), region: "us-east-1".into() })
    }

    fn kind(&self, name: &str) -> Option<&dyn Kind> {
        self.kinds.iter().find(|code| code.name == name).map(|code| code as &dyn Kind)
    }

    async fn ask(&self, _cx: &Context, _question: &Question) -> Result<Value, Fault> {
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(Value::int(1))
    }

    async fn prove(&self, _cx: &Context, _claim: &Known) -> Result<Proof, Fault> {
        Ok(Proof { host: "h".into(), port: 1, answered: None, counted: Vec::new(), broken: None, note: None })
    }
}
