//! Network ACLs: every VPC's default one, which lets everything through.

use serde_json::{Value, json};

use super::filter::Filters;
use super::resource::tags;
use super::vpc::Vpc;
use super::{State, subnet::Subnet};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::input::Input;

pub(super) fn describe(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (ids, filters) = (input.texts("NetworkAclIds"), Filters::of(input));
    let state = &cx.here.ec2;
    if let Some(id) = ids.iter().find(|id| !state.vpcs.values().any(|vpc| vpc.acl == **id)) {
        let words = format!("The networkAcl ID '{id}' does not exist");
        return Err(Refusal::new("InvalidNetworkAclID.NotFound", words));
    }
    let mut shown = Vec::new();
    for vpc in state.vpcs.values().filter(|vpc| ids.is_empty() || ids.contains(&vpc.acl)) {
        if filters.accept(state.tags_of(&vpc.acl), |filter| field(state, vpc, filter))? {
            shown.push(describe_acl(state, vpc));
        }
    }
    Ok(json!({ "NetworkAcls": shown }))
}

fn subnets<'a>(state: &'a State, vpc: &Vpc) -> impl Iterator<Item = &'a Subnet> {
    state.subnets.values().filter(|subnet| subnet.vpc == vpc.id)
}

fn field(state: &State, vpc: &Vpc, filter: &str) -> Option<Vec<String>> {
    Some(match filter {
        "vpc-id" => vec![vpc.id.clone()],
        "network-acl-id" | "association.network-acl-id" => vec![vpc.acl.clone()],
        "association.subnet-id" => subnets(state, vpc).map(|subnet| subnet.id.clone()).collect(),
        "association.association-id" => {
            subnets(state, vpc).map(|subnet| subnet.acl_association.clone()).collect()
        }
        "default" => vec!["true".to_owned()],
        "owner-id" => vec![ACCOUNT.to_owned()],
        _ => return None,
    })
}

fn describe_acl(state: &State, vpc: &Vpc) -> Value {
    let entry = |egress: bool, number: u16, action: &str| {
        json!({
            "CidrBlock": "0.0.0.0/0",
            "Egress": egress,
            "Protocol": "-1",
            "RuleAction": action,
            "RuleNumber": number,
        })
    };
    let association = |subnet: &Subnet| {
        json!({
            "NetworkAclAssociationId": subnet.acl_association,
            "NetworkAclId": vpc.acl,
            "SubnetId": subnet.id,
        })
    };
    json!({
        "NetworkAclId": vpc.acl,
        "VpcId": vpc.id,
        "IsDefault": true,
        "OwnerId": ACCOUNT,
        "Entries": [
            entry(true, 100, "allow"), entry(true, 32_767, "deny"),
            entry(false, 100, "allow"), entry(false, 32_767, "deny"),
        ],
        "Associations": subnets(state, vpc).map(association).collect::<Vec<_>>(),
        "Tags": tags(state, &vpc.acl),
    })
}
