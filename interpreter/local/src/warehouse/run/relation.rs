//! CREATE and DROP of tables and views, CREATE TABLE AS, TRUNCATE.

use sqlparser::ast;

use super::{done, may_create_in, must_own, place, user_named};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::database::{Database, Schema};
use crate::warehouse::meta::privilege::{Object, Privilege};
use crate::warehouse::meta::relation::{Column, Kind, Relation, quoted};
use crate::warehouse::parse;
use crate::warehouse::query;
use crate::warehouse::session::{Outcome, Session};
use crate::warehouse::statement::{ColumnSpec, Drop, Guard, Name, RelationStatement};
use crate::warehouse::types::SqlType;
use crate::warehouse::views;

pub(super) fn run(session: &Session, statement: &RelationStatement) -> Result<Outcome, SqlError> {
    match statement {
        RelationStatement::CreateTable { name, guard, columns } => {
            create_table(session, name, *guard, columns)
        }
        RelationStatement::CreateTableAs { name, guard, query } => {
            create_table_as(session, name, *guard, query)
        }
        RelationStatement::CreateView { name, replace, columns, query } => {
            create_view(session, name, *replace, columns, query)
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
            let (_, _, relation) = find(session, name)?;
            must_own(&session.user()?, relation.owner, &format!("relation {name}"))?;
            let owner = user_named(session, owner)?;
            session.catalog().set_relation_owner(relation.oid, owner.id)?;
            Ok(done("ALTER TABLE"))
        }
    }
}

pub(super) fn truncate(session: &Session, name: &Name) -> Result<Outcome, SqlError> {
    let (database, schema, relation) = find(session, name)?;
    if relation.kind == Kind::View {
        let message = format!("\"{name}\" is not a table");
        return Err(SqlError::new("42809", message));
    }
    let user = session.user()?;
    let object = Object::relation(database.oid, &schema.name, &relation.name);
    if relation.owner != user.id && !session.catalog().holds(&object, &user, Privilege::Truncate)? {
        return Err(SqlError::denied(format!("relation {name}")));
    }
    let sql = format!("delete from @{}", relation.storage());
    session.catalog().change(&sql, [])?;
    Ok(done("TRUNCATE TABLE"))
}

fn find(session: &Session, name: &Name) -> Result<(Database, Schema, Relation), SqlError> {
    if let [_] = name.parts.as_slice() {
        // An unqualified name may be in any schema of the search path.
        if let query::Located::Relation(found) = query::locate(session, name)? {
            return Ok((found.database, found.schema, found.relation));
        }
    }
    let (database, schema, last) = place(session, name)?;
    let relation = session.catalog().relation(schema.oid, &last)?;
    let relation = relation.ok_or_else(|| SqlError::no_relation(&name.to_string()).at(name.position))?;
    Ok((database, schema, relation))
}

/// Finds where a new relation goes; `None` where one of that name is there and may be.
fn vacancy(session: &Session, name: &Name, guard: Guard) -> Result<Option<(Schema, String)>, SqlError> {
    let (database, schema, last) = place(session, name)?;
    may_create_in(session, &session.user()?, &database, &schema)?;
    if session.catalog().relation(schema.oid, &last)?.is_some() {
        return match guard {
            Guard::Lenient => Ok(None),
            Guard::Strict => {
                let message = format!("Relation \"{last}\" already exists");
                Err(SqlError::new("42P07", message).at(name.position))
            }
        };
    }
    Ok(Some((schema, last)))
}

fn create_table(
    session: &Session,
    name: &Name,
    guard: Guard,
    specs: &[ColumnSpec],
) -> Result<Outcome, SqlError> {
    let Some((schema, last)) = vacancy(session, name, guard)? else {
        return Ok(done("CREATE TABLE"));
    };
    let mut columns: Vec<Column> = Vec::new();
    for spec in specs {
        if columns.iter().any(|column| column.name == spec.name) {
            let message = format!("column \"{}\" duplicated", spec.name);
            return Err(SqlError::new("42701", message));
        }
        if let Some(default) = &spec.default {
            query::constant(session, default, spec.sql_type)?;
        }
        columns.push(Column {
            name: spec.name.clone(),
            sql_type: spec.sql_type,
            required: spec.required,
            default: spec.default.as_ref().map(ToString::to_string),
        });
    }
    add(session, &schema, &last, Kind::Table, None, &columns)?;
    Ok(done("CREATE TABLE"))
}

fn create_table_as(
    session: &Session,
    name: &Name,
    guard: Guard,
    query: &ast::Query,
) -> Result<Outcome, SqlError> {
    let Some((schema, last)) = vacancy(session, name, guard)? else {
        return Ok(done("SELECT"));
    };
    let plan = query::plan_query(session, query)?;
    let columns: Vec<_> = named(&plan, &[])?
        .into_iter()
        .map(|(name, sql_type)| Column { name, sql_type, required: false, default: None })
        .collect();
    views::fill(session, &plan.views)?;
    let relation = add(session, &schema, &last, Kind::Table, None, &columns)?;
    let sql = format!("insert into @{} {}", relation.storage(), plan.sql);
    let rows = session.connection().execute(&sql.replacen('@', "main.", 1), [])?;
    Ok(Outcome::Command { tag: "SELECT".to_owned(), rows })
}

fn create_view(
    session: &Session,
    name: &Name,
    replace: bool,
    renamed: &[String],
    query: &ast::Query,
) -> Result<Outcome, SqlError> {
    let plan = query::plan_query(session, query)?;
    let columns: Vec<_> = named(&plan, renamed)?
        .into_iter()
        .map(|(name, sql_type)| Column { name, sql_type, required: false, default: None })
        .collect();
    if replace && let Ok((database, schema, old)) = find(session, name) {
        must_own(&session.user()?, old.owner, &format!("relation {name}"))?;
        if old.kind == Kind::Table {
            let message = format!("\"{name}\" is not a view");
            return Err(SqlError::new("42809", message));
        }
        session.catalog().drop_relation(database.oid, &schema.name, &old)?;
    }
    if let Some((schema, last)) = vacancy(session, name, Guard::Strict)? {
        let text = query.to_string();
        add(session, &schema, &last, Kind::View, Some(text), &columns)?;
    }
    Ok(done("CREATE VIEW"))
}

fn named(plan: &query::Plan, renamed: &[String]) -> Result<Vec<(String, SqlType)>, SqlError> {
    if !plan.parameters.is_empty() {
        return Err(SqlError::new("42P02", "there is no parameter $1"));
    }
    let mut columns: Vec<(String, SqlType)> = Vec::new();
    for (n, column) in plan.columns.iter().flatten().enumerate() {
        let name = renamed.get(n).unwrap_or(&column.name);
        if columns.iter().any(|(other, _)| other == name) {
            let message = format!("column \"{name}\" duplicated");
            return Err(SqlError::new("42701", message));
        }
        columns.push((name.clone(), column.sql_type));
    }
    Ok(columns)
}

fn add(
    session: &Session,
    schema: &Schema,
    name: &str,
    kind: Kind,
    definition: Option<String>,
    columns: &[Column],
) -> Result<Relation, SqlError> {
    let user = session.user()?;
    let catalog = session.catalog();
    let path = session.settings().search_path(&user.name).join(",");
    let relation = Relation {
        oid: catalog.next_oid()?,
        schema: schema.oid,
        name: name.to_owned(),
        kind,
        owner: user.id,
        search_path: definition.is_some().then_some(path),
        definition,
    };
    catalog.add_relation(&relation, columns)?;
    Ok(relation)
}

fn remove(session: &Session, kind: Kind, name: &Name, guard: Guard, drop: Drop) -> Result<(), SqlError> {
    let (database, schema, relation) = match find(session, name) {
        Err(error) if error.sqlstate == "42P01" && guard == Guard::Lenient => return Ok(()),
        found => found?,
    };
    if database.oid != session.database()?.oid {
        return Err(SqlError::new(
            "25006",
            format!("cannot drop \"{name}\": its database is read-only here"),
        ));
    }
    must_own(&session.user()?, relation.owner, &format!("relation {name}"))?;
    if relation.kind != kind {
        let word = match kind {
            Kind::Table => "table",
            Kind::View => "view",
        };
        let message = format!("\"{name}\" is not a {word}");
        return Err(SqlError::new("42809", message));
    }
    let standing = working_views(session, &database)?;
    session.catalog().drop_relation(database.oid, &schema.name, &relation)?;
    let left = working_views(session, &database)?;
    for (oid, shown) in standing {
        if oid == relation.oid || left.iter().any(|(other, _)| *other == oid) {
            continue;
        }
        if drop == Drop::Restrict {
            let message = format!("cannot drop {name} because view {shown} depends on it");
            return Err(SqlError::new("2BP01", message));
        }
        drop_view(session, &database, oid)?;
    }
    Ok(())
}

/// The views of a database whose queries can be planned.
fn working_views(session: &Session, database: &Database) -> Result<Vec<(i64, String)>, SqlError> {
    let catalog = session.catalog();
    let mut views = Vec::new();
    for schema in catalog.schemas(database.oid)? {
        for relation in catalog.relations(schema.oid)? {
            if relation.kind == Kind::View {
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
