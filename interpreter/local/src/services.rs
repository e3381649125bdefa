//! The services of this cloud: each a model, and one function for each of its operations.

use std::sync::{Arc, OnceLock};

use futures::future::BoxFuture;
use serde_json::Value;

use crate::call::{Answer, Call, Cx, Refusal};
use crate::cloud::Cloud;
use crate::model::Model;

pub(crate) mod ec2;
pub(crate) mod elbv2;
pub(crate) mod iam;
pub(crate) mod kms;
pub(crate) mod redshift;
pub(crate) mod redshift_data;
pub(crate) mod redshift_serverless;
pub(crate) mod secretsmanager;
pub(crate) mod sts;

/// Every service.
static SERVICES: &[&Service] = &[
    &ec2::SERVICE,
    &elbv2::SERVICE,
    &iam::SERVICE,
    &kms::SERVICE,
    &redshift::SERVICE,
    &redshift_data::SERVICE,
    &redshift_serverless::SERVICE,
    &secretsmanager::SERVICE,
    &sts::SERVICE,
];

/// What an operation does with a checked request.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// It reads and changes the world at one moment; on refusal nothing changed.
    Sync(fn(&mut Cx<'_>, &Value) -> Answer),
    /// It waits for something outside the world; it enters the world by [`Cloud::at_once`].
    Async(fn(Arc<Cloud>, Call) -> BoxFuture<'static, Answer>),
}

/// A service: its name in signatures, its model, its operations.
pub(crate) struct Service {
    pub(crate) name: &'static str,
    json: &'static str,
    model: OnceLock<Model>,
    operations: &'static [(&'static str, Handler)],
}

impl std::fmt::Debug for Service {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name)
    }
}

impl Service {
    pub(crate) const fn new(
        name: &'static str,
        json: &'static str,
        operations: &'static [(&'static str, Handler)],
    ) -> Self {
        Self { name, json, model: OnceLock::new(), operations }
    }

    /// The service that signatures call so.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        SERVICES.iter().copied().find(|service| service.name == name)
    }

    /// The model, read when first needed.
    pub(crate) fn model(&self) -> Result<&Model, Refusal> {
        if self.model.get().is_none() {
            let model = Model::parse(self.json).map_err(|error| {
                Refusal::internal(format!("the model of {} can't be read: {error}", self.name))
            })?;
            return Ok(self.model.get_or_init(|| model));
        }
        self.model.get().ok_or_else(|| Refusal::internal("the model is gone"))
    }

    /// The function behind an operation.
    pub(crate) fn handler(&self, operation: &str) -> Option<Handler> {
        self.operations.iter().find(|(name, _)| *name == operation).map(|(_, handler)| *handler)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn every_operation_of_a_model_has_a_function_and_no_other_has() {
        for service in SERVICES {
            let mut ours: Vec<_> = service.operations.iter().map(|(name, _)| *name).collect();
            ours.sort_unstable();
            let theirs: Vec<_> = service.model().unwrap().operation_names().collect();
            assert_eq!(ours, theirs, "{}", service.name);
        }
    }

    #[test]
    fn every_pattern_of_a_model_compiles() {
        for service in SERVICES {
            assert_eq!(service.model().unwrap().broken_patterns(), Vec::<&str>::new(), "{}", service.name);
        }
    }
}
