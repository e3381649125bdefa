//! Turns the text of statements into [`Statement`]s.
//!
//! Tokens come from sqlparser's Redshift dialect. Queries and DML are parsed by it too;
//! everything that Redshift adds or restricts is read here from the same tokens.

use sqlparser::ast;
use sqlparser::dialect::RedshiftSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::error::SqlError;
use super::statement::{Statement, TransactionStatement};

mod cursor;
mod database;
mod grant;
mod setting;
mod share;
mod table;
mod user;

use cursor::Cursor;

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
    let mut parsed = Vec::new();
    for part in tokens.split(|token| token.token == Token::SemiColon) {
        let blank = |t: &TokenWithSpan| matches!(t.token, Token::Whitespace(_) | Token::EOF);
        if part.iter().all(blank) {
            continue;
        }
        let cursor = Cursor::new(sql, plain(part));
        parsed.push(Parsed { text: text_of(sql, part), statement: statement(cursor)? });
    }
    Ok(parsed)
}

/// Writes `OPERATOR(pg_catalog.~)` as `~` and `E'x'` as `'x'`, its escapes read already; the
/// dialect's parser knows neither.
fn plain(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let mut plain = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let [first, tail @ ..] = rest {
        if let Token::Word(word) = &first.token
            && word.value.eq_ignore_ascii_case("operator")
            && let [open, _, dot, sign, close, after @ ..] = tail
            && (&open.token, &dot.token, &close.token) == (&Token::LParen, &Token::Period, &Token::RParen)
        {
            plain.push(sign.clone());
            rest = after;
        } else if let Token::EscapedStringLiteral(text) = &first.token {
            plain.push(TokenWithSpan::new(Token::SingleQuotedString(text.clone()), first.span));
            rest = tail;
        } else {
            plain.push(first.clone());
            rest = tail;
        }
    }
    plain
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
        "select" | "with" | "values" | "(" => Statement::Query(c.query()?),
        "insert" | "update" | "delete" => dml(&mut c)?,
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
        _ => return Err(c.unknown_statement()),
    };
    c.end()?;
    Ok(statement)
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
        other => Err(SqlError::unsupported(other)),
    }
}

fn create(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    let replace = c.take_all(&["or", "replace"]);
    match c.peek_word().as_str() {
        "view" => table::create_view(c, replace),
        _ if replace => Err(c.unsupported_command("CREATE OR REPLACE")),
        "table" => table::create(c),
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
