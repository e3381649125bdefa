//! What stands in FROM in the place of a table: subqueries, series and arrays.

use sqlparser::ast::{Expr, FunctionArg, ObjectName, Query, TableAlias};

use super::Translator;
use super::from::{numbered, renamed};
use super::function::{mismatch, plain_argument};
use super::scope::{Scope, folded};
use crate::warehouse::error::SqlError;
use crate::warehouse::parse::table_name;
use crate::warehouse::types::SqlType;

impl Translator<'_> {
    /// A query in the place of a table.
    pub(super) fn derived(
        &mut self,
        subquery: &Query,
        alias: Option<&TableAlias>,
        scope: &mut Scope,
    ) -> Result<String, SqlError> {
        let query = self.query(subquery, &scope.around())?;
        let columns = query.columns.into_iter().map(|c| (c.name, c.sql_type));
        let inner = self.state.alias();
        // Without a name its columns can be reached by their own names only.
        let name = alias.map_or_else(String::new, |alias| folded(&alias.name));
        let source = numbered(&name, &inner, columns.collect());
        scope.relations.push(renamed(source, alias)?);
        Ok(format!("({}) AS {inner}", query.sql))
    }

    /// A call in the place of a table: of a view, or of a function; `None` for one that gives no rows.
    pub(super) fn called(
        &mut self,
        name: &ObjectName,
        args: &[FunctionArg],
        alias: Option<&TableAlias>,
        scope: &mut Scope,
    ) -> Result<Option<String>, SqlError> {
        if args.is_empty() && self.is_view(name).is_ok_and(|is_view| is_view) {
            return self.table(name, alias, scope).map(Some);
        }
        let function = table_name(name)?.parts.pop().unwrap_or_default();
        if function == "generate_series" {
            return self.series(args, alias, scope).map(Some);
        }
        if function == "unnest"
            && let (Some(alias), [array]) = (alias, args)
            && let Some(array) = plain_argument(array)
        {
            return self.unnested(array, alias, scope).map(Some);
        }
        Ok(None)
    }

    /// `generate_series(from, to [, step])`, which only the leader node has.
    fn series(
        &mut self,
        args: &[FunctionArg],
        alias: Option<&TableAlias>,
        scope: &mut Scope,
    ) -> Result<String, SqlError> {
        self.state.leads = true;
        let mut bounds = Vec::new();
        for arg in args {
            let expr = plain_argument(arg).ok_or_else(|| SqlError::unsupported(arg))?;
            let value = self.expr(expr, &Scope::default())?;
            bounds.push(self.settle(value, SqlType::Int4)?);
        }
        if !(2..=3).contains(&bounds.len()) || !bounds.iter().all(|bound| bound.sql_type.is_integer()) {
            return Err(mismatch("generate_series", &bounds));
        }
        let sql_type =
            if bounds.iter().any(|bound| bound.sql_type.size() > 4) { SqlType::Int8 } else { SqlType::Int4 };
        let bound = |n: usize| bounds.get(n).map_or("1", |bound| bound.sql.as_str());
        let (from, to, step) = (bound(0), bound(1), bound(2));
        let within = |n: &str| format!("(({step}) > 0 AND {n} <= ({to}) OR ({step}) < 0 AND {n} >= ({to}))");
        let query = format!(
            "WITH RECURSIVE s (c1) AS (SELECT ({from}) WHERE {} UNION ALL SELECT c1 + ({step}) FROM s WHERE {}) \
             SELECT c1 FROM s",
            within(&format!("({from})")),
            within(&format!("c1 + ({step})"))
        );
        let inner = self.state.alias();
        let name = alias.map_or_else(|| "generate_series".to_owned(), |alias| folded(&alias.name));
        let source = numbered(&name, &inner, vec![(name.clone(), sql_type)]);
        scope.relations.push(renamed(source, alias)?);
        Ok(format!("({query}) AS {inner}"))
    }

    /// `unnest(array)`, as clients ask the catalog with: the parts of an array's text.
    fn unnested(&mut self, array: &Expr, alias: &TableAlias, scope: &mut Scope) -> Result<String, SqlError> {
        let array = self.expr(array, scope)?.sql;
        let (name, inner) = (folded(&alias.name), self.state.alias());
        let column = (name.clone(), SqlType::Varchar(None));
        scope.relations.push(numbered(&name, &inner, vec![column]));
        Ok(format!("({}) AS {inner}", parts_of(&array)))
    }
}

/// The query of an array's parts, of which there is the text.
pub(super) fn parts_of(array: &str) -> String {
    let list = format!("'[\"' || replace(trim({array}, '{{}}'), ',', '\",\"') || '\"]'");
    format!("SELECT value AS c1 FROM json_each({list}) WHERE trim({array}, '{{}}') <> ''")
}
