//! What load balancers do with connections: which sockets they listen on, and where each target really is.

use std::net::SocketAddr;
use std::time::Duration;

use super::{Listener, LoadBalancer, Target, TargetGroup, attributes};
use crate::balancer::{self, Removal, Role, Rule};
use crate::clock::Clock;
use crate::services::ec2::{self, End};
use crate::services::redshift_serverless;
use crate::world::Region;

/// The way from a load balancer to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Path {
    /// Connections and checks arrive at this socket.
    Open(SocketAddr),
    /// Connections arrive there, but the checks ask another port, where nobody listens.
    Unchecked(SocketAddr),
    Closed,
    /// The load balancer has no node in the target's zone.
    ZoneNotEnabled,
}

/// What every listener of a region does with connections, by where it listens.
pub(crate) fn rules(region: &Region, clock: Clock) -> Vec<(SocketAddr, Rule)> {
    let state = &region.elbv2;
    let rule = |listener: &Listener| {
        let owner = state.load_balancers.get(&listener.load_balancer)?;
        let group = state.groups.get(&listener.group)?;
        let is_over = |row: &Target| row.draining.is_some_and(|drain| !drain.is_pending(clock));
        let targets = state.targets_of(&group.arn).filter(|(_, row)| !is_over(row));
        let is_set = |attribute| attributes::flag(&group.attributes, attribute);
        let rule = Rule {
            targets: targets.map(|(name, row)| target(region, owner, group, name, row, clock)).collect(),
            idle: Duration::from_secs(attributes::number(&listener.attributes, attributes::IDLE_SECONDS)),
            removal: if is_set(attributes::TERMINATES_AFTER_DRAIN) { Removal::Reset } else { Removal::Keep },
            announces: is_set(attributes::PROXY_PROTOCOL),
            sticky: is_set(attributes::STICKS),
            hangs: is_set(attributes::PRESERVES_CLIENT) || !admits_clients(region, owner, listener.port),
        };
        Some((listener.socket, rule))
    };
    state.listeners.values().filter_map(rule).collect()
}

/// Where the listener on this port of the load balancer with this DNS name really listens.
pub(crate) fn listening(region: &Region, host: &str, port: u16) -> Option<SocketAddr> {
    let state = &region.elbv2;
    let is_meant = |listener: &&Listener| {
        let owner = state.load_balancers.get(&listener.load_balancer);
        listener.port == port && owner.is_some_and(|owner| owner.address.to_string() == host)
    };
    state.listeners.values().find(is_meant).map(|listener| listener.socket)
}

/// The way to a target as it is now.
pub(super) fn path(
    region: &Region,
    owner: &LoadBalancer,
    group: &TargetGroup,
    target: &Target,
    clock: Clock,
) -> Path {
    let mut interfaces = region.ec2.interfaces.values();
    let interface = interfaces.find(|one| one.vpc == group.settings.vpc && one.address == target.address);
    let Some(interface) = interface else { return Path::Closed };
    if !owner.nodes.iter().any(|node| node.zone == interface.zone) {
        return Path::ZoneNotEnabled;
    }
    let endpoint = redshift_serverless::endpoint_behind(&region.redshift_serverless, &interface.id, clock);
    let Some(endpoint) = endpoint.filter(|endpoint| endpoint.socket.port() == target.port) else {
        return Path::Closed;
    };
    let groups = owner.security_groups.as_deref().unwrap_or_default();
    let checked = group.settings.check.port.parse().unwrap_or(target.port);
    let to = End { address: interface.address, groups: &interface.groups };
    let passes = |port| {
        owner
            .nodes
            .iter()
            .all(|node| ec2::passes(&region.ec2, End { address: node.address, groups }, to, port))
    };
    match (passes(target.port), checked == target.port) {
        (true, true) => Path::Open(endpoint.socket),
        (true, false) => Path::Unchecked(endpoint.socket),
        (false, _) => Path::Closed,
    }
}

fn target(
    region: &Region,
    owner: &LoadBalancer,
    group: &TargetGroup,
    name: &str,
    row: &Target,
    clock: Clock,
) -> balancer::Target {
    let (socket, is_well) = match path(region, owner, group, row, clock) {
        Path::Open(socket) => (Some(socket), true),
        Path::Unchecked(socket) => (Some(socket), false),
        Path::Closed | Path::ZoneNotEnabled => (None, false),
    };
    let role = match (row.draining, is_well) {
        (Some(_), _) => Role::Draining,
        (None, true) if !row.initial.is_pending(clock) => Role::Healthy,
        (None, true) => Role::Unhealthy { loses_connections: false },
        (None, false) => Role::Unhealthy {
            loses_connections: attributes::flag(&group.attributes, attributes::TERMINATES_UNHEALTHY),
        },
    };
    balancer::Target { name: name.to_owned(), socket, role }
}

/// Whether the load balancer's groups let anybody in to the port; loopback clients have no address of their own.
fn admits_clients(region: &Region, owner: &LoadBalancer, port: u16) -> bool {
    let groups = owner.security_groups.as_deref();
    groups.is_none_or(|groups| ec2::admits_somebody(&region.ec2, groups, port))
}
