//! Tags of everything that has an ARN here.

use serde_json::{Value, json};

use super::{State, TAGS, invalid};
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;
use crate::tags::Tags;

pub(super) fn add(cx: &mut Cx<'_>, input: &Value) -> Answer {
    for arn in input.texts("ResourceArns") {
        TAGS.put(tags_mut(&mut cx.here.elbv2, &arn)?, input.list("Tags"))?;
    }
    Ok(json!({}))
}

pub(super) fn remove(cx: &mut Cx<'_>, input: &Value) -> Answer {
    for arn in input.texts("ResourceArns") {
        let tags = tags_mut(&mut cx.here.elbv2, &arn)?;
        for key in input.texts("TagKeys") {
            tags.remove(&key);
        }
    }
    Ok(json!({}))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let arns = input.texts("ResourceArns");
    if arns.len() > 20 {
        return Err(invalid("Cannot describe tags of more than 20 resources at once"));
    }
    let describe = |arn: String| {
        let tags = TAGS.list(tags(&cx.here.elbv2, &arn)?);
        Ok(json!({ "ResourceArn": arn, "Tags": tags }))
    };
    let descriptions: Vec<Value> = arns.into_iter().map(describe).collect::<Result<_, Refusal>>()?;
    Ok(json!({ "TagDescriptions": descriptions }))
}

/// What an ARN names, by its resource part.
enum Named {
    LoadBalancer,
    Group,
    Listener,
}

fn named(arn: &str) -> Result<Named, Refusal> {
    let resource = arn.splitn(6, ':').nth(5).and_then(|part| part.split('/').next());
    match resource {
        Some("loadbalancer") => Ok(Named::LoadBalancer),
        Some("targetgroup") => Ok(Named::Group),
        Some("listener") => Ok(Named::Listener),
        Some(_) | None => Err(invalid(format!("'{arn}' is not a valid resource ARN"))),
    }
}

fn tags<'a>(state: &'a State, arn: &str) -> Result<&'a Tags, Refusal> {
    Ok(match named(arn)? {
        Named::LoadBalancer => &state.load_balancer(arn)?.tags,
        Named::Group => &state.group(arn)?.tags,
        Named::Listener => &state.listener(arn)?.tags,
    })
}

fn tags_mut<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut Tags, Refusal> {
    Ok(match named(arn)? {
        Named::LoadBalancer => &mut state.load_balancer_mut(arn)?.tags,
        Named::Group => &mut state.group_mut(arn)?.tags,
        Named::Listener => &mut state.listener_mut(arn)?.tags,
    })
}
