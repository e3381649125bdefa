//! The language server: the analysis of `rsx check`, asked by editors over the Language Server Protocol 3.17.
//!
//! Messages are framed in `transport`, read and written as the protocol has them in `protocol` alone, taken in by
//! `server`, and answered one after the other by `worker`, which owns the `workspace`: open documents, the files beside
//! them, and a [`Snapshot`] of every program at hand. What is answered comes from [`features`]: functions of a snapshot
//! that know nothing of the protocol.
//!
//! Absent on purpose: what the language's library knows. Units, fields, prices and their words come from it.

mod answers;
mod client;
mod colours;
mod documents;
pub mod features;
mod messages;
mod outside;
mod places;
mod progress;
mod protocol;
mod questions;
mod server;
pub mod snapshot;
pub mod text;
mod transport;
mod worker;
mod workspace;

pub use outside::{Outside, Search};
pub use server::{Ending, serve};
pub use snapshot::Snapshot;
