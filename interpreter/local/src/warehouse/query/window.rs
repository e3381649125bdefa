//! OVER, and the functions that need it.

use sqlparser::ast::{
    Expr, Function, FunctionArgumentClause, FunctionArguments, NullTreatment, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowType,
};

use super::Translator;
use super::function::{call, no_function};
use super::output::ordinal;
use super::scope::Scope;
use super::typed::Typed;
use crate::warehouse::error::SqlError;
use crate::warehouse::types::{Family, SqlType};

/// What OVER says, in SQLite's SQL.
pub(super) struct Window {
    partition: String,
    order: String,
    frame: String,
}

/// The frame of all rows of a partition.
pub(super) const WHOLE: &str = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING";

/// What a function's OVER may hold besides PARTITION BY.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// Nothing.
    None,
    /// ORDER BY.
    Order,
    /// ORDER BY, and then a frame too.
    Rows,
}

fn framing(name: &str) -> Framing {
    match name {
        "median" | "percentile_cont" | "percentile_disc" | "listagg" | "ratio_to_report" => Framing::None,
        "row_number" | "rank" | "dense_rank" | "ntile" | "percent_rank" | "cume_dist" | "lag" | "lead" => {
            Framing::Order
        }
        _ => Framing::Rows,
    }
}

impl Window {
    pub(super) fn sql(&self) -> String {
        self.with(&self.order, &self.frame)
    }

    /// The same partitions in another order and frame.
    pub(super) fn with(&self, order: &str, frame: &str) -> String {
        let parts: Vec<_> =
            [self.partition.as_str(), order, frame].into_iter().filter(|part| !part.is_empty()).collect();
        format!(" OVER ({})", parts.join(" "))
    }
}

impl Translator<'_> {
    /// Translates OVER (…) for a function.
    pub(super) fn window(
        &mut self,
        name: &str,
        window: &WindowType,
        scope: &Scope,
    ) -> Result<Window, SqlError> {
        let WindowType::WindowSpec(spec) = window else {
            return Err(SqlError::unsupported("a named window"));
        };
        let framing = framing(name);
        if framing == Framing::None && !spec.order_by.is_empty() {
            return Err(SqlError::unsupported(format!("ORDER BY in the OVER clause of {name}")));
        }
        if framing != Framing::Rows && spec.window_frame.is_some() {
            return Err(SqlError::unsupported(format!("a frame in the OVER clause of {name}")));
        }
        if framing == Framing::Rows && !spec.order_by.is_empty() && spec.window_frame.is_none() {
            let message = "Aggregate window functions with an ORDER BY clause require a frame clause";
            return Err(SqlError::new("42601", message));
        }
        let mut keys = Vec::new();
        for key in &spec.partition_by {
            keys.push(self.expr(key, scope)?.sql);
        }
        let order = self.order_list(&spec.order_by, scope)?;
        let clause = |word: &str, list: String| match list.as_str() {
            "" => String::new(),
            list => format!("{word} {list}"),
        };
        Ok(Window {
            partition: clause("PARTITION BY", keys.join(", ")),
            order: clause("ORDER BY", order),
            frame: spec.window_frame.as_ref().map(frame_sql).transpose()?.unwrap_or_default(),
        })
    }

    /// Functions that exist with a window only.
    pub(super) fn ranking(
        &mut self,
        name: &str,
        function: &Function,
        window: &Window,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let mut values = Vec::new();
        for arg in super::function::plain_arguments(function)? {
            let value = self.expr(arg, scope)?;
            values.push(self.settle_text(value)?);
        }
        let over = window.sql();
        if let ("ratio_to_report", [x]) = (name, values.as_slice())
            && x.sql_type.family() == Family::Number
        {
            let real = self.cast(x.clone(), SqlType::Float8)?.sql;
            return Ok(x.with(format!("({real} / sum({real}){over})"), SqlType::Float8));
        }
        if let ("lag" | "lead", [_, _, _]) = (name, values.as_slice()) {
            let message = format!("Default parameter not be supported for window function {name}");
            return Err(SqlError::new("0A000", message));
        }
        let first = values.first().map(|value| value.sql_type);
        let sql_type = match (name, first) {
            ("row_number" | "rank" | "dense_rank", None) => SqlType::Int8,
            ("ntile", Some(_)) => SqlType::Int8,
            ("percent_rank" | "cume_dist", None) => SqlType::Float8,
            ("lag" | "lead" | "first_value" | "last_value" | "nth_value", Some(t)) => t,
            _ => return Err(no_function(name)),
        };
        if passes_nulls(function)? {
            return over_nulls(name, &values, window, sql_type);
        }
        let call = call(name, &values, sql_type);
        let sql = format!("{}{over}", call.sql);
        Ok(call.with(sql, sql_type))
    }
}

/// Says whether IGNORE NULLS stands behind the arguments or among them.
fn passes_nulls(function: &Function) -> Result<bool, SqlError> {
    let mut told = function.null_treatment;
    if let FunctionArguments::List(list) = &function.args {
        for clause in &list.clauses {
            let FunctionArgumentClause::IgnoreOrRespectNulls(treatment) = clause else {
                return Err(SqlError::unsupported(function));
            };
            told = Some(*treatment);
        }
    }
    Ok(told == Some(NullTreatment::IgnoreNulls))
}

/// The functions that can pass NULL over, by those of ours that always do.
fn over_nulls(name: &str, values: &[Typed], window: &Window, sql_type: SqlType) -> Result<Typed, SqlError> {
    let refusal = || SqlError::unsupported(format!("IGNORE NULLS for {name}"));
    let x = values.first().ok_or_else(refusal)?;
    let count = values.get(1).map_or("1", |n| n.sql.as_str());
    let sql = match (name, values.len()) {
        ("first_value", 1) | ("nth_value", 2) => format!("rs_nth({}, {count}){}", x.sql, window.sql()),
        ("last_value", 1) => format!("rs_nth_last({}, 1){}", x.sql, window.sql()),
        ("lag" | "lead", _) => {
            let (function, frame) = match name {
                "lag" => ("rs_nth_last", "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"),
                _ => ("rs_nth", "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING"),
            };
            let over = window.with(&window.order, frame);
            format!("CASE WHEN {count} = 0 THEN {0} ELSE {function}({0}, {count}){over} END", x.sql)
        }
        _ => return Err(refusal()),
    };
    let parts: Vec<&Typed> = values.iter().collect();
    Ok(Typed::of(sql, sql_type, &parts))
}

fn frame_sql(frame: &WindowFrame) -> Result<String, SqlError> {
    let unit = match frame.units {
        WindowFrameUnits::Rows => "ROWS",
        WindowFrameUnits::Range => "RANGE",
        WindowFrameUnits::Groups => return Err(SqlError::unsupported("GROUPS")),
    };
    let start = bound(&frame.start_bound)?;
    let end = match &frame.end_bound {
        Some(end) => bound(end)?,
        None => "CURRENT ROW".to_owned(),
    };
    let bounds = [Some(&frame.start_bound), frame.end_bound.as_ref()];
    let is_offset = |bound: &WindowFrameBound| {
        matches!(bound, WindowFrameBound::Preceding(Some(_)) | WindowFrameBound::Following(Some(_)))
    };
    if frame.units == WindowFrameUnits::Range && bounds.into_iter().flatten().any(is_offset) {
        return Err(SqlError::unsupported("RANGE with a distance"));
    }
    Ok(format!("{unit} BETWEEN {start} AND {end}"))
}

fn bound(bound: &WindowFrameBound) -> Result<String, SqlError> {
    let rows = |count: &Expr| {
        ordinal(count).ok_or_else(|| SqlError::unsupported(format!("a window of {count} rows")))
    };
    Ok(match bound {
        WindowFrameBound::CurrentRow => "CURRENT ROW".to_owned(),
        WindowFrameBound::Preceding(None) => "UNBOUNDED PRECEDING".to_owned(),
        WindowFrameBound::Following(None) => "UNBOUNDED FOLLOWING".to_owned(),
        WindowFrameBound::Preceding(Some(n)) => format!("{} PRECEDING", rows(n)?),
        WindowFrameBound::Following(Some(n)) => format!("{} FOLLOWING", rows(n)?),
    })
}
