//! Scalar functions with rules of their own, and the way to all others.

use sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Query};

use super::Translator;
use super::known;
use super::plain::Simple;
use super::scope::Scope;
use super::typed::Typed;
use crate::warehouse::error::SqlError;
use crate::warehouse::types::{Family, SqlType};

/// Functions with rules of their own.
const SPECIAL: [&str; 21] = [
    "timezone",
    "coalesce",
    "nvl",
    "greatest",
    "least",
    "nullif",
    "nvl2",
    "decode",
    "concat",
    "mod",
    "round",
    "trunc",
    "add_months",
    "to_char",
    "to_date",
    "to_timestamp",
    "to_number",
    "convert_timezone",
    "date",
    "date_part_year",
    "isnull",
];

impl Translator<'_> {
    /// Translates a call.
    pub(super) fn function(&mut self, function: &Function, scope: &Scope) -> Result<Typed, SqlError> {
        let mut path = crate::warehouse::parse::table_name(&function.name)?.parts;
        let name = path.pop().unwrap_or_default();
        if !path.is_empty() && path != ["pg_catalog"] {
            return Err(no_function(&function.name.to_string()));
        }
        if function.filter.is_some() || function.null_treatment.is_some() && function.over.is_none() {
            return Err(SqlError::unsupported(function));
        }
        if let ("array", FunctionArguments::Subquery(query)) = (name.as_str(), &function.args) {
            return self.array_of(query, scope);
        }
        if super::aggregate::is_aggregate(&name) || function.over.is_some() {
            return self.aggregate(&name, function, scope);
        }
        if !function.within_group.is_empty() {
            return Err(SqlError::unsupported(function));
        }
        let args = arguments(function)?;
        match (name.as_str(), args.as_slice()) {
            ("grouping", [_]) | ("grouping_id", [_, ..]) => self.grouping_bits(&args, scope),
            _ => self.named(&name, &args, scope),
        }
    }

    /// `ARRAY(query)`, as clients ask the catalog with: the text that PostgreSQL gives for the array.
    fn array_of(&mut self, query: &Query, scope: &Scope) -> Result<Typed, SqlError> {
        let selected = self.query(query, scope)?;
        let sql =
            format!("(SELECT '{{' || coalesce(group_concat(c1, ','), '') || '}}' FROM ({}))", selected.sql);
        Ok(Typed::new(sql, SqlType::Varchar(None)))
    }

    /// Translates a call by name, without window or grouping.
    pub(super) fn named(&mut self, name: &str, args: &[&Expr], scope: &Scope) -> Result<Typed, SqlError> {
        if let Some(value) = self.system(name, args, scope)? {
            return Ok(value);
        }
        if matches!(
            name,
            "date_trunc" | "date_part" | "dateadd" | "date_add" | "datediff" | "date_diff" | "extract"
        ) {
            return self.dated(name, args, scope);
        }
        let mut values = Vec::new();
        for arg in args {
            values.push(self.expr(arg, scope)?);
        }
        match Simple::find(name) {
            Some(simple) => self.simple(simple, values),
            None => self.special(name, values, args),
        }
    }

    fn special(&mut self, name: &str, values: Vec<Typed>, args: &[&Expr]) -> Result<Typed, SqlError> {
        match (name, values.len()) {
            ("coalesce" | "nvl" | "isnull", 1..) => self.joint("coalesce", values),
            ("greatest", 2..) => self.joint("rs_greatest", values),
            ("least", 2..) => self.joint("rs_least", values),
            ("nullif", 2) => self.joint("nullif", values),
            ("nvl2", 3) => self.nvl2(values),
            ("decode", 3..) => self.decode(values),
            ("concat", 2) => {
                let texts = self.texts(values)?;
                let sql = texts.iter().map(|t| t.sql.as_str()).collect::<Vec<_>>();
                let sql = format!("({})", sql.join(" || "));
                let parts: Vec<&Typed> = texts.iter().collect();
                Ok(Typed::of(sql, SqlType::Varchar(None), &parts))
            }
            ("mod", 2) => self.modulo(values),
            ("round" | "trunc", 1 | 2) => self.round(name, values, args),
            ("add_months", 2) => self.add_months(values),
            ("to_char", 2) => self.formatted(values),
            ("to_date" | "to_timestamp", 2) => self.read_by_template(name, values),
            ("to_number", 2) => self.read_number(values, args),
            ("convert_timezone", 2 | 3) => self.convert_timezone(values),
            ("timezone", 2) => self.timezone(values),
            ("json_array_length" | "json_extract_array_element_text" | "json_extract_path_text", _) => {
                self.json(name, values)
            }
            ("date", 1) => {
                let value = values.into_iter().next().ok_or_else(|| SqlError::syntax(")"))?;
                self.cast(value, SqlType::Date)
            }
            ("date_part_year", 1) => {
                let value = values.into_iter().next().ok_or_else(|| SqlError::syntax(")"))?;
                let at = self.cast(value, SqlType::Timestamp)?;
                Ok(at.with(format!("CAST(rs_date_part('year', {}) AS INTEGER)", at.sql), SqlType::Int4))
            }
            _ if SPECIAL.contains(&name) => Err(mismatch(name, &values)),
            _ if known::is_function(name) => {
                Err(SqlError::unsupported(format!("function {}", signature(name, &values))))
            }
            _ => Err(mismatch(name, &values)),
        }
    }

    /// Functions of JSON; a boolean at the end says whether NULL stands for what is no JSON.
    fn json(&mut self, name: &str, mut values: Vec<Typed>) -> Result<Typed, SqlError> {
        let flagged = values.last().is_some_and(|value| value.sql_type == SqlType::Bool);
        let count = values.len() - usize::from(flagged);
        let (calls, sql_type, fits) = match name {
            "json_array_length" => ("rs_json_array_length", SqlType::Int4, count == 1),
            "json_extract_array_element_text" => ("rs_json_element", SqlType::Varchar(None), count == 2),
            _ => ("rs_json_path", SqlType::Varchar(None), count >= 2),
        };
        if !fits {
            return Err(mismatch(name, &values));
        }
        let flag = values.pop_if(|_| flagged);
        let mut args = vec![flag.unwrap_or_else(|| Typed::new("0".to_owned(), SqlType::Bool))];
        for (n, value) in values.into_iter().enumerate() {
            let place = n == 1 && name == "json_extract_array_element_text";
            args.push(if place { self.whole(value)? } else { self.cast(value, SqlType::Varchar(None))? });
        }
        Ok(call(calls, &args, sql_type))
    }

    /// A function whose arguments share one type, which it gives.
    fn joint(&mut self, calls: &str, values: Vec<Typed>) -> Result<Typed, SqlError> {
        let (values, common) = self.unify(values)?;
        if values.len() == 1 {
            return values.into_iter().next().ok_or_else(|| SqlError::syntax(""));
        }
        Ok(call(calls, &values, common))
    }

    fn nvl2(&mut self, mut values: Vec<Typed>) -> Result<Typed, SqlError> {
        let results = values.split_off(1);
        let (results, common) = self.unify(results)?;
        let (Some(test), [yes, no]) = (values.first(), results.as_slice()) else {
            return Err(mismatch("nvl2", &values));
        };
        let sql = format!("CASE WHEN {} IS NOT NULL THEN {} ELSE {} END", test.sql, yes.sql, no.sql);
        Ok(Typed::of(sql, common, &[test, yes, no]))
    }

    /// `decode(x, a, b, …, otherwise)`, in which NULL equals NULL.
    fn decode(&mut self, values: Vec<Typed>) -> Result<Typed, SqlError> {
        let mut tests = Vec::new();
        let mut results = Vec::new();
        let mut rest = values.into_iter();
        let Some(subject) = rest.next() else {
            return Err(SqlError::syntax(")"));
        };
        let rest: Vec<_> = rest.collect();
        for pair in rest.chunks(2) {
            match pair {
                [test, result] => {
                    tests.push(test.clone());
                    results.push(result.clone());
                }
                [otherwise] => results.push(otherwise.clone()),
                _ => {}
            }
        }
        if results.len() == tests.len() {
            results.push(Typed::null());
        }
        let (results, common) = self.unify(results)?;
        tests.insert(0, subject);
        let (tests, _) = self.unify(tests)?;
        let Some((subject, tests)) = tests.split_first() else {
            return Err(SqlError::syntax(")"));
        };
        let mut sql = String::from("CASE");
        for (test, result) in tests.iter().zip(&results) {
            sql.push_str(&format!(" WHEN {} IS {} THEN {}", subject.sql, test.sql, result.sql));
        }
        if let Some(otherwise) = results.last() {
            sql.push_str(&format!(" ELSE {}", otherwise.sql));
        }
        sql.push_str(" END");
        let parts: Vec<&Typed> = tests.iter().chain(&results).chain([subject]).collect();
        Ok(Typed::of(sql, common, &parts))
    }

    fn modulo(&mut self, values: Vec<Typed>) -> Result<Typed, SqlError> {
        let (values, common) = self.unify(values)?;
        if common.family() != Family::Number {
            return Err(mismatch("mod", &values));
        }
        if let (SqlType::Numeric(precision, scale), [a, b]) = (common, values.as_slice()) {
            let sql =
                format!("rs_decimal('%', {}, {scale}, {}, {scale}, {precision}, {scale})", a.sql, b.sql);
            return Ok(Typed::of(sql, common, &[a, b]));
        }
        Ok(call("rs_modulo", &values, common))
    }

    fn round(&mut self, name: &str, mut values: Vec<Typed>, args: &[&Expr]) -> Result<Typed, SqlError> {
        let first = values.remove(0);
        if name == "trunc" && first.sql_type.family() == Family::Date {
            return self.cast(first, SqlType::Date);
        }
        let first = self.settle(first, SqlType::Float8)?;
        if first.sql_type.family() != Family::Number {
            return Err(mismatch(name, &[first]));
        }
        let places = match values.pop() {
            Some(value) => self.whole(value)?,
            None => Typed::new("0".to_owned(), SqlType::Int4),
        };
        let asked = match args.get(1) {
            Some(expr) => super::output::ordinal(expr),
            None => Some(0),
        };
        let sql_type = match (first.sql_type, asked) {
            (SqlType::Numeric(p, s), Some(n)) => {
                SqlType::Numeric(p, u16::try_from(n).map_or(s, |n| n.min(s)))
            }
            (other, _) => other,
        };
        if let (SqlType::Numeric(_, from), SqlType::Numeric(precision, to)) = (first.sql_type, sql_type) {
            let (x, n) = (&first.sql, &places.sql);
            let sql = format!("rs_decimal_{name}({x}, {n}, {from}, {precision}, {to})");
            return Ok(Typed::of(sql, sql_type, &[&first, &places]));
        }
        Ok(call(&format!("rs_{name}"), &[first, places], sql_type))
    }
}

/// The arguments of an ordinary call.
pub(super) fn arguments(function: &Function) -> Result<Vec<&Expr>, SqlError> {
    let list = match &function.args {
        FunctionArguments::None => return Ok(Vec::new()),
        FunctionArguments::List(list) => list,
        FunctionArguments::Subquery(_) => return Err(SqlError::unsupported(function)),
    };
    if !list.clauses.is_empty() {
        return Err(SqlError::unsupported(function));
    }
    plain_arguments(function)
}

/// The arguments of a call, whatever else stands among them.
pub(super) fn plain_arguments(function: &Function) -> Result<Vec<&Expr>, SqlError> {
    let FunctionArguments::List(list) = &function.args else { return Ok(Vec::new()) };
    let plain = |arg| plain_argument(arg).ok_or_else(|| SqlError::unsupported(function));
    list.args.iter().map(plain).collect()
}

/// The expression that an argument is; `None` where it has a name or is `*`.
pub(super) fn plain_argument(arg: &FunctionArg) -> Option<&Expr> {
    match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        FunctionArg::Unnamed(_) | FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => None,
    }
}

pub(super) fn call(function: &str, args: &[Typed], sql_type: SqlType) -> Typed {
    let list: Vec<_> = args.iter().map(|arg| arg.sql.as_str()).collect();
    let parts: Vec<&Typed> = args.iter().collect();
    Typed::of(format!("{function}({})", list.join(", ")), sql_type, &parts)
}

pub(super) fn no_function(signature: &str) -> SqlError {
    SqlError::new("42883", format!("function {signature} does not exist"))
}

pub(super) fn mismatch(name: &str, values: &[Typed]) -> SqlError {
    no_function(&signature(name, values))
}

fn signature(name: &str, values: &[Typed]) -> String {
    let types: Vec<_> = values.iter().map(|value| value.sql_type.display()).collect();
    format!("{name}({})", types.join(", "))
}
