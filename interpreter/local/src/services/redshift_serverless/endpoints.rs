//! What listens for workgroups, and which addresses of VPCs lead there.

use std::net::SocketAddr;

use super::State;
use super::placement::Attached;
use super::status::Shown;
use super::workgroups::Workgroup;
use crate::clock::Clock;

/// A workgroup's way in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Endpoint {
    /// Where it really listens.
    pub(crate) socket: SocketAddr,
    /// The GUID of the namespace that answers.
    pub(crate) namespace: String,
}

/// Every workgroup that isn't being deleted.
pub(crate) fn all(state: &State) -> impl Iterator<Item = Endpoint> {
    let live = state.workgroups.values().filter(|workgroup| !workgroup.status.is_deleting());
    live.filter_map(|workgroup| endpoint(state, workgroup))
}

/// The GUIDs of the namespaces that aren't being deleted.
pub(crate) fn namespaces(state: &State) -> impl Iterator<Item = &str> {
    let live = state.namespaces.values().filter(|namespace| !namespace.status.is_deleting());
    live.map(|namespace| namespace.id.as_str())
}

/// The endpoint that has this interface, and is there already.
pub(crate) fn behind(state: &State, interface: &str, clock: Clock) -> Option<Endpoint> {
    let has = |attached: &Attached| attached.interface == interface;
    let own = state.workgroups.values().find(|workgroup| workgroup.interfaces.iter().any(has));
    let managed = || {
        let access = state.endpoint_accesses.values().find(|access| access.interfaces.iter().any(has))?;
        state.workgroups.get(access.workgroup())
    };
    let workgroup = own.or_else(managed)?;
    is_open(workgroup, clock).then(|| endpoint(state, workgroup))?
}

/// The GUID of the namespace that answers behind a workgroup, named by name or ARN, that is there already.
pub(crate) fn namespace_behind(state: &State, workgroup: &str, clock: Clock) -> Option<String> {
    let is_meant = |row: &&Workgroup| row.name == workgroup || row.arn == workgroup;
    let row = state.workgroups.values().find(is_meant)?;
    is_open(row, clock).then(|| endpoint(state, row).map(|endpoint| endpoint.namespace))?
}

/// Whether a workgroup takes connections.
fn is_open(workgroup: &Workgroup, clock: Clock) -> bool {
    match workgroup.status.shown(clock) {
        Some(Shown::Available | Shown::Modifying) => true,
        Some(Shown::Creating | Shown::Deleting) | None => false,
    }
}

fn endpoint(state: &State, workgroup: &Workgroup) -> Option<Endpoint> {
    let namespace = state.namespaces.get(&workgroup.namespace)?.id.clone();
    Some(Endpoint { socket: workgroup.socket, namespace })
}
