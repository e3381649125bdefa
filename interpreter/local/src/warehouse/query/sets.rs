//! GROUP BY: its keys, and the sets of them that ROLLUP, CUBE and GROUPING SETS make.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use std::collections::BTreeSet;

use sqlparser::ast::{Expr, GroupByExpr, Select, SelectItem};

use super::Translator;
use super::expression::is_null;
use super::function::arguments;
use super::output::{aliased, ordinal, projected};
use super::scope::{Scope, folded};
use super::select::Rows;
use super::typed::Typed;
use crate::warehouse::error::SqlError;
use crate::warehouse::parse::{GROUPING_SETS, table_name};
use crate::warehouse::types::SqlType;

/// The sets that one query may have.
const MOST: usize = 100;

/// What rows are grouped by.
pub(super) struct Groups {
    pub(super) keys: Vec<Typed>,
    /// The places of the keys in each grouping set; `None` where all keys make the only one.
    pub(super) sets: Option<Vec<Set>>,
}

/// The places of the keys by which a set groups; all others are NULL in its rows.
type Set = BTreeSet<usize>;

impl Translator<'_> {
    /// Translates GROUP BY; a place or an output name stands for its expression.
    pub(super) fn groups(
        &mut self,
        group_by: &GroupByExpr,
        scope: &Scope,
        projection: &[SelectItem],
    ) -> Result<Groups, SqlError> {
        let (exprs, modifiers) = match group_by {
            GroupByExpr::Expressions(exprs, modifiers) => (exprs, modifiers),
            GroupByExpr::All(modifiers) if modifiers.is_empty() => return self.all_keys(scope, projection),
            GroupByExpr::All(_) => return Err(SqlError::unsupported(group_by)),
        };
        if !modifiers.is_empty() {
            return Err(SqlError::unsupported(group_by));
        }
        let mut keys = Vec::new();
        let mut sets = vec![Set::new()];
        let mut has_sets = false;
        for expr in exprs {
            let more = match listed(expr)? {
                None => vec![Set::from([self.key_of(expr, scope, projection, &mut keys)?])],
                Some((list, parts)) => {
                    has_sets = true;
                    let parts = self.parts(&parts, scope, projection, &mut keys)?;
                    match list {
                        List::Sets => parts,
                        List::Cube => every(&parts)?,
                        List::Rollup => {
                            (0..=parts.len()).rev().map(|count| union(parts.iter().take(count))).collect()
                        }
                    }
                }
            };
            sets = sets.iter().flat_map(|set| more.iter().map(move |one| union([set, one]))).collect();
            if sets.len() > MOST {
                return Err(SqlError::unsupported(format!("more than {MOST} grouping sets")));
            }
        }
        if keys.iter().any(|key| key.aggregate) {
            return Err(SqlError::new("42803", "aggregates not allowed in GROUP BY clause"));
        }
        Ok(Groups { keys, sets: has_sets.then_some(sets) })
    }

    /// GROUP BY ALL: whatever the select list has outside of aggregates and windows.
    fn all_keys(&mut self, scope: &Scope, projection: &[SelectItem]) -> Result<Groups, SqlError> {
        let mut keys: Vec<Typed> = Vec::new();
        for item in projection {
            let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else {
                return Err(SqlError::unsupported("GROUP BY ALL of *"));
            };
            let windows = self.windows;
            let key = self.expr(expr, scope)?;
            let is_window = std::mem::replace(&mut self.windows, windows) > windows;
            if !key.aggregate && !is_window && key.bare.is_some() {
                keys.push(key);
            }
        }
        Ok(Groups { keys, sets: None })
    }

    /// The sets that stand between parentheses.
    fn parts(
        &mut self,
        parts: &[&Expr],
        scope: &Scope,
        projection: &[SelectItem],
        keys: &mut Vec<Typed>,
    ) -> Result<Vec<Set>, SqlError> {
        let mut sets = Vec::new();
        for part in parts {
            let exprs = match part {
                Expr::Tuple(exprs) => exprs.as_slice(),
                // The empty set, as the parser reads it.
                Expr::Nested(inner) if is_null(inner) => &[],
                Expr::Nested(inner) => std::slice::from_ref(inner.as_ref()),
                one => std::slice::from_ref(*one),
            };
            let mut set = Set::new();
            for expr in exprs {
                set.insert(self.key_of(expr, scope, projection, keys)?);
            }
            sets.push(set);
        }
        Ok(sets)
    }

    /// The place of a key among all, where it is added unless it is there.
    fn key_of(
        &mut self,
        expr: &Expr,
        scope: &Scope,
        projection: &[SelectItem],
        keys: &mut Vec<Typed>,
    ) -> Result<usize, SqlError> {
        let meant = match (ordinal(expr), expr) {
            (Some(n), _) => projected(projection, n)?,
            (None, Expr::Identifier(name)) if scope.column(&folded(name))?.is_none() => {
                aliased(projection, &folded(name)).unwrap_or(expr)
            }
            (None, _) if listed(expr)?.is_some() => {
                return Err(SqlError::unsupported(format!("{expr} within another")));
            }
            (None, _) => expr,
        };
        let key = self.expr(meant, scope)?;
        if let Some(place) = keys.iter().position(|known| known.sql == key.sql) {
            return Ok(place);
        }
        keys.push(key);
        Ok(keys.len() - 1)
    }

    /// The rows of all sets, one set after the other; in each the keys of the others are NULL.
    pub(super) fn rows_of_sets(
        &mut self,
        select: &Select,
        scope: &Scope,
        keys: &[Typed],
        sets: &[Set],
        source: &str,
    ) -> Result<Rows, SqlError> {
        let windows = self.windows;
        let mut parts = Vec::new();
        for set in sets {
            let (here, absent): (Vec<_>, Vec<_>) =
                keys.iter().enumerate().partition(|(n, _)| set.contains(n));
            let sql = |(_, key): (usize, &Typed)| key.sql.clone();
            let outer = std::mem::replace(&mut self.absent, absent.into_iter().map(sql).collect());
            let rows = self.rows_of_set(
                select,
                scope,
                here.into_iter().map(|(_, key)| key.clone()).collect(),
                source,
            );
            self.absent = outer;
            parts.push(rows?);
        }
        if self.windows > windows {
            return Err(SqlError::unsupported("a window over grouping sets"));
        }
        Ok(Rows { sql: parts.join(" UNION ALL SELECT "), aggregated: true })
    }

    fn rows_of_set(
        &mut self,
        select: &Select,
        scope: &Scope,
        keys: Vec<Typed>,
        source: &str,
    ) -> Result<String, SqlError> {
        let items = self.list(select, scope)?;
        // The count is an aggregate, so that the set of no keys has one row, however few there are.
        Ok(self.grouped_rows(select, scope, items, &keys, Some("count(*) AS n"), source)?.sql)
    }

    /// `grouping(key)` and `grouping_id(key, …)`: a bit for each key, set where it is not one of the row's set.
    pub(super) fn grouping_bits(&mut self, args: &[&Expr], scope: &Scope) -> Result<Typed, SqlError> {
        let absent = std::mem::take(&mut self.absent);
        let keys: Result<Vec<_>, _> = args.iter().map(|arg| self.expr(arg, scope)).collect();
        self.absent = absent;
        let mut bits = 0_i64;
        for key in keys? {
            if !self.grouping.contains(&key.sql) {
                let message =
                    "arguments to GROUPING must be grouping expressions of the associated query level";
                return Err(SqlError::new("42803", message));
            }
            bits = bits << 1 | i64::from(self.absent.contains(&key.sql));
        }
        Ok(Typed::new(bits.to_string(), SqlType::Int4))
    }
}

/// Which sets a list of them makes.
enum List {
    Rollup,
    Cube,
    Sets,
}

/// The parts of `ROLLUP (…)`, `CUBE (…)` and `GROUPING SETS (…)`.
fn listed(expr: &Expr) -> Result<Option<(List, Vec<&Expr>)>, SqlError> {
    let Expr::Function(function) = expr else { return Ok(None) };
    let list = match table_name(&function.name)?.parts.as_slice() {
        [name] if name == "rollup" => List::Rollup,
        [name] if name == "cube" => List::Cube,
        [name] if name == GROUPING_SETS => List::Sets,
        _ => return Ok(None),
    };
    Ok(Some((list, arguments(function)?)))
}

fn union<'s>(sets: impl IntoIterator<Item = &'s Set>) -> Set {
    sets.into_iter().flatten().copied().collect()
}

/// Every choice of some of the sets, all of them first.
fn every(parts: &[Set]) -> Result<Vec<Set>, SqlError> {
    let mut choices = vec![Set::new()];
    for part in parts {
        if choices.len() > MOST {
            return Err(SqlError::unsupported(format!("more than {MOST} grouping sets")));
        }
        choices = choices.iter().flat_map(|set| [union([set, part]), set.clone()]).collect();
    }
    Ok(choices)
}
