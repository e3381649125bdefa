//! Roles, their trust and their tags.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Role, TAGS, arn, check_policy, encoded, key, listed};
use crate::call::{Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::Input;
use crate::tags::Tags;

/// How long other services don't know a new role.
const SPREADS_WITHIN: Duration = Duration::from_secs(10);

/// The services that this cloud can make a role for, and the roles' names.
const SERVICE_LINKED: [(&str, &str); 3] = [
    ("elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing"),
    ("redshift.amazonaws.com", "AWSServiceRoleForRedshift"),
    ("redshift-serverless.amazonaws.com", "AWSServiceRoleForRedshiftServerless"),
];

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("RoleName")?;
    let trust = input.required("AssumeRolePolicyDocument")?;
    check_policy(trust, "Principal", "Resource")?;
    if cx.global.iam.roles.contains(&key(name)) {
        return Err(Refusal::new("EntityAlreadyExists", format!("Role with name {name} already exists.")));
    }
    let mut role =
        new_role(cx, name, input.text("Path").unwrap_or("/"), trust, TAGS.read(input.list("Tags"))?);
    role.description = input.text("Description").map(str::to_owned);
    role.session_seconds = input.number("MaxSessionDuration").unwrap_or(role.session_seconds);
    let answer = json!({ "Role": described(&role) });
    cx.global.iam.roles.insert(key(name), role);
    Ok(answer)
}

pub(super) fn create_service_linked(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let service = input.required("AWSServiceName")?;
    let refused = |words: String| Refusal::new("InvalidInput", words);
    let (_, name) = SERVICE_LINKED.iter().find(|(principal, _)| *principal == service).ok_or_else(|| {
        refused(format!("{service} is not a service for which this cloud can create a role."))
    })?;
    if cx.global.iam.roles.contains(&key(name)) {
        let words = format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        );
        return Err(refused(words));
    }
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": [service] }, "Action": ["sts:AssumeRole"] },
    ]});
    let role =
        new_role(cx, name, &format!("/aws-service-role/{service}/"), &trust.to_string(), Tags::default());
    let answer = json!({ "Role": described(&role) });
    cx.global.iam.roles.insert(key(name), role);
    Ok(answer)
}

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
    Ok(json!({ "Role": described(cx.global.iam.role(input.required("RoleName")?)?) }))
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let prefix = input.text("PathPrefix").unwrap_or("/");
    let below = cx.global.iam.roles.values().filter(|role| role.path.starts_with(prefix));
    listed(input, "Roles", below.map(|role| (key(&role.name), without_tags(role))))
}

pub(super) fn update(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let role = cx.global.iam.role_mut(input.required("RoleName")?)?;
    role.session_seconds = input.number("MaxSessionDuration").unwrap_or(role.session_seconds);
    role.description = input.text("Description").map(str::to_owned).or(role.description.take());
    Ok(json!({}))
}

pub(super) fn update_trust(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let trust = input.required("PolicyDocument")?;
    let role = cx.global.iam.role_mut(input.required("RoleName")?)?;
    check_policy(trust, "Principal", "Resource")?;
    trust.clone_into(&mut role.trust);
    Ok(json!({}))
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("RoleName")?;
    let role = cx.global.iam.role(name)?;
    let conflict = |words| Err(Refusal::new("DeleteConflict", words));
    if !role.attached.is_empty() {
        return conflict("Cannot delete entity, must detach all policies first.");
    }
    if !role.inline.is_empty() {
        return conflict("Cannot delete entity, must delete policies first.");
    }
    cx.global.iam.roles.remove(&key(name));
    Ok(json!({}))
}

pub(super) fn tag(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let role = cx.global.iam.role_mut(input.required("RoleName")?)?;
    TAGS.put(&mut role.tags, input.list("Tags"))?;
    Ok(json!({}))
}

pub(super) fn untag(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let role = cx.global.iam.role_mut(input.required("RoleName")?)?;
    for key in input.texts("TagKeys") {
        role.tags.remove(&key);
    }
    Ok(json!({}))
}

pub(super) fn list_tags(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let role = cx.global.iam.role(input.required("RoleName")?)?;
    listed(input, "Tags", TAGS.rows(&role.tags))
}

/// There are no instances here, hence no profiles.
pub(super) fn list_instance_profiles(cx: &mut Cx<'_>, input: &Value) -> Answer {
    cx.global.iam.role(input.required("RoleName")?)?;
    listed(input, "InstanceProfiles", [])
}

fn new_role(cx: &mut Cx<'_>, name: &str, path: &str, trust: &str, tags: Tags) -> Role {
    Role {
        name: name.to_owned(),
        id: cx.ids.iam("AROA"),
        arn: arn("role", path, name),
        path: path.to_owned(),
        created: cx.clock.now(),
        trust: trust.to_owned(),
        description: None,
        session_seconds: 3_600,
        tags,
        inline: BTreeMap::new(),
        attached: BTreeSet::new(),
        fresh: cx.clock.transition(SPREADS_WITHIN),
    }
}

fn described(role: &Role) -> Value {
    let mut answer = without_tags(role);
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("Tags".to_owned(), TAGS.list(&role.tags));
    }
    answer
}

/// A role as lists show it.
fn without_tags(role: &Role) -> Value {
    json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": Clock::seconds(role.created),
        "AssumeRolePolicyDocument": encoded(&role.trust),
        "Description": role.description,
        "MaxSessionDuration": role.session_seconds,
    })
}
