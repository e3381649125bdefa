//! `final_snapshot`: that a snapshot is taken when a namespace goes, while its workgroup still stands; or that none is.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_redshiftserverless::types::SnapshotStatus;
use num_traits::ToPrimitive;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Status};
use rsx_lang::value::Record;
use sha2::{Digest, Sha256};

use crate::fault::Answered;
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame;
use crate::tags::Tags;

/// Its id is the snapshot's name, chosen when it is made: a name fixed by the spec would collide at the second destroy.
pub(crate) struct FinalSnapshot(pub(crate) Arc<Outside>);

const DAY: i32 = 86_400;

#[async_trait]
impl Kind for FinalSnapshot {
    fn name(&self) -> &'static str {
        "final_snapshot"
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        id(cx, Fields::of(want)).map(Some)
    }

    /// It is ready as long as it was not taken, and gone when it is there.
    async fn read(&self, _: &Context, id: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        if self.0.closed_gates.contain(id) {
            return Ok(None);
        }
        let last = Fields(last);
        let call = self.0.clients.serverless().get_snapshot().snapshot_name(id.0.as_str());
        let answer = call.send().await.or_absent("read the snapshot")?;
        let seen = Seen::new()
            .text("name", id.0.clone())
            .told_text("namespace", last.maybe_text("namespace")?)
            .told_text("namespace_id", last.maybe_text("namespace_id")?);
        let Some(taken) = answer.and_then(|answer| answer.snapshot) else {
            let stands = match last.maybe_text("namespace")? {
                Some(namespace) => self.0.namespace(namespace).await?.is_some(),
                None => true,
            };
            return Ok(stands.then(|| seen.ready()));
        };
        let word = |status: &SnapshotStatus| status.as_str().to_owned();
        match taken.status() {
            Some(SnapshotStatus::Available | SnapshotStatus::Deleted) => Ok(None),
            Some(status @ (SnapshotStatus::Failed | SnapshotStatus::Cancelled)) => {
                let words = format!("the snapshot {} is {}", id.0, word(status));
                Ok(Some(seen.status(Status::Failed(words))))
            }
            Some(status) => Ok(Some(seen.status(Status::Leaving(progress(&word(status), &taken).into())))),
            None => Ok(Some(seen.status(Status::Leaving("being taken".into())))),
        }
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        id(cx, Fields::of(want))
    }

    /// How long it is kept matters when it is taken.
    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, cx: &Context, id: &Id, last: &Record) -> Result<(), Fault> {
        let last = Fields(last);
        let Some(keep) = last.maybe_amount("keep")? else {
            self.0.closed_gates.close(id.clone());
            return Ok(());
        };
        let namespace = last.text("namespace")?;
        let there = self.0.clients.serverless().get_snapshot().snapshot_name(id.0.as_str());
        let taken = there.send().await.or_absent("read the snapshot")?.is_some();
        if taken || self.0.namespace(namespace).await?.is_none() {
            return Ok(());
        }
        let days = self.0.measures.second.count(keep).to_i32().unwrap_or(i32::MAX) / DAY;
        let call = self
            .0
            .clients
            .serverless()
            .create_snapshot()
            .namespace_name(namespace)
            .snapshot_name(id.0.as_str())
            .retention_period(days)
            .set_tags(Some(Tags::of_stack(cx).serverless()));
        let answer = call.send().await.or_fault("take the final snapshot");
        answer.map(drop).map_err(|fault| blame(fault, "namespace"))
    }
}

/// Says how far a snapshot is.
fn progress(word: &str, taken: &aws_sdk_redshiftserverless::types::Snapshot) -> String {
    match taken.estimated_seconds_to_completion().filter(|seconds| *seconds > 0) {
        Some(seconds) => format!("{word}, {seconds} s to go"),
        None => word.to_owned(),
    }
}

/// `NAMESPACE-final-xxxxxx`, in groups joined by single hyphens (Redshift Serverless CreateSnapshot).
fn id(cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
    let namespace = want.text("namespace")?;
    let groups: Vec<_> = namespace.split('-').filter(|group| !group.is_empty()).collect();
    let digest = hex::encode(Sha256::digest(cx.token.as_bytes()));
    let run = digest.get(..6).unwrap_or(&digest);
    Ok(Id(format!("{}-final-{run}", groups.join("-")).into()))
}
