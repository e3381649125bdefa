//! Changes of namespaces: one group of settings a call.

use serde_json::Value;

use super::admin;
use super::namespaces::{MODIFYING, Namespace, answer, available, checked_roles, namespace, sorted};
use super::status::{Shown, Status};
use super::{broken, invalid};
use crate::call::{Answer, Cx, Refusal};
use crate::input::{Input, refuse_unsupported};

/// Settings that go together; each group is one operation of the service.
#[derive(Debug, Clone, Copy)]
enum Group {
    Administrator,
    Roles,
    Key,
    Logs,
}

/// The members of requests that belong to each group.
const GROUPS: [(Group, &[&str]); 4] = [
    (
        Group::Administrator,
        &["adminUsername", "adminUserPassword", "manageAdminPassword", "adminPasswordSecretKmsKeyId"],
    ),
    (Group::Roles, &["iamRoles", "defaultIamRoleArn"]),
    (Group::Key, &["kmsKeyId"]),
    (Group::Logs, &["logExports"]),
];

pub(super) fn update(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("namespaceName")?;
    let unsupported =
        ["logDestinationType", "s3TableAction", "s3TableGranularity", "s3TableKmsKeyId", "s3TableNames"];
    refuse_unsupported(input, &unsupported)?;
    let id = available(cx, name)?;
    let is_given = |members: &[&str]| members.iter().any(|member| input.get(*member).is_some());
    let given: Vec<_> =
        GROUPS.iter().filter(|(_, members)| is_given(members)).map(|(group, _)| *group).collect();
    match given.as_slice() {
        [] => return Err(invalid("You must specify at least one setting to update.")),
        [Group::Administrator] => administer(cx, name, &id, input)?,
        [Group::Roles] => assign(cx, name, input)?,
        [Group::Key] => encrypt(cx, name, input)?,
        [Group::Logs] => log(cx, name, input)?,
        [_, _, ..] => {
            return Err(invalid(format!(
                "Amazon Redshift Serverless can't update multiple configurations at the same time for namespace \
                 {name}."
            )));
        }
    }
    if let Some(row) = cx.here.redshift_serverless.namespaces.get_mut(name) {
        row.status = Status::modifying(cx.clock, MODIFYING);
    }
    answer(cx, name, Shown::Modifying)
}

fn administer(cx: &mut Cx<'_>, name: &str, id: &str, input: &Value) -> Result<(), Refusal> {
    let asked = admin::asked(input)?
        .ok_or_else(|| invalid("Specify both the user name and password, or neither."))?;
    let present = namespace(&cx.here.redshift_serverless, name)?.admin.clone();
    let (admin, login) = admin::appoint(cx, name, asked, present.as_ref())?;
    cx.warehouse.set_admin(id, &login).map_err(broken)?;
    change(cx, name, |row| row.admin = Some(admin))
}

fn assign(cx: &mut Cx<'_>, name: &str, input: &Value) -> Result<(), Refusal> {
    let roles = checked_roles(cx, input)?;
    let default = input.text("defaultIamRoleArn").map(str::to_owned);
    let present = namespace(&cx.here.redshift_serverless, name)?;
    if present.roles == roles && (default.is_none() || present.default_role == default) {
        return Err(unchanged("IAM roles"));
    }
    change(cx, name, |row| {
        row.default_role = default.or(row.default_role.take()).filter(|role| roles.contains(role));
        row.roles = roles;
    })
}

fn encrypt(cx: &mut Cx<'_>, name: &str, input: &Value) -> Result<(), Refusal> {
    let key = admin::usable(cx, input.required("kmsKeyId")?)?;
    if namespace(&cx.here.redshift_serverless, name)?.key.as_ref() == Some(&key) {
        return Err(unchanged("KMS key"));
    }
    change(cx, name, |row| row.key = Some(key))
}

fn log(cx: &mut Cx<'_>, name: &str, input: &Value) -> Result<(), Refusal> {
    let logs = sorted(input.texts("logExports"));
    if namespace(&cx.here.redshift_serverless, name)?.logs == logs {
        return Err(unchanged("log exports"));
    }
    change(cx, name, |row| row.logs = logs)
}

fn change(cx: &mut Cx<'_>, name: &str, act: impl FnOnce(&mut Namespace)) -> Result<(), Refusal> {
    let row = cx.here.redshift_serverless.namespaces.get_mut(name);
    row.map(act).ok_or_else(|| Refusal::internal(format!("the namespace {name} is gone")))
}

fn unchanged(what: &str) -> Refusal {
    invalid(format!("The {what} are the same as the present ones of the namespace."))
}
