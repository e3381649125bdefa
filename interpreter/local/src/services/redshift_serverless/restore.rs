//! Restoring a namespace from a snapshot: every database and user is replaced.

use std::time::Duration;

use serde_json::{Value, json};

use super::admin::{self, Admin, Asked};
use super::namespaces::{available, described, namespace};
use super::status::{Shown, Status};
use super::{broken, conflict, snapshots, workgroups};
use crate::call::{ACCOUNT, Answer, Cx};
use crate::input::Input;

/// How long a restore takes until the data can be queried.
const RESTORING: Duration = Duration::from_secs(300);

pub(super) fn restore(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (name, workgroup) = (input.required("namespaceName")?, input.required("workgroupName")?);
    let id = available(cx, name)?;
    workgroups::available(cx, workgroup, "updating")?;
    if workgroups::workgroup(&cx.here.redshift_serverless, workgroup)?.namespace != name {
        return Err(conflict(format!(
            "The workgroup {workgroup} isn't associated with the namespace {name}."
        )));
    }
    let snapshot = snapshots::asked(cx, input)?;
    let data = snapshots::restorable(cx, &snapshot)?.data();
    let present = namespace(&cx.here.redshift_serverless, name)?.admin.clone();
    let key = input.text("adminPasswordSecretKmsKeyId").map(|key| admin::usable(cx, key)).transpose()?;
    cx.warehouse.restore(&id, &data).map_err(broken)?;
    admin::dismiss(cx, present.as_ref());
    let user = cx.warehouse.admin_user(&id).map_err(broken)?;
    let admin = match input.flag("manageAdminPassword") {
        Some(true) => {
            let (admin, login) = admin::appoint(cx, name, Asked::Managed { user, key }, None)?;
            cx.warehouse.set_admin(&id, &login).map_err(broken)?;
            Some(admin)
        }
        Some(false) | None => user.map(|user| Admin { user, secret: None }),
    };
    let state = &mut cx.here.redshift_serverless;
    if let Some(row) = state.namespaces.get_mut(name) {
        row.admin = admin;
        row.status = Status::modifying(cx.clock, RESTORING);
    }
    if let Some(row) = state.workgroups.get_mut(workgroup) {
        row.status = Status::modifying(cx.clock, RESTORING);
    }
    Ok(json!({
        "namespace": described(state, name, Shown::Modifying)?,
        "ownerAccount": ACCOUNT,
        "snapshotName": snapshot,
    }))
}
