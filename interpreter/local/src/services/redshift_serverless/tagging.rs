//! Tags of namespaces, workgroups, snapshots, usage limits and managed endpoints.

use serde_json::{Value, json};

use super::endpoint_access::EndpointAccess;
use super::namespaces::Namespace;
use super::snapshots::Snapshot;
use super::usage_limits::UsageLimit;
use super::workgroups::Workgroup;
use super::{State, TAGS, not_found};
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;
use crate::table::Table;
use crate::tags::Tags;

pub(super) fn add(cx: &mut Cx<'_>, input: &Value) -> Answer {
    TAGS.put(
        tags_mut(&mut cx.here.redshift_serverless, input.required("resourceArn")?)?,
        input.list("tags"),
    )?;
    Ok(json!({}))
}

pub(super) fn remove(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let tags = tags_mut(&mut cx.here.redshift_serverless, input.required("resourceArn")?)?;
    for key in input.texts("tagKeys") {
        tags.remove(&key);
    }
    Ok(json!({}))
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let tags = tags(&cx.here.redshift_serverless, input.required("resourceArn")?)?;
    Ok(json!({ "tags": TAGS.list(tags) }))
}

/// What has an ARN and tags.
pub(super) trait Tagged: Clone {
    fn arn(&self) -> &str;
    fn tags(&self) -> &Tags;
    fn tags_mut(&mut self) -> &mut Tags;
}

/// `Tagged` for rows with the fields `arn` and `tags`.
macro_rules! tagged {
    ($($row:ty),+) => {
        $(impl Tagged for $row {
            fn arn(&self) -> &str {
                &self.arn
            }

            fn tags(&self) -> &Tags {
                &self.tags
            }

            fn tags_mut(&mut self) -> &mut Tags {
                &mut self.tags
            }
        })+
    };
}

tagged!(Namespace, Workgroup, Snapshot, EndpointAccess, UsageLimit);

fn tags<'a>(state: &'a State, arn: &str) -> Result<&'a Tags, Refusal> {
    let State { namespaces, workgroups, snapshots, endpoint_accesses, usage_limits, seeded: _ } = state;
    find(namespaces, arn)
        .or_else(|| find(workgroups, arn))
        .or_else(|| find(snapshots, arn))
        .or_else(|| find(endpoint_accesses, arn))
        .or_else(|| find(usage_limits, arn))
        .ok_or_else(|| missing(arn))
}

fn tags_mut<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut Tags, Refusal> {
    let State { namespaces, workgroups, snapshots, endpoint_accesses, usage_limits, seeded: _ } = state;
    find_mut(namespaces, arn)
        .or_else(|| find_mut(workgroups, arn))
        .or_else(|| find_mut(snapshots, arn))
        .or_else(|| find_mut(endpoint_accesses, arn))
        .or_else(|| find_mut(usage_limits, arn))
        .ok_or_else(|| missing(arn))
}

fn find<'a, T: Tagged>(table: &'a Table<T>, arn: &str) -> Option<&'a Tags> {
    table.values().find(|row| row.arn() == arn).map(T::tags)
}

fn find_mut<'a, T: Tagged>(table: &'a mut Table<T>, arn: &str) -> Option<&'a mut Tags> {
    let key = table.iter().find(|(_, row)| row.arn() == arn)?.0.to_owned();
    table.get_mut(&key).map(T::tags_mut)
}

fn missing(arn: &str) -> Refusal {
    not_found(format!("Resource {arn} was not found."))
}
