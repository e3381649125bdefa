//! CREATE, ALTER and DROP USER (Redshift guide, `CREATE USER`).

use super::cursor::Cursor;
use crate::warehouse::error::SqlError;
use crate::warehouse::statement::{Password, Statement, UserOptions, UserStatement};

pub(super) fn create(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("user")?;
    let name = c.identifier()?;
    c.take("with");
    let options = options(c)?;
    if options.password.is_none() {
        return Err(SqlError::new("42601", "PASSWORD is required: give a password, a verifier, or DISABLE"));
    }
    Ok(Statement::User(UserStatement::Create { name, options }))
}

pub(super) fn alter(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("user")?;
    let name = c.identifier()?;
    if c.take_all(&["rename", "to"]) {
        let to = c.identifier()?;
        return Ok(Statement::User(UserStatement::Rename { name, to }));
    }
    c.take("with");
    let options = options(c)?;
    Ok(Statement::User(UserStatement::Alter { name, options }))
}

pub(super) fn drop(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("user")?;
    let guard = c.if_exists();
    let names = c.separated(Cursor::identifier)?;
    Ok(Statement::User(UserStatement::Drop { names, guard }))
}

fn options(c: &mut Cursor<'_>) -> Result<UserOptions, SqlError> {
    let mut options = UserOptions::default();
    while !c.peek_word().is_empty() {
        if c.take("password") {
            options.password = Some(password(c)?);
        } else if c.take("createuser") || c.take("superuser") {
            options.superuser = Some(true);
        } else if c.take("nocreateuser") || c.take("nosuperuser") {
            options.superuser = Some(false);
        } else if c.take("createdb") {
            options.createdb = Some(true);
        } else if c.take("nocreatedb") {
            options.createdb = Some(false);
        } else if c.take_all(&["valid", "until"]) {
            options.valid_until = Some(c.string()?);
        } else if c.take_all(&["connection", "limit"]) {
            options.conn_limit = Some(c.next().to_uppercase());
        } else if c.take("syslog") {
            return Err(SqlError::unsupported("SYSLOG ACCESS"));
        } else {
            return Err(c.unexpected());
        }
    }
    Ok(options)
}

fn password(c: &mut Cursor<'_>) -> Result<Password, SqlError> {
    if c.take("disable") {
        return Ok(Password::Disable);
    }
    Ok(Password::Text(c.string()?))
}
