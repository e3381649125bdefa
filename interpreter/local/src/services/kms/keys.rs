//! Keys: their policy, rotation, tags, and the wait before they are deleted.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Key, Rotation, TAGS, key, key_mut, listed, resolve};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::{Input, refuse_unsupported};

const DAY: Duration = Duration::from_secs(86_400);

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(input, &["CustomKeyStoreId", "XksKeyId"])?;
    for (member, only) in [
        ("KeySpec", "SYMMETRIC_DEFAULT"),
        ("CustomerMasterKeySpec", "SYMMETRIC_DEFAULT"),
        ("KeyUsage", "ENCRYPT_DECRYPT"),
        ("Origin", "AWS_KMS"),
    ] {
        if input.text(member).is_some_and(|given| given != only) {
            return Err(Refusal::new(
                "UnsupportedOperationException",
                format!("This cloud supports only {only} as {member}."),
            ));
        }
    }
    let id = cx.ids.uuid();
    let key = Key {
        arn: cx.arn("kms", &format!("key/{id}")),
        created: cx.clock.now(),
        description: input.text("Description").unwrap_or_default().to_owned(),
        enabled: true,
        policy: checked_policy(input)?.map_or_else(default_policy, str::to_owned),
        tags: TAGS.read(input.list("Tags"))?,
        rotation: None,
        deletion: None,
        id: id.clone(),
    };
    let answer = json!({ "KeyMetadata": described(&key) });
    cx.here.kms.keys.insert(id, key);
    Ok(answer)
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    Ok(json!({ "KeyMetadata": described(key(cx, input)?) }))
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    cx.here.kms.settle(cx.clock);
    let keys = cx.here.kms.keys.values();
    listed(input, "Keys", keys.map(|key| (key.id.clone(), json!({ "KeyId": key.id, "KeyArn": key.arn }))))
}

pub(super) fn update_description(cx: &mut Cx<'_>, input: &Value) -> Answer {
    input.required("Description")?.clone_into(&mut key_mut(cx, input)?.description);
    Ok(json!({}))
}

pub(super) fn enable(cx: &mut Cx<'_>, input: &Value) -> Answer {
    key_mut(cx, input)?.enabled = true;
    Ok(json!({}))
}

pub(super) fn disable(cx: &mut Cx<'_>, input: &Value) -> Answer {
    key_mut(cx, input)?.enabled = false;
    Ok(json!({}))
}

pub(super) fn enable_rotation(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let since = cx.clock.now();
    let key = key_mut(cx, input)?;
    if !key.enabled {
        return Err(Refusal::new("DisabledException", format!("{} is disabled.", key.arn)));
    }
    let days = input.number("RotationPeriodInDays").unwrap_or(365);
    key.rotation = Some(Rotation { days, since });
    Ok(json!({}))
}

pub(super) fn disable_rotation(cx: &mut Cx<'_>, input: &Value) -> Answer {
    key_mut(cx, input)?.rotation = None;
    Ok(json!({}))
}

pub(super) fn rotation(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let key = key(cx, input)?;
    let next = key.rotation.as_ref().and_then(|rotation| {
        rotation.since.checked_add(SignedDuration::from_hours(rotation.days.saturating_mul(24))).ok()
    });
    Ok(json!({
        "KeyId": key.arn,
        "KeyRotationEnabled": key.rotation.is_some(),
        "RotationPeriodInDays": key.rotation.as_ref().map(|rotation| rotation.days),
        "NextRotationDate": next.map(Clock::seconds),
    }))
}

pub(super) fn policy(cx: &mut Cx<'_>, input: &Value) -> Answer {
    default_policy_name(input)?;
    Ok(json!({ "Policy": key(cx, input)?.policy, "PolicyName": "default" }))
}

pub(super) fn put_policy(cx: &mut Cx<'_>, input: &Value) -> Answer {
    default_policy_name(input)?;
    let policy = checked_policy(input)?.unwrap_or_default();
    policy.clone_into(&mut key_mut(cx, input)?.policy);
    Ok(json!({}))
}

pub(super) fn list_policies(cx: &mut Cx<'_>, input: &Value) -> Answer {
    key(cx, input)?;
    listed(input, "PolicyNames", [("default".to_owned(), json!("default"))])
}

pub(super) fn schedule_deletion(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let days = input.number("PendingWindowInDays").unwrap_or(30);
    let wait = u32::try_from(days).ok().filter(|days| (7..=30).contains(days));
    let outside =
        || Refusal::new("ValidationException", "PendingWindowInDays must be between 7 and 30 (inclusive).");
    let at = cx.clock.after(DAY * wait.ok_or_else(outside)?);
    let key = key_mut(cx, input)?;
    (key.deletion, key.enabled) = (Some(at), false);
    Ok(json!({
        "KeyId": key.arn,
        "DeletionDate": Clock::seconds(at),
        "KeyState": state(key),
        "PendingWindowInDays": days,
    }))
}

pub(super) fn cancel_deletion(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = resolve(cx, input.required("KeyId")?)?;
    let missing = || Refusal::internal("a resolved key is gone");
    let key = cx.here.kms.keys.get_mut(&id).ok_or_else(missing)?;
    if key.deletion.take().is_none() {
        return Err(Refusal::new(
            "KMSInvalidStateException",
            format!("{} is not pending deletion.", key.arn),
        ));
    }
    Ok(json!({ "KeyId": key.arn }))
}

pub(super) fn tag(cx: &mut Cx<'_>, input: &Value) -> Answer {
    TAGS.put(&mut key_mut(cx, input)?.tags, input.list("Tags"))?;
    Ok(json!({}))
}

pub(super) fn untag(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let key = key_mut(cx, input)?;
    for name in input.texts("TagKeys") {
        key.tags.remove(&name);
    }
    Ok(json!({}))
}

pub(super) fn list_tags(cx: &mut Cx<'_>, input: &Value) -> Answer {
    listed(input, "Tags", TAGS.rows(&key(cx, input)?.tags))
}

fn described(key: &Key) -> Value {
    json!({
        "AWSAccountId": ACCOUNT,
        "KeyId": key.id,
        "Arn": key.arn,
        "CreationDate": Clock::seconds(key.created),
        "Enabled": key.enabled,
        "Description": key.description,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": state(key),
        "DeletionDate": key.deletion.map(Clock::seconds),
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": false,
    })
}

fn state(key: &Key) -> &'static str {
    match (key.deletion, key.enabled) {
        (Some(_), _) => "PendingDeletion",
        (None, true) => "Enabled",
        (None, false) => "Disabled",
    }
}

/// The policy of a request, if it has one and it is JSON.
fn checked_policy(input: &Value) -> Result<Option<&str>, Refusal> {
    let policy = input.text("Policy");
    let malformed =
        |_| Refusal::new("MalformedPolicyDocumentException", "The new key policy is not valid JSON.");
    policy.map(serde_json::from_str::<serde_json::Map<_, _>>).transpose().map_err(malformed)?;
    Ok(policy)
}

/// The one policy that a key has is called `default`.
fn default_policy_name(input: &Value) -> Result<(), Refusal> {
    match input.text("PolicyName") {
        None | Some("default") => Ok(()),
        Some(name) => Err(Refusal::new("NotFoundException", format!("No such policy exists: {name}"))),
    }
}

/// The account decides by IAM.
fn default_policy() -> String {
    let statement = json!({
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
        "Action": "kms:*",
        "Resource": "*",
    });
    json!({ "Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement] }).to_string()
}
