//! Warehouses as SQL kinds reach them: by the door in their fields, unless the warehouse is gone with all that was in it.

use std::sync::Arc;

use aws_sdk_redshiftserverless::types::WorkgroupStatus;
use rsx_engine::provider::{Context, Fault};

use crate::fields::Fields;
use crate::outside::Outside;
use crate::sql::{Cell, DataApi, literal};

/// Returns the way to the warehouse that a record's field `at` names.
pub(crate) fn at(outside: &Arc<Outside>, cx: &Context, fields: Fields<'_>) -> Result<DataApi, Fault> {
    let door = fields.record("at")?;
    Ok(DataApi {
        outside: Arc::clone(outside),
        cx: cx.clone(),
        workgroup: door.text("workgroup")?.to_owned(),
        database: door.text("database")?.to_owned(),
        secret: door.text("secret")?.to_owned(),
    })
}

impl DataApi {
    /// Asks for rows; nothing if the warehouse is gone or going.
    pub(crate) async fn rows(&self, step: &str, sql: &str) -> Result<Option<Vec<Vec<Cell>>>, Fault> {
        let asked = self.query(step, sql).await;
        self.unless_gone(asked).await
    }

    /// Changes something; there is nothing to change if the warehouse is gone or going.
    pub(crate) async fn settle(&self, step: &str, sql: &str) -> Result<(), Fault> {
        let done = self.execute(step, sql).await;
        self.unless_gone(done).await.map(drop)
    }

    /// Sorts out a refusal that comes of a warehouse that is gone or going.
    async fn unless_gone<T>(&self, result: Result<T, Fault>) -> Result<Option<T>, Fault> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(fault @ (Fault::Refused(_) | Fault::Busy(_))) => {
                let found = self.outside.workgroup(&self.workgroup).await?;
                let status = found.as_ref().and_then(|found| found.status());
                match status {
                    None | Some(WorkgroupStatus::Deleting) => Ok(None),
                    Some(_) => Err(fault),
                }
            }
            Err(fault) => Err(fault),
        }
    }
}

/// Returns a cell of a row.
pub(crate) fn cell(row: &[Cell], at: usize) -> &Cell {
    row.get(at).unwrap_or(&Cell::Null)
}

/// Returns the text of a cell of a row.
pub(crate) fn text(row: &[Cell], at: usize) -> Option<&str> {
    cell(row, at).text()
}

/// Writes texts for `in (…)`.
pub(crate) fn among<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(literal).collect::<Vec<_>>().join(", ")
}
