//! `shared_database`: a consumer's database made of a share.

use std::sync::Arc;

use async_trait::async_trait;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reading};
use rsx_lang::value::Record;

use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame;
use crate::sql::{identifier, literal};
use crate::warehouse::{self, text};

pub(crate) struct SharedDatabase(pub(crate) Arc<Outside>);

/// Where a shared database comes from.
#[derive(Debug, PartialEq, Eq)]
struct Source {
    share: String,
    producer: String,
}

#[async_trait]
impl Kind for SharedDatabase {
    fn name(&self) -> &'static str {
        "shared_database"
    }

    fn reading(&self) -> Reading {
        Reading::Wakes
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let fields = Fields::of(want);
        let name = fields.text("name")?;
        let wanted =
            Source { share: fields.text("share")?.to_owned(), producer: fields.text("producer")?.to_owned() };
        match self.look(cx, fields).await? {
            None => Ok(None),
            Some(Some(source)) if source == wanted => id(fields).map(Some),
            Some(Some(source)) => Err(Fault::Foreign {
                found: format!("the database `{name}`"),
                owner: format!("the share `{}` of {}", source.share, source.producer),
            }),
            Some(None) => Err(Fault::Foreign {
                found: format!("the database `{name}`"),
                owner: "the consumer itself: it is no shared database".to_owned(),
            }),
        }
    }

    async fn read(&self, cx: &Context, _: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        let last = Fields(last);
        let Some(Some(source)) = self.look(cx, last).await? else { return Ok(None) };
        let seen = Seen::new()
            .text("namespace", last.text("namespace")?)
            .text("name", last.text("name")?)
            .text("share", source.share)
            .text("producer", source.producer);
        Ok(Some(seen.ready()))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        if let Some(id) = self.find(cx, want).await? {
            return Ok(id);
        }
        let want = Fields::of(want);
        let sql = format!(
            "create database {} from datashare {} of namespace {}",
            identifier(want.text("name")?),
            identifier(want.text("share")?),
            literal(want.text("producer")?)
        );
        let at = warehouse::at(&self.0, cx, want)?;
        at.execute("database/create", &sql).await.map_err(|fault| blame(fault, "name"))?;
        id(want)
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, cx: &Context, _: &Id, last: &Record) -> Result<(), Fault> {
        let last = Fields(last);
        if let Some(Some(_)) = self.look(cx, last).await? {
            let sql = format!("drop database {}", identifier(last.text("name")?));
            warehouse::at(&self.0, cx, last)?.settle("database/drop", &sql).await?;
        }
        Ok(())
    }
}

impl SharedDatabase {
    /// Returns where the database of this name comes from, if there is one; a local one comes from nowhere.
    async fn look(&self, cx: &Context, fields: Fields<'_>) -> Result<Option<Option<Source>>, Fault> {
        let (at, name) = (warehouse::at(&self.0, cx, fields)?, literal(fields.text("name")?));
        let sql = format!(
            "select share_name, producer_namespace from svv_datashares \
             where share_type = 'INBOUND' and consumer_database = {name}"
        );
        let Some(rows) = at.rows("database/look", &sql).await? else { return Ok(None) };
        let source = |row: &Vec<_>| {
            Some(Source { share: text(row, 0)?.to_owned(), producer: text(row, 1)?.to_owned() })
        };
        if let Some(source) = rows.first().and_then(source) {
            return Ok(Some(Some(source)));
        }
        let sql = format!("select database_type from svv_redshift_databases where database_name = {name}");
        let rows = at.rows("database/local", &sql).await?.unwrap_or_default();
        Ok(rows.first().map(|_| None))
    }
}

fn id(want: Fields<'_>) -> Result<Id, Fault> {
    Ok(Id(format!("{}/{}", want.text("namespace")?, want.text("name")?).into()))
}
