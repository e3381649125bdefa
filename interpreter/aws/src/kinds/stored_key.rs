//! `stored_key`: a key that somebody else keeps, looked up by its alias.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_kms::types::KeyState;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::Record;

use crate::fault::Answered;
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::{Worded, refusal};

pub(crate) struct StoredKey(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for StoredKey {
    fn name(&self) -> &'static str {
        "stored_key"
    }

    async fn find(&self, _: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        Ok(Some(Id(Fields::of(want).text("alias")?.into())))
    }

    /// A key that can't be used is as good as none, but for the words.
    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call = self.0.clients.keys().describe_key().key_id(format!("alias/{}", id.0));
        let answer = call.send().await.or_absent("read the key")?;
        let Some(found) = answer.and_then(|answer| answer.key_metadata) else { return Ok(None) };
        match found.key_state() {
            None | Some(KeyState::Enabled) => {
                let seen = Seen::new().text("alias", id.0.clone()).told_text("arn", found.arn());
                Ok(Some(seen.ready()))
            }
            Some(other) => {
                let message = format!("the key behind `alias/{}` is {}, not Enabled", id.0, other.as_str());
                Err(refusal("KMSInvalidStateException", message).at("alias").fault())
            }
        }
    }

    async fn create(&self, _: &Context, _: &Known) -> Result<Id, Fault> {
        Err(refusal("Found", "a stored key is found, never made").fault())
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context, _: &Id, _: &Record) -> Result<(), Fault> {
        Ok(())
    }
}
