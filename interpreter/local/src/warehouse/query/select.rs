//! SELECT, set operations, WITH and VALUES.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{
    Cte, Distinct, Expr, Ident, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    SetOperator, SetQuantifier, Top, TopQuantity, Values, With,
};

use super::Translator;
use super::scope::{CommonTable, Scope, folded};
use super::typed::{Form, Typed, beside};
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
    /// `TOP n`, which cuts what ORDER BY has sorted.
    pub(super) top: Option<u64>,
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
    /// QUALIFY has put another query around this one: only its output is left to sort by.
    pub(super) enclosed: bool,
}

/// What follows SELECT.
pub(super) struct Rows {
    pub(super) sql: String,
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
        let limit = match (self.limit(query.limit_clause.as_ref())?, body.top) {
            (limit, None) => limit,
            (limit, Some(top)) if limit.is_empty() => format!(" LIMIT {top}"),
            (_, Some(_)) => return Err(SqlError::new("42601", "TOP and LIMIT can't stand in one query")),
        };
        // What nothing in the query has given a type is text for everybody else.
        let text = |column: Column| match column.sql_type {
            SqlType::Unknown => Column { sql_type: SqlType::Varchar(None), ..column },
            _ => column,
        };
        let columns = body.columns.into_iter().map(text).collect();
        Ok(Selected { sql: format!("{with}{}{order}{limit}", body.sql), columns })
    }

    fn with(&mut self, with: &With, around: &mut Scope) -> Result<String, SqlError> {
        let mut parts = Vec::new();
        for cte in &with.cte_tables {
            parts.push(match (with.recursive, &*cte.query.body) {
                (true, SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier, right })
                    if cte.query.order_by.is_none() && cte.query.limit_clause.is_none() =>
                {
                    self.recursive(cte, left, *set_quantifier, right, around)?
                }
                _ => self.common(cte, around)?,
            });
        }
        Ok(format!("WITH {}{} ", if with.recursive { "RECURSIVE " } else { "" }, parts.join(", ")))
    }

    /// `name AS (seed UNION ALL step)`, whose step may read the name.
    fn recursive(
        &mut self,
        cte: &Cte,
        seed: &SetExpr,
        quantifier: SetQuantifier,
        step: &SetExpr,
        around: &mut Scope,
    ) -> Result<String, SqlError> {
        let seed = self.body(seed, around)?;
        let columns = seed.columns.clone();
        let table = self.common_table(cte, seed.columns);
        let count = table.columns.len();
        let alias = table.alias.clone();
        around.tables.push(table);
        let step = self.body(step, around)?;
        if step.columns.len() != count {
            let message = "each UNION query must have the same number of columns";
            return Err(SqlError::new("42601", message));
        }
        let word = if matches!(quantifier, SetQuantifier::All) { "UNION ALL" } else { "UNION" };
        let pairs = step.columns.iter().zip(&columns).enumerate();
        for (n, (column, wanted)) in pairs {
            if beside("", column.sql_type, wanted.sql_type).is_some() {
                let (name, n) = (folded(&cte.alias.name), n + 1);
                let (first, overall) = (wanted.sql_type.display(), column.sql_type.display());
                let message = format!(
                    "recursive query \"{name}\" column {n} has type {first} in non-recursive term but type {overall} overall"
                );
                return Err(SqlError::new("42804", message));
            }
        }
        Ok(format!("{alias} ({}) AS ({} {word} {})", numbered(count), seed.sql, step.sql))
    }

    fn common_table(&mut self, cte: &Cte, columns: Vec<Column>) -> CommonTable {
        let mut columns: Vec<_> = columns.into_iter().map(|column| (column.name, column.sql_type)).collect();
        for (column, given) in columns.iter_mut().zip(&cte.alias.columns) {
            column.0 = folded(&given.name);
        }
        CommonTable { name: folded(&cte.alias.name), alias: self.state.alias(), columns }
    }

    fn common(&mut self, cte: &Cte, around: &mut Scope) -> Result<String, SqlError> {
        let selected = self.query(&cte.query, around)?;
        let table = self.common_table(cte, selected.columns);
        let sql = format!("{} AS ({})", table.alias, selected.sql);
        around.tables.push(table);
        Ok(sql)
    }

    fn body(&mut self, body: &SetExpr, around: &Scope) -> Result<Body, SqlError> {
        match body {
            SetExpr::Select(select) => self.select(select, around),
            SetExpr::Query(query) => {
                let selected = self.query(query, around)?;
                let names = numbered(selected.columns.len());
                let sql = format!("SELECT {names} FROM ({})", selected.sql);
                Ok(Body { sql, columns: selected.columns, plain: None, top: None })
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
        let side = |body: &Body| {
            let top = body.top.map_or_else(String::new, |top| format!(" LIMIT {top}"));
            format!("SELECT {} FROM ({}{top})", converted(&body.columns, &columns), body.sql)
        };
        let names = numbered(columns.len());
        let sql = format!("SELECT {names} FROM ({} {word} {})", side(&a), side(&b));
        Ok(Body { sql, columns, plain: None, top: None })
    }

    fn values(&mut self, values: &Values, around: &Scope) -> Result<Body, SqlError> {
        let mut rows = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        for row in &values.rows {
            let mut cells = Vec::new();
            for (n, expr) in row.content.iter().enumerate() {
                let value = self.shown(expr, around)?;
                match columns.get_mut(n) {
                    Some(column) => {
                        column.sql_type = super::typed::common_type(column.sql_type, value.sql_type)?;
                    }
                    None => {
                        columns.push(Column { name: format!("column{}", n + 1), sql_type: value.sql_type })
                    }
                }
                cells.push(value);
            }
            if cells.len() != columns.len() {
                let message = "VALUES lists must all be the same length";
                return Err(SqlError::new("42601", message));
            }
            rows.push(cells);
        }
        let mut texts = Vec::new();
        for cells in rows {
            let mut row = Vec::new();
            for (cell, column) in cells.into_iter().zip(&columns) {
                row.push(self.converge(cell, column.sql_type)?.sql);
            }
            texts.push(row);
        }
        Ok(Body { sql: table_of(&texts), columns, plain: None, top: None })
    }

    fn select(&mut self, select: &Select, around: &Scope) -> Result<Body, SqlError> {
        refuse_exotic(select)?;
        let outer_given = std::mem::take(&mut self.given);
        let mut scope = around.inner();
        if around.relations.is_empty() && around.outer.is_none() {
            scope.outer = None;
        }
        let from = self.from(&select.from, &mut scope)?;
        let from = if from.is_empty() { from } else { format!(" FROM {from}") };
        let groups = self.groups(&select.group_by, &scope, &select.projection)?;
        let grouping = groups.keys.iter().map(|key| key.sql.clone()).collect();
        let outer_grouping = std::mem::replace(&mut self.grouping, grouping);
        let items = self.list(select, &scope)?;
        // As on Redshift, WHERE may use the names that the select list gives.
        let filter = match &select.selection {
            Some(condition) => format!(" WHERE {}", self.condition(condition, &scope, "WHERE")?),
            None => String::new(),
        };
        let source = format!("{from}{filter}");
        let rows = match &groups.sets {
            None => self.grouped_rows(select, &scope, items.clone(), &groups.keys, None, &source)?,
            Some(sets) => self.rows_of_sets(select, &scope, &groups.keys, sets, &source)?,
        };
        self.given = outer_given;
        let grouping = std::mem::replace(&mut self.grouping, outer_grouping);
        let distinct = distinct(select)?;
        let enclosed = select.qualify.is_some() || groups.sets.is_some();
        let sql = match (enclosed, distinct) {
            (false, false) => format!("SELECT {}", rows.sql),
            (false, true) => format!("SELECT DISTINCT {}", rows.sql),
            (true, _) => {
                let outer = if distinct { "DISTINCT " } else { "" };
                let only = if select.qualify.is_some() { " WHERE q" } else { "" };
                format!("SELECT {outer}{} FROM (SELECT {}){only}", numbered(items.len()), rows.sql)
            }
        };
        let top = select.top.as_ref().map(count).transpose()?;
        let columns =
            items.iter().map(|item| Column { name: item.name.clone(), sql_type: item.value.sql_type });
        let columns = columns.collect();
        let plain = Plain { scope, items, distinct, grouping, aggregated: rows.aggregated, enclosed };
        Ok(Body { sql, columns, plain: Some(plain), top })
    }

    /// Translates the select list; the names that it gives can be used from then on.
    pub(super) fn list(&mut self, select: &Select, scope: &Scope) -> Result<Vec<Item>, SqlError> {
        self.given.clear();
        let mut items = Vec::new();
        for item in &select.projection {
            self.item(item, scope, &mut items)?;
        }
        Ok(items)
    }

    /// Puts the select list and one column more, what they are read from, and the groups together; what follows SELECT.
    pub(super) fn grouped_rows(
        &mut self,
        select: &Select,
        scope: &Scope,
        items: Vec<Item>,
        keys: &[Typed],
        more: Option<&str>,
        source: &str,
    ) -> Result<Rows, SqlError> {
        let qualify = match &select.qualify {
            Some(condition) => Some(self.boolean(condition, scope, "QUALIFY")?),
            None => None,
        };
        // HAVING comes before the select list and knows none of its names.
        let given = std::mem::take(&mut self.given);
        let having = match &select.having {
            Some(having) => Some(self.boolean(having, scope, "HAVING")?),
            None => None,
        };
        self.given = given;
        let aggregated =
            !keys.is_empty() || having.is_some() || items.iter().any(|item| item.value.aggregate);
        if aggregated {
            check_grouping(items.iter().map(|item| &item.value).chain(&having).chain(&qualify))?;
        }
        let mut list: Vec<_> =
            items.iter().enumerate().map(|(n, item)| format!("{} AS c{}", item.value.sql, n + 1)).collect();
        list.extend(qualify.as_ref().map(|condition| format!("{} AS q", condition.sql)));
        list.extend(more.map(str::to_owned));
        let mut sql = format!("{}{source}", list.join(", "));
        if !keys.is_empty() {
            let keys: Vec<_> = keys.iter().map(|key| format!("({})", key.sql)).collect();
            sql.push_str(&format!(" GROUP BY {}", keys.join(", ")));
        }
        if let Some(having) = having {
            sql.push_str(&format!(" HAVING {}", having.sql));
        }
        Ok(Rows { sql, aggregated })
    }

    fn item(&mut self, item: &SelectItem, scope: &Scope, items: &mut Vec<Item>) -> Result<(), SqlError> {
        match item {
            SelectItem::UnnamedExpr(expr) => {
                let value = self.shown(expr, scope)?;
                items.push(Item { name: output_name(expr), value });
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                let value = self.shown(expr, scope)?;
                let item = Item { name: folded(alias), value };
                self.given.push(item.clone());
                items.push(item);
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
                let last = crate::warehouse::parse::table_name(name)?.parts.pop().unwrap_or_default();
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

    /// A value of a select list: text, if nothing gives it a type; but NULL waits for the rest of a set operation.
    fn shown(&mut self, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        let value = self.expr(expr, scope)?;
        if value.form == Form::Null { Ok(value) } else { self.settle_text(value) }
    }

    fn items(&self, columns: Vec<(String, Typed)>) -> Vec<Item> {
        let item = |(name, value)| Item { name, value: self.grouped(value) };
        columns.into_iter().map(item).collect()
    }
}

pub(super) fn projected(projection: &[SelectItem], n: usize) -> Result<&Expr, SqlError> {
    match n.checked_sub(1).and_then(|n| projection.get(n)) {
        Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) => Ok(expr),
        _ => {
            let message = format!("GROUP BY position {n} is not in select list");
            Err(SqlError::new("42P10", message))
        }
    }
}

pub(super) fn aliased<'p>(projection: &'p [SelectItem], name: &str) -> Option<&'p Expr> {
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
        (select.exclude.is_some(), "EXCLUDE"),
    ];
    match refused.iter().find(|(present, _)| *present) {
        Some((_, what)) => Err(SqlError::unsupported(what)),
        None => Ok(()),
    }
}

/// The columns of a query, each made one of the type that it has in a query around it.
pub(super) fn converted(columns: &[Column], wanted: &[Column]) -> String {
    let pairs = columns.iter().zip(wanted).enumerate();
    let list: Vec<_> = pairs
        .map(|(n, (column, wanted))| {
            let name = format!("c{}", n + 1);
            match beside(&name, column.sql_type, wanted.sql_type) {
                Some(sql) => format!("{sql} AS {name}"),
                None => name,
            }
        })
        .collect();
    list.join(", ")
}

/// `c1, c2, …`, as the columns of a query are called in SQLite.
fn numbered(count: usize) -> String {
    let names: Vec<_> = (1..=count).map(|n| format!("c{n}")).collect();
    names.join(", ")
}

/// The name of a column without an alias.
pub(super) fn output_name(expr: &Expr) -> String {
    let last = |idents: &[Ident]| idents.last().map(folded).unwrap_or_default();
    match expr {
        Expr::Identifier(ident) => folded(ident),
        Expr::CompoundIdentifier(idents) => last(idents),
        Expr::Function(function) => {
            let name = crate::warehouse::parse::table_name(&function.name);
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

/// Rows as a table of the columns `c1`, `c2`, …; SQLite takes any number of rows in this form only.
pub(super) fn table_of(rows: &[Vec<String>]) -> String {
    let width = rows.first().map_or(0, Vec::len);
    let names: Vec<_> = (1..=width).map(|n| format!("column{n} AS c{n}")).collect();
    let rows: Vec<_> = rows.iter().map(|cells| format!("({})", cells.join(", "))).collect();
    format!("SELECT {} FROM (VALUES {})", names.join(", "), rows.join(", "))
}

/// A SQLite identifier for a stored column.
pub(super) fn column_list(columns: &[String]) -> String {
    let quoted: Vec<_> = columns.iter().map(|name| quoted(name)).collect();
    quoted.join(", ")
}
