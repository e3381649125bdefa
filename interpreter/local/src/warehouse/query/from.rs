//! FROM: tables, views and joins.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{
    Join, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, PivotValueSource, TableAlias,
    TableFactor, TableWithJoins,
};

use super::names::{Found, Located};
use super::outline::{Scanned, width};
use super::scope::{Scope, Source, Visible, folded};
use super::typed::{beside, common_type, compared};
use super::{Site, Translator};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::privilege::Privilege;
use crate::warehouse::meta::relation::{Kind, quoted};
use crate::warehouse::parse::{self, table_name};
use crate::warehouse::reserved::is_reserved;
use crate::warehouse::types::SqlType;

/// How many views may stand on one another.
const DEEPEST: usize = 16;

impl Translator<'_> {
    /// Translates a FROM clause and adds what it shows to the scope.
    pub(super) fn from(&mut self, from: &[TableWithJoins], scope: &mut Scope) -> Result<String, SqlError> {
        let mut parts = Vec::new();
        for item in from {
            parts.push(self.joined(item, scope)?);
        }
        Ok(parts.join(" CROSS JOIN "))
    }

    fn joined(&mut self, item: &TableWithJoins, scope: &mut Scope) -> Result<String, SqlError> {
        let first = scope.relations.len();
        let mut sql = self.factor(&item.relation, scope)?;
        for join in &item.joins {
            let (word, constraint) = operator(join)?;
            let left = scope.relations.len();
            let right = self.factor(&join.relation, scope)?;
            let shown = scope.relations.last().map(|source| source.name.clone()).unwrap_or_default();
            let alias = self.state.last_alias();
            self.state.outline.join(&alias, constraint, &shown);
            let on = self.constraint(constraint, scope, first, left)?;
            sql = format!("{sql} {word} {right}{on}");
        }
        Ok(sql)
    }

    pub(super) fn factor(&mut self, factor: &TableFactor, scope: &mut Scope) -> Result<String, SqlError> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                self.table(name, alias.as_ref(), scope)
            }
            TableFactor::Table { name, alias, args: Some(args), .. } => {
                let called = self.called(name, &args.args, alias.as_ref(), scope)?;
                called.ok_or_else(|| SqlError::unsupported(format!("FROM {factor}")))
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                self.derived(subquery, alias.as_ref(), scope)
            }
            TableFactor::Pivot {
                table,
                aggregate_functions,
                value_column,
                value_source: PivotValueSource::List(values),
                default_on_null: None,
                alias,
            } => {
                let query = self.pivoted(table, aggregate_functions, value_column, values, scope)?;
                self.derived(&query, alias.as_ref(), scope)
            }
            TableFactor::Unpivot { table, value, name, columns, null_inclusion, alias } => {
                let query = self.unpivoted(table, (value, name), columns, null_inclusion.as_ref(), scope)?;
                self.derived(&query, alias.as_ref(), scope)
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                Ok(format!("({})", self.joined(table_with_joins, scope)?))
            }
            other => Err(SqlError::unsupported(format!("FROM {other}"))),
        }
    }

    pub(super) fn table(
        &mut self,
        name: &ObjectName,
        alias: Option<&TableAlias>,
        scope: &mut Scope,
    ) -> Result<String, SqlError> {
        let mut unquoted =
            name.0.iter().filter_map(ObjectNamePart::as_ident).filter(|part| part.quote_style.is_none());
        if let Some(word) = unquoted.find(|part| is_reserved(&part.value)) {
            return Err(SqlError::syntax(&word.value).at(parse::position(word)));
        }
        let name = table_name(name)?;
        let last = name.parts.last().cloned().unwrap_or_default();
        let shown = alias.map_or(last.clone(), |alias| folded(&alias.name));
        if scope.relations.iter().any(|source| source.name == shown) {
            let message = format!("table name \"{shown}\" specified more than once");
            return Err(SqlError::new("42712", message));
        }
        let inner = self.state.alias();
        let common = (name.parts.len() == 1).then(|| scope.common_table(&last).cloned()).flatten();
        let (sql, source) = if let Some(table) = common {
            let source = numbered(&shown, &inner, table.columns);
            (table.alias, source)
        } else {
            match self.locate(&name)? {
                Located::View(view) => {
                    self.state.views.insert(view);
                    let columns = view.columns().iter().map(|(n, t)| ((*n).to_owned(), *t));
                    (view.storage(), named(&shown, &inner, columns))
                }
                Located::Relation(found) => self.stored_table(&found, &shown, &inner)?,
            }
        };
        scope.relations.push(renamed(source, alias)?);
        Ok(format!("{sql} AS {inner}"))
    }

    fn stored_table(
        &mut self,
        found: &Found,
        shown: &str,
        inner: &str,
    ) -> Result<(String, Source), SqlError> {
        self.check(found, Privilege::Select)?;
        let columns = found.columns.iter().map(|c| (c.name.clone(), c.sql_type));
        match found.relation.kind {
            Kind::Table => {
                self.note(found, shown, inner);
                Ok((found.storage(), named(shown, inner, columns)))
            }
            Kind::View => {
                Ok((format!("({})", self.expand(found)?), numbered(shown, inner, columns.collect())))
            }
        }
    }

    /// Notes a stored table for EXPLAIN.
    pub(super) fn note(&mut self, found: &Found, shown: &str, inner: &str) {
        let name = &found.relation.name;
        let shown = if shown == name { name.clone() } else { format!("{name} {shown}") };
        let width = found.columns.iter().map(|column| width(column.sql_type)).sum();
        let scanned = Scanned { shown, storage: found.storage(), width };
        self.state.outline.tables.insert(inner.to_owned(), scanned);
    }

    /// Says whether a name means a view.
    pub(super) fn is_view(&self, name: &ObjectName) -> Result<bool, SqlError> {
        Ok(match self.locate(&table_name(name)?)? {
            Located::View(_) => true,
            Located::Relation(found) => found.relation.kind == Kind::View,
        })
    }

    /// Puts a view's query in the view's place, read with its owner's rights.
    fn expand(&mut self, found: &Found) -> Result<String, SqlError> {
        if self.state.depth >= DEEPEST {
            return Err(SqlError::new("54001", "views stand too deep on one another"));
        }
        let definition = found.relation.query();
        let query = parse::query(definition)?;
        let path = found.relation.search_path.as_deref().unwrap_or_default();
        let home = super::Catalog { connection: self.session.connection(), file: &found.file };
        let database =
            home.database_by_oid(found.home)?.ok_or_else(|| SqlError::no_database(&found.database.name))?;
        let site = Site {
            file: found.file.clone(),
            database,
            search_path: path.split(',').map(str::to_owned).collect(),
            reader: None,
        };
        self.state.depth += 1;
        let (session, state) = (self.session, &mut *self.state);
        let mut inner = Translator {
            session,
            state,
            site,
            grouping: Vec::new(),
            absent: Vec::new(),
            windows: 0,
            given: Vec::new(),
        };
        let selected = inner.query(&query, &Scope::default());
        self.state.depth -= 1;
        // A place in the view's text is no place in the statement.
        let elsewhere = |error| SqlError { position: None, ..error };
        Ok(selected.map_err(elsewhere)?.sql)
    }

    fn constraint(
        &mut self,
        constraint: &JoinConstraint,
        scope: &mut Scope,
        first: usize,
        right: usize,
    ) -> Result<String, SqlError> {
        match constraint {
            JoinConstraint::None => Ok(String::new()),
            JoinConstraint::On(condition) => {
                Ok(format!(" ON {}", self.condition(condition, scope, "JOIN/ON")?))
            }
            JoinConstraint::Using(columns) => {
                let mut names = Vec::new();
                for column in columns {
                    names.extend(table_name(column)?.parts);
                }
                merge(scope, first, right, &names)
            }
            JoinConstraint::Natural => {
                let names = shared_names(scope, first, right);
                merge(scope, first, right, &names)
            }
        }
    }
}

fn operator(join: &Join) -> Result<(&'static str, &JoinConstraint), SqlError> {
    Ok(match &join.join_operator {
        JoinOperator::Join(c) | JoinOperator::Inner(c) => ("JOIN", c),
        JoinOperator::Left(c) | JoinOperator::LeftOuter(c) => ("LEFT JOIN", c),
        JoinOperator::Right(c) | JoinOperator::RightOuter(c) => ("RIGHT JOIN", c),
        JoinOperator::FullOuter(c) => ("FULL JOIN", c),
        JoinOperator::CrossJoin(c) => ("CROSS JOIN", c),
        _ => return Err(SqlError::unsupported(format!("the join {join}"))),
    })
}

fn named(shown: &str, inner: &str, columns: impl Iterator<Item = (String, SqlType)>) -> Source {
    let visible = |(name, sql_type): (String, SqlType)| Visible {
        sql: format!("{inner}.{}", quoted(&name)),
        name,
        sql_type,
        hidden: false,
    };
    Source { name: shown.to_owned(), columns: columns.map(visible).collect() }
}

/// A subquery's columns have numbers for names in SQLite, since theirs may repeat.
pub(super) fn numbered(shown: &str, inner: &str, columns: Vec<(String, SqlType)>) -> Source {
    let visible = |(n, (name, sql_type)): (usize, (String, SqlType))| Visible {
        name,
        sql: format!("{inner}.c{}", n + 1),
        sql_type,
        hidden: false,
    };
    Source { name: shown.to_owned(), columns: columns.into_iter().enumerate().map(visible).collect() }
}

pub(super) fn renamed(mut source: Source, alias: Option<&TableAlias>) -> Result<Source, SqlError> {
    let Some(alias) = alias else {
        return Ok(source);
    };
    if alias.columns.len() > source.columns.len() {
        let message = format!(
            "table \"{}\" has {} columns available but {} columns specified",
            source.name,
            source.columns.len(),
            alias.columns.len()
        );
        return Err(SqlError::new("42P10", message));
    }
    for (column, given) in source.columns.iter_mut().zip(&alias.columns) {
        column.name = folded(&given.name);
    }
    Ok(source)
}

fn shared_names(scope: &Scope, first: usize, right: usize) -> Vec<String> {
    let side = |from: usize, to: usize| {
        let relations = scope.relations.get(from..to).unwrap_or_default();
        relations
            .iter()
            .flat_map(|source| source.columns.iter())
            .filter(|column| !column.hidden)
            .map(|column| column.name.clone())
            .collect::<Vec<_>>()
    };
    let there = side(right, scope.relations.len());
    let mut names = side(first, right);
    names.retain(|name| there.contains(name));
    names
}

/// Joins by equal columns and lets one stand for both.
fn merge(scope: &mut Scope, first: usize, right: usize, names: &[String]) -> Result<String, SqlError> {
    let mut terms = Vec::new();
    for name in names {
        let missing = || {
            let message =
                format!("column \"{name}\" specified in USING clause does not exist in both tables");
            SqlError::new("42703", message)
        };
        let (left_side, right_side) = scope.relations.split_at_mut(right);
        let find = |sources: &mut [Source]| {
            sources.iter().enumerate().find_map(|(n, source)| {
                let place = source.columns.iter().position(|c| c.name == *name && !c.hidden);
                place.map(|m| (n, m))
            })
        };
        let left_side = left_side.get_mut(first..).unwrap_or_default();
        let (n, m) = find(left_side).ok_or_else(missing)?;
        let (k, l) = find(right_side).ok_or_else(missing)?;
        let a = left_side.get_mut(n).and_then(|s| s.columns.get_mut(m));
        let b = right_side.get_mut(k).and_then(|s| s.columns.get_mut(l));
        if let (Some(a), Some(b)) = (a, b) {
            let common = common_type(a.sql_type, b.sql_type)?;
            let side = |column: &Visible| {
                beside(&column.sql, column.sql_type, common).unwrap_or_else(|| column.sql.clone())
            };
            let (left, right) = (side(a), side(b));
            terms.push(format!("{} = {right}", compared(&left, common)));
            (a.sql, a.sql_type) = (format!("coalesce({left}, {right})"), common);
            b.hidden = true;
        }
    }
    if terms.is_empty() {
        return Ok(String::new());
    }
    Ok(format!(" ON {}", terms.join(" AND ")))
}
