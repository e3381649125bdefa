//! Whether a connection passes the security groups of both its ends.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::{Direction, Peer, Rule, of_group};
use crate::services::ec2::State;

/// One end of a connection; without groups nothing is filtered there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End<'a> {
    pub(crate) address: Ipv4Addr,
    pub(crate) groups: &'a [String],
}

/// Whether a TCP connection to the port may leave the one end and enter the other.
pub(crate) fn passes(state: &State, from: End<'_>, to: End<'_>, port: u16) -> bool {
    allows(state, from.groups, Direction::Egress, to, port)
        && allows(state, to.groups, Direction::Ingress, from, port)
}

/// Whether any rule lets somebody in to the port.
pub(crate) fn admits_somebody(state: &State, groups: &[String], port: u16) -> bool {
    rules(state, groups, Direction::Ingress).any(|rule| covers(rule, port))
}

fn allows(state: &State, groups: &[String], direction: Direction, other: End<'_>, port: u16) -> bool {
    groups.is_empty()
        || rules(state, groups, direction).any(|rule| covers(rule, port) && is_peer(&rule.grant.peer, other))
}

fn rules<'a>(state: &'a State, groups: &'a [String], direction: Direction) -> impl Iterator<Item = &'a Rule> {
    let rules = groups.iter().flat_map(move |group| of_group(state, group));
    rules.filter(move |rule| rule.grant.direction == direction)
}

fn covers(rule: &Rule, port: u16) -> bool {
    let grant = &rule.grant;
    grant.protocol == "-1" || (grant.protocol == "tcp" && (grant.from..=grant.to).contains(&i64::from(port)))
}

fn is_peer(peer: &Peer, end: End<'_>) -> bool {
    match peer {
        Peer::Ipv4(block) => block.parse::<Ipv4Net>().is_ok_and(|block| block.contains(&end.address)),
        Peer::Group(group) => end.groups.contains(group),
        Peer::Ipv6(_) | Peer::PrefixList(_) => false,
    }
}
