//! Elastic Load Balancing v2: network load balancers, their listeners, target groups and targets.

mod attributes;
mod groups;
mod listeners;
mod load_balancers;
mod names;
mod subnets;
mod tagging;
mod targets;
mod traffic;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Handler, Service};
use crate::call::{Answer, Refusal};
use crate::clock::Transition;
use crate::input::Input;
use crate::page::page;
use crate::table::tables;
use crate::tags::{Letters, TagDialect, Tags};

pub(crate) use traffic::{listening, rules};

pub(crate) static SERVICE: Service = Service::new(
    "elasticloadbalancing",
    include_str!("../../models/elbv2.json"),
    &[
        ("AddTags", Handler::Sync(tagging::add)),
        ("CreateListener", Handler::Sync(listeners::create)),
        ("CreateLoadBalancer", Handler::Sync(load_balancers::create)),
        ("CreateTargetGroup", Handler::Sync(groups::create)),
        ("DeleteListener", Handler::Sync(listeners::delete)),
        ("DeleteLoadBalancer", Handler::Sync(load_balancers::delete)),
        ("DeleteTargetGroup", Handler::Sync(groups::delete)),
        ("DeregisterTargets", Handler::Sync(targets::deregister)),
        ("DescribeListenerAttributes", Handler::Sync(attributes::describe_listener)),
        ("DescribeListeners", Handler::Sync(listeners::describe)),
        ("DescribeLoadBalancerAttributes", Handler::Sync(attributes::describe_load_balancer)),
        ("DescribeLoadBalancers", Handler::Sync(load_balancers::describe)),
        ("DescribeTags", Handler::Sync(tagging::describe)),
        ("DescribeTargetGroupAttributes", Handler::Sync(attributes::describe_group)),
        ("DescribeTargetGroups", Handler::Sync(groups::describe)),
        ("DescribeTargetHealth", Handler::Sync(targets::describe_health)),
        ("ModifyListener", Handler::Sync(listeners::modify)),
        ("ModifyListenerAttributes", Handler::Sync(attributes::modify_listener)),
        ("ModifyLoadBalancerAttributes", Handler::Sync(attributes::modify_load_balancer)),
        ("ModifyTargetGroup", Handler::Sync(groups::modify)),
        ("ModifyTargetGroupAttributes", Handler::Sync(attributes::modify_group)),
        ("RegisterTargets", Handler::Sync(targets::register)),
        ("RemoveTags", Handler::Sync(tagging::remove)),
        ("SetSecurityGroups", Handler::Sync(load_balancers::set_security_groups)),
        ("SetSubnets", Handler::Sync(load_balancers::set_subnets)),
    ],
);

const TAGS: TagDialect = TagDialect {
    key: "Key",
    value: "Value",
    invalid: "ValidationError",
    too_many: "TooManyTags",
    letters: Letters::Plain,
};

tables! {
    /// Everything by ARN; targets by group, address and port.
    pub(crate) struct State {
        load_balancers: LoadBalancer,
        groups: TargetGroup,
        listeners: Listener,
        targets: Target,
    }
}

/// A network load balancer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LoadBalancer {
    arn: String,
    name: String,
    vpc: String,
    created: Timestamp,
    state: Transition,
    /// One subnet a zone.
    nodes: Vec<Node>,
    /// `None` if it was made without any, and then it can never get any.
    security_groups: Option<Vec<String>>,
    /// The loopback address that stands for the DNS name.
    address: Ipv4Addr,
    attributes: Attributes,
    tags: Tags,
}

/// A load balancer's presence in a zone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Node {
    subnet: String,
    zone: String,
    interface: String,
    /// The address of the interface in the subnet.
    address: Ipv4Addr,
    /// Whether the caller chose the address.
    is_chosen: bool,
}

/// A group of targets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TargetGroup {
    arn: String,
    name: String,
    settings: GroupSettings,
    attributes: Attributes,
    tags: Tags,
}

/// What makes two target groups of one name the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GroupSettings {
    kind: TargetKind,
    port: u16,
    vpc: String,
    check: HealthCheck,
}

/// How targets are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TargetKind {
    Instance,
    Ip,
}

/// How targets are checked: whether they accept a TCP connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HealthCheck {
    /// A number, or `traffic-port`.
    port: String,
    interval_seconds: i64,
    timeout_seconds: i64,
    healthy_after: i64,
    unhealthy_after: i64,
}

/// A listener, which forwards to one target group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Listener {
    arn: String,
    load_balancer: String,
    port: u16,
    /// Where it really listens.
    socket: SocketAddr,
    group: String,
    attributes: Attributes,
    tags: Tags,
}

/// A registered target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Target {
    group: String,
    address: Ipv4Addr,
    port: u16,
    /// `None` inside the group's VPC, `all` outside.
    zone: Option<String>,
    /// Not yet checked often enough to be healthy.
    initial: Transition,
    /// Set once it was deregistered; then it goes when that is over.
    draining: Option<Transition>,
}

/// Attributes that were changed; the others have their defaults.
pub(crate) type Attributes = BTreeMap<String, String>;

impl LoadBalancer {
    /// The part of the ARN that names it: `net/NAME/ID`.
    fn path(&self) -> &str {
        self.arn.split_once(":loadbalancer/").map_or("", |(_, path)| path)
    }
}

impl State {
    fn load_balancer(&self, arn: &str) -> Result<&LoadBalancer, Refusal> {
        names::check_arn(arn, "loadbalancer/", "load balancer")?;
        self.load_balancers.get(arn).ok_or_else(|| no_load_balancer(arn))
    }

    fn load_balancer_mut(&mut self, arn: &str) -> Result<&mut LoadBalancer, Refusal> {
        names::check_arn(arn, "loadbalancer/", "load balancer")?;
        self.load_balancers.get_mut(arn).ok_or_else(|| no_load_balancer(arn))
    }

    fn group(&self, arn: &str) -> Result<&TargetGroup, Refusal> {
        names::check_arn(arn, "targetgroup/", "target group")?;
        self.groups.get(arn).ok_or_else(no_group)
    }

    fn group_mut(&mut self, arn: &str) -> Result<&mut TargetGroup, Refusal> {
        names::check_arn(arn, "targetgroup/", "target group")?;
        self.groups.get_mut(arn).ok_or_else(no_group)
    }

    fn listener(&self, arn: &str) -> Result<&Listener, Refusal> {
        names::check_arn(arn, "listener/", "listener")?;
        self.listeners.get(arn).ok_or_else(no_listener)
    }

    fn listener_mut(&mut self, arn: &str) -> Result<&mut Listener, Refusal> {
        names::check_arn(arn, "listener/", "listener")?;
        self.listeners.get_mut(arn).ok_or_else(no_listener)
    }

    fn listeners_of(&self, load_balancer: &str) -> Vec<String> {
        let of = self.listeners.values().filter(|listener| listener.load_balancer == load_balancer);
        of.map(|listener| listener.arn.clone()).collect()
    }

    /// The listeners that forward to a group.
    fn listeners_to(&self, group: &str) -> impl Iterator<Item = &Listener> {
        self.listeners.values().filter(move |listener| listener.group == group)
    }
}

fn no_load_balancer(arn: &str) -> Refusal {
    Refusal::new("LoadBalancerNotFound", format!("Load balancer '{arn}' not found"))
}

fn no_group() -> Refusal {
    Refusal::new("TargetGroupNotFound", "One or more target groups not found")
}

fn no_listener() -> Refusal {
    Refusal::new("ListenerNotFound", "One or more listeners not found")
}

fn invalid(words: impl Into<String>) -> Refusal {
    Refusal::new("ValidationError", words)
}

fn unconfigurable(words: impl Into<String>) -> Refusal {
    Refusal::new("InvalidConfigurationRequest", words)
}

/// A page of a list, in the members that every listing of this service has.
fn listed(input: &Value, member: &str, rows: impl Iterator<Item = (String, Value)>) -> Answer {
    let size = input.size("PageSize").unwrap_or(400);
    let page = page(rows, input.text("Marker"), size).map_err(|_| invalid("The marker is not valid"))?;
    Ok(json!({ member: page.rows, "NextMarker": page.next }))
}
