//! Results of statements, in pages.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Format, Mode, Statement, Status, invalid, not_found, result_key, statement, submit};
use crate::call::{Answer, Call, Cx, Refusal};
use crate::cloud::Cloud;
use crate::input::Input;
use crate::page::page;

/// Rows of one page.
const PAGE: usize = 1000;

pub(super) fn get(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    Box::pin(fetched(cloud, call, Format::Json))
}

/// `GetStatementResultV2`, for results that were asked for as CSV.
pub(super) fn get_formatted(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    Box::pin(fetched(cloud, call, Format::Csv))
}

async fn fetched(cloud: Arc<Cloud>, call: Call, format: Format) -> Answer {
    let id = call.input.required("Id")?.to_owned();
    let (whole, number) = part_of(&id);
    submit::wait(&cloud, &call, whole).await?;
    cloud.at_once(&call.region, &call.access_key, |cx| result(cx, whole, number, &call.input, format))
}

/// The statement of an id, and the part that it names after a colon.
fn part_of(id: &str) -> (&str, Option<usize>) {
    match id.split_once(':') {
        Some((whole, number)) => (whole, number.parse().ok()),
        None => (id, None),
    }
}

fn result(cx: &mut Cx<'_>, id: &str, number: Option<usize>, input: &Value, format: Format) -> Answer {
    let found = statement(cx, id)?;
    if found.format != format {
        let operation = match found.format {
            Format::Json => "GetStatementResult",
            Format::Csv => "GetStatementResultV2",
        };
        let has = found.format.word();
        return Err(invalid(format!("The result of the statement has the format {has}. Use {operation}.")));
    }
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
    let records = match format {
        Format::Json => json!(page.rows),
        Format::Csv => json!([{ "CSVRecords": page.rows.into_iter().map(csv).collect::<String>() }]),
    };
    let mut answer = json!({
        "Records": records,
        "ColumnMetadata": set.columns,
        "TotalNumRows": set.rows.len(),
        "NextToken": page.next,
    });
    if let (Format::Csv, Some(answer)) = (format, answer.as_object_mut()) {
        answer.insert("ResultFormat".to_owned(), json!(format.word()));
    }
    Ok(answer)
}

/// A row of fields as a line of CSV; NULL is empty.
fn csv(row: &Value) -> String {
    let cell = |field: &Value| {
        let value = field.as_object().and_then(|field| field.iter().next());
        match value {
            Some((kind, _)) if kind == "isNull" => String::new(),
            Some((_, Value::String(text))) if text.contains(['"', ',', '\r', '\n']) => {
                format!("\"{}\"", text.replace('"', "\"\""))
            }
            Some((_, Value::String(text))) => text.clone(),
            Some((_, other)) => other.to_string(),
            None => String::new(),
        }
    };
    let cells: Vec<_> = row.as_array().into_iter().flatten().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

fn unfinished(found: &Statement) -> Refusal {
    let words = match found.status {
        Status::Failed | Status::Aborted => "Query does not have result.",
        Status::Submitted | Status::Started | Status::Finished => "Query is not finished.",
    };
    not_found(format!("{words} Please check query status with DescribeStatement."))
}
