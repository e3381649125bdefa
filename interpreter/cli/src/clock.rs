//! Time for the engine: as it is, or faster where nothing but a program of this machine is waited for.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rsx_engine::clock::Clock;
use rsx_engine::event::{Event, What};

/// How many times faster than real the engine waits for the embedded cloud, which is ready as soon as it is asked
/// twice: waits of seconds become some milliseconds.
const HURRY: f64 = 50.0;

/// Time that begins with the command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    began: Timestamp,
    factor: f64,
}

impl Pace {
    /// Time as it is.
    pub(crate) fn real() -> Self {
        Self { began: Timestamp::now(), factor: 1.0 }
    }

    /// Faster.
    pub(crate) fn hurried() -> Self {
        Self { factor: HURRY, ..Self::real() }
    }

    /// Returns how many of the user's seconds so many of the engine's are.
    pub(crate) fn real_seconds(self, seconds: f64) -> f64 {
        seconds / self.factor
    }

    /// Puts an event of an engine in a hurry back into the user's time.
    pub(crate) fn in_real_time(self, mut event: Event) -> Event {
        event.at = Timestamp::now();
        match &mut event.what {
            What::StepSettled { seconds, .. } | What::StepFailed { seconds, .. } => {
                *seconds = self.real_seconds(*seconds);
            }
            What::Summary(summary) => summary.seconds = self.real_seconds(summary.seconds),
            What::Fact(_)
            | What::StepStarted { .. }
            | What::StepProgressed { .. }
            | What::StepSkipped { .. }
            | What::Diagnostic { .. }
            | What::Output { .. } => {}
        }
        event
    }
}

#[async_trait]
impl Clock for Pace {
    fn now(&self) -> Timestamp {
        let real = Timestamp::now().duration_since(self.began);
        let passed = SignedDuration::try_from_secs_f64(real.as_secs_f64() * self.factor);
        passed.ok().and_then(|passed| self.began.checked_add(passed).ok()).unwrap_or(Timestamp::MAX)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration.div_f64(self.factor)).await;
    }
}
