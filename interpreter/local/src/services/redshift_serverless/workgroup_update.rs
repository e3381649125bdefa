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
    let equal = || {
        Err(invalid(format!(
            "The {member} in the request is the same as the present one of workgroup {name}."
        )))
    };
    match setting {
        Setting::Base => {
            let base = number(input, member)?;
            if row.capacity.base == Some(base) {
                return equal();
            }
            row.capacity = grown(cx, &mut row, |capacity, region| capacity.with_base(base, region))?;
        }
        Setting::Most => {
            let most = number(input, member)?;
            if row.capacity.most == Some(most) {
                return equal();
            }
            row.capacity = grown(cx, &mut row, |capacity, _| capacity.with_most(most))?;
        }
        Setting::Target => {
            let target = input.get(*member).unwrap_or(&Value::Null);
            let capacity = row.capacity.with_target(target)?;
            if capacity == row.capacity {
                return equal();
            }
            row.capacity = capacity;
        }
        Setting::Parameters => row.parameters = parameters::changed(&row.parameters, input.list(member))?,
        Setting::PublicAccess => {
            let public = input.flag(member).unwrap_or_default();
            if row.public == public {
                return equal();
            }
            row.public = public;
        }
        Setting::Groups => {
            let groups = input.texts(member);
            if row.place.groups == groups {
                return equal();
            }
            regroup(cx, &mut row, groups)?;
        }
        Setting::Track => {
            let track = checked_track(input.required(member)?)?;
            if row.track == track {
                return equal();
            }
            row.track = track;
        }
        Setting::Family => {
            check_family(input)?;
            return equal();
        }
        Setting::Port => {
            let port = checked_port(number(input, member)?)?;
            if row.socket.port() == port {
                return equal();
            }
            row.socket = loopback::with_port(row.socket, port)?;
            let place = row.place.clone();
            relocate(cx, &mut row, place)?;
        }
        Setting::Routing => {
            let enhanced = input.flag(member).unwrap_or_default();
            if row.place.enhanced_routing == enhanced {
                return equal();
            }
            let Place { subnets, groups, .. } = row.place.clone();
            let place = Place::checked(cx, subnets, groups, enhanced)?;
            relocate(cx, &mut row, place)?;
        }
        Setting::Subnets => {
            let subnets = input.texts(member);
            if row.place.subnets == subnets {
                return equal();
            }
            let place = Place::checked(cx, subnets, row.place.groups.clone(), row.place.enhanced_routing)?;
            relocate(cx, &mut row, place)?;
        }
    }
    row.status = Status::modifying(cx.clock, MODIFYING);
    cx.here.redshift_serverless.workgroups.insert(name, row);
    answer(cx, name, Shown::Modifying)
}

fn number(input: &Value, member: &str) -> Result<i64, Refusal> {
    input.number(member).ok_or_else(|| invalid(format!("{member} must be a number.")))
}

/// Another capacity; under enhanced routing a greater one takes more interfaces.
fn grown(
    cx: &mut Cx<'_>,
    row: &mut Workgroup,
    change: impl FnOnce(Capacity, &str) -> Result<Capacity, Refusal>,
) -> Result<Capacity, Refusal> {
    let capacity = change(row.capacity, cx.region)?;
    if capacity.rpu() > row.capacity.rpu() {
        row.place.check_growth(cx, capacity.rpu())?;
        let more = placement::attach_compute(cx, &row.place, capacity.rpu(), row.compute.len())?;
        row.compute.extend(more);
    }
    Ok(capacity)
}

/// Other security groups, on the present interfaces.
fn regroup(cx: &mut Cx<'_>, row: &mut Workgroup, groups: Vec<String>) -> Result<(), Refusal> {
    placement::check_groups(cx, &groups, &row.place.vpc)?;
    for attached in row.interfaces.iter().chain(&row.compute) {
        ec2::set_interface_groups(cx, &attached.interface, &groups);
    }
    row.place.groups = groups;
    Ok(())
}

/// New interfaces in this place, and with them new addresses.
fn relocate(cx: &mut Cx<'_>, row: &mut Workgroup, place: Place) -> Result<(), Refusal> {
    let rpu = row.capacity.rpu();
    place.check_room(cx, rpu)?;
    let interfaces = placement::attach_endpoint(cx, &place.subnets, &place.groups, &row.endpoint)?;
    let compute = placement::attach_compute(cx, &place, rpu, 0)?;
    placement::detach(cx, &row.interfaces);
    placement::detach(cx, &row.compute);
    (row.place, row.interfaces, row.compute) = (place, interfaces, compute);
    Ok(())
}
