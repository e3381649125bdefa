//! Datashare statements: CREATE, ALTER, DROP, DESC (Redshift guide, `CREATE DATASHARE` and following).

use super::cursor::Cursor;
use crate::warehouse::error::SqlError;
use crate::warehouse::statement::{ShareChange, ShareStatement, Statement};

/// Reads `DATASHARE name [[SET] PUBLICACCESSIBLE [=] TRUE|FALSE]`; there is no IF NOT EXISTS.
pub(super) fn create(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("datashare")?;
    let name = c.identifier()?;
    let set = c.take("set");
    let public = if c.take("publicaccessible") {
        c.take("=");
        boolean(c)?
    } else if set {
        return Err(c.unexpected());
    } else {
        false
    };
    if c.take("managedby") {
        return Err(SqlError::unsupported("MANAGEDBY"));
    }
    Ok(Statement::Share(ShareStatement::Create { name, public }))
}

pub(super) fn alter(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("datashare")?;
    let name = c.identifier()?;
    let change = if c.take("add") {
        objects(c, Change::Add)?
    } else if c.take("remove") {
        objects(c, Change::Remove)?
    } else {
        c.expect("set")?;
        setting(c)?
    };
    Ok(Statement::Share(ShareStatement::Alter { name, change }))
}

pub(super) fn drop(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("datashare")?;
    let name = c.identifier()?;
    Ok(Statement::Share(ShareStatement::Drop { name }))
}

/// Reads `DESC DATASHARE name [OF [ACCOUNT 'id'] NAMESPACE 'guid']`.
pub(super) fn describe(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect_all(&["desc", "datashare"])?;
    let name = c.identifier()?;
    let producer = if c.take("of") {
        if c.take("account") {
            c.string()?;
        }
        c.expect("namespace")?;
        Some(c.string()?)
    } else {
        None
    };
    Ok(Statement::Share(ShareStatement::Describe { name, producer }))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

fn objects(c: &mut Cursor<'_>, change: Change) -> Result<ShareChange, SqlError> {
    if c.take_all(&["all", "tables", "in", "schema"]) {
        let schema = c.name()?;
        return Ok(match change {
            Change::Add => ShareChange::AddAllTables(schema),
            Change::Remove => ShareChange::RemoveAllTables(schema),
        });
    }
    if c.take("schema") {
        let names = c.names()?;
        return Ok(match change {
            Change::Add => ShareChange::AddSchemas(names),
            Change::Remove => ShareChange::RemoveSchemas(names),
        });
    }
    if c.take("table") {
        let names = c.names()?;
        return Ok(match change {
            Change::Add => ShareChange::AddRelations(names),
            Change::Remove => ShareChange::RemoveRelations(names),
        });
    }
    if c.take("function") || c.take_all(&["all", "functions"]) {
        return Err(SqlError::unsupported("sharing of functions"));
    }
    Err(c.unexpected())
}

fn setting(c: &mut Cursor<'_>) -> Result<ShareChange, SqlError> {
    if c.take("publicaccessible") {
        c.take("=");
        return Ok(ShareChange::SetPublic(boolean(c)?));
    }
    c.expect("includenew")?;
    c.take("=");
    let include = boolean(c)?;
    c.expect_all(&["for", "schema"])?;
    let schema = c.name()?;
    Ok(ShareChange::SetIncludeNew { schema, include })
}

fn boolean(c: &mut Cursor<'_>) -> Result<bool, SqlError> {
    if c.take("true") {
        Ok(true)
    } else if c.take("false") {
        Ok(false)
    } else {
        Err(c.unexpected())
    }
}
