//! Submitting statements: who runs what where, and waiting for the end if asked to.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::running::{self, Caller};
use super::sessions::Sessions;
use super::{Format, Mode, Part, Statement, Status, Target, Token, invalid, not_found, statement};
use crate::call::{Answer, Call, Cx, Refusal};
use crate::clock::{Clock, Transition};
use crate::cloud::Cloud;
use crate::input::{Input, refuse_unsupported};
use crate::services::{redshift_serverless, secretsmanager};
use crate::warehouse::Login;

/// Statements that may be active in one warehouse.
const MOST_ACTIVE: usize = 200;

/// The greatest length of a statement, in bytes.
const LONGEST: usize = 100 * 1024;

pub(super) fn execute(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    let sql = call.input.text("Sql").unwrap_or_default().to_owned();
    Box::pin(submit(cloud, call, vec![sql], Mode::Single))
}

pub(super) fn batch(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    let mode = match call.input.text("ExecutionMode") {
        Some("AUTO_COMMIT") => Mode::AutoCommit,
        Some(_) | None => Mode::Transaction,
    };
    let sqls = call.input.texts("Sqls");
    Box::pin(submit(cloud, call, sqls, mode))
}

async fn submit(cloud: Arc<Cloud>, call: Call, sqls: Vec<String>, mode: Mode) -> Answer {
    let known = cloud.at_once(&call.region, &call.access_key, |cx| {
        cx.here.redshift_data.forget(cx.clock);
        Ok(submitted_before(cx, &call.input))
    })?;
    let id = match known {
        Some(id) => id,
        None => {
            let (statement, caller) = cloud.at_once(&call.region, &call.access_key, |cx| {
                accept(cx, &cloud.statements.sessions, &call.input, sqls, mode)
            })?;
            let id = statement.id.clone();
            running::start(Arc::clone(&cloud), &call, statement, caller);
            id
        }
    };
    wait(&cloud, &call, &id).await?;
    cloud.at_once(&call.region, &call.access_key, |cx| Ok(answer(statement(cx, &id)?)))
}

/// Waits for the end of a statement as long as the request asks to; who waits sees the end at once.
pub(super) async fn wait(cloud: &Cloud, call: &Call, id: &str) -> Result<(), Refusal> {
    let Some(seconds) = call.input.number("WaitTimeSeconds") else { return Ok(()) };
    if let Some(ended) = cloud.statements.ended(id) {
        // Running out of time is an answer, too: the present status.
        let _ = tokio::time::timeout(Duration::from_secs(seconds.unsigned_abs()), ended.cancelled()).await;
    }
    cloud.at_once(&call.region, &call.access_key, |cx| {
        let table = &mut cx.here.redshift_data.statements;
        if table.get(id).is_some_and(|found| found.status.is_terminal())
            && let Some(found) = table.pass(id)
        {
            found.hidden = Transition::Over;
        }
        Ok(())
    })
}

/// The target of a request and who it runs as.
pub(super) fn target(cx: &mut Cx<'_>, input: &Value) -> Result<(Target, Caller), Refusal> {
    if let Some(cluster) = input.text("ClusterIdentifier") {
        return Err(not_found(format!("Redshift cluster {cluster} doesn't exist in this region.")));
    }
    let named = input
        .text("WorkgroupName")
        .ok_or_else(|| invalid("Either ClusterIdentifier or WorkgroupName must be specified."))?;
    if input.text("DbUser").is_some() {
        return Err(invalid("DbUser can't be specified together with WorkgroupName."));
    }
    let namespace = redshift_serverless::namespace_behind(&cx.here.redshift_serverless, named, cx.clock);
    let namespace = namespace.ok_or_else(|| {
        not_found(format!("Redshift endpoint doesn't exist in this region for the workgroup {named}."))
    })?;
    // The operations that don't require a database name one of another, or the usual one.
    let database = input.text("ConnectedDatabase").or(input.text("Database")).unwrap_or("dev").to_owned();
    let secret = input.text("SecretArn").map(str::to_owned);
    let caller = match &secret {
        Some(secret) => Caller::Login(login(cx, secret)?),
        None => Caller::Iam(redshift_serverless::database_user(cx)),
    };
    let user = match &caller {
        Caller::Login(login) => login.user.clone(),
        Caller::Iam(user) => user.clone(),
        Caller::Known => String::new(),
    };
    Ok((Target { workgroup: named.to_owned(), namespace, database, secret, user }, caller))
}

/// The status and names of a statement, as its submission answers them.
fn answer(statement: &Statement) -> Value {
    let Target { workgroup, database, secret, user, .. } = &statement.target;
    let is_seen = statement.status.is_terminal() && statement.hidden == Transition::Over;
    let status = if is_seen { statement.status } else { Status::Submitted };
    json!({
        "Id": statement.id,
        "CreatedAt": Clock::seconds(statement.created),
        "Database": database,
        "DbUser": secret.is_none().then_some(user),
        "SecretArn": secret,
        "WorkgroupName": workgroup,
        "Status": status.word(),
        "SessionId": statement.session,
        "HasResultSet": is_seen.then(|| statement.parts.iter().any(|part| part.has_result)),
    })
}

/// Notes a statement as submitted, unless something forbids it.
fn accept(
    cx: &mut Cx<'_>,
    sessions: &Sessions,
    input: &Value,
    sqls: Vec<String>,
    mode: Mode,
) -> Result<(Statement, Caller), Refusal> {
    check(input, &sqls)?;
    let keep = input.number("SessionKeepAliveSeconds").map(SignedDuration::from_secs);
    let whose = cx.global.sts.identity(cx.access_key).arn;
    let now = cx.clock.now();
    let (target, caller, session) = match (input.text("SessionId"), keep) {
        (Some(id), _) => {
            let target = sessions.claim(id, &whose, keep, now)?;
            (target, Caller::Known, Some(id.to_owned()))
        }
        (None, Some(keep)) => {
            let (target, caller) = target(cx, input)?;
            let id = cx.ids.uuid();
            sessions.begin(&id, target.clone(), &whose, keep, now)?;
            (target, caller, Some(id))
        }
        (None, None) => {
            let (target, caller) = target(cx, input)?;
            (target, caller, None)
        }
    };
    let is_active =
        |other: &&Statement| !other.status.is_terminal() && other.target.namespace == target.namespace;
    if cx.here.redshift_data.statements.values().filter(is_active).count() >= MOST_ACTIVE {
        if let Some(id) = &session {
            sessions.give_back(id, sessions.lend(id), now);
        }
        return Err(Refusal::new(
            "ActiveStatementsExceededException",
            format!("Active statements exceeded the allowed quota ({MOST_ACTIVE})."),
        ));
    }
    let statement = Statement { session, ..compose(cx, input, sqls, mode, target) };
    let data = &mut cx.here.redshift_data;
    data.statements.insert(statement.id.clone(), Statement { status: Status::Started, ..statement.clone() });
    if let Some(token) = input.text("ClientToken") {
        data.tokens.insert(token, Token { statement: statement.id.clone(), used: statement.created });
    }
    Ok((statement, caller))
}

fn check(input: &Value, sqls: &[String]) -> Result<(), Refusal> {
    let place = ["WorkgroupName", "ClusterIdentifier", "Database", "DbUser", "SecretArn"];
    let has_session = input.text("SessionId").is_some();
    if has_session && let Some(member) = place.iter().find(|member| input.get(**member).is_some()) {
        return Err(invalid(format!("{member} can't be specified together with SessionId.")));
    }
    if input.flag("WithEvent") == Some(true) {
        refuse_unsupported(input, &["WithEvent"])?;
    }
    if sqls.iter().any(|sql| sql.len() > LONGEST) {
        return Err(invalid("The SQL statement exceeds the maximum length of 100 KB."));
    }
    if sqls.iter().any(|sql| sql.trim().is_empty()) {
        return Err(invalid("The SQL statement is empty."));
    }
    match has_session || input.text("Database").is_some() {
        true => Ok(()),
        false => Err(invalid("The database name must be specified.")),
    }
}

/// A statement that has not begun.
fn compose(cx: &mut Cx<'_>, input: &Value, sqls: Vec<String>, mode: Mode, target: Target) -> Statement {
    let (id, now) = (cx.ids.uuid(), cx.clock.now());
    let parts = sqls.into_iter().map(|sql| Part {
        sql,
        status: Status::Submitted,
        error: None,
        started: now,
        ended: now,
        rows: -1,
        bytes: -1,
        has_result: false,
        query: i64::try_from(cx.ids.below(1 << 30)).unwrap_or_default(),
    });
    let parts = parts.collect();
    let parameters = input.list("Parameters").iter().map(|parameter| {
        let member = |name| parameter.text(name).unwrap_or_default().to_owned();
        (member("name"), member("value"))
    });
    Statement {
        id,
        name: input.text("StatementName").map(str::to_owned),
        mode,
        parts,
        parameters: parameters.collect(),
        created: now,
        updated: now,
        status: Status::Submitted,
        error: None,
        process: None,
        hidden: cx.clock.transition(Duration::ZERO),
        caller: cx.global.sts.identity(cx.access_key).arn,
        session: None,
        format: if input.text("ResultFormat") == Some("CSV") { Format::Csv } else { Format::Json },
        target,
    }
}

/// The statement that an earlier request with this client token submitted.
fn submitted_before(cx: &Cx<'_>, input: &Value) -> Option<String> {
    let token = cx.here.redshift_data.tokens.get(input.text("ClientToken")?)?;
    Some(token.statement.clone())
}

/// The user and password that a secret holds.
fn login(cx: &mut Cx<'_>, secret: &str) -> Result<Login, Refusal> {
    let value = secretsmanager::current_value(cx, secret)
        .map_err(|refusal| not_found(format!("The secret {secret} can't be read: {}", refusal.message)))?;
    let value: Value = serde_json::from_str(&value).unwrap_or_default();
    match (value.text("username"), value.text("password")) {
        (Some(user), Some(password)) => Ok(Login { user: user.to_owned(), password: password.to_owned() }),
        (_, _) => {
            Err(invalid(format!("The secret {secret} isn't a JSON object with username and password.")))
        }
    }
}
