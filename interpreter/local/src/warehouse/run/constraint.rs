//! The keys that CREATE TABLE and ALTER TABLE give a table.

use crate::warehouse::error::SqlError;
use crate::warehouse::meta::Catalog;
use crate::warehouse::meta::constraint::{Constraint, Layout, Rule};
use crate::warehouse::meta::relation::{Column, Relation};
use crate::warehouse::session::Session;
use crate::warehouse::statement::ConstraintSpec;

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
        let name = spec.name.clone().unwrap_or_else(|| usual_name(&relation.name, spec));
        if there.iter().any(|known| known.name == name) {
            let message = format!("constraint \"{name}\" for relation \"{}\" already exists", relation.name);
            return Err(SqlError::new("42710", message));
        }
        let means = match &spec.references {
            None => None,
            Some((other, given)) => {
                let other = super::relation::find(session, other)?;
                let known = other.catalog(session).constraints(other.relation.oid)?;
                let keys = known.iter().filter(|key| key.rule != Rule::Foreign);
                let mut keys = keys.filter(|key| match given.as_slice() {
                    [] => key.rule == Rule::Primary,
                    given => key.columns == given,
                });
                let key = keys.next().ok_or_else(|| {
                    let message = format!(
                        "there is no unique constraint matching given keys for referenced table \"{}\"",
                        other.relation.name
                    );
                    SqlError::new("42830", message)
                })?;
                if key.columns.len() != spec.columns.len() {
                    let message = "number of referencing and referenced columns for foreign key disagree";
                    return Err(SqlError::new("42830", message));
                }
                Some((other.relation.oid, key.columns.clone()))
            }
        };
        let (oid, rule, columns) = (catalog.next_oid()?, spec.rule, spec.columns.clone());
        catalog.add_constraint(relation.oid, &Constraint { oid, name, rule, columns, means })?;
    }
    Ok(())
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
    if *layout == Layout::default() { Ok(()) } else { catalog.set_layout(relation.oid, layout) }
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

/// The name that PostgreSQL gives to a constraint without one.
fn usual_name(table: &str, spec: &ConstraintSpec) -> String {
    let first = spec.columns.first().map_or("", String::as_str);
    match spec.rule {
        Rule::Primary => format!("{table}_pkey"),
        Rule::Unique => format!("{table}_{first}_key"),
        Rule::Foreign => format!("{table}_{first}_fkey"),
    }
}
