//! CREATE and DROP of tables and views, lasting and temporary, CREATE TABLE AS, TRUNCATE.

use sqlparser::ast;

use super::{done, may_create_in, must_own, place, user_named};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::Catalog;
use crate::warehouse::meta::constraint::{Layout, Rule};
use crate::warehouse::meta::database::{Database, Schema};
use crate::warehouse::meta::privilege::{Object, Privilege};
use crate::warehouse::meta::relation::{Column, Kind, LATE_BINDING, Relation, quoted};
use crate::warehouse::parse;
use crate::warehouse::query::{self, Found};
use crate::warehouse::session::{Outcome, Session};
use crate::warehouse::statement::{
    Binding, ColumnSpec, ConstraintSpec, Drop, Guard, Lifetime, Name, RelationStatement,
};
use crate::warehouse::types::SqlType;
use crate::warehouse::views;

pub(super) fn run(session: &Session, statement: &RelationStatement) -> Result<Outcome, SqlError> {
    match statement {
        RelationStatement::CreateTable { name, lifetime, guard, columns, constraints, layout } => {
            let primary = constraints.iter().filter(|constraint| constraint.rule == Rule::Primary);
            let keys: Vec<&String> = primary.flat_map(|constraint| &constraint.columns).collect();
            let mut columns = specified(session, columns)?;
            for column in columns.iter_mut().filter(|column| keys.contains(&&column.name)) {
                column.required = true;
            }
            create_table(session, name, *lifetime, *guard, &columns, (constraints, layout))
        }
        RelationStatement::CreateTableLike { name, lifetime, guard, like } => {
            let model = find(session, like)?;
            let plain = |column: &Column| Column { default: None, ..column.clone() };
            let columns: Vec<_> = model.columns.iter().map(plain).collect();
            let layout = model.catalog(session).layout(model.relation.oid)?;
            create_table(session, name, *lifetime, *guard, &columns, (&[], &layout))
        }
        RelationStatement::CreateTableAs { name, lifetime, guard, query, layout } => {
            create_table_as(session, name, (*lifetime, *guard), query, layout)
        }
        RelationStatement::CreateView { name, replace, columns, query, binding } => {
            create_view(session, name, *replace, columns, query, *binding)
        }
        RelationStatement::Drop { kind, names, guard, drop } => {
            for name in names {
                remove(session, *kind, name, *guard, *drop)?;
            }
            Ok(done(match kind {
                Kind::Table => "DROP TABLE",
                Kind::View => "DROP VIEW",
            }))
        }
        RelationStatement::SetOwner { name, owner } => {
            let found = owned(session, name)?;
            let owner = user_named(session, owner)?;
            found.catalog(session).set_relation_owner(found.relation.oid, owner.id)?;
            Ok(done("ALTER TABLE"))
        }
        RelationStatement::AddColumn { .. }
        | RelationStatement::DropColumn { .. }
        | RelationStatement::RenameColumn { .. }
        | RelationStatement::AddConstraint { .. }
        | RelationStatement::DropConstraint { .. }
        | RelationStatement::Lay { .. }
        | RelationStatement::Rename { .. } => super::alter::run(session, statement),
    }
}

pub(super) fn truncate(session: &Session, name: &Name) -> Result<Outcome, SqlError> {
    let found = find(session, name)?;
    must_be_table(&found, name)?;
    let user = session.user()?;
    let object = Object::relation(found.database.oid, &found.schema.name, &found.relation.name);
    if found.relation.owner != user.id && !session.catalog().holds(&object, &user, Privilege::Truncate)? {
        return Err(SqlError::denied(format!("relation {name}")));
    }
    session.connection().execute(&format!("delete from {}", found.storage()), [])?;
    Ok(done("TRUNCATE TABLE"))
}

/// Finds a relation of the session's own database, or a temporary one.
pub(super) fn find(session: &Session, name: &Name) -> Result<Found, SqlError> {
    if let [_] = name.parts.as_slice() {
        // An unqualified name may be in any schema of the search path.
        if let query::Located::Relation(found) = query::locate(session, name)? {
            return Ok(*found);
        }
    }
    let (database, schema, last) = place(session, name)?;
    let catalog = session.catalog();
    let relation = catalog.relation(schema.oid, &last)?;
    let relation = relation.ok_or_else(|| SqlError::no_relation(&name.to_string()).at(name.position))?;
    let columns = catalog.columns(relation.oid)?;
    Ok(Found { file: catalog.file.to_owned(), home: database.oid, database, schema, relation, columns })
}

/// Finds a relation that the session's user may change.
pub(super) fn owned(session: &Session, name: &Name) -> Result<Found, SqlError> {
    let found = find(session, name)?;
    if found.database.oid != session.database()?.oid {
        return Err(SqlError::new(
            "25006",
            format!("cannot change \"{name}\": its database is read-only here"),
        ));
    }
    must_own(&session.user()?, found.relation.owner, &format!("relation {name}"))?;
    Ok(found)
}

pub(super) fn must_be_table(found: &Found, name: &Name) -> Result<(), SqlError> {
    match found.relation.kind {
        Kind::Table => Ok(()),
        Kind::View => Err(SqlError::new("42809", format!("\"{name}\" is not a table"))),
    }
}

/// Where a new relation goes.
struct Vacancy<'s> {
    catalog: Catalog<'s>,
    schema: Schema,
    name: String,
}

/// Finds where a new relation goes; `None` where one of that name is there and may be.
fn vacancy<'s>(
    session: &'s Session,
    name: &Name,
    lifetime: Lifetime,
    guard: Guard,
) -> Result<Option<Vacancy<'s>>, SqlError> {
    let vacancy = match (lifetime, name.parts.as_slice()) {
        (Lifetime::Session, [last]) => Vacancy {
            catalog: session.open_temporaries()?,
            schema: session.temporary_schema()?,
            name: last.clone(),
        },
        (Lifetime::Session, _) => {
            let message = "temporary tables may not specify a schema name";
            return Err(SqlError::new("42P16", message).at(name.position));
        }
        (Lifetime::Lasting, _) => {
            let (database, schema, last) = place(session, name)?;
            may_create_in(session, &session.user()?, &database, &schema)?;
            Vacancy { catalog: session.catalog(), schema, name: last }
        }
    };
    if vacancy.catalog.relation(vacancy.schema.oid, &vacancy.name)?.is_none() {
        return Ok(Some(vacancy));
    }
    match guard {
        Guard::Lenient => Ok(None),
        Guard::Strict => {
            let message = format!("Relation \"{}\" already exists", vacancy.name);
            Err(SqlError::new("42P07", message).at(name.position))
        }
    }
}

fn specified(session: &Session, specs: &[ColumnSpec]) -> Result<Vec<Column>, SqlError> {
    let mut columns: Vec<Column> = Vec::new();
    for spec in specs {
        if columns.iter().any(|column| column.name == spec.name) {
            let message = format!("column \"{}\" duplicated", spec.name);
            return Err(SqlError::new("42701", message));
        }
        columns.push(column(session, spec)?);
    }
    Ok(columns)
}

/// A column as the catalog keeps it.
pub(super) fn column(session: &Session, spec: &ColumnSpec) -> Result<Column, SqlError> {
    if let Some(default) = &spec.default {
        query::constant(session, default, spec.sql_type)?;
    }
    let identity = spec.identity.map(|(seed, step)| format!("\"identity\"({seed}, {step})"));
    if identity.is_some() && !matches!(spec.sql_type, SqlType::Int4 | SqlType::Int8) {
        let message = format!("identity column \"{}\" must be of type integer or bigint", spec.name);
        return Err(SqlError::new("42P16", message));
    }
    Ok(Column {
        name: spec.name.clone(),
        sql_type: spec.sql_type,
        required: spec.required || identity.is_some(),
        default: identity.or_else(|| spec.default.as_ref().map(ToString::to_string)),
    })
}

fn create_table(
    session: &Session,
    name: &Name,
    lifetime: Lifetime,
    guard: Guard,
    columns: &[Column],
    (constraints, layout): (&[ConstraintSpec], &Layout),
) -> Result<Outcome, SqlError> {
    if let Some(vacancy) = vacancy(session, name, lifetime, guard)? {
        let relation = add(session, &vacancy, Kind::Table, None, columns)?;
        super::constraint::lay(vacancy.catalog, &relation, columns, layout)?;
        super::constraint::add(session, vacancy.catalog, &relation, columns, constraints)?;
    }
    Ok(done("CREATE TABLE"))
}

fn create_table_as(
    session: &Session,
    name: &Name,
    (lifetime, guard): (Lifetime, Guard),
    query: &ast::Query,
    layout: &Layout,
) -> Result<Outcome, SqlError> {
    let plan = query::plan_query(session, query)?;
    if plan.leads {
        return Err(query::leader_only());
    }
    let Some(vacancy) = vacancy(session, name, lifetime, guard)? else {
        return Ok(done("SELECT"));
    };
    let columns = named(&plan, &[])?;
    views::fill(session, &plan.views)?;
    let relation = add(session, &vacancy, Kind::Table, None, &columns)?;
    super::constraint::lay(vacancy.catalog, &relation, &columns, layout)?;
    let sql = format!("insert into \"{}\".{} {}", vacancy.catalog.file, relation.storage(), plan.sql);
    let rows = session.connection().execute(&sql, [])?;
    Ok(Outcome::Command { tag: "SELECT".to_owned(), rows })
}

fn create_view(
    session: &Session,
    name: &Name,
    replace: bool,
    renamed: &[String],
    query: &ast::Query,
    binding: Binding,
) -> Result<Outcome, SqlError> {
    let plan = query::plan_query(session, query)?;
    let columns = named(&plan, renamed)?;
    if replace && find(session, name).is_ok() {
        let old = owned(session, name)?;
        if old.relation.kind == Kind::Table {
            let message = format!("\"{name}\" is not a view");
            return Err(SqlError::new("42809", message));
        }
        old.catalog(session).drop_relation(old.database.oid, &old.schema.name, &old.relation)?;
    }
    if let Some(vacancy) = vacancy(session, name, Lifetime::Lasting, Guard::Strict)? {
        let words = match binding {
            Binding::Bound => "",
            Binding::Late => LATE_BINDING,
        };
        add(session, &vacancy, Kind::View, Some(format!("{query}{words}")), &columns)?;
    }
    Ok(done("CREATE VIEW"))
}

/// The columns that a query gives to a relation.
fn named(plan: &query::Plan, renamed: &[String]) -> Result<Vec<Column>, SqlError> {
    if !plan.parameters.is_empty() {
        return Err(SqlError::new("42P02", "there is no parameter $1"));
    }
    let mut columns: Vec<Column> = Vec::new();
    for (n, column) in plan.columns.iter().flatten().enumerate() {
        let name = renamed.get(n).unwrap_or(&column.name);
        if columns.iter().any(|other| other.name == *name) {
            let message = format!("column \"{name}\" duplicated");
            return Err(SqlError::new("42701", message));
        }
        let (name, sql_type) = (name.clone(), column.sql_type);
        columns.push(Column { name, sql_type, required: false, default: None });
    }
    Ok(columns)
}

fn add(
    session: &Session,
    vacancy: &Vacancy<'_>,
    kind: Kind,
    definition: Option<String>,
    columns: &[Column],
) -> Result<Relation, SqlError> {
    let user = session.user()?;
    let path = session.settings().search_path(&user.name).join(",");
    let relation = Relation {
        oid: vacancy.catalog.next_oid()?,
        schema: vacancy.schema.oid,
        name: vacancy.name.clone(),
        kind,
        owner: user.id,
        search_path: definition.is_some().then_some(path),
        definition,
    };
    vacancy.catalog.add_relation(&relation, columns)?;
    Ok(relation)
}

fn remove(session: &Session, kind: Kind, name: &Name, guard: Guard, drop: Drop) -> Result<(), SqlError> {
    let found = match owned(session, name) {
        Err(error) if error.sqlstate == "42P01" && guard == Guard::Lenient => return Ok(()),
        found => found?,
    };
    if found.relation.kind != kind {
        let word = match kind {
            Kind::Table => "table",
            Kind::View => "view",
        };
        let message = format!("\"{name}\" is not a {word}");
        return Err(SqlError::new("42809", message));
    }
    let dependent = found.catalog(session).meant_by(found.relation.oid)?;
    if let (Some((constraint, table)), Drop::Restrict) = (dependent, drop) {
        let message =
            format!("cannot drop {name} because constraint {constraint} on table {table} depends on it");
        return Err(SqlError::new("2BP01", message));
    }
    let change =
        || found.catalog(session).drop_relation(found.database.oid, &found.schema.name, &found.relation);
    changing(session, &found, drop, &format!("drop {name}"), change)
}

/// Changes a relation; bound views that no longer work then forbid it, or go with it.
pub(super) fn changing(
    session: &Session,
    found: &Found,
    drop: Drop,
    what: &str,
    change: impl FnOnce() -> Result<(), SqlError>,
) -> Result<(), SqlError> {
    let standing = working_views(session, &found.database)?;
    change()?;
    let left = working_views(session, &found.database)?;
    for (oid, shown) in standing {
        if oid == found.relation.oid || left.iter().any(|(other, _)| *other == oid) {
            continue;
        }
        if drop == Drop::Restrict {
            let message = format!("cannot {what} because view {shown} depends on it");
            return Err(SqlError::new("2BP01", message));
        }
        drop_view(session, &found.database, oid)?;
    }
    Ok(())
}

/// The bound views of a database whose queries can be planned.
fn working_views(session: &Session, database: &Database) -> Result<Vec<(i64, String)>, SqlError> {
    let catalog = session.catalog();
    let mut views = Vec::new();
    for schema in catalog.schemas(database.oid)? {
        for relation in catalog.relations(schema.oid)? {
            if relation.kind == Kind::View && !relation.is_late_bound() {
                let shown = format!("{}.{}", quoted(&schema.name), quoted(&relation.name));
                let query = parse::query(&format!("select 1 from {shown}"))?;
                if query::plan_query(session, &query).is_ok() {
                    views.push((relation.oid, shown));
                }
            }
        }
    }
    Ok(views)
}

fn drop_view(session: &Session, database: &Database, oid: i64) -> Result<(), SqlError> {
    let catalog = session.catalog();
    if let Some(view) = catalog.relation_by_oid(oid)?
        && let Some(schema) = catalog.schema_by_oid(view.schema)?
    {
        catalog.drop_relation(database.oid, &schema.name, &view)?;
    }
    Ok(())
}
