//! The cloud's time: what hour it is, and how things pass from one state to the next.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How fast the cloud's things become what they were asked to be.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Speed {
    /// Each transitional state is seen by exactly one read.
    #[default]
    Instant,
    /// AWS's own times.
    Real,
    /// AWS's times divided by this factor, which is greater than zero.
    Times(f64),
}

impl std::str::FromStr for Speed {
    type Err = String;

    /// Reads `instant`, `real` or a factor greater than zero.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.parse::<f64>()) {
            ("instant", _) => Ok(Self::Instant),
            ("real", _) => Ok(Self::Real),
            (_, Ok(factor)) if factor.is_finite() && factor > 0.0 => Ok(Self::Times(factor)),
            (_, Ok(_) | Err(_)) => {
                Err(format!("speed is {text:?}; it must be `instant`, `real` or a number greater than 0"))
            }
        }
    }
}

/// The hour, and the speed at which transitions pass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    speed: Speed,
}

impl Clock {
    pub(crate) fn new(speed: Speed) -> Self {
        Self { speed }
    }

    /// The present moment.
    pub(crate) fn now(self) -> Timestamp {
        Timestamp::now()
    }

    /// The present moment as the protocols carry it: seconds since 1970, to the millisecond.
    pub(crate) fn seconds(at: Timestamp) -> f64 {
        at.as_millisecond() as f64 / 1000.0
    }

    /// The end of a waiting period that no read shortens, such as the days before a key is destroyed.
    pub(crate) fn after(self, wait: Duration) -> Timestamp {
        let wait = match self.speed {
            Speed::Instant | Speed::Real => wait,
            Speed::Times(factor) => wait.div_f64(factor),
        };
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        self.now().saturating_add(wait).unwrap_or(Timestamp::MAX)
    }

    /// A transition that begins now and takes this long on AWS.
    pub(crate) fn transition(self, takes: Duration) -> Transition {
        match self.speed {
            Speed::Instant => Transition::NextRead,
            Speed::Real | Speed::Times(_) => Transition::Until(self.after(takes)),
        }
    }
}

/// A transitional state of a thing, and what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) enum Transition {
    /// One read will still see it.
    NextRead,
    /// It lasts until then.
    Until(Timestamp),
    /// It is over.
    Over,
}

impl Transition {
    /// Whether the transition is still going on; looks without passing it.
    pub(crate) fn is_pending(self, clock: Clock) -> bool {
        match self {
            Self::NextRead => true,
            Self::Until(end) => clock.now() < end,
            Self::Over => false,
        }
    }

    /// One read: whether it sees the transitional state. The next one won't, at instant speed.
    pub(crate) fn read(&mut self, clock: Clock) -> bool {
        let pending = self.is_pending(clock);
        if !pending || *self == Self::NextRead {
            *self = Self::Over;
        }
        pending
    }
}
