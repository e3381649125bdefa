//! Sessions that outlive a statement: kept for a while after each, for the next one that names them.
//!
//! They are the process's own, as connections are: a restarted cloud has none.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::{Target, invalid, not_found};
use crate::call::Refusal;
use crate::warehouse::Session;

/// Sessions that may be kept at once (API reference, `ActiveSessionsExceededException`).
const MOST: usize = 500;

/// What is kept, by session id.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<BTreeMap<String, Kept>>);

#[derive(Debug)]
struct Kept {
    target: Target,
    /// The ARN of the caller who began it; nobody else may go on with it.
    caller: String,
    keep: SignedDuration,
    /// Away while a statement runs in it.
    session: Option<Session>,
    is_busy: bool,
    idle_since: Timestamp,
}

impl Sessions {
    /// Begins a session, busy with its first statement.
    pub(super) fn begin(
        &self,
        id: &str,
        target: Target,
        caller: &str,
        keep: SignedDuration,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut held = self.held(now);
        if held.len() >= MOST {
            let words = format!("The number of active sessions exceeds the allowed quota ({MOST}).");
            return Err(Refusal::new("ActiveSessionsExceededException", words));
        }
        let caller = caller.to_owned();
        let kept = Kept { target, caller, keep, session: None, is_busy: true, idle_since: now };
        held.insert(id.to_owned(), kept);
        Ok(())
    }

    /// Claims a session for a statement and says where it leads; a new time to keep it may be given.
    pub(super) fn claim(
        &self,
        id: &str,
        caller: &str,
        keep: Option<SignedDuration>,
        now: Timestamp,
    ) -> Result<Target, Refusal> {
        let mut held = self.held(now);
        let found = held.get_mut(id).filter(|kept| kept.caller == caller);
        let kept = found.ok_or_else(|| not_found(format!("Session {id} doesn't exist.")))?;
        if kept.is_busy {
            return Err(invalid(format!("Session {id} is busy with another statement.")));
        }
        kept.is_busy = true;
        kept.keep = keep.unwrap_or(kept.keep);
        Ok(kept.target.clone())
    }

    /// Hands out a claimed session; `None` where none has been opened for it yet.
    pub(super) fn lend(&self, id: &str) -> Option<Session> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(id)?.session.take()
    }

    /// Takes a session back for as long as it shall be kept; without one it is gone.
    pub(super) fn give_back(&self, id: &str, session: Option<Session>, now: Timestamp) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (held.get_mut(id), session) {
            (Some(kept), Some(session)) if kept.keep > SignedDuration::ZERO => {
                kept.session = Some(session);
                kept.is_busy = false;
                kept.idle_since = now;
            }
            _ => drop(held.remove(id)),
        }
    }

    /// What is kept still; sessions whose time is over are closed by this.
    fn held(&self, now: Timestamp) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, kept| kept.is_busy || now.duration_since(kept.idle_since) <= kept.keep);
        held
    }
}
