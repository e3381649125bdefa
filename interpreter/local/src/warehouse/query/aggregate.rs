//! Aggregates and their types, with or without a window.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, OrderBySort,
};

use super::Translator;
use super::function::no_function;
use super::scope::Scope;
use super::typed::{Typed, beside, digits};
use super::window::{WHOLE, Window};
use crate::warehouse::error::SqlError;
use crate::warehouse::types::{Family, MAX_PRECISION, SqlType};

const AGGREGATES: [&str; 18] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "listagg",
    "bool_and",
    "bool_or",
    "any_value",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "variance",
    "var_samp",
    "var_pop",
    "median",
    "percentile_cont",
    "percentile_disc",
];

pub(super) fn is_aggregate(name: &str) -> bool {
    AGGREGATES.contains(&name)
}

impl Translator<'_> {
    /// Translates an aggregate or a window function.
    pub(super) fn aggregate(
        &mut self,
        name: &str,
        function: &Function,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        // What an aggregate is computed of are the rows themselves, whatever they are grouped by.
        let absent = std::mem::take(&mut self.absent);
        let value = self.computed(name, function, scope);
        self.absent = absent;
        value
    }

    fn computed(&mut self, name: &str, function: &Function, scope: &Scope) -> Result<Typed, SqlError> {
        let over = match &function.over {
            Some(window) => {
                self.windows += 1;
                Some(self.window(name, window, scope)?)
            }
            None => None,
        };
        if !is_aggregate(name) {
            let window = over.ok_or_else(|| no_function(name))?;
            return self.ranking(name, function, &window, scope);
        }
        if function.null_treatment.is_some() {
            return Err(SqlError::unsupported(function));
        }
        let (argument, distinct, rest) = argument(function)?;
        let argument = match argument {
            Some(expr) => {
                let value = self.expr(expr, scope)?;
                let value = self.settle_text(value)?;
                if value.aggregate && over.is_none() {
                    let message = "aggregate function calls may not be nested";
                    return Err(SqlError::new("42803", message));
                }
                Some(value)
            }
            None => None,
        };
        let spelt = over.as_ref().map(Window::sql).unwrap_or_default();
        let call = Call { distinct, over: &spelt };
        let mut value = match (name, argument) {
            ("count", None) => Typed::new(format!("count(*){}", call.over), SqlType::Int8),
            ("count", Some(x)) => Typed::of(call.of("count", &x), SqlType::Int8, &[&x]),
            ("listagg", Some(x)) => self.listagg(x, distinct, rest, (function, over.as_ref()), scope)?,
            ("percentile_cont" | "percentile_disc", Some(fraction)) => {
                self.percentile(name, fraction, function, call.over, scope)?
            }
            (_, Some(x)) => plain(name, &x, &call)?,
            (_, None) => return Err(no_function(&format!("{name}()"))),
        };
        if function.over.is_none() {
            value.aggregate = true;
            value.bare = None;
        }
        Ok(value)
    }

    /// `listagg(x, separator) WITHIN GROUP (ORDER BY …)`.
    fn listagg(
        &mut self,
        x: Typed,
        distinct: bool,
        separator: Option<&Expr>,
        (function, window): (&Function, Option<&Window>),
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let x = self.cast(x, SqlType::Varchar(None))?;
        let separator = match separator {
            Some(expr) => {
                let value = self.expr(expr, scope)?;
                self.settle_text(value)?.sql
            }
            None => "''".to_owned(),
        };
        let keys = self.order_list(&function.within_group, scope)?;
        let order = if keys.is_empty() { String::new() } else { format!(" ORDER BY {keys}") };
        let calls = if distinct { "rs_listagg_distinct" } else { "group_concat" };
        let sql = match window {
            None => format!("{calls}({}, {separator}{order})", x.sql),
            Some(window) => {
                format!("{calls}({}, {separator}){}", x.sql, window.with(order.trim_start(), WHOLE))
            }
        };
        Ok(x.with(sql, SqlType::Varchar(Some(65_535))))
    }

    /// `percentile_cont(fraction) WITHIN GROUP (ORDER BY x)`.
    fn percentile(
        &mut self,
        name: &str,
        fraction: Typed,
        function: &Function,
        over: &str,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let [key] = function.within_group.as_slice() else {
            let message = format!("{} requires WITHIN GROUP (ORDER BY …) with one key", name.to_uppercase());
            return Err(SqlError::new("42601", message));
        };
        let x = self.expr(&key.expr, scope)?;
        if x.sql_type.family() != Family::Number {
            return Err(SqlError::unsupported(format!("{name} of {}", x.sql_type.display())));
        }
        let fraction = self.cast(fraction, SqlType::Float8)?;
        let down = i32::from(key.options.sort == Some(OrderBySort::Desc));
        let sql = format!("rs_{name}({}, {}, {down}){over}", real_or_exact(&x), fraction.sql);
        let sql_type = if name == "percentile_disc" { x.sql_type } else { between(x.sql_type) };
        Ok(Typed::of(sql, sql_type, &[&x]))
    }
}

/// How an aggregate is called.
struct Call<'o> {
    distinct: bool,
    over: &'o str,
}

impl Call<'_> {
    fn of(&self, function: &str, x: &Typed) -> String {
        let distinct = if self.distinct { "DISTINCT " } else { "" };
        format!("{function}({distinct}{}){}", x.sql, self.over)
    }
}

fn plain(name: &str, x: &Typed, call: &Call<'_>) -> Result<Typed, SqlError> {
    let family = x.sql_type.family();
    let wrong = || no_function(&format!("{name}({})", x.sql_type.display()));
    let (sql, sql_type) = match name {
        "min" | "max" if family != Family::Bool => (call.of(name, x), x.sql_type),
        "any_value" => (call.of("min", x), x.sql_type),
        "bool_and" if family == Family::Bool => (call.of("min", x), x.sql_type),
        "bool_or" if family == Family::Bool => (call.of("max", x), x.sql_type),
        "stddev" | "stddev_samp" if family == Family::Number => {
            (call.of("rs_stddev_samp", &spread(x, call)), SqlType::Float8)
        }
        "variance" | "var_samp" if family == Family::Number => {
            (call.of("rs_var_samp", &spread(x, call)), SqlType::Float8)
        }
        "stddev_pop" | "var_pop" if family == Family::Number => {
            (call.of(&format!("rs_{name}"), &spread(x, call)), SqlType::Float8)
        }
        "median" if family == Family::Number => {
            (format!("rs_percentile_cont({}, 0.5, 0){}", real_or_exact(x), call.over), between(x.sql_type))
        }
        "sum" if matches!(family, Family::Number | Family::Interval) => sum(x, call),
        "avg" if matches!(family, Family::Number | Family::Interval) => average(x, call),
        _ => return Err(wrong()),
    };
    Ok(Typed::of(sql, sql_type, &[x]))
}

/// Whole numbers sum to `bigint`, and those of eight bytes to `numeric(38,0)`.
fn sum(x: &Typed, call: &Call<'_>) -> (String, SqlType) {
    let sql = call.of("sum", x);
    match x.sql_type {
        SqlType::Int2 | SqlType::Int4 => (sql, SqlType::Int8),
        SqlType::Numeric(_, scale) => (call.of("rs_sum", x), SqlType::Numeric(gathered(x.sql_type), scale)),
        SqlType::Float4 | SqlType::Float8 => (sql, SqlType::Float8),
        SqlType::Interval(_) => (sql, x.sql_type),
        SqlType::Bool
        | SqlType::Int8
        | SqlType::Varchar(_)
        | SqlType::Char(_)
        | SqlType::Date
        | SqlType::Time
        | SqlType::Timestamp
        | SqlType::TimestampTz
        | SqlType::Oid
        | SqlType::Name
        | SqlType::Int2s
        | SqlType::Unknown => (call.of("rs_sum", x), SqlType::Numeric(MAX_PRECISION, 0)),
    }
}

/// The precision of a sum or an average of decimals: 19 for those of eight bytes, else 38 (Redshift guide, "SUM").
fn gathered(t: SqlType) -> u16 {
    if digits(t).0 <= 19 { 19 } else { MAX_PRECISION }
}

/// The type of a number between two of the type.
fn between(t: SqlType) -> SqlType {
    if t.is_float() { SqlType::Float8 } else { SqlType::Numeric(MAX_PRECISION, digits(t).1 + 1) }
}

/// What a deviation is computed of: a number and its scale; with DISTINCT, which stands before one argument only, a
/// double.
fn spread(x: &Typed, call: &Call<'_>) -> Typed {
    let sql = match call.distinct {
        true => real_sql(x),
        false => format!("{}, {}", real_or_exact(x), x.sql_type.scale()),
    };
    Typed { sql, ..x.clone() }
}

fn real_sql(x: &Typed) -> String {
    beside(&x.sql, x.sql_type, SqlType::Float8).unwrap_or_else(|| format!("CAST({} AS REAL)", x.sql))
}

/// A number with all its digits: floats as doubles, all others as they are.
fn real_or_exact(x: &Typed) -> String {
    if x.sql_type.is_float() { real_sql(x) } else { x.sql.clone() }
}

/// The average of whole numbers is a whole number, cut, as on Redshift.
fn average(x: &Typed, call: &Call<'_>) -> (String, SqlType) {
    if x.sql_type.is_integer() {
        let sql = format!("({} / {})", call.of("sum", x), call.of("count", x));
        return (sql, SqlType::Int8);
    }
    if let SqlType::Numeric(_, scale) = x.sql_type {
        return (call.of("rs_avg", x), SqlType::Numeric(gathered(x.sql_type), scale));
    }
    if let SqlType::Interval(_) = x.sql_type {
        return (format!("CAST(round({}) AS INTEGER)", call.of("avg", x)), x.sql_type);
    }
    (call.of("avg", x), SqlType::Float8)
}

/// The first argument (`None` for `*`), whether it is DISTINCT, and a second one.
fn argument(function: &Function) -> Result<(Option<&Expr>, bool, Option<&Expr>), SqlError> {
    let FunctionArguments::List(list) = &function.args else {
        return Err(SqlError::unsupported(function));
    };
    if !list.clauses.is_empty() {
        return Err(SqlError::unsupported(function));
    }
    let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    let mut exprs = Vec::new();
    for arg in &list.args {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => exprs.push(expr),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => return Ok((None, false, None)),
            FunctionArg::Unnamed(_) | FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => {
                return Err(SqlError::unsupported(function));
            }
        }
    }
    match exprs.as_slice() {
        [] => Err(no_function(&function.to_string())),
        [first] => Ok((Some(*first), distinct, None)),
        [first, second] => Ok((Some(*first), distinct, Some(*second))),
        _ => Err(no_function(&function.to_string())),
    }
}
