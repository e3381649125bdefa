//! SELECT … FROM … WHERE … GROUP BY … HAVING … QUALIFY.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{
    Distinct, ExcludeSelectItem, Expr, Select, SelectItem, SelectItemQualifiedWildcardKind, Top, TopQuantity,
    WildcardAdditionalOptions,
};

use super::Translator;
use super::output::{Body, Item, Plain, columns_of, numbered, output_name};
use super::scope::{Scope, folded};
use super::typed::{Form, Typed};
use crate::warehouse::error::SqlError;
use crate::warehouse::session::Column;

/// What follows SELECT.
pub(super) struct Rows {
    pub(super) sql: String,
    pub(super) aggregated: bool,
}

impl Translator<'_> {
    pub(super) fn select(&mut self, select: &Select, around: &Scope) -> Result<Body, SqlError> {
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
        let filter = self.filter(select.selection.as_ref(), &scope)?;
        let source = format!("{from}{filter}");
        let rows = match &groups.sets {
            None => self.grouped_rows(select, &scope, items.clone(), &groups.keys, None, &source)?,
            Some(sets) => self.rows_of_sets(select, &scope, &groups.keys, sets, &source)?,
        };
        self.given = outer_given;
        self.state.outline.aggregated = rows.aggregated;
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
        match &select.exclude {
            Some(exclude) => without(items, exclude),
            None => Ok(items),
        }
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
        let mut list = vec![columns_of(items.iter().map(|item| &item.value.sql))];
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
            SelectItem::Wildcard(options) => {
                let all = scope.star(None);
                if all.is_empty() {
                    let message = "SELECT * with no tables specified is not valid";
                    return Err(SqlError::new("42601", message));
                }
                items.extend(starred(self.items(all), options)?);
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                let last = crate::warehouse::parse::table_name(name)?.parts.pop().unwrap_or_default();
                let all = scope.star(Some(&last));
                if all.is_empty() {
                    let message = format!("missing FROM-clause entry for table \"{last}\"");
                    return Err(SqlError::new("42P01", message));
                }
                items.extend(starred(self.items(all), options)?);
            }
            other => return Err(SqlError::unsupported(other)),
        }
        Ok(())
    }

    /// A value of a select list: text, if nothing gives it a type; but NULL waits for the rest of a set operation.
    pub(super) fn shown(&mut self, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        let value = self.expr(expr, scope)?;
        if value.form == Form::Null { Ok(value) } else { self.settle_text(value) }
    }

    fn items(&self, columns: Vec<(String, Typed)>) -> Vec<Item> {
        let item = |(name, value)| Item { name, value: self.grouped(value) };
        columns.into_iter().map(item).collect()
    }
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

/// What `*` stands for, without what EXCLUDE takes from it.
fn starred(items: Vec<Item>, options: &WildcardAdditionalOptions) -> Result<Vec<Item>, SqlError> {
    let exotic = options.opt_ilike.is_some()
        || options.opt_except.is_some()
        || options.opt_replace.is_some()
        || options.opt_rename.is_some()
        || options.opt_alias.is_some();
    if exotic {
        return Err(SqlError::unsupported(format!("*{options}")));
    }
    match &options.opt_exclude {
        Some(exclude) => without(items, exclude),
        None => Ok(items),
    }
}

fn without(mut items: Vec<Item>, exclude: &ExcludeSelectItem) -> Result<Vec<Item>, SqlError> {
    let names = match exclude {
        ExcludeSelectItem::Single(name) => std::slice::from_ref(name),
        ExcludeSelectItem::Multiple(names) => names,
    };
    for name in names {
        let name = crate::warehouse::parse::table_name(name)?.parts.pop().unwrap_or_default();
        let before = items.len();
        items.retain(|item| item.name != name);
        if items.len() == before {
            let message = format!("column \"{name}\" in EXCLUDE list does not exist");
            return Err(SqlError::new("42703", message));
        }
    }
    Ok(items)
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
    ];
    match refused.iter().find(|(present, _)| *present) {
        Some((_, what)) => Err(SqlError::unsupported(what)),
        None => Ok(()),
    }
}
