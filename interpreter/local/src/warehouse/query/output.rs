//! The columns that a query gives: their names, and what they are called and made into in SQLite.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{Expr, Ident, SelectItem};

use super::scope::{Scope, folded};
use super::typed::{Typed, beside};
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

/// One column of the select list.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) value: Typed,
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

/// `… AS c1, … AS c2, …`: expressions as the columns of a query are called in SQLite.
pub(super) fn columns_of(cells: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    let called = cells.into_iter().zip(1..).map(|(cell, n)| format!("{cell} AS c{n}"));
    called.collect::<Vec<_>>().join(", ")
}

/// `c1, c2, …`, as the columns of a query are called in SQLite.
pub(super) fn numbered(count: usize) -> String {
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
        Expr::AtTimeZone { .. } => "timezone".to_owned(),
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
