//! Tags of EC2's resources, by the id of whatever they are on.

use serde_json::{Value, json};

use super::filter::Filters;
use super::resource::bad_token;
use super::{State, TAGS};
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;
use crate::page::page;
use crate::tags::Tags;

/// What an id's prefix says the resource is.
const KINDS: [(&str, &str); 8] = [
    ("acl", "network-acl"),
    ("eni", "network-interface"),
    ("rtb", "route-table"),
    ("sg", "security-group"),
    ("sgr", "security-group-rule"),
    ("subnet", "subnet"),
    ("vpc", "vpc"),
    ("vpce", "vpc-endpoint"),
];

/// Adds tags to a resource.
pub(super) fn put(cx: &mut Cx<'_>, id: &str, items: &[Value]) -> Result<(), Refusal> {
    let mut tags = cx.here.ec2.tags_of(id).cloned().unwrap_or_default();
    TAGS.put(&mut tags, items)?;
    cx.here.ec2.tags.insert(id, tags);
    Ok(())
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    for id in existing(&cx.here.ec2, input)? {
        put(cx, &id, input.list("Tags"))?;
    }
    Ok(json!({}))
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    for id in existing(&cx.here.ec2, input)? {
        let Some(tags) = cx.here.ec2.tags.get_mut(&id) else { continue };
        match input.list("Tags") {
            [] => *tags = Tags::default(),
            some => some.iter().for_each(|tag| remove(tags, tag)),
        }
    }
    Ok(json!({}))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let filters = Filters::of(input);
    let mut shown = Vec::new();
    for (id, tags) in cx.here.ec2.tags.iter() {
        let kind = kind(id);
        for (key, value) in tags.iter() {
            let field = |filter: &str| {
                let value = match filter {
                    "key" => key,
                    "value" => value,
                    "resource-id" => id,
                    "resource-type" => kind,
                    _ => return None,
                };
                Some(vec![value.to_owned()])
            };
            if filters.accept(Some(tags), field)? {
                let row = json!({ "ResourceId": id, "ResourceType": kind, "Key": key, "Value": value });
                shown.push((format!("{id}/{key}"), row));
            }
        }
    }
    shown.sort_by(|(one, _), (other, _)| one.cmp(other));
    let size = input.size("MaxResults").unwrap_or(1000);
    let page = page(shown, input.text("NextToken"), size).map_err(bad_token)?;
    Ok(json!({ "Tags": page.rows, "NextToken": page.next }))
}

/// A tag goes if its value is the given one, or none is given.
fn remove(tags: &mut Tags, tag: &Value) {
    let key = tag.text("Key").unwrap_or_default();
    if tag.text("Value").is_none_or(|value| tags.get(key) == Some(value)) {
        tags.remove(key);
    }
}

fn kind(id: &str) -> &'static str {
    let prefix = id.split('-').next().unwrap_or_default();
    KINDS.iter().find(|(known, _)| *known == prefix).map_or("", |(_, kind)| kind)
}

/// The resources that a request names; one that isn't there refuses all.
fn existing(state: &State, input: &Value) -> Result<Vec<String>, Refusal> {
    let ids = input.texts("Resources");
    match ids.iter().find(|id| !exists(state, id)) {
        Some(id) => Err(Refusal::new("InvalidID", format!("The ID '{id}' is not valid"))),
        None => Ok(ids),
    }
}

fn exists(state: &State, id: &str) -> bool {
    state.vpcs.contains(id)
        || state.subnets.contains(id)
        || state.route_tables.contains(id)
        || state.groups.contains(id)
        || state.rules.contains(id)
        || state.endpoints.contains(id)
        || state.interfaces.contains(id)
        || state.vpcs.values().any(|vpc| vpc.acl == id)
}
