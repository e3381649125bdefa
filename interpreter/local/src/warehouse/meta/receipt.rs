//! Receipts: which statements that nobody waits for have made their changes.

use super::Catalog;
use crate::warehouse::error::SqlError;

/// How long receipts are kept, in seconds: as long as the Data API keeps statements.
const KEPT: i64 = 24 * 60 * 60;

/// One statement of a submission to the Data API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// The submission.
    pub(crate) statement: String,
    /// Which of its statements, counted from 1.
    pub(crate) part: usize,
}

impl Catalog<'_> {
    /// Notes it, so that it lasts if and only if the open transaction does.
    pub(crate) fn note(&self, receipt: &Receipt) -> Result<(), SqlError> {
        let now = jiff::Timestamp::now().as_second();
        self.change("delete from @receipt where at < ?1", [now - KEPT])?;
        let part = i64::try_from(receipt.part).unwrap_or(i64::MAX);
        self.change("insert into @receipt values (?1, ?2, ?3)", (&receipt.statement, part, now))?;
        Ok(())
    }

    /// The last part of a submission that has made its changes; 0 if none has.
    pub(crate) fn noted(&self, statement: &str) -> Result<usize, SqlError> {
        let last = "select coalesce(max(part), 0) from @receipt where statement = ?1";
        let last = self.find(last, [statement], |row| row.get::<_, i64>(0))?;
        Ok(last.and_then(|part| usize::try_from(part).ok()).unwrap_or_default())
    }
}
