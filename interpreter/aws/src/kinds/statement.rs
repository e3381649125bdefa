//! `statement`: that SQL of the user's own has been run on a warehouse.

use std::sync::Arc;

use async_trait::async_trait;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reading};
use rsx_lang::value::Record;
use sha2::{Digest, Sha256};

use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::Worded;
use crate::sql::split;
use crate::warehouse;

/// It leaves no trace of its own: that it was run is known from the journal, and from what `done_when` asks.
pub(crate) struct Statement(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for Statement {
    fn name(&self) -> &'static str {
        "statement"
    }

    fn reading(&self) -> Reading {
        Reading::Never
    }

    /// Sent again under the same token, it is not run twice (Redshift Data, `ClientToken`, for 8 hours).
    async fn find(&self, _: &Context, _: &Known) -> Result<Option<Id>, Fault> {
        Ok(None)
    }

    async fn read(&self, _: &Context, id: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        if self.0.closed_gates.contain(id) {
            return Ok(None);
        }
        let last = Fields(last);
        let seen = Seen::new().text("namespace", last.text("namespace")?).text("sql", last.text("sql")?);
        Ok(Some(seen.ready()))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        let sql = want.text("sql")?;
        if want.flag("done")? {
            (cx.progress)("`done_when` holds already: nothing was run".to_owned());
        } else {
            let ran = self.run(cx, want, "step", sql).await;
            ran.map_err(|fault| refused(fault, "sql", "change the statement, then run again"))?;
        }
        let digest = hex::encode(Sha256::digest(sql));
        let short = digest.get(..12).unwrap_or(&digest);
        let id = Id(format!("{}/{short}", want.text("namespace")?).into());
        self.0.closed_gates.reopen(&id);
        Ok(id)
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, cx: &Context, id: &Id, last: &Record) -> Result<(), Fault> {
        let last = Fields(last);
        if let Some(undo) = last.maybe_text("undo")? {
            let ran = self.run(cx, last, "step/undo", undo).await;
            ran.map_err(|fault| refused(fault, "undo", UNDO))?;
        }
        self.0.closed_gates.close(id.clone());
        Ok(())
    }
}

/// What mends an undo that fails.
const UNDO: &str = "write an `undo` that succeeds also where nothing is left to take back; a step that is not in the \
                    spec any more has to be put back with it, and taken out after a run";

/// Lays the blame for a refusal on the text that was run.
fn refused(fault: Fault, field: &str, help: &str) -> Fault {
    let Fault::Refused(refusal) = fault else { return fault };
    refusal.at(field).help(help).fault()
}

impl Statement {
    /// Runs one statement alone, since some can't stand in a transaction, and several in one.
    async fn run(&self, cx: &Context, fields: Fields<'_>, step: &str, sql: &str) -> Result<(), Fault> {
        let at = warehouse::at(&self.0, cx, fields)?;
        let statements = split(sql);
        match statements.as_slice() {
            [one] => at.execute(step, one).await,
            several => at.batch(step, several).await,
        }
    }
}
