//! CREATE, ALTER and DROP of tables and views.
//!
//! Keys, sort orders, encodings and constraints other than NOT NULL are read and, as on
//! Redshift, do not change what a table accepts.

use super::cursor::Cursor;
use super::database::behaviour;
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::relation::Kind;
use crate::warehouse::statement::{Binding, ColumnSpec, Lifetime, RelationStatement, Statement};

/// Reads `[[LOCAL] TEMP[ORARY]] TABLE name …`.
pub(super) fn create(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.take("local");
    let lifetime = match c.take("temp") || c.take("temporary") {
        true => Lifetime::Session,
        false => Lifetime::Lasting,
    };
    c.expect("table")?;
    let guard = c.if_not_exists();
    let name = c.name()?;
    if c.peek_word() != "(" {
        attributes(c)?;
        c.expect("as")?;
        let query = c.query()?;
        return Ok(Statement::Relation(RelationStatement::CreateTableAs { name, lifetime, guard, query }));
    }
    c.expect("(")?;
    if c.take("like") {
        let like = c.name()?;
        if c.take_all(&["including", "defaults"]) {
            return Err(SqlError::unsupported("CREATE TABLE (LIKE … INCLUDING DEFAULTS)"));
        }
        c.take_all(&["excluding", "defaults"]);
        c.expect(")")?;
        attributes(c)?;
        let like = RelationStatement::CreateTableLike { name, lifetime, guard, like };
        return Ok(Statement::Relation(like));
    }
    let columns = c.separated(element)?.into_iter().flatten().collect::<Vec<_>>();
    c.expect(")")?;
    attributes(c)?;
    if c.peek_word() == "as" {
        return Err(SqlError::unsupported("CREATE TABLE (columns) AS"));
    }
    Ok(Statement::Relation(RelationStatement::CreateTable { name, lifetime, guard, columns }))
}

/// Reads `VIEW name [(columns)] AS query [WITH NO SCHEMA BINDING]`.
pub(super) fn create_view(c: &mut Cursor<'_>, replace: bool) -> Result<Statement, SqlError> {
    c.expect("view")?;
    let name = c.name()?;
    let columns = if c.take("(") {
        let columns = c.separated(Cursor::identifier)?;
        c.expect(")")?;
        columns
    } else {
        Vec::new()
    };
    c.expect("as")?;
    let query = c.query()?;
    let binding = match c.take_all(&["with", "no", "schema", "binding"]) {
        true => Binding::Late,
        false => Binding::Bound,
    };
    Ok(Statement::Relation(RelationStatement::CreateView { name, replace, columns, query, binding }))
}

pub(super) fn alter(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    c.expect("table")?;
    let name = c.name()?;
    if c.take_all(&["owner", "to"]) {
        let owner = c.identifier()?;
        return Ok(Statement::Relation(RelationStatement::SetOwner { name, owner }));
    }
    let position = c.position();
    if c.take("add") {
        if matches!(c.peek_word().as_str(), "constraint" | "primary" | "unique" | "foreign" | "partition") {
            return Err(SqlError::unsupported("ALTER TABLE ADD of a constraint or a partition").at(position));
        }
        c.take("column");
        let column = Box::new(column(c)?);
        return Ok(Statement::Relation(RelationStatement::AddColumn { name, column }));
    }
    if c.take("drop") {
        if matches!(c.peek_word().as_str(), "constraint" | "partition") {
            return Err(SqlError::unsupported("ALTER TABLE DROP of a constraint or a partition").at(position));
        }
        c.take("column");
        let column = c.identifier()?;
        c.take("restrict");
        if c.take("cascade") {
            return Err(SqlError::unsupported("ALTER TABLE DROP COLUMN CASCADE").at(position));
        }
        return Ok(Statement::Relation(RelationStatement::DropColumn { name, column }));
    }
    if c.take_all(&["rename", "to"]) {
        let to = c.identifier()?;
        return Ok(Statement::Relation(RelationStatement::Rename { name, to }));
    }
    if c.take("rename") {
        c.take("column");
        let column = c.identifier()?;
        c.expect("to")?;
        let to = c.identifier()?;
        return Ok(Statement::Relation(RelationStatement::RenameColumn { name, column, to }));
    }
    Err(c.unsupported_command("ALTER TABLE"))
}

pub(super) fn drop(c: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let kind = if c.take("view") {
        Kind::View
    } else {
        c.expect("table")?;
        Kind::Table
    };
    let guard = c.if_exists();
    let names = c.names()?;
    let drop = behaviour(c);
    Ok(Statement::Relation(RelationStatement::Drop { kind, names, guard, drop }))
}

/// Reads one column, or a table constraint, which gives no column.
fn element(c: &mut Cursor<'_>) -> Result<Option<ColumnSpec>, SqlError> {
    if c.take("constraint") {
        c.identifier()?;
    }
    if c.take_all(&["primary", "key"]) || c.take("unique") {
        parenthesized(c)?;
        return Ok(None);
    }
    if c.take_all(&["foreign", "key"]) {
        parenthesized(c)?;
        references(c)?;
        return Ok(None);
    }
    column(c).map(Some)
}

/// Reads a column with all that is said of it.
fn column(c: &mut Cursor<'_>) -> Result<ColumnSpec, SqlError> {
    let (name, sql_type) = (c.identifier()?, c.sql_type()?);
    let mut column = ColumnSpec { name, sql_type, required: false, default: None, identity: None };
    while !matches!(c.peek_word().as_str(), "," | ")" | "") {
        constraint(c, &mut column)?;
    }
    Ok(column)
}

fn constraint(c: &mut Cursor<'_>, column: &mut ColumnSpec) -> Result<(), SqlError> {
    if c.take_all(&["not", "null"]) {
        column.required = true;
    } else if c.take("default") {
        column.default = Some(c.expression()?);
    } else if c.take_all(&["primary", "key"]) {
        column.required = true;
    } else if c.take("encode") || c.take("collate") {
        c.next();
    } else if c.take("references") {
        references_rest(c)?;
    } else if c.take("identity") {
        c.expect("(")?;
        let seed = c.whole()?;
        c.expect(",")?;
        column.identity = Some((seed, c.whole()?));
        c.expect(")")?;
    } else if c.take("generated") {
        return Err(SqlError::unsupported("GENERATED BY DEFAULT AS IDENTITY"));
    } else if !(c.take("null") || c.take("unique") || c.take("distkey") || c.take("sortkey")) {
        return Err(c.unexpected());
    }
    Ok(())
}

/// Reads what follows the columns: distribution, sort order, backup.
fn attributes(c: &mut Cursor<'_>) -> Result<(), SqlError> {
    loop {
        if c.take("diststyle") || c.take("backup") {
            c.next();
        } else if c.take("distkey") || c.take("interleaved") || c.take("compound") {
            if c.take("sortkey") || c.peek_word() == "(" {
                parenthesized(c)?;
            }
        } else if c.take("sortkey") {
            if !c.take("auto") {
                parenthesized(c)?;
            }
        } else if !c.take_all(&["encode", "auto"]) {
            return Ok(());
        }
    }
}

fn references(c: &mut Cursor<'_>) -> Result<(), SqlError> {
    c.expect("references")?;
    references_rest(c)
}

fn references_rest(c: &mut Cursor<'_>) -> Result<(), SqlError> {
    c.name()?;
    if c.peek_word() == "(" {
        parenthesized(c)?;
    }
    Ok(())
}

fn parenthesized(c: &mut Cursor<'_>) -> Result<(), SqlError> {
    c.expect("(")?;
    c.separated(Cursor::identifier)?;
    c.expect(")")
}
