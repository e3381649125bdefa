//! `subnet`: one subnet of a VPC, without public addresses.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, ResourceType, SubnetState};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Status};
use rsx_lang::value::Record;

use crate::ec2::{filter, lagging, read_tags};
use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame_member;
use crate::tags::{NAME, Tags};

pub(crate) struct Subnet(pub(crate) Arc<Outside>);

/// Words of EC2's messages, and the fields that they mean.
const MEMBERS: &[(&str, &str)] =
    &[("CIDR", "cidr"), ("AvailabilityZone", "zone"), ("availability zone", "zone")];

#[async_trait]
impl Kind for Subnet {
    fn name(&self) -> &'static str {
        "subnet"
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        let (vpc, cidr) = (want.text("vpc")?, want.cidr("cidr")?);
        let call = self.0.clients.ec2().describe_subnets();
        let call = call.filters(filter("vpc-id", vpc)).filters(filter("cidr-block", &cidr));
        let answer = call.send().await.or_fault("look for the subnet")?;
        let Some(subnet) = answer.subnets().first() else { return Ok(None) };
        read_tags(subnet.tags()).prove(cx, &format!("the subnet {cidr} of {vpc}"))?;
        Ok(subnet.subnet_id().map(|id| Id(id.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call = self.0.clients.ec2().describe_subnets().subnet_ids(id.0.as_str());
        let answer = call.send().await.or_absent("read the subnet")?;
        Ok(answer.and_then(|answer| answer.subnets().first().map(observe)))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        or_found(self.make(cx, Fields::of(want)).await, self.find(cx, want)).await
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        self.0.retag_ec2(&id.0, change).await
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.ec2().delete_subnet().subnet_id(id.0.as_str());
        match call.send().await.or_absent("delete the subnet") {
            Ok(_) => Ok(()),
            Err(fault) => Err(self.0.explain_in_use(fault, "subnet-id", &id.0).await),
        }
    }
}

impl Subnet {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
        let tags = Tags::wanted(cx, want)?.named(want.text("name")?);
        let call = self
            .0
            .clients
            .ec2()
            .create_subnet()
            .vpc_id(want.text("vpc")?)
            .cidr_block(want.cidr("cidr")?)
            .availability_zone(want.text("zone")?)
            .tag_specifications(tags.ec2_on(ResourceType::Subnet));
        let answer = call.send().await.or_fault("create the subnet");
        let answer = answer.map_err(|fault| lagging(blame_member(fault, MEMBERS)))?;
        let id = answer.subnet().and_then(types::Subnet::subnet_id);
        id.map(|id| Id(id.into())).ok_or_else(|| incomplete("id of the subnet"))
    }
}

fn observe(subnet: &types::Subnet) -> Observed {
    let tags = read_tags(subnet.tags());
    let status = match subnet.state() {
        Some(SubnetState::Available) => Status::Ready,
        Some(state) => Status::Changing(state.as_str().into()),
        None => Status::Changing("in no state".into()),
    };
    Seen::new()
        .told_text("id", subnet.subnet_id())
        .told_text("vpc", subnet.vpc_id())
        .told_cidr("cidr", subnet.cidr_block())
        .told_text("zone", subnet.availability_zone())
        .text("name", tags.get(NAME).unwrap_or_default())
        .map("tags", tags.of_user(&[NAME]))
        .status(status)
}
