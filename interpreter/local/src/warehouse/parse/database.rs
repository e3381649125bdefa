//! CREATE, ALTER and DROP of databases and schemas.

use super::cursor::Cursor;
use crate::warehouse::error::SqlError;
use crate::warehouse::statement::{DatabaseStatement, Drop, SchemaStatement, Statement};

/// Reads `DATABASE name [[WITH] OWNER [=] user]` or `DATABASE name FROM DATASHARE …`.
pub(super) fn create(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("database")?;
    let name = c.identifier()?;
    if c.take("from") {
        return from_share(c, name);
    }
    c.take("with");
    let mut owner = None;
    while !c.peek_word().is_empty() {
        if c.take("owner") {
            c.take("=");
            owner = Some(c.identifier()?);
        } else if c.take_all(&["connection", "limit"])
            || c.take_all(&["isolation", "level"])
            || c.take("collate")
        {
            c.next();
        } else {
            return Err(c.unexpected());
        }
    }
    Ok(Statement::Database(DatabaseStatement::Create { name, owner }))
}

fn from_share(c: &mut Cursor<'_>, name: String) -> Result<Statement, SqlError> {
    if !c.take("datashare") {
        return Err(c.unsupported_command("CREATE DATABASE FROM"));
    }
    let share = c.identifier()?;
    c.expect("of")?;
    let account = if c.take("account") { Some(c.string()?) } else { None };
    c.expect("namespace")?;
    let namespace = c.string()?;
    let with_permissions = c.take_all(&["with", "permissions"]);
    Ok(Statement::Database(DatabaseStatement::CreateFromShare {
        name,
        share,
        account,
        namespace,
        with_permissions,
    }))
}

pub(super) fn alter(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("database")?;
    let name = c.identifier()?;
    if !c.take_all(&["owner", "to"]) {
        return Err(c.unsupported_command("ALTER DATABASE"));
    }
    let owner = c.identifier()?;
    Ok(Statement::Database(DatabaseStatement::SetOwner { name, owner }))
}

pub(super) fn drop(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("database")?;
    let guard = c.if_exists();
    let name = c.identifier()?;
    Ok(Statement::Database(DatabaseStatement::Drop { name, guard }))
}

/// Reads `SCHEMA [IF NOT EXISTS] name [AUTHORIZATION user]`; a quota has no effect here.
pub(super) fn create_schema(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("schema")?;
    let guard = c.if_not_exists();
    let name = if c.take("authorization") {
        let owner = c.identifier()?;
        return Ok(Statement::Schema(SchemaStatement::Create {
            name: owner.clone(),
            guard,
            owner: Some(owner),
        }));
    } else {
        c.identifier()?
    };
    let owner = if c.take("authorization") { Some(c.identifier()?) } else { None };
    if c.take("quota") {
        return Err(SqlError::unsupported("QUOTA"));
    }
    Ok(Statement::Schema(SchemaStatement::Create { name, guard, owner }))
}

pub(super) fn alter_schema(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("schema")?;
    let name = c.identifier()?;
    if !c.take_all(&["owner", "to"]) {
        return Err(c.unsupported_command("ALTER SCHEMA"));
    }
    let owner = c.identifier()?;
    Ok(Statement::Schema(SchemaStatement::SetOwner { name, owner }))
}

pub(super) fn drop_schema(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("schema")?;
    let guard = c.if_exists();
    let names = c.names()?;
    let drop = behaviour(c);
    Ok(Statement::Schema(SchemaStatement::Drop { names, guard, drop }))
}

pub(super) fn behaviour(c: &mut Cursor<'_>) -> Drop {
    if c.take("cascade") {
        Drop::Cascade
    } else {
        c.take("restrict");
        Drop::Restrict
    }
}
