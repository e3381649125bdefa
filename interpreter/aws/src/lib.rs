//! The resource kinds of the library, as calls of AWS.
//!
//! [`Aws::open`] makes a provider for the engine: every kind that `kinds` names, questions and proofs. Nothing here
//! waits for what it began, but the one restore that says so; the engine alone waits and tries again.

mod balancing;
mod clients;
mod counting;
mod credentials;
mod door;
mod ec2;
mod fault;
mod fields;
mod kinds;
mod measures;
mod outside;
mod proof;
mod provider;
mod refusal;
mod restoring;
mod secrets;
mod serverless;
mod settings;
mod shares;
pub mod sql;
mod tags;
mod versions;
mod warehouse;

pub use clients::{Config, Resolve};
pub use credentials::Keys;
pub use kinds::NAMES;
pub use provider::Aws;
