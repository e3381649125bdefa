//! `snapshot`: what a snapshot says of itself, looked up.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_redshift::types::Snapshot as ClusterSnapshot;
use aws_sdk_redshiftserverless::types::Snapshot as ServerlessSnapshot;
use num_traits::FromPrimitive;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::{Record, Value};
use rsx_syntax::ast::Fraction;

use crate::fault::Answered;
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::{Worded, refusal};

pub(crate) struct Snapshot(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for Snapshot {
    fn name(&self) -> &'static str {
        "snapshot"
    }

    async fn find(&self, _: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        let named = want.maybe_text("arn")?.or(want.maybe_text("name")?);
        named.map(|named| Id(named.into())).map(Some).ok_or_else(|| {
            refusal("Snapshot", "a snapshot is looked up by its name or its ARN").at("name").fault()
        })
    }

    async fn read(&self, _: &Context, _: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        let fields = Fields(last);
        let (arn, owner) = (fields.maybe_text("arn")?, fields.maybe_text("owner")?);
        let Some(name) = fields.maybe_text("name")? else {
            return self.by_arn(arn.unwrap_or_default()).await;
        };
        if let Some(arn) = arn {
            return self.by_arn(arn).await;
        }
        let serverless = self.serverless(Some(name), None, owner).await?;
        let mut clusters = self.of_clusters(name, None, owner).await?;
        match (serverless, clusters.pop(), clusters.is_empty()) {
            (Some(found), None, _) => Ok(Some(self.observe_serverless(&found))),
            (None, Some(found), true) => Ok(Some(self.observe_cluster(&found))),
            (None, None, _) => Ok(None),
            (Some(_), Some(_), _) | (None, Some(_), false) => {
                let several = refusal("Snapshot", format!("there are several snapshots called `{name}`"));
                Err(several.at("name").help("say which by `arn`").fault())
            }
        }
    }

    async fn create(&self, _: &Context, _: &Known) -> Result<Id, Fault> {
        Err(refusal("Found", "a snapshot is found, never made").fault())
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context, _: &Id, _: &Record) -> Result<(), Fault> {
        Ok(())
    }
}

impl Snapshot {
    /// The service in the ARN says whose snapshot it is.
    async fn by_arn(&self, arn: &str) -> Result<Option<Observed>, Fault> {
        match arn.split(':').nth(2) {
            Some("redshift-serverless") => {
                let found = self.serverless(None, Some(arn), None).await?;
                Ok(found.map(|found| self.observe_serverless(&found)))
            }
            Some("redshift") => {
                let (cluster, name) = cluster_and_name(arn).ok_or_else(|| not_an_arn(arn))?;
                let found = self.of_clusters(name, Some(cluster), None).await?;
                Ok(found.first().map(|found| self.observe_cluster(found)))
            }
            Some(_) | None => Err(not_an_arn(arn)),
        }
    }

    async fn serverless(
        &self,
        name: Option<&str>,
        arn: Option<&str>,
        owner: Option<&str>,
    ) -> Result<Option<ServerlessSnapshot>, Fault> {
        let call = self.0.clients.serverless().get_snapshot();
        let call = call.set_snapshot_name(name.map(str::to_owned)).set_snapshot_arn(arn.map(str::to_owned));
        let answer = call.set_owner_account(owner.map(str::to_owned)).send().await;
        Ok(answer.or_absent("read the snapshot")?.and_then(|answer| answer.snapshot))
    }

    async fn of_clusters(
        &self,
        name: &str,
        cluster: Option<&str>,
        owner: Option<&str>,
    ) -> Result<Vec<ClusterSnapshot>, Fault> {
        let call = self.0.clients.clusters().describe_cluster_snapshots().snapshot_identifier(name);
        let call = call.set_cluster_identifier(cluster.map(str::to_owned));
        let answer = call.set_owner_account(owner.map(str::to_owned)).send().await;
        let answer = answer.or_absent("read the snapshots of clusters")?;
        Ok(answer.and_then(|answer| answer.snapshots).unwrap_or_default())
    }

    /// A serverless snapshot is restored by its name.
    fn observe_serverless(&self, found: &ServerlessSnapshot) -> Observed {
        Seen::new()
            .told_text("status", found.status().map(|status| status.as_str()))
            .told_text("reference", found.snapshot_name())
            .told_text("admin_user", found.admin_username())
            .told("size", self.size(found.total_backup_size_in_mega_bytes()))
            .ready()
    }

    /// A cluster's snapshot is restored by its ARN alone.
    fn observe_cluster(&self, found: &ClusterSnapshot) -> Observed {
        Seen::new()
            .told("status", found.status().map(|status| Value::text(status.to_uppercase())))
            .told_text("reference", found.snapshot_arn())
            .told_text("admin_user", found.master_username())
            .told("size", self.size(found.total_backup_size_in_mega_bytes()))
            .ready()
    }

    fn size(&self, megabytes: Option<f64>) -> Option<Value> {
        let megabytes = i128::from_f64(megabytes.unwrap_or_default().max(0.0).ceil())?;
        Some(self.0.measures.gibibyte.fraction(Fraction::new(megabytes, 1024)))
    }
}

/// Takes `arn:aws:redshift:REGION:ACCOUNT:snapshot:CLUSTER/NAME` apart.
fn cluster_and_name(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(7, ':');
    let kind = parts.nth(5)?;
    let (cluster, name) = parts.next()?.split_once('/')?;
    (kind == "snapshot").then_some((cluster, name))
}

fn not_an_arn(arn: &str) -> Fault {
    refusal("Snapshot", format!("`{arn}` is no ARN of a snapshot"))
        .at("arn")
        .help("a cluster's is `arn:aws:redshift:REGION:ACCOUNT:snapshot:CLUSTER/NAME`")
        .fault()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_cluster_and_name() {
        let arn = "arn:aws:redshift:us-east-1:123456789012:snapshot:warehouse/nightly:2026";
        assert_eq!(cluster_and_name(arn), Some(("warehouse", "nightly:2026")));
        assert_eq!(cluster_and_name("arn:aws:redshift:us-east-1:123456789012:cluster:x"), None);
        assert_eq!(cluster_and_name("nightly"), None);
    }
}
