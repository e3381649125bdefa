//! AWS IAM: roles and their policies. Nothing is evaluated: every caller may do everything.

mod inline;
mod policies;
mod roles;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Handler, Service};
use crate::call::{ACCOUNT, Answer, Refusal};
use crate::clock::{Clock, Transition};
use crate::input::Input;
use crate::page::{BadToken, page};
use crate::table::tables;
use crate::tags::{Letters, TagDialect, Tags};

pub(crate) static SERVICE: Service = Service::new(
    "iam",
    include_str!("../../models/iam.json"),
    &[
        ("AttachRolePolicy", Handler::Sync(policies::attach)),
        ("CreatePolicy", Handler::Sync(policies::create)),
        ("CreateRole", Handler::Sync(roles::create)),
        ("CreateServiceLinkedRole", Handler::Sync(roles::create_service_linked)),
        ("DeletePolicy", Handler::Sync(policies::delete)),
        ("DeleteRole", Handler::Sync(roles::delete)),
        ("DeleteRolePolicy", Handler::Sync(inline::delete)),
        ("DetachRolePolicy", Handler::Sync(policies::detach)),
        ("GetPolicy", Handler::Sync(policies::get)),
        ("GetRole", Handler::Sync(roles::get)),
        ("GetRolePolicy", Handler::Sync(inline::get)),
        ("ListAttachedRolePolicies", Handler::Sync(policies::list_attached)),
        ("ListInstanceProfilesForRole", Handler::Sync(roles::list_instance_profiles)),
        ("ListPolicies", Handler::Sync(policies::list)),
        ("ListRolePolicies", Handler::Sync(inline::list)),
        ("ListRoleTags", Handler::Sync(roles::list_tags)),
        ("ListRoles", Handler::Sync(roles::list)),
        ("PutRolePolicy", Handler::Sync(inline::put)),
        ("TagRole", Handler::Sync(roles::tag)),
        ("UntagRole", Handler::Sync(roles::untag)),
        ("UpdateAssumeRolePolicy", Handler::Sync(roles::update_trust)),
        ("UpdateRole", Handler::Sync(roles::update)),
    ],
);

const TAGS: TagDialect = TagDialect {
    key: "Key",
    value: "Value",
    invalid: "InvalidInput",
    too_many: "LimitExceeded",
    letters: Letters::Plain,
};

tables! {
    /// Roles by lower-cased name, customer-managed policies by ARN.
    pub(crate) struct State { roles: Role, policies: Policy }
}

/// A role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    path: String,
    created: Timestamp,
    trust: String,
    description: Option<String>,
    session_seconds: i64,
    tags: Tags,
    /// Documents by name.
    inline: BTreeMap<String, String>,
    /// ARNs of managed policies.
    attached: BTreeSet<String>,
    /// Other services don't know the role until this is over.
    fresh: Transition,
}

/// A customer-managed policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Policy {
    name: String,
    id: String,
    arn: String,
    path: String,
    description: Option<String>,
    created: Timestamp,
    tags: Tags,
}

impl State {
    /// The role that an ARN names.
    pub(crate) fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.arn == arn)
    }

    /// Whether another service that is handed this ARN finds the role: not for some seconds after its creation.
    pub(crate) fn is_known_elsewhere(&mut self, arn: &str, clock: Clock) -> bool {
        let Some(key) = self.role_by_arn(arn).map(|role| key(&role.name)) else { return false };
        !self.roles.read(&key, clock, |role| Some(&mut role.fresh))
    }

    fn role(&self, name: &str) -> Result<&Role, Refusal> {
        self.roles.get(&key(name)).ok_or_else(|| no_role(name))
    }

    fn role_mut(&mut self, name: &str) -> Result<&mut Role, Refusal> {
        self.roles.get_mut(&key(name)).ok_or_else(|| no_role(name))
    }
}

/// Names are unique without regard to case.
fn key(name: &str) -> String {
    name.to_lowercase()
}

fn no_role(name: &str) -> Refusal {
    no_such(format!("The role with name {name} cannot be found."))
}

fn no_such(words: String) -> Refusal {
    Refusal::new("NoSuchEntity", words)
}

fn arn(kind: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{kind}{path}{name}")
}

/// A document as IAM returns it: percent-encoded.
fn encoded(document: &str) -> String {
    form_urlencoded::byte_serialize(document.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Refuses a document that is no policy; a trust policy names principals, the others resources.
fn check_policy(document: &str, needed: &str, prohibited: &str) -> Result<(), Refusal> {
    let malformed = |words: &str| Refusal::new("MalformedPolicyDocument", words);
    let policy: Value =
        serde_json::from_str(document).map_err(|_| malformed("This policy contains invalid Json"))?;
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        Some(_) | None => return Err(malformed("Syntax errors in policy.")),
    };
    for statement in statements {
        let has =
            |field: &str| statement.get(field).is_some() || statement.get(format!("Not{field}")).is_some();
        if has(prohibited) {
            return Err(malformed(&format!("Has prohibited field {prohibited}")));
        }
        if let Some(missing) = ["Effect", "Action", needed].into_iter().find(|field| !has(field)) {
            return Err(malformed(&format!("Missing required field {missing}")));
        }
    }
    Ok(())
}

/// A page of rows in key order, with IAM's words for more.
fn listed(input: &Value, member: &str, rows: impl IntoIterator<Item = (String, Value)>) -> Answer {
    let limit = input.size("MaxItems").unwrap_or(100);
    let invalid = |BadToken| Refusal::new("InvalidInput", "Invalid Marker value.");
    let page = page(rows, input.text("Marker"), limit).map_err(invalid)?;
    Ok(json!({ member: page.rows, "IsTruncated": page.next.is_some(), "Marker": page.next }))
}
