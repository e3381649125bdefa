//! Permissions, the form in which requests and groups state many rules at once.

use ipnet::{Ipv4Net, Ipv6Net};
use serde_json::{Map, Value, json};

use super::{Direction, Grant, Peer, of_group};
use crate::call::{ACCOUNT, Refusal};
use crate::input::Input;
use crate::services::ec2::State;
use crate::services::ec2::endpoint::is_prefix_list;
use crate::services::ec2::group::Group;
use crate::services::ec2::resource::find;

/// What a request allows or revokes, each with its description.
pub(super) fn grants(
    state: &State,
    group: &Group,
    input: &Value,
    direction: Direction,
) -> Result<Vec<(Grant, Option<String>)>, Refusal> {
    let flat;
    let permissions = match (input.list("IpPermissions"), input.text("IpProtocol")) {
        ([], Some(_)) => {
            flat = [flat_permission(input)];
            flat.as_slice()
        }
        ([], None) => {
            return Err(Refusal::new(
                "MissingParameter",
                "The request must contain the parameter ipPermissions",
            ));
        }
        (permissions, _) => permissions,
    };
    let mut grants = Vec::new();
    for permission in permissions {
        let (protocol, from, to) = traffic(permission)?;
        for (peer, description) in peers(state, group, permission)? {
            grants.push((Grant { direction, protocol: protocol.clone(), from, to, peer }, description));
        }
    }
    Ok(grants)
}

/// The one rule that a request puts in another's place, with its description.
pub(super) fn grant(
    state: &State,
    group: &Group,
    wanted: &Value,
    direction: Direction,
) -> Result<(Grant, Option<String>), Refusal> {
    let (protocol, from, to) = traffic(wanted)?;
    let peer = |member: &str, name: &str| {
        wanted.text(member).map(|text| json!([{ name: text, "Description": wanted.text("Description") }]))
    };
    let permission = json!({
        "IpRanges": peer("CidrIpv4", "CidrIp"),
        "Ipv6Ranges": peer("CidrIpv6", "CidrIpv6"),
        "PrefixListIds": peer("PrefixListId", "PrefixListId"),
        "UserIdGroupPairs": peer("ReferencedGroupId", "GroupId"),
    });
    match peers(state, group, &permission)?.pop() {
        Some((peer, description)) if permission.as_object().is_some_and(has_one) => {
            Ok((Grant { direction, protocol, from, to, peer }, description))
        }
        _ => Err(Refusal::new(
            "InvalidParameterCombination",
            "Only one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId may be specified.",
        )),
    }
}

fn has_one(permission: &Map<String, Value>) -> bool {
    permission.values().filter(|list| !list.is_null()).count() == 1
}

/// A group's rules of one direction, those of equal traffic together.
pub(in crate::services::ec2) fn permissions(state: &State, group: &str, direction: Direction) -> Vec<Value> {
    let mut permissions: Vec<Map<String, Value>> = Vec::new();
    for rule in of_group(state, group).filter(|rule| rule.grant.direction == direction) {
        let grant = &rule.grant;
        let ports = if grant.protocol == "-1" { (None, None) } else { (Some(grant.from), Some(grant.to)) };
        let traffic =
            [("IpProtocol", json!(grant.protocol)), ("FromPort", json!(ports.0)), ("ToPort", json!(ports.1))];
        let is_equal = |one: &&mut Map<String, Value>| {
            traffic.iter().all(|(field, value)| one.get(*field) == Some(value))
        };
        let (list, peer) = match &grant.peer {
            Peer::Ipv4(block) => ("IpRanges", json!({ "CidrIp": block, "Description": rule.description })),
            Peer::Ipv6(block) => {
                ("Ipv6Ranges", json!({ "CidrIpv6": block, "Description": rule.description }))
            }
            Peer::PrefixList(id) => {
                ("PrefixListIds", json!({ "PrefixListId": id, "Description": rule.description }))
            }
            Peer::Group(id) => (
                "UserIdGroupPairs",
                json!({ "GroupId": id, "UserId": ACCOUNT, "Description": rule.description }),
            ),
        };
        match permissions.iter_mut().find(is_equal) {
            Some(permission) => add(permission, list, peer),
            None => {
                let mut permission: Map<_, _> =
                    ["IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"]
                        .map(|list| (list.to_owned(), json!([])))
                        .into_iter()
                        .collect();
                permission.extend(traffic.map(|(field, value)| (field.to_owned(), value)));
                add(&mut permission, list, peer);
                permissions.push(permission);
            }
        }
    }
    permissions.into_iter().map(Value::Object).collect()
}

fn add(permission: &mut Map<String, Value>, list: &str, peer: Value) {
    if let Some(peers) = permission.get_mut(list).and_then(Value::as_array_mut) {
        peers.push(peer);
    }
}

/// The older form of a request: one permission without a list.
fn flat_permission(input: &Value) -> Value {
    json!({
        "IpProtocol": input.text("IpProtocol"),
        "FromPort": input.number("FromPort"),
        "ToPort": input.number("ToPort"),
        "IpRanges": input.text("CidrIp").map(|block| json!([{ "CidrIp": block }])),
    })
}

/// A permission's protocol by name, and its ports or ICMP types.
fn traffic(permission: &Value) -> Result<(String, i64, i64), Refusal> {
    let invalid = |words: String| Refusal::new("InvalidParameterValue", words);
    let missing = || Refusal::new("MissingParameter", "The request must contain the parameter IpProtocol");
    let given = permission.text("IpProtocol").ok_or_else(missing)?.to_lowercase();
    let protocol = match given.as_str() {
        "-1" | "all" => return Ok(("-1".to_owned(), -1, -1)),
        "tcp" | "6" => "tcp",
        "udp" | "17" => "udp",
        "icmp" | "1" => "icmp",
        "icmpv6" | "58" => "icmpv6",
        number if number.parse::<u8>().is_ok() => return Ok((number.to_owned(), -1, -1)),
        other => return Err(invalid(format!("Invalid value '{other}' for IP protocol. Unknown protocol."))),
    };
    let is_icmp = protocol.starts_with("icmp");
    let usual = if is_icmp { Some(-1) } else { None };
    let ports = (permission.number("FromPort").or(usual), permission.number("ToPort").or(usual));
    let (Some(from), Some(to)) = ports else {
        return Err(invalid(format!(
            "Invalid value 'Must specify both from and to ports with {}.' for portRange.",
            protocol.to_uppercase()
        )));
    };
    let is_valid = is_icmp || (from <= to && (0..=65_535).contains(&from) && (0..=65_535).contains(&to));
    match is_valid {
        true => Ok((protocol.to_owned(), from, to)),
        false => Err(invalid(format!("Invalid {} port range ({from} - {to}).", protocol.to_uppercase()))),
    }
}

/// The peers of a permission; none at all is refused.
fn peers(state: &State, group: &Group, permission: &Value) -> Result<Vec<(Peer, Option<String>)>, Refusal> {
    let description = |item: &Value| item.text("Description").map(str::to_owned);
    let malformed =
        |block: &str| Refusal::new("InvalidParameterValue", format!("CIDR block {block} is malformed"));
    let mut peers = Vec::new();
    for range in permission.list("IpRanges") {
        let text = range.text("CidrIp").unwrap_or_default();
        let block: Ipv4Net = text.parse().map_err(|_| malformed(text))?;
        peers.push((Peer::Ipv4(block.trunc().to_string()), description(range)));
    }
    for range in permission.list("Ipv6Ranges") {
        let text = range.text("CidrIpv6").unwrap_or_default();
        let block: Ipv6Net = text.parse().map_err(|_| malformed(text))?;
        peers.push((Peer::Ipv6(block.trunc().to_string()), description(range)));
    }
    for list in permission.list("PrefixListIds") {
        let id = list.text("PrefixListId").unwrap_or_default();
        if !is_prefix_list(id) {
            let words = format!("The prefix list ID '{id}' does not exist");
            return Err(Refusal::new("InvalidPrefixListID.NotFound", words));
        }
        peers.push((Peer::PrefixList(id.to_owned()), description(list)));
    }
    for pair in permission.list("UserIdGroupPairs") {
        peers.push((Peer::Group(peer_group(state, group, pair)?), description(pair)));
    }
    match peers.is_empty() {
        true => Err(Refusal::new(
            "MissingParameter",
            "Source group, prefix list or CIDR missing in the permission",
        )),
        false => Ok(peers),
    }
}

/// A peer group must be of the same VPC.
fn peer_group(state: &State, group: &Group, pair: &Value) -> Result<String, Refusal> {
    let missing = || {
        Refusal::new("MissingParameter", "The request must contain the parameter groupId of the peer group")
    };
    let peer = find::<Group>(state, pair.text("GroupId").ok_or_else(missing)?)?;
    match peer.vpc == group.vpc {
        true => Ok(peer.id.clone()),
        false => Err(Refusal::new(
            "InvalidGroup.NotFound",
            "You have specified two resources that belong to different networks.",
        )),
    }
}
