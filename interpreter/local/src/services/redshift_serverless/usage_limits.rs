//! Usage limits of workgroups.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{State, arn, invalid, listed, not_found};
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;
use crate::tags::Tags;

/// Limits of one sort that a workgroup can have.
const MOST: usize = 4;

/// A limit of what a workgroup may use in a period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UsageLimit {
    id: String,
    pub(super) arn: String,
    /// The ARN of the workgroup.
    pub(super) resource: String,
    usage: String,
    amount: i64,
    period: String,
    action: String,
    pub(super) tags: Tags,
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (resource, usage) = (input.required("resourceArn")?, input.required("usageType")?);
    let amount = checked_amount(input.number("amount").unwrap_or_default())?;
    let state = &cx.here.redshift_serverless;
    if !state.workgroups.values().any(|workgroup| workgroup.arn == resource) {
        return Err(not_found(format!("Resource {resource} was not found.")));
    }
    let is_like = |row: &&UsageLimit| row.resource == resource && row.usage == usage;
    if state.usage_limits.values().filter(is_like).count() >= MOST {
        return Err(Refusal::new(
            "ServiceQuotaExceededException",
            format!("A workgroup can have at most {MOST} usage limits of type {usage}."),
        ));
    }
    let id = cx.ids.uuid();
    let limit = UsageLimit {
        arn: arn(cx, "usagelimit", &id),
        id: id.clone(),
        resource: resource.to_owned(),
        usage: usage.to_owned(),
        amount,
        period: input.text("period").unwrap_or("monthly").to_owned(),
        action: input.text("breachAction").unwrap_or("log").to_owned(),
        tags: Tags::default(),
    };
    let answer = answer(&limit);
    cx.here.redshift_serverless.usage_limits.insert(id, limit);
    Ok(answer)
}

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
    Ok(answer(limit(&cx.here.redshift_serverless, input.required("usageLimitId")?)?))
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let is_asked = |row: &&UsageLimit| {
        input.text("resourceArn").is_none_or(|resource| resource == row.resource)
            && input.text("usageType").is_none_or(|usage| usage == row.usage)
    };
    let found = cx.here.redshift_serverless.usage_limits.values().filter(is_asked);
    listed(input, "usageLimits", found.map(|row| (row.id.clone(), described(row))))
}

pub(super) fn update(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = input.required("usageLimitId")?;
    let amount = input.number("amount").map(checked_amount).transpose()?;
    let row = cx.here.redshift_serverless.usage_limits.get_mut(id).ok_or_else(|| missing(id))?;
    row.amount = amount.unwrap_or(row.amount);
    if let Some(action) = input.text("breachAction") {
        action.clone_into(&mut row.action);
    }
    Ok(answer(row))
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = input.required("usageLimitId")?;
    let gone = cx.here.redshift_serverless.usage_limits.remove(id).ok_or_else(|| missing(id))?;
    Ok(answer(&gone))
}

fn limit<'a>(state: &'a State, id: &str) -> Result<&'a UsageLimit, Refusal> {
    state.usage_limits.get(id).ok_or_else(|| missing(id))
}

fn missing(id: &str) -> Refusal {
    not_found(format!("Usage limit {id} was not found."))
}

fn answer(row: &UsageLimit) -> Value {
    json!({ "usageLimit": described(row) })
}

fn described(row: &UsageLimit) -> Value {
    json!({
        "usageLimitId": row.id,
        "usageLimitArn": row.arn,
        "resourceArn": row.resource,
        "usageType": row.usage,
        "amount": row.amount,
        "period": row.period,
        "breachAction": row.action,
    })
}

fn checked_amount(amount: i64) -> Result<i64, Refusal> {
    match amount > 0 {
        true => Ok(amount),
        false => Err(invalid(format!("The amount {amount} isn't valid. It must be a positive number."))),
    }
}
