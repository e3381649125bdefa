//! VPC endpoints: routes to a service, or interfaces that stand for it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::group::identifiers;
use super::interface::{
    NewInterface, create_interface, release_interface, set_interface_groups, vpc_of_groups,
};
use super::resource::{Resource, describe as describe_all, find, not_found, tags};
use super::route_table::RouteTable;
use super::subnet::Subnet;
use super::vpc::Vpc;
use super::{State, announce, made_before, remember};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::{Clock, Transition};
use crate::input::{Input, refuse_unsupported};
use crate::table::Table;

/// Services with a gateway, and the prefix lists that its routes name.
const GATEWAYS: [(&str, &str); 2] = [("s3", "pl-63a5400a"), ("dynamodb", "pl-02cd2c6b")];

/// Services with interfaces.
const INTERFACES: [&str; 18] = [
    "ec2",
    "ec2messages",
    "elasticloadbalancing",
    "glue",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "redshift",
    "redshift-data",
    "redshift-serverless",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "ssmmessages",
    "sts",
];

/// The policy of an endpoint that was given none.
const OPEN: &str = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// A way from a VPC to a service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(super) id: String,
    pub(super) vpc: String,
    service: String,
    kind: Kind,
    pub(super) route_tables: Vec<String>,
    subnets: Vec<String>,
    groups: Vec<String>,
    interfaces: Vec<String>,
    private_dns: bool,
    policy: String,
    created: Timestamp,
    pending: Transition,
    leaving: Option<Transition>,
}

/// What an endpoint is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    Gateway,
    Interface,
}

impl Endpoint {
    /// The gateways that a route table leads to.
    pub(super) fn on_table<'a>(state: &'a State, table: &str) -> impl Iterator<Item = &'a Self> {
        let leads = move |endpoint: &&Self| {
            endpoint.leaving.is_none() && endpoint.route_tables.iter().any(|one| one == table)
        };
        state.endpoints.values().filter(leads)
    }

    /// The prefix list that routes to this endpoint name.
    pub(super) fn prefix_list(&self) -> Option<&'static str> {
        let (_, list) = GATEWAYS.iter().find(|(name, _)| self.service.rsplit('.').next() == Some(name))?;
        Some(list)
    }

    fn state(&self, clock: Clock) -> &'static str {
        match (&self.leaving, self.pending.is_pending(clock)) {
            (Some(_), _) => "deleting",
            (None, true) => "pending",
            (None, false) => "available",
        }
    }
}

/// Whether AWS has a prefix list of that id.
pub(super) fn is_prefix_list(id: &str) -> bool {
    GATEWAYS.iter().any(|(_, list)| *list == id)
}

/// Somebody stumbles over a VPC's endpoints: those that were deleted go.
pub(super) fn let_go(state: &mut State, clock: Clock, vpc: &str) {
    let leaving: Vec<_> = state
        .endpoints
        .values()
        .filter(|endpoint| endpoint.vpc == vpc && endpoint.leaving.is_some())
        .map(|endpoint| endpoint.id.clone())
        .collect();
    for id in leaving {
        Endpoint::pass(state, &id, clock);
    }
}

impl Resource for Endpoint {
    const PREFIX: &'static str = "vpce";
    const NAME: &'static str = "VpcEndpointId";
    const IDS: &'static str = "VpcEndpointIds";
    const SET: &'static str = "VpcEndpoints";

    fn table(state: &State) -> &Table<Self> {
        &state.endpoints
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn missing(id: &str) -> String {
        format!("The Vpc Endpoint Id '{id}' does not exist")
    }

    fn field(&self, _: &State, clock: Clock, filter: &str) -> Option<Vec<String>> {
        let value = match filter {
            "vpc-endpoint-id" => self.id.clone(),
            "vpc-id" => self.vpc.clone(),
            "service-name" => self.service.clone(),
            "vpc-endpoint-type" => self.kind.name().to_owned(),
            "vpc-endpoint-state" => self.state(clock).to_owned(),
            _ => return None,
        };
        Some(vec![value])
    }

    fn pass(state: &mut State, id: &str, clock: Clock) -> bool {
        state.endpoints.read(id, clock, |endpoint| Some(&mut endpoint.pending));
        let lingers = state.endpoints.read(id, clock, |endpoint| endpoint.leaving.as_mut());
        let is_there = lingers || state.endpoints.get(id).is_some_and(|endpoint| endpoint.leaving.is_none());
        if !is_there {
            state.endpoints.expire(id);
        }
        is_there
    }

    fn describe(&self, state: &State, clock: Clock, _: &str) -> Value {
        json!({
            "VpcEndpointId": self.id,
            "VpcEndpointType": self.kind.name(),
            "VpcId": self.vpc,
            "ServiceName": self.service,
            "State": self.state(clock),
            "PolicyDocument": self.policy,
            "RouteTableIds": self.route_tables,
            "SubnetIds": self.subnets,
            "Groups": identifiers(state, &self.groups),
            "NetworkInterfaceIds": self.interfaces,
            "PrivateDnsEnabled": self.private_dns,
            "RequesterManaged": false,
            "DnsEntries": [],
            "CreationTimestamp": Clock::seconds(self.created),
            "OwnerId": ACCOUNT,
            "Tags": tags(state, &self.id),
        })
    }
}

impl Kind {
    fn of(input: &Value) -> Result<Self, Refusal> {
        match input.text("VpcEndpointType") {
            None | Some("Gateway") => Ok(Self::Gateway),
            Some("Interface") => Ok(Self::Interface),
            Some(other) => Err(Refusal::new(
                "UnsupportedOperation",
                format!("This cloud has no endpoints of the type {other}."),
            )),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gateway => "Gateway",
            Self::Interface => "Interface",
        }
    }

    /// Refuses the resources that only the other kind of endpoint takes.
    fn refuse_foreign(self, input: &Value) -> Result<(), Refusal> {
        let others: &[&str] = match self {
            Self::Gateway => &[
                "SubnetIds",
                "AddSubnetIds",
                "RemoveSubnetIds",
                "SecurityGroupIds",
                "AddSecurityGroupIds",
                "RemoveSecurityGroupIds",
            ],
            Self::Interface => &["RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds"],
        };
        match others.iter().find(|member| !input.list(member).is_empty()) {
            Some(member) => Err(Refusal::new(
                "InvalidParameter",
                format!("An endpoint of the type {} takes no {member}.", self.name()),
            )),
            None => Ok(()),
        }
    }

    fn serves(self, service: &str) -> bool {
        match self {
            Self::Gateway => GATEWAYS.iter().any(|(name, _)| *name == service),
            Self::Interface => INTERFACES.contains(&service),
        }
    }
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(
        input,
        &[
            "DnsOptions",
            "IpAddressType",
            "ResourceConfigurationArn",
            "ServiceNetworkArn",
            "ServiceRegion",
            "SubnetConfigurations",
        ],
    )?;
    let id = match made_before(cx, "CreateVpcEndpoint", input)? {
        Some(id) => id,
        None => {
            let endpoint = new_endpoint(cx, input)?;
            let id = endpoint.id.clone();
            cx.here.ec2.endpoints.insert(id.clone(), endpoint);
            announce(cx, input, "vpc-endpoint", &id)?;
            remember(cx, "CreateVpcEndpoint", input, &id);
            id
        }
    };
    let endpoint = find::<Endpoint>(&cx.here.ec2, &id)?;
    let described = endpoint.describe(&cx.here.ec2, cx.clock, cx.region);
    Ok(json!({ "VpcEndpoint": described, "ClientToken": input.text("ClientToken") }))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    describe_all::<Endpoint>(cx, input)
}

/// Adds and takes away route tables of a gateway, subnets and groups of interfaces; sets the policy.
pub(super) fn modify(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(input, &["DnsOptions", "IpAddressType", "SubnetConfigurations"])?;
    let id = input.required("VpcEndpointId")?;
    let mut endpoint = find::<Endpoint>(&cx.here.ec2, id)?.clone();
    if endpoint.leaving.is_some() {
        return Err(not_found::<Endpoint>(id));
    }
    endpoint.kind.refuse_foreign(input)?;
    let added = input.texts("AddRouteTableIds");
    check_route_tables(cx, &endpoint.vpc, &endpoint.service, &added)?;
    take_away(&mut endpoint.route_tables, "route table", &input.texts("RemoveRouteTableIds"))?;
    endpoint.route_tables.extend(added);
    take_away(&mut endpoint.groups, "security group", &input.texts("RemoveSecurityGroupIds"))?;
    for group in input.texts("AddSecurityGroupIds") {
        if !endpoint.groups.contains(&group) {
            endpoint.groups.push(group);
        }
    }
    check_groups(cx, &endpoint)?;
    let removed = input.texts("RemoveSubnetIds");
    take_away(&mut endpoint.subnets, "subnet", &removed)?;
    let place = |cx: &Cx<'_>, id: &String| cx.here.ec2.interfaces.get(id).map(|one| one.subnet.clone());
    for interface in endpoint.interfaces.clone() {
        if place(cx, &interface).is_some_and(|subnet| removed.contains(&subnet)) {
            endpoint.interfaces.retain(|one| *one != interface);
            release_interface(cx, &interface);
        } else {
            set_interface_groups(cx, &interface, &endpoint.groups);
        }
    }
    place_interfaces(cx, &mut endpoint, &input.texts("AddSubnetIds"))?;
    endpoint.policy = match (input.text("PolicyDocument"), input.flag("ResetPolicy")) {
        (None, Some(true)) => OPEN.to_owned(),
        (None, _) => endpoint.policy,
        (Some(_), Some(true)) => {
            let words = "PolicyDocument cannot be used with ResetPolicy";
            return Err(Refusal::new("InvalidParameterCombination", words));
        }
        (Some(text), _) => policy(text)?,
    };
    endpoint.private_dns = input.flag("PrivateDnsEnabled").unwrap_or(endpoint.private_dns);
    cx.here.ec2.endpoints.insert(endpoint.id.clone(), endpoint);
    Ok(json!({ "Return": true }))
}

fn take_away(from: &mut Vec<String>, what: &str, gone: &[String]) -> Result<(), Refusal> {
    if let Some(id) = gone.iter().find(|id| !from.contains(id)) {
        let words = format!("The {what} {id} is not associated with the endpoint.");
        return Err(Refusal::new("InvalidParameter", words));
    }
    from.retain(|id| !gone.contains(id));
    Ok(())
}

/// A policy must be an object of JSON.
fn policy(text: &str) -> Result<String, Refusal> {
    match serde_json::from_str(text) {
        Ok(Value::Object(_)) => Ok(text.to_owned()),
        _ => Err(Refusal::new("InvalidPolicyDocument", "The policy document is not a valid JSON policy.")),
    }
}

/// Deletes those that are there; the others are told one by one, in an answer that is no error.
pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let mut unsuccessful = Vec::new();
    for id in input.texts("VpcEndpointIds") {
        let leaving = cx.clock.transition(Duration::from_secs(30));
        match cx.here.ec2.endpoints.get_mut(&id) {
            Some(endpoint) => {
                endpoint.leaving.get_or_insert(leaving);
                for interface in std::mem::take(&mut endpoint.interfaces) {
                    release_interface(cx, &interface);
                }
                cx.here.ec2.forget(&id);
            }
            None => {
                let Refusal { code, message, .. } = not_found::<Endpoint>(&id);
                unsuccessful.push(json!({ "ResourceId": id, "Error": { "Code": code, "Message": message } }));
            }
        }
    }
    Ok(json!({ "Unsuccessful": unsuccessful }))
}

fn new_endpoint(cx: &mut Cx<'_>, input: &Value) -> Result<Endpoint, Refusal> {
    let kind = Kind::of(input)?;
    let vpc = find::<Vpc>(&cx.here.ec2, input.required("VpcId")?)?.id.clone();
    let service = input.text("ServiceName").unwrap_or_default();
    let name = service.strip_prefix(&format!("com.amazonaws.{}.", cx.region)).unwrap_or_default();
    if !kind.serves(name) {
        let words = format!("The Vpc Endpoint Service '{service}' does not exist");
        return Err(Refusal::new("InvalidServiceName", words));
    }
    kind.refuse_foreign(input)?;
    let route_tables = input.texts("RouteTableIds");
    check_route_tables(cx, &vpc, service, &route_tables)?;
    let mut endpoint = Endpoint {
        id: cx.ids.ec2("vpce"),
        vpc,
        service: service.to_owned(),
        kind,
        route_tables,
        subnets: Vec::new(),
        groups: input.texts("SecurityGroupIds"),
        interfaces: Vec::new(),
        private_dns: input.flag("PrivateDnsEnabled").unwrap_or(kind == Kind::Interface),
        policy: input.text("PolicyDocument").map_or_else(|| Ok(OPEN.to_owned()), policy)?,
        created: cx.clock.now(),
        pending: if kind == Kind::Interface {
            cx.clock.transition(Duration::from_secs(60))
        } else {
            Transition::Over
        },
        leaving: None,
    };
    if kind == Kind::Interface && endpoint.groups.is_empty() {
        let default =
            cx.here.ec2.groups.values().find(|group| group.vpc == endpoint.vpc && group.is_default());
        endpoint.groups.extend(default.map(|group| group.id.clone()));
    }
    check_groups(cx, &endpoint)?;
    place_interfaces(cx, &mut endpoint, &input.texts("SubnetIds"))?;
    Ok(endpoint)
}

/// Route tables must be of the VPC and lead nowhere else for this service.
fn check_route_tables(cx: &Cx<'_>, vpc: &str, service: &str, tables: &[String]) -> Result<(), Refusal> {
    let state = &cx.here.ec2;
    for id in tables {
        if find::<RouteTable>(state, id)?.vpc != vpc {
            return Err(Refusal::new(
                "InvalidParameter",
                format!("Route table {id} belongs to a different network."),
            ));
        }
        if let Some(list) =
            Endpoint::on_table(state, id).find(|one| one.service == service).and_then(Endpoint::prefix_list)
        {
            let words =
                format!("route table {id} already has a route with destination-prefix-list-id {list}");
            return Err(Refusal::new("RouteAlreadyExists", words));
        }
    }
    Ok(())
}

fn foreign(what: &str) -> Refusal {
    Refusal::new("InvalidParameter", format!("The {what} belongs to a different network."))
}

/// Interfaces are in one group at least, and all of them are of the VPC.
fn check_groups(cx: &Cx<'_>, endpoint: &Endpoint) -> Result<(), Refusal> {
    if endpoint.kind == Kind::Interface && endpoint.groups.is_empty() {
        let words = "An interface endpoint needs at least one security group.";
        return Err(Refusal::new("InvalidParameter", words));
    }
    match vpc_of_groups(cx, &endpoint.groups)? {
        Some(vpc) if vpc != endpoint.vpc => Err(foreign("security group")),
        _ => Ok(()),
    }
}

/// An interface in each of the subnets, which are of the VPC and of different zones.
fn place_interfaces(cx: &mut Cx<'_>, endpoint: &mut Endpoint, subnets: &[String]) -> Result<(), Refusal> {
    for id in subnets {
        let subnet = find::<Subnet>(&cx.here.ec2, id)?;
        if subnet.vpc != endpoint.vpc {
            return Err(foreign("subnet"));
        }
        let zone = |other: &String| find::<Subnet>(&cx.here.ec2, other).map(|other| other.zone.clone());
        if endpoint.subnets.iter().any(|other| zone(other).is_ok_and(|zone| zone == subnet.zone)) {
            let words = format!("Found another VPC endpoint subnet in the availability zone of {id}.");
            return Err(Refusal::new("DuplicateSubnetsInSameZone", words));
        }
        let wanted = NewInterface {
            address: None,
            subnet: id,
            groups: endpoint.groups.clone(),
            description: format!("VPC Endpoint Interface {}", endpoint.id),
            kind: "vpc_endpoint",
            requester: "amazon-aws",
        };
        endpoint.interfaces.push(create_interface(cx, wanted)?.id);
        endpoint.subnets.push(id.clone());
    }
    Ok(())
}
