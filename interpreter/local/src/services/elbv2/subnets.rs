//! Where a load balancer stands: one subnet a zone, an interface in each, security groups of the same VPC.

use std::net::Ipv4Addr;

use serde_json::Value;

use super::{Node, invalid, unconfigurable};
use crate::call::{Cx, Refusal};
use crate::input::Input;
use crate::services::ec2::{self, NewInterface};

/// A subnet that a request asks for.
#[derive(Debug)]
pub(super) struct Zone {
    subnet: String,
    name: String,
    vpc: String,
    /// The address that the caller chose.
    address: Option<Ipv4Addr>,
}

impl Zone {
    /// Whether the node stands where the request wants it.
    pub(super) fn is_held_by(&self, node: &Node) -> bool {
        self.subnet == node.subnet && self.address == node.is_chosen.then_some(node.address)
    }
}

/// The subnets of `Subnets` or `SubnetMappings`, one a zone.
pub(super) fn asked(ec2: &ec2::State, input: &Value) -> Result<Vec<Zone>, Refusal> {
    let (plain, mapped) = (input.texts("Subnets"), input.list("SubnetMappings"));
    let zones: Vec<_> = match (plain.as_slice(), mapped) {
        ([], []) => return Err(invalid("At least one subnet must be specified")),
        ([..], []) => plain.iter().map(|subnet| zone(ec2, subnet, None)).collect::<Result<_, _>>()?,
        ([], [..]) => mapped.iter().map(|mapping| mapped_zone(ec2, mapping)).collect::<Result<_, _>>()?,
        ([..], [..]) => {
            return Err(invalid("You can specify either subnets or subnet mappings, but not both"));
        }
    };
    for (index, zone) in zones.iter().enumerate() {
        if zones.iter().skip(index + 1).any(|other| other.name == zone.name) {
            return Err(unconfigurable(
                "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
            ));
        }
    }
    Ok(zones)
}

/// The one VPC of all subnets.
pub(super) fn common_vpc(zones: &[Zone]) -> Result<String, Refusal> {
    let mut vpcs: Vec<_> = zones.iter().map(|zone| zone.vpc.as_str()).collect();
    vpcs.dedup();
    match vpcs.as_slice() {
        [vpc] => Ok((*vpc).to_owned()),
        [..] => {
            Err(unconfigurable(format!("All subnets must belong to the same VPC: '{}'", vpcs.join(", "))))
        }
    }
}

/// Refuses security groups that are not there, or in another VPC.
pub(super) fn check_groups(ec2: &ec2::State, groups: &[String], vpc: &str) -> Result<(), Refusal> {
    for group in groups {
        let found = ec2.groups.get(group).ok_or_else(|| {
            let words = format!("The security group ID '{group}' does not exist");
            Refusal::new("InvalidSecurityGroup", words)
        })?;
        if found.vpc != vpc {
            return Err(unconfigurable(format!("Security group '{group}' does not belong to VPC '{vpc}'")));
        }
    }
    Ok(())
}

/// Takes an interface in the zone's subnet.
pub(super) fn enter(
    cx: &mut Cx<'_>,
    zone: Zone,
    groups: &[String],
    description: &str,
) -> Result<Node, Refusal> {
    let wanted = NewInterface {
        subnet: &zone.subnet,
        address: zone.address,
        groups: groups.to_vec(),
        description: description.to_owned(),
        kind: "network_load_balancer",
        requester: "amazon-elb",
    };
    let made = ec2::create_interface(cx, wanted).map_err(|full| no_address(&full, &zone.subnet))?;
    let is_chosen = zone.address.is_some();
    Ok(Node { subnet: zone.subnet, zone: zone.name, interface: made.id, address: made.address, is_chosen })
}

/// Gives the interface back, which stays visible for a while.
pub(super) fn leave(cx: &mut Cx<'_>, node: &Node) {
    ec2::release_interface(cx, &node.interface);
}

fn no_address(refusal: &Refusal, subnet: &str) -> Refusal {
    Refusal::new("InvalidSubnet", format!("Not enough IP space available in {subnet}: {}", refusal.message))
}

fn zone(ec2: &ec2::State, subnet: &str, address: Option<Ipv4Addr>) -> Result<Zone, Refusal> {
    let found = ec2
        .subnets
        .get(subnet)
        .ok_or_else(|| Refusal::new("SubnetNotFound", format!("The subnet ID '{subnet}' does not exist")))?;
    if let Some(address) = address.filter(|address| !found.cidr.contains(address)) {
        return Err(unconfigurable(format!("The address {address} is not in the subnet '{subnet}'")));
    }
    Ok(Zone { subnet: subnet.to_owned(), name: found.zone.clone(), vpc: found.vpc.clone(), address })
}

fn mapped_zone(ec2: &ec2::State, mapping: &Value) -> Result<Zone, Refusal> {
    if let Some(allocation) = mapping.text("AllocationId") {
        let words = format!("The allocation IDs are not available for use: '{allocation}'");
        return Err(Refusal::new("AllocationIdNotFound", words));
    }
    if mapping.text("IPv6Address").is_some() || mapping.text("SourceNatIpv6Prefix").is_some() {
        return Err(unconfigurable("You cannot specify IPv6 addresses for an ipv4 load balancer"));
    }
    let subnet = mapping.text("SubnetId").ok_or_else(|| invalid("A subnet ID must be specified"))?;
    let address = mapping
        .text("PrivateIPv4Address")
        .map(|text| text.parse().map_err(|_| invalid(format!("'{text}' is not a valid IPv4 address"))));
    zone(ec2, subnet, address.transpose()?)
}
