//! SQL on a warehouse, whichever way it goes.

mod answer;
mod data_api;
mod failure;
mod postgres;
mod quote;
mod tls;
mod verifier;

use async_trait::async_trait;

pub(crate) use answer::value;
pub use answer::{Answer, Cell, Column};
pub(crate) use data_api::{DataApi, Streams};
pub use failure::{Failure, SqlError};
pub(crate) use postgres::{Balancer, Connection, NoConnection, Unreachable};
pub use quote::split;
pub(crate) use quote::{bind, identifier, literal};
pub(crate) use tls::Trust;
pub(crate) use verifier::Verifier;

/// A way to a database.
#[async_trait]
pub trait Session: Send + Sync {
    /// Runs one statement.
    ///
    /// # Errors
    ///
    /// [`Failure::Sql`] if the database refuses it, [`Failure::Fault`] if it was not reached.
    async fn run(&self, sql: &str) -> Result<Answer, Failure>;
}
