//! `key`: one symmetric key with its alias, rotated every year.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_kms::types::{KeyMetadata, KeyState};
use aws_sdk_redshiftserverless::types::{Snapshot, SnapshotStatus};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Status};
use rsx_lang::value::Record;

use crate::fault::{Answered, incomplete};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::tags::{self, Retagging, Tags};

pub(crate) struct Key(pub(crate) Arc<Outside>);

/// What every alias begins with (KMS CreateAlias).
const ALIAS: &str = "alias/";
/// The tag of a key that was left behind because a snapshot needs it; such a key is nobody's.
const KEPT: &str = "rsx:kept";
/// How long KMS keeps a key that is to go, in days; the least that it takes (KMS ScheduleKeyDeletion).
const WINDOW: i32 = 7;

#[async_trait]
impl Kind for Key {
    fn name(&self) -> &'static str {
        "key"
    }

    /// Looks behind the alias, then at the tags of every key: its maker may have been killed before the alias.
    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let alias = Fields::of(want).text("alias")?;
        let found = match self.behind(cx, alias).await? {
            Some(id) => Some(id),
            None => self.tagged(cx).await?,
        };
        let Some(id) = found else { return Ok(None) };
        self.finish(&id, alias).await?;
        Ok(Some(Id(id.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let Some(found) = self.describe(&id.0).await?.filter(is_there) else { return Ok(None) };
        let tags = self.tags(&id.0).await?;
        if tags.get(KEPT).is_some() {
            return Ok(None);
        }
        let status = match found.key_state() {
            Some(KeyState::Enabled) => Status::Ready,
            Some(KeyState::Creating | KeyState::Updating) => Status::Changing("being made".into()),
            Some(other) => Status::Failed(format!("the key is {}", other.as_str())),
            None => Status::Changing("in no state".into()),
        };
        let alias = self.alias(&id.0).await?;
        let seen = Seen::new()
            .told_text("alias", alias.as_deref())
            .text("description", found.description().unwrap_or_default())
            .map("tags", tags.of_user(&[]))
            .text("id", found.key_id())
            .told_text("arn", found.arn());
        Ok(Some(seen.status(status)))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        let alias = want.text("alias")?;
        let id = match self.behind(cx, alias).await? {
            Some(id) => id,
            None => self.make(cx, want).await?,
        };
        self.finish(&id, alias).await?;
        Ok(Id(id.into()))
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let keys = self.0.clients.keys();
        let want = Fields::of(change.want);
        if change.fields.iter().any(|field| field == "description") {
            let call = keys.update_key_description().key_id(id.0.as_str());
            call.description(want.text("description")?).send().await.or_fault("describe the key")?;
        }
        let retagging = Retagging::between(Fields(change.before), want)?;
        if let Some(tags) = retagging.set() {
            let call = keys.tag_resource().key_id(id.0.as_str()).set_tags(Some(tags.keys()));
            call.send().await.or_fault("change tags")?;
        }
        if let Some(names) = retagging.unset() {
            let call = keys.untag_resource().key_id(id.0.as_str()).set_tag_keys(Some(names));
            call.send().await.or_fault("take tags away")?;
        }
        Ok(())
    }

    /// A key that encrypts a kept snapshot stays, without its alias: without it the snapshot could never be read again.
    async fn delete(&self, cx: &Context, id: &Id, last: &Record) -> Result<(), Fault> {
        let keys = self.0.clients.keys();
        let Some(found) = self.describe(&id.0).await?.filter(is_there) else { return Ok(()) };
        let alias = format!("{ALIAS}{}", Fields(last).text("alias")?);
        if self.alias(&id.0).await?.is_some() {
            keys.delete_alias().alias_name(alias).send().await.or_absent("delete the alias")?;
        }
        match self.snapshot_under(&found).await? {
            Some(snapshot) => {
                (cx.progress)(format!("the key {} stays: it encrypts the snapshot {snapshot}", id.0));
                let mut kept = Tags::default();
                kept.set(KEPT, &snapshot);
                let call = keys.tag_resource().key_id(id.0.as_str()).set_tags(Some(kept.keys()));
                call.send().await.or_fault("mark the key as kept").map(drop)
            }
            None => {
                let call = keys.schedule_key_deletion().key_id(id.0.as_str()).pending_window_in_days(WINDOW);
                call.send().await.or_absent("delete the key").map(drop)
            }
        }
    }
}

impl Key {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<String, Fault> {
        let call = self.0.clients.keys().create_key().description(want.text("description")?);
        let call = call.set_tags(Some(Tags::wanted(cx, want)?.keys()));
        let answer = call.send().await.or_fault("create the key")?;
        answer.key_metadata.map(|made| made.key_id).ok_or_else(|| incomplete("key"))
    }

    async fn describe(&self, id: &str) -> Result<Option<KeyMetadata>, Fault> {
        let answer =
            self.0.clients.keys().describe_key().key_id(id).send().await.or_absent("read the key")?;
        Ok(answer.and_then(|answer| answer.key_metadata))
    }

    async fn tags(&self, id: &str) -> Result<Tags, Fault> {
        let answer = self.0.clients.keys().list_resource_tags().key_id(id).send().await;
        let tags =
            answer.or_absent("read the key's tags")?.and_then(|answer| answer.tags).unwrap_or_default();
        Ok(Tags::read(tags.iter().map(|tag| (Some(tag.tag_key()), Some(tag.tag_value())))))
    }

    /// Returns the id of our key to which an alias points.
    async fn behind(&self, cx: &Context, alias: &str) -> Result<Option<String>, Fault> {
        let found = self.describe(&format!("{ALIAS}{alias}")).await?;
        let Some(id) = found.filter(is_there).map(|found| found.key_id) else { return Ok(None) };
        self.tags(&id).await?.prove(cx, &format!("the key behind `{ALIAS}{alias}`"))?;
        Ok(Some(id))
    }

    /// Returns the key that the caller's deployment made as this resource; KMS has no filter for that.
    async fn tagged(&self, cx: &Context) -> Result<Option<String>, Fault> {
        let pages = self.0.clients.keys().list_keys().into_paginator().items().send();
        let all = pages.collect::<Result<Vec<_>, _>>().await.or_fault("list the keys")?;
        for id in all.into_iter().filter_map(|entry| entry.key_id) {
            // Keys of others may be closed to us.
            let Ok(tags) = self.tags(&id).await else { continue };
            let ours = tags.get(tags::ID) == Some(cx.owner.id.as_str())
                && tags.get(tags::ADDRESS) == Some(tags::slashed(&cx.address).as_str())
                && tags.get(KEPT).is_none();
            if ours && self.describe(&id).await?.is_some_and(|found| is_there(&found)) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Has the key rotated, and gives it its alias unless it has it.
    async fn finish(&self, id: &str, alias: &str) -> Result<(), Fault> {
        let keys = self.0.clients.keys();
        keys.enable_key_rotation().key_id(id).send().await.or_fault("have the key rotated")?;
        if self.alias(id).await?.as_deref() == Some(alias) {
            return Ok(());
        }
        let call = keys.create_alias().alias_name(format!("{ALIAS}{alias}")).target_key_id(id);
        call.send().await.or_fault("give the key its alias").map(drop)
    }

    async fn alias(&self, id: &str) -> Result<Option<String>, Fault> {
        let answer = self.0.clients.keys().list_aliases().key_id(id).send().await;
        let aliases =
            answer.or_absent("read the key's alias")?.and_then(|answer| answer.aliases).unwrap_or_default();
        let name = aliases.into_iter().find_map(|entry| entry.alias_name);
        Ok(name.and_then(|name| name.strip_prefix(ALIAS).map(str::to_owned)))
    }

    /// Returns the name of a snapshot that can't be read without this key.
    async fn snapshot_under(&self, key: &KeyMetadata) -> Result<Option<String>, Fault> {
        let pages = self.0.clients.serverless().list_snapshots().into_paginator().items().send();
        let all = pages.collect::<Result<Vec<_>, _>>().await.or_fault("list the snapshots")?;
        let needs = |snapshot: &Snapshot| {
            let named = snapshot.kms_key_id();
            let is_kept =
                !matches!(snapshot.status(), Some(SnapshotStatus::Deleted | SnapshotStatus::Failed));
            is_kept && named.is_some() && (named == key.arn() || named == Some(key.key_id()))
        };
        Ok(all.into_iter().find(needs).and_then(|snapshot| snapshot.snapshot_name))
    }
}

/// A key is never gone at once; one that waits for its end is as good as gone.
fn is_there(key: &KeyMetadata) -> bool {
    !matches!(key.key_state(), Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion))
}
