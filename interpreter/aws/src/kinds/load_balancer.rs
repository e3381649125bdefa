//! `load_balancer`: one internal Network Load Balancer with security groups.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    self, IpAddressType, LoadBalancerSchemeEnum, LoadBalancerStateEnum, LoadBalancerTypeEnum, SubnetMapping,
};
use futures::future::BoxFuture;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reader, Status};
use rsx_lang::value::Record;
use smol_str::SmolStr;

use crate::balancing::{Attributes, attribute};
use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::{self, Outside};
use crate::refusal::{blame, blame_member};
use crate::tags::Tags;

pub(crate) struct LoadBalancer(pub(crate) Arc<Outside>);

/// Words of ELB's messages, and the fields that they mean.
const MEMBERS: &[(&str, &str)] = &[
    ("subnet", "subnets"),
    ("security group", "security_groups"),
    ("SecurityGroup", "security_groups"),
    ("name", "name"),
];

/// The attribute by which traffic crosses zones (ELBv2, load balancer attributes).
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

#[async_trait]
impl Kind for LoadBalancer {
    fn name(&self) -> &'static str {
        "load_balancer"
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let name = Fields::of(want).text("name")?;
        let call = self.0.clients.balancing().describe_load_balancers().names(name);
        let answer = call.send().await.or_absent("look for the load balancer")?;
        let found = answer.and_then(|answer| answer.load_balancers.unwrap_or_default().into_iter().next());
        let Some(arn) = found.and_then(|found| found.load_balancer_arn) else { return Ok(None) };
        self.0.balancing_tags(&arn).await?.prove(cx, &format!("the load balancer `{name}`"))?;
        Ok(Some(Id(arn.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call = self.0.clients.balancing().describe_load_balancers().load_balancer_arns(id.0.as_str());
        let answer = call.send().await.or_absent("read the load balancer")?;
        match answer.as_ref().and_then(|answer| answer.load_balancers().first()) {
            Some(found) => self.observe(id, found).await,
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
            let id = one.id;
            let found = all.iter().find(|found| found.load_balancer_arn() == Some(one.id.0.as_str()));
            answers.push(Box::pin(async move {
                match found {
                    Some(found) => self.observe(id, found).await,
                    None => Ok(None),
                }
            }));
        }
        outside::all(answers).await
    }

    /// ELB takes a create of equal settings for the same one, whoever made it: so it is looked for first.
    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let id = match self.find(cx, want).await? {
            Some(id) => id,
            None => or_found(self.make(cx, Fields::of(want)).await, self.find(cx, want)).await?,
        };
        self.0.set_balancer_attributes(&id.0, attributes(Fields::of(want))?).await?;
        Ok(id)
    }

    fn order(&self, _: &Record, _: &Record, changed: Vec<SmolStr>) -> Vec<Vec<SmolStr>> {
        changed.into_iter().map(|field| vec![field]).collect()
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let (arn, want) = (id.0.as_str(), Fields::of(change.want));
        for field in change.fields {
            let sent = match field.as_str() {
                "subnets" => self.set_subnets(arn, want).await,
                "security_groups" => {
                    let call = self.0.clients.balancing().set_security_groups().load_balancer_arn(arn);
                    let call = call.set_security_groups(Some(want.texts("security_groups")?));
                    call.send().await.or_fault("change the load balancer's security groups").map(drop)
                }
                "cross_zone" => self.0.set_balancer_attributes(arn, attributes(want)?).await,
                "tags" => self.0.retag_balancing(arn, change).await,
                _ => Ok(()),
            };
            sent.map_err(|fault| blame(fault, field))?;
        }
        Ok(())
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.balancing().delete_load_balancer().load_balancer_arn(id.0.as_str());
        call.send().await.or_absent("delete the load balancer").map(drop)
    }
}

impl LoadBalancer {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
        let call = self
            .0
            .clients
            .balancing()
            .create_load_balancer()
            .name(want.text("name")?)
            .r#type(LoadBalancerTypeEnum::Network)
            .scheme(LoadBalancerSchemeEnum::Internal)
            .ip_address_type(IpAddressType::Ipv4)
            .set_subnet_mappings(Some(mappings(want)?))
            .set_security_groups(Some(want.texts("security_groups")?))
            .set_tags(Some(Tags::wanted(cx, want)?.balancing()));
        let answer = call.send().await.or_fault("create the load balancer");
        let answer = answer.map_err(|fault| blame_member(fault, MEMBERS))?;
        let arn = answer.load_balancers().first().and_then(types::LoadBalancer::load_balancer_arn);
        arn.map(|arn| Id(arn.into())).ok_or_else(|| incomplete("ARN of the load balancer"))
    }

    async fn set_subnets(&self, arn: &str, want: Fields<'_>) -> Result<(), Fault> {
        let call = self.0.clients.balancing().set_subnets().load_balancer_arn(arn);
        let call = call.set_subnet_mappings(Some(mappings(want)?));
        call.send().await.or_fault("change the load balancer's subnets").map(drop)
    }

    async fn list(&self) -> Result<Vec<types::LoadBalancer>, Fault> {
        let pages = self.0.clients.balancing().describe_load_balancers().into_paginator().items().send();
        pages.collect::<Result<Vec<_>, _>>().await.or_fault("list the load balancers")
    }

    /// Tags and attributes cost calls of their own, so they are read of a settled balancer only.
    async fn observe(&self, id: &Id, found: &types::LoadBalancer) -> Result<Option<Observed>, Fault> {
        let status = status(found);
        let subnets = found.availability_zones().iter().filter_map(|zone| zone.subnet_id());
        let mut seen = Seen::new()
            .told_text("name", found.load_balancer_name())
            .told_text("vpc", found.vpc_id())
            .set("subnets", subnets.map(str::to_owned).collect())
            .set("security_groups", found.security_groups().to_vec())
            .text("arn", id.0.clone())
            .told_text("dns", found.dns_name());
        if status == Status::Ready {
            let Some(attributes) = self.0.balancer_attributes(&id.0).await? else { return Ok(None) };
            let crosses = attribute(&attributes, CROSS_ZONE).map(|value| value == "true");
            let tags = self.0.balancing_tags(&id.0).await?;
            seen = seen.told_flag("cross_zone", crosses).map("tags", tags.of_user(&[]));
        }
        Ok(Some(seen.status(status)))
    }
}

fn mappings(want: Fields<'_>) -> Result<Vec<SubnetMapping>, Fault> {
    let subnets = want.texts("subnets")?;
    Ok(subnets.into_iter().map(|subnet| SubnetMapping::builder().subnet_id(subnet).build()).collect())
}

fn attributes(want: Fields<'_>) -> Result<Attributes, Fault> {
    Ok(vec![(CROSS_ZONE.to_owned(), want.flag("cross_zone")?.to_string())])
}

fn status(found: &types::LoadBalancer) -> Status {
    let reason = || found.state().and_then(|state| state.reason()).unwrap_or("the load balancer failed");
    match found.state().and_then(|state| state.code()) {
        Some(LoadBalancerStateEnum::Active | LoadBalancerStateEnum::ActiveImpaired) => Status::Ready,
        Some(LoadBalancerStateEnum::Failed) => Status::Failed(reason().to_owned()),
        Some(other) => Status::Changing(other.as_str().into()),
        None => Status::Changing("in no state".into()),
    }
}
