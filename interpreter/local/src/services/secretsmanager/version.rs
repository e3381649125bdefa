//! Values of secrets: versions by token, and the stages that move between them.

use serde_json::{Value, json};

use super::{CURRENT, Content, PREVIOUS, Secret, Version, live, live_mut, name_of, secret, secret_mut};
use crate::call::{Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::{Input, refuse_unsupported};
use crate::page::{BadToken, page};

pub(super) fn get_value(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let secret = live(cx, input)?.clone();
    let (id, version) = asked(&secret, input)?;
    let value = |sealed| {
        String::from_utf8(cx.vault.reveal(sealed)?)
            .map_err(|_| Refusal::internal("a secret value is not text"))
    };
    let (text, binary) = match &version.content {
        Content::Text(sealed) => (Some(value(sealed)?), None),
        Content::Binary(sealed) => (None, Some(value(sealed)?)),
    };
    Ok(json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": id,
        "SecretString": text,
        "SecretBinary": binary,
        "VersionStages": version.stages,
        "CreatedDate": Clock::seconds(version.created),
    }))
}

pub(super) fn put_value(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(input, &["RotationToken"])?;
    let name = live(cx, input)?.name.clone();
    let missing =
        || Refusal::new("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
    let content = content_of(cx, input)?.ok_or_else(missing)?;
    let stages = match input.texts("VersionStages") {
        none if none.is_empty() => vec![CURRENT.to_owned()],
        some => some,
    };
    let id = put(cx, &name, input, content, &stages)?;
    let secret = secret(cx, &name)?;
    let stages = secret.versions.get(&id).map(|version| version.stages.clone());
    Ok(json!({ "ARN": secret.arn, "Name": name, "VersionId": id, "VersionStages": stages }))
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = name_of(cx, input)?;
    let secret = secret(cx, &name)?;
    let is_all = input.flag("IncludeDeprecated") == Some(true);
    let shown = secret.versions.iter().filter(|(_, version)| is_all || !version.stages.is_empty());
    let row = |(id, version): (&String, &Version)| {
        let row = json!({ "VersionId": id, "VersionStages": version.stages, "CreatedDate": Clock::seconds(version.created) });
        (id.clone(), row)
    };
    let size = input.size("MaxResults").unwrap_or(100);
    let page = page(shown.map(row), input.text("NextToken"), size).map_err(bad_token)?;
    Ok(json!({ "ARN": secret.arn, "Name": name, "Versions": page.rows, "NextToken": page.next }))
}

pub(super) fn update_stage(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (stage, to) = (input.required("VersionStage")?, input.text("MoveToVersionId"));
    let secret = live_mut(cx, input)?;
    for id in [to, input.text("RemoveFromVersionId")].into_iter().flatten() {
        if !secret.versions.contains_key(id) {
            return Err(no_version(&format!("VersionId: {id}")));
        }
    }
    check_holder(secret, stage, input)?;
    match to {
        Some(to) => give_stage(secret, to, stage),
        None if stage == CURRENT => {
            let words = "You can't remove the staging label AWSCURRENT without moving it to another version.";
            return Err(Refusal::new("InvalidParameterException", words));
        }
        None => take_stage(secret, stage),
    }
    Ok(json!({ "ARN": secret.arn, "Name": secret.name }))
}

/// The value of a secret's current version, for other services, which read it as their caller.
pub(crate) fn current_value(cx: &mut Cx<'_>, secret: &str) -> Result<String, Refusal> {
    let answer = get_value(cx, &json!({ "SecretId": secret }))?;
    answer
        .text("SecretString")
        .map(str::to_owned)
        .ok_or_else(|| no_version(&format!("staging label: {CURRENT}")))
}

/// The content of a request, if it has one.
pub(super) fn content_of(cx: &Cx<'_>, input: &Value) -> Result<Option<Content>, Refusal> {
    match (input.text("SecretString"), input.text("SecretBinary")) {
        (Some(_), Some(_)) => Err(Refusal::new(
            "InvalidParameterException",
            "You can't specify both a binary secret value and a string secret value in the same secret.",
        )),
        (Some(text), None) => Ok(Some(Content::Text(cx.vault.seal(text.as_bytes())?))),
        (None, Some(binary)) => Ok(Some(Content::Binary(cx.vault.seal(binary.as_bytes())?))),
        (None, None) => Ok(None),
    }
}

/// Adds a version by the request's token and gives it stages; an equal one that is there stays as it is.
pub(super) fn put(
    cx: &mut Cx<'_>,
    name: &str,
    input: &Value,
    content: Content,
    stages: &[String],
) -> Result<String, Refusal> {
    let id = input.text("ClientRequestToken").map_or_else(|| cx.ids.uuid(), str::to_owned);
    let there = secret(cx, name)?;
    if let Some(version) = there.versions.get(&id) {
        return match is_equal(cx, &version.content, &content)? {
            true => Ok(id),
            false => Err(Refusal::new(
                "ResourceExistsException",
                format!(
                    "You can't use ClientRequestToken {id} because that value is already in use for a version of secret {}.",
                    there.arn
                ),
            )),
        };
    }
    let now = cx.clock.now();
    let secret = secret_mut(cx, name)?;
    secret.versions.insert(id.clone(), Version { content, created: now, stages: Vec::new() });
    secret.changed = now;
    for stage in stages {
        give_stage(secret, &id, stage);
    }
    Ok(id)
}

fn is_equal(cx: &Cx<'_>, one: &Content, other: &Content) -> Result<bool, Refusal> {
    match (one, other) {
        (Content::Text(one), Content::Text(other)) | (Content::Binary(one), Content::Binary(other)) => {
            Ok(cx.vault.reveal(one)? == cx.vault.reveal(other)?)
        }
        (Content::Text(_), Content::Binary(_)) | (Content::Binary(_), Content::Text(_)) => Ok(false),
    }
}

/// The version that a request asks for by id, by stage, or by neither.
fn asked<'a>(secret: &'a Secret, input: &Value) -> Result<(&'a String, &'a Version), Refusal> {
    let stage = input.text("VersionStage");
    let Some(id) = input.text("VersionId") else {
        let stage = stage.unwrap_or(CURRENT);
        let version =
            secret.versions.iter().find(|(_, version)| version.stages.iter().any(|one| one == stage));
        return version.ok_or_else(|| no_version(&format!("staging label: {stage}")));
    };
    let version = secret.versions.get_key_value(id).ok_or_else(|| no_version(&format!("VersionId: {id}")))?;
    match stage.is_none_or(|stage| version.1.stages.iter().any(|one| one == stage)) {
        true => Ok(version),
        false => Err(Refusal::new(
            "InvalidRequestException",
            "You provided a VersionStage that is not associated to the provided VersionId.",
        )),
    }
}

/// A stage is taken from the version that has it only by a request that says so.
fn check_holder(secret: &Secret, stage: &str, input: &Value) -> Result<(), Refusal> {
    let holder = secret.versions.iter().find(|(_, version)| version.stages.iter().any(|one| one == stage));
    let holder = holder.map(|(id, _)| id.as_str());
    let (from, to) = (input.text("RemoveFromVersionId"), input.text("MoveToVersionId"));
    match (holder, from) {
        (Some(holder), from) if from != Some(holder) && to != Some(holder) => Err(Refusal::new(
            "InvalidParameterException",
            format!(
                "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to \
                 version {holder}, so you must explicitly reference that version in RemoveFromVersionId."
            ),
        )),
        (None, Some(from)) => Err(Refusal::new(
            "InvalidParameterException",
            format!("Staging label {stage} is not attached to version {from}."),
        )),
        (Some(_) | None, _) => Ok(()),
    }
}

/// Moves a stage to a version; the version that loses AWSCURRENT becomes AWSPREVIOUS.
fn give_stage(secret: &mut Secret, to: &str, stage: &str) {
    let is_holder = |version: &Version| version.stages.iter().any(|one| one == stage);
    let loser = secret
        .versions
        .iter()
        .find(|(id, version)| *id != to && is_holder(version))
        .map(|(id, _)| id.clone());
    take_stage(secret, stage);
    if let Some(version) = secret.versions.get_mut(to) {
        version.stages.push(stage.to_owned());
    }
    if let Some(loser) = loser.filter(|_| stage == CURRENT) {
        give_stage(secret, &loser, PREVIOUS);
    }
}

fn take_stage(secret: &mut Secret, stage: &str) {
    for version in secret.versions.values_mut() {
        version.stages.retain(|one| one != stage);
    }
}

fn no_version(what: &str) -> Refusal {
    let words = format!("Secrets Manager can't find the specified secret value for {what}");
    Refusal::new("ResourceNotFoundException", words)
}

pub(super) fn bad_token(BadToken: BadToken) -> Refusal {
    Refusal::new("InvalidNextTokenException", "The NextToken value is invalid.")
}
