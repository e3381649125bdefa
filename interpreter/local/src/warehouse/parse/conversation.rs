//! Statements of a conversation: cursors, prepared statements, upkeep.

use super::cursor::Cursor;
use crate::warehouse::error::SqlError;
use crate::warehouse::statement::{CursorStatement, Maintenance, PreparedStatement, Statement};

/// Reads `DECLARE name CURSOR FOR query`.
pub(super) fn declare(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    let name = c.identifier()?;
    for word in ["binary", "scroll", "no", "insensitive"] {
        if c.peek_word() == word {
            return Err(SqlError::unsupported(format!("DECLARE {}", word.to_uppercase())).at(c.position()));
        }
    }
    c.expect("cursor")?;
    if c.peek_word() == "with" {
        return Err(SqlError::unsupported("DECLARE CURSOR WITH HOLD").at(c.position()));
    }
    c.take_all(&["without", "hold"]);
    c.expect("for")?;
    Ok(Statement::Cursor(CursorStatement::Declare { name, query: c.query()? }))
}

/// Reads `FETCH [NEXT | ALL | n | FORWARD [n | ALL]] {FROM | IN} name`.
pub(super) fn fetch(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    for word in ["prior", "first", "last", "absolute", "relative", "backward"] {
        if c.peek_word() == word {
            let message = "cursor can only scan forward";
            return Err(SqlError::new("55000", message).at(c.position()));
        }
    }
    let forward = c.take("forward");
    let count = if c.take("all") {
        None
    } else if !forward && c.take("next") || matches!(c.peek_word().as_str(), "from" | "in") {
        Some(1)
    } else {
        let position = c.position();
        let count = c.whole()?;
        Some(
            usize::try_from(count)
                .map_err(|_| SqlError::new("55000", "cursor can only scan forward").at(position))?,
        )
    };
    if !c.take("in") {
        c.expect("from")?;
    }
    Ok(Statement::Cursor(CursorStatement::Fetch { name: c.identifier()?, count }))
}

pub(super) fn close(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    let name = if c.take("all") { None } else { Some(c.identifier()?) };
    Ok(Statement::Cursor(CursorStatement::Close(name)))
}

/// Reads `PREPARE name [(type, …)] AS statement`.
pub(super) fn prepare(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    let name = c.identifier()?;
    let mut types = Vec::new();
    if c.take("(") {
        types = c.separated(Cursor::sql_type)?;
        c.expect(")")?;
    }
    c.expect("as")?;
    if !matches!(c.peek_word().as_str(), "select" | "with" | "insert" | "update" | "delete" | "(") {
        return Err(c.unexpected());
    }
    Ok(Statement::Prepared(PreparedStatement::Prepare { name, types, sql: c.rest() }))
}

pub(super) fn execute(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    let name = c.identifier()?;
    let mut arguments = Vec::new();
    if c.take("(") {
        arguments = c.separated(Cursor::expression)?;
        c.expect(")")?;
    }
    Ok(Statement::Prepared(PreparedStatement::Execute { name, arguments }))
}

pub(super) fn deallocate(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.next();
    c.take("prepare");
    let name = if c.take("all") { None } else { Some(c.identifier()?) };
    Ok(Statement::Prepared(PreparedStatement::Deallocate(name)))
}

/// Reads `ANALYZE [table [(columns)]]` and `VACUUM [FULL | SORT ONLY | DELETE ONLY | REINDEX | RECLUSTER] [table]`.
pub(super) fn maintain(c: &mut Cursor<'_>, command: &'static str) -> Result<Statement, SqlError> {
    c.next();
    if command == "ANALYZE" {
        if c.peek_word() == "compression" {
            return Err(SqlError::unsupported("ANALYZE COMPRESSION").at(c.position()));
        }
        c.take("verbose");
    } else if !(c.take_all(&["sort", "only"]) || c.take_all(&["delete", "only"])) {
        let _ = c.take("full") || c.take("reindex") || c.take("recluster");
    }
    let table = if c.peek_word().is_empty() { None } else { Some(c.name()?) };
    c.if_parenthesized()?;
    if c.take("to") {
        c.whole()?;
        c.expect("percent")?;
    }
    Ok(Statement::Maintain(Maintenance { command, table }))
}

/// COPY, which reads from S3 and its like on Redshift: nothing of that is here, and nothing else is there.
pub(super) fn copy(c: &mut Cursor<'_>) -> SqlError {
    let position = c.position();
    c.next();
    while !matches!(c.peek_word().as_str(), "from" | "to" | "") {
        c.next();
    }
    let reads = c.take("from");
    if reads && matches!(c.peek_word().as_str(), "stdin" | "stdout") {
        let message =
            "LOAD source is not supported. (Hint: only S3 or DynamoDB or EMR based load is allowed)";
        return SqlError::new("0A000", message).at(c.position());
    }
    if c.take("to") {
        return SqlError::unsupported("COPY TO").at(position);
    }
    no_s3("COPY").at(position)
}

/// The refusal of what reads or writes S3.
pub(super) fn no_s3(command: &str) -> SqlError {
    SqlError::new("0A000", format!("{command} is not supported: there is no S3 here"))
}
