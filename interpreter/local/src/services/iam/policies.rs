//! Managed policies, and the roles they are attached to.

use serde_json::{Value, json};

use super::{Policy, TAGS, arn, check_policy, listed, no_such};
use crate::call::{Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::Input;

/// Policies that AWS manages; which ones there are is not this cloud's to know.
const OF_AWS: &str = "arn:aws:iam::aws:policy/";

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (name, path) = (input.required("PolicyName")?, input.text("Path").unwrap_or("/"));
    check_policy(input.required("PolicyDocument")?, "Resource", "Principal")?;
    let arn = arn("policy", path, name);
    if cx.global.iam.policies.contains(&arn) {
        return Err(Refusal::new(
            "EntityAlreadyExists",
            format!("A policy called {name} already exists. Duplicate names are not allowed."),
        ));
    }
    let policy = Policy {
        name: name.to_owned(),
        id: cx.ids.iam("ANPA"),
        arn: arn.clone(),
        path: path.to_owned(),
        description: input.text("Description").map(str::to_owned),
        created: cx.clock.now(),
        tags: TAGS.read(input.list("Tags"))?,
    };
    let answer = json!({ "Policy": described(cx, &policy) });
    cx.global.iam.policies.insert(arn, policy);
    Ok(answer)
}

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("PolicyArn")?;
    let policy = cx.global.iam.policies.get(arn).ok_or_else(|| no_policy(arn))?;
    Ok(json!({ "Policy": described(cx, policy) }))
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let policies = cx.global.iam.policies.values();
    listed(input, "Policies", policies.map(|policy| (policy.arn.clone(), described(cx, policy))))
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("PolicyArn")?;
    if attachments(cx, arn) > 0 {
        return Err(Refusal::new("DeleteConflict", "Cannot delete a policy attached to entities."));
    }
    cx.global.iam.policies.remove(arn).ok_or_else(|| no_policy(arn))?;
    Ok(json!({}))
}

pub(super) fn attach(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("PolicyArn")?;
    if !arn.starts_with(OF_AWS) && !cx.global.iam.policies.contains(arn) {
        return Err(no_such(format!("Policy {arn} does not exist or is not attachable.")));
    }
    let role = cx.global.iam.role_mut(input.required("RoleName")?)?;
    role.attached.insert(arn.to_owned());
    Ok(json!({}))
}

pub(super) fn detach(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("PolicyArn")?;
    let role = cx.global.iam.role_mut(input.required("RoleName")?)?;
    if !role.attached.remove(arn) {
        return Err(no_policy(arn));
    }
    Ok(json!({}))
}

pub(super) fn list_attached(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let role = cx.global.iam.role(input.required("RoleName")?)?;
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    let row = |arn: &String| (arn.clone(), json!({ "PolicyName": name(arn), "PolicyArn": arn }));
    listed(input, "AttachedPolicies", role.attached.iter().map(row))
}

fn attachments(cx: &Cx<'_>, arn: &str) -> usize {
    cx.global.iam.roles.values().filter(|role| role.attached.contains(arn)).count()
}

fn described(cx: &Cx<'_>, policy: &Policy) -> Value {
    json!({
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": "v1",
        "AttachmentCount": attachments(cx, &policy.arn),
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": true,
        "Description": policy.description,
        "CreateDate": Clock::seconds(policy.created),
        "UpdateDate": Clock::seconds(policy.created),
        "Tags": TAGS.list(&policy.tags),
    })
}

fn no_policy(arn: &str) -> Refusal {
    no_such(format!("Policy {arn} was not found."))
}
