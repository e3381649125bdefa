//! Statements that run now: on threads of their own, to be waited for and to be stopped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::sessions::Sessions;
use super::{Mode, Part, ResultSet, Statement, Status, Target, result_key};
use crate::call::{Call, Refusal};
use crate::cloud::Cloud;
use crate::warehouse::{
    Login, Outcome, Parameters, Principal, Receipt, Session, SqlError, SqlType, Value, Warehouse,
};

/// What runs, by statement id, and the sessions that are kept between statements.
#[derive(Debug, Default)]
pub(crate) struct Running {
    handles: Mutex<BTreeMap<String, Handle>>,
    pub(super) sessions: Sessions,
}

/// A way to a running statement.
#[derive(Clone, Debug)]
struct Handle {
    /// Cancelled when the statement has ended.
    ended: CancellationToken,
    /// Cancelled when the statement shall end.
    stop: CancellationToken,
}

/// Who a statement runs as.
#[derive(Debug, Clone)]
pub(super) enum Caller {
    /// The user of a session that is open already.
    Known,
    /// The user and password of a secret, still to be checked.
    Login(Login),
    /// The database user of the API's caller.
    Iam(String),
}

impl Running {
    /// What is cancelled when the statement has ended; `None` if it has.
    pub(super) fn ended(&self, id: &str) -> Option<CancellationToken> {
        self.held().get(id).map(|handle| handle.ended.clone())
    }

    /// Stops a statement; whether it was running.
    pub(super) fn stop(&self, id: &str) -> bool {
        let Some(handle) = self.held().get(id).cloned() else { return false };
        handle.stop.cancel();
        true
    }

    fn begin(&self, id: &str) -> CancellationToken {
        let stop = CancellationToken::new();
        let handle = Handle { ended: CancellationToken::new(), stop: stop.clone() };
        self.held().insert(id.to_owned(), handle);
        stop
    }

    fn end(&self, id: &str) {
        if let Some(handle) = self.held().remove(id) {
            handle.ended.cancel();
        }
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Handle>> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a submitted statement on a thread of its own.
pub(super) fn start(cloud: Arc<Cloud>, call: &Call, statement: Statement, caller: Caller) {
    let (region, access_key) = (call.region.clone(), call.access_key.clone());
    let stop = cloud.statements.begin(&statement.id);
    tokio::task::spawn_blocking(move || {
        let id = statement.id.clone();
        let end = run(&cloud, statement, &caller, &stop);
        let kept = cloud.at_once(&region, &access_key, |cx| {
            let data = &mut cx.here.redshift_data;
            for (key, set) in end.results {
                data.results.insert(key, set);
            }
            data.statements.insert(id.clone(), end.statement);
            Ok::<_, Refusal>(())
        });
        cloud.statements.end(&id);
        kept
    });
}

/// A statement at its end.
struct End {
    statement: Statement,
    results: Vec<(String, ResultSet)>,
}

fn run(cloud: &Cloud, mut statement: Statement, caller: &Caller, stop: &CancellationToken) -> End {
    let mut results = Vec::new();
    let sessions = &cloud.statements.sessions;
    let lent = statement.session.as_deref().and_then(|id| sessions.lend(id));
    let opened = match lent {
        Some(session) => Ok(session),
        None => open(&cloud.network.warehouse, &statement.target, caller),
    };
    let session = match opened {
        Ok(mut session) => {
            statement.process = Some(session.process());
            run_parts(&mut session, &mut statement, &mut results, stop);
            Some(session)
        }
        Err(error) => {
            statement.fail(0, text(&error), Status::Failed);
            None
        }
    };
    if let Some(id) = &statement.session {
        sessions.give_back(id, session, cloud.clock.now());
    }
    statement.updated = Timestamp::now();
    End { statement, results }
}

/// A session for the caller, whose password is right.
pub(super) fn open(
    warehouse: &Arc<Warehouse>,
    target: &Target,
    caller: &Caller,
) -> Result<Session, SqlError> {
    let principal = match caller {
        Caller::Login(login) => {
            warehouse.verify(&target.namespace, login)?;
            Principal::User(login.user.clone())
        }
        Caller::Iam(user) => Principal::Iam(user.clone()),
        Caller::Known => return Err(SqlError::shut_down()),
    };
    warehouse.session(&target.namespace, &target.database, &principal)
}

fn run_parts(
    session: &mut Session,
    statement: &mut Statement,
    results: &mut Vec<(String, ResultSet)>,
    stop: &CancellationToken,
) {
    let parameters = match statement.parameters.is_empty() {
        true => Parameters::None,
        false => Parameters::Named(statement.parameters.clone()),
    };
    if statement.mode == Mode::Transaction
        && let Err(error) = session.execute("begin", &Parameters::None)
    {
        return statement.fail(0, text(&error), Status::Failed);
    }
    for number in 0..statement.parts.len() {
        let Some(part) = statement.parts.get_mut(number) else { break };
        part.started = Timestamp::now();
        let outcome = match stop.is_cancelled() {
            true => Err(SqlError::new("57014", "Query cancelled on user's request")),
            false => {
                let receipt = Receipt { statement: statement.id.clone(), part: number + 1 };
                session.execute_alone(&part.sql, &parameters, receipt, stop)
            }
        };
        match outcome {
            Ok(outcome) => {
                if let Some(set) = finish(part, &outcome) {
                    results.push((result_key(&statement.id, number + 1), set));
                }
            }
            Err(error) => {
                let status = if stop.is_cancelled() { Status::Aborted } else { Status::Failed };
                statement.fail(number, text(&error), status);
                results.clear();
                if statement.mode == Mode::Transaction {
                    // A rollback fails only where nothing is left to undo.
                    drop(session.execute("rollback", &Parameters::None));
                }
                return;
            }
        }
    }
    let all = Receipt { statement: statement.id.clone(), part: statement.parts.len() };
    if statement.mode == Mode::Transaction
        && let Err(error) = session.execute_alone("commit", &Parameters::None, all, stop)
    {
        results.clear();
        return statement.fail(0, text(&error), Status::Failed);
    }
    statement.status = Status::Finished;
}

/// Notes a part's end; its rows, if it has any columns.
fn finish(part: &mut Part, outcome: &Outcome) -> Option<ResultSet> {
    part.ended = Timestamp::now();
    part.status = Status::Finished;
    part.rows = i64::try_from(outcome.row_count()).unwrap_or(i64::MAX);
    let Outcome::Rows { columns, rows, .. } = outcome else { return None };
    let columns: Vec<_> = columns.iter().map(|column| metadata(&column.name, column.sql_type)).collect();
    let rows: Vec<_> = rows.iter().map(|row| row.iter().map(field).collect::<Json>()).collect();
    part.has_result = true;
    part.bytes = rows.iter().map(|row| i64::try_from(row.to_string().len()).unwrap_or_default()).sum();
    Some(ResultSet { columns: json!(columns), rows })
}

/// The API's words for an SQL error: the server's, without its SQLSTATE.
pub(super) fn text(error: &SqlError) -> String {
    format!("ERROR: {}", error.message)
}

fn field(value: &Value) -> Json {
    match value {
        Value::Null => json!({ "isNull": true }),
        Value::Bool(flag) => json!({ "booleanValue": flag }),
        Value::Int(number) => json!({ "longValue": number }),
        Value::Double(number) if number.is_finite() => json!({ "doubleValue": number }),
        Value::Double(_) | Value::Decimal(_) => json!({ "stringValue": value.text() }),
        Value::Text(text) => json!({ "stringValue": text }),
    }
}

/// A column as `GetStatementResult` describes it.
fn metadata(name: &str, sql_type: SqlType) -> Json {
    let is_number = sql_type.is_integer() || sql_type.is_float() || matches!(sql_type, SqlType::Numeric(..));
    let is_text = matches!(sql_type, SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Name);
    json!({
        "name": name,
        "label": name,
        "typeName": sql_type.name(),
        "precision": sql_type.precision(),
        "scale": sql_type.scale(),
        "length": 0,
        "nullable": 1,
        "isCaseSensitive": is_text,
        "isCurrency": false,
        "isSigned": is_number,
        "schemaName": "",
        "tableName": "",
        "columnDefault": null,
    })
}
