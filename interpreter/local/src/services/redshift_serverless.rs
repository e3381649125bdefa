//! Amazon Redshift Serverless: namespaces, workgroups, snapshots, and what belongs to them.

mod admin;
mod capacity;
mod credentials;
mod endpoint_access;
mod endpoints;
mod namespace_update;
mod namespaces;
mod parameters;
mod placement;
mod restore;
mod snapshots;
mod status;
mod tagging;
mod usage_limits;
mod workgroup_update;
mod workgroups;

use serde_json::{Value, json};

use super::{Handler, Service};
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;
use crate::page::page;
use crate::table::tables;
use crate::tags::{Letters, TagDialect};
use crate::warehouse::SqlError;

pub(crate) use admin::adopt_password;
pub(crate) use credentials::database_user;
pub(crate) use endpoints::{
    all as endpoints, behind as endpoint_behind, namespace_behind, namespaces as live_namespaces,
};

pub(crate) static SERVICE: Service = Service::new(
    "redshift-serverless",
    include_str!("../../models/redshift-serverless.json"),
    &[
        ("CreateEndpointAccess", Handler::Sync(endpoint_access::create)),
        ("CreateNamespace", Handler::Sync(namespaces::create)),
        ("CreateSnapshot", Handler::Sync(snapshots::create)),
        ("CreateUsageLimit", Handler::Sync(usage_limits::create)),
        ("CreateWorkgroup", Handler::Sync(workgroups::create)),
        ("DeleteEndpointAccess", Handler::Sync(endpoint_access::delete)),
        ("DeleteNamespace", Handler::Sync(namespaces::delete)),
        ("DeleteSnapshot", Handler::Sync(snapshots::delete)),
        ("DeleteUsageLimit", Handler::Sync(usage_limits::delete)),
        ("DeleteWorkgroup", Handler::Sync(workgroups::delete)),
        ("GetCredentials", Handler::Sync(credentials::get)),
        ("GetEndpointAccess", Handler::Sync(endpoint_access::get)),
        ("GetNamespace", Handler::Sync(namespaces::get)),
        ("GetSnapshot", Handler::Sync(snapshots::get)),
        ("GetUsageLimit", Handler::Sync(usage_limits::get)),
        ("GetWorkgroup", Handler::Sync(workgroups::get)),
        ("ListEndpointAccess", Handler::Sync(endpoint_access::list)),
        ("ListNamespaces", Handler::Sync(namespaces::list)),
        ("ListSnapshots", Handler::Sync(snapshots::list)),
        ("ListTagsForResource", Handler::Sync(tagging::list)),
        ("ListUsageLimits", Handler::Sync(usage_limits::list)),
        ("ListWorkgroups", Handler::Sync(workgroups::list)),
        ("RestoreFromSnapshot", Handler::Async(restore::restore)),
        ("TagResource", Handler::Sync(tagging::add)),
        ("UntagResource", Handler::Sync(tagging::remove)),
        ("UpdateEndpointAccess", Handler::Sync(endpoint_access::update)),
        ("UpdateNamespace", Handler::Sync(namespace_update::update)),
        ("UpdateSnapshot", Handler::Sync(snapshots::update)),
        ("UpdateUsageLimit", Handler::Sync(usage_limits::update)),
        ("UpdateWorkgroup", Handler::Sync(workgroup_update::update)),
    ],
);

const TAGS: TagDialect = TagDialect {
    key: "key",
    value: "value",
    invalid: "ValidationException",
    too_many: "TooManyTagsException",
    letters: Letters::Any,
};

/// Default quota of namespaces, and of workgroups, in a region.
const MOST: usize = 25;

tables! {
    /// Everything by name; usage limits by id.
    pub(crate) struct State {
        namespaces: namespaces::Namespace,
        workgroups: workgroups::Workgroup,
        snapshots: snapshots::Snapshot,
        endpoint_accesses: endpoint_access::EndpointAccess,
        usage_limits: usage_limits::UsageLimit,
        /// What was put here once, so that it does not come back after its deletion.
        seeded: bool,
    }
}

impl State {
    /// The workgroup that a namespace has.
    pub(crate) fn workgroup_of(&self, namespace: &str) -> Option<&workgroups::Workgroup> {
        self.workgroups.values().find(|workgroup| workgroup.namespace == namespace)
    }
}

/// The name of a new resource, which carries a GUID of its own.
fn arn(cx: &Cx<'_>, kind: &str, id: &str) -> String {
    cx.arn("redshift-serverless", &format!("{kind}/{id}"))
}

fn invalid(words: impl Into<String>) -> Refusal {
    Refusal::new("ValidationException", words)
}

fn conflict(words: impl Into<String>) -> Refusal {
    Refusal::new("ConflictException", words)
}

fn not_found(words: impl Into<String>) -> Refusal {
    Refusal::new("ResourceNotFoundException", words)
}

/// What the warehouse could not do for a reason that is no caller's fault.
#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn broken(error: SqlError) -> Refusal {
    Refusal::internal(format!("The warehouse failed: {error}"))
}

/// A page of a list, in the members that every listing of this service has.
fn listed(input: &Value, member: &str, rows: impl IntoIterator<Item = (String, Value)>) -> Answer {
    let size = input.size("maxResults").unwrap_or(100);
    let invalid = |_| Refusal::new("InvalidPaginationException", "The pagination token is not valid.");
    let page = page(rows, input.text("nextToken"), size).map_err(invalid)?;
    Ok(json!({ member: page.rows, "nextToken": page.next }))
}
