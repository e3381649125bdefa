//! `vpc`: one VPC with DNS support and DNS host names.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, AttributeBooleanValue, ResourceType, VpcState};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Status};
use rsx_lang::value::Record;

use crate::ec2::{filter, once_seen, owned, read_tags};
use crate::fault::{Answered, incomplete};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::tags::{NAME, Tags};

pub(crate) struct Vpc(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for Vpc {
    fn name(&self) -> &'static str {
        "vpc"
    }

    /// A VPC has no unique key: it is looked for by its tags, and finished if its maker was killed.
    async fn find(&self, cx: &Context, _: &Known) -> Result<Option<Id>, Fault> {
        let found = self.ours(cx).await?;
        let Some(id) = self.keep_one(found).await? else { return Ok(None) };
        self.switch_dns_on(cx, &id).await?;
        Ok(Some(Id(id.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call = self.0.clients.ec2().describe_vpcs().vpc_ids(id.0.as_str());
        let answer = call.send().await.or_absent("read the VPC")?;
        Ok(answer.and_then(|answer| answer.vpcs().first().map(observe)))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        let tags = Tags::wanted(cx, want)?.named(want.text("name")?);
        let call = self
            .0
            .clients
            .ec2()
            .create_vpc()
            .cidr_block(want.cidr("cidr")?)
            .tag_specifications(tags.ec2_on(ResourceType::Vpc));
        let answer = call.send().await.or_fault("create the VPC")?;
        let id = answer.vpc().and_then(types::Vpc::vpc_id).ok_or_else(|| incomplete("id of the VPC"))?;
        self.switch_dns_on(cx, id).await?;
        Ok(Id(id.into()))
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        self.0.retag_ec2(&id.0, change).await
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.ec2().delete_vpc().vpc_id(id.0.as_str());
        call.send().await.or_absent("delete the VPC").map(drop)
    }
}

impl Vpc {
    async fn ours(&self, cx: &Context) -> Result<Vec<String>, Fault> {
        let call = self.0.clients.ec2().describe_vpcs().set_filters(Some(owned(cx)));
        let answer = call.send().await.or_fault("look for the VPC")?;
        Ok(answer.vpcs().iter().filter_map(|vpc| vpc.vpc_id()).map(str::to_owned).collect())
    }

    /// Keeps the one in use if a lost answer left two, and takes away those without a subnet.
    async fn keep_one(&self, mut found: Vec<String>) -> Result<Option<String>, Fault> {
        found.sort_unstable();
        let mut kept: Option<String> = None;
        for id in found.iter().filter(|_| found.len() > 1) {
            let call = self.0.clients.ec2().describe_subnets().filters(filter("vpc-id", id));
            let answer = call.send().await.or_fault("look for subnets of the VPC")?;
            if !answer.subnets().is_empty() {
                kept = Some(id.clone());
                break;
            }
        }
        let Some(kept) = kept.or_else(|| found.first().cloned()) else { return Ok(None) };
        for id in found.into_iter().filter(|id| *id != kept) {
            let call = self.0.clients.ec2().delete_vpc().vpc_id(id);
            call.send().await.or_absent("delete a VPC that was made twice")?;
        }
        Ok(Some(kept))
    }

    /// Sets both attributes; EC2 takes one in a call, and may not see the VPC yet.
    async fn switch_dns_on(&self, cx: &Context, id: &str) -> Result<(), Fault> {
        let doing = "switch DNS on in the VPC";
        let on = AttributeBooleanValue::builder().value(true).build();
        let attribute = || self.0.clients.ec2().modify_vpc_attribute().vpc_id(id);
        let support = async || attribute().enable_dns_support(on.clone()).send().await.or_absent(doing);
        once_seen(cx, doing, support).await?;
        let names = async || attribute().enable_dns_hostnames(on.clone()).send().await.or_absent(doing);
        once_seen(cx, doing, names).await?;
        Ok(())
    }
}

fn observe(vpc: &types::Vpc) -> Observed {
    let tags = read_tags(vpc.tags());
    let status = match vpc.state() {
        Some(VpcState::Available) => Status::Ready,
        Some(state) => Status::Changing(state.as_str().into()),
        None => Status::Changing("in no state".into()),
    };
    Seen::new()
        .told_text("id", vpc.vpc_id())
        .told_cidr("cidr", vpc.cidr_block())
        .text("name", tags.get(NAME).unwrap_or_default())
        .map("tags", tags.of_user(&[NAME]))
        .status(status)
}
