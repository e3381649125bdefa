//! Results of statements, in pages.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Mode, Statement, Status, invalid, not_found, result_key, statement, submit};
use crate::call::{Answer, Call, Cx, Refusal};
use crate::cloud::Cloud;
use crate::input::Input;
use crate::page::page;

/// Rows of one page.
const PAGE: usize = 1000;

pub(super) fn get(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    Box::pin(async move {
        let id = call.input.required("Id")?.to_owned();
        let (whole, number) = part_of(&id);
        submit::wait(&cloud, &call, whole).await?;
        cloud.at_once(&call.region, &call.access_key, |cx| result(cx, whole, number, &call.input))
    })
}

/// The statement of an id, and the part that it names after a colon.
fn part_of(id: &str) -> (&str, Option<usize>) {
    match id.split_once(':') {
        Some((whole, number)) => (whole, number.parse().ok()),
        None => (id, None),
    }
}

fn result(cx: &mut Cx<'_>, id: &str, number: Option<usize>, input: &Value) -> Answer {
    let found = statement(cx, id)?;
    if found.status != Status::Finished {
        return Err(unfinished(found));
    }
    let number = match (found.mode, number) {
        (Mode::Single, None) => 1,
        (Mode::Transaction | Mode::AutoCommit, None) => {
            return Err(invalid("A batch has results for its sub-statements only. Specify the ID of one."));
        }
        (_, Some(number)) => number,
    };
    let missing =
        || not_found("Query does not have result. Please check query status with DescribeStatement.");
    let set = cx.here.redshift_data.results.get(&result_key(id, number)).ok_or_else(missing)?;
    let rows = set.rows.iter().enumerate().map(|(index, row)| (format!("{index:012}"), row));
    let bad = |_| invalid("The pagination token is not valid.");
    let page = page(rows, input.text("NextToken"), PAGE).map_err(bad)?;
    Ok(json!({
        "Records": page.rows,
        "ColumnMetadata": set.columns,
        "TotalNumRows": set.rows.len(),
        "NextToken": page.next,
    }))
}

fn unfinished(found: &Statement) -> Refusal {
    let words = match found.status {
        Status::Failed | Status::Aborted => "Query does not have result.",
        Status::Submitted | Status::Started | Status::Finished => "Query is not finished.",
    };
    not_found(format!("{words} Please check query status with DescribeStatement."))
}
