//! SQL by the Data API: statements are submitted, waited for, and their results read page by page.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_redshiftdata::operation::describe_statement::DescribeStatementOutput;
use aws_sdk_redshiftdata::types::{ColumnMetadata, Field, StatusString};
use rsx_engine::provider::{Context, Fault};
use sha2::{Digest, Sha256};

use super::quote::tag;
use super::{Answer, Cell, Column, Failure, Session, SqlError};
use crate::fault::{Answered, incomplete};
use crate::outside::Outside;

/// How long one call waits for a statement, in seconds (Data API, `WaitTimeSeconds`: at most 30).
const WAIT: i32 = 30;
/// The shortest and the longest pause between two looks at a statement that a call did not wait for.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(2));
/// How many statements one batch takes (Data API BatchExecuteStatement).
const BATCH: usize = 40;

/// A database by the Data API, as the user whose secret this is.
pub(crate) struct DataApi {
    pub(crate) outside: Arc<Outside>,
    pub(crate) cx: Context,
    pub(crate) workgroup: String,
    pub(crate) database: String,
    pub(crate) secret: String,
}

/// Whether a statement may be run twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It only reads: each time anew.
    Freely,
    /// It changes something: an intention that is taken up again finds the statement that it has sent.
    Once,
}

/// What the Data API's sessions of one process know of each other.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    /// One changing statement at a time on each workgroup: concurrent changes of a share fail (observed).
    turns: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// How many times a statement of an intention has failed: the next attempt is another statement.
    failed: Mutex<BTreeMap<String, u32>>,
}

/// One statement, or several in one transaction.
#[derive(Clone, Copy)]
enum Text<'a> {
    One(&'a str),
    Batch(&'a [String]),
}

impl Streams {
    fn turn(&self, workgroup: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(workgroup.to_owned()).or_default())
    }

    fn attempt(&self, intention: &str) -> u32 {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get(intention).copied().unwrap_or_default()
    }

    fn count_failure(&self, intention: &str) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        *failed.entry(intention.to_owned()).or_default() += 1;
    }
}

#[async_trait]
impl Session for DataApi {
    async fn run(&self, sql: &str) -> Result<Answer, Failure> {
        let done = self.finish(Text::One(sql), "sql", Repeat::Freely).await?;
        let rows = u64::try_from(done.result_rows()).unwrap_or_default();
        let mut answer = Answer { tag: tag(sql, rows), ..Answer::default() };
        if done.has_result_set() == Some(true) {
            (answer.columns, answer.rows) = self.results(done.id()).await?;
        }
        Ok(answer)
    }
}

impl DataApi {
    /// Asks for rows.
    pub(crate) async fn query(&self, step: &str, sql: &str) -> Result<Vec<Vec<Cell>>, Fault> {
        let done = self.finish(Text::One(sql), step, Repeat::Freely).await?;
        match done.has_result_set() {
            Some(true) => Ok(self.results(done.id()).await?.1),
            Some(false) | None => Ok(Vec::new()),
        }
    }

    /// Runs a statement that changes something, alone: outside of a transaction, when no other does on this warehouse.
    pub(crate) async fn execute(&self, step: &str, sql: &str) -> Result<(), Fault> {
        let turn = self.outside.streams.turn(&self.workgroup);
        let _held = turn.lock().await;
        self.finish(Text::One(sql), step, Repeat::Once).await.map(drop).map_err(Fault::from)
    }

    /// Runs statements that change something in one transaction, when no other does on this warehouse; as many
    /// transactions as are needed if there are more than one takes.
    pub(crate) async fn batch(&self, step: &str, sqls: &[String]) -> Result<(), Fault> {
        let turn = self.outside.streams.turn(&self.workgroup);
        let _held = turn.lock().await;
        for (index, part) in sqls.chunks(BATCH).enumerate() {
            let text = match part {
                [one] => Text::One(one),
                many => Text::Batch(many),
            };
            self.finish(text, &format!("{step}/{index}"), Repeat::Once).await?;
        }
        Ok(())
    }

    /// Submits, and waits for the end.
    async fn finish(
        &self,
        text: Text<'_>,
        step: &str,
        repeat: Repeat,
    ) -> Result<DescribeStatementOutput, Failure> {
        let intention = (repeat == Repeat::Once).then(|| self.intention(text, step));
        let attempt = intention.as_ref().map(|one| self.outside.streams.attempt(one)).unwrap_or_default();
        let name = format!("rsx/{}/{step}", self.cx.owner.id);
        let token = intention.as_ref().map(|one| digest(&[one, &attempt.to_string()]));
        let id = self.submit(text, name, token).await?;
        let done = self.wait(&id).await?;
        match done.status() {
            Some(StatusString::Finished) => Ok(done),
            other => {
                if let Some(intention) = &intention {
                    self.outside.streams.count_failure(intention);
                }
                let aborted = matches!(other, Some(StatusString::Aborted));
                let words = if aborted { "the statement was cancelled" } else { "the statement failed" };
                Err(Failure::Sql(SqlError::parse(error_of(&done).unwrap_or(words))))
            }
        }
    }

    /// Names what is to be done: the same for the same intention and text.
    fn intention(&self, text: Text<'_>, step: &str) -> String {
        let mut parts = vec![self.cx.token.as_str(), &self.workgroup, &self.database, step];
        match text {
            Text::One(sql) => parts.push(sql),
            Text::Batch(sqls) => parts.extend(sqls.iter().map(String::as_str)),
        }
        digest(&parts)
    }

    async fn submit(&self, text: Text<'_>, name: String, token: Option<String>) -> Result<String, Failure> {
        let (data, doing) = (self.outside.clients.data(), "take the statement");
        let id = match text {
            Text::One(sql) => {
                let call = data.execute_statement().workgroup_name(&self.workgroup).database(&self.database);
                let call = call.secret_arn(&self.secret).sql(sql).statement_name(name);
                let call = call.set_client_token(token).wait_time_seconds(WAIT);
                call.send().await.or_fault(doing)?.id
            }
            Text::Batch(sqls) => {
                let call =
                    data.batch_execute_statement().workgroup_name(&self.workgroup).database(&self.database);
                let call = call.secret_arn(&self.secret).set_sqls(Some(sqls.to_vec())).statement_name(name);
                let call = call.set_client_token(token).wait_time_seconds(WAIT);
                call.send().await.or_fault(doing)?.id
            }
        };
        id.ok_or_else(|| incomplete("id of the statement").into())
    }

    /// Each call waits as long as it may; where a service does not wait, pauses grow.
    async fn wait(&self, id: &str) -> Result<DescribeStatementOutput, Failure> {
        let (mut pause, longest) = PAUSES;
        loop {
            let call = self.outside.clients.data().describe_statement().id(id).wait_time_seconds(WAIT);
            let described = call.send().await.or_fault("say how the statement is")?;
            match described.status() {
                Some(StatusString::Finished | StatusString::Failed | StatusString::Aborted) => {
                    return Ok(described);
                }
                Some(_) | None => self.cx.clock.sleep(pause).await,
            }
            pause = (pause * 2).min(longest);
        }
    }

    async fn results(&self, id: &str) -> Result<(Vec<Column>, Vec<Vec<Cell>>), Fault> {
        let (mut columns, mut rows, mut next) = (Vec::new(), Vec::new(), None);
        loop {
            let call = self.outside.clients.data().get_statement_result().id(id).set_next_token(next);
            let page = call.send().await.or_fault("return the rows")?;
            if columns.is_empty() {
                columns = page.column_metadata().iter().map(column).collect();
            }
            rows.extend(page.records().iter().map(|record| record.iter().map(cell).collect::<Vec<_>>()));
            next = page.next_token().map(str::to_owned);
            if next.is_none() {
                return Ok((columns, rows));
            }
        }
    }
}

/// Returns the error of a statement, or of the one in a batch that failed.
fn error_of(done: &DescribeStatementOutput) -> Option<&str> {
    let of_part = || done.sub_statements().iter().find_map(|part| part.error());
    done.error().or_else(of_part)
}

fn column(told: &ColumnMetadata) -> Column {
    let name = told.label().or(told.name()).unwrap_or_default().to_owned();
    Column { name, type_name: told.type_name().unwrap_or_default().to_owned() }
}

fn cell(field: &Field) -> Cell {
    match field {
        Field::BooleanValue(flag) => Cell::Bool(*flag),
        Field::DoubleValue(number) => Cell::Float(*number),
        Field::LongValue(number) => Cell::Int(*number),
        Field::StringValue(text) => Cell::Text(text.clone()),
        Field::BlobValue(bytes) => Cell::Text(hex::encode(bytes.as_ref())),
        Field::IsNull(_) | _ => Cell::Null,
    }
}

fn digest(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
        digest.update([0]);
    }
    hex::encode(digest.finalize())
}
