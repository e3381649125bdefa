//! Submitted statements: how they are doing, which there are, and stopping one.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Mode, Part, Statement, Status, invalid, statement, submit};
use crate::call::{Answer, Call, Cx, Refusal};
use crate::clock::Clock;
use crate::cloud::Cloud;
use crate::input::Input;
use crate::page::page;

pub(super) fn describe(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    Box::pin(async move {
        let id = call.input.required("Id")?.to_owned();
        cloud.at_once(&call.region, &call.access_key, |cx| statement(cx, &id).map(|_| ()))?;
        submit::wait(&cloud, &call, &id).await?;
        cloud.at_once(&call.region, &call.access_key, |cx| {
            let status = read(cx, &id)?;
            Ok(described(statement(cx, &id)?, status))
        })
    })
}

pub(super) fn cancel(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    Box::pin(async move {
        let id = call.input.required("Id")?.to_owned();
        let status = cloud.at_once(&call.region, &call.access_key, |cx| Ok(statement(cx, &id)?.status))?;
        match cloud.statements.stop(&id) {
            true => Ok(json!({ "Status": true })),
            false => Err(invalid(format!(
                "Could not cancel a query that is already in {} state with ID: {id}.",
                status.word()
            ))),
        }
    })
}

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let caller = cx.global.sts.identity(cx.access_key).arn;
    let status = input.text("Status").filter(|status| *status != "ALL");
    let is_asked = |found: &&Statement| {
        found.caller == caller
            && status.is_none_or(|status| found.status.word() == status)
            && input
                .text("StatementName")
                .is_none_or(|prefix| found.name.as_deref().is_some_and(|name| name.starts_with(prefix)))
            && input.text("WorkgroupName").is_none_or(|workgroup| workgroup == found.target.workgroup)
            && input.text("Database").is_none_or(|database| database == found.target.database)
            && input.text("ClusterIdentifier").is_none()
    };
    let found = cx.here.redshift_data.statements.values().filter(is_asked);
    // The newest first, and each under a key of its own.
    let key = |found: &Statement| format!("{:020}|{}", i64::MAX - found.created.as_microsecond(), found.id);
    let mut rows: Vec<_> = found.map(|found| (key(found), listed(found))).collect();
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    let size = input.size("MaxResults").filter(|size| *size > 0);
    let page = page(rows, input.text("NextToken"), size.unwrap_or(100))
        .map_err(|_| invalid("The pagination token is not valid."))?;
    Ok(json!({ "Statements": page.rows, "NextToken": page.next }))
}

/// One read of a statement's status; at instant speed the first one sees an ended statement still running.
fn read(cx: &mut Cx<'_>, id: &str) -> Result<Status, Refusal> {
    let status = statement(cx, id)?.status;
    let table = &mut cx.here.redshift_data.statements;
    let is_hidden = status.is_terminal() && table.read(id, cx.clock, |row| Some(&mut row.hidden));
    Ok(if is_hidden { Status::Started } else { status })
}

fn described(found: &Statement, status: Status) -> Value {
    let is_over = status.is_terminal();
    let target = &found.target;
    let single = match (found.mode, found.parts.as_slice()) {
        (Mode::Single, [part]) => Some(part),
        (Mode::Single | Mode::Transaction | Mode::AutoCommit, _) => None,
    };
    let of_single = |member: fn(&Part) -> Value| single.filter(|_| is_over).map(member);
    let parts = (1..).zip(&found.parts).map(|(number, part)| described_part(found, number, part, is_over));
    json!({
        "Id": found.id,
        "Database": target.database,
        "DbUser": target.user,
        "SecretArn": target.secret,
        "WorkgroupName": target.workgroup,
        "Status": status.word(),
        "Error": found.error.as_deref().filter(|_| is_over),
        "CreatedAt": Clock::seconds(found.created),
        "UpdatedAt": Clock::seconds(found.updated),
        "Duration": if is_over { found.parts.iter().map(duration).sum() } else { -1 },
        "HasResultSet": is_over && found.parts.iter().any(|part| part.has_result),
        "RedshiftPid": found.process.unwrap_or_default(),
        "RedshiftQueryId": of_single(|part| part.query.into()).unwrap_or(json!(0)),
        "QueryString": single.map(|part| &part.sql),
        "ResultRows": of_single(|part| part.rows.into()).unwrap_or(json!(-1)),
        "ResultSize": of_single(|part| part.bytes.into()).unwrap_or(json!(-1)),
        "QueryParameters": parameters(found),
        "SessionId": found.session,
        "SubStatements": single.is_none().then(|| parts.collect::<Vec<_>>()),
        "ResultFormat": found.format.word(),
        "ExecutionMode": match found.mode {
            Mode::Single => None,
            Mode::Transaction => Some("TRANSACTION"),
            Mode::AutoCommit => Some("AUTO_COMMIT"),
        },
    })
}

fn described_part(found: &Statement, number: usize, part: &Part, is_over: bool) -> Value {
    json!({
        "Id": format!("{}:{number}", found.id),
        "QueryString": part.sql,
        "Status": if is_over { part.status } else { Status::Started }.word(),
        "Error": part.error.as_deref().filter(|_| is_over),
        "CreatedAt": Clock::seconds(found.created),
        "UpdatedAt": Clock::seconds(part.ended),
        "Duration": duration(part),
        "ResultRows": part.rows,
        "ResultSize": part.bytes,
        "RedshiftQueryId": part.query,
        "HasResultSet": is_over && part.has_result,
    })
}

/// Nanoseconds.
fn duration(part: &Part) -> i64 {
    i64::try_from(part.ended.duration_since(part.started).as_nanos()).unwrap_or(i64::MAX)
}

fn parameters(found: &Statement) -> Option<Vec<Value>> {
    let each = found.parameters.iter().map(|(name, value)| json!({ "name": name, "value": value }));
    (!found.parameters.is_empty()).then(|| each.collect())
}

fn listed(found: &Statement) -> Value {
    let is_batch = found.mode != Mode::Single;
    let first = found.parts.first().map(|part| part.sql.as_str());
    json!({
        "Id": found.id,
        "QueryString": first.filter(|_| !is_batch),
        "QueryStrings": is_batch.then(|| found.parts.iter().map(|part| part.sql.as_str()).collect::<Vec<_>>()),
        "SecretArn": found.target.secret,
        "Status": found.status.word(),
        "StatementName": found.name,
        "SessionId": found.session,
        "CreatedAt": Clock::seconds(found.created),
        "UpdatedAt": Clock::seconds(found.updated),
        "QueryParameters": parameters(found),
        "IsBatchStatement": is_batch,
        "ResultFormat": found.format.word(),
    })
}
