//! How many calls are under way at once: more while they go well, half as many when the service pushes back.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::scene::seconds;

/// With how many calls a run begins.
const BEGIN: f64 = 16.0;
/// More are never sent at once.
const MOST: f64 = 256.0;
/// One storm halves once: faults of calls that were under way together count as one, within so many seconds.
const STORM: f64 = 1.0;

/// Lets calls in, those with the longest chain behind them first.
#[derive(Debug)]
pub(super) struct Pace(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    limit: f64,
    under_way: usize,
    halved: Option<Timestamp>,
    waiting: BinaryHeap<Waiter>,
    count: u64,
}

#[derive(Debug)]
struct Waiter {
    behind: f64,
    number: u64,
    go: oneshot::Sender<()>,
}

impl Pace {
    pub(super) fn new() -> Self {
        let (waiting, halved) = (BinaryHeap::new(), None);
        Self(Mutex::new(Inner { limit: BEGIN, under_way: 0, halved, waiting, count: 0 }))
    }

    /// Waits for a turn; it is over when what this returns is dropped. `behind` says how long all takes that follows.
    pub(super) async fn turn(&self, behind: f64) -> Turn<'_> {
        let waits = {
            let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if inner.has_room() {
                inner.under_way += 1;
                None
            } else {
                let (go, waits) = oneshot::channel();
                inner.count += 1;
                let number = inner.count;
                inner.waiting.push(Waiter { behind, number, go });
                Some(waits)
            }
        };
        if let Some(waits) = waits {
            // The sender goes only when the run does; the turn was counted by whoever gave it.
            let _ = waits.await;
        }
        Turn(self)
    }

    /// A call went well.
    pub(super) fn went_well(&self) {
        self.change(|inner| inner.limit = (inner.limit + 1.0).min(MOST));
    }

    /// The service pushed back.
    pub(super) fn pushed_back(&self, now: Timestamp) {
        self.change(|inner| {
            if inner.halved.is_none_or(|last| seconds(last, now) > STORM) {
                inner.halved = Some(now);
                inner.limit = (inner.limit / 2.0).max(1.0);
            }
        });
    }

    fn change(&self, act: impl FnOnce(&mut Inner)) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut inner);
        while inner.has_room() {
            let Some(next) = inner.waiting.pop() else { break };
            if next.go.send(()).is_ok() {
                inner.under_way += 1;
            }
        }
    }
}

impl Inner {
    fn has_room(&self) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let under_way = self.under_way as f64;
        under_way < self.limit
    }
}

/// The right to have one call under way.
#[derive(Debug)]
pub(super) struct Turn<'a>(&'a Pace);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.change(|inner| inner.under_way = inner.under_way.saturating_sub(1));
    }
}

impl PartialEq for Waiter {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiter {}

impl PartialOrd for Waiter {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiter {
    fn cmp(&self, other: &Self) -> Ordering {
        self.behind.total_cmp(&other.behind).then(other.number.cmp(&self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_halves_once_a_storm_and_grows_again() {
        let pace = Pace::new();
        let limit = || pace.0.lock().unwrap_or_else(PoisonError::into_inner).limit;
        pace.pushed_back(Timestamp::UNIX_EPOCH);
        pace.pushed_back(Timestamp::UNIX_EPOCH);
        assert!((limit() - 8.0).abs() < 1e-9);
        pace.went_well();
        assert!((limit() - 9.0).abs() < 1e-9);
    }

    #[tokio::test]
    async fn the_longest_chain_goes_first() {
        let pace = Pace::new();
        let mut turns = Vec::new();
        for _ in 0..16 {
            turns.push(pace.turn(0.0).await);
        }
        let order = Mutex::new(Vec::new());
        let take = |behind: f64| {
            let (pace, order) = (&pace, &order);
            async move {
                let turn = pace.turn(behind).await;
                order.lock().unwrap_or_else(PoisonError::into_inner).push(behind);
                drop(turn);
            }
        };
        let free = async {
            tokio::task::yield_now().await;
            turns.pop();
        };
        futures::join!(take(1.0), take(3.0), take(2.0), free);
        assert_eq!(order.into_inner().unwrap_or_else(PoisonError::into_inner), [3.0, 2.0, 1.0]);
    }
}
