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
use rsx_engine::provider::{
    Change, Context, Fault, Id, Identity, Kind, Observed, Proof, Provider, Question, Reading, Refusal, Status,
};
use rsx_lang::dimension::Units;
use rsx_lang::secret::Secret;
use rsx_lang::show::show;
use rsx_lang::value::{Record, Value};
use smol_str::SmolStr;

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
    chance: StdRng,
    next: u64,
    began: tokio::time::Instant,
    /// After how many calls everything is cut off, before or after the effect of the last.
    cut: Option<(u64, bool)>,
    /// What is refused, as `create server a`, and at which field.
    pub(crate) refused: Option<(String, &'static str)>,
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

#[derive(Debug)]
struct Code {
    name: &'static str,
    inner: Arc<Mutex<Inner>>,
    dead: Arc<tokio::sync::Notify>,
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

    fn strikes(&mut self, rate: f64) -> bool {
        rate > 0.0 && self.chance.random::<f64>() < rate
    }

    fn alive(&self, id: u64) -> Option<&Object> {
        let now = self.now();
        self.objects.get(&id).filter(|object| object.gone.is_none_or(|gone| gone > now))
    }

    fn refuse(&self, what: &str) -> Option<Fault> {
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
    fn referrers(&self, kind: &str, id: u64) -> Vec<SmolStr> {
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

fn id_of(id: &Id) -> u64 {
    id.0.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap()
}

impl Code {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    fn takes(&self) -> f64 {
        match self.name {
            "box" => 3.0,
            "server" => 60.0,
            _ => 0.0,
        }
    }

    /// One call that changes something: it takes time, may fail, and may be the last.
    async fn call<T>(
        &self,
        what: String,
        effect: impl FnOnce(&mut Inner) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (answer, cut, lost) = {
            let mut inner = self.inner();
            inner.calls.push(what.clone());
            let so_far = inner.calls.len() as u64;
            let cut = inner.cut.filter(|(at, _)| so_far >= *at).map(|(_, after_effect)| after_effect);
            if cut == Some(false) {
                (None, true, false)
            } else {
                let faults = inner.faults;
                let words = || "fault".to_owned();
                if inner.strikes(faults.throttled) {
                    return Err(Fault::Throttled(words()));
                }
                if inner.strikes(faults.busy) {
                    return Err(Fault::Busy(words()));
                }
                if inner.strikes(faults.no_capacity) {
                    return Err(Fault::NoCapacity(words()));
                }
                if inner.strikes(faults.lost_before) {
                    return Err(Fault::Lost(words()));
                }
                if let Some(refused) = inner.refuse(&what) {
                    return Err(refused);
                }
                let lost = inner.strikes(faults.lost_after);
                (Some(effect(&mut inner)), cut.is_some(), lost)
            }
        };
        if cut {
            self.dead.notify_one();
            std::future::pending::<()>().await;
        }
        match answer {
            Some(Ok(_)) if lost => Err(Fault::Lost("after the effect".into())),
            Some(answer) => answer,
            None => Err(Fault::Lost("never".into())),
        }
    }
}

#[async_trait]
impl Kind for Code {
    fn name(&self) -> &'static str {
        self.name
    }

    fn reading(&self) -> Reading {
        if self.name == "link" { Reading::Wakes } else { Reading::Free }
    }

    async fn find(&self, cx: &Context, _want: &Known) -> Result<Option<Id>, Fault> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if self.name == "zones" {
            return Ok(Some(Id("zones".into())));
        }
        let inner = self.inner();
        let now = inner.now();
        let ours = |(id, object): (&u64, &Object)| {
            let there = object.gone.is_none_or(|gone| gone > now) && object.listed <= now;
            let same =
                object.kind == self.name && object.address == cx.address && object.owner == cx.owner.id;
            (there && same).then(|| Id(format!("{}-{id}", self.name).into()))
        };
        Ok(inner.objects.iter().find_map(ours))
    }

    async fn read(&self, _cx: &Context, id: &Id, _last: &Record) -> Result<Option<Observed>, Fault> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if self.name == "zones" {
            let names = Value::list([Value::text("a"), Value::text("b")]);
            return Ok(Some(Observed { status: Status::Ready, fields: [("names".into(), names)].into() }));
        }
        let mut inner = self.inner();
        inner.reads += 1;
        let now = inner.now();
        let hangs = inner.hangs && self.name == "server";
        let listed = |object: &&Object| object.listed <= now;
        Ok(inner.alive(id_of(id)).filter(listed).map(|object| {
            let status = match object.gone {
                Some(_) => Status::Leaving("DELETING".into()),
                None if object.ready > now || hangs => Status::Changing("MODIFYING".into()),
                None => Status::Ready,
            };
            let mut fields = object.fields.clone();
            fields.retain(|name, value| name != "door" && !matches!(value, Value::Secret(_)));
            fields.extend(object.attributes.clone());
            Observed { status, fields }
        }))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let fields = want.fields().clone();
        self.call(format!("create {} {}", self.name, cx.address), |inner| {
            let now = inner.now();
            let name = fields.get("name").cloned();
            let taken = |object: &Object| {
                object.gone.is_none_or(|gone| gone > now)
                    && object.kind == self.name
                    && object.fields.get("name") == name.as_ref()
            };
            if self.name == "server" && inner.objects.values().any(taken) {
                return Err(Fault::Busy(format!("{name:?} is taken")));
            }
            for value in fields.values() {
                if let Value::Text(text) = value {
                    let key = text.split(':').next().unwrap();
                    let names_an_object = key.rsplit_once('-').is_some_and(|(_, n)| n.parse::<u64>().is_ok());
                    if names_an_object && inner.alive(id_of(&Id(key.into()))).is_none() {
                        inner.violations.push(format!("{} refers to {key}, which is not there", cx.address));
                    }
                }
            }
            inner.next += 1;
            let id = inner.next;
            let lag = inner.faults.lag * inner.chance.random::<f64>();
            let key = format!("{}-{id}", self.name);
            let port = fields
                .get("port")
                .map(|port| format!("{key}:{}", show(&Units::default(), port)))
                .unwrap_or_default();
            let attributes = [("id", key.clone()), ("endpoint", port), ("version", "1".into())];
            let attributes = attributes.map(|(name, value)| (name.into(), Value::text(value))).into();
            let object = Object {
                kind: self.name,
                address: cx.address.clone(),
                fields,
                attributes,
                owner: cx.owner.id.clone(),
                ready: now + self.takes(),
                listed: now + lag,
                gone: None,
            };
            inner.objects.insert(id, object);
            Ok(Id(key.into()))
        })
        .await
    }

    fn order(&self, _before: &Record, _after: &Record, changed: Vec<SmolStr>) -> Vec<Vec<SmolStr>> {
        // One setting a call.
        changed.into_iter().map(|field| vec![field]).collect()
    }

    async fn update(&self, cx: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let fields: Vec<_> =
            change.fields.iter().map(|f| (f.clone(), change.want.fields()[f].clone())).collect();
        self.call(format!("update {} {}", self.name, cx.address), |inner| {
            let (now, number) = (inner.now(), id_of(id));
            if inner.alive(number).is_some_and(|object| object.ready > now) {
                return Err(Fault::Busy("MODIFYING".into()));
            }
            let port = fields.iter().find(|(name, _)| name == "port").map(|(_, port)| port.clone());
            if port.is_some() && !inner.referrers(self.name, number).is_empty() {
                inner.violations.push(format!("{} changes its port while in use", cx.address));
            }
            let takes = self.takes() / 3.0;
            let Some(object) = inner.objects.get_mut(&number) else {
                inner.violations.push(format!("{} is changed and not there", cx.address));
                return Ok(());
            };
            if let Some(port) = port {
                let endpoint = format!("{}-{number}:{}", self.name, show(&Units::default(), &port));
                object.attributes.insert("endpoint".into(), Value::text(endpoint));
            }
            object.fields.extend(fields);
            object.ready = now + takes;
            Ok(())
        })
        .await
    }

    async fn delete(&self, cx: &Context, id: &Id, _last: &Record) -> Result<(), Fault> {
        self.call(format!("delete {} {}", self.name, cx.address), |inner| {
            let number = id_of(id);
            // Holders let go of their boxes in their own time; all others must be gone before.
            let held: Vec<_> = inner.referrers(self.name, number);
            let held = held.iter().filter(|who| !who.starts_with('h')).cloned().collect::<Vec<_>>();
            if !held.is_empty() {
                inner.violations.push(format!("{} is deleted while {held:?} refer to it", cx.address));
            }
            let gone = inner.now() + self.takes() / 3.0;
            if let Some(object) = inner.objects.get_mut(&number) {
                object.gone.get_or_insert(gone);
            }
            Ok(())
        })
        .await
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
        Ok(Proof { host: "h".into(), port: 1, answered: None, note: None })
    }
}
