//! Secrets as things: made, described, tagged, and deleted with or without a wait.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::version::{content_of, put};
use super::{CURRENT, Deletion, Secret, TAGS, Version, live_mut, name_of, secret, secret_mut};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::{Input, refuse_unsupported};
use crate::services::kms;
use crate::tags::Tags;

const DAY: Duration = Duration::from_secs(86_400);
/// How long a forced deletion takes.
const FORCED_WITHIN: Duration = Duration::from_secs(5);
const SUFFIX: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(input, &["AddReplicaRegions", "Type", "CrossAccountPrimaryARN"])?;
    let name = input.required("Name")?;
    check_name(name)?;
    cx.here.secretsmanager.settle(name, cx.clock);
    match cx.here.secretsmanager.secrets.get(name).map(|there| there.deletion.is_some()) {
        Some(true) => {
            let words = "You can't create this secret because a secret with this name is already scheduled for deletion.";
            return Err(Refusal::new("InvalidRequestException", words));
        }
        Some(false) => return create_again(cx, name, input),
        None => {}
    }
    let secret = new_secret(cx, name, input)?;
    cx.here.secretsmanager.secrets.insert(name, secret);
    let version = content_of(cx, input)?
        .map(|content| put(cx, name, input, content, &[CURRENT.to_owned()]))
        .transpose()?;
    Ok(json!({ "ARN": secret_arn(cx, name)?, "Name": name, "VersionId": version }))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = name_of(cx, input)?;
    let secret = secret(cx, &name)?;
    let mut answer = summary(secret);
    answer.insert("VersionIdsToStages".to_owned(), stages(secret));
    Ok(Value::Object(answer))
}

pub(super) fn update(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(input, &["Type"])?;
    let key = usable_key(cx, input)?;
    let now = cx.clock.now();
    let secret = live_mut(cx, input)?;
    secret.description = input.text("Description").map(str::to_owned).or(secret.description.take());
    secret.key = key.or(secret.key.take());
    secret.changed = now;
    let name = secret.name.clone();
    let version = content_of(cx, input)?
        .map(|content| put(cx, &name, input, content, &[CURRENT.to_owned()]))
        .transpose()?;
    Ok(json!({ "ARN": secret_arn(cx, &name)?, "Name": name, "VersionId": version }))
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let is_forced = input.flag("ForceDeleteWithoutRecovery") == Some(true);
    let wait = recovery(input, is_forced)?;
    let now = cx.clock.now();
    let name = match name_of(cx, input) {
        Ok(name) => name,
        Err(_) if is_forced => return deleted_already(cx, input),
        Err(refusal) => return Err(refusal),
    };
    let forced = is_forced.then(|| cx.clock.transition(FORCED_WITHIN));
    let at = if is_forced { now } else { cx.clock.after(wait) };
    let secret = secret_mut(cx, &name)?;
    if let Some(owner) = &secret.owner {
        let words = format!("You can't delete this secret because it is managed by {owner}.");
        return Err(Refusal::new("InvalidRequestException", words));
    }
    if secret.deletion.is_some() && !is_forced {
        let words =
            "You can't perform this operation on the secret because it was already scheduled for deletion.";
        return Err(Refusal::new("InvalidRequestException", words));
    }
    secret.deletion = Some(Deletion { asked: now, at, forced });
    Ok(json!({ "ARN": secret.arn, "Name": name, "DeletionDate": Clock::seconds(at) }))
}

pub(super) fn restore(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = name_of(cx, input)?;
    let secret = secret_mut(cx, &name)?;
    secret.deletion = None;
    Ok(json!({ "ARN": secret.arn, "Name": name }))
}

pub(super) fn tag(cx: &mut Cx<'_>, input: &Value) -> Answer {
    TAGS.put(&mut live_mut(cx, input)?.tags, input.list("Tags"))?;
    Ok(json!({}))
}

pub(super) fn untag(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let secret = live_mut(cx, input)?;
    for key in input.texts("TagKeys") {
        secret.tags.remove(&key);
    }
    Ok(json!({}))
}

/// A secret without a value, of no tags yet.
pub(super) fn blank(cx: &mut Cx<'_>, name: &str) -> Secret {
    let now = cx.clock.now();
    let suffix = cx.ids.text(6, SUFFIX);
    Secret {
        name: name.to_owned(),
        arn: cx.arn("secretsmanager", &format!("secret:{name}-{suffix}")),
        description: None,
        key: None,
        created: now,
        changed: now,
        owner: None,
        tags: Tags::default(),
        versions: BTreeMap::new(),
        deletion: None,
    }
}

/// What both `DescribeSecret` and `ListSecrets` show.
pub(super) fn summary(secret: &Secret) -> Map<String, Value> {
    let fields = [
        ("ARN", json!(secret.arn)),
        ("Name", json!(secret.name)),
        ("Description", json!(secret.description)),
        ("KmsKeyId", json!(secret.key)),
        ("OwningService", json!(secret.owner)),
        ("RotationEnabled", json!(secret.owner.as_ref().map(|_| true))),
        ("CreatedDate", json!(Clock::seconds(secret.created))),
        ("LastChangedDate", json!(Clock::seconds(secret.changed))),
        ("DeletedDate", json!(secret.deletion.map(|deletion| Clock::seconds(deletion.asked)))),
        ("Tags", TAGS.list(&secret.tags)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Versions that have stages; the others are deprecated and not told of.
pub(super) fn stages(secret: &Secret) -> Value {
    let staged = secret.versions.iter().filter(|(_, version)| !version.stages.is_empty());
    Value::Object(staged.map(|(id, Version { stages, .. })| (id.clone(), json!(stages))).collect())
}

fn new_secret(cx: &mut Cx<'_>, name: &str, input: &Value) -> Result<Secret, Refusal> {
    Ok(Secret {
        description: input.text("Description").map(str::to_owned),
        key: usable_key(cx, input)?,
        tags: TAGS.read(input.list("Tags"))?,
        ..blank(cx, name)
    })
}

/// The same request again, by its token, is the same secret; any other of that name is refused.
fn create_again(cx: &mut Cx<'_>, name: &str, input: &Value) -> Answer {
    let exists = || {
        Refusal::new(
            "ResourceExistsException",
            format!("The operation failed because the secret {name} already exists."),
        )
    };
    let token = input.text("ClientRequestToken").ok_or_else(exists)?;
    if !secret(cx, name)?.versions.contains_key(token) {
        return Err(exists());
    }
    let content = content_of(cx, input)?.ok_or_else(exists)?;
    let version = put(cx, name, input, content, &[CURRENT.to_owned()])?;
    Ok(json!({ "ARN": secret_arn(cx, name)?, "Name": name, "VersionId": version }))
}

/// AWS's answer when what is to be forced away is away.
fn deleted_already(cx: &Cx<'_>, input: &Value) -> Answer {
    let id = input.required("SecretId")?;
    let name = id.strip_prefix(&cx.arn("secretsmanager", "secret:")).unwrap_or(id);
    Ok(json!({
        "ARN": format!("arn:aws:secretsmanager:{}:{ACCOUNT}:secret:{name}", cx.region),
        "Name": name,
        "DeletionDate": cx.now(),
    }))
}

fn recovery(input: &Value, is_forced: bool) -> Result<Duration, Refusal> {
    let refused = |words| Err(Refusal::new("InvalidParameterException", words));
    match (input.number("RecoveryWindowInDays"), is_forced) {
        (Some(_), true) => {
            refused("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
        }
        (None, _) => Ok(DAY * 30),
        (Some(days), false) => match u32::try_from(days) {
            Ok(days @ 7..=30) => Ok(DAY * days),
            Ok(_) | Err(_) => {
                refused("RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
            }
        },
    }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "/_+=.@-!".contains(letter);
    match name.chars().all(is_allowed) {
        true => Ok(()),
        false => Err(Refusal::new(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        )),
    }
}

fn usable_key(cx: &mut Cx<'_>, input: &Value) -> Result<Option<String>, Refusal> {
    let Some(name) = input.text("KmsKeyId") else { return Ok(None) };
    kms::usable_key(cx, name).map(|_| Some(name.to_owned())).map_err(|refusal| {
        let words = "Secrets Manager can't encrypt the protected secret text using the provided KMS key.";
        Refusal::new("EncryptionFailure", format!("{words} {}", refusal.message))
    })
}

fn secret_arn(cx: &Cx<'_>, name: &str) -> Result<String, Refusal> {
    secret(cx, name).map(|secret| secret.arn.clone())
}
