//! Workgroups: making, finding and deleting them.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::capacity::Capacity;
use super::parameters::{self, Parameters};
use super::placement::{self, Attached, Place};
use super::status::{self, Live, Shown, Status};
use super::{MOST, State, TAGS, arn, conflict, endpoint_access, invalid, listed, namespaces, not_found};
use crate::call::{Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::{Input, refuse_unsupported};
use crate::loopback;
use crate::tags::Tags;

/// How long a new workgroup takes.
const CREATING: Duration = Duration::from_secs(240);

/// How long a workgroup takes to go.
const DELETING: Duration = Duration::from_secs(180);

/// Ports that workgroups may have.
const PORTS: [std::ops::RangeInclusive<i64>; 2] = [5431..=5455, 8191..=8215];

/// The port of a workgroup for which none was asked.
const USUAL_PORT: i64 = 5439;

/// The compute of a namespace, and the endpoint through which it is reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Workgroup {
    pub(crate) name: String,
    id: String,
    pub(crate) arn: String,
    pub(crate) namespace: String,
    created: Timestamp,
    pub(super) status: Status,
    pub(super) capacity: Capacity,
    pub(super) parameters: Parameters,
    pub(super) place: Place,
    pub(super) public: bool,
    pub(super) track: String,
    /// Where it really listens.
    pub(super) socket: SocketAddr,
    /// Its VPC endpoint.
    pub(super) endpoint: String,
    pub(super) interfaces: Vec<Attached>,
    /// Interfaces of enhanced routing, through which nobody comes in.
    pub(super) compute: Vec<Attached>,
    pub(super) tags: Tags,
}

impl Live for Workgroup {
    fn status(&self) -> Status {
        self.status
    }

    fn status_mut(&mut self) -> &mut Status {
        &mut self.status
    }
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (name, namespace) = (input.required("workgroupName")?, input.required("namespaceName")?);
    refuse_unsupported(input, &["extraComputeForAutomaticOptimization"])?;
    if status::read(&mut cx.here.redshift_serverless.workgroups, name, cx.clock).is_some() {
        return Err(conflict(format!("Workgroup {name} already exists.")));
    }
    namespaces::available(cx, namespace)?;
    if is_attached(cx, namespace) {
        return Err(conflict(format!("The namespace {namespace} already has a workgroup.")));
    }
    if cx.here.redshift_serverless.workgroups.len() >= MOST {
        return Err(invalid(format!("The quota of {MOST} workgroups in this Region is exceeded.")));
    }
    check_family(input)?;
    let capacity = Capacity::asked(input, cx.region)?;
    let parameters = parameters::initial(input.list("configParameters"))?;
    let port = checked_port(input.number("port").unwrap_or(USUAL_PORT))?;
    let enhanced_routing = input.flag("enhancedVpcRouting").unwrap_or_default();
    let place =
        Place::checked(cx, input.texts("subnetIds"), input.texts("securityGroupIds"), enhanced_routing)?;
    place.check_room(cx, capacity.rpu())?;
    let track = checked_track(input.text("trackName").unwrap_or("current"))?;
    let tags = TAGS.read(input.list("tags"))?;
    let (id, endpoint) = (cx.ids.uuid(), cx.ids.ec2("vpce"));
    let interfaces = placement::attach_endpoint(cx, &place.subnets, &place.groups, &endpoint)?;
    let compute = placement::attach_compute(cx, &place, capacity.rpu(), 0)?;
    let workgroup = Workgroup {
        name: name.to_owned(),
        arn: arn(cx, "workgroup", &id),
        id,
        namespace: namespace.to_owned(),
        created: cx.clock.now(),
        status: Status::creating(cx.clock, CREATING),
        capacity,
        parameters,
        place,
        public: input.flag("publiclyAccessible").unwrap_or_default(),
        track,
        socket: loopback::socket(cx.ids, port)?,
        endpoint,
        interfaces,
        compute,
        tags,
    };
    cx.here.redshift_serverless.workgroups.insert(name, workgroup);
    answer(cx, name, Shown::Creating)
}

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("workgroupName")?;
    let shown = status::read(&mut cx.here.redshift_serverless.workgroups, name, cx.clock);
    answer(cx, name, shown.ok_or_else(|| missing(name))?)
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let mut rows = Vec::new();
    for name in cx.here.redshift_serverless.workgroups.keys() {
        if let Some(shown) = status::read(&mut cx.here.redshift_serverless.workgroups, &name, cx.clock) {
            let described = described(workgroup(&cx.here.redshift_serverless, &name)?, shown);
            rows.push((name, described));
        }
    }
    listed(input, "workgroups", rows)
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("workgroupName")?;
    available(cx, name, "deleting")?;
    let row = workgroup(&cx.here.redshift_serverless, name)?.clone();
    endpoint_access::delete_of(cx, name);
    let limits = &mut cx.here.redshift_serverless.usage_limits;
    for id in limits.keys() {
        if limits.get(&id).is_some_and(|limit| limit.resource == row.arn) {
            limits.remove(&id);
        }
    }
    placement::detach(cx, &row.interfaces);
    placement::detach(cx, &row.compute);
    // The service was seen to show either while it deletes.
    let first = if row.id.as_str() < "8" { Shown::Available } else { Shown::Modifying };
    if let Some(row) = cx.here.redshift_serverless.workgroups.get_mut(name) {
        row.status = Status::deleting(cx.clock, DELETING, first);
    }
    answer(cx, name, Shown::Deleting)
}

/// The workgroup of that name.
pub(super) fn workgroup<'a>(state: &'a State, name: &str) -> Result<&'a Workgroup, Refusal> {
    state.workgroups.get(name).ok_or_else(|| missing(name))
}

/// Refuses a change while another operation runs.
pub(super) fn available(cx: &mut Cx<'_>, name: &str, doing: &str) -> Result<(), Refusal> {
    let table = &mut cx.here.redshift_serverless.workgroups;
    match status::admits_change(table, name, cx.clock).ok_or_else(|| missing(name))? {
        true => Ok(()),
        false => Err(conflict(format!(
            "There is an operation running on the workgroup. Try {doing} the workgroup again later."
        ))),
    }
}

/// Whether a namespace has a workgroup; one that is being deleted counts until it is gone.
pub(super) fn is_attached(cx: &mut Cx<'_>, namespace: &str) -> bool {
    let state = &mut cx.here.redshift_serverless;
    let Some(row) = state.workgroup_of(namespace) else { return false };
    let name = row.name.clone();
    match row.status.is_deleting() {
        true => status::read(&mut state.workgroups, &name, cx.clock).is_some(),
        false => true,
    }
}

/// An answer with the workgroup, in the state that was seen.
pub(super) fn answer(cx: &Cx<'_>, name: &str, shown: Shown) -> Answer {
    Ok(json!({ "workgroup": described(workgroup(&cx.here.redshift_serverless, name)?, shown) }))
}

/// A port that workgroups may have.
pub(super) fn checked_port(port: i64) -> Result<u16, Refusal> {
    let refused =
        || invalid(format!("Port {port} isn't valid. Valid port ranges are 5431-5455 and 8191-8215."));
    match PORTS.iter().any(|range| range.contains(&port)) {
        true => u16::try_from(port).map_err(|_| refused()),
        false => Err(refused()),
    }
}

/// A track that the service has.
pub(super) fn checked_track(track: &str) -> Result<String, Refusal> {
    match track {
        "current" | "trailing" => Ok(track.to_owned()),
        _ => Err(invalid(format!("The track {track} doesn't exist. Valid tracks are current and trailing."))),
    }
}

/// Refuses IPv6, for which subnets of this cloud have no blocks.
pub(super) fn check_family(input: &Value) -> Result<(), Refusal> {
    match input.text("ipAddressType") {
        Some("dualstack") => Err(Refusal::new(
            "Ipv6CidrBlockNotFoundException",
            "There are no subnets in your VPC with associated IPv6 CIDR blocks.",
        )),
        Some(_) | None => Ok(()),
    }
}

fn described(row: &Workgroup, shown: Shown) -> Value {
    let vpc_endpoint = json!({
        "vpcEndpointId": row.endpoint,
        "vpcId": row.place.vpc,
        "networkInterfaces": row.interfaces.iter().map(Attached::described).collect::<Vec<_>>(),
    });
    let endpoint = json!({
        "address": row.socket.ip().to_string(),
        "port": row.socket.port(),
        "vpcEndpoints": if shown == Shown::Available { json!([vpc_endpoint]) } else { Value::Null },
    });
    json!({
        "workgroupArn": row.arn,
        "workgroupId": row.id,
        "workgroupName": row.name,
        "workgroupVersion": "1.0.131456",
        "patchVersion": "patch 204",
        "namespaceName": row.namespace,
        "status": shown.word(),
        "creationDate": Clock::seconds(row.created),
        "baseCapacity": row.capacity.base_number(),
        "maxCapacity": row.capacity.most,
        "pricePerformanceTarget": row.capacity.target(),
        "configParameters": parameters::listed(&row.parameters),
        "enhancedVpcRouting": row.place.enhanced_routing,
        "publiclyAccessible": row.public,
        "subnetIds": row.place.subnets,
        "securityGroupIds": row.place.groups,
        "ipAddressType": "ipv4",
        "trackName": row.track,
        "port": row.socket.port(),
        "endpoint": if shown == Shown::Creating { Value::Null } else { endpoint },
        "crossAccountVpcs": [],
    })
}

fn missing(name: &str) -> Refusal {
    not_found(format!("Workgroup {name} was not found."))
}
