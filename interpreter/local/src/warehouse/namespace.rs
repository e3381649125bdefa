//! A namespace while the process runs: its present file, who waits on it, what was asked of it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio_util::sync::CancellationToken;

use super::instant;
use super::verifier::Verifier;

/// The state that is shared by a namespace's sessions.
#[derive(Debug)]
pub(crate) struct Namespace {
    /// The GUID that grants name.
    pub(crate) id: String,
    generation: Mutex<Generation>,
    temporary: Mutex<Vec<TemporaryLogin>>,
    history: Mutex<VecDeque<Record>>,
    counter: AtomicI64,
}

/// The namespace's file between two restores.
#[derive(Debug, Clone)]
pub(crate) struct Generation {
    pub(crate) path: PathBuf,
    /// Cancelled when the file is replaced or dropped; sessions on it end.
    pub(crate) life: CancellationToken,
}

/// A password that expires, as `GetCredentials` gives it.
#[derive(Debug, Clone)]
struct TemporaryLogin {
    user: String,
    verifier: Verifier,
    expires: SystemTime,
}

/// One line of `sys_query_history`.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: i64,
    pub(crate) user: i64,
    pub(crate) database: String,
    pub(crate) session: i32,
    pub(crate) query_type: &'static str,
    pub(crate) status: Status,
    pub(crate) started: String,
    pub(crate) ended: Option<String>,
    pub(crate) text: String,
    pub(crate) error: Option<String>,
    pub(crate) rows: i64,
}

/// How far a statement has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Running,
    Success,
    Failed,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
        }
    }
}

/// How many statements are remembered for each namespace.
const REMEMBERED: usize = 5000;

impl Namespace {
    pub(super) fn new(id: &str, path: PathBuf) -> Self {
        Self {
            id: id.to_owned(),
            generation: Mutex::new(Generation { path, life: CancellationToken::new() }),
            temporary: Mutex::default(),
            history: Mutex::default(),
            counter: AtomicI64::new(1000),
        }
    }

    pub(crate) fn generation(&self) -> Generation {
        held(&self.generation).clone()
    }

    /// Puts another file in the namespace's place and ends the sessions on the old one.
    pub(super) fn turn_over(&self, path: PathBuf) {
        let mut generation = held(&self.generation);
        generation.life.cancel();
        *generation = Generation { path, life: CancellationToken::new() };
        held(&self.temporary).clear();
    }

    pub(super) fn end(&self) {
        held(&self.generation).life.cancel();
    }

    pub(crate) fn next_number(&self) -> i64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn add_temporary(&self, user: &str, password: &str, expires: SystemTime) {
        let mut logins = held(&self.temporary);
        let now = SystemTime::now();
        logins.retain(|login| login.expires > now);
        logins.push(TemporaryLogin {
            user: user.to_owned(),
            verifier: Verifier::of_password(user, password),
            expires,
        });
    }

    /// The verifiers of a user's temporary passwords that haven't expired.
    pub(super) fn temporary(&self, user: &str) -> Vec<Verifier> {
        let now = SystemTime::now();
        held(&self.temporary)
            .iter()
            .filter(|login| login.user == user && login.expires > now)
            .map(|login| login.verifier.clone())
            .collect()
    }

    pub(crate) fn history(&self) -> Vec<Record> {
        held(&self.history).iter().cloned().collect()
    }

    pub(super) fn begin(&self, record: Record) {
        let mut history = held(&self.history);
        if history.len() == REMEMBERED {
            history.pop_front();
        }
        history.push_back(record);
    }

    pub(super) fn finish(&self, id: i64, outcome: Result<i64, String>) {
        let mut history = held(&self.history);
        if let Some(record) = history.iter_mut().rev().find(|record| record.id == id) {
            record.ended = Some(instant::timestamp_text(instant::now()));
            match outcome {
                Ok(rows) => {
                    record.status = Status::Success;
                    record.rows = rows;
                }
                Err(message) => {
                    record.status = Status::Failed;
                    record.error = Some(message);
                }
            }
        }
    }
}

/// Locks; a thread that panicked while holding the lock leaves the data usable.
pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
