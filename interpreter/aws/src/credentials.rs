//! Whose credentials sign a call: given ones, or those that every AWS tool would find, found again when they are old.

use std::time::{Duration, SystemTime};

use aws_config::Region;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, Result, future};
use rsx_lang::secret::Protected;
use tokio::sync::Mutex;

/// How long before their end credentials are found again.
const EARLY: Duration = Duration::from_secs(300);

/// Credentials that the caller gives.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The access key's id.
    pub access: String,
    /// The secret access key.
    pub secret: Protected,
    /// The session's token, for temporary ones.
    pub session: Option<Protected>,
}

impl Keys {
    pub(crate) fn credentials(&self) -> Credentials {
        let session = self.session.as_ref().map(|token| token.reveal().to_owned());
        Credentials::new(self.access.as_str(), self.secret.reveal(), session, None, "given")
    }
}

/// The usual chain (environment, profiles, SSO, containers, instances), walked anew when what it gave is old.
///
/// The chain reads its files once, so credentials that were renewed outside are seen only by a new chain.
#[derive(Debug)]
pub(crate) struct Renewed {
    region: Region,
    kept: Mutex<Option<Credentials>>,
}

impl Renewed {
    pub(crate) fn new(region: Region) -> Self {
        Self { region, kept: Mutex::new(None) }
    }

    /// Forgets what was found: the next call finds anew.
    pub(crate) async fn forget(&self) {
        *self.kept.lock().await = None;
    }

    async fn credentials(&self) -> Result {
        let mut kept = self.kept.lock().await;
        if let Some(credentials) = kept.as_ref().filter(|credentials| is_fresh(credentials)) {
            return Ok(credentials.clone());
        }
        let chain = DefaultCredentialsChain::builder().region(self.region.clone()).build().await;
        let found = chain.provide_credentials().await?;
        *kept = Some(found.clone());
        Ok(found)
    }
}

fn is_fresh(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|end| SystemTime::now() + EARLY < end)
}

/// A door for the SDK to what is shared with the one who forgets.
#[derive(Debug)]
pub(crate) struct Shared(pub(crate) std::sync::Arc<Renewed>);

impl ProvideCredentials for Shared {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.0.credentials())
    }
}
