//! Target groups: making, finding, changing and deleting them.

use serde_json::{Value, json};

use super::{
    Attributes, GroupSettings, HealthCheck, State, TAGS, TargetGroup, TargetKind, invalid, listed, names,
    unconfigurable,
};
use crate::call::{Answer, Cx, Refusal};
use crate::input::{Input, refuse_unsupported};

/// Service quota: target groups of one region.
const MOST: usize = 3000;

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("Name")?;
    names::check_group(name)?;
    refuse_unsupported(input, &["Matcher", "TargetControlPort"])?;
    let settings = settings(cx, input)?;
    let tags = TAGS.read(input.list("Tags"))?;
    if let Some(found) = cx.here.elbv2.groups.values().find(|group| group.name == name) {
        return match found.settings == settings {
            true => Ok(answer(cx, &[found])),
            false => Err(Refusal::new(
                "DuplicateTargetGroupName",
                format!("A target group with the same name '{name}' exists, but with different settings"),
            )),
        };
    }
    if cx.here.elbv2.groups.len() >= MOST {
        let words = format!("The maximum number of target groups '{MOST}' has been reached");
        return Err(Refusal::new("TooManyTargetGroups", words));
    }
    let arn = names::new_arn(cx, &format!("targetgroup/{name}"));
    let group = TargetGroup {
        arn: arn.clone(),
        name: name.to_owned(),
        settings,
        attributes: Attributes::new(),
        tags,
    };
    let answer = answer(cx, &[&group]);
    cx.here.elbv2.groups.insert(arn, group);
    Ok(answer)
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("TargetGroupArn")?;
    names::check_arn(arn, "targetgroup/", "target group")?;
    let state = &mut cx.here.elbv2;
    if state.listeners_to(arn).next().is_some() {
        return Err(Refusal::new(
            "ResourceInUse",
            format!("Target group '{arn}' is currently in use by a listener or a rule"),
        ));
    }
    state.groups.remove(arn);
    let prefix = format!("{arn}|");
    for key in state.targets.keys().into_iter().filter(|key| key.starts_with(&prefix)) {
        state.targets.remove(&key);
    }
    Ok(json!({}))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let state = &cx.here.elbv2;
    let (arns, wanted) = (input.texts("TargetGroupArns"), input.texts("Names"));
    let load_balancer = input.text("LoadBalancerArn");
    if let Some(arn) = load_balancer {
        state.load_balancer(arn)?;
    }
    for arn in &arns {
        state.group(arn)?;
    }
    if let Some(missing) = wanted.iter().find(|name| !state.groups.values().any(|group| group.name == **name))
    {
        return Err(Refusal::new("TargetGroupNotFound", format!("Target groups '[{missing}]' not found")));
    }
    let is_asked = |group: &&TargetGroup| {
        (arns.is_empty() || arns.contains(&group.arn))
            && (wanted.is_empty() || wanted.contains(&group.name))
            && load_balancer.is_none_or(|arn| {
                state.listeners_to(&group.arn).any(|listener| listener.load_balancer == arn)
            })
    };
    let found = state.groups.values().filter(is_asked);
    listed(input, "TargetGroups", found.map(|group| (group.arn.clone(), described(state, group))))
}

pub(super) fn modify(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(input, &["Matcher"])?;
    let arn = input.required("TargetGroupArn")?;
    let group = cx.here.elbv2.group_mut(arn)?;
    group.settings.check = check(input, group.settings.kind, Some(&group.settings.check))?;
    let group = cx.here.elbv2.group(arn)?;
    Ok(answer(cx, &[group]))
}

fn answer(cx: &Cx<'_>, groups: &[&TargetGroup]) -> Value {
    let groups: Vec<_> = groups.iter().map(|group| described(&cx.here.elbv2, group)).collect();
    json!({ "TargetGroups": groups })
}

fn described(state: &State, group: &TargetGroup) -> Value {
    let GroupSettings { kind, port, vpc, check } = &group.settings;
    let mut load_balancers: Vec<_> =
        state.listeners_to(&group.arn).map(|listener| listener.load_balancer.as_str()).collect();
    load_balancers.dedup();
    json!({
        "TargetGroupArn": group.arn,
        "TargetGroupName": group.name,
        "Protocol": "TCP",
        "Port": port,
        "VpcId": vpc,
        "HealthCheckProtocol": "TCP",
        "HealthCheckPort": check.port,
        "HealthCheckEnabled": true,
        "HealthCheckIntervalSeconds": check.interval_seconds,
        "HealthCheckTimeoutSeconds": check.timeout_seconds,
        "HealthyThresholdCount": check.healthy_after,
        "UnhealthyThresholdCount": check.unhealthy_after,
        "LoadBalancerArns": load_balancers,
        "TargetType": match kind {
            TargetKind::Instance => "instance",
            TargetKind::Ip => "ip",
        },
        "IpAddressType": "ipv4",
    })
}

fn settings(cx: &Cx<'_>, input: &Value) -> Result<GroupSettings, Refusal> {
    let kind = match input.text("TargetType") {
        Some("ip") => TargetKind::Ip,
        Some("instance") | None => TargetKind::Instance,
        Some(other) => {
            return Err(unconfigurable(format!("This cloud has no target groups of type '{other}'")));
        }
    };
    match input.text("Protocol") {
        Some("TCP") => {}
        Some(other) => {
            return Err(unconfigurable(format!("This cloud balances TCP only, and no '{other}'")));
        }
        None => return Err(invalid("A target group protocol must be specified")),
    }
    if input.text("IpAddressType").is_some_and(|family| family != "ipv4") {
        return Err(unconfigurable("This cloud has no IPv6 target groups"));
    }
    let port = input.number("Port").and_then(|port| u16::try_from(port).ok());
    let port = port.ok_or_else(|| invalid("A target group port must be specified"))?;
    let vpc = input.text("VpcId").ok_or_else(|| invalid("A VPC ID must be specified"))?;
    if !cx.here.ec2.vpcs.contains(vpc) {
        return Err(invalid(format!("The VPC ID '{vpc}' is not found")));
    }
    Ok(GroupSettings { kind, port, vpc: vpc.to_owned(), check: check(input, kind, None)? })
}

/// The health check of a request, over the present one or the defaults of TCP.
fn check(input: &Value, kind: TargetKind, present: Option<&HealthCheck>) -> Result<HealthCheck, Refusal> {
    if input.flag("HealthCheckEnabled") == Some(false) {
        let kind = if kind == TargetKind::Ip { "ip" } else { "instance" };
        let words = format!("Health check enabled must be true for target groups with target type '{kind}'");
        return Err(invalid(words));
    }
    if let Some(protocol) = input.text("HealthCheckProtocol").filter(|protocol| *protocol != "TCP") {
        return Err(unconfigurable(format!(
            "This cloud checks targets by TCP only, and not by '{protocol}'"
        )));
    }
    if input.text("HealthCheckPath").is_some() {
        return Err(unconfigurable("You cannot specify a health check path for TCP health checks"));
    }
    let port = input.text("HealthCheckPort").or(present.map(|check| check.port.as_str()));
    let port = port.unwrap_or("traffic-port");
    if port != "traffic-port" && port.parse::<u16>().map_or(true, |port| port == 0) {
        return Err(invalid(format!("Health check port '{port}' must be 'traffic-port' or a port number")));
    }
    let number =
        |member: &str, present: Option<i64>, usual: i64| input.number(member).or(present).unwrap_or(usual);
    let interval = number("HealthCheckIntervalSeconds", present.map(|check| check.interval_seconds), 30);
    let usual_timeout = interval.min(10);
    let timeout =
        number("HealthCheckTimeoutSeconds", present.map(|check| check.timeout_seconds), usual_timeout);
    if timeout > interval {
        return Err(invalid(format!(
            "Health check timeout '{timeout}' must be smaller than or equal to the interval '{interval}'"
        )));
    }
    Ok(HealthCheck {
        port: port.to_owned(),
        interval_seconds: interval,
        timeout_seconds: timeout,
        healthy_after: number("HealthyThresholdCount", present.map(|check| check.healthy_after), 5),
        unhealthy_after: number("UnhealthyThresholdCount", present.map(|check| check.unhealthy_after), 2),
    })
}
