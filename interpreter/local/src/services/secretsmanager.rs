//! AWS Secrets Manager: secrets, their versions and the stages that point at them.

mod listing;
mod managed;
mod password;
mod secret;
mod version;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Handler, Service};
use crate::call::{Cx, Refusal};
use crate::clock::{Clock, Transition};
use crate::input::Input;
use crate::table::tables;
use crate::tags::{Letters, TagDialect, Tags};
use crate::vault::Sealed;

pub(crate) use managed::{NewManaged, create_managed, delete_managed, new_password};
pub(crate) use version::current_value;

pub(crate) static SERVICE: Service = Service::new(
    "secretsmanager",
    include_str!("../../models/secretsmanager.json"),
    &[
        ("CreateSecret", Handler::Sync(secret::create)),
        ("DeleteSecret", Handler::Sync(secret::delete)),
        ("DescribeSecret", Handler::Sync(secret::describe)),
        ("GetRandomPassword", Handler::Sync(password::get)),
        ("GetSecretValue", Handler::Sync(version::get_value)),
        ("ListSecretVersionIds", Handler::Sync(version::list)),
        ("ListSecrets", Handler::Sync(listing::list)),
        ("PutSecretValue", Handler::Sync(version::put_value)),
        ("RestoreSecret", Handler::Sync(secret::restore)),
        ("RotateSecret", Handler::Sync(managed::rotate)),
        ("TagResource", Handler::Sync(secret::tag)),
        ("UntagResource", Handler::Sync(secret::untag)),
        ("UpdateSecret", Handler::Sync(secret::update)),
        ("UpdateSecretVersionStage", Handler::Sync(version::update_stage)),
    ],
);

const TAGS: TagDialect = TagDialect {
    key: "Key",
    value: "Value",
    invalid: "InvalidParameterException",
    too_many: "LimitExceededException",
    letters: Letters::Plain,
};

/// The stage that readers get who ask for none.
const CURRENT: &str = "AWSCURRENT";
/// The stage of the version that was current before.
const PREVIOUS: &str = "AWSPREVIOUS";

tables! {
    /// Secrets by name.
    pub(crate) struct State { secrets: Secret }
}

/// A secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Secret {
    name: String,
    arn: String,
    description: Option<String>,
    key: Option<String>,
    created: Timestamp,
    changed: Timestamp,
    /// The service that manages it, if one does.
    owner: Option<String>,
    tags: Tags,
    /// Versions by id.
    versions: BTreeMap<String, Version>,
    deletion: Option<Deletion>,
}

/// One value of a secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Version {
    content: Content,
    created: Timestamp,
    stages: Vec<String>,
}

/// A value, sealed; the binary one is base64 inside.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Content {
    Text(Sealed),
    Binary(Sealed),
}

/// When a secret goes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Deletion {
    asked: Timestamp,
    at: Timestamp,
    /// A forced deletion is not done at once either.
    forced: Option<Transition>,
}

impl State {
    /// The name of the secret that a name, an ARN, or an ARN without its suffix means.
    fn resolve(&self, id: &str) -> Option<String> {
        if self.secrets.contains(id) {
            return Some(id.to_owned());
        }
        let is_meant = |secret: &&Secret| {
            secret.arn == id || secret.arn.rsplit_once('-').is_some_and(|(partial, _)| partial == id)
        };
        self.secrets.values().find(is_meant).map(|secret| secret.name.clone())
    }

    /// Lets a secret go whose time has come; somebody looks at it.
    fn settle(&mut self, name: &str, clock: Clock) {
        let lingers = self.secrets.read(name, clock, |secret| {
            secret.deletion.as_mut().and_then(|deletion| deletion.forced.as_mut())
        });
        let is_over = |deletion: &Deletion| match deletion.forced {
            Some(_) => !lingers,
            None => deletion.at <= clock.now(),
        };
        if self.secrets.get(name).and_then(|secret| secret.deletion.as_ref()).is_some_and(is_over) {
            self.secrets.expire(name);
        }
    }
}

/// The name of the secret that a request means; it is there, perhaps waiting for its deletion.
fn name_of(cx: &mut Cx<'_>, input: &Value) -> Result<String, Refusal> {
    let id = input.required("SecretId")?;
    let missing =
        || Refusal::new("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    let name = cx.here.secretsmanager.resolve(id).ok_or_else(missing)?;
    cx.here.secretsmanager.settle(&name, cx.clock);
    match cx.here.secretsmanager.secrets.contains(&name) {
        true => Ok(name),
        false => Err(missing()),
    }
}

/// The secret of that name, to be read.
fn secret<'a>(cx: &'a Cx<'_>, name: &str) -> Result<&'a Secret, Refusal> {
    cx.here.secretsmanager.secrets.get(name).ok_or_else(|| Refusal::internal("a resolved secret is gone"))
}

/// The secret of that name, to be changed.
fn secret_mut<'a>(cx: &'a mut Cx<'_>, name: &str) -> Result<&'a mut Secret, Refusal> {
    cx.here.secretsmanager.secrets.get_mut(name).ok_or_else(|| Refusal::internal("a resolved secret is gone"))
}

/// The secret that a request reads the value of; not one that waits for its deletion.
fn live<'a>(cx: &'a mut Cx<'_>, input: &Value) -> Result<&'a Secret, Refusal> {
    let name = name_of(cx, input)?;
    let secret = secret(cx, &name)?;
    match secret.deletion {
        None => Ok(secret),
        Some(_) => Err(Refusal::new(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )),
    }
}

/// The same, to be changed.
fn live_mut<'a>(cx: &'a mut Cx<'_>, input: &Value) -> Result<&'a mut Secret, Refusal> {
    let name = live(cx, input)?.name.clone();
    secret_mut(cx, &name)
}
