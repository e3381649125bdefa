//! Subnets, and how many of their addresses are free.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::resource::{Resource, describe as describe_all, find, not_found, tags};
use super::vpc::{Vpc, block};
use super::{State, announce, depended_upon, interface, invalid_value, place};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::{Clock, Transition};
use crate::input::{Input, refuse_unsupported};
use crate::table::Table;

/// The addresses that AWS keeps at the beginning of a subnet, the network's own among them; one more is kept at the end.
const KEPT_FIRST: usize = 4;

/// A part of a VPC in one zone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) cidr: Ipv4Net,
    pub(crate) zone: String,
    pub(crate) zone_id: String,
    pending: Transition,
    public_addresses: bool,
    pub(super) acl_association: String,
}

impl Subnet {
    /// The addresses for hosts that no interface has, in order.
    pub(crate) fn free_addresses(&self, state: &State) -> impl Iterator<Item = Ipv4Addr> {
        let taken: Vec<_> = state
            .interfaces
            .values()
            .filter(|interface| interface.subnet == self.id)
            .map(|interface| interface.address)
            .collect();
        let last = self.cidr.broadcast();
        let hosts = Ipv4Net::hosts(&Ipv4Net::new_assert(self.cidr.addr(), self.cidr.prefix_len()));
        hosts.skip(KEPT_FIRST - 1).filter(move |address| *address != last && !taken.contains(address))
    }
}

impl Resource for Subnet {
    const PREFIX: &'static str = "subnet";
    const NAME: &'static str = "SubnetID";
    const IDS: &'static str = "SubnetIds";
    const SET: &'static str = "Subnets";

    fn table(state: &State) -> &Table<Self> {
        &state.subnets
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn missing(id: &str) -> String {
        format!("The subnet ID '{id}' does not exist")
    }

    fn field(&self, state: &State, clock: Clock, filter: &str) -> Option<Vec<String>> {
        let value = match filter {
            "subnet-id" => self.id.clone(),
            "vpc-id" => self.vpc.clone(),
            "cidr" | "cidr-block" | "cidrBlock" => self.cidr.to_string(),
            "availability-zone" | "availabilityZone" => self.zone.clone(),
            "availability-zone-id" | "availabilityZoneId" => self.zone_id.clone(),
            "available-ip-address-count" => self.free_addresses(state).count().to_string(),
            "state" => if self.pending.is_pending(clock) { "pending" } else { "available" }.to_owned(),
            "owner-id" => ACCOUNT.to_owned(),
            "default-for-az" | "defaultForAz" => "false".to_owned(),
            "map-public-ip-on-launch" => self.public_addresses.to_string(),
            _ => return None,
        };
        Some(vec![value])
    }

    fn pass(state: &mut State, id: &str, clock: Clock) -> bool {
        state.subnets.read(id, clock, |subnet| Some(&mut subnet.pending));
        true
    }

    fn describe(&self, state: &State, clock: Clock, region: &str) -> Value {
        json!({
            "SubnetId": self.id,
            "SubnetArn": format!("arn:aws:ec2:{region}:{ACCOUNT}:subnet/{}", self.id),
            "VpcId": self.vpc,
            "CidrBlock": self.cidr.to_string(),
            "AvailabilityZone": self.zone,
            "AvailabilityZoneId": self.zone_id,
            "AvailableIpAddressCount": self.free_addresses(state).count(),
            "State": if self.pending.is_pending(clock) { "pending" } else { "available" },
            "DefaultForAz": false,
            "MapPublicIpOnLaunch": self.public_addresses,
            "MapCustomerOwnedIpOnLaunch": false,
            "AssignIpv6AddressOnCreation": false,
            "Ipv6CidrBlockAssociationSet": [],
            "Ipv6Native": false,
            "EnableDns64": false,
            "PrivateDnsNameOptionsOnLaunch": {
                "HostnameType": "ip-name",
                "EnableResourceNameDnsARecord": false,
                "EnableResourceNameDnsAAAARecord": false,
            },
            "OwnerId": ACCOUNT,
            "Tags": tags(state, &self.id),
        })
    }
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(
        input,
        &["Ipv6CidrBlock", "Ipv6Native", "Ipv4IpamPoolId", "Ipv6IpamPoolId", "OutpostArn"],
    )?;
    let vpc = find::<Vpc>(&cx.here.ec2, input.required("VpcId")?)?;
    let missing =
        || Refusal::new("MissingParameter", "Either 'cidrBlock' or 'ipv6CidrBlock' should be provided.");
    let text = input.text("CidrBlock").ok_or_else(missing)?;
    let cidr = block(text, "InvalidSubnet.Range")?;
    if !vpc.cidr.contains(&cidr) {
        return Err(Refusal::new("InvalidSubnet.Range", format!("The CIDR '{text}' is invalid.")));
    }
    let overlaps =
        |other: &Subnet| other.vpc == vpc.id && (other.cidr.contains(&cidr) || cidr.contains(&other.cidr));
    if cx.here.ec2.subnets.values().any(overlaps) {
        return Err(Refusal::new(
            "InvalidSubnet.Conflict",
            format!("The CIDR '{text}' conflicts with another subnet"),
        ));
    }
    let vpc = vpc.id.clone();
    let place::Zone { name: zone, id: zone_id } = zone(cx.region, input)?;
    let id = cx.ids.ec2("subnet");
    let pending = cx.clock.transition(Duration::from_secs(2));
    let acl_association = cx.ids.ec2("aclassoc");
    let subnet = Subnet {
        id: id.clone(),
        vpc,
        cidr,
        zone,
        zone_id,
        pending,
        public_addresses: false,
        acl_association,
    };
    announce(cx, input, "subnet", &id)?;
    let described = subnet.describe(&cx.here.ec2, cx.clock, cx.region);
    cx.here.ec2.subnets.insert(id, subnet);
    Ok(json!({ "Subnet": described }))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    describe_all::<Subnet>(cx, input)
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = input.required("SubnetId")?;
    find::<Subnet>(&cx.here.ec2, id)?;
    interface::let_go(&mut cx.here.ec2, cx.clock, |interface| interface.subnet == id);
    let state = &mut cx.here.ec2;
    if state.interfaces.values().any(|interface| interface.subnet == id) {
        return Err(depended_upon("subnet", id));
    }
    for table in state.route_tables.keys() {
        if let Some(table) = state.route_tables.get_mut(&table) {
            table.associations.retain(|association| association.subnet.as_deref() != Some(id));
        }
    }
    state.subnets.remove(id);
    state.forget(id);
    Ok(json!({}))
}

pub(super) fn modify_attribute(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(
        input,
        &[
            "AssignIpv6AddressOnCreation",
            "MapCustomerOwnedIpOnLaunch",
            "CustomerOwnedIpv4Pool",
            "EnableDns64",
            "PrivateDnsHostnameTypeOnLaunch",
            "EnableResourceNameDnsARecordOnLaunch",
            "EnableResourceNameDnsAAAARecordOnLaunch",
            "EnableLniAtDeviceIndex",
            "DisableLniAtDeviceIndex",
        ],
    )?;
    let id = input.required("SubnetId")?;
    let subnet = cx.here.ec2.subnets.get_mut(id).ok_or_else(|| not_found::<Subnet>(id))?;
    if let Some(value) = input.get("MapPublicIpOnLaunch").and_then(|attribute| attribute.flag("Value")) {
        subnet.public_addresses = value;
    }
    Ok(json!({}))
}

/// The zone that a request names by name or id, or the region's first.
fn zone(region: &str, input: &Value) -> Result<place::Zone, Refusal> {
    let mut zones = place::zones(region);
    let names = || zones.iter().map(|zone| zone.name.clone()).collect::<Vec<_>>().join(", ");
    let refused = |found: &str, parameter| {
        let reason = format!(
            "Subnets can currently only be created in the following availability zones: {}.",
            names()
        );
        invalid_value(found, parameter, &reason)
    };
    let at = match (input.text("AvailabilityZone"), input.text("AvailabilityZoneId")) {
        (Some(name), _) => zones
            .iter()
            .position(|zone| zone.name == name)
            .ok_or_else(|| refused(name, "availabilityZone"))?,
        (None, Some(id)) => {
            zones.iter().position(|zone| zone.id == id).ok_or_else(|| refused(id, "availabilityZoneId"))?
        }
        (None, None) => 0,
    };
    Ok(zones.swap_remove(at))
}
