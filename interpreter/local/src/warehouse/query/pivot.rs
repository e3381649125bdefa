//! PIVOT and UNPIVOT: rows that become columns, and columns that become rows.
//!
//! Facts: Redshift guide, "FROM clause" and "PIVOT and UNPIVOT examples". Each is another query, of aggregates over the
//! rows that have the value, or of one SELECT for each column.

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, ExprWithAlias, FunctionArg, FunctionArgExpr, FunctionArguments,
    GroupByExpr, Ident, NullInclusion, Query, Select, SelectItem, SetExpr, SetOperator, SetQuantifier,
    TableFactor, TableWithJoins, Value,
};

use super::Translator;
use super::expression::is_null;
use super::outline::columns;
use super::scope::{Scope, folded};
use crate::warehouse::error::SqlError;
use crate::warehouse::parse;

impl Translator<'_> {
    /// `table PIVOT (aggregate FOR column IN (values))`: the other columns group the rows.
    pub(super) fn pivoted(
        &mut self,
        table: &TableFactor,
        aggregates: &[ExprWithAlias],
        column: &[Expr],
        values: &[ExprWithAlias],
        scope: &Scope,
    ) -> Result<Query, SqlError> {
        let (column, name) = match column {
            [column @ Expr::Identifier(name)] => (column, Some(name)),
            // Of the table itself: what stands before it is found with the rest.
            [column @ Expr::CompoundIdentifier(parts)] => (column, parts.last()),
            [_, ..] | [] => return Err(SqlError::unsupported("PIVOT for anything but one column")),
        };
        let all = self.columns_of(table, scope)?;
        let pivot = name.map(folded).unwrap_or_default();
        if !all.contains(&pivot) {
            return Err(SqlError::no_column(&pivot));
        }
        let mut used = vec![pivot];
        for aggregate in aggregates {
            used.extend(columns(&aggregate.expr).iter().filter_map(|parts| parts.last()).map(folded));
        }
        let groups: Vec<_> = all.iter().filter(|name| !used.contains(name)).map(|name| named(name)).collect();
        let mut projection: Vec<_> = groups.iter().cloned().map(SelectItem::UnnamedExpr).collect();
        for value in values {
            let shown =
                value.alias.as_ref().map_or_else(|| literal(&value.expr), |alias| Ok(folded(alias)))?;
            for aggregate in aggregates {
                let name = match &aggregate.alias {
                    Some(alias) => format!("{shown}_{}", folded(alias)),
                    None => shown.clone(),
                };
                let expr = only_where(&aggregate.expr, &is_value(column, &value.expr))?;
                projection.push(SelectItem::ExprWithAlias { expr, alias: Ident::with_quote('"', name) });
            }
        }
        let mut select = plain()?;
        select.projection = projection;
        select.from = vec![TableWithJoins { relation: table.clone(), joins: Vec::new() }];
        select.group_by = GroupByExpr::Expressions(groups, Vec::new());
        around(SetExpr::Select(Box::new(select)))
    }

    /// `table UNPIVOT (value FOR name IN (columns))`: a row for each column of each row.
    pub(super) fn unpivoted(
        &mut self,
        table: &TableFactor,
        (value, name): (&Expr, &Ident),
        columns: &[ExprWithAlias],
        nulls: Option<&NullInclusion>,
        scope: &Scope,
    ) -> Result<Query, SqlError> {
        let Expr::Identifier(value) = value else {
            return Err(SqlError::unsupported("UNPIVOT into anything but one column"));
        };
        let all = self.columns_of(table, scope)?;
        let mut chosen = Vec::new();
        for column in columns {
            let Expr::Identifier(ident) = &column.expr else {
                return Err(SqlError::unsupported(format!("UNPIVOT of {}", column.expr)));
            };
            let name = folded(ident);
            if !all.contains(&name) {
                return Err(SqlError::no_column(&name));
            }
            let shown = column.alias.as_ref().map_or_else(|| name.clone(), |alias| alias.value.clone());
            chosen.push((name, shown));
        }
        let others = all.iter().filter(|name| !chosen.iter().any(|(column, _)| column == *name));
        let others: Vec<_> = others.map(|name| SelectItem::UnnamedExpr(named(name))).collect();
        let mut body: Option<SetExpr> = None;
        for (column, shown) in chosen {
            let mut select = plain()?;
            select.projection.clone_from(&others);
            let shown = Expr::value(Value::SingleQuotedString(shown));
            select.projection.push(SelectItem::ExprWithAlias { expr: shown, alias: name.clone() });
            select.projection.push(SelectItem::ExprWithAlias { expr: named(&column), alias: value.clone() });
            select.from = vec![TableWithJoins { relation: table.clone(), joins: Vec::new() }];
            if nulls != Some(&NullInclusion::IncludeNulls) {
                select.selection = Some(Expr::IsNotNull(Box::new(named(&column))));
            }
            let rows = SetExpr::Select(Box::new(select));
            body = Some(match body {
                None => rows,
                Some(before) => SetExpr::SetOperation {
                    op: SetOperator::Union,
                    set_quantifier: SetQuantifier::All,
                    left: Box::new(before),
                    right: Box::new(rows),
                },
            });
        }
        around(body.ok_or_else(|| SqlError::syntax(")"))?)
    }

    /// The names of a table's columns.
    fn columns_of(&mut self, table: &TableFactor, scope: &Scope) -> Result<Vec<String>, SqlError> {
        let mut alone = scope.around();
        self.factor(table, &mut alone)?;
        Ok(alone.star(None).into_iter().map(|(name, _)| name).collect())
    }
}

/// A SELECT with nothing in it.
fn plain() -> Result<Select, SqlError> {
    let SetExpr::Select(select) = *parse::query("SELECT 1")?.body else {
        return Err(SqlError::syntax("SELECT"));
    };
    Ok(*select)
}

fn around(body: SetExpr) -> Result<Query, SqlError> {
    let mut query = *parse::query("SELECT 1")?;
    *query.body = body;
    Ok(query)
}

/// A column, whose name is no word of the language.
fn named(name: &str) -> Expr {
    Expr::Identifier(Ident::with_quote('"', name))
}

/// What a value calls its column.
fn literal(value: &Expr) -> Result<String, SqlError> {
    if let Expr::Value(value) = value {
        return Ok(value.value.clone().into_string().unwrap_or_else(|| value.to_string()).to_lowercase());
    }
    Err(SqlError::unsupported(format!("PIVOT for {value}, which is no constant,")))
}

fn is_value(column: &Expr, value: &Expr) -> Expr {
    let column = Box::new(column.clone());
    if is_null(value) {
        return Expr::IsNull(column);
    }
    Expr::BinaryOp { left: column, op: BinaryOperator::Eq, right: Box::new(value.clone()) }
}

/// An aggregate of those rows only of which the condition is true.
fn only_where(aggregate: &Expr, condition: &Expr) -> Result<Expr, SqlError> {
    let refused = || SqlError::unsupported(format!("PIVOT of {aggregate}"));
    let Expr::Function(function) = aggregate else { return Err(refused()) };
    let mut function = function.clone();
    let FunctionArguments::List(list) = &mut function.args else { return Err(refused()) };
    let Some(FunctionArg::Unnamed(first)) = list.args.first_mut() else { return Err(refused()) };
    let result = match first {
        FunctionArgExpr::Expr(expr) => expr.clone(),
        FunctionArgExpr::Wildcard => Expr::value(Value::Number("1".to_owned(), false)),
        FunctionArgExpr::QualifiedWildcard(_) | FunctionArgExpr::WildcardWithOptions(_) => {
            return Err(refused());
        }
    };
    *first = FunctionArgExpr::Expr(Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition: condition.clone(), result }],
        else_result: None,
    });
    Ok(Expr::Function(function))
}
