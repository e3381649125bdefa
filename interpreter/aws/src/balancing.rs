//! What load balancers, target groups and listeners have in common: tags and attributes.

use aws_sdk_elasticloadbalancingv2::types::{ListenerAttribute, LoadBalancerAttribute, TargetGroupAttribute};
use rsx_engine::provider::{Change, Fault};

use crate::fault::Answered;
use crate::fields::Fields;
use crate::outside::Outside;
use crate::tags::{Retagging, Tags};

/// Attributes by key.
pub(crate) type Attributes = Vec<(String, String)>;

/// Returns an attribute's value.
pub(crate) fn attribute<'a>(attributes: &'a Attributes, key: &str) -> Option<&'a str> {
    attributes.iter().find(|(present, _)| present == key).map(|(_, value)| value.as_str())
}

impl Outside {
    /// Reads the tags of what an ARN names; none if it is gone meanwhile.
    pub(crate) async fn balancing_tags(&self, arn: &str) -> Result<Tags, Fault> {
        let call = self.clients.balancing().describe_tags().resource_arns(arn);
        let answer = call.send().await.or_absent("read tags")?;
        let described = answer.map(|answer| answer.tag_descriptions.unwrap_or_default()).unwrap_or_default();
        let tags = described.iter().flat_map(|one| one.tags());
        Ok(Tags::read(tags.map(|tag| (tag.key(), tag.value()))))
    }

    pub(crate) async fn retag_balancing(&self, arn: &str, change: &Change<'_>) -> Result<(), Fault> {
        let retagging = Retagging::between(Fields(change.before), Fields::of(change.want))?;
        if let Some(tags) = retagging.set() {
            let call = self.clients.balancing().add_tags().resource_arns(arn);
            call.set_tags(Some(tags.balancing())).send().await.or_fault("change tags")?;
        }
        if let Some(keys) = retagging.unset() {
            let call = self.clients.balancing().remove_tags().resource_arns(arn);
            call.set_tag_keys(Some(keys)).send().await.or_fault("take tags away")?;
        }
        Ok(())
    }

    pub(crate) async fn balancer_attributes(&self, arn: &str) -> Result<Option<Attributes>, Fault> {
        let call = self.clients.balancing().describe_load_balancer_attributes().load_balancer_arn(arn);
        let answer = call.send().await.or_absent("read the load balancer's attributes")?;
        Ok(answer.map(|answer| pairs(answer.attributes().iter().map(|one| (one.key(), one.value())))))
    }

    pub(crate) async fn set_balancer_attributes(
        &self,
        arn: &str,
        attributes: Attributes,
    ) -> Result<(), Fault> {
        let made = attributes
            .into_iter()
            .map(|(key, value)| LoadBalancerAttribute::builder().key(key).value(value).build());
        let call = self.clients.balancing().modify_load_balancer_attributes().load_balancer_arn(arn);
        let call = call.set_attributes(Some(made.collect()));
        call.send().await.or_fault("change the load balancer's attributes").map(drop)
    }

    pub(crate) async fn group_attributes(&self, arn: &str) -> Result<Option<Attributes>, Fault> {
        let call = self.clients.balancing().describe_target_group_attributes().target_group_arn(arn);
        let answer = call.send().await.or_absent("read the target group's attributes")?;
        Ok(answer.map(|answer| pairs(answer.attributes().iter().map(|one| (one.key(), one.value())))))
    }

    pub(crate) async fn set_group_attributes(&self, arn: &str, attributes: Attributes) -> Result<(), Fault> {
        let made = attributes
            .into_iter()
            .map(|(key, value)| TargetGroupAttribute::builder().key(key).value(value).build());
        let call = self.clients.balancing().modify_target_group_attributes().target_group_arn(arn);
        let call = call.set_attributes(Some(made.collect()));
        call.send().await.or_fault("change the target group's attributes").map(drop)
    }

    pub(crate) async fn listener_attributes(&self, arn: &str) -> Result<Option<Attributes>, Fault> {
        let call = self.clients.balancing().describe_listener_attributes().listener_arn(arn);
        let answer = call.send().await.or_absent("read the listener's attributes")?;
        Ok(answer.map(|answer| pairs(answer.attributes().iter().map(|one| (one.key(), one.value())))))
    }

    pub(crate) async fn set_listener_attributes(
        &self,
        arn: &str,
        attributes: Attributes,
    ) -> Result<(), Fault> {
        let made = attributes
            .into_iter()
            .map(|(key, value)| ListenerAttribute::builder().key(key).value(value).build());
        let call = self.clients.balancing().modify_listener_attributes().listener_arn(arn);
        let call = call.set_attributes(Some(made.collect()));
        call.send().await.or_fault("change the listener's attributes").map(drop)
    }
}

fn pairs<'a>(told: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>) -> Attributes {
    told.filter_map(|(key, value)| Some((key?.to_owned(), value?.to_owned()))).collect()
}
