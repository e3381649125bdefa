//! Drives the kinds against the embedded cloud, through the SDK, as the engine would.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod harness;
mod objects;
mod stack;
