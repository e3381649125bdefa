//! Route tables and the subnets that follow them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::resource::{Resource, describe as describe_all, find, not_found, tags};
use super::subnet::Subnet;
use super::vpc::Vpc;
use super::{State, announce, depended_upon, made_before, remember};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::{Input, refuse_unsupported};
use crate::table::Table;

/// A route table; its one route of its own is the VPC's local one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RouteTable {
    pub(super) id: String,
    pub(super) vpc: String,
    local: String,
    pub(super) associations: Vec<Association>,
}

/// Who follows a route table: a subnet, or every subnet of the VPC that follows no other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Association {
    id: String,
    pub(super) subnet: Option<String>,
}

impl RouteTable {
    pub(super) fn is_main(&self) -> bool {
        self.associations.iter().any(|association| association.subnet.is_none())
    }

    fn is_followed(&self) -> bool {
        !self.associations.is_empty()
    }

    fn describe_association(&self, association: &Association) -> Value {
        json!({
            "Main": association.subnet.is_none(),
            "RouteTableAssociationId": association.id,
            "RouteTableId": self.id,
            "SubnetId": association.subnet,
            "AssociationState": { "State": "associated" },
        })
    }
}

impl Resource for RouteTable {
    const PREFIX: &'static str = "rtb";
    const NAME: &'static str = "RouteTableID";
    const IDS: &'static str = "RouteTableIds";
    const SET: &'static str = "RouteTables";

    fn table(state: &State) -> &Table<Self> {
        &state.route_tables
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn missing(id: &str) -> String {
        format!("The routeTable ID '{id}' does not exist")
    }

    fn field(&self, state: &State, _: Clock, filter: &str) -> Option<Vec<String>> {
        let each =
            |field: fn(&Association) -> Option<String>| self.associations.iter().filter_map(field).collect();
        Some(match filter {
            "route-table-id" => vec![self.id.clone()],
            "vpc-id" => vec![self.vpc.clone()],
            "owner-id" => vec![ACCOUNT.to_owned()],
            "association.route-table-association-id" => each(|association| Some(association.id.clone())),
            "association.route-table-id" if self.is_followed() => vec![self.id.clone()],
            "association.route-table-id" => Vec::new(),
            "association.subnet-id" => each(|association| association.subnet.clone()),
            "association.main" => each(|association| Some(association.subnet.is_none().to_string())),
            "route.destination-cidr-block" => vec![self.local.clone()],
            "route.gateway-id" => {
                let endpoints = Endpoint::on_table(state, &self.id).map(|endpoint| endpoint.id.clone());
                endpoints.chain(["local".to_owned()]).collect()
            }
            _ => return None,
        })
    }

    fn pass(_: &mut State, _: &str, _: Clock) -> bool {
        true
    }

    fn describe(&self, state: &State, _: Clock, _: &str) -> Value {
        let local = json!({
            "DestinationCidrBlock": self.local,
            "GatewayId": "local",
            "Origin": "CreateRouteTable",
            "State": "active",
        });
        let to_endpoints = Endpoint::on_table(state, &self.id).map(|endpoint| {
            json!({
                "DestinationPrefixListId": endpoint.prefix_list(),
                "GatewayId": endpoint.id,
                "Origin": "CreateRoute",
                "State": "active",
            })
        });
        json!({
            "RouteTableId": self.id,
            "VpcId": self.vpc,
            "OwnerId": ACCOUNT,
            "Associations": self.associations.iter().map(|one| self.describe_association(one)).collect::<Vec<_>>(),
            "Routes": std::iter::once(local).chain(to_endpoints).collect::<Vec<_>>(),
            "PropagatingVgws": [],
            "Tags": tags(state, &self.id),
        })
    }
}

/// The table that a VPC is born with.
pub(super) fn create_main(cx: &mut Cx<'_>, vpc: &Vpc) {
    let id = cx.ids.ec2("rtb");
    let associations = vec![Association { id: cx.ids.ec2("rtbassoc"), subnet: None }];
    let table = RouteTable { id: id.clone(), vpc: vpc.id.clone(), local: vpc.cidr.to_string(), associations };
    cx.here.ec2.route_tables.insert(id, table);
}

/// Removes a VPC's main table with the VPC.
pub(super) fn delete_main(state: &mut State, vpc: &str) {
    let main = state.route_tables.values().find(|table| table.vpc == vpc && table.is_main());
    if let Some(id) = main.map(|table| table.id.clone()) {
        state.route_tables.remove(&id);
        state.forget(&id);
    }
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let vpc = find::<Vpc>(&cx.here.ec2, input.required("VpcId")?)?;
    let (vpc, local) = (vpc.id.clone(), vpc.cidr.to_string());
    let id = match made_before(cx, "CreateRouteTable", input)? {
        Some(id) => id,
        None => {
            let id = cx.ids.ec2("rtb");
            let table = RouteTable { id: id.clone(), vpc, local, associations: Vec::new() };
            cx.here.ec2.route_tables.insert(id.clone(), table);
            announce(cx, input, "route-table", &id)?;
            remember(cx, "CreateRouteTable", input, &id);
            id
        }
    };
    let table = find::<RouteTable>(&cx.here.ec2, &id)?;
    let described = table.describe(&cx.here.ec2, cx.clock, cx.region);
    Ok(json!({ "RouteTable": described, "ClientToken": input.text("ClientToken") }))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    describe_all::<RouteTable>(cx, input)
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = input.required("RouteTableId")?;
    let state = &mut cx.here.ec2;
    if find::<RouteTable>(state, id)?.is_followed() {
        return Err(depended_upon("routeTable", id));
    }
    for endpoint in state.endpoints.keys() {
        if let Some(endpoint) = state.endpoints.get_mut(&endpoint) {
            endpoint.route_tables.retain(|table| table != id);
        }
    }
    state.route_tables.remove(id);
    state.forget(id);
    Ok(json!({}))
}

pub(super) fn associate(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(input, &["GatewayId", "PublicIpv4Pool"])?;
    let missing = || Refusal::new("MissingParameter", "The request must contain the parameter subnetId");
    let (table, subnet) = (input.required("RouteTableId")?, input.text("SubnetId").ok_or_else(missing)?);
    let state = &cx.here.ec2;
    if find::<RouteTable>(state, table)?.vpc != find::<Subnet>(state, subnet)?.vpc {
        let words = format!("Route table {table} and subnet {subnet} belong to different networks");
        return Err(Refusal::new("InvalidParameterValue", words));
    }
    let follows = |table: &&RouteTable| {
        table.associations.iter().any(|association| association.subnet.as_deref() == Some(subnet))
    };
    if let Some(other) = state.route_tables.values().find(follows) {
        let words = format!(
            "the specified association for route table {} conflicts with an existing association",
            other.id
        );
        return Err(Refusal::new("Resource.AlreadyAssociated", words));
    }
    let id = cx.ids.ec2("rtbassoc");
    let row = cx.here.ec2.route_tables.get_mut(table).ok_or_else(|| not_found::<RouteTable>(table))?;
    row.associations.push(Association { id: id.clone(), subnet: Some(subnet.to_owned()) });
    Ok(json!({ "AssociationId": id, "AssociationState": { "State": "associated" } }))
}

pub(super) fn disassociate(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = input.required("AssociationId")?;
    let state = &mut cx.here.ec2;
    let holds = |table: &&RouteTable| table.associations.iter().any(|association| association.id == id);
    let missing =
        || Refusal::new("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist"));
    let table = state.route_tables.values().find(holds).map(|table| table.id.clone()).ok_or_else(missing)?;
    let row = state.route_tables.get_mut(&table).ok_or_else(missing)?;
    if row.associations.iter().any(|association| association.id == id && association.subnet.is_none()) {
        let words = format!("cannot disassociate the main route table association {id}");
        return Err(Refusal::new("InvalidParameterValue", words));
    }
    row.associations.retain(|association| association.id != id);
    Ok(json!({}))
}
