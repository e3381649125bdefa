//! `workgroup`: compute, its endpoint and its settings.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_redshiftserverless::operation::update_workgroup::builders::UpdateWorkgroupFluentBuilder;
use aws_sdk_redshiftserverless::types::{self, ConfigParameter, WorkgroupStatus};
use futures::future::BoxFuture;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reader, Status};
use rsx_lang::value::{Record, Value};
use smol_str::SmolStr;

use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::{self, Outside};
use crate::refusal::{blame, blame_member};
use crate::settings;
use crate::tags::Tags;

pub(crate) struct Workgroup(pub(crate) Arc<Outside>);

/// Members of the API and words of its messages, and the fields that they are.
const MEMBERS: &[(&str, &str)] = &[
    ("maxCapacity", "max"),
    ("max capacity", "max"),
    ("baseCapacity", "base"),
    ("base capacity", "base"),
    ("securityGroup", "security_groups"),
    ("security group", "security_groups"),
    ("subnet", "subnets"),
    ("configParameter", "settings"),
    ("enhancedVpcRouting", "enhanced_routing"),
    ("publiclyAccessible", "publicly_accessible"),
    ("namespaceName", "namespace"),
    ("workgroupName", "name"),
    ("port", "port"),
];

/// What lifts the maximum (Redshift Serverless UpdateWorkgroup).
const NO_MAXIMUM: i32 = -1;

#[async_trait]
impl Kind for Workgroup {
    fn name(&self) -> &'static str {
        "workgroup"
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let name = Fields::of(want).text("name")?;
        let Some(found) = self.0.workgroup(name).await? else { return Ok(None) };
        let arn = found.workgroup_arn().ok_or_else(|| incomplete("ARN of the workgroup"))?;
        self.0.serverless_tags(arn).await?.prove(cx, &format!("the workgroup `{name}`"))?;
        match found.status() {
            Some(WorkgroupStatus::Deleting) => {
                Err(Fault::Busy(format!("the workgroup `{name}` is being deleted")))
            }
            Some(_) | None => Ok(Some(Id(name.into()))),
        }
    }

    async fn read(&self, _: &Context, id: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        match self.0.workgroup(&id.0).await? {
            Some(found) => self.observe(&found, last).await.map(Some),
            None => Ok(None),
        }
    }

    async fn read_all(&self, many: &[Reader<'_>]) -> Vec<Result<Option<Observed>, Fault>> {
        let all = match self.list().await {
            Ok(all) => all,
            Err(fault) => return many.iter().map(|_| Err(fault.clone())).collect(),
        };
        let mut answers: Vec<BoxFuture<'_, _>> = Vec::with_capacity(many.len());
        for one in many {
            let last = one.last;
            let found = all.iter().find(|found| found.workgroup_name() == Some(one.id.0.as_str()));
            answers.push(Box::pin(async move {
                match found {
                    Some(found) => self.observe(found, last).await.map(Some),
                    None => Ok(None),
                }
            }));
        }
        outside::all(answers).await
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        or_found(self.make(cx, Fields::of(want)).await, self.find(cx, want)).await
    }

    /// One setting in a call, the two of the capacity in the order in which they never cross.
    fn order(&self, before: &Record, after: &Record, changed: Vec<SmolStr>) -> Vec<Vec<SmolStr>> {
        let (mut capacity, rest): (Vec<_>, Vec<_>) =
            changed.into_iter().partition(|field| field == "base" || field == "max");
        capacity.sort_unstable();
        if !base_first(Fields(before), Fields(after)) {
            capacity.reverse();
        }
        capacity.into_iter().chain(rest).map(|field| vec![field]).collect()
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        for field in change.fields {
            if change.before.get(field) == change.want.fields().get(field) {
                continue;
            }
            if field == "tags" {
                let found = self.0.workgroup(&id.0).await?;
                let arn = found.as_ref().and_then(types::Workgroup::workgroup_arn);
                let arn = arn.ok_or_else(|| incomplete("ARN of the workgroup"))?;
                self.0.retag_serverless(arn, change).await?;
                continue;
            }
            if let Some(call) = self.setting(id, field, change)? {
                let answer = call.send().await.or_fault("change the workgroup");
                answer.map_err(|fault| blame(fault, field))?;
            }
        }
        Ok(())
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.serverless().delete_workgroup().workgroup_name(id.0.as_str());
        call.send().await.or_absent("delete the workgroup").map(drop)
    }
}

impl Workgroup {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
        let name = want.text("name")?;
        let rpu = |amount| self.0.measures.rpu.count(amount);
        let parameters = settings::parameters(want.record("settings")?.0, &self.0.measures.second);
        let call = self
            .0
            .clients
            .serverless()
            .create_workgroup()
            .workgroup_name(name)
            .namespace_name(want.text("namespace")?)
            .base_capacity(rpu(want.amount("base")?))
            .set_max_capacity(want.maybe_amount("max")?.map(rpu))
            .set_subnet_ids(Some(want.texts("subnets")?))
            .set_security_group_ids(Some(want.texts("security_groups")?))
            .port(want.integer("port")?)
            .enhanced_vpc_routing(want.flag("enhanced_routing")?)
            .publicly_accessible(want.flag("publicly_accessible")?)
            .set_config_parameters(sent(parameters))
            .set_tags(Some(Tags::wanted(cx, want)?.serverless()));
        let answer = call.send().await.or_fault("create the workgroup");
        answer.map_err(|fault| blame_member(fault, MEMBERS))?;
        Ok(Id(name.into()))
    }

    /// Returns the call that changes one setting; nothing if there is nothing to send.
    fn setting(
        &self,
        id: &Id,
        field: &str,
        change: &Change<'_>,
    ) -> Result<Option<UpdateWorkgroupFluentBuilder>, Fault> {
        let (before, want) = (Fields(change.before), Fields::of(change.want));
        let rpu = |amount| self.0.measures.rpu.count(amount);
        let call = self.0.clients.serverless().update_workgroup().workgroup_name(id.0.as_str());
        Ok(Some(match field {
            "base" => call.base_capacity(rpu(want.amount("base")?)),
            "max" => match (before.maybe_amount("max")?, want.maybe_amount("max")?) {
                (_, Some(max)) => call.max_capacity(rpu(max)),
                (Some(_), None) => call.max_capacity(NO_MAXIMUM),
                (None, None) => return Ok(None),
            },
            "subnets" => call.set_subnet_ids(Some(want.texts("subnets")?)),
            "security_groups" => call.set_security_group_ids(Some(want.texts("security_groups")?)),
            "port" => call.port(want.integer("port")?),
            "enhanced_routing" => call.enhanced_vpc_routing(want.flag("enhanced_routing")?),
            "publicly_accessible" => call.publicly_accessible(want.flag("publicly_accessible")?),
            "settings" => {
                let before = before.record("settings").map(|fields| fields.0.clone()).unwrap_or_default();
                let changes =
                    settings::changes(&before, want.record("settings")?.0, &self.0.measures.second)?;
                match sent(changes) {
                    Some(parameters) => call.set_config_parameters(Some(parameters)),
                    None => return Ok(None),
                }
            }
            _ => return Ok(None),
        }))
    }

    async fn list(&self) -> Result<Vec<types::Workgroup>, Fault> {
        let pages = self.0.clients.serverless().list_workgroups().into_paginator().items().send();
        pages.collect::<Result<Vec<_>, _>>().await.or_fault("list the workgroups")
    }

    /// Tags cost a call of their own, so they are read of a settled workgroup only.
    async fn observe(&self, found: &types::Workgroup, last: &Record) -> Result<Observed, Fault> {
        let status = status(found);
        let mut seen = self.seen(found, last);
        if let (Status::Ready, Some(arn)) = (&status, found.workgroup_arn()) {
            seen = seen.map("tags", self.0.serverless_tags(arn).await?.of_user(&[]));
        }
        Ok(seen.status(status))
    }

    fn seen(&self, found: &types::Workgroup, last: &Record) -> Seen {
        let rpu = |count| self.0.measures.rpu.value(count);
        let wanted = Fields(last).record("settings").map(|fields| fields.0.clone()).unwrap_or_default();
        let shown: Vec<_> = found
            .config_parameters()
            .iter()
            .filter_map(|parameter| Some((parameter.parameter_key()?, parameter.parameter_value()?)))
            .collect();
        let settings = settings::observed(&shown, &wanted, &self.0.measures.second);
        let max = found.max_capacity().filter(|max| *max != NO_MAXIMUM).map_or(Value::None, rpu);
        let endpoint = found.endpoint();
        let own = endpoint.map(|endpoint| endpoint.vpc_endpoints()).unwrap_or_default();
        Seen::new()
            .told_text("name", found.workgroup_name())
            .told_text("namespace", found.namespace_name())
            .told_text("vpc", own.first().and_then(|own| own.vpc_id()))
            .told("base", found.base_capacity().map(rpu))
            .value("max", max)
            .set("subnets", found.subnet_ids().to_vec())
            .set("security_groups", found.security_group_ids().to_vec())
            .told("port", found.port().map(Value::int))
            .told_flag("enhanced_routing", found.enhanced_vpc_routing())
            .told_flag("publicly_accessible", found.publicly_accessible())
            .value("settings", Value::Record(Arc::new(settings)))
            .told_text("id", found.workgroup_id())
            .told_text("arn", found.workgroup_arn())
            .told("endpoint", endpoint.and_then(address))
            .told("interfaces", (!own.is_empty()).then(|| interfaces(own)))
    }
}

fn sent(parameters: Vec<(String, String)>) -> Option<Vec<ConfigParameter>> {
    let made = parameters
        .into_iter()
        .map(|(key, value)| ConfigParameter::builder().parameter_key(key).parameter_value(value).build())
        .collect::<Vec<_>>();
    Some(made).filter(|made| !made.is_empty())
}

/// An endpoint may appear later than the state says, and nothing can be made of a workgroup without one.
fn status(found: &types::Workgroup) -> Status {
    match found.status() {
        Some(WorkgroupStatus::Available) if found.endpoint().and_then(address).is_some() => Status::Ready,
        Some(WorkgroupStatus::Available) => Status::Changing("AVAILABLE, without an endpoint yet".into()),
        Some(WorkgroupStatus::Deleting) => Status::Leaving("DELETING".into()),
        Some(other) => Status::Changing(other.as_str().into()),
        None => Status::Changing("in no state".into()),
    }
}

fn address(endpoint: &types::Endpoint) -> Option<Value> {
    let address = ("address".into(), Value::text(endpoint.address()?));
    Some(Value::record([address, ("port".into(), Value::int(endpoint.port()?))]))
}

fn interfaces(endpoints: &[types::VpcEndpoint]) -> Value {
    let mut all: Vec<_> = endpoints.iter().flat_map(|endpoint| endpoint.network_interfaces()).collect();
    let order = |one: &&types::NetworkInterface| {
        let ip = one.private_ip_address().unwrap_or_default();
        (ip.parse::<std::net::Ipv4Addr>().ok(), ip.to_owned())
    };
    all.sort_by_key(order);
    let record = |one: &types::NetworkInterface| {
        let text = |name: &str, text: Option<&str>| (name.into(), Value::text(text.unwrap_or_default()));
        Value::record([
            text("ip", one.private_ip_address()),
            text("zone", one.availability_zone()),
            text("subnet", one.subnet_id()),
            text("id", one.network_interface_id()),
        ])
    };
    Value::list(all.into_iter().map(record))
}

/// Returns whether the base may be changed before the maximum: it does not pass the present maximum.
fn base_first(before: Fields<'_>, after: Fields<'_>) -> bool {
    match (after.maybe_amount("base"), before.maybe_amount("max")) {
        (Ok(Some(base)), Ok(Some(max))) => base <= max,
        (Ok(_) | Err(_), _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsx_syntax::ast::Fraction;

    fn capacity(base: i128, max: Option<i128>) -> Record {
        let number = |n| Value::Number(Fraction::from_integer(n), rsx_lang::dimension::Dimension::NONE);
        Seen::new().value("base", number(base)).value("max", max.map_or(Value::None, number)).record()
    }

    #[test]
    fn base_and_maximum_never_cross() {
        let up = base_first(Fields(&capacity(32, Some(64))), Fields(&capacity(128, Some(256))));
        assert!(!up, "the maximum must rise before the base passes it");
        let down = base_first(Fields(&capacity(128, Some(256))), Fields(&capacity(32, Some(64))));
        assert!(down, "the base must sink before the maximum does");
        let open = base_first(Fields(&capacity(32, None)), Fields(&capacity(128, Some(256))));
        assert!(open, "without a maximum the base is free, and the maximum must not come below it");
        let lifted = base_first(Fields(&capacity(32, Some(64))), Fields(&capacity(128, None)));
        assert!(!lifted);
    }
}
