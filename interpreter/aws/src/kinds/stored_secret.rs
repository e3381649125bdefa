//! `stored_secret`: a secret that somebody else keeps, looked up.

use std::sync::Arc;

use async_trait::async_trait;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::Record;

use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::{Worded, refusal};
use crate::versions;

pub(crate) struct StoredSecret(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for StoredSecret {
    fn name(&self) -> &'static str {
        "stored_secret"
    }

    async fn find(&self, _: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let name = Fields::of(want).text("name")?;
        Ok(self.0.describe_secret(name).await?.map(|_| Id(name.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let found = self.0.describe_secret(&id.0).await?;
        let Some(found) = found.filter(|found| found.deleted_date().is_none()) else { return Ok(None) };
        let seen = Seen::new()
            .text("name", id.0.clone())
            .told_text("arn", found.arn())
            .told_text("version", versions::current(&found));
        Ok(Some(seen.ready()))
    }

    async fn create(&self, _: &Context, _: &Known) -> Result<Id, Fault> {
        Err(refusal("Found", "a stored secret is found, never made").fault())
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context, _: &Id, _: &Record) -> Result<(), Fault> {
        Ok(())
    }
}
