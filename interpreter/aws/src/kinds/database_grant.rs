//! `database_grant`: that a user may use a shared database, and so everything in it.

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

pub(crate) struct DatabaseGrant(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for DatabaseGrant {
    fn name(&self) -> &'static str {
        "database_grant"
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
            .text("database", last.text("database")?)
            .text("user", last.text("user")?);
        Ok(self.is_there(cx, last).await?.then(|| seen.ready()))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        if !self.is_there(cx, want).await? {
            let sql = format!("grant usage on database {} to {}", database(want)?, user(want)?);
            let at = warehouse::at(&self.0, cx, want)?;
            at.execute("database/grant", &sql).await.map_err(|fault| blame(fault, "user"))?;
        }
        id(want)
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, cx: &Context, _: &Id, last: &Record) -> Result<(), Fault> {
        let last = Fields(last);
        if self.is_there(cx, last).await? {
            let sql = format!("revoke usage on database {} from {}", database(last)?, user(last)?);
            warehouse::at(&self.0, cx, last)?.settle("database/revoke", &sql).await?;
        }
        Ok(())
    }
}

impl DatabaseGrant {
    async fn is_there(&self, cx: &Context, fields: Fields<'_>) -> Result<bool, Fault> {
        let sql = format!(
            "select privilege_type from svv_database_privileges \
             where database_name = {} and identity_name = {} and privilege_type = 'USAGE'",
            literal(fields.text("database")?),
            literal(fields.text("user")?)
        );
        let rows = warehouse::at(&self.0, cx, fields)?.rows("database/privileges", &sql).await?;
        Ok(rows.is_some_and(|rows| !rows.is_empty()))
    }
}

fn database(fields: Fields<'_>) -> Result<String, Fault> {
    Ok(identifier(fields.text("database")?))
}

fn user(fields: Fields<'_>) -> Result<String, Fault> {
    Ok(identifier(fields.text("user")?))
}

fn id(want: Fields<'_>) -> Result<Id, Fault> {
    let (namespace, database) = (want.text("namespace")?, want.text("database")?);
    Ok(Id(format!("{namespace}/{database}/{}", want.text("user")?).into()))
}
