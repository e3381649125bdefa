//! Describing and running statements.

use tokio_util::sync::CancellationToken;

use super::{Description, Outcome, Parameters, Session, TransactionState, transaction};
use crate::warehouse::cast;
use crate::warehouse::error::SqlError;
use crate::warehouse::explain;
use crate::warehouse::instant;
use crate::warehouse::meta::receipt::Receipt;
use crate::warehouse::namespace::{Record, Status};
use crate::warehouse::parse::{self, Parsed};
use crate::warehouse::query::{self, Plan};
use crate::warehouse::run;
use crate::warehouse::statement::{PreparedStatement, Statement, UserStatement};
use crate::warehouse::types::SqlType;
use crate::warehouse::value::Value;
use crate::warehouse::views;

/// After how many steps of SQLite's machine somebody looks whether to go on: some ten microseconds.
const LOOKS: std::ffi::c_int = 1000;

impl Session {
    /// Says which parameters a statement takes and which columns it gives.
    ///
    /// `declared` holds the parameter types that the client has fixed, `Unknown` elsewhere.
    pub(crate) fn describe(&mut self, sql: &str, declared: &[SqlType]) -> Result<Description, SqlError> {
        let Some(parsed) = self.single(sql)? else {
            return Ok(Description::default());
        };
        self.check_state(&parsed.statement)?;
        let own = self.connection().is_autocommit();
        if own {
            self.connection().execute_batch("begin")?;
        }
        let description = self.describe_statement(&parsed.statement, declared);
        if own {
            self.undo();
        }
        if description.is_err() {
            self.abort();
        }
        description
    }

    /// Runs one statement.
    pub(crate) fn execute(&mut self, sql: &str, parameters: &Parameters) -> Result<Outcome, SqlError> {
        match self.single(sql)? {
            Some(parsed) => self.run(&parsed, &[], parameters),
            None => Ok(Outcome::Empty),
        }
    }

    /// Runs one statement that nobody waits for: a stop ends it, and its receipt is kept with what it changes.
    pub(crate) fn execute_alone(
        &mut self,
        sql: &str,
        parameters: &Parameters,
        receipt: Receipt,
        stop: &CancellationToken,
    ) -> Result<Outcome, SqlError> {
        let stop = stop.clone();
        self.connection.progress_handler(LOOKS, Some(move || stop.is_cancelled()))?;
        self.receipt = Some(receipt);
        let outcome = self.execute(sql, parameters);
        self.receipt = None;
        self.connection.progress_handler(LOOKS, None::<fn() -> bool>)?;
        outcome
    }

    /// Runs one statement whose parameters have the declared types.
    pub(crate) fn execute_declared(
        &mut self,
        sql: &str,
        declared: &[SqlType],
        parameters: &Parameters,
    ) -> Result<Outcome, SqlError> {
        match self.single(sql)? {
            Some(parsed) => self.run(&parsed, declared, parameters),
            None => Ok(Outcome::Empty),
        }
    }

    /// Runs the statements of a text in order, several as one transaction, and stops at an error.
    pub(crate) fn execute_all(&mut self, sql: &str, mut each: impl FnMut(Outcome)) -> Result<(), SqlError> {
        let parsed = match parse::statements(sql) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.abort();
                return Err(error);
            }
        };
        let several = parsed.len() > 1 && self.transaction == TransactionState::Idle;
        let controls = |p: &Parsed| matches!(p.statement, Statement::Transaction(_));
        let implicit = several && !parsed.iter().any(controls);
        if implicit {
            self.begin();
        }
        if parsed.is_empty() {
            each(Outcome::Empty);
        }
        for statement in &parsed {
            match self.run(statement, &[], &Parameters::None) {
                Ok(outcome) => each(outcome),
                Err(error) => {
                    if implicit {
                        self.rollback();
                    }
                    return Err(error);
                }
            }
        }
        if implicit { self.commit() } else { Ok(()) }
    }

    pub(super) fn single(&mut self, sql: &str) -> Result<Option<Parsed>, SqlError> {
        let mut parsed = match parse::statements(sql) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.abort();
                return Err(error);
            }
        };
        if parsed.len() > 1 {
            return Err(SqlError::new("42601", "cannot insert multiple commands into a prepared statement"));
        }
        Ok(parsed.pop())
    }

    fn check_state(&self, statement: &Statement) -> Result<(), SqlError> {
        if self.life.is_cancelled() {
            return Err(SqlError::shut_down());
        }
        let control = matches!(statement, Statement::Transaction(_));
        if self.transaction == TransactionState::Failed && !control {
            return Err(transaction::aborted());
        }
        Ok(())
    }

    /// Marks an open transaction as failed, after an error that no statement of its own reported.
    pub(crate) fn abort(&mut self) {
        if self.transaction == TransactionState::Open {
            self.fail();
        }
    }

    fn run(
        &mut self,
        parsed: &Parsed,
        declared: &[SqlType],
        parameters: &Parameters,
    ) -> Result<Outcome, SqlError> {
        self.check_state(&parsed.statement)?;
        if let Statement::Transaction(control) = parsed.statement {
            return self.control(control);
        }
        if let Statement::Prepared(PreparedStatement::Execute { name, arguments }) = &parsed.statement {
            let (prepared, values) = self.executed(name, arguments)?;
            let Some(parsed) = self.single(&prepared.sql)? else { return Ok(Outcome::Empty) };
            let types = &prepared.description.parameters;
            return self.run(&parsed, types, &Parameters::Positional(values));
        }
        let number = self.remember(parsed)?;
        let result = self.run_in_transaction(&parsed.statement, declared, parameters);
        let record = match &result {
            Ok(outcome) => Ok(i64::try_from(outcome.row_count()).unwrap_or(i64::MAX)),
            Err(error) => Err(error.message.clone()),
        };
        self.namespace().finish(number, record);
        if result.is_err() {
            self.abort();
        }
        result
    }

    fn run_in_transaction(
        &mut self,
        statement: &Statement,
        declared: &[SqlType],
        parameters: &Parameters,
    ) -> Result<Outcome, SqlError> {
        if self.connection().is_autocommit() {
            // A writer takes its lock at once: one that has read before could find the data changed.
            let begin = if statement.writes() { "begin immediate" } else { "begin" };
            self.connection().execute_batch(begin)?;
        }
        if self.transaction == TransactionState::Open {
            return self.dispatch(statement, declared, parameters);
        }
        let result = self.dispatch(statement, declared, parameters);
        match result {
            Ok(outcome) => match self.commit_noting() {
                Ok(()) => Ok(outcome),
                Err(error) => {
                    self.undo();
                    Err(error)
                }
            },
            Err(error) => {
                self.undo();
                Err(error)
            }
        }
    }

    fn dispatch(
        &mut self,
        statement: &Statement,
        declared: &[SqlType],
        parameters: &Parameters,
    ) -> Result<Outcome, SqlError> {
        if let Some(plan) = query::plan(self, statement, declared, names(parameters))? {
            return self.run_plan(&plan, parameters);
        }
        if let Statement::Explain(explained) = statement {
            let plan = query::plan(self, explained, declared, names(parameters))?;
            let plan = plan.ok_or_else(|| SqlError::syntax("explain"))?;
            let rows = explain::lines(self, &plan)?;
            return Ok(Outcome::Rows { columns: explain::columns(), rows, tag: "EXPLAIN".to_owned() });
        }
        if let Statement::Cursor(cursor) = statement {
            return self.cursor(cursor, declared, parameters);
        }
        if let Statement::Prepared(prepared) = statement {
            return self.prepare(prepared);
        }
        run::statement(self, statement)
    }

    pub(in crate::warehouse) fn run_plan(
        &self,
        plan: &Plan,
        parameters: &Parameters,
    ) -> Result<Outcome, SqlError> {
        views::fill(self, &plan.views)?;
        let values = bind(plan, parameters)?;
        for sql in &plan.before {
            let mut step = self.connection().prepare(sql)?;
            let count = step.parameter_count();
            let mut rows = step.query(rusqlite::params_from_iter(values.iter().take(count)))?;
            while rows.next()?.is_some() {}
        }
        let mut prepared = self.connection().prepare_cached(&plan.sql)?;
        let Some(columns) = &plan.columns else {
            let rows = prepared.execute(rusqlite::params_from_iter(values))?;
            return Ok(Outcome::Command { tag: format!("{} {rows}", plan.tag), rows });
        };
        let mut cursor = prepared.query(rusqlite::params_from_iter(values))?;
        let mut rows = Vec::new();
        while let Some(row) = cursor.next()? {
            let mut out = Vec::with_capacity(columns.len());
            for (n, column) in columns.iter().enumerate() {
                out.push(Value::read(row.get_ref(n)?, column.sql_type)?);
            }
            rows.push(out);
        }
        Ok(Outcome::Rows { columns: columns.clone(), rows, tag: plan.tag.to_owned() })
    }

    pub(super) fn describe_statement(
        &self,
        statement: &Statement,
        declared: &[SqlType],
    ) -> Result<Description, SqlError> {
        if let Some(plan) = query::plan(self, statement, declared, &[])? {
            return Ok(Description { parameters: plan.parameters, columns: plan.columns });
        }
        if let Statement::Explain(explained) = statement {
            let parameters = self.describe_statement(explained, declared)?.parameters;
            return Ok(Description { parameters, columns: Some(explain::columns()) });
        }
        if let Statement::Cursor(cursor) = statement {
            return self.describe_cursor(cursor, declared);
        }
        if let Statement::Prepared(PreparedStatement::Execute { name, .. }) = statement {
            let columns = self.prepared(name)?.description.columns.clone();
            return Ok(Description { parameters: Vec::new(), columns });
        }
        Ok(Description { parameters: Vec::new(), columns: run::columns(statement) })
    }

    fn remember(&self, parsed: &Parsed) -> Result<i64, SqlError> {
        let id = self.namespace().next_number();
        self.namespace().begin(Record {
            id,
            user: self.user()?.id,
            database: self.database_name().to_owned(),
            session: self.process,
            query_type: parsed.statement.query_type(),
            status: Status::Running,
            started: instant::timestamp_text(instant::now()),
            ended: None,
            text: shown(parsed),
            error: None,
            rows: 0,
        });
        Ok(id)
    }
}

impl Outcome {
    pub(crate) fn row_count(&self) -> usize {
        match self {
            Self::Rows { rows, .. } => rows.len(),
            Self::Command { rows, .. } => *rows,
            Self::Empty => 0,
        }
    }
}

/// The text for the history; passwords and verifiers are left out, as Redshift does.
fn shown(parsed: &Parsed) -> String {
    match &parsed.statement {
        Statement::User(UserStatement::Create { name, .. }) => {
            format!("CREATE USER {name} PASSWORD '***'")
        }
        Statement::User(UserStatement::Alter { name, .. }) => {
            format!("ALTER USER {name} PASSWORD '***'")
        }
        Statement::Query(_)
        | Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Merge(_)
        | Statement::Explain(_)
        | Statement::Truncate(_)
        | Statement::Relation(_)
        | Statement::Schema(_)
        | Statement::Database(_)
        | Statement::User(UserStatement::Rename { .. } | UserStatement::Drop { .. })
        | Statement::Share(_)
        | Statement::Grant(_)
        | Statement::Transaction(_)
        | Statement::Setting(_)
        | Statement::Show(_)
        | Statement::Cursor(_)
        | Statement::Prepared(_)
        | Statement::Maintain(_) => parsed.text.clone(),
    }
}

pub(super) fn names(parameters: &Parameters) -> &[(String, String)] {
    match parameters {
        Parameters::Named(named) => named,
        Parameters::None | Parameters::Positional(_) => &[],
    }
}

/// Puts the values in the plan's order; texts of named parameters get their types here.
fn bind(plan: &Plan, parameters: &Parameters) -> Result<Vec<Value>, SqlError> {
    let given = match parameters {
        Parameters::None => Vec::new(),
        Parameters::Positional(values) => values.clone(),
        Parameters::Named(named) => named
            .iter()
            .zip(&plan.parameters)
            .map(|((_, text), sql_type)| cast::parse(text, *sql_type))
            .collect::<Result<_, _>>()?,
    };
    if given.len() < plan.parameters.len() {
        let message = format!("there is no parameter ${}", given.len() + 1);
        return Err(SqlError::new("42P02", message));
    }
    Ok(given.into_iter().take(plan.parameters.len()).collect())
}
