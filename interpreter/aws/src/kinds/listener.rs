//! `listener`: one listener, which forwards to a target group.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{self, Action, ActionTypeEnum, ProtocolEnum};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::{Record, Value};
use smol_str::SmolStr;

use crate::balancing::{Attributes, attribute};
use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame;
use crate::tags::Tags;

pub(crate) struct Listener(pub(crate) Arc<Outside>);

const IDLE: &str = "tcp.idle_timeout.seconds";

#[async_trait]
impl Kind for Listener {
    fn name(&self) -> &'static str {
        "listener"
    }

    /// A balancer has one listener on a port; whose balancer it is, its listener is.
    async fn find(&self, _: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        let port = want.integer("port")?;
        let call = self.0.clients.balancing().describe_listeners();
        let call = call.load_balancer_arn(want.text("load_balancer")?);
        let answer = call.send().await.or_absent("look for the listener")?;
        let all = answer.and_then(|answer| answer.listeners).unwrap_or_default();
        let found = all.into_iter().find(|listener| listener.port() == Some(port));
        Ok(found.and_then(|found| found.listener_arn).map(|arn| Id(arn.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call = self.0.clients.balancing().describe_listeners().listener_arns(id.0.as_str());
        let answer = call.send().await.or_absent("read the listener")?;
        match answer.as_ref().and_then(|answer| answer.listeners().first()) {
            Some(found) => self.observe(id, found).await,
            None => Ok(None),
        }
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let id = match self.find(cx, want).await? {
            Some(id) => id,
            None => or_found(self.make(cx, Fields::of(want)).await, self.find(cx, want)).await?,
        };
        self.0.set_listener_attributes(&id.0, self.attributes(Fields::of(want))?).await?;
        Ok(id)
    }

    fn order(&self, _: &Record, _: &Record, changed: Vec<SmolStr>) -> Vec<Vec<SmolStr>> {
        changed.into_iter().map(|field| vec![field]).collect()
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let (arn, want) = (id.0.as_str(), Fields::of(change.want));
        for field in change.fields {
            let call = self.0.clients.balancing().modify_listener().listener_arn(arn);
            let doing = "change the listener";
            let sent = match field.as_str() {
                "port" => call.port(want.integer("port")?).send().await.or_fault(doing).map(drop),
                "target_group" => call.default_actions(forward(want)?).send().await.or_fault(doing).map(drop),
                "idle_timeout" => self.0.set_listener_attributes(arn, self.attributes(want)?).await,
                "tags" => self.0.retag_balancing(arn, change).await,
                _ => Ok(()),
            };
            sent.map_err(|fault| blame(fault, field))?;
        }
        Ok(())
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.balancing().delete_listener().listener_arn(id.0.as_str());
        call.send().await.or_absent("delete the listener").map(drop)
    }
}

impl Listener {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
        let call = self
            .0
            .clients
            .balancing()
            .create_listener()
            .load_balancer_arn(want.text("load_balancer")?)
            .protocol(ProtocolEnum::Tcp)
            .port(want.integer("port")?)
            .default_actions(forward(want)?)
            .set_tags(Some(Tags::wanted(cx, want)?.balancing()));
        let answer =
            call.send().await.or_fault("create the listener").map_err(|fault| blame(fault, "port"))?;
        let arn = answer.listeners().first().and_then(types::Listener::listener_arn);
        arn.map(|arn| Id(arn.into())).ok_or_else(|| incomplete("ARN of the listener"))
    }

    fn attributes(&self, want: Fields<'_>) -> Result<Attributes, Fault> {
        let idle = self.0.measures.second.count(want.amount("idle_timeout")?);
        Ok(vec![(IDLE.to_owned(), idle.to_string())])
    }

    async fn observe(&self, id: &Id, found: &types::Listener) -> Result<Option<Observed>, Fault> {
        let Some(attributes) = self.0.listener_attributes(&id.0).await? else { return Ok(None) };
        let idle = attribute(&attributes, IDLE).and_then(|idle| idle.parse::<i32>().ok());
        let tags = self.0.balancing_tags(&id.0).await?;
        let group = found.default_actions().iter().find_map(target);
        let seen = Seen::new()
            .told_text("load_balancer", found.load_balancer_arn())
            .told("port", found.port().map(Value::int))
            .told_text("target_group", group)
            .told("idle_timeout", idle.map(|idle| self.0.measures.second.value(idle)))
            .map("tags", tags.of_user(&[]))
            .text("arn", id.0.clone());
        Ok(Some(seen.ready()))
    }
}

fn forward(want: Fields<'_>) -> Result<Action, Fault> {
    let group = want.text("target_group")?;
    Ok(Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(group).build())
}

/// Returns where an action forwards to: ELB tells it in one place or the other.
fn target(action: &Action) -> Option<&str> {
    let among = || action.forward_config()?.target_groups().first()?.target_group_arn();
    action.target_group_arn().or_else(among)
}
