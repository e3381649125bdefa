//! Amazon Redshift Data: SQL without a connection.

mod catalog;
mod results;
mod running;
mod sessions;
mod statements;
mod submit;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Handler, Service};
use crate::call::{Cx, Refusal};
use crate::clock::{Clock, Transition};
use crate::table::tables;
use crate::warehouse::{SqlError, Warehouse};

pub(crate) use running::Running;

pub(crate) static SERVICE: Service = Service::new(
    "redshift-data",
    include_str!("../../models/redshift-data.json"),
    &[
        ("BatchExecuteStatement", Handler::Async(submit::batch)),
        ("CancelStatement", Handler::Async(statements::cancel)),
        ("DescribeStatement", Handler::Async(statements::describe)),
        ("DescribeTable", Handler::Async(catalog::describe_table)),
        ("ExecuteStatement", Handler::Async(submit::execute)),
        ("GetStatementResult", Handler::Async(results::get)),
        ("GetStatementResultV2", Handler::Async(results::get_formatted)),
        ("ListDatabases", Handler::Async(catalog::list_databases)),
        ("ListSchemas", Handler::Async(catalog::list_schemas)),
        ("ListStatements", Handler::Sync(statements::list)),
        ("ListTables", Handler::Async(catalog::list_tables)),
    ],
);

/// How long statements and their results are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// How long a client token is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(8);

tables! {
    /// Statements by id; results by the id of their statement or part of one; statements by client token.
    pub(crate) struct State {
        statements: Statement,
        results: ResultSet,
        tokens: Token,
    }
}

/// A submitted statement, or a batch of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Statement {
    id: String,
    name: Option<String>,
    target: Target,
    mode: Mode,
    parts: Vec<Part>,
    parameters: Vec<(String, String)>,
    created: Timestamp,
    updated: Timestamp,
    status: Status,
    error: Option<String>,
    /// The server process that ran it.
    process: Option<i32>,
    /// Ended statements show themselves as running until this is over.
    hidden: Transition,
    /// The ARN of the caller who submitted it.
    caller: String,
    /// The session that it runs in, if that outlives it.
    #[serde(default)]
    session: Option<String>,
    #[serde(default)]
    format: Format,
}

/// The form in which results are fetched: as fields by `GetStatementResult`, as text by `GetStatementResultV2`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[default]
    Json,
    Csv,
}

impl Format {
    fn word(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Csv => "CSV",
        }
    }
}

/// Where a statement runs, and as whom.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Target {
    /// As the request names it.
    workgroup: String,
    /// The GUID of the namespace.
    namespace: String,
    database: String,
    secret: Option<String>,
    user: String,
}

/// How the parts of a submission hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Mode {
    /// One statement, by `ExecuteStatement`.
    Single,
    /// All or nothing.
    Transaction,
    /// Each for itself, until one fails.
    AutoCommit,
}

/// One statement of a submission.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Part {
    sql: String,
    status: Status,
    error: Option<String>,
    started: Timestamp,
    ended: Timestamp,
    rows: i64,
    bytes: i64,
    has_result: bool,
    query: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Status {
    Submitted,
    Started,
    Finished,
    Failed,
    Aborted,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Submitted => "SUBMITTED",
            Self::Started => "STARTED",
            Self::Finished => "FINISHED",
            Self::Failed => "FAILED",
            Self::Aborted => "ABORTED",
        }
    }

    fn is_terminal(self) -> bool {
        match self {
            Self::Submitted | Self::Started => false,
            Self::Finished | Self::Failed | Self::Aborted => true,
        }
    }
}

/// Rows of a part, as the API's fields.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ResultSet {
    columns: serde_json::Value,
    rows: Vec<serde_json::Value>,
}

/// A client token that was used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    statement: String,
    used: Timestamp,
}

impl State {
    /// Forgets what is older than the service keeps it.
    fn forget(&mut self, clock: Clock) {
        let is_older = |at: Timestamp, age| clock.now().duration_since(at) > age;
        for token in self.tokens.keys() {
            if self.tokens.get(&token).is_some_and(|token| is_older(token.used, REMEMBERED)) {
                self.tokens.expire(&token);
            }
        }
        for id in self.statements.keys() {
            let Some(statement) = self.statements.get(&id) else { continue };
            if statement.status.is_terminal() && is_older(statement.created, KEPT) {
                (1..=statement.parts.len()).for_each(|number| self.results.expire(&result_key(&id, number)));
                self.statements.expire(&id);
            }
        }
    }

    /// Ends statements that a former process left behind. They died with it, but for what their receipts tell of.
    pub(crate) fn end_all(&mut self, now: Timestamp, warehouse: &Warehouse) {
        for id in self.statements.keys() {
            let left = self.statements.get(&id).filter(|statement| !statement.status.is_terminal());
            let Some(left) = left else { continue };
            // Of a namespace that is gone nothing is noted.
            let noted = warehouse.noted(&left.target.namespace, &id).unwrap_or_default();
            if let Some(statement) = self.statements.pass(&id) {
                statement.end_after(noted, now);
            }
        }
    }
}

impl Statement {
    /// Ends it where it stood when its server died: so many of its parts have made their changes.
    fn end_after(&mut self, done: usize, now: Timestamp) {
        for part in self.parts.iter_mut().take(done) {
            part.status = Status::Finished;
        }
        self.status = Status::Finished;
        self.updated = now;
        if done < self.parts.len() {
            self.fail(done, running::text(&SqlError::shut_down()), Status::Failed);
        }
    }

    /// Ends it at one of its parts; the later ones never began.
    fn fail(&mut self, number: usize, error: String, status: Status) {
        let now = Timestamp::now();
        for (index, part) in self.parts.iter_mut().enumerate().skip(number) {
            part.ended = now;
            part.status = if index == number { status } else { Status::Aborted };
            part.error = (index == number).then(|| error.clone());
        }
        self.status = status;
        self.error = Some(error);
    }
}

/// The key of the result of a part, counted from 1.
fn result_key(statement: &str, part: usize) -> String {
    format!("{statement}:{part}")
}

/// The statement of that id.
fn statement<'a>(cx: &'a Cx<'_>, id: &str) -> Result<&'a Statement, Refusal> {
    cx.here.redshift_data.statements.get(id).ok_or_else(|| not_found("Query does not exist."))
}

fn invalid(words: impl Into<String>) -> Refusal {
    Refusal::new("ValidationException", words)
}

fn not_found(words: impl Into<String>) -> Refusal {
    Refusal::new("ResourceNotFoundException", words)
}
