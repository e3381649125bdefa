//! The keys that CREATE TABLE and ALTER TABLE give a table.

use crate::warehouse::error::SqlError;
use crate::warehouse::meta::Catalog;
use crate::warehouse::meta::constraint::{Constraint, Layout, Rule};
use crate::warehouse::meta::relation::{Column, Relation};
use crate::warehouse::session::Session;
use crate::warehouse::statement::{ConstraintSpec, Name};

/// Adds constraints to a table.
pub(super) fn add(
    session: &Session,
    catalog: Catalog<'_>,
    relation: &Relation,
    columns: &[Column],
    specs: &[ConstraintSpec],
) -> Result<(), SqlError> {
    for spec in specs {
        must_have(&relation.name, columns, &spec.columns)?;
        let there = catalog.constraints(relation.oid)?;
        if spec.rule == Rule::Primary && there.iter().any(|known| known.rule == Rule::Primary) {
            let message = format!("multiple primary keys for table \"{}\" are not allowed", relation.name);
            return Err(SqlError::new("42P16", message));
        }
        let is_taken = |name: &str| there.iter().any(|known| known.name == name);
        let name = match &spec.name {
            Some(name) if is_taken(name) => {
                let message =
                    format!("constraint \"{name}\" for relation \"{}\" already exists", relation.name);
                return Err(SqlError::new("42710", message));
            }
            Some(name) => name.clone(),
            None => free_name(&relation.name, spec, is_taken),
        };
        let means = spec.references.as_ref();
        let means = means.map(|(other, given)| meant(session, other, given)).transpose()?;
        if means.as_ref().is_some_and(|(_, columns)| columns.len() != spec.columns.len()) {
            let message = "number of referencing and referenced columns for foreign key disagree";
            return Err(SqlError::new("42830", message));
        }
        let (oid, rule, columns) = (catalog.next_oid()?, spec.rule, spec.columns.clone());
        catalog.add_constraint(relation.oid, &Constraint { oid, name, rule, columns, means })?;
    }
    Ok(())
}

/// The relation that a foreign key means, and the columns of a key of it: those given, or the primary key's.
fn meant(session: &Session, other: &Name, given: &[String]) -> Result<(i64, Vec<String>), SqlError> {
    let other = super::relation::find(session, other)?;
    let known = other.catalog(session).constraints(other.relation.oid)?;
    let key = known.into_iter().find(|key| match (key.rule, given) {
        (Rule::Primary, []) => true,
        (Rule::Primary | Rule::Unique, given) => key.columns == given,
        (Rule::Foreign, _) => false,
    });
    let key = key.ok_or_else(|| {
        let message = format!(
            "there is no unique constraint matching given keys for referenced table \"{}\"",
            other.relation.name
        );
        SqlError::new("42830", message)
    })?;
    Ok((other.relation.oid, key.columns))
}

/// Notes how the rows of a table lie.
pub(super) fn lay(
    catalog: Catalog<'_>,
    relation: &Relation,
    columns: &[Column],
    layout: &Layout,
) -> Result<(), SqlError> {
    must_have(&relation.name, columns, &layout.sort_keys)?;
    must_have(&relation.name, columns, layout.dist_key.as_slice())?;
    if *layout == catalog.layout(relation.oid)? { Ok(()) } else { catalog.set_layout(relation.oid, layout) }
}

fn must_have(table: &str, columns: &[Column], names: &[String]) -> Result<(), SqlError> {
    match names.iter().find(|name| !columns.iter().any(|column| column.name == **name)) {
        None => Ok(()),
        Some(name) => {
            let message = format!("column \"{name}\" named in key of table \"{table}\" does not exist");
            Err(SqlError::new("42703", message))
        }
    }
}

/// The name that PostgreSQL gives to a constraint without one: of several that would be called alike the later ones
/// end in a number.
fn free_name(table: &str, spec: &ConstraintSpec, is_taken: impl Fn(&str) -> bool) -> String {
    let usual = usual_name(table, spec);
    let numbered = (1_u32..).map(|number| format!("{usual}{number}"));
    let mut names = std::iter::once(usual.clone()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or(usual)
}

fn usual_name(table: &str, spec: &ConstraintSpec) -> String {
    let first = spec.columns.first().map_or("", String::as_str);
    match spec.rule {
        Rule::Primary => format!("{table}_pkey"),
        Rule::Unique => format!("{table}_{first}_key"),
        Rule::Foreign => format!("{table}_{first}_fkey"),
    }
}
