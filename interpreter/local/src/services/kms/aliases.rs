//! Aliases of keys.

use serde_json::{Value, json};

use super::{Alias, listed, no_alias, resolve, usable_key};
use crate::call::{Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::Input;

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("AliasName")?;
    let rest = name.strip_prefix("alias/").unwrap_or_default();
    if rest.is_empty() || rest.contains(':') {
        return Err(Refusal::new(
            "InvalidAliasNameException",
            "Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ));
    }
    if rest.starts_with("aws/") {
        return Err(Refusal::new("NotAuthorizedException", ""));
    }
    let (key, arn) = (target(cx, input)?, cx.arn("kms", name));
    if cx.here.kms.aliases.contains(name) {
        return Err(Refusal::new(
            "AlreadyExistsException",
            format!("An alias with the name {arn} already exists"),
        ));
    }
    let now = cx.clock.now();
    let alias = Alias { name: name.to_owned(), arn, key, created: now, updated: now };
    cx.here.kms.aliases.insert(name, alias);
    Ok(json!({}))
}

pub(super) fn update(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("AliasName")?;
    let (key, arn, now) = (target(cx, input)?, cx.arn("kms", name), cx.clock.now());
    let alias = cx.here.kms.aliases.get_mut(name).ok_or_else(|| no_alias(&arn))?;
    (alias.key, alias.updated) = (key, now);
    Ok(json!({}))
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("AliasName")?;
    cx.here.kms.settle(cx.clock);
    cx.here.kms.aliases.remove(name).ok_or_else(|| no_alias(&cx.arn("kms", name)))?;
    Ok(json!({}))
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    cx.here.kms.settle(cx.clock);
    let only = input.text("KeyId").map(|name| resolve(cx, name)).transpose()?;
    let shown =
        cx.here.kms.aliases.values().filter(|alias| only.as_ref().is_none_or(|key| *key == alias.key));
    listed(input, "Aliases", shown.map(|alias| (alias.name.clone(), described(alias))))
}

/// The id of the key that an alias is to name; an alias names no alias.
fn target(cx: &mut Cx<'_>, input: &Value) -> Result<String, Refusal> {
    let name = input.required("TargetKeyId")?;
    if name.contains("alias/") {
        return Err(Refusal::new("ValidationException", "Aliases must refer to keys. Not aliases"));
    }
    usable_key(cx, name)?;
    resolve(cx, name)
}

fn described(alias: &Alias) -> Value {
    json!({
        "AliasName": alias.name,
        "AliasArn": alias.arn,
        "TargetKeyId": alias.key,
        "CreationDate": Clock::seconds(alias.created),
        "LastUpdatedDate": Clock::seconds(alias.updated),
    })
}
