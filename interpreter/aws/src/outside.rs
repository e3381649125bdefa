//! What every kind shares: the clients, how quantities are counted, and what calls of one process know of each other.

use futures::future::BoxFuture;
use futures::{StreamExt, stream};

use crate::clients::{Clients, Resolve};
use crate::kinds::ClosedGates;
use crate::measures::Measures;
use crate::sql::{Streams, Trust};

/// How many calls are made at once for one listing.
const AT_ONCE: usize = 8;

/// What every kind shares.
#[derive(Debug)]
pub(crate) struct Outside {
    pub(crate) clients: Clients,
    pub(crate) measures: Measures,
    pub(crate) streams: Streams,
    pub(crate) trust: Trust,
    pub(crate) resolve: Option<Resolve>,
    pub(crate) closed_gates: ClosedGates,
}

/// Awaits all parts of a listing, some at a time, and returns their answers in order.
pub(crate) async fn all<T>(parts: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    stream::iter(parts).buffered(AT_ONCE).collect().await
}
