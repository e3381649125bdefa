//! Targets of a group: registering, draining, and how each is doing.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::traffic::{self, Path};
use super::{State, Target, TargetGroup, TargetKind, attributes, invalid};
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;

/// Where a target outside the group's VPC may be, as `RegisterTargets` documents.
const PRIVATE: [Ipv4Net; 4] = [
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10),
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
];

/// Service quota: targets of one group.
const MOST: usize = 1000;

/// A target as a request names it.
struct Named {
    address: Ipv4Addr,
    port: u16,
    zone: Option<String>,
}

pub(super) fn register(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("TargetGroupArn")?;
    let group = cx.here.elbv2.group(arn)?.clone();
    let named =
        input.list("Targets").iter().map(|item| named(&group, item)).collect::<Result<Vec<_>, _>>()?;
    for target in &named {
        check_place(cx, &group, target)?;
    }
    let check = &group.settings.check;
    let seconds = check.interval_seconds.saturating_mul(check.healthy_after).unsigned_abs();
    let initial = cx.clock.transition(Duration::from_secs(seconds));
    for Named { address, port, zone } in named {
        let key = key(arn, address, port);
        let target = Target { group: arn.to_owned(), address, port, zone, initial, draining: None };
        match cx.here.elbv2.targets.get(&key) {
            Some(present) if present.draining.is_none() => {}
            Some(_) | None => cx.here.elbv2.targets.insert(key, target),
        }
    }
    if cx.here.elbv2.targets_of(arn).count() > MOST {
        let words = format!("The maximum number of targets '{MOST}' of the target group has been reached");
        return Err(Refusal::new("TooManyTargets", words));
    }
    Ok(json!({}))
}

pub(super) fn deregister(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("TargetGroupArn")?;
    let group = cx.here.elbv2.group(arn)?.clone();
    let drain = attributes::number(&group.attributes, attributes::DRAIN_SECONDS);
    let drain = cx.clock.transition(Duration::from_secs(drain));
    let is_in_use = cx.here.elbv2.listeners_to(arn).next().is_some();
    for item in input.list("Targets") {
        let Named { address, port, .. } = named(&group, item)?;
        let key = key(arn, address, port);
        match cx.here.elbv2.targets.get_mut(&key) {
            Some(target) if is_in_use => target.draining = target.draining.or(Some(drain)),
            Some(_) => drop(cx.here.elbv2.targets.remove(&key)),
            None => {}
        }
    }
    Ok(json!({}))
}

pub(super) fn describe_health(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("TargetGroupArn")?;
    let group = cx.here.elbv2.group(arn)?.clone();
    let asked = match input.list("Targets") {
        [] => None,
        items => Some(items.iter().map(|item| named(&group, item)).collect::<Result<Vec<_>, _>>()?),
    };
    let keys: Vec<String> = match asked {
        None => cx.here.elbv2.targets_of(arn).map(|(key, _)| key.to_owned()).collect(),
        Some(named) => named.iter().map(|target| key(arn, target.address, target.port)).collect(),
    };
    let mut descriptions = Vec::new();
    for key in keys {
        let health = health(cx, &group, &key);
        let known = cx.here.elbv2.targets.get(&key).map(|target| target.zone.clone());
        let (address, port) = key
            .rsplit_once('|')
            .and_then(|(rest, port)| Some((rest.rsplit_once('|')?.1, port.parse::<u16>().ok()?)))
            .unwrap_or_default();
        let check = &group.settings.check.port;
        descriptions.push(json!({
            "Target": { "Id": address, "Port": port, "AvailabilityZone": known.flatten() },
            "HealthCheckPort": if check == "traffic-port" { port.to_string() } else { check.clone() },
            "TargetHealth": health.described(),
        }));
    }
    Ok(json!({ "TargetHealthDescriptions": descriptions }))
}

impl State {
    /// The registered targets of a group, those that drain included.
    pub(super) fn targets_of(&self, group: &str) -> impl Iterator<Item = (&str, &Target)> {
        self.targets.iter().filter(move |(_, target)| target.group == group)
    }
}

/// The state of a target, with the reason of each that isn't healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    NotRegistered,
    NotInUse,
    ZoneNotEnabled,
    RegistrationInProgress,
    InitialChecks,
    Healthy,
    ChecksFailed,
    Draining,
}

impl Health {
    fn described(self) -> Value {
        let (state, reason, description) = match self {
            Self::Healthy => return json!({ "State": "healthy" }),
            Self::NotRegistered => {
                ("unused", "Target.NotRegistered", "Target is not registered to the target group")
            }
            Self::NotInUse => (
                "unused",
                "Target.NotInUse",
                "Target group is not configured to receive traffic from the load balancer",
            ),
            Self::ZoneNotEnabled => (
                "unused",
                "Target.NotInUse",
                "Target is in an Availability Zone that is not enabled for the load balancer",
            ),
            Self::RegistrationInProgress => {
                ("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
            }
            Self::InitialChecks => {
                ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
            }
            Self::ChecksFailed => ("unhealthy", "Target.FailedHealthChecks", "Health checks failed"),
            Self::Draining => {
                ("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
            }
        };
        json!({ "State": state, "Reason": reason, "Description": description })
    }
}

/// How the target is doing; looking passes its first checks and its drain.
fn health(cx: &mut Cx<'_>, group: &TargetGroup, key: &str) -> Health {
    let Some(target) = cx.here.elbv2.targets.get(key).cloned() else { return Health::NotRegistered };
    if target.draining.is_some() {
        if cx.here.elbv2.targets.read(key, cx.clock, |row| row.draining.as_mut()) {
            return Health::Draining;
        }
        cx.here.elbv2.targets.expire(key);
        return Health::NotRegistered;
    }
    let owner = cx.here.elbv2.listeners_to(&group.arn).next().map(|listener| listener.load_balancer.clone());
    let Some(owner) = owner.and_then(|arn| cx.here.elbv2.load_balancers.get(&arn)) else {
        return Health::NotInUse;
    };
    if owner.state.is_pending(cx.clock) {
        return Health::RegistrationInProgress;
    }
    let path = traffic::path(cx.here, owner, group, &target, cx.clock);
    if path == Path::ZoneNotEnabled {
        return Health::ZoneNotEnabled;
    }
    if cx.here.elbv2.targets.read(key, cx.clock, |row| Some(&mut row.initial)) {
        return Health::InitialChecks;
    }
    match path {
        Path::Open(_) => Health::Healthy,
        Path::Unchecked(_) | Path::Closed | Path::ZoneNotEnabled => Health::ChecksFailed,
    }
}

fn key(group: &str, address: Ipv4Addr, port: u16) -> String {
    format!("{group}|{address}|{port}")
}

fn named(group: &TargetGroup, item: &Value) -> Result<Named, Refusal> {
    let id = item.required("Id")?;
    if group.settings.kind == TargetKind::Instance {
        return Err(no_target(format!("The following targets are not in a running state: '{id}'")));
    }
    let address =
        id.parse().map_err(|_| invalid(format!("The IP address '{id}' is not a valid IPv4 address")))?;
    let port = match item.number("Port") {
        Some(port) => u16::try_from(port).map_err(|_| invalid(format!("Port '{port}' is not a port")))?,
        None => group.settings.port,
    };
    Ok(Named { address, port, zone: item.text("AvailabilityZone").map(str::to_owned) })
}

/// Refuses an address outside the group's VPC and the private ranges, and a zone that isn't the address's.
fn check_place(cx: &Cx<'_>, group: &TargetGroup, target: &Named) -> Result<(), Refusal> {
    let Named { address, zone, .. } = target;
    let vpc = &group.settings.vpc;
    let is_inside = cx.here.ec2.vpcs.get(vpc).is_some_and(|vpc| vpc.cidr.contains(address));
    if !is_inside && !PRIVATE.iter().any(|range| range.contains(address)) {
        return Err(no_target(format!(
            "The IP address '{address}' must be within the VPC '{vpc}' or the private ranges 10.0.0.0/8, \
             100.64.0.0/10, 172.16.0.0/12 and 192.168.0.0/16"
        )));
    }
    match (is_inside, zone.as_deref()) {
        (true, None) | (false, Some("all")) => Ok(()),
        (true, Some(zone)) if zone_of(cx, vpc, *address) == Some(zone) => Ok(()),
        (true, Some(zone)) => Err(no_target(format!(
            "The IP address '{address}' is within the VPC, but not in the Availability Zone '{zone}'"
        ))),
        (false, _) => Err(no_target(format!(
            "The IP address '{address}' is outside the VPC '{vpc}'; its Availability Zone must be 'all'"
        ))),
    }
}

/// The zone of the subnet that has the address.
fn zone_of<'a>(cx: &'a Cx<'_>, vpc: &str, address: Ipv4Addr) -> Option<&'a str> {
    let mut subnets = cx.here.ec2.subnets.values();
    let subnet = subnets.find(|subnet| subnet.vpc == vpc && subnet.cidr.contains(&address))?;
    Some(&subnet.zone)
}

fn no_target(words: String) -> Refusal {
    Refusal::new("InvalidTarget", words)
}
