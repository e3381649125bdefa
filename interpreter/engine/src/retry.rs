//! How often and after how long a call is made again: by the class of its fault, with an end.

use std::time::Duration;

use jiff::Timestamp;

use crate::provider::Fault;
use crate::scene::{Scene, seconds};

/// What is left of the patience with one call.
#[derive(Debug)]
pub(crate) struct Patience {
    began: Timestamp,
    tries: u32,
    losses: u32,
    /// How long something else may go on with it, in seconds.
    busy: f64,
}

/// How one class of fault is waited out: the first and the longest wait, and the whole time, in seconds.
struct Wait {
    first: f64,
    longest: f64,
    whole: f64,
}

/// How often an answer may be lost.
const LOSSES: u32 = 6;
/// How long something else may go on, in seconds; a quarter of an hour is longer than what was seen.
const BUSY: f64 = 900.0;

/// How long a listing may lag behind, in seconds.
const LAG: f64 = 30.0;
/// How often it is looked at least before anything is taken to be absent: on a slow machine one look may take long.
pub(crate) const LOOKS: u32 = 5;

/// Looks for something that may not be shown yet, for as long as a listing may lag.
pub(crate) async fn lagging<T, F>(scene: &Scene<'_>, look: impl Fn() -> F) -> Result<Option<T>, Fault>
where
    F: Future<Output = Result<Option<T>, Fault>>,
{
    let began = scene.clock.now();
    let mut wait = 1.0;
    for looks in 1.. {
        if let Some(found) = look().await? {
            return Ok(Some(found));
        }
        let left = LAG - seconds(began, scene.clock.now());
        if left <= 0.0 && looks >= LOOKS {
            break;
        }
        scene.clock.sleep(Duration::from_secs_f64(f64::min(wait, left.max(1.0)))).await;
        wait *= 2.0;
    }
    Ok(None)
}

impl Patience {
    /// Begins.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { began: now, tries: 0, losses: 0, busy: BUSY }
    }

    /// Begins with a call that is expected to take that many seconds once it is let in.
    pub(crate) fn for_call(now: Timestamp, expected: f64) -> Self {
        Self { busy: BUSY.max(6.0 * expected), ..Self::new(now) }
    }

    /// Returns after how long to try again, none if there is no hope. `chance` lies between 0 and 1.
    pub(crate) fn next(&mut self, fault: &Fault, now: Timestamp, chance: f64) -> Option<Duration> {
        let wait = match fault {
            Fault::Throttled(_) => Wait { first: 0.5, longest: 20.0, whole: 900.0 },
            Fault::Busy(_) => Wait { first: 1.0, longest: 10.0, whole: self.busy },
            Fault::NoCapacity(_) => Wait { first: 5.0, longest: 60.0, whole: 900.0 },
            Fault::Expired(_) => Wait { first: 2.0, longest: 10.0, whole: 900.0 },
            Fault::Lost(_) => {
                self.losses += 1;
                if self.losses >= LOSSES {
                    return None;
                }
                Wait { first: 0.5, longest: 10.0, whole: 900.0 }
            }
            Fault::Denied(_) | Fault::Refused(_) | Fault::Foreign { .. } => return None,
        };
        if seconds(self.began, now) > wait.whole {
            return None;
        }
        let grown = (wait.first * f64::from(2_u32.saturating_pow(self.tries.min(16)))).min(wait.longest);
        self.tries += 1;
        Some(Duration::from_secs_f64(grown * (0.5 + 0.5 * chance)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn waits_grow_to_a_bound_and_end() {
        let mut patience = Patience::new(at(0));
        let fault = Fault::Throttled(String::new());
        let waits: Vec<f64> =
            (0..8).map(|_| patience.next(&fault, at(1), 1.0).unwrap().as_secs_f64()).collect();
        assert_eq!(waits, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]);
        assert_eq!(patience.next(&fault, at(901), 1.0), None);
    }

    #[test]
    fn a_lost_answer_is_not_waited_for_forever() {
        let mut patience = Patience::new(at(0));
        let fault = Fault::Lost(String::new());
        let tries = std::iter::from_fn(|| patience.next(&fault, at(0), 0.0)).count();
        assert_eq!(tries, 5);
    }

    #[test]
    fn a_refusal_is_final() {
        let fault = Fault::Foreign { found: "a".into(), owner: "b".into() };
        assert_eq!(Patience::new(at(0)).next(&fault, at(0), 0.0), None);
    }
}
