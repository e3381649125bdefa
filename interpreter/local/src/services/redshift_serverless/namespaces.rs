//! Namespaces: making, finding and deleting them.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::admin::{self, Admin};
use super::status::{self, Live, Shown, Status};
use super::{MOST, State, TAGS, arn, broken, conflict, invalid, listed, not_found, snapshots, workgroups};
use crate::call::{Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::{Input, refuse_unsupported};
use crate::tags::Tags;
use crate::warehouse::{NamespaceSpec, is_reserved};

/// How long a change of a namespace takes.
pub(super) const MODIFYING: Duration = Duration::from_secs(30);

/// How long a namespace takes to go.
const DELETING: Duration = Duration::from_secs(60);

/// What the service answers for a key of its own.
pub(super) const OWN_KEY: &str = "AWS_OWNED_KMS_KEY";

/// Databases, users and shares, with their encryption and roles.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Namespace {
    pub(super) name: String,
    /// The GUID that grants name, and that the warehouse knows it by.
    pub(crate) id: String,
    pub(super) arn: String,
    pub(super) created: Timestamp,
    /// The database that was asked for.
    pub(super) db_name: Option<String>,
    pub(super) admin: Option<Admin>,
    /// The ARN of a customer's key.
    pub(super) key: Option<String>,
    pub(super) roles: Vec<String>,
    pub(super) default_role: Option<String>,
    pub(super) logs: Vec<String>,
    pub(super) status: Status,
    pub(super) tags: Tags,
}

/// The database of a namespace for which none was asked.
const USUAL_DATABASE: &str = "dev";

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("namespaceName")?;
    refuse_unsupported(input, &["redshiftIdcApplicationArn"])?;
    if status::read(&mut cx.here.redshift_serverless.namespaces, name, cx.clock).is_some() {
        return Err(conflict(format!("Namespace {name} already exists.")));
    }
    if cx.here.redshift_serverless.namespaces.len() >= MOST {
        return Err(invalid(format!("The quota of {MOST} namespaces in this Region is exceeded.")));
    }
    let db_name = input.text("dbName").map(checked_database).transpose()?;
    let asked = admin::asked(input)?;
    let key = input.text("kmsKeyId").filter(|key| *key != OWN_KEY).map(str::to_owned);
    let key = key.map(|key| admin::usable(cx, &key)).transpose()?;
    let roles = checked_roles(cx, input)?;
    let tags = TAGS.read(input.list("tags"))?;
    let (admin, login) = match asked {
        Some(asked) => {
            admin::appoint(cx, name, asked, None).map(|(admin, login)| (Some(admin), Some(login)))?
        }
        None => (None, None),
    };
    let id = cx.ids.uuid();
    let database = db_name.as_deref().unwrap_or(USUAL_DATABASE).to_owned();
    let spec = NamespaceSpec { id: id.clone(), db_name: database, admin: login };
    cx.warehouse.create_namespace(&spec).map_err(broken)?;
    let namespace = Namespace {
        name: name.to_owned(),
        arn: arn(cx, "namespace", &id),
        id,
        created: cx.clock.now(),
        db_name,
        admin,
        key,
        roles,
        default_role: input.text("defaultIamRoleArn").map(str::to_owned),
        logs: sorted(input.texts("logExports")),
        status: Status::Available,
        tags,
    };
    cx.here.redshift_serverless.namespaces.insert(name, namespace);
    answer(cx, name, Shown::Available)
}

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("namespaceName")?;
    let shown = status::read(&mut cx.here.redshift_serverless.namespaces, name, cx.clock);
    answer(cx, name, shown.ok_or_else(|| missing(name))?)
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let mut rows = Vec::new();
    for name in cx.here.redshift_serverless.namespaces.keys() {
        if let Some(shown) = status::read(&mut cx.here.redshift_serverless.namespaces, &name, cx.clock) {
            let described = described(&cx.here.redshift_serverless, &name, shown)?;
            rows.push((name, described));
        }
    }
    listed(input, "namespaces", rows)
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("namespaceName")?;
    available(cx, name)?;
    if workgroups::is_attached(cx, name) {
        return Err(conflict(format!(
            "The namespace {name} can't be deleted because it has a workgroup. Delete the workgroup first."
        )));
    }
    if let Some(snapshot) = input.text("finalSnapshotName") {
        snapshots::take(cx, name, snapshot, input.number("finalSnapshotRetentionPeriod"), Tags::default())?;
    }
    let found = namespace(&cx.here.redshift_serverless, name)?;
    admin::dismiss(cx, found.admin.clone().as_ref());
    if let Some(namespace) = cx.here.redshift_serverless.namespaces.get_mut(name) {
        namespace.status = Status::deleting(cx.clock, DELETING, Shown::Deleting);
    }
    answer(cx, name, Shown::Deleting)
}

/// The namespace of that name.
pub(super) fn namespace<'a>(state: &'a State, name: &str) -> Result<&'a Namespace, Refusal> {
    state.namespaces.get(name).ok_or_else(|| missing(name))
}

/// The namespace's GUID, if a change of it may begin.
pub(super) fn available(cx: &mut Cx<'_>, name: &str) -> Result<String, Refusal> {
    let table = &mut cx.here.redshift_serverless.namespaces;
    match status::admits_change(table, name, cx.clock).ok_or_else(|| missing(name))? {
        true => Ok(namespace(&cx.here.redshift_serverless, name)?.id.clone()),
        false => {
            Err(conflict(format!("There is an operation running on the namespace {name}. Try again later.")))
        }
    }
}

/// An answer with the namespace, in the state that was seen.
pub(super) fn answer(cx: &Cx<'_>, name: &str, shown: Shown) -> Answer {
    Ok(json!({ "namespace": described(&cx.here.redshift_serverless, name, shown)? }))
}

/// Roles of a request; each must be known to this service.
pub(super) fn checked_roles(cx: &mut Cx<'_>, input: &Value) -> Result<Vec<String>, Refusal> {
    let roles = input.texts("iamRoles");
    for role in &roles {
        if !cx.global.iam.is_known_elsewhere(role, cx.clock) {
            return Err(invalid(format!(
                "The IAM role {role} isn't valid. Check that it exists and try again."
            )));
        }
    }
    match input.text("defaultIamRoleArn") {
        Some(default) if !roles.iter().any(|role| role == default) => {
            Err(invalid("To change the default IAM role, you must specify the entire list of IAM roles."))
        }
        Some(_) | None => Ok(roles),
    }
}

pub(super) fn described(state: &State, name: &str, shown: Shown) -> Result<Value, Refusal> {
    let found = namespace(state, name)?;
    let has_workgroup = state.workgroup_of(name).is_some();
    let db_name = found.db_name.as_deref().or(has_workgroup.then_some(USUAL_DATABASE));
    let secret = found.admin.as_ref().and_then(|admin| admin.secret.as_ref());
    Ok(json!({
        "namespaceArn": found.arn,
        "namespaceId": found.id,
        "namespaceName": found.name,
        "adminUsername": found.admin.as_ref().map(|admin| &admin.user),
        "adminPasswordSecretArn": secret.map(|secret| &secret.arn),
        "adminPasswordSecretKmsKeyId": secret.and_then(|secret| secret.key.as_ref()),
        "dbName": db_name,
        "kmsKeyId": found.key.as_deref().unwrap_or(OWN_KEY),
        "defaultIamRoleArn": found.default_role,
        "iamRoles": found.roles.iter().enumerate().map(role_text).collect::<Vec<_>>(),
        "logExports": found.logs,
        "status": shown.word(),
        "creationDate": Clock::seconds(found.created),
    }))
}

/// A role as the service writes it, its fields in either order.
fn role_text((index, role): (usize, &String)) -> String {
    match index % 2 {
        0 => format!("IamRole(applyStatus=in-sync, iamRoleArn={role})"),
        _ => format!("IamRole(iamRoleArn={role}, applyStatus=in-sync)"),
    }
}

impl Live for Namespace {
    fn status(&self) -> Status {
        self.status
    }

    fn status_mut(&mut self) -> &mut Status {
        &mut self.status
    }
}

/// Each name once, in order.
pub(super) fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}

fn missing(name: &str) -> Refusal {
    not_found(format!("Namespace {name} was not found."))
}

fn checked_database(name: &str) -> Result<String, Refusal> {
    let mut letters = name.chars();
    let is_fine = name.len() <= 127
        && letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "_+.@-".contains(letter));
    if is_reserved(name) {
        return Err(invalid(format!("The database name {name} is a reserved word.")));
    }
    match is_fine {
        true => Ok(name.to_owned()),
        false => Err(invalid(format!(
            "The database name {name} isn't valid. It must start with a letter, hold only letters, digits and \
             _ + . @ -, and be at most 127 characters long."
        ))),
    }
}
