//! Regions, their availability zones, and what an account is by default.

use serde_json::{Value, json};

use super::filter::Filters;
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;

/// Regions with the prefix of their zone ids and the letters of the zones that this account sees.
///
/// Source: AWS's lists of regions and of zone ids; which letters an account sees differs between accounts.
const REGIONS: [(&str, &str, &str); 33] = [
    ("af-south-1", "afs1", "abc"),
    ("ap-east-1", "ape1", "abc"),
    ("ap-east-2", "ape2", "abc"),
    ("ap-northeast-1", "apne1", "acd"),
    ("ap-northeast-2", "apne2", "abcd"),
    ("ap-northeast-3", "apne3", "abc"),
    ("ap-south-1", "aps1", "abc"),
    ("ap-south-2", "aps2", "abc"),
    ("ap-southeast-1", "apse1", "abc"),
    ("ap-southeast-2", "apse2", "abc"),
    ("ap-southeast-3", "apse3", "abc"),
    ("ap-southeast-4", "apse4", "abc"),
    ("ap-southeast-5", "apse5", "abc"),
    ("ap-southeast-7", "apse7", "abc"),
    ("ca-central-1", "cac1", "abd"),
    ("ca-west-1", "caw1", "abc"),
    ("eu-central-1", "euc1", "abc"),
    ("eu-central-2", "euc2", "abc"),
    ("eu-north-1", "eun1", "abc"),
    ("eu-south-1", "eus1", "abc"),
    ("eu-south-2", "eus2", "abc"),
    ("eu-west-1", "euw1", "abc"),
    ("eu-west-2", "euw2", "abc"),
    ("eu-west-3", "euw3", "abc"),
    ("il-central-1", "ilc1", "abc"),
    ("me-central-1", "mec1", "abc"),
    ("me-south-1", "mes1", "abc"),
    ("mx-central-1", "mxc1", "abc"),
    ("sa-east-1", "sae1", "abc"),
    ("us-east-1", "use1", "abcdef"),
    ("us-east-2", "use2", "abc"),
    ("us-west-1", "usw1", "ac"),
    ("us-west-2", "usw2", "abcd"),
];

/// An availability zone; its name means another zone in another account, its id doesn't.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    pub(super) name: String,
    pub(super) id: String,
}

/// A region's zones by name; none in a region that AWS doesn't have.
pub(super) fn zones(region: &str) -> Vec<Zone> {
    let known = REGIONS.iter().find(|(name, ..)| *name == region);
    let Some((_, prefix, letters)) = known else { return Vec::new() };
    let count = letters.len();
    // This account's names are shifted by one against the ids, as they are in most.
    let zone = |(index, letter)| Zone {
        name: format!("{region}{letter}"),
        id: format!("{prefix}-az{}", (index + 1) % count + 1),
    };
    letters.chars().enumerate().map(zone).collect()
}

pub(super) fn describe_zones(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (names, ids, filters) = (input.texts("ZoneNames"), input.texts("ZoneIds"), Filters::of(input));
    let zones = zones(cx.region);
    let unknown = |given: &[String], known: &dyn Fn(&Zone) -> &str| {
        given.iter().find(|one| !zones.iter().any(|zone| known(zone) == *one)).cloned()
    };
    if let Some(one) = unknown(&names, &|zone| &zone.name).or_else(|| unknown(&ids, &|zone| &zone.id)) {
        return Err(Refusal::new("InvalidParameterValue", format!("Invalid availability zone: [{one}]")));
    }
    let mut shown = Vec::new();
    for zone in &zones {
        let is_named =
            (names.is_empty() || names.contains(&zone.name)) && (ids.is_empty() || ids.contains(&zone.id));
        if is_named && filters.accept(None, |filter| zone_field(zone, cx.region, filter))? {
            shown.push(describe_zone(zone, cx.region));
        }
    }
    Ok(json!({ "AvailabilityZones": shown }))
}

fn zone_field(zone: &Zone, region: &str, filter: &str) -> Option<Vec<String>> {
    let value = match filter {
        "zone-name" => &zone.name,
        "zone-id" => &zone.id,
        "region-name" | "group-name" => region,
        "state" => "available",
        "zone-type" => "availability-zone",
        "opt-in-status" => "opt-in-not-required",
        _ => return None,
    };
    Some(vec![value.to_owned()])
}

fn describe_zone(zone: &Zone, region: &str) -> Value {
    json!({
        "State": "available",
        "OptInStatus": "opt-in-not-required",
        "Messages": [],
        "RegionName": region,
        "ZoneName": zone.name,
        "ZoneId": zone.id,
        "GroupName": region,
        "NetworkBorderGroup": region,
        "ZoneType": "availability-zone",
    })
}

pub(super) fn describe_regions(_: &mut Cx<'_>, input: &Value) -> Answer {
    let (names, filters) = (input.texts("RegionNames"), Filters::of(input));
    let is_known = |name: &String| REGIONS.iter().any(|(known, ..)| known == name);
    if let Some(one) = names.iter().find(|name| !is_known(name)) {
        return Err(Refusal::new("InvalidParameterValue", format!("Invalid region name: [{one}]")));
    }
    let mut shown = Vec::new();
    for (name, ..) in REGIONS {
        let endpoint = format!("ec2.{name}.amazonaws.com");
        let field = |filter: &str| match filter {
            "region-name" => Some(vec![name.to_owned()]),
            "endpoint" => Some(vec![endpoint.clone()]),
            "opt-in-status" => Some(vec!["opt-in-not-required".to_owned()]),
            _ => None,
        };
        if (names.is_empty() || names.iter().any(|one| one == name)) && filters.accept(None, field)? {
            shown.push(
                json!({ "RegionName": name, "Endpoint": endpoint, "OptInStatus": "opt-in-not-required" }),
            );
        }
    }
    Ok(json!({ "Regions": shown }))
}

pub(super) fn describe_account(_: &mut Cx<'_>, input: &Value) -> Answer {
    let asked = input.texts("AttributeNames");
    let attributes = [
        ("supported-platforms", "VPC"),
        ("default-vpc", "none"),
        ("vpc-max-security-groups-per-interface", "5"),
        ("vpc-max-elastic-ips", "5"),
        ("max-elastic-ips", "5"),
        ("max-instances", "20"),
    ];
    let shown = attributes.iter().filter(|(name, _)| asked.is_empty() || asked.iter().any(|one| one == name));
    let shown: Vec<_> = shown
        .map(|(name, value)| json!({ "AttributeName": name, "AttributeValues": [{ "AttributeValue": value }] }))
        .collect();
    Ok(json!({ "AccountAttributes": shown }))
}

/// This cloud's networks have no way out, hence no gateways.
pub(super) fn describe_internet_gateways(_: &mut Cx<'_>, input: &Value) -> Answer {
    match input.texts("InternetGatewayIds").first() {
        Some(id) => Err(Refusal::new(
            "InvalidInternetGatewayID.NotFound",
            format!("The internetGateway ID '{id}' does not exist"),
        )),
        None => Ok(json!({ "InternetGateways": [] })),
    }
}
