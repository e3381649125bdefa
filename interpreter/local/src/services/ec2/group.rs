//! Security groups; their rules are in `rule`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::resource::{Resource, describe as describe_all, find, tags};
use super::rule::{self, Direction, Peer};
use super::vpc::Vpc;
use super::{State, announce, interface, invalid_value};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::Input;
use crate::table::Table;

/// The name of the group that every VPC is born with, which no other group may have.
const DEFAULT: &str = "default";

/// A security group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) name: String,
    description: String,
}

impl Group {
    pub(super) fn is_default(&self) -> bool {
        self.name == DEFAULT
    }
}

impl Resource for Group {
    const PREFIX: &'static str = "sg";
    const NAME: &'static str = "Group";
    const IDS: &'static str = "GroupIds";
    const SET: &'static str = "SecurityGroups";

    fn table(state: &State) -> &Table<Self> {
        &state.groups
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn missing(id: &str) -> String {
        format!("The security group '{id}' does not exist")
    }

    fn field(&self, state: &State, _: Clock, filter: &str) -> Option<Vec<String>> {
        Some(match filter {
            "group-id" => vec![self.id.clone()],
            "group-name" => vec![self.name.clone()],
            "description" => vec![self.description.clone()],
            "vpc-id" => vec![self.vpc.clone()],
            "owner-id" => vec![ACCOUNT.to_owned()],
            _ => match filter.strip_prefix("egress.ip-permission.") {
                Some(field) => rule::fields_of_group(state, &self.id, Direction::Egress, field)?,
                None => {
                    let field = filter.strip_prefix("ip-permission.")?;
                    rule::fields_of_group(state, &self.id, Direction::Ingress, field)?
                }
            },
        })
    }

    fn pass(_: &mut State, _: &str, _: Clock) -> bool {
        true
    }

    fn describe(&self, state: &State, _: Clock, region: &str) -> Value {
        json!({
            "GroupId": self.id,
            "GroupName": self.name,
            "Description": self.description,
            "VpcId": self.vpc,
            "OwnerId": ACCOUNT,
            "SecurityGroupArn": arn(region, &self.id),
            "IpPermissions": rule::permissions(state, &self.id, Direction::Ingress),
            "IpPermissionsEgress": rule::permissions(state, &self.id, Direction::Egress),
            "Tags": tags(state, &self.id),
        })
    }
}

/// Groups as the things that are in them list them.
pub(super) fn identifiers(state: &State, ids: &[String]) -> Value {
    let name = |id: &String| state.groups.get(id).map(|group| &group.name);
    ids.iter().map(|id| json!({ "GroupId": id, "GroupName": name(id) })).collect()
}

/// The group that a VPC is born with: its members may talk to each other, and to everybody.
pub(super) fn create_default(cx: &mut Cx<'_>, vpc: &str) {
    let id = insert(cx, vpc, DEFAULT, "default VPC security group");
    rule::create_open(cx, &id, Direction::Ingress, Peer::Group(id.clone()));
}

/// Removes a VPC's default group with the VPC.
pub(super) fn delete_default(state: &mut State, vpc: &str) {
    let default = state.groups.values().find(|group| group.vpc == vpc && group.is_default());
    if let Some(id) = default.map(|group| group.id.clone()) {
        remove(state, &id);
    }
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (name, description) = (input.required("GroupName")?, input.required("Description")?);
    check_text(name, "groupName")?;
    check_text(description, "GroupDescription")?;
    if name.starts_with("sg-") {
        return Err(invalid_value(name, "groupName", "Group names may not be in the format sg-*."));
    }
    if name.eq_ignore_ascii_case(DEFAULT) {
        return Err(Refusal::new(
            "InvalidParameterValue",
            format!("Cannot use reserved security group name: {name}"),
        ));
    }
    let no_default = || Refusal::new("VPCIdNotSpecified", "No default VPC for this user");
    let vpc = find::<Vpc>(&cx.here.ec2, input.text("VpcId").ok_or_else(no_default)?)?.id.clone();
    let is_taken = |group: &Group| group.vpc == vpc && group.name.to_lowercase() == name.to_lowercase();
    if cx.here.ec2.groups.values().any(is_taken) {
        let words = format!("The security group '{name}' already exists for VPC '{vpc}'");
        return Err(Refusal::new("InvalidGroup.Duplicate", words));
    }
    let id = insert(cx, &vpc, name, description);
    announce(cx, input, "security-group", &id)?;
    Ok(json!({
        "GroupId": id,
        "SecurityGroupArn": arn(cx.region, &id),
        "Tags": tags(&cx.here.ec2, &id),
    }))
}

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    match input.texts("GroupNames").first() {
        // Names work only in a default VPC, which this account doesn't have.
        Some(name) => Err(Refusal::new(
            "InvalidGroup.NotFound",
            format!("The security group '{name}' does not exist in default VPC"),
        )),
        None => describe_all::<Group>(cx, input),
    }
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let id = given_id(input)?;
    let group = find::<Group>(&cx.here.ec2, id)?;
    if group.is_default() {
        let words = format!("the specified group: \"{id}\" name: \"{DEFAULT}\" cannot be deleted by a user");
        return Err(Refusal::new("CannotDelete", words));
    }
    interface::let_go(&mut cx.here.ec2, cx.clock, |interface| {
        interface.groups.iter().any(|group| group == id)
    });
    let state = &mut cx.here.ec2;
    let is_used = state.interfaces.values().any(|interface| interface.groups.iter().any(|group| group == id));
    if is_used || rule::is_named_by_others(state, id) {
        return Err(Refusal::new("DependencyViolation", format!("resource {id} has a dependent object")));
    }
    remove(state, id);
    Ok(json!({ "Return": true, "GroupId": id }))
}

/// The group that a request names by id, the only way outside a default VPC.
pub(super) fn given_id(input: &Value) -> Result<&str, Refusal> {
    match (input.text("GroupId"), input.text("GroupName")) {
        (Some(id), _) => Ok(id),
        (None, Some(name)) => Err(Refusal::new(
            "InvalidGroup.NotFound",
            format!("The security group '{name}' does not exist in default VPC"),
        )),
        (None, None) => Err(Refusal::new(
            "MissingParameter",
            "The request must contain the parameter groupName or groupId",
        )),
    }
}

fn insert(cx: &mut Cx<'_>, vpc: &str, name: &str, description: &str) -> String {
    let id = cx.ids.ec2("sg");
    let group = Group {
        id: id.clone(),
        vpc: vpc.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
    };
    cx.here.ec2.groups.insert(id.clone(), group);
    rule::create_open(cx, &id, Direction::Egress, Peer::Ipv4("0.0.0.0/0".to_owned()));
    id
}

fn remove(state: &mut State, id: &str) {
    rule::delete_all(state, id);
    state.groups.remove(id);
    state.forget(id);
}

fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:ec2:{region}:{ACCOUNT}:security-group/{id}")
}

/// Names and descriptions: at most 255 of the characters that EC2's reference lists.
fn check_text(text: &str, parameter: &str) -> Result<(), Refusal> {
    let is_allowed =
        |letter: char| letter.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(letter);
    match text.len() <= 255 && !text.is_empty() && text.chars().all(is_allowed) {
        true => Ok(()),
        false => Err(invalid_value(
            text,
            parameter,
            "Up to 255 characters are allowed: a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*",
        )),
    }
}
