//! BEGIN, COMMIT, ROLLBACK and what a failed statement does to a transaction.

use super::{Outcome, Session};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::Catalog;
use crate::warehouse::statement::TransactionStatement;

/// Where a session stands, as `ReadyForQuery` reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransactionState {
    Idle,
    Open,
    /// A statement failed; only ROLLBACK helps.
    Failed,
}

impl Session {
    /// Runs BEGIN, COMMIT or ROLLBACK; a COMMIT of a failed transaction rolls back.
    pub(super) fn control(&mut self, statement: TransactionStatement) -> Result<Outcome, SqlError> {
        let tag = match (statement, self.transaction) {
            (TransactionStatement::Begin, TransactionState::Idle) => {
                self.begin();
                "BEGIN"
            }
            (TransactionStatement::Begin, TransactionState::Open) => "BEGIN",
            (TransactionStatement::Begin, TransactionState::Failed) => return Err(aborted()),
            (TransactionStatement::Commit, TransactionState::Idle) => "COMMIT",
            (TransactionStatement::Commit, TransactionState::Open) => {
                self.commit()?;
                "COMMIT"
            }
            (TransactionStatement::Commit, TransactionState::Failed)
            | (TransactionStatement::Rollback, _) => {
                self.rollback();
                "ROLLBACK"
            }
        };
        Ok(Outcome::Command { tag: tag.to_owned(), rows: 0 })
    }

    /// Opens a transaction block, which takes its locks with its first statement.
    pub(super) fn begin(&mut self) {
        self.transaction = TransactionState::Open;
    }

    /// Makes the block's changes last.
    pub(super) fn commit(&mut self) -> Result<(), SqlError> {
        self.cursor = None;
        if !self.connection().is_autocommit()
            && let Err(error) = self.commit_noting()
        {
            self.rollback();
            return Err(error);
        }
        self.transaction = TransactionState::Idle;
        Ok(())
    }

    /// Commits what the open transaction has changed, and the receipt with it.
    pub(super) fn commit_noting(&self) -> Result<(), SqlError> {
        let own = Catalog::own(self.connection());
        if let Some(receipt) = &self.receipt
            && self.connection().transaction_state(Some(own.file))? == rusqlite::TransactionState::Write
        {
            own.note(receipt)?;
        }
        Ok(self.connection().execute_batch("commit")?)
    }

    /// Undoes the block.
    pub(super) fn rollback(&mut self) {
        self.cursor = None;
        self.undo();
        self.transaction = TransactionState::Idle;
    }

    /// Marks the block as failed and undoes it at once, so that nobody waits for it.
    pub(super) fn fail(&mut self) {
        self.cursor = None;
        self.undo();
        self.transaction = TransactionState::Failed;
    }

    /// A rollback fails only where nothing is open, and then nothing is to be undone.
    pub(super) fn undo(&self) {
        if !self.connection().is_autocommit() {
            drop(self.connection().execute_batch("rollback"));
        }
    }

    /// Refuses commands that Redshift runs outside transaction blocks only.
    pub(in crate::warehouse) fn forbid_transaction(&self, command: &str) -> Result<(), SqlError> {
        match self.transaction {
            TransactionState::Idle => Ok(()),
            TransactionState::Open | TransactionState::Failed => Err(SqlError::in_transaction(command)),
        }
    }
}

pub(super) fn aborted() -> SqlError {
    SqlError::new("25P02", "current transaction is aborted, commands ignored until end of transaction block")
}
