//! Values of secrets, in memory only: where passwords come from, and how they stand in Secrets Manager.

use rsx_engine::provider::Fault;
use rsx_lang::secret::Secret;
use serde_json::{Map, Value as Json};
use zeroize::Zeroizing;

use crate::fault::{Answered, incomplete};
use crate::outside::Outside;
use crate::refusal::{Worded, refusal};

/// A password, wiped when it is dropped.
pub(crate) type Password = Zeroizing<String>;

/// Where a password stands in the JSON object of a secret.
pub(crate) const PASSWORD: &str = "password";
/// Where the user's name stands there.
pub(crate) const USERNAME: &str = "username";

/// A user and its password.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: Password,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Outside {
    /// Returns the password that stands behind a secret of the language; nothing for one that a service makes and keeps.
    pub(crate) async fn password(&self, secret: &Secret) -> Result<Option<Password>, Fault> {
        match secret {
            Secret::Generated => Ok(None),
            Secret::Given { text, .. } => Ok(Some(Zeroizing::new(text.reveal().to_owned()))),
            Secret::Stored(name) => Ok(Some(member(&self.secret_object(name).await?, PASSWORD, name)?)),
        }
    }

    /// Returns the user and password that a secret holds.
    pub(crate) async fn login(&self, secret: &str) -> Result<Login, Fault> {
        let object = self.secret_object(secret).await?;
        let user = member(&object, USERNAME, secret)?.to_string();
        Ok(Login { user, password: member(&object, PASSWORD, secret)? })
    }

    /// Returns a secret's JSON object, by its ARN or name.
    pub(crate) async fn secret_object(&self, secret: &str) -> Result<Map<String, Json>, Fault> {
        let call = self.clients.secrets().get_secret_value().secret_id(secret);
        let answer = call.send().await.or_fault("read the secret")?;
        let text = answer.secret_string().ok_or_else(|| incomplete("text of the secret"))?;
        // INVARIANT: what serde says is never shown, as it may quote the value.
        serde_json::from_str(text).map_err(|_| malformed(secret, "is no JSON object"))
    }

    /// Has Secrets Manager make a password that Redshift takes.
    pub(crate) async fn random_password(&self) -> Result<Password, Fault> {
        let call = self
            .clients
            .secrets()
            .get_random_password()
            .password_length(32)
            .exclude_characters("'\"/\\@ ")
            .require_each_included_type(true);
        let answer = call.send().await.or_fault("make a password")?;
        answer.random_password.map(Zeroizing::new).ok_or_else(|| incomplete("password"))
    }
}

fn member(object: &Map<String, Json>, name: &str, secret: &str) -> Result<Password, Fault> {
    match object.get(name) {
        Some(Json::String(text)) => Ok(Zeroizing::new(text.clone())),
        _ => Err(malformed(secret, &format!("has no text `{name}`"))),
    }
}

fn malformed(secret: &str, how: &str) -> Fault {
    refusal("SecretShape", format!("the secret `{secret}` {how}"))
        .help("a secret for a login is a JSON object with `username` and `password`")
        .fault()
}
