//! Network interfaces, which only other services of this cloud make; they linger after their owners.

use std::net::Ipv4Addr;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::State;
use super::group::{Group, identifiers};
use super::resource::{Resource, describe as describe_all, find, tags};
use super::subnet::Subnet;
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::{Clock, Transition};
use crate::input::Input;
use crate::table::Table;

/// How long an interface stays in its subnet after its owner is gone.
const LINGERS: Duration = Duration::from_secs(120);

/// An interface in a subnet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Interface {
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    pub(crate) zone: String,
    pub(crate) zone_id: String,
    pub(crate) address: Ipv4Addr,
    pub(crate) groups: Vec<String>,
    description: String,
    kind: String,
    requester: String,
    attachment: String,
    created: Timestamp,
    leaving: Option<Transition>,
}

/// An interface that a service wants.
#[derive(Debug, Clone)]
pub(crate) struct NewInterface<'a> {
    pub(crate) subnet: &'a str,
    /// An address that the service's caller chose.
    pub(crate) address: Option<Ipv4Addr>,
    pub(crate) groups: Vec<String>,
    pub(crate) description: String,
    /// EC2's interface type, such as `interface` or `network_load_balancer`.
    pub(crate) kind: &'a str,
    /// The service's account name, such as `amazon-elb`.
    pub(crate) requester: &'a str,
}

/// Makes an interface with the subnet's first free address.
pub(crate) fn create_interface(cx: &mut Cx<'_>, wanted: NewInterface<'_>) -> Result<Interface, Refusal> {
    let (id, attachment) = (cx.ids.ec2("eni"), cx.ids.ec2("ela-attach"));
    let state = &cx.here.ec2;
    let subnet = find::<Subnet>(state, wanted.subnet)?;
    let full = || {
        let words = "The specified subnet does not have enough free addresses to satisfy the request.";
        Refusal::new("InsufficientFreeAddressesInSubnet", words)
    };
    let interface = Interface {
        id: id.clone(),
        vpc: subnet.vpc.clone(),
        subnet: subnet.id.clone(),
        zone: subnet.zone.clone(),
        zone_id: subnet.zone_id.clone(),
        address: subnet
            .free_addresses(state)
            .find(|free| wanted.address.is_none_or(|chosen| chosen == *free))
            .ok_or_else(full)?,
        groups: wanted.groups,
        description: wanted.description,
        kind: wanted.kind.to_owned(),
        requester: wanted.requester.to_owned(),
        attachment,
        created: cx.clock.now(),
        leaving: None,
    };
    cx.here.ec2.interfaces.insert(id, interface.clone());
    Ok(interface)
}

/// Replaces an interface's security groups.
pub(crate) fn set_interface_groups(cx: &mut Cx<'_>, id: &str, groups: &[String]) {
    if let Some(interface) = cx.here.ec2.interfaces.get_mut(id) {
        groups.clone_into(&mut interface.groups);
    }
}

/// Lets an interface go, some time after its owner.
pub(crate) fn release_interface(cx: &mut Cx<'_>, id: &str) {
    let leaving = cx.clock.transition(LINGERS);
    if let Some(interface) = cx.here.ec2.interfaces.get_mut(id) {
        interface.leaving = Some(leaving);
    }
}

/// Somebody stumbles over these interfaces: those whose time has come go, the lingering ones have been seen.
pub(super) fn let_go(state: &mut State, clock: Clock, is_meant: impl Fn(&Interface) -> bool) {
    let meant: Vec<_> = state
        .interfaces
        .values()
        .filter(|one| one.leaving.is_some() && is_meant(one))
        .map(|one| one.id.clone())
        .collect();
    for id in meant {
        Interface::pass(state, &id, clock);
    }
}

impl Resource for Interface {
    const PREFIX: &'static str = "eni";
    const NAME: &'static str = "NetworkInterfaceID";
    const IDS: &'static str = "NetworkInterfaceIds";
    const SET: &'static str = "NetworkInterfaces";

    fn table(state: &State) -> &Table<Self> {
        &state.interfaces
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn missing(id: &str) -> String {
        format!("The networkInterface ID '{id}' does not exist")
    }

    fn field(&self, state: &State, _: Clock, filter: &str) -> Option<Vec<String>> {
        let value = match filter {
            "group-id" => return Some(self.groups.clone()),
            "group-name" => {
                let names =
                    self.groups.iter().filter_map(|id| state.groups.get(id)).map(|group| group.name.clone());
                return Some(names.collect());
            }
            "network-interface-id" => self.id.clone(),
            "subnet-id" => self.subnet.clone(),
            "vpc-id" => self.vpc.clone(),
            "availability-zone" => self.zone.clone(),
            "availability-zone-id" => self.zone_id.clone(),
            "description" => self.description.clone(),
            "status" => "in-use".to_owned(),
            "interface-type" => self.kind.clone(),
            "requester-managed" => "true".to_owned(),
            "requester-id" | "attachment.instance-owner-id" => self.requester.clone(),
            "attachment.attachment-id" => self.attachment.clone(),
            "private-ip-address" | "addresses.private-ip-address" => self.address.to_string(),
            "owner-id" => ACCOUNT.to_owned(),
            _ => return None,
        };
        Some(vec![value])
    }

    fn pass(state: &mut State, id: &str, clock: Clock) -> bool {
        let lingers = state.interfaces.read(id, clock, |interface| interface.leaving.as_mut());
        let is_there =
            lingers || state.interfaces.get(id).is_some_and(|interface| interface.leaving.is_none());
        if !is_there {
            state.interfaces.expire(id);
        }
        is_there
    }

    fn describe(&self, state: &State, _: Clock, _: &str) -> Value {
        json!({
            "NetworkInterfaceId": self.id,
            "SubnetId": self.subnet,
            "VpcId": self.vpc,
            "AvailabilityZone": self.zone,
            "AvailabilityZoneId": self.zone_id,
            "Description": self.description,
            "InterfaceType": self.kind,
            "OwnerId": ACCOUNT,
            "RequesterId": self.requester,
            "RequesterManaged": true,
            "Status": "in-use",
            "SourceDestCheck": true,
            "PrivateIpAddress": self.address.to_string(),
            "PrivateIpAddresses": [{ "Primary": true, "PrivateIpAddress": self.address.to_string() }],
            "Groups": identifiers(state, &self.groups),
            "Attachment": {
                "AttachmentId": self.attachment,
                "AttachTime": Clock::seconds(self.created),
                "DeleteOnTermination": false,
                "DeviceIndex": 1,
                "InstanceOwnerId": self.requester,
                "Status": "attached",
            },
            "TagSet": tags(state, &self.id),
        })
    }
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    describe_all::<Interface>(cx, input)
}

/// Nobody deletes by hand what a service made.
pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = input.required("NetworkInterfaceId")?;
    find::<Interface>(&cx.here.ec2, id)?;
    Err(Refusal::new("InvalidParameterValue", format!("Network interface '{id}' is currently in use.")))
}

/// The VPC that all these groups are of; refuses groups that are not there or of several VPCs.
pub(crate) fn vpc_of_groups(cx: &Cx<'_>, groups: &[String]) -> Result<Option<String>, Refusal> {
    let mut vpc = None;
    for id in groups {
        let group = find::<Group>(&cx.here.ec2, id)?;
        if *vpc.get_or_insert(&group.vpc) != &group.vpc {
            return Err(Refusal::new(
                "InvalidGroup.NotFound",
                "You have specified two resources that belong to different networks.",
            ));
        }
    }
    Ok(vpc.cloned())
}
