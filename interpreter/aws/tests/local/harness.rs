//! A stage on which kinds are driven as the engine drives them: call, then read until it is settled.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rsx_aws::{Aws, Config, Keys, Resolve};
use rsx_engine::clock::Clock;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Identity, Kind, Owner, Provider, Status};
use rsx_lang::dimension::{Base, Dimension, Units};
use rsx_lang::secret::{Protected, Secret};
use rsx_lang::value::{Record, Value};
use rsx_local::{Faults, LocalCloud, Options};
use smol_str::SmolStr;

/// The kinds, the cloud below them, and whose deployment it is.
pub(crate) struct Stage {
    pub(crate) aws: Aws,
    cloud: LocalCloud,
    owner: Owner,
}

/// What was made.
pub(crate) struct Made {
    pub(crate) kind: &'static str,
    pub(crate) address: &'static str,
    pub(crate) id: Id,
    pub(crate) wanted: Record,
    pub(crate) seen: Record,
}

impl Made {
    /// Returns a field or attribute as it was read.
    pub(crate) fn attribute(&self, name: &str) -> Value {
        self.seen.get(name).unwrap_or_else(|| panic!("{} has no {name}: {:?}", self.kind, self.seen)).clone()
    }
}

struct Quick;

#[async_trait]
impl Clock for Quick {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration.min(Duration::from_millis(20))).await;
    }
}

impl Stage {
    pub(crate) async fn open() -> Self {
        let cloud = LocalCloud::open(Options::default()).unwrap();
        Self::on(cloud, "0123456789ab").await
    }

    async fn on(cloud: LocalCloud, owner: &str) -> Self {
        let config = Config {
            region: "us-east-1".into(),
            http: Some(cloud.http_client()),
            authorities: Some(cloud.authority().as_bytes().to_vec()),
            resolve: Some(Resolve::new({
                let cloud = cloud.clone();
                move |host, port| cloud.listening(host, port)
            })),
            credentials: Some(Keys {
                access: "AKIALOCALCLOUD000000".into(),
                secret: Protected::new("local"),
                session: None,
            }),
            ..Config::default()
        };
        let owner = Owner { stack: "airline".into(), env: "prod".into(), id: owner.into(), tags: Vec::new() };
        Self { aws: Aws::open(&config, &units()).await.unwrap(), cloud, owner }
    }

    /// Returns the same cloud as another deployment sees it.
    pub(crate) fn of_another_owner(&self) -> Self {
        let cloud = self.cloud.clone();
        futures::executor::block_on(Self::on(cloud, "ba9876543210"))
    }

    pub(crate) fn context(&self, address: &str) -> Context {
        Context {
            owner: self.owner.clone(),
            identity: Identity { account: "000000000000".into(), region: "us-east-1".into() },
            address: address.into(),
            token: SmolStr::from(format!("token-of-{}", address.replace(['[', ']', '.'], "-"))),
            clock: Arc::new(Quick),
            progress: Arc::new(|_| {}),
        }
    }

    fn kind(&self, name: &str) -> &dyn Kind {
        self.aws.kind(name).unwrap()
    }

    /// Looks up what somebody else owns.
    pub(crate) async fn look(&self, kind: &'static str, wanted: Record) -> Record {
        let cx = self.context(kind);
        let id = self.kind(kind).find(&cx, &known(&wanted)).await.unwrap().unwrap();
        self.kind(kind).read(&cx, &id, &wanted).await.unwrap().unwrap().fields
    }

    pub(crate) async fn create(&self, kind: &str, address: &str, wanted: &Record) -> Result<Id, Fault> {
        self.kind(kind).create(&self.context(address), &known(wanted)).await
    }

    /// Looks for it, for a while: listings lag.
    pub(crate) async fn find(&self, kind: &str, address: &str, wanted: &Record) -> Result<Option<Id>, Fault> {
        for _ in 0..10 {
            if let Some(id) = self.kind(kind).find(&self.context(address), &known(wanted)).await? {
                return Ok(Some(id));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(None)
    }

    /// Makes it, waits until it is ready, and sees that it is as it was wanted.
    pub(crate) async fn make(&self, kind: &'static str, address: &'static str, wanted: Record) -> Made {
        let id =
            self.create(kind, address, &wanted).await.unwrap_or_else(|fault| panic!("{kind}: {fault:?}"));
        let seen = self.observe(kind, address, id.clone(), &wanted).await;
        Made { kind, address, id, wanted, seen }
    }

    /// Reads until it is ready; every field that is told is as it was wanted.
    pub(crate) async fn observe(&self, kind: &str, address: &str, id: Id, wanted: &Record) -> Record {
        let cx = self.context(address);
        let mut last = None;
        for _ in 0..50 {
            let seen = self
                .kind(kind)
                .read(&cx, &id, wanted)
                .await
                .unwrap_or_else(|fault| panic!("{kind}: {fault:?}"));
            match seen {
                Some(seen) if seen.status == Status::Ready => {
                    for (field, value) in wanted {
                        let told = seen.fields.get(field);
                        assert!(
                            told.is_none_or(|told| same(told, value)),
                            "{kind}.{field}: {told:?} is not {value:?}"
                        );
                    }
                    return seen.fields;
                }
                Some(seen) => {
                    assert!(!matches!(seen.status, Status::Failed(_)), "{kind}: {:?}", seen.status);
                    last = Some(seen.status);
                }
                None => last = None,
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{kind} does not get ready: {last:?}");
    }

    /// Changes some fields in the order that the kind says, each group awaited.
    pub(crate) async fn change(&self, made: Made, wanted: Record, fields: &[&'static str]) -> Made {
        let (kind, cx) = (self.kind(made.kind), self.context(&format!("{}-changed", made.address)));
        let mut before = made.wanted.clone();
        before.extend(made.seen.clone());
        let changed = fields.iter().map(|field| SmolStr::new_static(field)).collect();
        let mut seen = made.seen.clone();
        for group in kind.order(&before, &wanted, changed) {
            let change = Change { before: &before, want: &known(&wanted), fields: &group };
            self.again(async || kind.update(&cx, &made.id, &change).await).await;
            seen = self.settled(made.kind, made.address, &made.id, &wanted).await;
            before.extend(seen.clone());
        }
        Made { wanted, seen, ..made }
    }

    async fn settled(&self, kind: &str, address: &str, id: &Id, wanted: &Record) -> Record {
        let cx = self.context(address);
        for _ in 0..50 {
            let seen = self.kind(kind).read(&cx, id, wanted).await.unwrap();
            if let Some(seen) = seen.filter(|seen| seen.status == Status::Ready) {
                return seen.fields;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{kind} does not settle");
    }

    /// Takes it away, and waits until it is gone.
    pub(crate) async fn take_away(&self, made: Made) {
        let (kind, cx) = (self.kind(made.kind), self.context(made.address));
        let mut last = made.wanted.clone();
        last.extend(made.seen.clone());
        self.again(async || kind.delete(&cx, &made.id, &last).await).await;
        for _ in 0..50 {
            if kind.read(&cx, &made.id, &last).await.unwrap().is_none() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} does not go", made.kind);
    }

    /// Repeats a call while something else is going on.
    async fn again<T>(&self, call: impl AsyncFn() -> Result<T, Fault>) -> T {
        for _ in 0..50 {
            match call().await {
                Ok(value) => return value,
                Err(Fault::Busy(_) | Fault::Throttled(_)) => {
                    tokio::time::sleep(Duration::from_millis(10)).await
                }
                Err(fault) => panic!("{fault:?}"),
            }
        }
        panic!("it stays busy");
    }

    /// Has the answer to the next call of an operation get lost.
    pub(crate) fn drop_answer_of(&self, call: &str) {
        self.schedule(call, "drop_answer");
    }

    /// Has the next call of an operation never arrive.
    pub(crate) fn drop_request_of(&self, call: &str) {
        self.schedule(call, "drop_request");
    }

    /// Has the next call of an operation be refused, if there is one.
    pub(crate) fn refuse(&self, call: &str) {
        self.schedule(call, "deny");
    }

    fn schedule(&self, call: &str, outcome: &str) {
        let json = format!(r#"{{"faults": [{{"call": "{call}", "nth": 1, "outcome": "{outcome}"}}]}}"#);
        self.cloud.set_faults(Faults::parse(&json).unwrap());
    }

    /// Makes it although the answer to a call was lost: what the call made is found, or made again.
    pub(crate) async fn make_after_loss(
        &self,
        kind: &'static str,
        address: &'static str,
        wanted: Record,
        call: &str,
    ) -> Made {
        self.drop_answer_of(call);
        let lost = self.create(kind, address, &wanted).await.unwrap_err();
        assert!(matches!(lost, Fault::Lost(_)), "{kind}: {lost:?}");
        self.heal();
        match self.find(kind, address, &wanted).await.unwrap() {
            Some(id) => {
                let seen = self.settled(kind, address, &id, &wanted).await;
                Made { kind, address, id, wanted, seen }
            }
            None => self.make(kind, address, wanted).await,
        }
    }

    pub(crate) fn heal(&self) {
        self.cloud.set_faults(Faults::default());
    }
}

pub(crate) fn units() -> Units {
    let mut units = Units::default();
    for (base, name) in ["s", "rpu", "GiB"].into_iter().enumerate() {
        let base = Base(u8::try_from(base).unwrap());
        let unit = rsx_lang::dimension::Unit { base, factor: rsx_syntax::ast::Fraction::from_integer(1) };
        units.units.insert(name.into(), unit);
    }
    units
}

pub(crate) fn known(record: &Record) -> Known {
    Known::new(record.clone()).unwrap()
}

pub(crate) fn record(fields: Vec<(&'static str, Value)>) -> Record {
    fields.into_iter().map(|(name, value)| (SmolStr::new_static(name), value)).collect()
}

pub(crate) fn text(text: &str) -> Value {
    Value::text(text)
}

pub(crate) fn generated() -> Value {
    Value::Secret(Arc::new(Secret::Generated))
}

pub(crate) fn given(text: &str) -> Value {
    Value::Secret(Arc::new(Secret::Given { param: "password".into(), text: Protected::new(text) }))
}

pub(crate) fn duration(seconds: u32) -> Value {
    measured(0, i128::from(seconds))
}

pub(crate) fn rpu(count: i128) -> Value {
    measured(1, count)
}

fn measured(base: u8, count: i128) -> Value {
    Value::Number(rsx_syntax::ast::Fraction::from_integer(count), Dimension::of(Base(base)))
}

pub(crate) fn word(word: &str) -> Value {
    Value::Variant(word.into(), Arc::default())
}

/// Returns whether two values are the same; services keep no order in lists.
fn same(told: &Value, wanted: &Value) -> bool {
    let (Value::List(told), Value::List(wanted)) = (told, wanted) else { return told == wanted };
    told.len() == wanted.len() && told.iter().all(|one| wanted.contains(one))
}
