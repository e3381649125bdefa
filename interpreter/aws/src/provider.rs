//! AWS as the engine's outside.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use rsx_engine::known::Known;
use rsx_engine::provider::{Context, Fault, Identity, Kind, Proof, Provider, Question};
use rsx_lang::dimension::Units;
use rsx_lang::value::Value;
use smol_str::SmolStr;

use crate::clients::{Clients, Config};
use crate::door::Door;
use crate::fault::{Answered, incomplete};
use crate::kinds::{self, ClosedGates};
use crate::measures::Measures;
use crate::outside::Outside;
use crate::proof;
use crate::sql::{self, Session, Streams, Trust};

/// AWS in one region, as whoever the credentials say.
pub struct Aws {
    region: SmolStr,
    outside: Arc<Outside>,
    kinds: BTreeMap<&'static str, Box<dyn Kind>>,
}

impl std::fmt::Debug for Aws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aws").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Aws {
    /// Makes ready to call AWS; asks nobody yet. `units` are those of the program.
    ///
    /// # Errors
    ///
    /// [`Fault::Refused`] if the authorities of the configuration are no certificates.
    pub async fn open(config: &Config, units: &Units) -> Result<Self, Fault> {
        let outside = Arc::new(Outside {
            clients: Clients::open(config).await,
            measures: Measures::new(units),
            streams: Streams::default(),
            trust: Trust::new(config.authorities.as_deref())?,
            resolve: config.resolve.clone(),
            closed_gates: ClosedGates::default(),
        });
        Ok(Self { region: config.region.clone(), kinds: kinds::all(&outside), outside })
    }
}

impl Aws {
    /// Opens a way for SQL through a door: as a login, or as the administrator of a workgroup and the first login of a
    /// balancer; in a database, or in the door's own.
    ///
    /// # Errors
    ///
    /// [`Fault::Refused`] if there is no such login, or if the balancer can't be reached from here: then with the
    /// addresses that were tried and the ways in.
    pub async fn session(
        &self,
        cx: &Context,
        door: &Value,
        login: Option<&str>,
        database: Option<&str>,
    ) -> Result<Box<dyn Session>, Fault> {
        Door::read(door)?.open(&self.outside, cx, login, database).await
    }
}

#[async_trait]
impl Provider for Aws {
    async fn identity(&self) -> Result<Identity, Fault> {
        let answer = self.outside.clients.sts().get_caller_identity().send().await;
        let answer = answer.or_fault("say whose credentials these are")?;
        let account = answer.account().ok_or_else(|| incomplete("account"))?;
        Ok(Identity { account: account.into(), region: self.region.clone() })
    }

    async fn renew(&self) {
        self.outside.clients.renew().await;
    }

    fn kind(&self, name: &str) -> Option<&dyn Kind> {
        self.kinds.get(name).map(AsRef::as_ref)
    }

    async fn ask(&self, cx: &Context, question: &Question) -> Result<Value, Fault> {
        let text = sql::bind(&question.text, &question.arguments)?;
        let (door, login) = (Door::read(&question.door)?, question.login.as_deref());
        let session = door.open(&self.outside, cx, login, None).await?;
        let answer = session.run(&text).await;
        sql::value(&answer.map_err(|failure| door.explain(failure, login))?)
    }

    async fn prove(&self, cx: &Context, claim: &Known) -> Result<Proof, Fault> {
        proof::prove(&self.outside, cx, claim).await
    }
}
