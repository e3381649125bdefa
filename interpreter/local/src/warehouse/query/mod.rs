//! Translates queries and DML into SQLite's SQL, with types known before they run.
//!
//! Only what is known here is translated; every other construct is refused by name, so
//! that nothing is answered otherwise than Redshift would.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use sqlparser::ast;

use super::error::SqlError;
use super::instant;
use super::meta::Catalog;
use super::meta::database::Database;
use super::meta::login::User;
use super::session::{Column, Session};
use super::statement::Statement;
use super::types::SqlType;
use super::views::View;

mod aggregate;
mod combined;
mod dates;
mod derived;
mod dml;
mod expression;
mod from;
mod function;
mod interval;
mod known;
mod merge;
mod names;
mod operator;
mod order;
mod outline;
mod output;
mod pivot;
mod plain;
mod predicate;
mod scope;
mod select;
mod sets;
mod system;
mod tuple;
mod typed;
mod whole;
mod window;

pub(crate) use names::{Found, Located};
pub(crate) use outline::Outline;
use output::Item;

/// A statement ready for SQLite.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What runs before it, in order.
    pub(crate) before: Vec<String>,
    pub(crate) sql: String,
    /// `None` for a statement without rows.
    pub(crate) columns: Option<Vec<Column>>,
    pub(crate) parameters: Vec<SqlType>,
    /// Catalog views to be filled before the statement runs.
    pub(crate) views: BTreeSet<View>,
    pub(crate) tag: &'static str,
    /// Whether a function is called that only the leader node has.
    pub(crate) leads: bool,
    /// What EXPLAIN tells of it.
    pub(crate) outline: Outline,
}

/// Plans a query or DML; `None` for every other statement.
pub(crate) fn plan(
    session: &Session,
    statement: &Statement,
    declared: &[SqlType],
    named: &[(String, String)],
) -> Result<Option<Plan>, SqlError> {
    let mut state = State::new(declared, named);
    let mut translator = Translator::new(session, &mut state)?;
    let mut before = Vec::new();
    let (sql, columns, tag) = match statement {
        Statement::Query(query) => {
            let selected = translator.top(query)?;
            (selected.sql, Some(selected.columns), "SELECT")
        }
        Statement::Insert(insert) => (translator.insert(insert)?, None, "INSERT 0"),
        Statement::Update(update) => (translator.update(update)?, None, "UPDATE"),
        Statement::Delete(delete) => (translator.delete(delete)?, None, "DELETE"),
        Statement::Merge(merge) => {
            let merged = translator.merge(merge)?;
            before = merged.before;
            (merged.last, None, "MERGE")
        }
        Statement::Truncate(_)
        | Statement::Relation(_)
        | Statement::Schema(_)
        | Statement::Database(_)
        | Statement::User(_)
        | Statement::Share(_)
        | Statement::Grant(_)
        | Statement::Transaction(_)
        | Statement::Setting(_)
        | Statement::Show(_)
        | Statement::Cursor(_)
        | Statement::Prepared(_)
        | Statement::Explain(_)
        | Statement::Maintain(_) => return Ok(None),
    };
    state.plan(before, sql, columns, tag).map(Some)
}

/// Plans a query alone, for CREATE TABLE AS and for checking views.
pub(crate) fn plan_query(session: &Session, query: &ast::Query) -> Result<Plan, SqlError> {
    let mut state = State::new(&[], &[]);
    let selected = Translator::new(session, &mut state)?.top(query)?;
    state.plan(Vec::new(), selected.sql, Some(selected.columns), "SELECT")
}

/// Translates an expression that stands alone, such as a column's default.
pub(crate) fn constant(session: &Session, expr: &ast::Expr, to: SqlType) -> Result<String, SqlError> {
    let mut state = State::new(&[], &[]);
    let mut translator = Translator::new(session, &mut state)?;
    let value = translator.expr(expr, &scope::Scope::default())?;
    Ok(translator.assign(value, to, "default")?.sql)
}

/// Finds a relation that a DDL statement names.
pub(crate) fn locate(session: &Session, name: &super::statement::Name) -> Result<Located, SqlError> {
    let mut state = State::new(&[], &[]);
    Translator::new(session, &mut state)?.locate(name)
}

/// What the parts of one statement share while it is translated.
#[derive(Debug)]
struct State {
    /// The types of `$1`, `$2`, …; `Unknown` until something fixes them.
    parameters: Vec<SqlType>,
    /// Names of the Data API's parameters, in their order.
    named: Vec<String>,
    views: BTreeSet<View>,
    /// Whether a function is called that only the leader node has.
    leads: bool,
    outline: Outline,
    /// Makes aliases unique in the whole statement.
    aliases: usize,
    /// How many views deep the translation is.
    depth: usize,
    /// The present instant, which stays the same while a statement runs.
    now: DateTime,
}

impl State {
    fn new(declared: &[SqlType], named: &[(String, String)]) -> Self {
        let mut parameters = declared.to_vec();
        if parameters.len() < named.len() {
            parameters.resize(named.len(), SqlType::Unknown);
        }
        Self {
            parameters,
            named: named.iter().map(|(name, _)| name.clone()).collect(),
            views: BTreeSet::new(),
            leads: false,
            outline: Outline::default(),
            aliases: 0,
            depth: 0,
            now: instant::now(),
        }
    }

    fn plan(
        self,
        before: Vec<String>,
        sql: String,
        columns: Option<Vec<Column>>,
        tag: &'static str,
    ) -> Result<Plan, SqlError> {
        if self.leads && (!self.outline.tables.is_empty() || columns.is_none()) {
            return Err(leader_only());
        }
        let finish = |column: Column| Column { sql_type: column.sql_type.or_text(), ..column };
        Ok(Plan {
            before,
            sql,
            columns: columns.map(|all| all.into_iter().map(finish).collect()),
            parameters: self.parameters.into_iter().map(SqlType::or_text).collect(),
            views: self.views,
            tag,
            leads: self.leads,
            outline: self.outline,
        })
    }

    /// The alias that was made last.
    fn last_alias(&self) -> String {
        format!("r{}", self.aliases)
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        self.last_alias()
    }
}

/// The refusal of a function of the leader node's beside rows of the compute nodes.
pub(crate) fn leader_only() -> SqlError {
    let message = "Specified types or functions (one per INFO message) not supported on Redshift tables.";
    SqlError::new("0A000", message)
}

/// Where names are looked up, and whose rights count.
#[derive(Debug, Clone)]
struct Site {
    /// The file, as attached to the session's connection.
    file: String,
    database: Database,
    search_path: Vec<String>,
    /// `None` inside a view, whose owner's rights count.
    reader: Option<User>,
}

/// Translates one statement at one site.
#[derive(Debug)]
struct Translator<'t> {
    session: &'t Session,
    state: &'t mut State,
    site: Site,
    /// The keys of the GROUP BY around the expression being translated.
    grouping: Vec<String>,
    /// Those of the keys that are NULL in the rows of the grouping set that is being translated.
    absent: Vec<String>,
    /// How many windows there have been.
    windows: usize,
    /// The names that the select list has given so far, which later items of it may use.
    given: Vec<Item>,
}

impl<'t> Translator<'t> {
    fn new(session: &'t Session, state: &'t mut State) -> Result<Self, SqlError> {
        let user = session.user()?;
        Ok(Self {
            session,
            state,
            site: Site {
                file: "main".to_owned(),
                database: session.database()?,
                search_path: session.settings().search_path(&user.name),
                reader: Some(user),
            },
            grouping: Vec::new(),
            absent: Vec::new(),
            windows: 0,
            given: Vec::new(),
        })
    }

    fn catalog(&self) -> Catalog<'_> {
        Catalog { connection: self.session.connection(), file: &self.site.file }
    }
}
