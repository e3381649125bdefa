//! A model and a state to a plan, a plan to events, events to a state.

mod asking;
pub mod clock;
pub mod design;
mod diff;
pub mod event;
pub mod foresight;
mod graph;
mod holes;
pub mod journal;
pub mod json;
pub mod known;
pub mod plan;
mod problems;
pub mod provider;
mod retry;
pub mod run;
pub mod scene;
mod schema;
pub mod state;
pub mod status;
pub mod store;
pub mod survey;
