//! `security_group`: one security group without any rule of its own.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, IpPermission, IpRange, ResourceType};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::Record;

use crate::ec2::{filter, lagging, once_seen, read_tags};
use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame_member;
use crate::tags::Tags;

pub(crate) struct SecurityGroup(pub(crate) Arc<Outside>);

/// Words of EC2's messages, and the fields that they mean.
const MEMBERS: &[(&str, &str)] =
    &[("description", "description"), ("GroupName", "name"), ("group name", "name")];

#[async_trait]
impl Kind for SecurityGroup {
    fn name(&self) -> &'static str {
        "security_group"
    }

    /// Finishes what a killed maker left: the rule for all egress may still be there.
    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        let (vpc, name) = (want.text("vpc")?, want.text("name")?);
        let call = self.0.clients.ec2().describe_security_groups();
        let call = call.filters(filter("vpc-id", vpc)).filters(filter("group-name", name));
        let answer = call.send().await.or_fault("look for the security group")?;
        let Some(group) = answer.security_groups().first() else { return Ok(None) };
        read_tags(group.tags()).prove(cx, &format!("the security group `{name}` of {vpc}"))?;
        let Some(id) = group.group_id() else { return Ok(None) };
        self.close(cx, id).await?;
        Ok(Some(Id(id.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call = self.0.clients.ec2().describe_security_groups().group_ids(id.0.as_str());
        let answer = call.send().await.or_absent("read the security group")?;
        Ok(answer.and_then(|answer| answer.security_groups().first().map(observe)))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        or_found(self.make(cx, Fields::of(want)).await, self.find(cx, want)).await
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        self.0.retag_ec2(&id.0, change).await
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.ec2().delete_security_group().group_id(id.0.as_str());
        match call.send().await.or_absent("delete the security group") {
            Ok(_) => Ok(()),
            Err(fault) => Err(self.0.explain_in_use(fault, "group-id", &id.0).await),
        }
    }
}

impl SecurityGroup {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
        let call = self
            .0
            .clients
            .ec2()
            .create_security_group()
            .vpc_id(want.text("vpc")?)
            .group_name(want.text("name")?)
            .description(want.text("description")?)
            .tag_specifications(Tags::wanted(cx, want)?.ec2_on(ResourceType::SecurityGroup));
        let answer = call.send().await.or_fault("create the security group");
        let answer = answer.map_err(|fault| lagging(blame_member(fault, MEMBERS)))?;
        let id = answer.group_id().ok_or_else(|| incomplete("id of the security group"))?;
        self.close(cx, id).await?;
        Ok(Id(id.into()))
    }

    /// Takes out the rule for all egress with which EC2 begins every group (EC2, CreateSecurityGroup).
    async fn close(&self, cx: &Context, id: &str) -> Result<(), Fault> {
        let doing = "take the rule for all egress out of the security group";
        let everywhere = IpRange::builder().cidr_ip("0.0.0.0/0").build();
        let all = IpPermission::builder().ip_protocol("-1").ip_ranges(everywhere).build();
        let revoke = async || {
            let call = self.0.clients.ec2().revoke_security_group_egress().group_id(id);
            let revoked = call.ip_permissions(all.clone()).send().await;
            match revoked.or_fault(doing) {
                Ok(_) => Ok(Some(())),
                Err(Fault::Refused(refusal)) if refusal.code == "InvalidPermission.NotFound" => Ok(Some(())),
                Err(Fault::Refused(refusal)) if refusal.code == "InvalidGroup.NotFound" => Ok(None),
                Err(fault) => Err(fault),
            }
        };
        once_seen(cx, doing, revoke).await
    }
}

fn observe(group: &types::SecurityGroup) -> Observed {
    let tags = read_tags(group.tags());
    Seen::new()
        .told_text("id", group.group_id())
        .told_text("vpc", group.vpc_id())
        .told_text("name", group.group_name())
        .told_text("description", group.description())
        .map("tags", tags.of_user(&[]))
        .ready()
}
