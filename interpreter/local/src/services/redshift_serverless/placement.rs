//! Where workgroups stand: which subnets and security groups they may have, and the interfaces they take there.
//!
//! Source: Redshift management guide, "Considerations when using Amazon Redshift Serverless": subnets and zones since
//! July 2025, free addresses as published in 2023.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::invalid;
use crate::call::{Cx, Refusal};
use crate::services::ec2::{self, NewInterface, Subnet};

/// Free addresses that a subnet must have for a workgroup without enhanced routing.
const FREE: i64 = 3;

/// RPU that share one interface under enhanced routing.
const RPU_AN_INTERFACE: i64 = 8;

/// Subnets and groups as asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) vpc: String,
    pub(super) subnets: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) enhanced_routing: bool,
}

/// An interface of an endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Attached {
    pub(super) interface: String,
    pub(super) address: Ipv4Addr,
    subnet: String,
    zone: String,
}

impl Attached {
    /// The interface as endpoints list it.
    pub(super) fn described(&self) -> Value {
        json!({
            "networkInterfaceId": self.interface,
            "subnetId": self.subnet,
            "privateIpAddress": self.address.to_string(),
            "availabilityZone": self.zone,
        })
    }
}

impl Place {
    /// A place that keeps the rules of subnets, zones and groups.
    pub(super) fn checked(
        cx: &Cx<'_>,
        subnets: Vec<String>,
        groups: Vec<String>,
        enhanced_routing: bool,
    ) -> Result<Self, Refusal> {
        let found = subnets.iter().map(|id| subnet(cx, id)).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = found.first() else {
            return Err(invalid("There is no default VPC in this account. Specify subnets."));
        };
        let vpc = first.vpc.clone();
        if found.iter().any(|subnet| subnet.vpc != vpc) {
            return Err(invalid("All subnets of a workgroup must be in the same VPC."));
        }
        check_zones(cx.region, &found, enhanced_routing)?;
        let groups = match groups.is_empty() {
            true => default_group(cx, &vpc),
            false => groups,
        };
        check_groups(cx, &groups, &vpc)?;
        Ok(Self { vpc, subnets, groups, enhanced_routing })
    }

    /// Refuses a place whose subnets are too full for a new workgroup of this size.
    pub(super) fn check_room(&self, cx: &Cx<'_>, rpu: i64) -> Result<(), Refusal> {
        let needed = if self.enhanced_routing { 5 + rpu / 4 } else { FREE };
        self.check_free(cx, needed)
    }

    /// Refuses growing to this size when the subnets are too full for it.
    pub(super) fn check_growth(&self, cx: &Cx<'_>, rpu: i64) -> Result<(), Refusal> {
        match self.enhanced_routing {
            true => self.check_free(cx, 4 + 3 * rpu / 16),
            false => Ok(()),
        }
    }

    fn check_free(&self, cx: &Cx<'_>, needed: i64) -> Result<(), Refusal> {
        let needed = usize::try_from(needed).unwrap_or_default();
        let free = |subnet: &Subnet| subnet.free_addresses(&cx.here.ec2).take(needed).count();
        let is_full = |id: &&String| cx.here.ec2.subnets.get(id).is_some_and(|subnet| free(subnet) < needed);
        let full: Vec<_> = self.subnets.iter().filter(is_full).cloned().collect();
        match full.is_empty() {
            true => Ok(()),
            false => Err(invalid(format!(
                "Insufficient free IP addresses found in subnets: [{}]",
                full.join(", ")
            ))),
        }
    }
}

/// Takes an interface in each subnet for an endpoint.
pub(super) fn attach_endpoint(
    cx: &mut Cx<'_>,
    subnets: &[String],
    groups: &[String],
    endpoint: &str,
) -> Result<Vec<Attached>, Refusal> {
    let description = format!("VPC Endpoint Interface {endpoint}");
    subnets.iter().map(|subnet| attach(cx, subnet, groups, &description, "vpc_endpoint")).collect()
}

/// Takes the interfaces through which a workgroup of this size reaches out under enhanced routing.
pub(super) fn attach_compute(
    cx: &mut Cx<'_>,
    place: &Place,
    rpu: i64,
    present: usize,
) -> Result<Vec<Attached>, Refusal> {
    let wanted = match place.enhanced_routing {
        true => usize::try_from(rpu / RPU_AN_INTERFACE + 1).unwrap_or_default(),
        false => 0,
    };
    let subnets: Vec<_> =
        place.subnets.iter().cycle().take(wanted.saturating_sub(present)).cloned().collect();
    let one = |subnet: &String| attach(cx, subnet, &place.groups, "RedshiftNetworkInterface", "interface");
    subnets.iter().map(one).collect()
}

/// Gives interfaces back; they stay visible for a while.
pub(super) fn detach(cx: &mut Cx<'_>, interfaces: &[Attached]) {
    for attached in interfaces {
        ec2::release_interface(cx, &attached.interface);
    }
}

/// Refuses groups that are not in the VPC.
pub(super) fn check_groups(cx: &Cx<'_>, groups: &[String], vpc: &str) -> Result<(), Refusal> {
    let is_there = |id: &String| cx.here.ec2.groups.get(id).is_some_and(|group| group.vpc == vpc);
    match groups.iter().find(|id| !is_there(id)) {
        Some(id) => Err(invalid(format!("VPC Security group {id} does not exist in VPC {vpc}"))),
        None => Ok(()),
    }
}

/// The group of a VPC for which none was asked.
pub(super) fn default_group(cx: &Cx<'_>, vpc: &str) -> Vec<String> {
    let default = cx.here.ec2.groups.values().find(|group| group.vpc == vpc && group.name == "default");
    default.map(|group| group.id.clone()).into_iter().collect()
}

/// The subnet of that id.
pub(super) fn subnet<'a>(cx: &'a Cx<'_>, id: &str) -> Result<&'a Subnet, Refusal> {
    cx.here.ec2.subnets.get(id).ok_or_else(|| invalid(format!("The subnet ID '{id}' does not exist")))
}

fn attach(
    cx: &mut Cx<'_>,
    subnet: &str,
    groups: &[String],
    description: &str,
    kind: &str,
) -> Result<Attached, Refusal> {
    let wanted = NewInterface {
        subnet,
        address: None,
        groups: groups.to_vec(),
        description: description.to_owned(),
        kind,
        requester: "amazon-redshift",
    };
    let full = |_| invalid(format!("Insufficient free IP addresses found in subnets: [{subnet}]"));
    let made = ec2::create_interface(cx, wanted).map_err(full)?;
    Ok(Attached { interface: made.id, address: made.address, subnet: made.subnet, zone: made.zone })
}

fn check_zones(region: &str, subnets: &[&Subnet], enhanced_routing: bool) -> Result<(), Refusal> {
    let zones: BTreeSet<_> = subnets.iter().map(|subnet| subnet.zone.as_str()).collect();
    let distinct: BTreeSet<_> = subnets.iter().map(|subnet| subnet.id.as_str()).collect();
    let needed = if enhanced_routing { 3 } else { 2 };
    // us-west-1 gives an account two zones only.
    let needed_zones = if region == "us-west-1" { 2 } else { needed };
    if distinct.len() < needed || zones.len() < needed_zones {
        let with = if enhanced_routing { "with" } else { "without" };
        return Err(invalid(format!(
            "A workgroup {with} enhanced VPC routing needs at least {needed} subnets in {needed_zones} different \
             Availability Zones. The request has {} subnets in {} Availability Zones.",
            distinct.len(),
            zones.len()
        )));
    }
    Ok(())
}
