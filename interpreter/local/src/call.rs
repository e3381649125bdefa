//! A call as a service sees it: who asks, where, and how a refusal is worded.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use crate::clock::Clock;
use crate::ids::Ids;
use crate::vault::Vault;
use crate::warehouse::Warehouse;
use crate::world::{Global, Region};

/// The one account of this cloud.
pub(crate) const ACCOUNT: &str = "000000000000";

/// An answer by the names of the model's output, or a refusal.
pub(crate) type Answer = Result<Value, Refusal>;

/// An operation's request, checked against its model.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) region: String,
    pub(crate) access_key: String,
    pub(crate) input: Value,
}

/// All that an operation may read and change.
#[derive(Debug)]
pub(crate) struct Cx<'a> {
    /// The state of the call's region.
    pub(crate) here: &'a mut Region,
    /// The state that all regions share.
    pub(crate) global: &'a mut Global,
    pub(crate) ids: &'a mut Ids,
    pub(crate) vault: &'a Vault,
    pub(crate) warehouse: &'a Arc<Warehouse>,
    pub(crate) clock: Clock,
    pub(crate) region: &'a str,
    pub(crate) access_key: &'a str,
}

impl Cx<'_> {
    /// The name of a regional resource of this account.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{ACCOUNT}:{resource}", self.region)
    }

    /// The present moment as the protocols carry it, in seconds since 1970.
    pub(crate) fn now(&self) -> f64 {
        Clock::seconds(self.clock.now())
    }
}

/// An error answer: AWS's code and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// The HTTP status, where neither the model nor the rule of 400 gives it.
    pub(crate) status: Option<u16>,
}

impl Refusal {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: None }
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// A fault of this cloud itself, not of its caller.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new("InternalFailure", message).with_status(500)
    }
}
