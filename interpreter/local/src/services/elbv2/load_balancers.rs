//! Network load balancers: making, finding, moving and deleting them.

use std::time::Duration;

use serde_json::{Value, json};

use super::subnets::{self, Zone};
use super::{Attributes, LoadBalancer, Node, TAGS, attributes, listed, names, unconfigurable};
use crate::call::{Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::{Input, refuse_unsupported};
use crate::loopback;
use crate::services::ec2;

/// How long a new load balancer is provisioned.
const PROVISIONING: Duration = Duration::from_secs(180);

/// Service quota: network load balancers of one region.
const MOST: usize = 50;

/// The hosted zone of every network load balancer's DNS name, as in us-east-1.
const HOSTED_ZONE: &str = "Z26RNL4JYFTOTI";

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("Name")?;
    names::check_load_balancer(name)?;
    check_settings(input)?;
    let zones = subnets::asked(&cx.here.ec2, input)?;
    let vpc = subnets::common_vpc(&zones)?;
    if input.text("Scheme") != Some("internal") {
        let words = format!("VPC {vpc} has no internet gateway");
        return Err(Refusal::new("InvalidSubnet", words));
    }
    let groups = input.get("SecurityGroups").map(|_| input.texts("SecurityGroups"));
    let groups = groups.filter(|groups| !groups.is_empty());
    subnets::check_groups(&cx.here.ec2, groups.as_deref().unwrap_or_default(), &vpc)?;
    let tags = TAGS.read(input.list("Tags"))?;
    if let Some(arn) = same_name(cx, name, &zones, groups.as_deref())? {
        return answer(cx, &arn);
    }
    if cx.here.elbv2.load_balancers.len() >= MOST {
        let words = format!("The maximum number of load balancers '{MOST}' has been reached");
        return Err(Refusal::new("TooManyLoadBalancers", words));
    }
    let arn = names::new_arn(cx, &format!("loadbalancer/net/{name}"));
    let mut made = LoadBalancer {
        arn: arn.clone(),
        name: name.to_owned(),
        vpc,
        created: cx.clock.now(),
        state: cx.clock.transition(PROVISIONING),
        nodes: Vec::new(),
        security_groups: groups,
        address: loopback::address(cx.ids),
        attributes: Attributes::new(),
        tags,
    };
    made.nodes = place(cx, &made, zones)?;
    cx.here.elbv2.load_balancers.insert(arn.clone(), made);
    answer(cx, &arn)
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("LoadBalancerArn")?;
    names::check_arn(arn, "loadbalancer/", "load balancer")?;
    let Some(found) = cx.here.elbv2.load_balancers.get(arn) else { return Ok(json!({})) };
    if attributes::flag(&found.attributes, attributes::DELETION_PROTECTION) {
        let words = format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
        return Err(Refusal::new("OperationNotPermitted", words));
    }
    for listener in cx.here.elbv2.listeners_of(arn) {
        cx.here.elbv2.listeners.remove(&listener);
    }
    let nodes = cx.here.elbv2.load_balancers.remove(arn).map(|gone| gone.nodes).unwrap_or_default();
    for node in nodes {
        subnets::leave(cx, &node);
    }
    Ok(json!({}))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (arns, wanted) = (input.texts("LoadBalancerArns"), input.texts("Names"));
    let table = &mut cx.here.elbv2.load_balancers;
    for arn in &arns {
        names::check_arn(arn, "loadbalancer/", "load balancer")?;
    }
    let missing = arns
        .iter()
        .find(|arn| !table.contains(arn))
        .or_else(|| wanted.iter().find(|name| !table.values().any(|found| found.name == **name)));
    if let Some(missing) = missing {
        return Err(Refusal::new("LoadBalancerNotFound", format!("Load balancers '[{missing}]' not found")));
    }
    let is_asked = |found: &&LoadBalancer| {
        (arns.is_empty() || arns.contains(&found.arn)) && (wanted.is_empty() || wanted.contains(&found.name))
    };
    let asked: Vec<_> = table.values().filter(is_asked).map(|found| found.arn.clone()).collect();
    let mut rows = Vec::new();
    for arn in asked {
        let is_provisioning = table.read(&arn, cx.clock, |found| Some(&mut found.state));
        if let Some(found) = table.get(&arn) {
            rows.push((arn, described(found, is_provisioning)));
        }
    }
    listed(input, "LoadBalancers", rows.into_iter())
}

pub(super) fn set_security_groups(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("LoadBalancerArn")?;
    let groups = input.texts("SecurityGroups");
    let found = cx.here.elbv2.load_balancer(arn)?;
    if found.security_groups.is_none() {
        return Err(unconfigurable(format!(
            "You cannot set security groups on load balancer '{arn}', which was created without any"
        )));
    }
    if groups.is_empty() {
        return Err(unconfigurable("A load balancer with security groups must keep at least one"));
    }
    subnets::check_groups(&cx.here.ec2, &groups, &found.vpc)?;
    let interfaces: Vec<_> = found.nodes.iter().map(|node| node.interface.clone()).collect();
    for interface in interfaces {
        ec2::set_interface_groups(cx, &interface, &groups);
    }
    let found = cx.here.elbv2.load_balancer_mut(arn)?;
    found.security_groups = Some(groups.clone());
    Ok(json!({ "SecurityGroupIds": groups }))
}

pub(super) fn set_subnets(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arn = input.required("LoadBalancerArn")?;
    refuse_unsupported(input, &["EnablePrefixForIpv6SourceNat"])?;
    let found = cx.here.elbv2.load_balancer(arn)?.clone();
    let zones = subnets::asked(&cx.here.ec2, input)?;
    if subnets::common_vpc(&zones)? != found.vpc {
        return Err(unconfigurable("The subnets must be in the VPC of the load balancer"));
    }
    let stays = |node: &Node| zones.iter().any(|zone| zone.is_held_by(node));
    let (mut nodes, gone): (Vec<_>, Vec<_>) = found.nodes.iter().cloned().partition(stays);
    for node in &gone {
        subnets::leave(cx, node);
    }
    let new = zones.into_iter().filter(|zone| !nodes.iter().any(|node| zone.is_held_by(node))).collect();
    nodes.extend(place(cx, &found, new)?);
    let answer = json!({ "AvailabilityZones": zones_of(&nodes), "IpAddressType": "ipv4" });
    cx.here.elbv2.load_balancer_mut(arn)?.nodes = nodes;
    Ok(answer)
}

fn answer(cx: &Cx<'_>, arn: &str) -> Answer {
    let found = cx.here.elbv2.load_balancer(arn)?;
    Ok(json!({ "LoadBalancers": [described(found, found.state.is_pending(cx.clock))] }))
}

fn described(found: &LoadBalancer, is_provisioning: bool) -> Value {
    json!({
        "LoadBalancerArn": found.arn,
        "DNSName": found.address.to_string(),
        "CanonicalHostedZoneId": HOSTED_ZONE,
        "CreatedTime": Clock::seconds(found.created),
        "LoadBalancerName": found.name,
        "Scheme": "internal",
        "VpcId": found.vpc,
        "State": { "Code": if is_provisioning { "provisioning" } else { "active" } },
        "Type": "network",
        "AvailabilityZones": zones_of(&found.nodes),
        "SecurityGroups": found.security_groups,
        "IpAddressType": "ipv4",
    })
}

fn zones_of(nodes: &[Node]) -> Value {
    let address = |node: &Node| match node.is_chosen {
        true => json!([{ "PrivateIPv4Address": node.address }]),
        false => json!([]),
    };
    nodes
        .iter()
        .map(|node| {
            json!({
                "ZoneName": node.zone,
                "SubnetId": node.subnet,
                "LoadBalancerAddresses": address(node),
            })
        })
        .collect()
}

fn check_settings(input: &Value) -> Result<(), Refusal> {
    refuse_unsupported(input, &["CustomerOwnedIpv4Pool", "EnablePrefixForIpv6SourceNat", "IpamPools"])?;
    let kind = input.text("Type").unwrap_or("application");
    if kind != "network" {
        return Err(unconfigurable(format!(
            "This cloud has network load balancers only, and no '{kind}' ones"
        )));
    }
    match input.text("IpAddressType") {
        None | Some("ipv4") => Ok(()),
        Some(other) => Err(unconfigurable(format!(
            "You must specify subnets with an associated IPv6 CIDR block for the IP address type '{other}'"
        ))),
    }
}

/// The load balancer of that name, if its settings are the same; one with others is a refusal.
fn same_name(
    cx: &Cx<'_>,
    name: &str,
    zones: &[Zone],
    groups: Option<&[String]>,
) -> Result<Option<String>, Refusal> {
    let Some(found) = cx.here.elbv2.load_balancers.values().find(|found| found.name == name) else {
        return Ok(None);
    };
    let sorted = |groups: Option<&[String]>| {
        let mut groups = groups.unwrap_or_default().to_vec();
        groups.sort();
        groups
    };
    let are_equal = found.nodes.len() == zones.len()
        && zones.iter().all(|zone| found.nodes.iter().any(|node| zone.is_held_by(node)))
        && sorted(groups) == sorted(found.security_groups.as_deref());
    match are_equal {
        true => Ok(Some(found.arn.clone())),
        false => Err(Refusal::new(
            "DuplicateLoadBalancerName",
            format!("A load balancer with the same name '{name}' exists, but with different settings"),
        )),
    }
}

fn place(cx: &mut Cx<'_>, owner: &LoadBalancer, zones: Vec<Zone>) -> Result<Vec<Node>, Refusal> {
    let groups = owner.security_groups.clone().unwrap_or_default();
    let description = format!("ELB {}", owner.path());
    zones.into_iter().map(|zone| subnets::enter(cx, zone, &groups, &description)).collect()
}
