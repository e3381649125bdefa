//! What every kind shares: the clients, and how quantities are counted.

use crate::clients::Clients;
use crate::measures::Measures;

/// What every kind shares.
#[derive(Debug)]
pub(crate) struct Outside {
    pub(crate) clients: Clients,
    pub(crate) measures: Measures,
}
