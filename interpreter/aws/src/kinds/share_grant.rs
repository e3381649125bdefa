//! `share_grant`: that a consumer's namespace may use a share.

use std::sync::Arc;

use async_trait::async_trait;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reading};
use rsx_lang::value::Record;

use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame;
use crate::sql::{identifier, literal};
use crate::warehouse;

pub(crate) struct ShareGrant(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for ShareGrant {
    fn name(&self) -> &'static str {
        "share_grant"
    }

    fn reading(&self) -> Reading {
        Reading::Wakes
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        self.is_there(cx, want).await?.then(|| id(want)).transpose()
    }

    async fn read(&self, cx: &Context, _: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        let last = Fields(last);
        let seen = Seen::new()
            .text("namespace", last.text("namespace")?)
            .text("share", last.text("share")?)
            .text("consumer", last.text("consumer")?);
        Ok(self.is_there(cx, last).await?.then(|| seen.ready()))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        if !self.is_there(cx, want).await? {
            let sql = format!("grant usage on datashare {} to {}", share(want)?, consumer(want)?);
            let at = warehouse::at(&self.0, cx, want)?;
            at.execute("share/grant", &sql).await.map_err(|fault| blame(fault, "consumer"))?;
        }
        id(want)
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, cx: &Context, _: &Id, last: &Record) -> Result<(), Fault> {
        let last = Fields(last);
        if self.is_there(cx, last).await? {
            let sql = format!("revoke usage on datashare {} from {}", share(last)?, consumer(last)?);
            warehouse::at(&self.0, cx, last)?.settle("share/revoke", &sql).await?;
        }
        Ok(())
    }
}

impl ShareGrant {
    async fn is_there(&self, cx: &Context, fields: Fields<'_>) -> Result<bool, Fault> {
        let sql = format!(
            "select share_name from svv_datashare_consumers where share_name = {} and consumer_namespace = {}",
            literal(fields.text("share")?),
            literal(fields.text("consumer")?)
        );
        let rows = warehouse::at(&self.0, cx, fields)?.rows("share/consumers", &sql).await?;
        Ok(rows.is_some_and(|rows| !rows.is_empty()))
    }
}

fn share(fields: Fields<'_>) -> Result<String, Fault> {
    Ok(identifier(fields.text("share")?))
}

/// A namespace is named by its GUID as a text: without quotes it would be a user (observed).
fn consumer(fields: Fields<'_>) -> Result<String, Fault> {
    Ok(format!("namespace {}", literal(fields.text("consumer")?)))
}

fn id(want: Fields<'_>) -> Result<Id, Fault> {
    let (namespace, share) = (want.text("namespace")?, want.text("share")?);
    Ok(Id(format!("{namespace}/{share}/{}", want.text("consumer")?).into()))
}
