//! `target`: one reader among the targets of a group, by every address of its endpoint.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    TargetDescription, TargetHealthDescription, TargetHealthStateEnum,
};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reader, Status};
use rsx_lang::value::{Record, Value};
use smol_str::SmolStr;

use crate::fault::Answered;
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame;
use crate::tags::slashed;

pub(crate) struct Target(pub(crate) Arc<Outside>);

/// What parts the group's ARN from the reader's address in an id; an ARN has none.
const MARK: char = '#';

#[async_trait]
impl Kind for Target {
    fn name(&self) -> &'static str {
        "target"
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        let (group, port) = (want.text("group")?, want.integer("port")?);
        let health = self.health(group).await?.unwrap_or_default();
        let present =
            |address: &String| health.iter().any(|one| is_at(one, address, port) && !is_draining(one));
        let all = want.texts("addresses")?.iter().all(present);
        Ok(all.then(|| id(cx, group)))
    }

    async fn read(&self, _: &Context, id: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        let group = group_of(id);
        let Some(health) = self.health(group).await? else { return Ok(None) };
        observe(group, &health, last)
    }

    /// One call for each group.
    async fn read_all(&self, many: &[Reader<'_>]) -> Vec<Result<Option<Observed>, Fault>> {
        let mut groups = BTreeMap::new();
        for one in many {
            let group = group_of(one.id);
            if !groups.contains_key(group) {
                groups.insert(group, self.health(group).await);
            }
        }
        let answer = |one: &Reader<'_>| match groups.get(group_of(one.id)) {
            Some(Ok(Some(health))) => observe(group_of(one.id), health, one.last),
            Some(Ok(None)) | None => Ok(None),
            Some(Err(fault)) => Err(fault.clone()),
        };
        many.iter().map(answer).collect()
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        let group = want.text("group")?;
        self.register(group, targets(&want.texts("addresses")?, want.integer("port")?)).await?;
        Ok(id(cx, group))
    }

    /// New addresses get well beside the old ones before those go.
    fn passes(&self, before: &Record, after: &Record, _: &[SmolStr]) -> Option<Record> {
        let (old, new) = (Fields(before).texts("addresses").ok()?, Fields(after).texts("addresses").ok()?);
        let leaving: Vec<_> = old.iter().filter(|address| !new.contains(address)).cloned().collect();
        let coming = new.iter().any(|address| !old.contains(address));
        let both = new.iter().chain(&leaving).map(Value::text);
        (coming && !leaving.is_empty()).then(|| Record::from_iter([("addresses".into(), Value::list(both))]))
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        if change.fields.iter().all(|field| field != "addresses") {
            return Ok(());
        }
        let want = Fields::of(change.want);
        let (group, port, wanted) = (group_of(id), want.integer("port")?, want.texts("addresses")?);
        let health = self.health(group).await?.unwrap_or_default();
        let present =
            |address: &String| health.iter().any(|one| is_at(one, address, port) && !is_draining(one));
        let new: Vec<_> = wanted.iter().filter(|address| !present(address)).cloned().collect();
        let mut old = Fields(change.before).texts("addresses")?;
        old.retain(|address| !wanted.contains(address));
        self.register(group, targets(&new, port)).await?;
        self.deregister(group, targets(&old, port)).await
    }

    async fn delete(&self, _: &Context, id: &Id, last: &Record) -> Result<(), Fault> {
        let last = Fields(last);
        self.deregister(group_of(id), targets(&last.texts("addresses")?, last.integer("port")?)).await
    }
}

impl Target {
    /// Returns the health of all of a group; nothing if the group is gone.
    async fn health(&self, group: &str) -> Result<Option<Vec<TargetHealthDescription>>, Fault> {
        let call = self.0.clients.balancing().describe_target_health().target_group_arn(group);
        let answer = call.send().await.or_absent("read the health of the targets")?;
        Ok(answer.map(|answer| answer.target_health_descriptions.unwrap_or_default()))
    }

    async fn register(&self, group: &str, targets: Vec<TargetDescription>) -> Result<(), Fault> {
        if targets.is_empty() {
            return Ok(());
        }
        let call = self.0.clients.balancing().register_targets().target_group_arn(group);
        let answer = call.set_targets(Some(targets)).send().await.or_fault("register the targets");
        answer.map(drop).map_err(|fault| blame(fault, "addresses"))
    }

    async fn deregister(&self, group: &str, targets: Vec<TargetDescription>) -> Result<(), Fault> {
        if targets.is_empty() {
            return Ok(());
        }
        let call = self.0.clients.balancing().deregister_targets().target_group_arn(group);
        call.set_targets(Some(targets)).send().await.or_absent("deregister the targets").map(drop)
    }
}

fn id(cx: &Context, group: &str) -> Id {
    Id(format!("{group}{MARK}{}", slashed(&cx.address)).into())
}

fn group_of(id: &Id) -> &str {
    id.0.split(MARK).next().unwrap_or(&id.0)
}

fn targets(addresses: &[String], port: i32) -> Vec<TargetDescription> {
    addresses.iter().map(|address| TargetDescription::builder().id(address).port(port).build()).collect()
}

fn is_at(one: &TargetHealthDescription, address: &str, port: i32) -> bool {
    one.target().is_some_and(|target| target.id() == Some(address) && target.port() == Some(port))
}

fn is_draining(one: &TargetHealthDescription) -> bool {
    state(one) == Some(&TargetHealthStateEnum::Draining)
}

fn state(one: &TargetHealthDescription) -> Option<&TargetHealthStateEnum> {
    one.target_health().and_then(|health| health.state())
}

/// Reads those of a group that are this reader's: the addresses that were last wanted of it.
fn observe(
    group: &str,
    health: &[TargetHealthDescription],
    last: &Record,
) -> Result<Option<Observed>, Fault> {
    let fields = Fields(last);
    let (addresses, port) = (fields.texts("addresses")?, fields.integer("port")?);
    let ours: Vec<_> = health
        .iter()
        .filter(|one| addresses.iter().any(|address| is_at(one, address, port)))
        .filter(|one| {
            one.target_health()
                .and_then(|health| health.reason())
                .is_none_or(|reason| reason.as_str() != "Target.NotRegistered")
        })
        .collect();
    if ours.is_empty() {
        return Ok(None);
    }
    let staying: Vec<_> = ours.iter().filter(|one| !is_draining(one)).collect();
    let registered = staying.iter().filter_map(|one| one.target()?.id()).map(str::to_owned).collect();
    let seen = Seen::new().text("group", group).set("addresses", registered).value("port", Value::int(port));
    Ok(Some(seen.status(status(&staying))))
}

/// A reader is in service when ELB has made up its mind about all its addresses and sends traffic to one of them: an
/// address whose interface is gone may stay unhealthy until it is taken out.
fn status(staying: &[&&TargetHealthDescription]) -> Status {
    let is = |one: &&&&TargetHealthDescription, wanted: TargetHealthStateEnum| state(one) == Some(&wanted);
    let unwell = staying.iter().find(|one| !is(one, TargetHealthStateEnum::Healthy));
    let undecided = staying
        .iter()
        .find(|one| !is(one, TargetHealthStateEnum::Healthy) && !is(one, TargetHealthStateEnum::Unhealthy));
    let serves = staying.iter().any(|one| is(&one, TargetHealthStateEnum::Healthy));
    match undecided.or(unwell.filter(|_| !serves)) {
        _ if staying.is_empty() => Status::Leaving("draining".into()),
        Some(one) => Status::Changing(words(one)),
        None => Status::Ready,
    }
}

/// Says how a target is, and why, as ELB words it.
fn words(one: &TargetHealthDescription) -> SmolStr {
    let address = one.target().and_then(|target| target.id()).unwrap_or("a target");
    let state = state(one).map_or("in no state", TargetHealthStateEnum::as_str);
    let reason = one.target_health().and_then(|health| health.reason()).map(|reason| reason.as_str());
    let more = one.target_health().and_then(|health| health.description());
    let why: Vec<_> = reason.into_iter().chain(more).collect();
    match why.is_empty() {
        true => format!("{state} at {address}").into(),
        false => format!("{state} at {address} ({})", why.join(": ")).into(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use aws_sdk_elasticloadbalancingv2::types::{TargetHealth, TargetHealthReasonEnum};

    use super::*;

    fn health(address: &str, state: TargetHealthStateEnum) -> TargetHealthDescription {
        let health =
            TargetHealth::builder().state(state).reason(TargetHealthReasonEnum::InitialHealthChecking);
        TargetHealthDescription::builder()
            .target(TargetDescription::builder().id(address).port(5439).build())
            .target_health(health.build())
            .build()
    }

    fn last(addresses: &[&str]) -> Record {
        Seen::new()
            .value("addresses", Value::list(addresses.iter().map(|address| Value::text(*address))))
            .value("port", Value::int(5439))
            .record()
    }

    #[test]
    fn a_reader_is_ready_when_all_its_addresses_are_well() {
        let all = [
            health("10.0.0.1", TargetHealthStateEnum::Healthy),
            health("10.0.0.2", TargetHealthStateEnum::Initial),
        ];
        let one = observe("g", &all, &last(&["10.0.0.1"])).unwrap().unwrap();
        assert_eq!(one.status, Status::Ready);
        let both = observe("g", &all, &last(&["10.0.0.1", "10.0.0.2"])).unwrap().unwrap();
        assert_eq!(both.status, Status::Changing("initial at 10.0.0.2 (Elb.InitialHealthChecking)".into()));
    }

    #[test]
    fn a_draining_reader_is_leaving_and_then_gone() {
        let all = [health("10.0.0.1", TargetHealthStateEnum::Draining)];
        let leaving = observe("g", &all, &last(&["10.0.0.1"])).unwrap().unwrap();
        assert_eq!(leaving.status, Status::Leaving("draining".into()));
        assert_eq!(observe("g", &all, &last(&["10.0.0.9"])).unwrap(), None);
    }
}
