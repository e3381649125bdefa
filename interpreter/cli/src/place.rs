//! Where a command runs: AWS as every AWS tool finds it, or the local cloud; and which journal belongs to that.

use std::path::Path;
use std::sync::Arc;

use rsx_aws::{Aws, Config, Keys, Resolve};
use rsx_engine::clock::Clock;
use rsx_engine::design::Design;
use rsx_engine::provider::{Fault, Provider};
use rsx_lang::secret::Protected;
use rsx_local::LocalCloud;

use crate::authority;
use crate::clock::Pace;
use crate::embedded::{self, Embedded};
use crate::exit::Failure;
use crate::report::audience::Audience;
use crate::stack::Stack;
use crate::store_file::FileStore;
use crate::terminal;

/// What the variables begin with that say where AWS's services are.
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

/// The account of every local cloud; AWS gives it to nobody.
const LOCAL_ACCOUNT: &str = "000000000000";

/// Whose journal.
///
/// A stack may be on AWS and on the local cloud at once, from one folder. What is on AWS has its journal in
/// `.rsx/<stack>/<env>/`, what is in account 000000000000, which is that of every local cloud, in
/// `.rsx/<stack>/<env>/local/`: neither ever takes the other's resources for its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// AWS's.
    Aws,
    /// The local cloud's.
    Local,
}

impl Whose {
    /// Returns whose journal an account's is.
    pub(crate) fn of(account: &str) -> Self {
        if account == LOCAL_ACCOUNT { Self::Local } else { Self::Aws }
    }

    /// Returns the store of a stack's journal.
    pub(crate) fn store(self, stack: &Stack) -> FileStore {
        self.store_in(&stack.home().join(stack.name.as_str()).join(stack.env.as_str()))
    }

    /// Returns the store of a journal in the folder of a stack and env.
    pub(crate) fn store_in(self, folder: &Path) -> FileStore {
        FileStore::new(match self {
            Self::Aws => folder.to_owned(),
            Self::Local => folder.join("local"),
        })
    }

    /// Returns whose journal to read where nobody is asked for the account: AWS's, unless only the local cloud's is there.
    pub(crate) fn offline(stack: &Stack, local: bool) -> Self {
        let is_there = |whose: Self| whose.store(stack).exists();
        match local || (!is_there(Self::Aws) && is_there(Self::Local)) {
            true => Self::Local,
            false => Self::Aws,
        }
    }
}

/// Where a command runs.
pub(crate) struct Place {
    /// What can be done there.
    pub(crate) aws: Aws,
    /// Time there.
    pub(crate) pace: Pace,
    /// Whose journal.
    pub(crate) whose: Whose,
    /// Why that is taken for AWS's without being known.
    pub(crate) unknown: Option<Fault>,
    cloud: Option<LocalCloud>,
}

impl Place {
    /// Finds it; calls nobody but AWS's STS, to learn the account.
    pub(crate) async fn open(
        stack: &Stack,
        design: &dyn Design,
        local: bool,
        audience: Audience,
    ) -> Result<Self, Failure> {
        if local {
            Self::local(stack, design, audience).await
        } else {
            Self::aws(stack, design, audience).await
        }
    }

    /// Returns time as the engine takes it.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.pace)
    }

    /// Writes what is pending.
    pub(crate) fn close(self) -> Result<(), Failure> {
        let flushed = self.cloud.as_ref().map_or(Ok(()), LocalCloud::flush);
        flushed.map_err(|error| Failure::Wrong(format!("the local cloud can't be written: {error}")))
    }

    async fn aws(stack: &Stack, design: &dyn Design, audience: Audience) -> Result<Self, Failure> {
        refuse_strange_endpoints()?;
        let authorities = authority::trusted().await?;
        let config = Config { region: stack.region.clone(), authorities, ..Config::default() };
        let aws = client(&config, stack, design, audience).await?;
        // Whoever opens the scene asks again, patiently, and tells what is wrong.
        let (whose, unknown) = match aws.identity().await {
            Ok(identity) => (Whose::of(&identity.account), None),
            Err(fault) => (Whose::Aws, Some(fault)),
        };
        Ok(Self { aws, pace: Pace::real(), whose, unknown, cloud: None })
    }

    async fn local(stack: &Stack, design: &dyn Design, audience: Audience) -> Result<Self, Failure> {
        if std::env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with(ENDPOINT)) {
            terminal::tell("note: --local uses the embedded cloud; AWS_ENDPOINT_URL is passed over\n");
        }
        let folder = stack.home().join("local");
        let keys = Keys { access: "local".into(), secret: Protected::new("local"), session: None };
        let config = Config { region: stack.region.clone(), credentials: Some(keys), ..Config::default() };
        let (config, pace, cloud) = match embedded::open(&folder).await? {
            Embedded::Here(cloud) => {
                let authorities = Some(cloud.authority().as_bytes().to_vec());
                let http = Some(cloud.http_client());
                let whereabouts = cloud.clone();
                let resolve = Some(Resolve::new(move |host, port| whereabouts.listening(host, port)));
                (Config { http, authorities, resolve, ..config }, Pace::hurried(), Some(cloud))
            }
            Embedded::Served(port) => {
                let authorities = Some(authority::read(&folder.join("ca.pem"))?);
                let endpoint = Some(format!("http://127.0.0.1:{port}"));
                (Config { endpoint, authorities, ..config }, Pace::real(), None)
            }
        };
        let aws = client(&config, stack, design, audience).await?;
        Ok(Self { aws, pace, whose: Whose::Local, unknown: None, cloud })
    }
}

/// Refuses an endpoint that no request could be sent to; the SDK would tell of it with the whole request.
fn refuse_strange_endpoints() -> Result<(), Failure> {
    for (name, value) in std::env::vars_os() {
        let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
        let is_url = ["http://", "https://"].iter().any(|scheme| value.starts_with(scheme));
        if name.starts_with(ENDPOINT) && !value.is_empty() && !is_url {
            return Err(Failure::Wrong(format!(
                "{name} is `{value}`, which is no URL: write http://HOST:PORT"
            )));
        }
    }
    Ok(())
}

async fn client(
    config: &Config,
    stack: &Stack,
    design: &dyn Design,
    audience: Audience,
) -> Result<Aws, Failure> {
    Aws::open(config, design.units()).await.map_err(|fault| {
        let diagnostic = fault.diagnostic(&stack.name, "making ready for", design.home());
        audience.tell(&[diagnostic], &stack.sources);
        Failure::Told
    })
}
