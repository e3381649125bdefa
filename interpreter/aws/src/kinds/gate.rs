//! `gate`: that a query on a shared database has answered on a reader, as the user that clients are.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reading};
use rsx_lang::value::Record;
use smol_str::SmolStr;

use crate::counting::Shared;
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame;
use crate::warehouse;

pub(crate) struct Gate(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for Gate {
    fn name(&self) -> &'static str {
        "gate"
    }

    fn reading(&self) -> Reading {
        Reading::Wakes
    }

    /// An answer that nobody wrote down is asked for again.
    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        match self.create(cx, want).await {
            Ok(id) => Ok(Some(id)),
            Err(Fault::Refused(_)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn read(&self, cx: &Context, id: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        if self.0.closed_gates.contain(id) {
            return Ok(None);
        }
        let fields = Fields(last);
        match self.ask(cx, fields).await {
            Ok(()) => {}
            Err(Fault::Refused(_)) => return Ok(None),
            Err(fault) => return Err(fault),
        }
        let seen = Seen::new()
            .text("namespace", fields.text("namespace")?)
            .text("database", fields.text("database")?)
            .text("producer", fields.text("producer")?);
        Ok(Some(seen.ready()))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        self.ask(cx, want).await.map_err(|fault| blame(fault, "database"))?;
        let id = Id(format!("{}/{}/gate", want.text("namespace")?, want.text("database")?).into());
        self.0.closed_gates.reopen(&id);
        Ok(id)
    }

    /// Traffic will come in elsewhere: before it does, the query must have answered again.
    async fn update(&self, cx: &Context, _: &Id, change: &Change<'_>) -> Result<(), Fault> {
        self.ask(cx, Fields::of(change.want)).await.map_err(|fault| blame(fault, "database"))
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        self.0.closed_gates.close(id.clone());
        Ok(())
    }
}

/// What this process has taken away of that which nobody outside knows: a gate, a statement that was run, that a
/// restore took place and that no snapshot is to be taken are nothing but our records.
#[derive(Debug, Default)]
pub(crate) struct ClosedGates(Mutex<BTreeSet<SmolStr>>);

impl ClosedGates {
    pub(crate) fn contain(&self, id: &Id) -> bool {
        self.lock().contains(&id.0)
    }

    pub(crate) fn close(&self, id: Id) {
        self.lock().insert(id.0);
    }

    pub(crate) fn reopen(&self, id: &Id) {
        self.lock().remove(&id.0);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<SmolStr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gate {
    /// Asks for one row of one shared table; this proves share, grant, database and password on that reader.
    async fn ask(&self, cx: &Context, fields: Fields<'_>) -> Result<(), Fault> {
        let (at, shared) = (warehouse::at(&self.0, cx, fields)?, Shared::read(fields)?);
        let ask = |sql: String| {
            let at = &at;
            async move { at.query("gate/tables", &sql).await }
        };
        match shared.first(ask).await? {
            Some(table) => {
                let sql = format!("select 1 from {} limit 1", table.path);
                at.query("gate/rows", &sql).await.map(drop)
            }
            None => {
                (cx.progress)(format!(
                    "`{}` has no table yet: that it can be asked is all that was shown",
                    fields.text("database")?
                ));
                Ok(())
            }
        }
    }
}
