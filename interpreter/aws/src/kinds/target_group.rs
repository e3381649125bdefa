//! `target_group`: one target group for addresses, TCP, without preservation of the client's address.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    self, ProtocolEnum, TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::{Record, Value};
use smol_str::SmolStr;

use crate::balancing::{Attributes, attribute};
use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::{blame, blame_member};
use crate::tags::Tags;

pub(crate) struct TargetGroup(pub(crate) Arc<Outside>);

/// Words of ELB's messages, and the fields that they mean.
const MEMBERS: &[(&str, &str)] = &[("health", "health"), ("port", "port"), ("name", "name"), ("vpc", "vpc")];

const DRAIN: &str = "deregistration_delay.timeout_seconds";
const STICKY: &str = "stickiness.enabled";

/// How long a health check of TCP waits by itself, in seconds (ELBv2 CreateTargetGroup); it may not exceed the interval.
const TIMEOUT: i32 = 10;

#[async_trait]
impl Kind for TargetGroup {
    fn name(&self) -> &'static str {
        "target_group"
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let name = Fields::of(want).text("name")?;
        let call = self.0.clients.balancing().describe_target_groups().names(name);
        let answer = call.send().await.or_absent("look for the target group")?;
        let found = answer.and_then(|answer| answer.target_groups.unwrap_or_default().into_iter().next());
        let Some(arn) = found.and_then(|found| found.target_group_arn) else { return Ok(None) };
        self.0.balancing_tags(&arn).await?.prove(cx, &format!("the target group `{name}`"))?;
        Ok(Some(Id(arn.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call = self.0.clients.balancing().describe_target_groups().target_group_arns(id.0.as_str());
        let answer = call.send().await.or_absent("read the target group")?;
        match answer.as_ref().and_then(|answer| answer.target_groups().first()) {
            Some(found) => self.observe(id, found).await,
            None => Ok(None),
        }
    }

    /// ELB takes a create of equal settings for the same one, whoever made it: so it is looked for first.
    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let id = match self.find(cx, want).await? {
            Some(id) => id,
            None => or_found(self.make(cx, Fields::of(want)).await, self.find(cx, want)).await?,
        };
        self.0.set_group_attributes(&id.0, self.attributes(Fields::of(want))?).await?;
        Ok(id)
    }

    fn order(&self, _: &Record, _: &Record, changed: Vec<SmolStr>) -> Vec<Vec<SmolStr>> {
        changed.into_iter().map(|field| vec![field]).collect()
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let (arn, want) = (id.0.as_str(), Fields::of(change.want));
        for field in change.fields {
            let sent = match field.as_str() {
                "health" => self.set_health(arn, want).await,
                "drain" | "sticky" => self.0.set_group_attributes(arn, self.attributes(want)?).await,
                "tags" => self.0.retag_balancing(arn, change).await,
                _ => Ok(()),
            };
            sent.map_err(|fault| blame(fault, field))?;
        }
        Ok(())
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.balancing().delete_target_group().target_group_arn(id.0.as_str());
        call.send().await.or_absent("delete the target group").map(drop)
    }
}

/// A health check as ELB takes it.
struct Health {
    every: i32,
    healthy: i32,
    unhealthy: i32,
}

impl Health {
    /// Returns the timeout where ELB's own would be longer than the interval.
    fn timeout(&self) -> Option<i32> {
        (self.every < TIMEOUT).then_some(self.every)
    }
}

impl TargetGroup {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
        let health = self.health(want)?;
        let call = self
            .0
            .clients
            .balancing()
            .create_target_group()
            .name(want.text("name")?)
            .protocol(ProtocolEnum::Tcp)
            .port(want.integer("port")?)
            .vpc_id(want.text("vpc")?)
            .target_type(TargetTypeEnum::Ip)
            .ip_address_type(TargetGroupIpAddressTypeEnum::Ipv4)
            .health_check_protocol(ProtocolEnum::Tcp)
            .health_check_interval_seconds(health.every)
            .set_health_check_timeout_seconds(health.timeout())
            .healthy_threshold_count(health.healthy)
            .unhealthy_threshold_count(health.unhealthy)
            .set_tags(Some(Tags::wanted(cx, want)?.balancing()));
        let answer = call.send().await.or_fault("create the target group");
        let answer = answer.map_err(|fault| blame_member(fault, MEMBERS))?;
        let arn = answer.target_groups().first().and_then(types::TargetGroup::target_group_arn);
        arn.map(|arn| Id(arn.into())).ok_or_else(|| incomplete("ARN of the target group"))
    }

    fn health(&self, want: Fields<'_>) -> Result<Health, Fault> {
        let health = want.record("health")?;
        Ok(Health {
            every: self.0.measures.second.count(health.amount("every")?),
            healthy: health.integer("healthy")?,
            unhealthy: health.integer("unhealthy")?,
        })
    }

    /// Connections are cut when the drain is over, else they outlive it; and targets behind PrivateLink never answer
    /// where the client's address is preserved (ELB, target group attributes).
    fn attributes(&self, want: Fields<'_>) -> Result<Attributes, Fault> {
        let drain = self.0.measures.second.count(want.amount("drain")?);
        let pairs = [
            (DRAIN, drain.to_string()),
            ("deregistration_delay.connection_termination.enabled", "true".to_owned()),
            ("preserve_client_ip.enabled", "false".to_owned()),
            ("proxy_protocol_v2.enabled", "false".to_owned()),
            (STICKY, want.flag("sticky")?.to_string()),
        ];
        Ok(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    async fn set_health(&self, arn: &str, want: Fields<'_>) -> Result<(), Fault> {
        let health = self.health(want)?;
        let call = self
            .0
            .clients
            .balancing()
            .modify_target_group()
            .target_group_arn(arn)
            .health_check_interval_seconds(health.every)
            .health_check_timeout_seconds(health.timeout().unwrap_or(TIMEOUT))
            .healthy_threshold_count(health.healthy)
            .unhealthy_threshold_count(health.unhealthy);
        call.send().await.or_fault("change the target group's health check").map(drop)
    }

    async fn observe(&self, id: &Id, found: &types::TargetGroup) -> Result<Option<Observed>, Fault> {
        let Some(attributes) = self.0.group_attributes(&id.0).await? else { return Ok(None) };
        let tags = self.0.balancing_tags(&id.0).await?;
        let second = self.0.measures.second;
        let drain = attribute(&attributes, DRAIN).and_then(|drain| drain.parse::<i32>().ok());
        let seen = Seen::new()
            .told_text("name", found.target_group_name())
            .told_text("vpc", found.vpc_id())
            .told("port", found.port().map(Value::int))
            .told("health", self.seen_health(found))
            .told("drain", drain.map(|drain| second.value(drain)))
            .told_flag("sticky", attribute(&attributes, STICKY).map(|value| value == "true"))
            .map("tags", tags.of_user(&[]))
            .text("arn", id.0.clone());
        Ok(Some(seen.ready()))
    }

    fn seen_health(&self, found: &types::TargetGroup) -> Option<Value> {
        let every = self.0.measures.second.value(found.health_check_interval_seconds()?);
        Some(Value::record([
            ("every".into(), every),
            ("healthy".into(), Value::int(found.healthy_threshold_count()?)),
            ("unhealthy".into(), Value::int(found.unhealthy_threshold_count()?)),
        ]))
    }
}
