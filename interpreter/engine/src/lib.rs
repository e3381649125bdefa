//! A model and a state to a plan, a plan to events, events to a state.

pub mod clock;
pub mod known;
pub mod provider;
