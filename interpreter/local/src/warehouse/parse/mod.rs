//! Turns the text of statements into [`Statement`]s.
//!
//! Tokens come from sqlparser's Redshift dialect. Queries and DML are parsed by it too;
//! everything that Redshift adds or restricts is read here from the same tokens.

use sqlparser::ast;
use sqlparser::dialect::RedshiftSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer};

use super::error::SqlError;
use super::meta::constraint::Layout;
use super::statement::{Guard, Lifetime, Name, RelationStatement, Statement, TransactionStatement};

mod conversation;
mod cursor;
mod database;
mod element;
mod grant;
mod rewrite;
mod setting;
mod share;
mod table;
mod user;

use cursor::Cursor;
pub(crate) use rewrite::GROUPING_SETS;

/// A statement with the text it came from.
#[derive(Debug, Clone)]
pub(crate) struct Parsed {
    pub(crate) statement: Statement,
    pub(crate) text: String,
}

static DIALECT: RedshiftSqlDialect = RedshiftSqlDialect {};

/// Parses each statement of a text; empty ones are left out.
pub(crate) fn statements(sql: &str) -> Result<Vec<Parsed>, SqlError> {
    let tokens = Tokenizer::new(&DIALECT, sql)
        .with_unescape(true)
        .tokenize_with_location()
        .map_err(|error| SqlError::new("42601", error.message).at(offset(sql, error.location)))?;
    let tokens = in_one_line(sql, tokens);
    let mut parsed = Vec::new();
    for part in tokens.split(|token| token.token == Token::SemiColon) {
        let blank = |t: &TokenWithSpan| matches!(t.token, Token::Whitespace(_) | Token::EOF);
        if part.iter().all(blank) {
            continue;
        }
        let cursor = Cursor::new(sql, rewrite::plain(part));
        parsed.push(Parsed { text: text_of(sql, part), statement: statement(cursor)? });
    }
    Ok(parsed)
}

/// Gives each token its place in the whole text for a column, so that a place is one number from here on.
fn in_one_line(sql: &str, tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut before = 0;
    let mut lines = Vec::new();
    for line in sql.split_inclusive('\n') {
        lines.push(before);
        before += line.chars().count() as u64;
    }
    let flat = |at: Location| {
        let line = usize::try_from(at.line).ok().and_then(|line| line.checked_sub(1));
        let start = line.and_then(|line| lines.get(line)).unwrap_or(&before);
        Location { line: 1, column: start + at.column }
    };
    let one = |TokenWithSpan { token, span }| {
        TokenWithSpan::new(token, Span { start: flat(span.start), end: flat(span.end) })
    };
    tokens.into_iter().map(one).collect()
}

/// Parses a query stored in the catalog.
pub(crate) fn query(sql: &str) -> Result<Box<ast::Query>, SqlError> {
    Parser::new(&DIALECT)
        .try_with_sql(sql)
        .and_then(|mut parser| parser.parse_query())
        .map_err(|error| SqlError::new("42601", error.to_string()))
}

/// Parses an expression stored in the catalog.
pub(crate) fn expression(sql: &str) -> Result<ast::Expr, SqlError> {
    Parser::new(&DIALECT)
        .try_with_sql(sql)
        .and_then(|mut parser| parser.parse_expr())
        .map_err(|error| SqlError::new("42601", error.to_string()))
}

/// Counts characters up to a place that the tokenizer names by line and column.
pub(crate) fn offset(sql: &str, at: Location) -> Option<usize> {
    let line = usize::try_from(at.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(at.column).ok()?;
    let before: usize = sql.split_inclusive('\n').take(line).map(|line| line.chars().count()).sum();
    Some(before + column)
}

fn text_of(sql: &str, part: &[TokenWithSpan]) -> String {
    let start = part.first().and_then(|t| offset(sql, t.span.start));
    let end = part.last().and_then(|t| offset(sql, t.span.end));
    match (start, end) {
        (Some(start), Some(end)) => {
            sql.chars().skip(start - 1).take(end.saturating_sub(start)).collect::<String>().trim().to_owned()
        }
        _ => sql.trim().to_owned(),
    }
}

fn statement(mut c: Cursor<'_>) -> Result<Statement, SqlError> {
    let word = c.peek_word();
    let statement = match word.as_str() {
        "select" | "with" | "values" | "(" => query_or_into(c.query()?)?,
        "insert" | "update" | "delete" | "merge" => dml(&mut c)?,
        "explain" => explain(&mut c)?,
        "truncate" => {
            c.next();
            c.take("table");
            Statement::Truncate(c.name()?)
        }
        "create" => create(&mut c)?,
        "alter" => alter(&mut c)?,
        "drop" => drop(&mut c)?,
        "grant" | "revoke" => grant::parse(&mut c)?,
        "begin" | "start" | "commit" | "end" | "rollback" | "abort" => transaction(&mut c)?,
        "set" | "reset" | "show" => setting::parse(&mut c)?,
        "desc" => share::describe(&mut c)?,
        "declare" => conversation::declare(&mut c)?,
        "fetch" => conversation::fetch(&mut c)?,
        "close" => conversation::close(&mut c)?,
        "prepare" => conversation::prepare(&mut c)?,
        "execute" => conversation::execute(&mut c)?,
        "deallocate" => conversation::deallocate(&mut c)?,
        "analyze" | "analyse" => conversation::maintain(&mut c, "ANALYZE")?,
        "vacuum" => conversation::maintain(&mut c, "VACUUM")?,
        "copy" => return Err(conversation::copy(&mut c)),
        "unload" => return Err(conversation::no_s3("UNLOAD").at(c.position())),
        _ => return Err(c.unknown_statement()),
    };
    c.end()?;
    Ok(statement)
}

/// A query, or with INTO the table that it makes.
fn query_or_into(mut query: Box<ast::Query>) -> Result<Statement, SqlError> {
    let into = if let ast::SetExpr::Select(select) = query.body.as_mut() { select.into.take() } else { None };
    let Some(into) = into else {
        return Ok(Statement::Query(query));
    };
    let lifetime = if into.temporary { Lifetime::Session } else { Lifetime::Lasting };
    let name = match into.targets.as_slice() {
        [ast::Expr::Identifier(ident)] => name_of(std::slice::from_ref(ident)),
        [ast::Expr::CompoundIdentifier(idents)] => name_of(idents),
        _ => return Err(SqlError::unsupported("INTO of anything but a table")),
    };
    let (guard, layout) = (Guard::Strict, Layout::default());
    Ok(Statement::Relation(RelationStatement::CreateTableAs { name, lifetime, guard, query, layout }))
}

/// A name that the parser read as a list of parts.
pub(crate) fn table_name(name: &ast::ObjectName) -> Result<Name, SqlError> {
    let ident = |part: &ast::ObjectNamePart| part.as_ident().cloned();
    let idents: Option<Vec<_>> = name.0.iter().map(ident).collect();
    idents.map(|idents| name_of(&idents)).ok_or_else(|| SqlError::unsupported(name))
}

fn name_of(idents: &[ast::Ident]) -> Name {
    let parts = idents.iter().map(|ident| ident.value.to_lowercase()).collect();
    Name { parts, position: idents.first().and_then(position) }
}

/// The place of an identifier in the statement's text, which the tokens carry as their column; 0 is no place.
pub(crate) fn position(ident: &ast::Ident) -> Option<usize> {
    usize::try_from(ident.span.start.column).ok().filter(|column| *column > 0)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser has statements that begin with the same words; they are refused"
)]
fn dml(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    match c.foreign(Parser::parse_statement)? {
        ast::Statement::Insert(insert) => Ok(Statement::Insert(Box::new(insert))),
        ast::Statement::Update(update) => Ok(Statement::Update(Box::new(update))),
        ast::Statement::Delete(delete) => Ok(Statement::Delete(Box::new(delete))),
        ast::Statement::Merge(_) if c.take_all(&["remove", "duplicates"]) => {
            Err(SqlError::unsupported("MERGE … REMOVE DUPLICATES"))
        }
        ast::Statement::Merge(merge) => Ok(Statement::Merge(Box::new(merge))),
        other => Err(SqlError::unsupported(other)),
    }
}

/// EXPLAIN, which Redshift has for queries and for what changes rows.
fn explain(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    if c.take("analyze") || c.take("analyse") {
        return Err(SqlError::unsupported("EXPLAIN ANALYZE"));
    }
    c.take("verbose");
    match c.peek_word().as_str() {
        "select" | "with" | "values" | "(" => Ok(Statement::Explain(Box::new(query_or_into(c.query()?)?))),
        "insert" | "update" | "delete" => Ok(Statement::Explain(Box::new(dml(c)?))),
        _ => Err(c.unexpected()),
    }
}

fn create(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    let replace = c.take_all(&["or", "replace"]);
    match c.peek_word().as_str() {
        "view" => table::create_view(c, replace),
        _ if replace => Err(c.unsupported_command("CREATE OR REPLACE")),
        "table" | "temp" | "temporary" | "local" => table::create(c),
        "schema" => database::create_schema(c),
        "database" => database::create(c),
        "user" => user::create(c),
        "datashare" => share::create(c),
        _ => Err(c.unsupported_command("CREATE")),
    }
}

fn alter(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    match c.peek_word().as_str() {
        "table" => table::alter(c),
        "schema" => database::alter_schema(c),
        "database" => database::alter(c),
        "user" => user::alter(c),
        "datashare" => share::alter(c),
        _ => Err(c.unsupported_command("ALTER")),
    }
}

fn drop(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    match c.peek_word().as_str() {
        "table" | "view" => table::drop(c),
        "schema" => database::drop_schema(c),
        "database" => database::drop(c),
        "user" => user::drop(c),
        "datashare" => share::drop(c),
        _ => Err(c.unsupported_command("DROP")),
    }
}

fn transaction(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let first = c.next();
    let kind = match first.as_str() {
        "begin" | "start" => TransactionStatement::Begin,
        "commit" | "end" => TransactionStatement::Commit,
        _ => TransactionStatement::Rollback,
    };
    if !c.take("work") && !c.take("transaction") && first == "start" {
        return Err(c.unexpected());
    }
    if kind == TransactionStatement::Begin {
        isolation(c)?;
    }
    Ok(Statement::Transaction(kind))
}

/// Reads the modes of BEGIN; Redshift runs every level as serializable.
fn isolation(c: &mut Cursor<'_>) -> Result<(), SqlError> {
    loop {
        if c.take_all(&["isolation", "level"]) {
            if !c.take("serializable")
                && !c.take("snapshot")
                && !c.take_all(&["repeatable", "read"])
                && !c.take_all(&["read", "committed"])
                && !c.take_all(&["read", "uncommitted"])
            {
                return Err(c.unexpected());
            }
        } else if c.take_all(&["read", "only"]) {
            return Err(SqlError::unsupported("BEGIN READ ONLY"));
        } else if !c.take_all(&["read", "write"]) {
            return Ok(());
        }
    }
}
