//! The names and ARNs that load balancers and target groups may have.

use super::invalid;
use crate::call::{Cx, Refusal};

/// Refuses a load balancer's name that breaks the API reference's rules for `CreateLoadBalancer`.
pub(super) fn check_load_balancer(name: &str) -> Result<(), Refusal> {
    check(name, "load balancer")?;
    match name.starts_with("internal-") {
        true => Err(invalid(format!("The load balancer name '{name}' cannot begin with 'internal-'"))),
        false => Ok(()),
    }
}

/// Refuses a target group's name that breaks the API reference's rules for `CreateTargetGroup`.
pub(super) fn check_group(name: &str) -> Result<(), Refusal> {
    check(name, "target group")
}

fn check(name: &str, what: &str) -> Result<(), Refusal> {
    let refuse = |rule: &str| Err(invalid(format!("The {what} name '{name}' {rule}")));
    if name.is_empty() {
        return refuse("cannot be empty");
    }
    if name.chars().count() > 32 {
        return refuse("cannot be longer than '32' characters");
    }
    if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
        return refuse("can only contain characters that are alphanumeric characters or hyphens(-)");
    }
    if name.starts_with('-') || name.ends_with('-') {
        return refuse("cannot begin or end with a hyphen(-)");
    }
    Ok(())
}

/// Refuses a text that can't be the ARN of such a thing.
pub(super) fn check_arn(arn: &str, resource: &str, what: &str) -> Result<(), Refusal> {
    let part = arn.strip_prefix("arn:aws:elasticloadbalancing:").and_then(|rest| rest.splitn(3, ':').nth(2));
    match part.is_some_and(|part| part.starts_with(resource)) {
        true => Ok(()),
        false => Err(invalid(format!("'{arn}' is not a valid {what} ARN"))),
    }
}

/// A new ARN; `path` is what stands between account and the 16 hex digits.
pub(super) fn new_arn(cx: &mut Cx<'_>, path: &str) -> String {
    let id = cx.ids.hex(16);
    cx.arn("elasticloadbalancing", &format!("{path}/{id}"))
}
