//! SELECT, set operations, WITH and VALUES.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{
    Cte, Distinct, Expr, GroupByExpr, Ident, Query, Select, SelectItem, SelectItemQualifiedWildcardKind,
    SetExpr, SetOperator, SetQuantifier, Top, TopQuantity, Values, With,
};

use super::Translator;
use super::scope::{CommonTable, Scope, folded};
use super::typed::Typed;
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::relation::quoted;
use crate::warehouse::session::Column;
use crate::warehouse::types::SqlType;

/// A translated query.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) sql: String,
    pub(super) columns: Vec<Column>,
}

/// The select list and what ORDER BY may refer to.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) sql: String,
    pub(super) columns: Vec<Column>,
    /// The scope and the items of a plain SELECT; set operations have none.
    pub(super) plain: Option<Plain>,
}

/// What ORDER BY of a plain SELECT may use besides the output columns.
#[derive(Debug)]
pub(super) struct Plain {
    pub(super) scope: Scope,
    pub(super) items: Vec<Item>,
    pub(super) distinct: bool,
    /// The keys of GROUP BY, translated.
    pub(super) grouping: Vec<String>,
    pub(super) aggregated: bool,
}

/// One column of the select list.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) value: Typed,
}

impl Translator<'_> {
    /// Translates a whole statement's query, with the columns' own names.
    pub(super) fn top(&mut self, query: &Query) -> Result<Selected, SqlError> {
        self.query(query, &Scope::default())
    }

    /// Translates a query; its columns are called `c1`, `c2`, … in SQLite.
    pub(super) fn query(&mut self, query: &Query, around: &Scope) -> Result<Selected, SqlError> {
        if query.fetch.is_some()
            || !query.locks.is_empty()
            || query.for_clause.is_some()
            || !query.pipe_operators.is_empty()
        {
            return Err(SqlError::unsupported("FETCH or FOR at the end of a query"));
        }
        let mut around = around.clone();
        let with = match &query.with {
            Some(with) => self.with(with, &mut around)?,
            None => String::new(),
        };
        let body = self.body(&query.body, &around)?;
        let order = self.order_by(query.order_by.as_ref(), &body)?;
        let limit = self.limit(query.limit_clause.as_ref())?;
        Ok(Selected { sql: format!("{with}{}{order}{limit}", body.sql), columns: body.columns })
    }

    fn with(&mut self, with: &With, around: &mut Scope) -> Result<String, SqlError> {
        if with.recursive {
            return Err(SqlError::unsupported("WITH RECURSIVE"));
        }
        let mut parts = Vec::new();
        for cte in &with.cte_tables {
            parts.push(self.common(cte, around)?);
        }
        Ok(format!("WITH {} ", parts.join(", ")))
    }

    fn common(&mut self, cte: &Cte, around: &mut Scope) -> Result<String, SqlError> {
        let selected = self.query(&cte.query, around)?;
        let alias = self.state.alias();
        let mut columns: Vec<_> =
            selected.columns.into_iter().map(|column| (column.name, column.sql_type)).collect();
        for (column, given) in columns.iter_mut().zip(&cte.alias.columns) {
            column.0 = folded(&given.name);
        }
        around.tables.push(CommonTable { name: folded(&cte.alias.name), alias: alias.clone(), columns });
        Ok(format!("{alias} AS ({})", selected.sql))
    }

    fn body(&mut self, body: &SetExpr, around: &Scope) -> Result<Body, SqlError> {
        match body {
            SetExpr::Select(select) => self.select(select, around),
            SetExpr::Query(query) => {
                let selected = self.query(query, around)?;
                let names: Vec<_> = (1..=selected.columns.len()).map(|n| format!("c{n}")).collect();
                Ok(Body {
                    sql: format!("SELECT {} FROM ({})", names.join(", "), selected.sql),
                    columns: selected.columns,
                    plain: None,
                })
            }
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                self.set_operation(left, *op, *set_quantifier, right, around)
            }
            SetExpr::Values(values) => self.values(values, around),
            other => Err(SqlError::unsupported(other)),
        }
    }

    fn set_operation(
        &mut self,
        left: &SetExpr,
        op: SetOperator,
        quantifier: SetQuantifier,
        right: &SetExpr,
        around: &Scope,
    ) -> Result<Body, SqlError> {
        let a = self.body(left, around)?;
        let b = self.body(right, around)?;
        if a.columns.len() != b.columns.len() {
            let message = format!("each {op} query must have the same number of columns");
            return Err(SqlError::new("42601", message));
        }
        let mut columns = Vec::new();
        for (x, y) in a.columns.iter().zip(&b.columns) {
            columns.push(Column {
                name: x.name.clone(),
                sql_type: super::typed::common_type(x.sql_type, y.sql_type)?,
            });
        }
        let all = matches!(quantifier, SetQuantifier::All);
        let word = match (op, all) {
            (SetOperator::Union, true) => "UNION ALL",
            (SetOperator::Union, false) => "UNION",
            (SetOperator::Except | SetOperator::Minus, false) => "EXCEPT",
            (SetOperator::Intersect, false) => "INTERSECT",
            (_, true) => return Err(SqlError::unsupported(format!("{op} ALL"))),
        };
        let names: Vec<_> = (1..=columns.len()).map(|n| format!("c{n}")).collect();
        let names = names.join(", ");
        let sql = format!("SELECT {names} FROM ({}) {word} SELECT {names} FROM ({})", a.sql, b.sql);
        Ok(Body { sql: format!("SELECT {names} FROM ({sql})"), columns, plain: None })
    }

    fn values(&mut self, values: &Values, around: &Scope) -> Result<Body, SqlError> {
        let mut rows = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        for row in &values.rows {
            let mut cells = Vec::new();
            for (n, expr) in row.content.iter().enumerate() {
                let value = self.expr(expr, around)?;
                let value = self.settle_text(value)?;
                match columns.get_mut(n) {
                    Some(column) => {
                        column.sql_type = super::typed::common_type(column.sql_type, value.sql_type)?;
                    }
                    None => {
                        columns.push(Column { name: format!("column{}", n + 1), sql_type: value.sql_type })
                    }
                }
                cells.push(format!("{} AS c{}", value.sql, n + 1));
            }
            if cells.len() != columns.len() {
                let message = "VALUES lists must all be the same length";
                return Err(SqlError::new("42601", message));
            }
            rows.push(format!("SELECT {}", cells.join(", ")));
        }
        Ok(Body { sql: format!("SELECT * FROM ({})", rows.join(" UNION ALL ")), columns, plain: None })
    }

    fn select(&mut self, select: &Select, around: &Scope) -> Result<Body, SqlError> {
        refuse_exotic(select)?;
        let mut scope = around.inner();
        if around.relations.is_empty() && around.outer.is_none() {
            scope.outer = None;
        }
        let from = self.from(&select.from, &mut scope)?;
        let mut sql_where = String::new();
        if let Some(condition) = &select.selection {
            sql_where = format!(" WHERE {}", self.condition(condition, &scope, "WHERE")?);
        }
        let groups = self.groups(&select.group_by, &scope, &select.projection)?;
        let grouping: Vec<_> = groups.iter().map(|key| key.sql.clone()).collect();
        let outer_grouping = std::mem::replace(&mut self.grouping, grouping);
        let mut items = Vec::new();
        for item in &select.projection {
            self.item(item, &scope, &mut items)?;
        }
        let having = match &select.having {
            Some(having) => Some(self.expr(having, &scope)?),
            None => None,
        };
        let aggregated =
            !groups.is_empty() || having.is_some() || items.iter().any(|item| item.value.aggregate);
        if aggregated {
            check_grouping(items.iter().map(|item| &item.value).chain(&having))?;
        }
        let grouping = std::mem::replace(&mut self.grouping, outer_grouping);
        let distinct = distinct(select)?;
        let list: Vec<_> =
            items.iter().enumerate().map(|(n, item)| format!("{} AS c{}", item.value.sql, n + 1)).collect();
        let mut sql = format!("SELECT {}{}", if distinct { "DISTINCT " } else { "" }, list.join(", "));
        if !from.is_empty() {
            sql.push_str(&format!(" FROM {from}"));
        }
        sql.push_str(&sql_where);
        if !groups.is_empty() {
            let keys: Vec<_> = groups.iter().map(|key| format!("({})", key.sql)).collect();
            sql.push_str(&format!(" GROUP BY {}", keys.join(", ")));
        }
        if let Some(having) = having {
            sql.push_str(&format!(" HAVING {}", having.sql));
        }
        if let Some(top) = &select.top {
            sql = format!("SELECT * FROM ({sql} LIMIT {})", count(top)?);
        }
        let columns =
            items.iter().map(|item| Column { name: item.name.clone(), sql_type: item.value.sql_type });
        Ok(Body {
            sql,
            columns: columns.collect(),
            plain: select.top.is_none().then_some(Plain { scope, items, distinct, grouping, aggregated }),
        })
    }

    fn item(&mut self, item: &SelectItem, scope: &Scope, items: &mut Vec<Item>) -> Result<(), SqlError> {
        match item {
            SelectItem::UnnamedExpr(expr) => {
                let value = self.expr(expr, scope)?;
                let value = self.settle_text(value)?;
                items.push(Item { name: output_name(expr), value });
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                let value = self.expr(expr, scope)?;
                let value = self.settle_text(value)?;
                items.push(Item { name: folded(alias), value });
            }
            SelectItem::Wildcard(_) => {
                let all = scope.star(None);
                if all.is_empty() {
                    let message = "SELECT * with no tables specified is not valid";
                    return Err(SqlError::new("42601", message));
                }
                items.extend(self.items(all));
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let last = super::from::parts(name)?.parts.pop().unwrap_or_default();
                let all = scope.star(Some(&last));
                if all.is_empty() {
                    let message = format!("missing FROM-clause entry for table \"{last}\"");
                    return Err(SqlError::new("42P01", message));
                }
                items.extend(self.items(all));
            }
            other => return Err(SqlError::unsupported(other)),
        }
        Ok(())
    }

    fn items(&self, columns: Vec<(String, Typed)>) -> Vec<Item> {
        let item = |(name, value)| Item { name, value: self.grouped(value) };
        columns.into_iter().map(item).collect()
    }

    /// Translates the keys of GROUP BY; a place or an output name stands for its expression.
    fn groups(
        &mut self,
        group_by: &GroupByExpr,
        scope: &Scope,
        projection: &[SelectItem],
    ) -> Result<Vec<Typed>, SqlError> {
        let GroupByExpr::Expressions(keys, modifiers) = group_by else {
            return Err(SqlError::unsupported(group_by));
        };
        if !modifiers.is_empty() {
            return Err(SqlError::unsupported(group_by));
        }
        let mut groups = Vec::new();
        for key in keys {
            let meant = match (ordinal(key), key) {
                (Some(n), _) => projected(projection, n)?,
                (None, Expr::Identifier(name)) if scope.column(&folded(name))?.is_none() => {
                    aliased(projection, &folded(name)).unwrap_or(key)
                }
                (None, _) => key,
            };
            groups.push(self.expr(meant, scope)?);
        }
        if groups.iter().any(|key| key.aggregate) {
            return Err(SqlError::new("42803", "aggregates not allowed in GROUP BY clause"));
        }
        Ok(groups)
    }
}

fn projected(projection: &[SelectItem], n: usize) -> Result<&Expr, SqlError> {
    match n.checked_sub(1).and_then(|n| projection.get(n)) {
        Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) => Ok(expr),
        _ => {
            let message = format!("GROUP BY position {n} is not in select list");
            Err(SqlError::new("42P10", message))
        }
    }
}

fn aliased<'p>(projection: &'p [SelectItem], name: &str) -> Option<&'p Expr> {
    projection.iter().find_map(|item| match item {
        SelectItem::ExprWithAlias { expr, alias } if folded(alias) == name => Some(expr),
        _ => None,
    })
}

/// A whole number that stands for a place in the select list.
pub(super) fn ordinal(expr: &Expr) -> Option<usize> {
    if let Expr::Value(value) = expr
        && let sqlparser::ast::Value::Number(digits, _) = &value.value
    {
        return digits.parse().ok();
    }
    None
}

fn check_grouping<'v>(values: impl Iterator<Item = &'v Typed>) -> Result<(), SqlError> {
    for value in values {
        if let Some(column) = &value.bare {
            return Err(SqlError::new(
                "42803",
                format!(
                    "column \"{column}\" must appear in the GROUP BY clause or be used in an aggregate function"
                ),
            ));
        }
    }
    Ok(())
}

fn distinct(select: &Select) -> Result<bool, SqlError> {
    match &select.distinct {
        None | Some(Distinct::All) => Ok(false),
        Some(Distinct::Distinct) => Ok(true),
        Some(Distinct::On(_)) => Err(SqlError::unsupported("DISTINCT ON")),
    }
}

fn count(top: &Top) -> Result<u64, SqlError> {
    match &top.quantity {
        Some(TopQuantity::Constant(n)) if !top.percent && !top.with_ties => Ok(*n),
        _ => Err(SqlError::unsupported(top)),
    }
}

fn refuse_exotic(select: &Select) -> Result<(), SqlError> {
    let refused = [
        (select.into.is_some(), "SELECT INTO"),
        (!select.lateral_views.is_empty(), "LATERAL VIEW"),
        (select.prewhere.is_some(), "PREWHERE"),
        (!select.connect_by.is_empty(), "CONNECT BY"),
        (!select.named_window.is_empty(), "WINDOW"),
        (select.qualify.is_some(), "QUALIFY"),
        (select.exclude.is_some(), "EXCLUDE"),
    ];
    match refused.iter().find(|(present, _)| *present) {
        Some((_, what)) => Err(SqlError::unsupported(what)),
        None => Ok(()),
    }
}

/// The name of a column without an alias.
pub(super) fn output_name(expr: &Expr) -> String {
    let last = |idents: &[Ident]| idents.last().map(folded).unwrap_or_default();
    match expr {
        Expr::Identifier(ident) => folded(ident),
        Expr::CompoundIdentifier(idents) => last(idents),
        Expr::Function(function) => {
            let name = super::from::parts(&function.name);
            name.ok().and_then(|mut n| n.parts.pop()).unwrap_or_default()
        }
        Expr::Cast { expr, data_type, .. } => match output_name(expr).as_str() {
            "?column?" => {
                SqlType::from_ast(data_type).map_or_else(|_| "?column?".to_owned(), |t| t.name().to_owned())
            }
            name => name.to_owned(),
        },
        Expr::Nested(inner) => output_name(inner),
        Expr::Case { .. } => "case".to_owned(),
        Expr::Extract { .. } => "date_part".to_owned(),
        Expr::Exists { .. } => "?column?".to_owned(),
        Expr::Trim { .. } => "btrim".to_owned(),
        Expr::Substring { .. } => "substring".to_owned(),
        Expr::Position { .. } => "position".to_owned(),
        Expr::Ceil { .. } => "ceil".to_owned(),
        Expr::Floor { .. } => "floor".to_owned(),
        _ => "?column?".to_owned(),
    }
}

/// A SQLite identifier for a stored column.
pub(super) fn column_list(columns: &[String]) -> String {
    let quoted: Vec<_> = columns.iter().map(|name| quoted(name)).collect();
    quoted.join(", ")
}
