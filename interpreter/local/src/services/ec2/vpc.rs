//! VPCs, and what each is born with: a main route table, a default security group, a default network ACL.

use std::time::Duration;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::resource::{Resource, describe as describe_all, find, not_found, tags};
use super::{State, announce, depended_upon, endpoint, group, interface, invalid_value, route_table};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::{Clock, Transition};
use crate::input::{Input, refuse_unsupported};
use crate::table::Table;

/// The default quota of VPCs in a region.
const MOST: usize = 5;

/// Attributes that `ModifyVpcAttribute` sets, one a call, with their value in a new VPC.
const ATTRIBUTES: [(&str, &str, bool); 3] = [
    ("EnableDnsHostnames", "enableDnsHostnames", false),
    ("EnableDnsSupport", "enableDnsSupport", true),
    ("EnableNetworkAddressUsageMetrics", "enableNetworkAddressUsageMetrics", false),
];

/// A virtual network.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Vpc {
    pub(crate) id: String,
    pub(crate) cidr: Ipv4Net,
    pending: Transition,
    tenancy: String,
    /// The attributes that differ from a new VPC's.
    changed: Vec<String>,
    pub(super) acl: String,
    association: String,
}

impl Resource for Vpc {
    const PREFIX: &'static str = "vpc";
    const NAME: &'static str = "VpcID";
    const IDS: &'static str = "VpcIds";
    const SET: &'static str = "Vpcs";

    fn table(state: &State) -> &Table<Self> {
        &state.vpcs
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn missing(id: &str) -> String {
        format!("The vpc ID '{id}' does not exist")
    }

    fn field(&self, _: &State, clock: Clock, filter: &str) -> Option<Vec<String>> {
        let value = match filter {
            "vpc-id" => self.id.clone(),
            "cidr" | "cidr-block" | "cidr-block-association.cidr-block" => self.cidr.to_string(),
            "cidr-block-association.association-id" => self.association.clone(),
            "cidr-block-association.state" => "associated".to_owned(),
            "state" => if self.pending.is_pending(clock) { "pending" } else { "available" }.to_owned(),
            "owner-id" => ACCOUNT.to_owned(),
            "is-default" | "isDefault" => "false".to_owned(),
            "dhcp-options-id" => "default".to_owned(),
            _ => return None,
        };
        Some(vec![value])
    }

    fn pass(state: &mut State, id: &str, clock: Clock) -> bool {
        state.vpcs.read(id, clock, |vpc| Some(&mut vpc.pending));
        true
    }

    fn describe(&self, state: &State, clock: Clock, _: &str) -> Value {
        json!({
            "VpcId": self.id,
            "CidrBlock": self.cidr.to_string(),
            "CidrBlockAssociationSet": [{
                "AssociationId": self.association,
                "CidrBlock": self.cidr.to_string(),
                "CidrBlockState": { "State": "associated" },
            }],
            "State": if self.pending.is_pending(clock) { "pending" } else { "available" },
            "InstanceTenancy": self.tenancy,
            "IsDefault": false,
            "DhcpOptionsId": "default",
            "OwnerId": ACCOUNT,
            "Tags": tags(state, &self.id),
        })
    }
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(
        input,
        &[
            "AmazonProvidedIpv6CidrBlock",
            "Ipv4IpamPoolId",
            "Ipv6CidrBlock",
            "Ipv6IpamPoolId",
            "Ipv6Pool",
            "VpcEncryptionControl",
        ],
    )?;
    let missing = || Refusal::new("MissingParameter", "The request must contain the parameter CidrBlock");
    let cidr = block(input.text("CidrBlock").ok_or_else(missing)?, "InvalidVpc.Range")?;
    if cx.here.ec2.vpcs.len() >= MOST {
        return Err(Refusal::new("VpcLimitExceeded", "The maximum number of VPCs has been reached."));
    }
    let id = cx.ids.ec2("vpc");
    let vpc = Vpc {
        id: id.clone(),
        cidr,
        pending: cx.clock.transition(Duration::from_secs(2)),
        tenancy: input.text("InstanceTenancy").unwrap_or("default").to_owned(),
        changed: Vec::new(),
        acl: cx.ids.ec2("acl"),
        association: cx.ids.ec2("vpc-cidr-assoc"),
    };
    announce(cx, input, "vpc", &id)?;
    route_table::create_main(cx, &vpc);
    group::create_default(cx, &id);
    let described = vpc.describe(&cx.here.ec2, cx.clock, cx.region);
    cx.here.ec2.vpcs.insert(id, vpc);
    Ok(json!({ "Vpc": described }))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    describe_all::<Vpc>(cx, input)
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = input.required("VpcId")?;
    find::<Vpc>(&cx.here.ec2, id)?;
    interface::let_go(&mut cx.here.ec2, cx.clock, |interface| interface.vpc == id);
    endpoint::let_go(&mut cx.here.ec2, cx.clock, id);
    let state = &mut cx.here.ec2;
    let is_used = state.subnets.values().any(|subnet| subnet.vpc == id)
        || state.groups.values().any(|group| group.vpc == id && !group.is_default())
        || state.route_tables.values().any(|table| table.vpc == id && !table.is_main())
        || state.endpoints.values().any(|endpoint| endpoint.vpc == id)
        || state.interfaces.values().any(|interface| interface.vpc == id);
    if is_used {
        return Err(depended_upon("vpc", id));
    }
    group::delete_default(state, id);
    route_table::delete_main(state, id);
    state.vpcs.remove(id);
    state.forget(id);
    Ok(json!({}))
}

pub(super) fn modify_attribute(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = input.required("VpcId")?;
    let given: Vec<_> = ATTRIBUTES.iter().filter(|(member, ..)| input.get(member).is_some()).collect();
    let [(member, name, initially)] = given.as_slice() else {
        let words = "Exactly one of enableDnsHostnames, enableDnsSupport and enableNetworkAddressUsageMetrics must be specified";
        return Err(Refusal::new("InvalidParameterCombination", words));
    };
    let value = input.get(member).and_then(|attribute| attribute.flag("Value")).unwrap_or_default();
    let vpc = cx.here.ec2.vpcs.get_mut(id).ok_or_else(|| not_found::<Vpc>(id))?;
    vpc.changed.retain(|changed| changed != name);
    if value != *initially {
        vpc.changed.push((*name).to_owned());
    }
    Ok(json!({}))
}

pub(super) fn describe_attribute(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (id, asked) = (input.required("VpcId")?, input.required("Attribute")?);
    let vpc = find::<Vpc>(&cx.here.ec2, id)?;
    let attribute = ATTRIBUTES.iter().find(|(_, name, _)| *name == asked);
    let (member, name, initially) =
        attribute.ok_or_else(|| invalid_value(asked, "attribute", "Unknown VPC attribute."))?;
    let is_changed = vpc.changed.iter().any(|changed| changed == name);
    Ok(json!({ "VpcId": id, *member: { "Value": *initially != is_changed } }))
}

/// An IPv4 block of /16 to /28 in its canonical form.
pub(super) fn block(text: &str, out_of_range: &'static str) -> Result<Ipv4Net, Refusal> {
    let malformed = |_| invalid_value(text, "cidrBlock", "This is not a valid CIDR block.");
    let block: Ipv4Net = text.parse().map_err(malformed)?;
    match block.prefix_len() {
        16..=28 => Ok(block.trunc()),
        _ => Err(Refusal::new(out_of_range, format!("The CIDR '{text}' is invalid."))),
    }
}
