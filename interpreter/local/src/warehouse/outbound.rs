//! The shares of a namespace as the control plane lists them.

use super::error::SqlError;
use super::instant::{micros_since_1970, parse_timestamp};
use super::{Warehouse, meta::Catalog, store};

/// A share, and who may use it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outbound {
    pub(crate) name: String,
    /// Whether consumers that are publicly accessible may use it.
    pub(crate) is_public: bool,
    /// Namespaces, and since when in seconds since 1970.
    pub(crate) consumers: Vec<(String, Option<f64>)>,
}

impl Warehouse {
    /// Lists a namespace's shares by name.
    #[expect(clippy::cast_precision_loss, reason = "microseconds since 1970 need 51 bits")]
    pub(crate) fn outbound(&self, namespace: &str) -> Result<Vec<Outbound>, SqlError> {
        let connection = store::connect(&self.namespace(namespace)?.generation().path)?;
        let catalog = Catalog::own(&connection);
        let seconds = |text: &str| {
            let at = parse_timestamp(text).ok()?;
            Some(micros_since_1970(at) as f64 / 1e6)
        };
        let outbound = |share: super::meta::share::Share| {
            let consumers = catalog.consumers(share.oid)?;
            let consumers = consumers.into_iter().map(|one| (one.namespace, seconds(&one.granted)));
            Ok(Outbound { name: share.name, is_public: share.public, consumers: consumers.collect() })
        };
        catalog.shares()?.into_iter().map(outbound).collect()
    }
}
