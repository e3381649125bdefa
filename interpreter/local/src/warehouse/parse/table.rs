//! CREATE, ALTER and DROP of tables and views.
//!
//! Keys and sort orders are kept for who asks and, as on Redshift, but for NOT NULL do not change what a table accepts.

use super::cursor::Cursor;
use super::database::behaviour;
use super::element::{Elements, attributes, column, style, table_constraint};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::constraint::Style;
use crate::warehouse::meta::relation::Kind;
use crate::warehouse::statement::{Binding, Lay, Lifetime, RelationStatement, Statement};

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
    let mut table = Elements::default();
    if c.peek_word() != "(" {
        attributes(c, &mut table.layout)?;
        c.expect("as")?;
        let (query, layout) = (c.query()?, table.layout);
        let made = RelationStatement::CreateTableAs { name, lifetime, guard, query, layout };
        return Ok(Statement::Relation(made));
    }
    c.expect("(")?;
    if c.take("like") {
        let like = c.name()?;
        if c.take_all(&["including", "defaults"]) {
            return Err(SqlError::unsupported("CREATE TABLE (LIKE … INCLUDING DEFAULTS)"));
        }
        c.take_all(&["excluding", "defaults"]);
        c.expect(")")?;
        attributes(c, &mut table.layout)?;
        let like = RelationStatement::CreateTableLike { name, lifetime, guard, like };
        return Ok(Statement::Relation(like));
    }
    c.separated(|c| table.one(c))?;
    c.expect(")")?;
    attributes(c, &mut table.layout)?;
    if c.peek_word() == "as" {
        return Err(SqlError::unsupported("CREATE TABLE (columns) AS"));
    }
    Ok(Statement::Relation(RelationStatement::CreateTable {
        name,
        lifetime,
        guard,
        columns: table.columns,
        constraints: table.constraints,
        layout: table.layout,
    }))
}

/// Reads `VIEW name [(columns)] AS query [WITH NO SCHEMA BINDING]`.
pub(super) fn create_view(c: &mut Cursor<'_>, replace: bool) -> Result<Statement, SqlError> {
    c.expect("view")?;
    let name = c.name()?;
    let columns = c.if_parenthesized()?;
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
        if c.peek_word() == "partition" {
            return Err(SqlError::unsupported("ALTER TABLE ADD of a partition").at(position));
        }
        if let Some(constraint) = table_constraint(c)? {
            return Ok(Statement::Relation(RelationStatement::AddConstraint { name, constraint }));
        }
        c.take("column");
        let column = Box::new(column(c, None)?);
        return Ok(Statement::Relation(RelationStatement::AddColumn { name, column }));
    }
    if c.take("drop") {
        if c.peek_word() == "partition" {
            return Err(SqlError::unsupported("ALTER TABLE DROP of a partition").at(position));
        }
        if c.take("constraint") {
            let constraint = c.identifier()?;
            behaviour(c);
            return Ok(Statement::Relation(RelationStatement::DropConstraint { name, constraint }));
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
    let mut changes = Vec::new();
    while let Some(change) = lay(c)? {
        changes.push(change);
        if !c.take(",") {
            return Ok(Statement::Relation(RelationStatement::Lay { name, changes }));
        }
    }
    Err(c.unsupported_command("ALTER TABLE"))
}

/// Reads `ALTER DISTKEY column`, `ALTER DISTSTYLE …` or `ALTER SORTKEY …`, if one comes next.
fn lay(c: &mut Cursor<'_>) -> Result<Option<Lay>, SqlError> {
    if c.take_all(&["alter", "distkey"]) {
        return Ok(Some(Lay::Dist(Style::Key, Some(c.identifier()?))));
    }
    if c.take_all(&["alter", "diststyle"]) {
        let style = style(c)?;
        if style != Style::Key {
            return Ok(Some(Lay::Dist(style, None)));
        }
        c.expect("distkey")?;
        return Ok(Some(Lay::Dist(style, Some(c.identifier()?))));
    }
    if c.take_all(&["alter", "compound", "sortkey"]) {
        return Ok(Some(Lay::Sort(c.parenthesized()?)));
    }
    if c.take_all(&["alter", "sortkey"]) {
        let is_none = c.take("auto") || c.take("none");
        return Ok(Some(Lay::Sort(if is_none { Vec::new() } else { c.parenthesized()? })));
    }
    Ok(None)
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
