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
use crate::fault::{Answered, Worded, incomplete, refusal};
use crate::kinds;
use crate::measures::Measures;
use crate::outside::Outside;

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
    pub async fn open(config: &Config, units: &Units) -> Self {
        let clients = Clients::open(config).await;
        let outside = Arc::new(Outside { clients, measures: Measures::new(units) });
        Self { region: config.region.clone(), kinds: kinds::all(&outside), outside }
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

    async fn ask(&self, _: &Context, _: &Question) -> Result<Value, Fault> {
        Err(refusal("Door", "there is no door of this shape").fault())
    }

    async fn prove(&self, _: &Context, _: &Known) -> Result<Proof, Fault> {
        Err(refusal("Claim", "there is no claim of this shape").fault())
    }
}
