//! What EXPLAIN tells besides SQLite's own plan: which relations the aliases stand for, and the conditions as they are written.

use std::collections::BTreeMap;

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, JoinConstraint, LimitClause, OrderBy, OrderByExpr, OrderByKind, OrderBySort,
    Query, SetExpr, Top, TopQuantity,
};

use super::output::{ordinal, projected};
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
    /// How many rows it gives at most; more than there are where a parameter says it.
    pub(crate) limit: Option<u64>,
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
        self.limit = query.limit_clause.as_ref().and_then(most);
        if let SetExpr::Select(select) = query.body.as_ref()
            && let Some(Top { quantity: Some(TopQuantity::Constant(count)), .. }) = &select.top
        {
            self.limit = Some(*count);
        }
        if let Some(OrderBy { kind: OrderByKind::Expressions(keys), .. }) = &query.order_by {
            self.order = keys.iter().map(|key| sort_key(key, query)).collect();
        }
    }
}

/// How many rows LIMIT leaves, as far as the statement's text says it.
fn most(clause: &LimitClause) -> Option<u64> {
    let LimitClause::LimitOffset { limit: Some(limit), .. } = clause else { return None };
    ordinal(limit).and_then(|count| u64::try_from(count).ok()).or(Some(u64::MAX))
}

/// A key of ORDER BY; a place in the select list is told by what stands there.
fn sort_key(key: &OrderByExpr, query: &Query) -> String {
    let mut meant = &key.expr;
    if let (SetExpr::Select(select), Some(place)) = (query.body.as_ref(), ordinal(&key.expr)) {
        meant = projected(&select.projection, place).unwrap_or(meant);
    }
    let direction = if key.options.sort == Some(OrderBySort::Desc) { " DESC" } else { "" };
    format!("{meant}{direction}")
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
