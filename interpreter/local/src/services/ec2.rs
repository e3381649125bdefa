//! Amazon EC2, as far as networks go: VPCs, subnets, routes, security groups, endpoints and interfaces.

mod acl;
mod endpoint;
mod filter;
mod group;
mod interface;
mod place;
mod resource;
mod route_table;
mod rule;
mod subnet;
mod tag;
mod vpc;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Handler, Service};
use crate::call::{Cx, Refusal};
use crate::clock::{Clock, Transition};
use crate::input::Input;
use crate::table::tables;
use crate::tags::{Letters, TagDialect, Tags};

pub(crate) use interface::{NewInterface, create_interface, release_interface, set_interface_groups};
pub(crate) use rule::{End, admits_somebody, passes};
pub(crate) use subnet::Subnet;

pub(crate) static SERVICE: Service = Service::new(
    "ec2",
    include_str!("../../models/ec2.json"),
    &[
        ("AssociateRouteTable", Handler::Sync(route_table::associate)),
        ("AuthorizeSecurityGroupEgress", Handler::Sync(rule::authorize_egress)),
        ("AuthorizeSecurityGroupIngress", Handler::Sync(rule::authorize_ingress)),
        ("CreateRouteTable", Handler::Sync(route_table::create)),
        ("CreateSecurityGroup", Handler::Sync(group::create)),
        ("CreateSubnet", Handler::Sync(subnet::create)),
        ("CreateTags", Handler::Sync(tag::create)),
        ("CreateVpc", Handler::Sync(vpc::create)),
        ("CreateVpcEndpoint", Handler::Sync(endpoint::create)),
        ("DeleteNetworkInterface", Handler::Sync(interface::delete)),
        ("DeleteRouteTable", Handler::Sync(route_table::delete)),
        ("DeleteSecurityGroup", Handler::Sync(group::delete)),
        ("DeleteSubnet", Handler::Sync(subnet::delete)),
        ("DeleteTags", Handler::Sync(tag::delete)),
        ("DeleteVpc", Handler::Sync(vpc::delete)),
        ("DeleteVpcEndpoints", Handler::Sync(endpoint::delete)),
        ("DescribeAccountAttributes", Handler::Sync(place::describe_account)),
        ("DescribeAvailabilityZones", Handler::Sync(place::describe_zones)),
        ("DescribeInternetGateways", Handler::Sync(place::describe_internet_gateways)),
        ("DescribeNetworkAcls", Handler::Sync(acl::describe)),
        ("DescribeNetworkInterfaces", Handler::Sync(interface::describe)),
        ("DescribeRegions", Handler::Sync(place::describe_regions)),
        ("DescribeRouteTables", Handler::Sync(route_table::describe)),
        ("DescribeSecurityGroupRules", Handler::Sync(rule::describe)),
        ("DescribeSecurityGroups", Handler::Sync(group::describe)),
        ("DescribeSubnets", Handler::Sync(subnet::describe)),
        ("DescribeTags", Handler::Sync(tag::describe)),
        ("DescribeVpcAttribute", Handler::Sync(vpc::describe_attribute)),
        ("DescribeVpcEndpoints", Handler::Sync(endpoint::describe)),
        ("DescribeVpcs", Handler::Sync(vpc::describe)),
        ("DisassociateRouteTable", Handler::Sync(route_table::disassociate)),
        ("ModifySecurityGroupRules", Handler::Sync(rule::modify)),
        ("ModifySubnetAttribute", Handler::Sync(subnet::modify_attribute)),
        ("ModifyVpcAttribute", Handler::Sync(vpc::modify_attribute)),
        ("ModifyVpcEndpoint", Handler::Sync(endpoint::modify)),
        ("RevokeSecurityGroupEgress", Handler::Sync(rule::revoke_egress)),
        ("RevokeSecurityGroupIngress", Handler::Sync(rule::revoke_ingress)),
    ],
);

const TAGS: TagDialect = TagDialect {
    key: "Key",
    value: "Value",
    invalid: "InvalidParameterValue",
    too_many: "TagLimitExceeded",
    letters: Letters::Any,
};

/// How long a describe may miss what was just created (EC2's eventual consistency).
const SPREADS_WITHIN: Duration = Duration::from_secs(2);

tables! {
    /// A region's network. All tables but the last three are by resource id.
    pub(crate) struct State {
        vpcs: vpc::Vpc,
        subnets: subnet::Subnet,
        route_tables: route_table::RouteTable,
        groups: group::Group,
        rules: rule::Rule,
        endpoints: endpoint::Endpoint,
        interfaces: interface::Interface,
        /// Tags by the id of what they are on.
        tags: Tags,
        /// What describes don't see yet, by id.
        unseen: Transition,
        /// Client tokens, by operation and token.
        tokens: Token,
    }
}

/// A client token that was used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    /// The request that it came with.
    request: Value,
    made: String,
}

impl State {
    fn tags_of(&self, id: &str) -> Option<&Tags> {
        self.tags.get(id)
    }

    /// A describe looks for this: whether it is still unseen. At instant speed the next one sees it.
    fn is_unseen(&mut self, id: &str, clock: Clock) -> bool {
        let is_unseen = self.unseen.read(id, clock, |news| Some(news));
        if !is_unseen && self.unseen.contains(id) {
            self.unseen.expire(id);
        }
        is_unseen
    }

    /// Forgets what belongs to a resource that is gone.
    fn forget(&mut self, id: &str) {
        self.tags.remove(id);
        self.unseen.remove(id);
    }
}

/// Notes that a resource is new: its tags, and that describes may miss it.
fn announce(cx: &mut Cx<'_>, input: &Value, kind: &str, id: &str) -> Result<(), Refusal> {
    put_tag_specifications(cx, input, kind, &[id.to_owned()])?;
    let unseen = cx.clock.transition(SPREADS_WITHIN);
    cx.here.ec2.unseen.insert(id, unseen);
    Ok(())
}

/// Puts the tags that a creating request names on what it made.
fn put_tag_specifications(cx: &mut Cx<'_>, input: &Value, kind: &str, ids: &[String]) -> Result<(), Refusal> {
    for specification in input.list("TagSpecifications") {
        match specification.text("ResourceType") {
            Some(given) if given == kind => {}
            Some(given) => {
                let words = format!("'{given}' is not a valid taggable resource type for this operation.");
                return Err(Refusal::new("InvalidParameterValue", words));
            }
            None => {
                return Err(Refusal::new(
                    "MissingParameter",
                    "Tag specification resource type must have a value",
                ));
            }
        }
        for id in ids {
            tag::put(cx, id, specification.list("Tags"))?;
        }
    }
    Ok(())
}

/// What an earlier request with this client token made; the same token with other inputs is refused.
fn made_before(cx: &Cx<'_>, operation: &str, input: &Value) -> Result<Option<String>, Refusal> {
    let Some(token) = input.text("ClientToken") else { return Ok(None) };
    match cx.here.ec2.tokens.get(&format!("{operation}/{token}")) {
        Some(used) if used.request == *input => Ok(Some(used.made.clone())),
        Some(_) => Err(Refusal::new(
            "IdempotentParameterMismatch",
            format!("The client token {token} was used before, in a request with other parameters."),
        )),
        None => Ok(None),
    }
}

/// Remembers what a request with a client token made.
fn remember(cx: &mut Cx<'_>, operation: &str, input: &Value, made: &str) {
    if let Some(token) = input.text("ClientToken") {
        let used = Token { request: input.clone(), made: made.to_owned() };
        cx.here.ec2.tokens.insert(format!("{operation}/{token}"), used);
    }
}

/// AWS's words for a thing that still has others.
fn depended_upon(kind: &str, id: &str) -> Refusal {
    Refusal::new("DependencyViolation", format!("The {kind} '{id}' has dependencies and cannot be deleted."))
}

/// AWS's words for a value that a parameter doesn't take.
fn invalid_value(value: &str, parameter: &str, reason: &str) -> Refusal {
    Refusal::new(
        "InvalidParameterValue",
        format!("Value ({value}) for parameter {parameter} is invalid. {reason}"),
    )
}
