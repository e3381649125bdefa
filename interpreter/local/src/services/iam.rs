//! AWS IAM: roles and their policies. Nothing is evaluated: every caller may do everything.

use serde::{Deserialize, Serialize};

use crate::table::tables;

tables! {
    /// Roles by name.
    pub(crate) struct State { roles: Role }
}

/// A role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) arn: String,
}

impl State {
    /// The role that an ARN names.
    pub(crate) fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.arn == arn)
    }
}
