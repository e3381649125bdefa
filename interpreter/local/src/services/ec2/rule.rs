//! The rules of security groups: granted and revoked by permissions, each with an id of its own.

mod permission;
mod reach;

use std::mem::discriminant;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::group::{Group, given_id};
use super::resource::{Resource, describe as describe_all, find, not_found, tags};
use super::{State, put_tag_specifications};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::Input;
use crate::table::Table;

pub(super) use permission::permissions;
pub(crate) use reach::{End, admits_somebody, passes};

/// The default quota of rules in one direction of a group.
const MOST: usize = 60;

/// One rule: one protocol, one range of ports, one peer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rule {
    id: String,
    group: String,
    grant: Grant,
    description: Option<String>,
}

/// What a rule allows; a group can't have two equal ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Grant {
    direction: Direction,
    protocol: String,
    from: i64,
    to: i64,
    peer: Peer,
}

/// Whom the traffic of a rule comes from or goes to, seen from the members of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Direction {
    Ingress,
    Egress,
}

/// The other side of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Peer {
    Ipv4(String),
    Ipv6(String),
    Group(String),
    PrefixList(String),
}

impl Peer {
    fn text(&self) -> &str {
        match self {
            Self::Ipv4(text) | Self::Ipv6(text) | Self::Group(text) | Self::PrefixList(text) => text,
        }
    }

    fn ipv4(&self) -> Option<&str> {
        if let Self::Ipv4(block) = self { Some(block) } else { None }
    }

    fn ipv6(&self) -> Option<&str> {
        if let Self::Ipv6(block) = self { Some(block) } else { None }
    }

    fn group(&self) -> Option<&str> {
        if let Self::Group(id) = self { Some(id) } else { None }
    }

    fn prefix_list(&self) -> Option<&str> {
        if let Self::PrefixList(id) = self { Some(id) } else { None }
    }
}

impl Resource for Rule {
    const PREFIX: &'static str = "sgr";
    const NAME: &'static str = "SecurityGroupRuleId";
    const IDS: &'static str = "SecurityGroupRuleIds";
    const SET: &'static str = "SecurityGroupRules";

    fn table(state: &State) -> &Table<Self> {
        &state.rules
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn missing(id: &str) -> String {
        format!("The security group rule ID '{id}' does not exist")
    }

    fn field(&self, _: &State, _: Clock, filter: &str) -> Option<Vec<String>> {
        match filter {
            "group-id" => Some(vec![self.group.clone()]),
            "security-group-rule-id" => Some(vec![self.id.clone()]),
            _ => None,
        }
    }

    fn pass(_: &mut State, _: &str, _: Clock) -> bool {
        true
    }

    fn describe(&self, state: &State, _: Clock, region: &str) -> Value {
        let referenced = self.grant.peer.group().map(|group| json!({ "GroupId": group, "UserId": ACCOUNT }));
        json!({
            "SecurityGroupRuleId": self.id,
            "SecurityGroupRuleArn": format!("arn:aws:ec2:{region}:{ACCOUNT}:security-group-rule/{}", self.id),
            "GroupId": self.group,
            "GroupOwnerId": ACCOUNT,
            "IsEgress": self.grant.direction == Direction::Egress,
            "IpProtocol": self.grant.protocol,
            "FromPort": self.grant.from,
            "ToPort": self.grant.to,
            "CidrIpv4": self.grant.peer.ipv4(),
            "CidrIpv6": self.grant.peer.ipv6(),
            "PrefixListId": self.grant.peer.prefix_list(),
            "ReferencedGroupInfo": referenced,
            "Description": self.description,
            "Tags": tags(state, &self.id),
        })
    }
}

pub(super) fn authorize_ingress(cx: &mut Cx<'_>, input: &Value) -> Answer {
    authorize(cx, input, Direction::Ingress)
}

pub(super) fn authorize_egress(cx: &mut Cx<'_>, input: &Value) -> Answer {
    authorize(cx, input, Direction::Egress)
}

pub(super) fn revoke_ingress(cx: &mut Cx<'_>, input: &Value) -> Answer {
    revoke(cx, input, Direction::Ingress)
}

pub(super) fn revoke_egress(cx: &mut Cx<'_>, input: &Value) -> Answer {
    revoke(cx, input, Direction::Egress)
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    describe_all::<Rule>(cx, input)
}

/// Puts other rules in the places of a group's rules, whose ids and tags stay; a peer stays of its kind.
pub(super) fn modify(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let group = find::<Group>(&cx.here.ec2, input.required("GroupId")?)?.clone();
    for update in input.list("SecurityGroupRules") {
        let id = update.required("SecurityGroupRuleId")?;
        let state = &mut cx.here.ec2;
        let before = state.rules.get(id).filter(|rule| rule.group == group.id).cloned();
        let before = before.ok_or_else(|| not_found::<Rule>(id))?;
        let wanted = update.get("SecurityGroupRule").unwrap_or(&Value::Null);
        let (grant, description) = permission::grant(state, &group, wanted, before.grant.direction)?;
        if discriminant(&grant.peer) != discriminant(&before.grant.peer) {
            let words = format!("The type of the security group rule '{id}' cannot be changed.");
            return Err(Refusal::new("InvalidParameterValue", words));
        }
        state.rules.insert(id.to_owned(), Rule { grant, description, ..before });
    }
    let rules: Vec<_> = of_group(&cx.here.ec2, &group.id).collect();
    let twin = rules
        .iter()
        .enumerate()
        .find(|(n, rule)| rules.iter().skip(n + 1).any(|one| one.grant == rule.grant));
    match twin {
        Some((_, rule)) => Err(duplicate(&rule.grant)),
        None => Ok(json!({ "Return": true })),
    }
}

/// A rule for all protocols and ports, as new groups have.
pub(super) fn create_open(cx: &mut Cx<'_>, group: &str, direction: Direction, peer: Peer) {
    let grant = Grant { direction, protocol: "-1".to_owned(), from: -1, to: -1, peer };
    insert(cx, group, grant, None);
}

pub(super) fn delete_all(state: &mut State, group: &str) {
    let ids: Vec<_> = of_group(state, group).map(|rule| rule.id.clone()).collect();
    for id in ids {
        remove(state, &id);
    }
}

/// Whether a rule of another group has this one as its peer.
pub(super) fn is_named_by_others(state: &State, group: &str) -> bool {
    state.rules.values().any(|rule| rule.group != group && rule.grant.peer.group() == Some(group))
}

/// What the filter `ip-permission.FIELD` compares.
pub(super) fn fields_of_group(
    state: &State,
    group: &str,
    direction: Direction,
    field: &str,
) -> Option<Vec<String>> {
    let value: fn(&Grant) -> Option<String> = match field {
        "protocol" => |grant| Some(grant.protocol.clone()),
        "from-port" => |grant| Some(grant.from.to_string()),
        "to-port" => |grant| Some(grant.to.to_string()),
        "cidr" => |grant| grant.peer.ipv4().map(str::to_owned),
        "ipv6-cidr" => |grant| grant.peer.ipv6().map(str::to_owned),
        "group-id" => |grant| grant.peer.group().map(str::to_owned),
        "prefix-list-id" => |grant| grant.peer.prefix_list().map(str::to_owned),
        _ => return None,
    };
    let rules = of_group(state, group).filter(|rule| rule.grant.direction == direction);
    Some(rules.filter_map(|rule| value(&rule.grant)).collect())
}

fn of_group<'a>(state: &'a State, group: &str) -> impl Iterator<Item = &'a Rule> {
    state.rules.values().filter(move |rule| rule.group == group)
}

fn authorize(cx: &mut Cx<'_>, input: &Value, direction: Direction) -> Answer {
    let group = find::<Group>(&cx.here.ec2, given_id(input)?)?.clone();
    let mut made = Vec::new();
    for (grant, description) in permission::grants(&cx.here.ec2, &group, input, direction)? {
        let has = |rule: &Rule| rule.grant == grant;
        if of_group(&cx.here.ec2, &group.id).any(has) {
            return Err(duplicate(&grant));
        }
        made.push(insert(cx, &group.id, grant, description));
    }
    let count = of_group(&cx.here.ec2, &group.id).filter(|rule| rule.grant.direction == direction).count();
    if count > MOST {
        let words = "The maximum number of rules per security group has been reached.";
        return Err(Refusal::new("RulesPerSecurityGroupLimitExceeded", words));
    }
    put_tag_specifications(cx, input, "security-group-rule", &made)?;
    let described =
        made.iter().map(|id| Ok(find::<Rule>(&cx.here.ec2, id)?.describe(&cx.here.ec2, cx.clock, cx.region)));
    Ok(json!({ "Return": true, "SecurityGroupRules": described.collect::<Result<Vec<_>, Refusal>>()? }))
}

fn revoke(cx: &mut Cx<'_>, input: &Value, direction: Direction) -> Answer {
    let group = find::<Group>(&cx.here.ec2, given_id(input)?)?.clone();
    let mut revoked = Vec::new();
    for id in doomed(&cx.here.ec2, &group, input, direction)? {
        let rule = remove(&mut cx.here.ec2, &id).ok_or_else(|| not_found::<Rule>(&id))?;
        revoked.push(json!({
            "SecurityGroupRuleId": rule.id,
            "GroupId": rule.group,
            "IsEgress": direction == Direction::Egress,
            "IpProtocol": rule.grant.protocol,
            "FromPort": rule.grant.from,
            "ToPort": rule.grant.to,
            "CidrIpv4": rule.grant.peer.ipv4(),
            "CidrIpv6": rule.grant.peer.ipv6(),
            "PrefixListId": rule.grant.peer.prefix_list(),
            "ReferencedGroupId": rule.grant.peer.group(),
            "Description": rule.description,
        }));
    }
    Ok(json!({ "Return": true, "RevokedSecurityGroupRules": revoked }))
}

/// The ids of the rules that a request revokes, by id or by what they allow.
fn doomed(state: &State, group: &Group, input: &Value, direction: Direction) -> Result<Vec<String>, Refusal> {
    let is_here = |rule: &Rule| rule.group == group.id && rule.grant.direction == direction;
    let ids = input.texts("SecurityGroupRuleIds");
    if !ids.is_empty() {
        let known = |id: &String| state.rules.get(id).is_some_and(is_here);
        return match ids.iter().find(|id| !known(id)) {
            Some(id) => Err(not_found::<Rule>(id)),
            None => Ok(ids),
        };
    }
    let missing = || {
        Refusal::new(
            "InvalidPermission.NotFound",
            "The specified rule does not exist in this security group.",
        )
    };
    let grants = permission::grants(state, group, input, direction)?;
    grants
        .into_iter()
        .map(|(grant, _)| {
            let rule = of_group(state, &group.id).find(|rule| rule.grant == grant);
            rule.map(|rule| rule.id.clone()).ok_or_else(missing)
        })
        .collect()
}

fn insert(cx: &mut Cx<'_>, group: &str, grant: Grant, description: Option<String>) -> String {
    let id = cx.ids.ec2("sgr");
    let rule = Rule { id: id.clone(), group: group.to_owned(), grant, description };
    cx.here.ec2.rules.insert(id.clone(), rule);
    id
}

fn remove(state: &mut State, id: &str) -> Option<Rule> {
    state.forget(id);
    state.rules.remove(id)
}

fn duplicate(grant: &Grant) -> Refusal {
    let protocol = match grant.protocol.as_str() {
        "-1" => "ALL".to_owned(),
        name => name.to_uppercase(),
    };
    let ports = match grant.protocol.as_str() {
        "-1" => String::new(),
        _ => format!(", from port: {}, to port: {}", grant.from, grant.to),
    };
    let words = format!(
        "the specified rule \"peer: {}, {protocol}{ports}, ALLOW\" already exists",
        grant.peer.text()
    );
    Refusal::new("InvalidPermission.Duplicate", words)
}
