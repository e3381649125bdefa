//! What EXPLAIN tells besides SQLite's own plan: which relations the aliases stand for, and the conditions as they are written.

use std::collections::BTreeMap;

use sqlparser::ast::{BinaryOperator, Expr, Ident, JoinConstraint, Query, SetExpr};

use super::scope::{Scope, folded};
use crate::warehouse::parse::table_name;
use crate::warehouse::types::SqlType;

/// Notes of a statement's translation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outline {
    /// By their aliases in SQLite.
    pub(crate) tables: BTreeMap<String, Scanned>,
    /// The conditions of joins, by the alias of the right side.
    pub(crate) joins: Vec<(String, String)>,
    /// The parts of WHERE that concern one relation, by its alias.
    pub(crate) filters: Vec<(String, String)>,
    /// What the statement's own query sorts by.
    pub(crate) order: Vec<String>,
    pub(crate) limited: bool,
    pub(crate) aggregated: bool,
}

/// A stored table that is read.
#[derive(Debug, Clone)]
pub(crate) struct Scanned {
    /// Its name and, where it has another in the statement, that one too.
    pub(crate) shown: String,
    /// Where its rows are, in SQLite.
    pub(crate) storage: String,
    /// The bytes of a row.
    pub(crate) width: u32,
}

impl Outline {
    /// Notes a condition by which the relation of the alias joins those before it.
    pub(super) fn join(&mut self, alias: &str, constraint: &JoinConstraint, right: &str) {
        let equal = |a: &str, b: &str| format!("(\"outer\".{a} = \"inner\".{b})");
        let text = match constraint {
            JoinConstraint::Using(columns) => {
                let names = columns.iter().filter_map(|column| table_name(column).ok()?.parts.pop());
                names.map(|name| equal(&name, &name)).collect::<Vec<_>>().join(" AND ")
            }
            JoinConstraint::On(condition) => match sides(condition) {
                Some(((owner, a), (_, b))) if owner == right => equal(&b, &a),
                Some(((_, a), (owner, b))) if owner == right => equal(&a, &b),
                _ => format!("({condition})"),
            },
            JoinConstraint::Natural | JoinConstraint::None => return,
        };
        self.joins.push((alias.to_owned(), text));
    }

    /// Notes the parts of a condition that concern one relation each.
    pub(super) fn filter(&mut self, condition: &Expr, scope: &Scope) {
        if let Expr::BinaryOp { left, op: BinaryOperator::And, right } = condition {
            self.filter(left, scope);
            self.filter(right, scope);
        } else if let Some(alias) = scope.owner(condition) {
            self.filters.push((alias, format!("({condition})")));
        }
    }

    /// Notes what the whole query does with its rows.
    pub(super) fn query(&mut self, query: &Query) {
        self.limited = query.limit_clause.is_some()
            || matches!(query.body.as_ref(), SetExpr::Select(select) if select.top.is_some());
        if let Some(order) = &query.order_by {
            self.order =
                order.to_string().trim_start_matches("ORDER BY ").split(", ").map(str::to_owned).collect();
        }
    }
}

/// The owners and names of the two columns that a condition compares.
fn sides(condition: &Expr) -> Option<((String, String), (String, String))> {
    let Expr::BinaryOp { left, op: BinaryOperator::Eq, right } = condition else { return None };
    let column = |expr: &Expr| {
        let Expr::CompoundIdentifier(parts) = expr else { return None };
        let [.., owner, name] = parts.as_slice() else { return None };
        Some((folded(owner), folded(name)))
    };
    Some((column(left)?, column(right)?))
}

/// The bytes that a value of the type takes, as plans reckon.
pub(super) fn width(sql_type: SqlType) -> u32 {
    match u32::try_from(sql_type.size()) {
        Ok(size) => size,
        Err(_) => sql_type.precision().max(8).div_euclid(2).max(4),
    }
}

/// The columns that an expression names.
pub(super) fn columns(expr: &Expr) -> Vec<Vec<Ident>> {
    let mut found = Vec::new();
    let _: std::ops::ControlFlow<()> = sqlparser::ast::visit_expressions(expr, |expr| {
        if let Expr::Identifier(name) = expr {
            found.push(vec![name.clone()]);
        } else if let Expr::CompoundIdentifier(parts) = expr {
            found.push(parts.clone());
        }
        std::ops::ControlFlow::Continue(())
    });
    found
}
