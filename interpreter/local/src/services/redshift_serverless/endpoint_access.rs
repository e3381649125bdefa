//! Managed endpoints: ways into a workgroup from other subnets and VPCs.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::placement::{self, Attached};
use super::status::{self, Live, Shown, Status};
use super::workgroups::{self, workgroup};
use super::{State, arn, conflict, invalid, listed, not_found};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::{Input, refuse_unsupported};
use crate::services::ec2;
use crate::tags::Tags;

/// How long a managed endpoint takes to come.
const CREATING: Duration = Duration::from_secs(120);
/// How long a change of its groups takes.
const MODIFYING: Duration = Duration::from_secs(30);
/// How long it takes to go.
const DELETING: Duration = Duration::from_secs(120);

/// Service quota: managed endpoints of one workgroup.
const MOST: usize = 30;

/// A managed endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EndpointAccess {
    name: String,
    pub(super) arn: String,
    workgroup: String,
    created: Timestamp,
    status: Status,
    vpc: String,
    subnets: Vec<String>,
    groups: Vec<String>,
    endpoint: String,
    pub(super) interfaces: Vec<Attached>,
    pub(super) tags: Tags,
}

impl EndpointAccess {
    /// The workgroup that it leads to.
    pub(super) fn workgroup(&self) -> &str {
        &self.workgroup
    }
}

impl Live for EndpointAccess {
    fn status(&self) -> Status {
        self.status
    }

    fn status_mut(&mut self) -> &mut Status {
        &mut self.status
    }
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (name, target) = (input.required("endpointName")?, input.required("workgroupName")?);
    refuse_foreign(input)?;
    check_name(name)?;
    if status::read(&mut cx.here.redshift_serverless.endpoint_accesses, name, cx.clock).is_some() {
        return Err(conflict(format!("Endpoint {name} already exists.")));
    }
    workgroups::available(cx, target, "updating")?;
    let leads_there = |row: &&EndpointAccess| row.workgroup == target;
    if cx.here.redshift_serverless.endpoint_accesses.values().filter(leads_there).count() >= MOST {
        let words = format!("The quota of {MOST} endpoints of the workgroup {target} is exceeded.");
        return Err(Refusal::new("ServiceQuotaExceededException", words));
    }
    let subnets = input.texts("subnetIds");
    let first = subnets.first().ok_or_else(|| invalid("You must specify at least one subnet."))?;
    let vpc = placement::subnet(cx, first)?.vpc.clone();
    for id in &subnets {
        if placement::subnet(cx, id)?.vpc != vpc {
            return Err(invalid("All subnets of an endpoint must be in the same VPC."));
        }
    }
    let groups = match input.texts("vpcSecurityGroupIds") {
        groups if groups.is_empty() => placement::default_group(cx, &vpc),
        groups => groups,
    };
    placement::check_groups(cx, &groups, &vpc)?;
    let (id, endpoint) = (cx.ids.uuid(), cx.ids.ec2("vpce"));
    // The service chooses one of the subnets.
    let chosen = subnets.get(cx.ids.below(subnets.len())).unwrap_or(first).clone();
    let interfaces = placement::attach_endpoint(cx, &[chosen], &groups, &endpoint)?;
    let row = EndpointAccess {
        name: name.to_owned(),
        arn: arn(cx, "managedvpcendpoint", &id),
        workgroup: target.to_owned(),
        created: cx.clock.now(),
        status: Status::creating(cx.clock, CREATING),
        vpc,
        subnets,
        groups,
        endpoint,
        interfaces,
        tags: Tags::default(),
    };
    cx.here.redshift_serverless.endpoint_accesses.insert(name, row);
    answer(cx, name, Shown::Creating)
}

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("endpointName")?;
    let shown = status::read(&mut cx.here.redshift_serverless.endpoint_accesses, name, cx.clock);
    answer(cx, name, shown.ok_or_else(|| missing(name))?)
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_foreign(input)?;
    let mut rows = Vec::new();
    for name in cx.here.redshift_serverless.endpoint_accesses.keys() {
        let is_asked = |row: &EndpointAccess| {
            input.text("workgroupName").is_none_or(|target| target == row.workgroup)
                && input.text("vpcId").is_none_or(|vpc| vpc == row.vpc)
        };
        let table = &mut cx.here.redshift_serverless.endpoint_accesses;
        if table.get(&name).is_some_and(is_asked)
            && let Some(shown) = status::read(table, &name, cx.clock)
        {
            let described = described(&cx.here.redshift_serverless, &name, shown)?;
            rows.push((name, described));
        }
    }
    listed(input, "endpoints", rows)
}

pub(super) fn update(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("endpointName")?;
    available(cx, name)?;
    let row = endpoint(&cx.here.redshift_serverless, name)?.clone();
    let groups = input.texts("vpcSecurityGroupIds");
    if groups.is_empty() || groups == row.groups {
        return Err(invalid(format!(
            "The security groups are the same as the present ones of endpoint {name}."
        )));
    }
    placement::check_groups(cx, &groups, &row.vpc)?;
    for attached in &row.interfaces {
        ec2::set_interface_groups(cx, &attached.interface, &groups);
    }
    if let Some(row) = cx.here.redshift_serverless.endpoint_accesses.get_mut(name) {
        row.groups = groups;
        row.status = Status::modifying(cx.clock, MODIFYING);
    }
    answer(cx, name, Shown::Modifying)
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("endpointName")?;
    available(cx, name)?;
    begin_deletion(cx, name);
    answer(cx, name, Shown::Deleting)
}

/// Deletes the managed endpoints of a workgroup with it.
pub(super) fn delete_of(cx: &mut Cx<'_>, workgroup: &str) {
    for name in cx.here.redshift_serverless.endpoint_accesses.keys() {
        let row = cx.here.redshift_serverless.endpoint_accesses.get(&name);
        if row.is_some_and(|row| row.workgroup == workgroup && !row.status.is_deleting()) {
            begin_deletion(cx, &name);
        }
    }
}

fn begin_deletion(cx: &mut Cx<'_>, name: &str) {
    let Some(row) = cx.here.redshift_serverless.endpoint_accesses.get_mut(name) else { return };
    row.status = Status::deleting(cx.clock, DELETING, Shown::Deleting);
    let interfaces = row.interfaces.clone();
    placement::detach(cx, &interfaces);
}

fn available(cx: &mut Cx<'_>, name: &str) -> Result<(), Refusal> {
    let table = &mut cx.here.redshift_serverless.endpoint_accesses;
    match status::admits_change(table, name, cx.clock).ok_or_else(|| missing(name))? {
        true => Ok(()),
        false => {
            Err(conflict(format!("There is an operation running on the endpoint {name}. Try again later.")))
        }
    }
}

fn answer(cx: &Cx<'_>, name: &str, shown: Shown) -> Answer {
    Ok(json!({ "endpoint": described(&cx.here.redshift_serverless, name, shown)? }))
}

fn described(state: &State, name: &str, shown: Shown) -> Result<Value, Refusal> {
    let row = endpoint(state, name)?;
    let socket = workgroup(state, &row.workgroup).ok().map(|workgroup| workgroup.socket);
    let groups = row.groups.iter().map(|id| json!({ "vpcSecurityGroupId": id, "status": "active" }));
    let interfaces: Vec<_> = row.interfaces.iter().map(Attached::described).collect();
    let is_there = shown != Shown::Creating;
    Ok(json!({
        "endpointName": row.name,
        "endpointArn": row.arn,
        "endpointStatus": match shown {
            Shown::Available => "ACTIVE",
            Shown::Creating | Shown::Modifying | Shown::Deleting => shown.word(),
        },
        "endpointCreateTime": Clock::seconds(row.created),
        "workgroupName": row.workgroup,
        "subnetIds": row.subnets,
        "vpcSecurityGroups": groups.collect::<Vec<_>>(),
        "address": socket.filter(|_| is_there).map(|socket| socket.ip().to_string()),
        "port": socket.map(|socket| socket.port()),
        "vpcEndpoint": is_there.then(|| json!({
            "vpcEndpointId": row.endpoint,
            "vpcId": row.vpc,
            "networkInterfaces": interfaces,
        })),
    }))
}

fn endpoint<'a>(state: &'a State, name: &str) -> Result<&'a EndpointAccess, Refusal> {
    state.endpoint_accesses.get(name).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Refusal {
    not_found(format!("Endpoint {name} was not found."))
}

/// Workgroups of other accounts are not here.
fn refuse_foreign(input: &Value) -> Result<(), Refusal> {
    match input.text("ownerAccount") {
        Some(account) if account != ACCOUNT => refuse_unsupported(input, &["ownerAccount"]),
        Some(_) | None => Ok(()),
    }
}

/// At most 30 letters, digits and single hyphens, a letter first and no hyphen last.
fn check_name(name: &str) -> Result<(), Refusal> {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric());
    let is_fine = name.len() <= 30
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.split('-').all(is_part);
    match is_fine {
        true => Ok(()),
        false => Err(invalid(format!(
            "The endpoint name {name} isn't valid. It must have 1 to 30 letters, digits and hyphens, start with a \
             letter, and neither hold two hyphens in a row nor end with one."
        ))),
    }
}
