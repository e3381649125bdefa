//! Restoring a namespace from a snapshot: every database and user is replaced.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::admin::{self, Admin, Asked};
use super::namespaces::{available, described, namespace};
use super::status::{Shown, Status};
use super::{broken, conflict, snapshots, workgroups};
use crate::call::{ACCOUNT, Answer, Call, Cx, Refusal};
use crate::cloud::Cloud;
use crate::input::Input;
use crate::warehouse::SnapshotData;

/// How long a restore takes until the data can be queried.
const RESTORING: Duration = Duration::from_secs(300);

pub(super) fn restore(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    Box::pin(async move {
        let Call { region, access_key, input } = call;
        let Work { namespace, snapshot, data } =
            cloud.at_once(&region, &access_key, |cx| begin(cx, &input))?;
        let (warehouse, id) = (Arc::clone(&cloud.network.warehouse), namespace.clone());
        let drafted = tokio::task::spawn_blocking(move || warehouse.draft(&id, &data)).await;
        let died = |_| Refusal::internal("the thread of a restore has died");
        drafted.map_err(died)?.map_err(broken)?;
        cloud.at_once(&region, &access_key, |cx| end(cx, &input, &namespace, &snapshot))
    })
}

/// A restore that nothing forbids.
struct Work {
    /// The GUID of the namespace.
    namespace: String,
    /// The name of the snapshot.
    snapshot: String,
    data: SnapshotData,
}

/// Checks a request, and keeps others from changing what it is about.
fn begin(cx: &mut Cx<'_>, input: &Value) -> Result<Work, Refusal> {
    let (name, workgroup) = (input.required("namespaceName")?, input.required("workgroupName")?);
    let id = available(cx, name)?;
    workgroups::available(cx, workgroup, "updating")?;
    if workgroups::workgroup(&cx.here.redshift_serverless, workgroup)?.namespace != name {
        return Err(conflict(format!(
            "The workgroup {workgroup} isn't associated with the namespace {name}."
        )));
    }
    let snapshot = snapshots::asked(cx, input)?;
    let data = snapshots::restorable(cx, &snapshot)?;
    input.text("adminPasswordSecretKmsKeyId").map(|key| admin::usable(cx, key)).transpose()?;
    modify(cx, name, workgroup);
    Ok(Work { namespace: id, snapshot, data })
}

/// Puts the data in its place and notes whose administrator came with it, or gives it a managed password: in one
/// moment, so that a process killed before it has restored nothing.
fn end(cx: &mut Cx<'_>, input: &Value, id: &str, snapshot: &str) -> Answer {
    let (name, workgroup) = (input.required("namespaceName")?, input.required("workgroupName")?);
    let present = namespace(&cx.here.redshift_serverless, name)?.admin.clone();
    cx.warehouse.take_draft(id).map_err(broken)?;
    admin::dismiss(cx, present.as_ref());
    let user = cx.warehouse.admin_user(id).map_err(broken)?;
    let admin = match input.flag("manageAdminPassword") {
        Some(true) => {
            let key = input.text("adminPasswordSecretKmsKeyId").map(str::to_owned);
            let (admin, login) = admin::appoint(cx, name, Asked::Managed { user, key }, None)?;
            cx.warehouse.set_admin(id, &login).map_err(broken)?;
            Some(admin)
        }
        Some(false) | None => user.map(|user| Admin { user, secret: None }),
    };
    if let Some(row) = cx.here.redshift_serverless.namespaces.get_mut(name) {
        row.admin = admin;
    }
    modify(cx, name, workgroup);
    Ok(json!({
        "namespace": described(&cx.here.redshift_serverless, name, Shown::Modifying)?,
        "ownerAccount": ACCOUNT,
        "snapshotName": snapshot,
    }))
}

fn modify(cx: &mut Cx<'_>, namespace: &str, workgroup: &str) {
    let status = Status::modifying(cx.clock, RESTORING);
    let state = &mut cx.here.redshift_serverless;
    if let Some(row) = state.namespaces.get_mut(namespace) {
        row.status = status;
    }
    if let Some(row) = state.workgroups.get_mut(workgroup) {
        row.status = status;
    }
}
