//! GRANT and REVOKE, on datashares and on everything else.

use super::cursor::Cursor;
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::privilege::Privilege;
use crate::warehouse::statement::{Grant, GrantOn, Grantee, ShareStatement, Statement};

pub(super) fn parse(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let revoke = c.next() == "revoke";
    if revoke && c.take_all(&["grant", "option", "for"]) {
        return Err(SqlError::unsupported("GRANT OPTION"));
    }
    let privileges = privileges(c)?;
    c.expect("on")?;
    if c.take("datashare") {
        return datashare(c, revoke, &privileges);
    }
    let on = object(c)?;
    c.expect(if revoke { "from" } else { "to" })?;
    let grantees = c.separated(grantee)?;
    if c.take("with") {
        return Err(SqlError::unsupported("WITH GRANT OPTION"));
    }
    if revoke && !c.take("restrict") {
        c.take("cascade");
    }
    Ok(Statement::Grant(Grant { revoke, privileges, on, grantees }))
}

fn privileges(c: &mut Cursor<'_>) -> Result<Vec<Privilege>, SqlError> {
    if c.take("all") {
        c.take("privileges");
        return Ok(Vec::new());
    }
    c.separated(|c| {
        if c.peek_word() == "share" {
            return Err(SqlError::unsupported("GRANT SHARE"));
        }
        let privilege = Privilege::from_word(&c.peek_word()).ok_or_else(|| c.unsupported_command("GRANT"))?;
        c.next();
        if c.peek_word() == "(" {
            return Err(SqlError::unsupported("a grant on columns"));
        }
        Ok(privilege)
    })
}

fn object(c: &mut Cursor<'_>) -> Result<GrantOn, SqlError> {
    if c.take("database") {
        return Ok(GrantOn::Databases(c.separated(Cursor::identifier)?));
    }
    if c.take("schema") {
        return Ok(GrantOn::Schemas(c.names()?));
    }
    if c.take_all(&["all", "tables", "in", "schema"]) {
        return Ok(GrantOn::AllTablesIn(c.names()?));
    }
    if matches!(
        c.peek_word().as_str(),
        "function" | "procedure" | "language" | "model" | "all" | "external" | "copy"
    ) {
        return Err(c.unsupported_command("GRANT ON"));
    }
    c.take("table");
    Ok(GrantOn::Relations(c.names()?))
}

fn grantee(c: &mut Cursor<'_>) -> Result<Option<String>, SqlError> {
    if c.take("public") {
        return Ok(None);
    }
    if matches!(c.peek_word().as_str(), "group" | "role") {
        return Err(c.unsupported_command("GRANT TO"));
    }
    c.identifier().map(Some)
}

/// Reads `name TO|FROM NAMESPACE 'guid' | ACCOUNT 'id'`.
fn datashare(c: &mut Cursor<'_>, revoke: bool, privileges: &[Privilege]) -> Result<Statement, SqlError> {
    let name = c.identifier()?;
    c.expect(if revoke { "from" } else { "to" })?;
    if privileges != [Privilege::Usage] {
        return Err(SqlError::unsupported("GRANT of ALTER or SHARE on a datashare"));
    }
    let consumer = consumer(c);
    Ok(Statement::Share(if revoke {
        ShareStatement::Revoke { name, consumer }
    } else {
        ShareStatement::Grant { name, consumer }
    }))
}

fn consumer(c: &mut Cursor<'_>) -> Grantee {
    if c.take("namespace") {
        if let Some(guid) = c.take_string() {
            return Grantee::Namespace(guid);
        }
    } else if c.take("account")
        && let Some(account) = c.take_string()
    {
        return Grantee::Account(account);
    }
    while !c.next().is_empty() {}
    Grantee::Other
}
