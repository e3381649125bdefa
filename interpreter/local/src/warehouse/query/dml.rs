//! INSERT, UPDATE and DELETE.

use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, Insert, ObjectName, Query, SetExpr, TableFactor,
    TableObject, Update, UpdateTableFromKind,
};

use super::Translator;
use super::names::{Found, Located};
use super::output::{column_list, columns_of, table_of};
use super::scope::{Scope, Source, Visible, folded};
use super::typed::Typed;
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::privilege::Privilege;
use crate::warehouse::meta::relation::{Column, Kind, quoted};
use crate::warehouse::parse::{self, table_name};

impl Translator<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<String, SqlError> {
        let TableObject::TableName(name) = &insert.table else {
            return Err(SqlError::unsupported("INSERT into no table"));
        };
        let exotic = insert.returning.is_some() || insert.on.is_some() || insert.overwrite;
        if exotic || insert.table_alias.is_some() {
            return Err(SqlError::unsupported("INSERT with RETURNING, ON or an alias"));
        }
        let found = self.target(name, Privilege::Insert)?;
        let mut given = chosen(&insert.columns, &found)?;
        if insert.columns.is_empty()
            && let Some(query) = &insert.source
            && let SetExpr::Values(values) = query.body.as_ref()
        {
            // Columns left out at the end get their defaults.
            given.truncate(values.rows.first().map_or(0, |row| row.content.len()));
        }
        let rows = match &insert.source {
            Some(query) => self.rows(query, &given)?,
            None => "SELECT 1 WHERE 1".to_owned(),
        };
        let mut list = Vec::new();
        for column in &found.columns {
            let place = given.iter().position(|g| g.name == column.name);
            let value = match (column.identity(), place) {
                (Some(identity), _) => next_in_line(&found, column, identity),
                (None, Some(n)) if insert.source.is_some() => format!("c{}", n + 1),
                (None, _) => self.default_of(column)?,
            };
            list.push(required(column, value));
        }
        let names: Vec<_> = found.columns.iter().map(|c| c.name.clone()).collect();
        Ok(format!(
            "INSERT INTO {} ({}) SELECT {} FROM ({rows})",
            found.storage(),
            column_list(&names),
            list.join(", ")
        ))
    }

    /// Translates what is inserted, each column converted for its place.
    fn rows(&mut self, query: &Query, given: &[Column]) -> Result<String, SqlError> {
        if let SetExpr::Values(values) = query.body.as_ref() {
            let mut rows = Vec::new();
            for row in &values.rows {
                let row = &row.content;
                check_width(row.len(), given)?;
                let mut cells = Vec::new();
                for (expr, column) in row.iter().zip(given) {
                    cells.push(self.value(expr, column, &Scope::default())?);
                }
                rows.push(cells);
            }
            return Ok(table_of(&rows));
        }
        let selected = self.query(query, &Scope::default())?;
        check_width(selected.columns.len(), given)?;
        if let Some(column) = given.iter().find(|column| column.identity().is_some()) {
            return Err(set_identity(column));
        }
        let mut cells = Vec::new();
        for (n, (from, column)) in selected.columns.iter().zip(given).enumerate() {
            let value = Typed::new(format!("c{}", n + 1), from.sql_type);
            cells.push(self.assign(value, column.sql_type, &column.name)?.sql);
        }
        Ok(format!("SELECT {} FROM ({})", columns_of(cells), selected.sql))
    }

    /// What a column gets: a value, or its default.
    fn value(&mut self, expr: &Expr, column: &Column, scope: &Scope) -> Result<String, SqlError> {
        if is_default(expr) {
            return self.default_of(column);
        }
        if column.identity().is_some() {
            return Err(set_identity(column));
        }
        self.assigned(expr, column, scope)
    }

    /// A value, converted for the column that it goes to.
    pub(super) fn assigned(
        &mut self,
        expr: &Expr,
        column: &Column,
        scope: &Scope,
    ) -> Result<String, SqlError> {
        let value = self.expr(expr, scope)?;
        Ok(self.assign(value, column.sql_type, &column.name)?.sql)
    }

    pub(super) fn default_of(&mut self, column: &Column) -> Result<String, SqlError> {
        let Some(text) = column.default.as_ref().filter(|_| column.identity().is_none()) else {
            return Ok("NULL".to_owned());
        };
        self.assigned(&parse::expression(text)?, column, &Scope::default())
    }

    pub(super) fn update(&mut self, update: &Update) -> Result<String, SqlError> {
        if update.returning.is_some() || !update.table.joins.is_empty() {
            return Err(SqlError::unsupported("UPDATE with RETURNING or a join"));
        }
        let (found, mut scope) = self.target_table(&update.table.relation, Privilege::Update)?;
        let from = match &update.from {
            Some(UpdateTableFromKind::AfterSet(from)) => {
                format!(" FROM {}", self.from(from, &mut scope)?)
            }
            Some(UpdateTableFromKind::BeforeSet(_)) => {
                return Err(SqlError::unsupported("UPDATE … FROM … SET"));
            }
            None => String::new(),
        };
        let mut sets = Vec::new();
        for assignment in &update.assignments {
            sets.push(self.assignment(assignment, &found, &scope)?);
        }
        let filter = self.filter(update.selection.as_ref(), &scope)?;
        Ok(format!("UPDATE {} AS r0 SET {}{from}{filter}", found.storage(), sets.join(", ")))
    }

    pub(super) fn assignment(
        &mut self,
        assignment: &Assignment,
        found: &Found,
        scope: &Scope,
    ) -> Result<String, SqlError> {
        let AssignmentTarget::ColumnName(name) = &assignment.target else {
            return Err(SqlError::unsupported("SET of several columns at once"));
        };
        let name = table_name(name)?.parts.pop().unwrap_or_default();
        let column = column_named(found, &name)?;
        if column.identity().is_some() {
            return Err(set_identity(column));
        }
        let value = self.value(&assignment.value, column, scope)?;
        Ok(format!("{} = {}", quoted(&name), required(column, value)))
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<String, SqlError> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let [table] = from.as_slice() else {
            return Err(SqlError::unsupported("DELETE from several tables"));
        };
        let exotic = delete.returning.is_some() || delete.limit.is_some() || !delete.order_by.is_empty();
        if exotic || !table.joins.is_empty() {
            return Err(SqlError::unsupported("DELETE with RETURNING, ORDER BY, LIMIT or a join"));
        }
        let (found, mut scope) = self.target_table(&table.relation, Privilege::Delete)?;
        let storage = found.storage();
        let Some(using) = &delete.using else {
            let filter = self.filter(delete.selection.as_ref(), &scope)?;
            return Ok(format!("DELETE FROM {storage} AS r0{filter}"));
        };
        let using = self.from(using, &mut scope)?;
        let filter = self.filter(delete.selection.as_ref(), &scope)?;
        Ok(deletion(&storage, &using, &filter))
    }

    pub(super) fn target_table(
        &mut self,
        table: &TableFactor,
        privilege: Privilege,
    ) -> Result<(Found, Scope), SqlError> {
        let TableFactor::Table { name, alias, .. } = table else {
            return Err(SqlError::unsupported(table));
        };
        let found = self.target(name, privilege)?;
        let shown = match alias {
            Some(alias) => folded(&alias.name),
            None => found.relation.name.clone(),
        };
        self.note(&found, &shown, "r0");
        let visible = |column: &Column| Visible {
            name: column.name.clone(),
            sql: format!("r0.{}", quoted(&column.name)),
            sql_type: column.sql_type,
            hidden: false,
        };
        let scope = Scope {
            relations: vec![Source { name: shown, columns: found.columns.iter().map(visible).collect() }],
            ..Scope::default()
        };
        Ok((found, scope))
    }

    /// Finds the table that is written: a table of the session's own database, never a share's.
    fn target(&mut self, name: &ObjectName, privilege: Privilege) -> Result<Found, SqlError> {
        let name = table_name(name)?;
        let found = match self.locate(&name)? {
            Located::Relation(found) => *found,
            Located::View(_) => return Err(SqlError::denied(format!("relation {name}"))),
        };
        check_writable(&found, self.site.database.oid)?;
        self.check(&found, privilege)?;
        Ok(found)
    }
}

/// Refuses writes to views, to shares and to other databases.
pub(super) fn check_writable(found: &Found, here: i64) -> Result<(), SqlError> {
    if let Some(source) = &found.database.source {
        return Err(SqlError::new(
            "25006",
            format!(
                "cannot write to \"{}\": database \"{}\" comes from datashare \"{}\" and is read-only",
                found.relation.name, found.database.name, source.share
            ),
        ));
    }
    if found.database.oid != here {
        return Err(SqlError::new("0A000", "cross-database writes are not supported"));
    }
    if found.relation.kind == Kind::View {
        let message = format!("cannot change view \"{}\"", found.relation.name);
        return Err(SqlError::new("42809", message));
    }
    Ok(())
}

/// Takes the rows away that go with one of others.
pub(super) fn deletion(storage: &str, others: &str, filter: &str) -> String {
    format!(
        "DELETE FROM {storage} WHERE rowid IN \
         (SELECT r0.rowid FROM {storage} AS r0 CROSS JOIN {others}{filter})"
    )
}

/// The columns that an INSERT names, or all of them.
pub(super) fn chosen(columns: &[ObjectName], found: &Found) -> Result<Vec<Column>, SqlError> {
    if columns.is_empty() {
        return Ok(found.columns.clone());
    }
    let mut chosen: Vec<Column> = Vec::new();
    for name in columns {
        let name = table_name(name)?.parts.pop().unwrap_or_default();
        if chosen.iter().any(|column| column.name == name) {
            let message = format!("column \"{name}\" specified more than once");
            return Err(SqlError::new("42701", message));
        }
        chosen.push(column_named(found, &name)?.clone());
    }
    Ok(chosen)
}

/// The numbers of an IDENTITY column go on from the last one that is there.
pub(super) fn next_in_line(found: &Found, column: &Column, (seed, step): (i64, i64)) -> String {
    let last = if step < 0 { "min" } else { "max" };
    let (name, storage) = (quoted(&column.name), found.storage());
    let before = seed.saturating_sub(step);
    format!("(SELECT coalesce({last}({name}), {before}) FROM {storage}) + {step} * row_number() OVER ()")
}

pub(super) fn set_identity(column: &Column) -> SqlError {
    SqlError::new("0A000", format!("cannot set an identity column to a value: \"{}\"", column.name))
}

fn column_named<'f>(found: &'f Found, name: &str) -> Result<&'f Column, SqlError> {
    let column = found.columns.iter().find(|column| column.name == name);
    column.ok_or_else(|| {
        let message = format!("column \"{name}\" of relation \"{}\" does not exist", found.relation.name);
        SqlError::new("42703", message)
    })
}

pub(super) fn check_width(width: usize, columns: &[Column]) -> Result<(), SqlError> {
    let message = match width.cmp(&columns.len()) {
        std::cmp::Ordering::Equal => return Ok(()),
        std::cmp::Ordering::Greater => "INSERT has more expressions than target columns",
        std::cmp::Ordering::Less => "INSERT has more target columns than expressions",
    };
    Err(SqlError::new("42601", message))
}

pub(super) fn required(column: &Column, value: String) -> String {
    if column.required {
        let name = super::typed::quote(&column.name);
        return format!("rs_required({value}, {name})");
    }
    value
}

fn is_default(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(ident) if ident.quote_style.is_none() && folded(ident) == "default")
}
