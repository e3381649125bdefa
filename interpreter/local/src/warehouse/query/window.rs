//! OVER, and the functions that need it.

use sqlparser::ast::{Expr, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowType};

use super::Translator;
use super::function::no_function;
use super::output::ordinal;
use super::scope::Scope;
use super::typed::Typed;
use crate::warehouse::error::SqlError;
use crate::warehouse::types::{Family, SqlType};

impl Translator<'_> {
    /// Translates OVER (…).
    pub(super) fn window(&mut self, window: &WindowType, scope: &Scope) -> Result<String, SqlError> {
        let WindowType::WindowSpec(spec) = window else {
            return Err(SqlError::unsupported("a named window"));
        };
        let mut parts = Vec::new();
        if !spec.partition_by.is_empty() {
            let mut keys = Vec::new();
            for key in &spec.partition_by {
                keys.push(self.expr(key, scope)?.sql);
            }
            parts.push(format!("PARTITION BY {}", keys.join(", ")));
        }
        if !spec.order_by.is_empty() {
            let (keys, _) = self.order_list(&spec.order_by, scope)?;
            parts.push(format!("ORDER BY {keys}"));
        }
        if let Some(frame) = &spec.window_frame {
            parts.push(frame_sql(frame)?);
        }
        Ok(format!(" OVER ({})", parts.join(" ")))
    }

    /// Functions that exist with a window only.
    pub(super) fn ranking(
        &mut self,
        name: &str,
        args: &[&Expr],
        over: &str,
        scope: &Scope,
    ) -> Result<Typed, SqlError> {
        let mut values = Vec::new();
        for arg in args {
            let value = self.expr(arg, scope)?;
            values.push(self.settle_text(value)?);
        }
        if let ("ratio_to_report", [x]) = (name, values.as_slice())
            && x.sql_type.family() == Family::Number
        {
            let real = self.cast(x.clone(), SqlType::Float8)?.sql;
            return Ok(x.with(format!("({real} / sum({real}){over})"), SqlType::Float8));
        }
        if let ("lag" | "lead", [first, _, default]) = (name, values.as_slice()) {
            let default = self.converge(default.clone(), first.sql_type)?;
            values.truncate(2);
            values.push(default);
        }
        let first = values.first().map(|value| value.sql_type);
        let sql_type = match (name, first) {
            ("row_number" | "rank" | "dense_rank", None) => SqlType::Int8,
            ("ntile", Some(_)) => SqlType::Int8,
            ("percent_rank" | "cume_dist", None) => SqlType::Float8,
            ("lag" | "lead" | "first_value" | "last_value" | "nth_value", Some(t)) => t,
            _ => return Err(no_function(name)),
        };
        let call = super::function::call(name, &values, sql_type);
        let sql = format!("{}{over}", call.sql);
        Ok(call.with(sql, sql_type))
    }
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
