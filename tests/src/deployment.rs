//! A spec deployed by the engine itself into a cloud of this process, where every call can be counted and cut.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use libtest_mimic::Failed;
use rsx_aws::{Aws, Config, Keys, Resolve};
use rsx_engine::clock::Clock;
use rsx_engine::design::{Design, Nothing, Spec};
use rsx_engine::event::Summary;
use rsx_engine::journal;
use rsx_engine::plan::{Base, Plan, Planning, plan};
use rsx_engine::run::{Closing, Stop, run};
use rsx_engine::scene::{Opening, Scene};
use rsx_engine::state::State;
use rsx_engine::store::Memory;
use rsx_engine::survey::{Refresh, survey};
use rsx_lang::analysis::analyze;
use rsx_lang::inputs::Inputs;
use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError, load};
use rsx_lang::secret::Protected;
use rsx_local::{LocalCloud, Observer, Options};
use rsx_syntax::{Diagnostic, Sources, Span};

use crate::wire::Wire;
use crate::{clients, root};

/// Returns what a deployment runs on.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// What a deployment is to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Run,
    Destroy,
}

/// A spec in a cloud of its own.
pub(crate) struct Deployment {
    pub(crate) wire: Wire,
    cloud: LocalCloud,
    store: Memory,
    text: Arc<str>,
    calls: Arc<Mutex<Calls>>,
}

/// How many calls there have been, and of which operations.
#[derive(Default)]
struct Calls {
    all: u64,
    of: BTreeMap<String, u64>,
}

impl Deployment {
    pub(crate) fn of(text: &str) -> Self {
        let calls = Arc::new(Mutex::new(Calls::default()));
        let count = Arc::clone(&calls);
        let observer = Observer::new(move |call| {
            let mut calls = count.lock().unwrap();
            calls.all = calls.all.max(call.number);
            *calls.of.entry(format!("{}:{}", call.service, call.operation)).or_default() += 1;
        });
        let options = Options { observer: Some(observer), ..Options::default() };
        let cloud = LocalCloud::open(options).unwrap();
        Self { wire: Wire::to(&cloud), cloud, store: Memory::default(), text: text.into(), calls }
    }

    /// Gives it another spec.
    pub(crate) fn rewrite(&mut self, text: &str) {
        self.text = text.into();
    }

    /// How many calls there have been.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.lock().unwrap().all
    }

    /// How many calls of one operation there have been, `service:Operation`.
    pub(crate) fn calls_of(&self, operation: &str) -> u64 {
        self.calls.lock().unwrap().of.get(operation).copied().unwrap_or_default()
    }

    pub(crate) async fn insist(&self, wish: Wish) -> Result<(), Failed> {
        self.attempt(wish).await.map(drop).map_err(|told| in_words(&told).into())
    }

    /// Another plan is empty.
    pub(crate) async fn assert_settled(&self) -> Result<(), Failed> {
        let (mut design, sources) = self.design();
        let (aws, state) = (self.aws(&design).await, self.state().await);
        let words = |told: Vec<Diagnostic>| Failed::from(in_words(&told));
        let scene = self.scene(&aws, &sources, design.home(), &state).await.map_err(words)?;
        let plan = planned(&scene, &mut design, &state).await.map_err(words)?;
        match plan.steps.iter().map(|step| step.address.as_str()).collect::<Vec<_>>() {
            steps if steps.is_empty() => Ok(()),
            steps => Err(format!("there is still something to do: {}", steps.join(", ")).into()),
        }
    }

    /// One command, which may fail; all that is proved at its end is in its being good.
    pub(crate) async fn attempt(&self, wish: Wish) -> Result<Summary, Vec<Diagnostic>> {
        let (mut design, sources) = self.design();
        let (aws, state) = (self.aws(&design).await, self.state().await);
        let scene = self.scene(&aws, &sources, design.home(), &state).await?;
        let mut nothing = Nothing::of(&design);
        let (design, closing): (&mut dyn Design, _) = match wish {
            Wish::Run => (&mut design, Closing::Prove),
            Wish::Destroy => (&mut nothing, Closing::Rest),
        };
        let plan = planned(&scene, design, &state).await?;
        let ran = run(&scene, design, &plan, &self.store, &Stop::default(), closing).await;
        let outcome = ran.map_err(|diagnostic| vec![*diagnostic])?;
        let complaints = self.state().await.verify();
        assert_eq!(complaints, Vec::<String>::new(), "the state is unsound");
        if outcome.summary.ok { Ok(outcome.summary) } else { Err(outcome.diagnostics) }
    }

    async fn state(&self) -> State {
        journal::load(&self.store).await.unwrap().state
    }

    fn design(&self) -> (Spec, Arc<Sources>) {
        let library = Library::standard();
        let mut analysis =
            analyze(library, load(library, "main.rsx", &Text(self.text.clone())), &Inputs::default());
        (Spec::new(analysis.models.pop().unwrap()).unwrap(), analysis.sources)
    }

    async fn aws(&self, design: &Spec) -> Aws {
        let whereabouts = self.cloud.clone();
        let config = Config {
            region: "us-east-1".into(),
            http: Some(self.wire.http_client()),
            authorities: Some(self.cloud.authority().as_bytes().to_vec()),
            resolve: Some(Resolve::new(move |host, port| whereabouts.listening(host, port))),
            credentials: Some(Keys {
                access: "local".into(),
                secret: Protected::new("local"),
                session: None,
            }),
            ..Config::default()
        };
        Aws::open(&config, design.units()).await.unwrap()
    }

    async fn scene<'a>(
        &self,
        aws: &'a Aws,
        sources: &'a Sources,
        home: Span,
        state: &State,
    ) -> Result<Scene<'a>, Vec<Diagnostic>> {
        let opening = Opening {
            provider: aws,
            clock: Arc::new(Hurried { began: Timestamp::now(), wire: self.wire.clone() }),
            sink: Arc::new(|_| {}),
            sources,
            stack: "tested".into(),
            env: "default".into(),
            spec: "main.rsx".into(),
            tags: Vec::new(),
            seed: self.calls(),
            home,
        };
        Scene::open(opening, state).await.map_err(|diagnostic| vec![*diagnostic])
    }

    /// Everything that is in the cloud, as another program sees it.
    pub(crate) async fn listing(&self) -> Result<String, Failed> {
        let python = clients::python()?;
        let serving = rsx_local::serve(self.cloud.clone(), 0).await.unwrap();
        let mut command = Command::new(python);
        command
            .arg(root().join("tests/cloud/listing.py"))
            .env("AWS_ENDPOINT_URL", format!("http://{}", serving.addr()))
            .env("AWS_ACCESS_KEY_ID", "any")
            .env("AWS_SECRET_ACCESS_KEY", "any")
            .env("AWS_DEFAULT_REGION", "us-east-1");
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap()?;
        serving.shutdown().await.unwrap();
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
        }
    }
}

async fn planned(scene: &Scene<'_>, design: &mut dyn Design, state: &State) -> Result<Plan, Vec<Diagnostic>> {
    let seen = survey(scene, design, state, Refresh::Control).await?.facts;
    let sources = scene.sources;
    let (only, except, base) = (Vec::new(), Vec::new(), Base::default());
    plan(design, Planning { sources, state, seen, only, except, base })
}

/// What is wrong, with what the service said.
pub(crate) fn in_words(told: &[Diagnostic]) -> String {
    let one = |one: &Diagnostic| format!("{}: {}\n", one.message, one.labels[0].text);
    told.iter().map(one).collect()
}

/// A spec and nothing besides.
struct Text(Arc<str>);

impl Files for Text {
    fn read(&self, _: &str) -> Result<Arc<str>, ReadError> {
        Ok(Arc::clone(&self.0))
    }
}

/// How many times faster than real the engine waits for a cloud that is ready as soon as it is asked twice.
const HURRY: i32 = 50;

/// Time in a hurry: once the wire is cut nobody waits any more.
struct Hurried {
    began: Timestamp,
    wire: Wire,
}

#[async_trait]
impl Clock for Hurried {
    fn now(&self) -> Timestamp {
        let passed: SignedDuration = Timestamp::now().duration_since(self.began);
        self.began.checked_add(passed * HURRY).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        if self.wire.is_cut() {
            tokio::task::yield_now().await;
        } else {
            let cut = self.wire.is_cut_at_last();
            // Either will do.
            let _ = tokio::time::timeout(duration / HURRY.unsigned_abs(), cut).await;
        }
    }
}
