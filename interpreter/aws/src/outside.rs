//! What every kind shares: the clients, how quantities are counted, and what calls of one process know of each other.

use crate::clients::Clients;
use crate::kinds::ClosedGates;
use crate::measures::Measures;
use crate::sql::{Streams, Trust};

/// What every kind shares.
#[derive(Debug)]
pub(crate) struct Outside {
    pub(crate) clients: Clients,
    pub(crate) measures: Measures,
    pub(crate) streams: Streams,
    pub(crate) trust: Trust,
    pub(crate) closed_gates: ClosedGates,
}
