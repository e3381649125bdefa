//! How namespaces and workgroups pass from one state to the next, and what may be done meanwhile.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{Clock, Transition};
use crate::table::Table;

/// A state, and until when it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Status {
    Available,
    Creating(Transition),
    Modifying(Transition),
    /// It goes; for the first part of its time it shows something else.
    Deleting {
        first: Shown,
        hides: Transition,
        ends: Transition,
    },
}

/// The words of the API for a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Shown {
    Available,
    Creating,
    Modifying,
    Deleting,
}

/// What has such a state.
pub(super) trait Live: Clone {
    fn status(&self) -> Status;
    fn status_mut(&mut self) -> &mut Status;
}

impl Shown {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::Creating => "CREATING",
            Self::Modifying => "MODIFYING",
            Self::Deleting => "DELETING",
        }
    }
}

impl Status {
    pub(super) fn creating(clock: Clock, takes: Duration) -> Self {
        Self::Creating(clock.transition(takes))
    }

    pub(super) fn modifying(clock: Clock, takes: Duration) -> Self {
        Self::Modifying(clock.transition(takes))
    }

    /// A deletion that shows `first` for a tenth of its time; at instant speed for its only read.
    pub(super) fn deleting(clock: Clock, takes: Duration, first: Shown) -> Self {
        Self::Deleting { first, hides: clock.transition(takes.div_f64(10.0)), ends: clock.transition(takes) }
    }

    pub(super) fn is_deleting(self) -> bool {
        matches!(self, Self::Deleting { .. })
    }

    /// What is there now, without a read; `None` once it is gone.
    pub(super) fn shown(self, clock: Clock) -> Option<Shown> {
        let mut looked_at = self;
        let shown = looked_at.read(clock)?;
        Some(if self.is_deleting() { Shown::Deleting } else { shown })
    }

    /// One read, which at instant speed ends a transitional state; `None` once it is gone.
    fn read(&mut self, clock: Clock) -> Option<Shown> {
        match self {
            Self::Available => Some(Shown::Available),
            Self::Creating(until) => Some(if until.read(clock) { Shown::Creating } else { Shown::Available }),
            Self::Modifying(until) => {
                Some(if until.read(clock) { Shown::Modifying } else { Shown::Available })
            }
            Self::Deleting { first, hides, ends } => {
                let shown = if hides.read(clock) { *first } else { Shown::Deleting };
                ends.read(clock).then_some(shown)
            }
        }
    }
}

/// One read of a row's state; `None`, and the row is gone, if there is none or its deletion has ended.
pub(super) fn read<T: Live>(table: &mut Table<T>, key: &str, clock: Clock) -> Option<Shown> {
    let before = table.get(key)?.status();
    let mut status = before;
    let shown = status.read(clock);
    if shown.is_none() {
        table.expire(key);
    } else if status != before
        && let Some(row) = table.pass(key)
    {
        *row.status_mut() = status;
    }
    shown
}

/// Whether a change of a row may begin; asking counts as a read, so that who only repeats a change gets on.
pub(super) fn admits_change<T: Live>(table: &mut Table<T>, key: &str, clock: Clock) -> Option<bool> {
    let is_deleting = table.get(key)?.status().is_deleting();
    read(table, key, clock).map(|shown| shown == Shown::Available && !is_deleting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Speed;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn at_instant_speed_one_read_sees_each_state() {
        let clock = Clock::new(Speed::Instant);
        let mut status = Status::creating(clock, MINUTE);
        assert_eq!([status.read(clock), status.read(clock)], [Some(Shown::Creating), Some(Shown::Available)]);
        let mut status = Status::deleting(clock, MINUTE, Shown::Modifying);
        assert_eq!([status.read(clock), status.read(clock)], [Some(Shown::Modifying), None]);
    }

    #[test]
    fn at_other_speeds_reads_change_nothing() {
        let clock = Clock::new(Speed::Real);
        let mut status = Status::deleting(clock, MINUTE, Shown::Available);
        assert_eq!([status.read(clock), status.read(clock)], [Some(Shown::Available); 2]);
        assert_eq!(status.shown(clock), Some(Shown::Deleting));
    }
}
