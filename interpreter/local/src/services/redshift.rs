//! Amazon Redshift's own API: datashares of the warehouses, and snapshots of clusters, of which there are none.

use serde_json::{Value, json};

use super::{Handler, Service};
use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;
use crate::page::page;
use crate::warehouse::Outbound;

pub(crate) static SERVICE: Service = Service::new(
    "redshift",
    include_str!("../../models/redshift.json"),
    &[
        ("DescribeClusterSnapshots", Handler::Sync(describe_cluster_snapshots)),
        ("DescribeDataShares", Handler::Sync(describe_data_shares)),
        ("DescribeDataSharesForConsumer", Handler::Sync(describe_for_consumer)),
        ("DescribeDataSharesForProducer", Handler::Sync(describe_for_producer)),
    ],
);

/// The status of a permission between namespaces of one account, which nobody has to authorise.
const ACTIVE: &str = "ACTIVE";

/// A datashare of a namespace of this region.
struct Share {
    arn: String,
    producer: String,
    outbound: Outbound,
}

fn describe_cluster_snapshots(_: &mut Cx<'_>, input: &Value) -> Answer {
    if let Some(cluster) = input.text("ClusterIdentifier") {
        return Err(Refusal::new("ClusterNotFound", format!("Cluster {cluster} not found.")));
    }
    if let Some(snapshot) = input.text("SnapshotIdentifier").or(input.text("SnapshotArn")) {
        return Err(Refusal::new("ClusterSnapshotNotFound", format!("Snapshot {snapshot} not found.")));
    }
    Ok(json!({ "Snapshots": [] }))
}

fn describe_data_shares(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let mut shares = shares(cx)?;
    if let Some(arn) = input.text("DataShareArn") {
        shares.retain(|share| share.arn == arn);
        if shares.is_empty() {
            return Err(Refusal::new("InvalidDataShareFault", format!("Datashare {arn} doesn't exist.")));
        }
    }
    listed(cx, input, shares)
}

fn describe_for_producer(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let mut shares = shares(cx)?;
    if let Some(arn) = input.text("ProducerArn") {
        let producer = namespace(cx, arn)?;
        shares.retain(|share| share.producer == producer);
    }
    match input.text("Status") {
        None | Some(ACTIVE) => listed(cx, input, shares),
        Some(_) => listed(cx, input, Vec::new()),
    }
}

fn describe_for_consumer(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let mut shares = shares(cx)?;
    shares.retain(|share| !share.outbound.consumers.is_empty());
    if let Some(arn) = input.text("ConsumerArn") {
        let consumer = namespace(cx, arn)?;
        for share in &mut shares {
            share.outbound.consumers.retain(|(granted, _)| *granted == consumer);
        }
        shares.retain(|share| !share.outbound.consumers.is_empty());
    }
    match input.text("Status") {
        None | Some(ACTIVE) => listed(cx, input, shares),
        Some(_) => listed(cx, input, Vec::new()),
    }
}

/// The shares of this region's namespaces as they are now.
fn shares(cx: &Cx<'_>) -> Result<Vec<Share>, Refusal> {
    let mut shares = Vec::new();
    for namespace in cx.here.redshift_serverless.namespaces.values() {
        let failed = |error| Refusal::internal(format!("The warehouse failed: {error}"));
        for outbound in cx.warehouse.outbound(&namespace.id).map_err(failed)? {
            let arn = cx.arn("redshift", &format!("datashare:{}/{}", namespace.id, outbound.name));
            shares.push(Share { arn, producer: namespace.id.clone(), outbound });
        }
    }
    Ok(shares)
}

/// The GUID of the namespace that an ARN of either service names.
fn namespace(cx: &Cx<'_>, arn: &str) -> Result<String, Refusal> {
    let resource = arn
        .strip_prefix(&cx.arn("redshift", "namespace:"))
        .or(arn.strip_prefix(&cx.arn("redshift-serverless", "namespace/")));
    let id = resource
        .ok_or_else(|| Refusal::new("InvalidNamespaceFault", format!("The namespace {arn} isn't valid.")))?;
    Ok(id.to_owned())
}

fn listed(cx: &Cx<'_>, input: &Value, shares: Vec<Share>) -> Answer {
    let size = input.size("MaxRecords").unwrap_or(100);
    let rows = shares.iter().map(|share| (share.arn.clone(), described(cx, share)));
    let invalid = |_| Refusal::new("InvalidParameterValue", "The marker is not valid.");
    let page = page(rows, input.text("Marker"), size).map_err(invalid)?;
    Ok(json!({ "DataShares": page.rows, "Marker": page.next }))
}

fn described(cx: &Cx<'_>, share: &Share) -> Value {
    let association = |(consumer, granted): &(String, Option<f64>)| {
        json!({
            "ConsumerIdentifier": cx.arn("redshift", &format!("namespace:{consumer}")),
            "Status": ACTIVE,
            "ConsumerRegion": cx.region,
            "CreatedDate": granted,
            "StatusChangeDate": granted,
            "ProducerAllowedWrites": false,
            "ConsumerAcceptedWrites": false,
        })
    };
    json!({
        "DataShareArn": share.arn,
        "ProducerArn": cx.arn("redshift", &format!("namespace:{}", share.producer)),
        "AllowPubliclyAccessibleConsumers": share.outbound.is_public,
        "DataShareAssociations": share.outbound.consumers.iter().map(association).collect::<Vec<_>>(),
    })
}
