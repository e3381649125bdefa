//! Facts to lines and back: an append-only log whose sum is the state.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::event::{Event, Fact, Sink, What};
use crate::state::State;
use crate::store::{Store, StoreFault};

/// A line of the journal. Nothing within is flattened or tagged inside: that reads at half the speed.
#[derive(Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    fact: Fact,
}

/// What a journal comes to.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The sum of its facts.
    pub state: State,
    /// How many facts it holds.
    pub lines: usize,
    /// How many of its bytes are sound; what follows was torn by a crash while it was written.
    sound: usize,
    torn: bool,
}

/// How reading a journal fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalFault {
    /// Its store does.
    Store(StoreFault),
    /// A line that is not the last can't be read: the number of the line and what is wrong.
    Unreadable(usize, String),
}

impl From<StoreFault> for JournalFault {
    fn from(fault: StoreFault) -> Self {
        Self::Store(fault)
    }
}

impl std::fmt::Display for JournalFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(fault) => fault.fmt(f),
            Self::Unreadable(line, words) => write!(f, "line {line} of the journal can't be read: {words}"),
        }
    }
}

/// Adds up a journal. A torn last line is as if it had never been begun.
pub fn read(text: &str) -> Result<Loaded, JournalFault> {
    let mut loaded = Loaded::default();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        match serde_json::from_str::<Line>(line) {
            Ok(parsed) if line.ends_with('\n') => {
                loaded.state.fold(parsed.fact);
                loaded.lines += 1;
                loaded.sound += line.len();
            }
            Ok(_) => loaded.torn = true,
            Err(_) if loaded.sound + line.len() == text.len() => loaded.torn = true,
            Err(error) => return Err(JournalFault::Unreadable(number + 1, error.to_string())),
        }
    }
    Ok(loaded)
}

/// Loads a journal and adds it up.
pub async fn load(store: &dyn Store) -> Result<Loaded, JournalFault> {
    read(&store.load().await?)
}

/// Writes facts as lines.
pub fn lines(at: Timestamp, facts: &[Fact]) -> String {
    let mut text = String::new();
    for fact in facts {
        let line = serde_json::to_string(&Line { at, fact: fact.clone() });
        // Nothing in a fact can fail to be written: its maps have texts for keys.
        text.push_str(&line.unwrap_or_default());
        text.push('\n');
    }
    text
}

/// Writes a journal of one line that comes to the same state.
pub fn compacted(at: Timestamp, state: &State) -> String {
    lines(at, &[Fact::Snapshot(Box::new(state.clone()))])
}

/// A journal that is being written, and the state that it comes to.
pub(crate) struct Journal<'a> {
    store: &'a dyn Store,
    clock: Arc<dyn Clock>,
    sink: Sink,
    inner: Mutex<Inner>,
    /// How many facts lie safely in the store; held while writing.
    written: tokio::sync::Mutex<u64>,
}

struct Inner {
    state: State,
    lines: usize,
    queue: String,
    queued: u64,
}

impl<'a> Journal<'a> {
    /// Opens a store's journal for writing; what was torn is cut off.
    pub(crate) async fn open(
        store: &'a dyn Store,
        clock: Arc<dyn Clock>,
        sink: Sink,
    ) -> Result<Self, JournalFault> {
        let text = store.load().await?;
        let loaded = read(&text)?;
        if loaded.torn {
            store.compact(text.get(..loaded.sound).unwrap_or_default()).await?;
        }
        let inner = Inner { state: loaded.state, lines: loaded.lines, queue: String::new(), queued: 0 };
        Ok(Self { store, clock, sink, inner: Mutex::new(inner), written: tokio::sync::Mutex::new(0) })
    }

    /// Looks into the state, or changes nothing but what `act` returns.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&State) -> T) -> T {
        act(&self.inner.lock().unwrap_or_else(PoisonError::into_inner).state)
    }

    /// Adds facts and returns when they are safe. Facts of many writers go together.
    pub(crate) async fn write(&self, facts: Vec<Fact>) -> Result<(), StoreFault> {
        if facts.is_empty() {
            return Ok(());
        }
        let mine = self.enqueue(facts);
        self.store_up_to(mine).await
    }

    /// Writes what was added by writers that were given up while they waited for each other.
    pub(crate) async fn flush(&self) -> Result<(), StoreFault> {
        let all = self.inner.lock().unwrap_or_else(PoisonError::into_inner).queued;
        self.store_up_to(all).await
    }

    async fn store_up_to(&self, mine: u64) -> Result<(), StoreFault> {
        let mut written = self.written.lock().await;
        if *written >= mine {
            return Ok(());
        }
        let (text, upto) = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            (std::mem::take(&mut inner.queue), inner.queued)
        };
        match self.store.append(&text).await {
            Ok(()) => {
                *written = upto;
                Ok(())
            }
            Err(fault) => {
                // Kept for the next attempt: what happened must not be forgotten.
                self.inner.lock().unwrap_or_else(PoisonError::into_inner).queue.insert_str(0, &text);
                Err(fault)
            }
        }
    }

    fn enqueue(&self, facts: Vec<Fact>) -> u64 {
        let now = self.clock.now();
        let text = lines(now, &facts);
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.queue.push_str(&text);
        inner.queued += facts.len() as u64;
        inner.lines += facts.len();
        let mine = inner.queued;
        for fact in facts {
            (self.sink)(Event { at: now, what: What::Fact(fact.clone()) });
            inner.state.fold(fact);
        }
        mine
    }

    /// Sums the journal up if most of it is history.
    pub(crate) async fn compact(&self) -> Result<(), StoreFault> {
        let _written = self.written.lock().await;
        let text = {
            let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            if !inner.queue.is_empty() || inner.lines < 200 + 2 * inner.state.entries.len() {
                return Ok(());
            }
            compacted(self.clock.now(), &inner.state)
        };
        self.store.compact(&text).await
    }
}
