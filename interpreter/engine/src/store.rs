//! Where a journal is kept: what a file, a bucket or memory must be able to do.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Keeps the journal of one deployment.
#[async_trait]
pub trait Store: Send + Sync {
    /// Returns the whole journal; empty if there is none yet.
    async fn load(&self) -> Result<String, StoreFault>;

    /// Adds lines; they outlast the process and the machine once this returns.
    async fn append(&self, lines: &str) -> Result<(), StoreFault>;

    /// Puts another journal in place of the present one, wholly or not at all.
    async fn compact(&self, journal: &str) -> Result<(), StoreFault>;

    /// Keeps others from changing the journal until the lock is released or dropped.
    async fn lock(&self, holder: &Holder) -> Result<Box<dyn Lock>, StoreFault>;

    /// Takes a lock away from whoever holds it.
    async fn unlock(&self) -> Result<(), StoreFault>;
}

/// A lock that is held.
#[async_trait]
pub trait Lock: Send + Sync {
    /// Gives it back.
    async fn release(self: Box<Self>) -> Result<(), StoreFault>;
}

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The user and the machine.
    pub who: String,
    /// What is being done.
    pub doing: String,
    /// Since when.
    pub since: Timestamp,
}

/// How keeping a journal fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// Somebody else holds the lock.
    Locked(Box<Holder>),
    /// Somebody else has changed it meanwhile, in spite of the lock.
    Overtaken,
    /// It can't be reached, read or written; in words.
    Unreachable(String),
}

impl std::fmt::Display for StoreFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Locked(holder) => {
                write!(f, "{} holds the lock since {}, to {}", holder.who, holder.since, holder.doing)
            }
            Self::Overtaken => f.write_str("somebody else has changed the state meanwhile"),
            Self::Unreachable(words) => f.write_str(words),
        }
    }
}

/// A journal in memory, which ends with the process.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    journal: String,
    holder: Option<Holder>,
}

impl Memory {
    /// Makes one that holds a journal already.
    pub fn with(journal: impl Into<String>) -> Self {
        Self(Arc::new(Mutex::new(Kept { journal: journal.into(), holder: None })))
    }

    fn kept<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Store for Memory {
    async fn load(&self) -> Result<String, StoreFault> {
        Ok(self.kept(|kept| kept.journal.clone()))
    }

    async fn append(&self, lines: &str) -> Result<(), StoreFault> {
        self.kept(|kept| kept.journal.push_str(lines));
        Ok(())
    }

    async fn compact(&self, journal: &str) -> Result<(), StoreFault> {
        self.kept(|kept| journal.clone_into(&mut kept.journal));
        Ok(())
    }

    async fn lock(&self, holder: &Holder) -> Result<Box<dyn Lock>, StoreFault> {
        self.kept(|kept| match &kept.holder {
            Some(other) => Err(StoreFault::Locked(Box::new(other.clone()))),
            None => {
                kept.holder = Some(holder.clone());
                Ok(Box::new(Held(self.clone())) as Box<dyn Lock>)
            }
        })
    }

    async fn unlock(&self) -> Result<(), StoreFault> {
        self.kept(|kept| kept.holder = None);
        Ok(())
    }
}

struct Held(Memory);

#[async_trait]
impl Lock for Held {
    async fn release(self: Box<Self>) -> Result<(), StoreFault> {
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.kept(|kept| kept.holder = None);
    }
}
