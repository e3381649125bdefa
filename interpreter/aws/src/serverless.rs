//! What namespaces, workgroups and snapshots of Redshift Serverless have in common: lookups and tags.

use aws_sdk_redshiftserverless::types::{Namespace, Workgroup};
use rsx_engine::provider::{Change, Fault};

use crate::fault::Answered;
use crate::fields::Fields;
use crate::outside::Outside;
use crate::tags::{Retagging, Tags};

impl Outside {
    pub(crate) async fn namespace(&self, name: &str) -> Result<Option<Namespace>, Fault> {
        let call = self.clients.serverless().get_namespace().namespace_name(name);
        let answer = call.send().await.or_absent("read the namespace")?;
        Ok(answer.and_then(|answer| answer.namespace))
    }

    pub(crate) async fn workgroup(&self, name: &str) -> Result<Option<Workgroup>, Fault> {
        let call = self.clients.serverless().get_workgroup().workgroup_name(name);
        let answer = call.send().await.or_absent("read the workgroup")?;
        Ok(answer.and_then(|answer| answer.workgroup))
    }

    pub(crate) async fn serverless_tags(&self, arn: &str) -> Result<Tags, Fault> {
        let call = self.clients.serverless().list_tags_for_resource().resource_arn(arn);
        let answer = call.send().await.or_absent("read tags")?;
        let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
        Ok(Tags::read(tags.iter().map(|tag| (Some(tag.key()), Some(tag.value())))))
    }

    /// Adds tags, and takes keys away.
    pub(crate) async fn tag_serverless(
        &self,
        arn: &str,
        set: Option<&Tags>,
        unset: Option<Vec<String>>,
    ) -> Result<(), Fault> {
        if let Some(tags) = set {
            let call = self.clients.serverless().tag_resource().resource_arn(arn);
            call.set_tags(Some(tags.serverless())).send().await.or_fault("change tags")?;
        }
        if let Some(keys) = unset {
            let call = self.clients.serverless().untag_resource().resource_arn(arn);
            call.set_tag_keys(Some(keys)).send().await.or_fault("take tags away")?;
        }
        Ok(())
    }

    pub(crate) async fn retag_serverless(&self, arn: &str, change: &Change<'_>) -> Result<(), Fault> {
        let retagging = Retagging::between(Fields(change.before), Fields::of(change.want))?;
        self.tag_serverless(arn, retagging.set(), retagging.unset()).await
    }
}
