//! Time, as an argument.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

/// What tells the time and lets it pass.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Returns the present.
    fn now(&self) -> Timestamp;

    /// Returns after a while.
    async fn sleep(&self, duration: Duration);
}
