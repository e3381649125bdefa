//! AWS KMS: keys that wait before they go, and aliases. Nothing is encrypted with them.

mod aliases;
mod keys;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Handler, Service};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::Input;
use crate::page::{BadToken, page};
use crate::table::tables;
use crate::tags::{Letters, TagDialect, Tags};

pub(crate) static SERVICE: Service = Service::new(
    "kms",
    include_str!("../../models/kms.json"),
    &[
        ("CancelKeyDeletion", Handler::Sync(keys::cancel_deletion)),
        ("CreateAlias", Handler::Sync(aliases::create)),
        ("CreateKey", Handler::Sync(keys::create)),
        ("DeleteAlias", Handler::Sync(aliases::delete)),
        ("DescribeKey", Handler::Sync(keys::describe)),
        ("DisableKey", Handler::Sync(keys::disable)),
        ("DisableKeyRotation", Handler::Sync(keys::disable_rotation)),
        ("EnableKey", Handler::Sync(keys::enable)),
        ("EnableKeyRotation", Handler::Sync(keys::enable_rotation)),
        ("GetKeyPolicy", Handler::Sync(keys::policy)),
        ("GetKeyRotationStatus", Handler::Sync(keys::rotation)),
        ("ListAliases", Handler::Sync(aliases::list)),
        ("ListKeyPolicies", Handler::Sync(keys::list_policies)),
        ("ListKeys", Handler::Sync(keys::list)),
        ("ListResourceTags", Handler::Sync(keys::list_tags)),
        ("PutKeyPolicy", Handler::Sync(keys::put_policy)),
        ("ScheduleKeyDeletion", Handler::Sync(keys::schedule_deletion)),
        ("TagResource", Handler::Sync(keys::tag)),
        ("UntagResource", Handler::Sync(keys::untag)),
        ("UpdateAlias", Handler::Sync(aliases::update)),
        ("UpdateKeyDescription", Handler::Sync(keys::update_description)),
    ],
);

const TAGS: TagDialect = TagDialect {
    key: "TagKey",
    value: "TagValue",
    invalid: "TagException",
    too_many: "LimitExceededException",
    letters: Letters::Plain,
};

tables! {
    /// Keys by id, aliases by name.
    pub(crate) struct State { keys: Key, aliases: Alias }
}

/// A symmetric key that its customer manages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Key {
    id: String,
    arn: String,
    created: Timestamp,
    description: String,
    enabled: bool,
    policy: String,
    tags: Tags,
    rotation: Option<Rotation>,
    deletion: Option<Timestamp>,
}

/// Automatic rotation.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Rotation {
    days: i64,
    since: Timestamp,
}

/// Another name for a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Alias {
    name: String,
    arn: String,
    key: String,
    created: Timestamp,
    updated: Timestamp,
}

impl State {
    /// Lets keys go whose waiting period is over, with their aliases.
    fn settle(&mut self, clock: Clock) {
        let now = clock.now();
        for id in self.keys.keys() {
            if self.keys.get(&id).is_some_and(|key| key.deletion.is_some_and(|at| at <= now)) {
                self.keys.expire(&id);
                let orphans: Vec<_> = self.aliases_of(&id).map(|alias| alias.name.clone()).collect();
                orphans.iter().for_each(|name| self.aliases.expire(name));
            }
        }
    }

    fn aliases_of(&self, id: &str) -> impl Iterator<Item = &Alias> {
        self.aliases.values().filter(move |alias| alias.key == id)
    }
}

/// The id of the key that an id, an ARN, an alias or an alias's ARN names.
fn resolve(cx: &mut Cx<'_>, name: &str) -> Result<String, Refusal> {
    cx.here.kms.settle(cx.clock);
    let local = name.strip_prefix(&format!("arn:aws:kms:{}:{ACCOUNT}:", cx.region));
    if name.starts_with("arn:") && local.is_none() {
        return Err(Refusal::new("NotFoundException", format!("Invalid arn {name}")));
    }
    let local = local.unwrap_or(name);
    if local.starts_with("alias/") {
        let alias = cx.here.kms.aliases.get(local).map(|alias| alias.key.clone());
        return alias.ok_or_else(|| no_alias(&cx.arn("kms", local)));
    }
    let id = local.strip_prefix("key/").unwrap_or(local);
    match cx.here.kms.keys.contains(id) {
        true => Ok(id.to_owned()),
        false => Err(no_key(&cx.arn("kms", &format!("key/{id}")))),
    }
}

/// The key that a request's member names.
fn key<'a>(cx: &'a mut Cx<'_>, input: &Value) -> Result<&'a Key, Refusal> {
    let name = input.required("KeyId")?;
    let id = resolve(cx, name)?;
    cx.here.kms.keys.get(&id).ok_or_else(|| no_key(name))
}

/// The same, to be changed; a key that waits to be deleted can't be.
fn key_mut<'a>(cx: &'a mut Cx<'_>, input: &Value) -> Result<&'a mut Key, Refusal> {
    let name = input.required("KeyId")?;
    let id = resolve(cx, name)?;
    let key = cx.here.kms.keys.get_mut(&id).ok_or_else(|| no_key(name))?;
    match key.deletion {
        Some(_) => Err(Refusal::new("KMSInvalidStateException", format!("{} is pending deletion.", key.arn))),
        None => Ok(key),
    }
}

/// The ARN of a key that can be used for encryption now, by any of its names.
pub(crate) fn usable_key(cx: &mut Cx<'_>, name: &str) -> Result<String, Refusal> {
    let id = resolve(cx, name)?;
    let key = cx.here.kms.keys.get(&id).ok_or_else(|| no_key(name))?;
    match (key.deletion, key.enabled) {
        (Some(_), _) => {
            Err(Refusal::new("KMSInvalidStateException", format!("{} is pending deletion.", key.arn)))
        }
        (None, false) => Err(Refusal::new("DisabledException", format!("{} is disabled.", key.arn))),
        (None, true) => Ok(key.arn.clone()),
    }
}

fn no_key(arn: &str) -> Refusal {
    Refusal::new("NotFoundException", format!("Key '{arn}' does not exist"))
}

fn no_alias(arn: &str) -> Refusal {
    Refusal::new("NotFoundException", format!("Alias {arn} is not found."))
}

/// A page of rows in key order, with KMS's words for more.
fn listed(input: &Value, member: &str, rows: impl IntoIterator<Item = (String, Value)>) -> Answer {
    let limit = input.size("Limit").unwrap_or(100);
    let invalid = |BadToken| Refusal::new("InvalidMarkerException", "Could not deserialize marker.");
    let page = page(rows, input.text("Marker"), limit).map_err(invalid)?;
    Ok(json!({ member: page.rows, "Truncated": page.next.is_some(), "NextMarker": page.next }))
}
