//! SET, RESET and SHOW.

use super::cursor::Cursor;
use crate::warehouse::error::SqlError;
use crate::warehouse::statement::{SettingStatement, Show, Statement};

pub(super) fn parse(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    match c.next().as_str() {
        "set" => set(c),
        "reset" => Ok(Statement::Setting(SettingStatement::Reset { name: dotted(c)? })),
        _ => show(c).map(Statement::Show),
    }
}

/// Reads `[SESSION|LOCAL] name {TO|=} value, …`.
fn set(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    if c.take("local") {
        return Err(SqlError::unsupported("SET LOCAL"));
    }
    if c.take_all(&["session", "authorization"]) {
        return Err(SqlError::unsupported("SET SESSION AUTHORIZATION"));
    }
    c.take("session");
    let name = if c.take_all(&["time", "zone"]) {
        "timezone".to_owned()
    } else {
        let name = dotted(c)?;
        if !c.take("to") {
            c.expect("=")?;
        }
        name
    };
    if c.take("default") {
        return Ok(Statement::Setting(SettingStatement::Reset { name }));
    }
    let values = c.separated(|c| match c.take_string() {
        Some(text) => Ok(text),
        None if c.peek_word().is_empty() => Err(c.unexpected()),
        None => Ok(c.next().trim_matches('"').to_lowercase()),
    })?;
    Ok(Statement::Setting(SettingStatement::Set { name, values }))
}

fn show(c: &mut Cursor<'_>) -> Result<Show, SqlError> {
    if c.take("datashares") {
        return Ok(Show::Datashares { like: like(c)? });
    }
    if c.take("databases") {
        return Ok(Show::Databases { like: like(c)? });
    }
    if c.take_all(&["schemas", "from", "database"]) {
        let database = c.identifier()?;
        return Ok(Show::Schemas { database, like: like(c)? });
    }
    if c.take_all(&["tables", "from", "schema"]) {
        let schema = c.name()?;
        return Ok(Show::Tables { schema, like: like(c)? });
    }
    if matches!(
        c.peek_word().as_str(),
        "columns"
            | "grants"
            | "external"
            | "table"
            | "view"
            | "procedure"
            | "model"
            | "schemas"
            | "tables"
            | "all"
    ) {
        return Err(c.unsupported_command("SHOW"));
    }
    if c.take_all(&["time", "zone"]) {
        return Ok(Show::Setting("timezone".to_owned()));
    }
    if c.take_all(&["transaction", "isolation", "level"]) {
        return Ok(Show::Setting("transaction_isolation".to_owned()));
    }
    dotted(c).map(Show::Setting)
}

fn like(c: &mut Cursor<'_>) -> Result<Option<String>, SqlError> {
    if c.take("like") { c.string().map(Some) } else { Ok(None) }
}

fn dotted(c: &mut Cursor<'_>) -> Result<String, SqlError> {
    Ok(c.name()?.parts.join("."))
}
