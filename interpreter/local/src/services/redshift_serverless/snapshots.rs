//! Snapshots: taking, finding and forgetting them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::admin;
use super::namespaces::{self, OWN_KEY, namespace};
use super::{State, TAGS, arn, broken, conflict, invalid, listed, not_found, workgroups};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::{Clock, Transition};
use crate::input::{Input, refuse_unsupported};
use crate::tags::Tags;
use crate::warehouse::SnapshotData;

/// How long a snapshot takes.
const CREATING: Duration = Duration::from_secs(60);

/// The snapshot that is in every new world.
const SAMPLE: &str = "airline-data-snapshot";

/// The namespace that the sample was taken of, which is gone.
const SAMPLE_NAMESPACE: &str = "airline";

/// A kept state of a namespace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    name: String,
    pub(super) arn: String,
    namespace: String,
    namespace_arn: String,
    admin: Option<String>,
    key: Option<String>,
    created: Timestamp,
    creating: Transition,
    /// Days; `None` for ever.
    retention: Option<i64>,
    bytes: u64,
    /// The key under which the warehouse keeps it; `None` for the sample.
    kept: Option<String>,
    pub(super) tags: Tags,
}

impl Snapshot {
    /// What the warehouse restores from.
    fn data(&self) -> SnapshotData {
        self.kept.clone().map_or(SnapshotData::Sample, SnapshotData::Kept)
    }
}

pub(super) fn create(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (of, name) = (input.required("namespaceName")?, input.required("snapshotName")?);
    namespaces::available(cx, of)?;
    let Some(workgroup) = cx.here.redshift_serverless.workgroup_of(of) else {
        return Err(invalid(
            "You can't create a snapshot because there isn't a workgroup created for the namespace.",
        ));
    };
    let workgroup = workgroup.name.clone();
    workgroups::available(cx, &workgroup, "updating")?;
    take(cx, of, name, input.number("retentionPeriod"), TAGS.read(input.list("tags"))?)?;
    let found = snapshot(&cx.here.redshift_serverless, name)?;
    Ok(json!({ "snapshot": described(found, true) }))
}

/// Keeps the present state of a namespace as a snapshot.
pub(super) fn take(
    cx: &mut Cx<'_>,
    of: &str,
    name: &str,
    retention: Option<i64>,
    tags: Tags,
) -> Result<(), Refusal> {
    settle(cx)?;
    check_name(name)?;
    let retention = checked_retention(retention)?;
    if cx.here.redshift_serverless.snapshots.contains(name) {
        return Err(conflict(format!("Snapshot {name} already exists.")));
    }
    let owner = namespace(&cx.here.redshift_serverless, of)?.clone();
    let id = cx.ids.uuid();
    let data = cx.warehouse.snapshot(&owner.id, &id).map_err(broken)?;
    let facts = cx.warehouse.snapshot_facts(&data).map_err(broken)?;
    let taken = Snapshot {
        name: name.to_owned(),
        arn: arn(cx, "snapshot", &id),
        namespace: of.to_owned(),
        namespace_arn: owner.arn,
        admin: owner.admin.map(|admin| admin.user),
        key: owner.key,
        created: cx.clock.now(),
        creating: cx.clock.transition(CREATING),
        retention,
        bytes: facts.bytes,
        kept: Some(id),
        tags,
    };
    cx.here.redshift_serverless.snapshots.insert(name, taken);
    Ok(())
}

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let name = asked(cx, input)?;
    let is_creating = read(cx, &name);
    Ok(json!({ "snapshot": described(snapshot(&cx.here.redshift_serverless, &name)?, is_creating) }))
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_foreign(input)?;
    settle(cx)?;
    let moment = |member: &str| input.get(member).and_then(Value::as_f64);
    let (since, until) = (moment("startTime"), moment("endTime"));
    let mut rows = Vec::new();
    for name in cx.here.redshift_serverless.snapshots.keys() {
        let found = snapshot(&cx.here.redshift_serverless, &name)?;
        let created = Clock::seconds(found.created);
        let is_asked = input.text("namespaceName").is_none_or(|of| of == found.namespace)
            && input.text("namespaceArn").is_none_or(|of| of == found.namespace_arn)
            && since.is_none_or(|since| created >= since)
            && until.is_none_or(|until| created <= until);
        if is_asked {
            let is_creating = read(cx, &name);
            let found = snapshot(&cx.here.redshift_serverless, &name)?;
            rows.push((name, described(found, is_creating)));
        }
    }
    listed(input, "snapshots", rows)
}

pub(super) fn update(cx: &mut Cx<'_>, input: &Value) -> Answer {
    settle(cx)?;
    let name = input.required("snapshotName")?;
    let retention = input.number("retentionPeriod").map(|days| checked_retention(Some(days))).transpose()?;
    let row = cx.here.redshift_serverless.snapshots.get_mut(name).ok_or_else(|| missing(name))?;
    row.retention = retention.unwrap_or(row.retention);
    Ok(json!({ "snapshot": described(row, row.creating.is_pending(cx.clock)) }))
}

pub(super) fn delete(cx: &mut Cx<'_>, input: &Value) -> Answer {
    settle(cx)?;
    let name = input.required("snapshotName")?;
    if read(cx, name) {
        return Err(conflict(format!("Snapshot {name} is being created. Try again later.")));
    }
    let gone = cx.here.redshift_serverless.snapshots.remove(name).ok_or_else(|| missing(name))?;
    cx.warehouse.drop_snapshot(&gone.data()).map_err(broken)?;
    let mut answer = described(&gone, false);
    if let Some(status) = answer.get_mut("status") {
        *status = json!("DELETED");
    }
    Ok(json!({ "snapshot": answer }))
}

/// The name of the snapshot that a request asks for by name or ARN.
pub(super) fn asked(cx: &mut Cx<'_>, input: &Value) -> Result<String, Refusal> {
    refuse_foreign(input)?;
    settle(cx)?;
    let state = &cx.here.redshift_serverless;
    match (input.text("snapshotName"), input.text("snapshotArn")) {
        (Some(name), None) => Ok(snapshot(state, name)?.name.clone()),
        (None, Some(arn)) => {
            let found = state.snapshots.values().find(|row| row.arn == arn);
            Ok(found.ok_or_else(|| not_found(format!("Snapshot {arn} was not found.")))?.name.clone())
        }
        (Some(_), Some(_)) | (None, None) => {
            Err(invalid("You must specify either a snapshot name or a snapshot ARN, but not both."))
        }
    }
}

/// The data of a snapshot, if it can be restored from: it is complete, and its key can still decrypt.
pub(super) fn restorable(cx: &mut Cx<'_>, name: &str) -> Result<SnapshotData, Refusal> {
    if read(cx, name) {
        return Err(conflict(format!("Snapshot {name} isn't available.")));
    }
    let found = snapshot(&cx.here.redshift_serverless, name)?;
    let (data, key) = (found.data(), found.key.clone());
    key.map(|key| admin::usable(cx, &key)).transpose()?;
    Ok(data)
}

fn snapshot<'a>(state: &'a State, name: &str) -> Result<&'a Snapshot, Refusal> {
    state.snapshots.get(name).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Refusal {
    not_found(format!("Snapshot {name} was not found."))
}

/// One read: whether the snapshot is still being created.
fn read(cx: &mut Cx<'_>, name: &str) -> bool {
    let snapshots = &mut cx.here.redshift_serverless.snapshots;
    snapshots.read(name, cx.clock, |row| Some(&mut row.creating))
}

/// Puts the sample into a new region, and lets snapshots go whose retention is over.
fn settle(cx: &mut Cx<'_>) -> Result<(), Refusal> {
    if !cx.here.redshift_serverless.seeded.contains(SAMPLE) {
        let sample = sample(cx)?;
        cx.here.redshift_serverless.snapshots.arise(SAMPLE, sample);
        cx.here.redshift_serverless.seeded.arise(SAMPLE, true);
    }
    let now = cx.clock.now();
    let snapshots = &mut cx.here.redshift_serverless.snapshots;
    for name in snapshots.keys() {
        if snapshots.get(&name).and_then(ends).is_some_and(|end| end <= now) {
            snapshots.expire(&name);
        }
    }
    Ok(())
}

fn sample(cx: &mut Cx<'_>) -> Result<Snapshot, Refusal> {
    let facts = cx.warehouse.snapshot_facts(&SnapshotData::Sample).map_err(broken)?;
    let (id, namespace) = (cx.ids.uuid(), cx.ids.uuid());
    Ok(Snapshot {
        name: SAMPLE.to_owned(),
        arn: arn(cx, "snapshot", &id),
        namespace: SAMPLE_NAMESPACE.to_owned(),
        namespace_arn: arn(cx, "namespace", &namespace),
        admin: facts.admin,
        key: None,
        created: cx.clock.now(),
        creating: Transition::Over,
        retention: None,
        bytes: facts.bytes,
        kept: None,
        tags: Tags::default(),
    })
}

fn ends(row: &Snapshot) -> Option<Timestamp> {
    let hours = row.retention?.saturating_mul(24);
    row.created.checked_add(SignedDuration::from_hours(hours)).ok()
}

#[expect(clippy::cast_precision_loss, reason = "sizes of local files are far below 2^53")]
fn described(row: &Snapshot, is_creating: bool) -> Value {
    let megabytes = row.bytes as f64 / 1_048_576.0;
    let remaining = ends(row).map(|end| end.duration_since(row.created).as_hours() / 24);
    json!({
        "snapshotName": row.name,
        "snapshotArn": row.arn,
        "namespaceName": row.namespace,
        "namespaceArn": row.namespace_arn,
        "adminUsername": row.admin,
        "kmsKeyId": row.key.as_deref().unwrap_or(OWN_KEY),
        "ownerAccount": ACCOUNT,
        "status": if is_creating { "CREATING" } else { "AVAILABLE" },
        "snapshotCreateTime": Clock::seconds(row.created),
        "snapshotRetentionPeriod": row.retention.unwrap_or(-1),
        "snapshotRetentionStartTime": Clock::seconds(row.created),
        "snapshotRemainingDays": remaining,
        "totalBackupSizeInMegaBytes": megabytes,
        "backupProgressInMegaBytes": if is_creating { 0.0 } else { megabytes },
        "accountsWithRestoreAccess": [],
        "accountsWithProvisionedRestoreAccess": [],
    })
}

/// Snapshots of other accounts are not here.
fn refuse_foreign(input: &Value) -> Result<(), Refusal> {
    match input.text("ownerAccount") {
        Some(account) if account != ACCOUNT => refuse_unsupported(input, &["ownerAccount"]),
        Some(_) | None => Ok(()),
    }
}

/// Days from 1 to 3653; −1, or nothing, keeps the snapshot for ever.
fn checked_retention(days: Option<i64>) -> Result<Option<i64>, Refusal> {
    match days {
        None | Some(-1) => Ok(None),
        Some(days @ 1..=3653) => Ok(Some(days)),
        Some(days) => Err(invalid(format!(
            "The retention period {days} isn't valid. It must be -1 or between 1 and 3653 days."
        ))),
    }
}

/// Lower-case groups of letters and digits, joined by single hyphens, a letter first.
fn check_name(name: &str) -> Result<(), Refusal> {
    let is_group = |group: &str| {
        !group.is_empty()
            && group.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    let is_fine = name.len() <= 255
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split('-').all(is_group);
    match is_fine {
        true => Ok(()),
        false => Err(invalid(format!(
            "The snapshot name {name} isn't valid. It must start with a letter, hold only lowercase letters, digits \
             and single hyphens, not end with a hyphen, and be at most 255 characters long."
        ))),
    }
}
