//! Changes of workgroups: one setting a call.

use std::time::Duration;

use serde_json::Value;

use super::capacity::Capacity;
use super::placement::{self, Place};
use super::status::{Shown, Status};
use super::workgroups::{Workgroup, answer, available, check_family, checked_port, checked_track, workgroup};
use super::{invalid, parameters};
use crate::call::{Answer, Cx, Refusal};
use crate::input::{Input, refuse_unsupported};
use crate::loopback;
use crate::services::ec2;

/// How long a change takes.
pub(super) const MODIFYING: Duration = Duration::from_secs(90);

/// What one call can change.
#[derive(Debug, Clone, Copy)]
enum Setting {
    Base,
    Most,
    Target,
    Parameters,
    Routing,
    PublicAccess,
    Port,
    Groups,
    Subnets,
    Family,
    Track,
}

const SETTINGS: [(Setting, &str); 11] = [
    (Setting::Base, "baseCapacity"),
    (Setting::Most, "maxCapacity"),
    (Setting::Target, "pricePerformanceTarget"),
    (Setting::Parameters, "configParameters"),
    (Setting::Routing, "enhancedVpcRouting"),
    (Setting::PublicAccess, "publiclyAccessible"),
    (Setting::Port, "port"),
    (Setting::Groups, "securityGroupIds"),
    (Setting::Subnets, "subnetIds"),
    (Setting::Family, "ipAddressType"),
    (Setting::Track, "trackName"),
];

pub(super) fn update(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = input.required("workgroupName")?;
    refuse_unsupported(input, &["extraComputeForAutomaticOptimization"])?;
    available(cx, name, "updating")?;
    let given: Vec<_> = SETTINGS.iter().filter(|(_, member)| input.get(*member).is_some()).collect();
    let [(setting, member)] = given.as_slice() else {
        return Err(match given.is_empty() {
            true => invalid("You must specify at least one setting to update."),
            false => invalid(format!(
                "Can't update multiple configurations at the same time for workgroup {name}."
            )),
        });
    };
    let mut row = workgroup(&cx.here.redshift_serverless, name)?.clone();
    if !apply(cx, &mut row, *setting, member, input)? {
        return Err(invalid(format!(
            "The {member} in the request is the same as the present one of workgroup {name}."
        )));
    }
    row.status = Status::modifying(cx.clock, MODIFYING);
    cx.here.redshift_serverless.workgroups.insert(name, row);
    answer(cx, name, Shown::Modifying)
}

/// Changes one setting; whether it was another before.
fn apply(
    cx: &mut Cx<'_>,
    row: &mut Workgroup,
    setting: Setting,
    member: &str,
    input: &Value,
) -> Result<bool, Refusal> {
    let Place { subnets, groups, enhanced_routing, .. } = row.place.clone();
    match setting {
        Setting::Base => resize(cx, row, row.capacity.with_base(number(input, member)?, cx.region)?),
        Setting::Most => resize(cx, row, row.capacity.with_most(number(input, member)?)?),
        Setting::Target => {
            let target = input.get(member).unwrap_or(&Value::Null);
            let capacity = row.capacity.with_target(target)?;
            Ok(replaced(&mut row.capacity, capacity))
        }
        Setting::Parameters => {
            let parameters = parameters::changed(&row.parameters, input.list(member))?;
            Ok(replaced(&mut row.parameters, parameters))
        }
        Setting::PublicAccess => Ok(replaced(&mut row.public, input.flag(member).unwrap_or_default())),
        Setting::Track => Ok(replaced(&mut row.track, checked_track(input.required(member)?)?)),
        Setting::Family => check_family(input).map(|()| false),
        Setting::Groups => regroup(cx, row, input.texts(member)),
        Setting::Port => {
            let port = checked_port(number(input, member)?)?;
            if row.socket.port() == port {
                return Ok(false);
            }
            row.socket = loopback::with_port(row.socket, port)?;
            relocate(cx, row, row.place.clone())?;
            Ok(true)
        }
        Setting::Routing => {
            let enhanced = input.flag(member).unwrap_or_default();
            let place = Place::checked(cx, subnets, groups, enhanced)?;
            Ok(place != row.place && relocate(cx, row, place)?)
        }
        Setting::Subnets => {
            let place = Place::checked(cx, input.texts(member), groups, enhanced_routing)?;
            Ok(place != row.place && relocate(cx, row, place)?)
        }
    }
}

/// Puts a value in the place of another; whether they differ.
fn replaced<T: PartialEq>(present: &mut T, value: T) -> bool {
    let differs = *present != value;
    *present = value;
    differs
}

fn number(input: &Value, member: &str) -> Result<i64, Refusal> {
    input.number(member).ok_or_else(|| invalid(format!("{member} must be a number.")))
}

/// Another capacity; under enhanced routing a greater one takes more interfaces.
fn resize(cx: &mut Cx<'_>, row: &mut Workgroup, capacity: Capacity) -> Result<bool, Refusal> {
    if capacity.rpu() > row.capacity.rpu() {
        row.place.check_growth(cx, capacity.rpu())?;
        let more = placement::attach_compute(cx, &row.place, capacity.rpu(), row.compute.len())?;
        row.compute.extend(more);
    }
    Ok(replaced(&mut row.capacity, capacity))
}

/// Other security groups, on the present interfaces.
fn regroup(cx: &mut Cx<'_>, row: &mut Workgroup, groups: Vec<String>) -> Result<bool, Refusal> {
    if groups.is_empty() {
        return Err(invalid("You must specify at least one security group."));
    }
    placement::check_groups(cx, &groups, &row.place.vpc)?;
    for attached in row.interfaces.iter().chain(&row.compute) {
        ec2::set_interface_groups(cx, &attached.interface, &groups);
    }
    Ok(replaced(&mut row.place.groups, groups))
}

/// New interfaces in this place, and with them new addresses.
fn relocate(cx: &mut Cx<'_>, row: &mut Workgroup, place: Place) -> Result<bool, Refusal> {
    let rpu = row.capacity.rpu();
    place.check_room(cx, rpu)?;
    let interfaces = placement::attach_endpoint(cx, &place.subnets, &place.groups, &row.endpoint)?;
    let compute = placement::attach_compute(cx, &place, rpu, 0)?;
    placement::detach(cx, &row.interfaces);
    placement::detach(cx, &row.compute);
    (row.place, row.interfaces, row.compute) = (place, interfaces, compute);
    Ok(true)
}
