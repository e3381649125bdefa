//! Attributes of load balancers, target groups and listeners: which there are, their defaults, what they may be.
//!
//! Keys, ranges and defaults are those of the API reference's `LoadBalancerAttribute`, `TargetGroupAttribute` and
//! `ListenerAttribute`, for network load balancers and TCP.

use serde_json::{Value, json};

use super::{Attributes, invalid};
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;

/// What an attribute's value may be.
#[derive(Debug, Clone, Copy)]
enum Range {
    Flag,
    Number(i64, i64),
    OneOf(&'static [&'static str]),
    /// A number in the range, or `off`.
    NumberOrOff(i64, i64),
    Text,
}

/// An attribute: its key, its default, its range.
type Attribute = (&'static str, &'static str, Range);

const LOAD_BALANCER: &[Attribute] = &[
    ("access_logs.s3.bucket", "", Range::Text),
    ("access_logs.s3.enabled", "false", Range::OneOf(&["false"])),
    ("access_logs.s3.prefix", "", Range::Text),
    ("deletion_protection.enabled", "false", Range::Flag),
    (
        "dns_record.client_routing_policy",
        "any_availability_zone",
        Range::OneOf(&[
            "any_availability_zone",
            "availability_zone_affinity",
            "partial_availability_zone_affinity",
        ]),
    ),
    ("ipv6.deny_all_igw_traffic", "false", Range::Flag),
    (CROSS_ZONE, "false", Range::Flag),
    ("secondary_ips.auto_assigned.per_subnet", "0", Range::Number(0, 7)),
    ("zonal_shift.config.enabled", "false", Range::Flag),
];

const GROUP: &[Attribute] = &[
    (TERMINATES_AFTER_DRAIN, "false", Range::Flag),
    (DRAIN_SECONDS, "300", Range::Number(0, 3600)),
    (
        CROSS_ZONE,
        "use_load_balancer_configuration",
        Range::OneOf(&["true", "false", "use_load_balancer_configuration"]),
    ),
    (PRESERVES_CLIENT, "false", Range::Flag),
    (PROXY_PROTOCOL, "false", Range::Flag),
    (STICKS, "false", Range::Flag),
    ("stickiness.type", "source_ip", Range::OneOf(&["source_ip"])),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1", Range::NumberOrOff(1, 1000)),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
        Range::NumberOrOff(1, 100),
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        "1",
        Range::Number(1, 1000),
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        "off",
        Range::NumberOrOff(1, 100),
    ),
    (TERMINATES_UNHEALTHY, "true", Range::Flag),
    ("target_health_state.unhealthy.draining_interval_seconds", "0", Range::Number(0, 360_000)),
];

const LISTENER: &[Attribute] = &[(IDLE_SECONDS, "350", Range::Number(60, 6000))];

/// Whether targets of every zone get a node's connections.
pub(super) const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";
/// How long a deregistered target keeps its connections.
pub(super) const DRAIN_SECONDS: &str = "deregistration_delay.timeout_seconds";
/// Whether connections end with the drain.
pub(super) const TERMINATES_AFTER_DRAIN: &str = "deregistration_delay.connection_termination.enabled";
/// Whether targets see the client's address.
pub(super) const PRESERVES_CLIENT: &str = "preserve_client_ip.enabled";
/// Whether a client's connections go to one target.
pub(super) const STICKS: &str = "stickiness.enabled";
/// Whether a header of the proxy protocol opens each connection.
pub(super) const PROXY_PROTOCOL: &str = "proxy_protocol_v2.enabled";
/// Whether a target that turns unhealthy loses its connections.
pub(super) const TERMINATES_UNHEALTHY: &str = "target_health_state.unhealthy.connection_termination.enabled";
/// How long a silent connection is remembered.
pub(super) const IDLE_SECONDS: &str = "tcp.idle_timeout.seconds";
/// Whether the load balancer can't be deleted.
pub(super) const DELETION_PROTECTION: &str = "deletion_protection.enabled";

pub(super) fn describe_load_balancer(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let owner = cx.here.elbv2.load_balancer(input.required("LoadBalancerArn")?)?;
    Ok(described(LOAD_BALANCER, &owner.attributes))
}

pub(super) fn describe_group(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let owner = cx.here.elbv2.group(input.required("TargetGroupArn")?)?;
    Ok(described(GROUP, &owner.attributes))
}

pub(super) fn describe_listener(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let owner = cx.here.elbv2.listener(input.required("ListenerArn")?)?;
    Ok(described(LISTENER, &owner.attributes))
}

pub(super) fn modify_load_balancer(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let owner = cx.here.elbv2.load_balancer_mut(input.required("LoadBalancerArn")?)?;
    modify(LOAD_BALANCER, "Load balancer", &mut owner.attributes, input)
}

pub(super) fn modify_group(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let owner = cx.here.elbv2.group_mut(input.required("TargetGroupArn")?)?;
    modify(GROUP, "Target group", &mut owner.attributes, input)
}

pub(super) fn modify_listener(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let owner = cx.here.elbv2.listener_mut(input.required("ListenerArn")?)?;
    modify(LISTENER, "Listener", &mut owner.attributes, input)
}

/// Whether the attribute is `true`, by the owner's change or by default.
pub(super) fn flag(changed: &Attributes, key: &str) -> bool {
    value(changed, key) == "true"
}

/// The attribute as a number; zero if it isn't one.
pub(super) fn number(changed: &Attributes, key: &str) -> u64 {
    value(changed, key).parse().unwrap_or_default()
}

fn value<'a>(changed: &'a Attributes, key: &str) -> &'a str {
    let usual = || {
        let mut all = LOAD_BALANCER.iter().chain(GROUP).chain(LISTENER);
        all.find(|(name, _, _)| *name == key).map_or("", |(_, usual, _)| usual)
    };
    changed.get(key).map_or_else(usual, String::as_str)
}

fn modify(known: &[Attribute], owner: &str, changed: &mut Attributes, input: &Value) -> Answer {
    for item in input.list("Attributes") {
        let (key, value) = (item.text("Key").unwrap_or_default(), item.text("Value").unwrap_or_default());
        let (_, _, range) = known
            .iter()
            .find(|(name, _, _)| *name == key)
            .ok_or_else(|| invalid(format!("{owner} attribute key '{key}' is not recognized")))?;
        check(owner, key, value, *range)?;
        changed.insert(key.to_owned(), value.to_owned());
    }
    Ok(described(known, changed))
}

fn check(owner: &str, key: &str, value: &str, range: Range) -> Result<(), Refusal> {
    let number = value.parse::<i64>();
    let within = |least, most| number.as_ref().is_ok_and(|number| (least..=most).contains(number));
    let needed = match range {
        Range::Text => return Ok(()),
        Range::Flag if matches!(value, "true" | "false") => return Ok(()),
        Range::OneOf(values) if values.contains(&value) => return Ok(()),
        Range::Number(least, most) if within(least, most) => return Ok(()),
        Range::NumberOrOff(least, most) if value == "off" || within(least, most) => return Ok(()),
        Range::Flag => "'true' or 'false'".to_owned(),
        Range::OneOf(values) => format!("one of '{}'", values.join("', '")),
        Range::Number(least, most) => format!("between '{least}' and '{most}'"),
        Range::NumberOrOff(least, most) => format!("'off' or between '{least}' and '{most}'"),
    };
    Err(invalid(format!("{owner} attribute value '{value}' for '{key}' must be {needed}")))
}

fn described(known: &[Attribute], changed: &Attributes) -> Value {
    let of = |(key, usual, _): &Attribute| json!({ "Key": key, "Value": changed.get(*key).map_or(*usual, String::as_str) });
    json!({ "Attributes": known.iter().map(of).collect::<Vec<_>>() })
}
