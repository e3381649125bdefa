//! `security_group_rule`: one rule of a security group, for TCP on one port.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    self, IpPermission, IpRange, ResourceType, SecurityGroupRuleRequest, SecurityGroupRuleUpdate,
    UserIdGroupPair,
};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::{Record, Value};

use crate::ec2::{filter, lagging, read_tags};
use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame;
use crate::tags::Tags;

pub(crate) struct SecurityGroupRule(pub(crate) Arc<Outside>);

const INGRESS: &str = "ingress";
const EGRESS: &str = "egress";

#[async_trait]
impl Kind for SecurityGroupRule {
    fn name(&self) -> &'static str {
        "security_group_rule"
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        let group = want.text("group")?;
        let wanted = Rule::wanted(want)?;
        let call = self.0.clients.ec2().describe_security_group_rules().filters(filter("group-id", group));
        let answer = call.send().await.or_fault("look for the rule")?;
        let same = |rule: &&types::SecurityGroupRule| Rule::told(rule).is_some_and(|told| told == wanted);
        let Some(rule) = answer.security_group_rules().iter().find(same) else { return Ok(None) };
        read_tags(rule.tags()).prove(cx, &format!("an equal rule of {group}"))?;
        Ok(rule.security_group_rule_id().map(|id| Id(id.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call =
            self.0.clients.ec2().describe_security_group_rules().security_group_rule_ids(id.0.as_str());
        let answer = call.send().await.or_absent("read the rule")?;
        Ok(answer.and_then(|answer| answer.security_group_rules().first().map(observe)))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        or_found(self.make(cx, Fields::of(want)).await, self.find(cx, want)).await
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        if change.fields.iter().any(|field| field == "description") {
            self.describe(id, Fields::of(change.want)).await?;
        }
        self.0.retag_ec2(&id.0, change).await
    }

    async fn delete(&self, _: &Context, id: &Id, last: &Record) -> Result<(), Fault> {
        let (doing, last) = ("take the rule away", Fields(last));
        let (group, ec2) = (last.text("group")?, self.0.clients.ec2());
        if last.word("direction")? == INGRESS {
            let call = ec2.revoke_security_group_ingress().group_id(group);
            call.security_group_rule_ids(id.0.as_str()).send().await.or_absent(doing).map(drop)
        } else {
            let call = ec2.revoke_security_group_egress().group_id(group);
            call.security_group_rule_ids(id.0.as_str()).send().await.or_absent(doing).map(drop)
        }
    }
}

impl SecurityGroupRule {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
        let (doing, ec2) = ("make the rule", self.0.clients.ec2());
        let group = want.text("group")?;
        let tags = Tags::wanted(cx, want)?.ec2_on(ResourceType::SecurityGroupRule);
        let rule = Rule::wanted(want)?;
        let permission = rule.permission(want.text("description")?);
        let made = if rule.is_egress {
            let call = ec2.authorize_security_group_egress().group_id(group);
            let answer = call.ip_permissions(permission).tag_specifications(tags).send().await;
            let answer = answer.or_fault(doing).map_err(lagging)?;
            answer.security_group_rules
        } else {
            let call = ec2.authorize_security_group_ingress().group_id(group);
            let answer = call.ip_permissions(permission).tag_specifications(tags).send().await;
            let answer = answer.or_fault(doing).map_err(lagging)?;
            answer.security_group_rules
        };
        let id = made.unwrap_or_default().into_iter().find_map(|rule| rule.security_group_rule_id);
        id.map(|id| Id(id.into())).ok_or_else(|| incomplete("id of the rule"))
    }

    /// EC2 takes the whole rule anew with another description, under the same id.
    async fn describe(&self, id: &Id, want: Fields<'_>) -> Result<(), Fault> {
        let rule = Rule::wanted(want)?;
        let request = SecurityGroupRuleRequest::builder()
            .ip_protocol("tcp")
            .from_port(rule.port)
            .to_port(rule.port)
            .set_cidr_ipv4(rule.cidr)
            .set_referenced_group_id(rule.peer)
            .description(want.text("description")?)
            .build();
        let update = SecurityGroupRuleUpdate::builder()
            .security_group_rule_id(id.0.as_str())
            .security_group_rule(request)
            .build();
        let call = self.0.clients.ec2().modify_security_group_rules().group_id(want.text("group")?);
        let answer = call.security_group_rules(update).send().await.or_fault("describe the rule");
        answer.map(drop).map_err(|fault| blame(fault, "description"))
    }
}

/// What makes a rule the same rule.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    is_egress: bool,
    port: i32,
    cidr: Option<String>,
    peer: Option<String>,
}

impl Rule {
    fn wanted(want: Fields<'_>) -> Result<Self, Fault> {
        Ok(Self {
            is_egress: want.word("direction")? == EGRESS,
            port: want.integer("port")?,
            cidr: want.maybe_cidr("cidr")?,
            peer: want.maybe_text("peer")?.map(str::to_owned),
        })
    }

    /// Returns nothing for a rule of another shape than ours.
    fn told(rule: &types::SecurityGroupRule) -> Option<Self> {
        let is_one_port = rule.from_port() == rule.to_port() && rule.ip_protocol() == Some("tcp");
        is_one_port.then_some(())?;
        Some(Self {
            is_egress: rule.is_egress()?,
            port: rule.from_port()?,
            cidr: rule.cidr_ipv4().map(str::to_owned),
            peer: rule.referenced_group_info().and_then(|group| group.group_id()).map(str::to_owned),
        })
    }

    fn permission(&self, description: &str) -> IpPermission {
        let range = |cidr: &String| IpRange::builder().cidr_ip(cidr).description(description).build();
        let pair =
            |group: &String| UserIdGroupPair::builder().group_id(group).description(description).build();
        IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(self.port)
            .to_port(self.port)
            .set_ip_ranges(self.cidr.as_ref().map(|cidr| vec![range(cidr)]))
            .set_user_id_group_pairs(self.peer.as_ref().map(|group| vec![pair(group)]))
            .build()
    }
}

fn observe(rule: &types::SecurityGroupRule) -> Observed {
    let tags = read_tags(rule.tags());
    let cidr = rule.cidr_ipv4().and_then(|network| network.parse().ok());
    Seen::new()
        .told_text("id", rule.security_group_rule_id())
        .told_text("group", rule.group_id())
        .word("direction", if rule.is_egress() == Some(true) { EGRESS } else { INGRESS })
        .told("port", rule.from_port().map(Value::int))
        .value("cidr", cidr.map_or(Value::None, Value::Cidr))
        .maybe_text("peer", rule.referenced_group_info().and_then(|group| group.group_id()))
        .text("description", rule.description().unwrap_or_default())
        .map("tags", tags.of_user(&[]))
        .ready()
}
