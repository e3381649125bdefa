//! Listeners: the ports of a load balancer, each forwarding to one target group.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::{Attributes, Listener, State, TAGS, invalid, listed, names, unconfigurable};
use crate::call::{Answer, Cx, Refusal};
use crate::input::{Input, refuse_unsupported};
use crate::loopback;

/// Service quota: listeners of one network load balancer.
const MOST: usize = 50;

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let load_balancer = input.required("LoadBalancerArn")?;
    let owner = cx.here.elbv2.load_balancer(load_balancer)?;
    let (path, address) = (owner.path().to_owned(), owner.address);
    check_protocol(input.text("Protocol").ok_or_else(|| invalid("A listener protocol must be specified"))?)?;
    refuse_unsupported(input, &["SslPolicy", "Certificates", "AlpnPolicy", "MutualAuthentication"])?;
    let port = port(input)?.ok_or_else(|| invalid("A listener port must be specified"))?;
    let group = forwards_to(&cx.here.elbv2, input, load_balancer)?;
    let tags = TAGS.read(input.list("Tags"))?;
    if let Some(found) = on_port(&cx.here.elbv2, load_balancer, port) {
        return if found.group == group { Ok(answer(found)) } else { Err(duplicate(load_balancer)) };
    }
    if cx.here.elbv2.listeners_of(load_balancer).len() >= MOST {
        let words = format!("The maximum number of listeners '{MOST}' on the load balancer has been reached");
        return Err(Refusal::new("TooManyListeners", words));
    }
    let arn = names::new_arn(cx, &format!("listener/{path}"));
    let listener = Listener {
        arn: arn.clone(),
        load_balancer: load_balancer.to_owned(),
        port,
        socket: loopback::with_port(SocketAddr::from((address, 0)), port)?,
        group,
        attributes: Attributes::new(),
        tags,
    };
    let answer = answer(&listener);
    cx.here.elbv2.listeners.insert(arn, listener);
    Ok(answer)
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("ListenerArn")?;
    cx.here.elbv2.listener(arn)?;
    cx.here.elbv2.listeners.remove(arn);
    Ok(json!({}))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let state = &cx.here.elbv2;
    let (arns, load_balancer) = (input.texts("ListenerArns"), input.text("LoadBalancerArn"));
    if arns.is_empty() && load_balancer.is_none() {
        return Err(invalid("You must specify either listener ARNs or a load balancer ARN"));
    }
    if let Some(arn) = load_balancer {
        state.load_balancer(arn)?;
    }
    for arn in &arns {
        state.listener(arn)?;
    }
    let is_asked = |listener: &&Listener| {
        (arns.is_empty() || arns.contains(&listener.arn))
            && load_balancer.is_none_or(|arn| arn == listener.load_balancer)
    };
    let found = state.listeners.values().filter(is_asked);
    listed(input, "Listeners", found.map(|listener| (listener.arn.clone(), described(listener))))
}

pub(super) fn modify(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("ListenerArn")?;
    let load_balancer = cx.here.elbv2.listener(arn)?.load_balancer.clone();
    input.text("Protocol").map_or(Ok(()), check_protocol)?;
    refuse_unsupported(input, &["SslPolicy", "Certificates", "AlpnPolicy", "MutualAuthentication"])?;
    let port = port(input)?;
    let taken = port.and_then(|port| on_port(&cx.here.elbv2, &load_balancer, port));
    if taken.is_some_and(|other| other.arn != arn) {
        return Err(duplicate(&load_balancer));
    }
    let group = match input.list("DefaultActions") {
        [] => None,
        [..] => Some(forwards_to(&cx.here.elbv2, input, &load_balancer)?),
    };
    let listener = cx.here.elbv2.listener_mut(arn)?;
    if let Some(port) = port.filter(|port| *port != listener.port) {
        listener.socket = loopback::with_port(listener.socket, port)?;
        listener.port = port;
    }
    if let Some(group) = group {
        listener.group = group;
    }
    Ok(answer(listener))
}

fn answer(listener: &Listener) -> Value {
    json!({ "Listeners": [described(listener)] })
}

fn described(listener: &Listener) -> Value {
    json!({
        "ListenerArn": listener.arn,
        "LoadBalancerArn": listener.load_balancer,
        "Port": listener.port,
        "Protocol": "TCP",
        "DefaultActions": [{
            "Type": "forward",
            "TargetGroupArn": listener.group,
            "ForwardConfig": {
                "TargetGroups": [{ "TargetGroupArn": listener.group }],
                "TargetGroupStickinessConfig": { "Enabled": false },
            },
        }],
    })
}

fn on_port<'a>(state: &'a State, load_balancer: &str, port: u16) -> Option<&'a Listener> {
    state.listeners.values().find(|listener| listener.load_balancer == load_balancer && listener.port == port)
}

fn duplicate(load_balancer: &str) -> Refusal {
    Refusal::new(
        "DuplicateListener",
        format!("A listener already exists on this port for this load balancer '{load_balancer}'"),
    )
}

fn port(input: &Value) -> Result<Option<u16>, Refusal> {
    let number = |port: i64| u16::try_from(port).map_err(|_| invalid(format!("Port '{port}' is not a port")));
    input.number("Port").map(number).transpose()
}

fn check_protocol(protocol: &str) -> Result<(), Refusal> {
    match protocol {
        "TCP" => Ok(()),
        "UDP" | "TCP_UDP" | "TLS" | "QUIC" | "TCP_QUIC" => {
            Err(unconfigurable(format!("This cloud balances TCP only, and no '{protocol}'")))
        }
        _ => Err(invalid(format!(
            "Listener protocol '{protocol}' must be one of 'UDP, TCP, TCP_UDP, TLS, QUIC, TCP_QUIC'"
        ))),
    }
}

/// The one target group that the actions forward to.
fn forwards_to(state: &State, input: &Value, load_balancer: &str) -> Result<String, Refusal> {
    let [action] = input.list("DefaultActions") else {
        return Err(invalid("A listener must have exactly one default action"));
    };
    if action.text("Type") != Some("forward") {
        return Err(Refusal::new(
            "InvalidLoadBalancerAction",
            "Only forward actions are supported for network load balancers",
        ));
    }
    let tuples = action.get("ForwardConfig").map(|config| config.list("TargetGroups")).unwrap_or_default();
    let mut named: Vec<_> = tuples.iter().filter_map(|tuple| tuple.text("TargetGroupArn")).collect();
    named.extend(action.text("TargetGroupArn"));
    named.dedup();
    let [group] = named.as_slice() else {
        return Err(unconfigurable("This cloud forwards to exactly one target group"));
    };
    let found = state.group(group)?;
    if found.settings.vpc != state.load_balancer(load_balancer)?.vpc {
        return Err(unconfigurable(format!(
            "The following target groups are not in the same VPC as the load balancer: {group}"
        )));
    }
    if state.listeners_to(group).any(|listener| listener.load_balancer != load_balancer) {
        return Err(Refusal::new(
            "TargetGroupAssociationLimit",
            format!(
                "The following target groups cannot be associated with more than one load balancer: {group}"
            ),
        ));
    }
    Ok((*group).to_owned())
}
