//! Policies that stand inside a role.

use serde_json::{Value, json};

use super::{Role, check_policy, encoded, listed, no_such};
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;

pub(super) fn put(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let document = input.required("PolicyDocument")?;
    let role = cx.global.iam.role_mut(input.required("RoleName")?)?;
    check_policy(document, "Resource", "Principal")?;
    role.inline.insert(input.required("PolicyName")?.to_owned(), document.to_owned());
    Ok(json!({}))
}

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("PolicyName")?;
    let role = cx.global.iam.role(input.required("RoleName")?)?;
    let document = role.inline.get(name).ok_or_else(|| no_policy(name))?;
    Ok(json!({ "RoleName": role.name, "PolicyName": name, "PolicyDocument": encoded(document) }))
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("PolicyName")?;
    let role = cx.global.iam.role_mut(input.required("RoleName")?)?;
    role.inline.remove(name).ok_or_else(|| no_policy(name))?;
    Ok(json!({}))
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let Role { inline, .. } = cx.global.iam.role(input.required("RoleName")?)?;
    listed(input, "PolicyNames", inline.keys().map(|name| (name.clone(), json!(name))))
}

fn no_policy(name: &str) -> Refusal {
    no_such(format!("The role policy with name {name} cannot be found."))
}
