//! Scalar functions: a table of the plain ones, and the few with rules of their own.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser knows more than Redshift; the rest is refused by name"
)]

use sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value as Literal};

use super::Translator;
use super::scope::Scope;
use super::typed::{Typed, quote};
use crate::warehouse::error::SqlError;
use crate::warehouse::instant::Part;
use crate::warehouse::types::{Family, SqlType};

/// What a function takes in one place.
#[derive(Clone, Copy)]
enum Takes {
    Text,
    Int,
    Number,
    Instant,
}

/// What type a function gives.
#[derive(Clone, Copy)]
enum Gives {
    Fixed(SqlType),
    /// The type of its first argument.
    First,
    /// A number like the first argument, without a fraction.
    Whole,
}

/// A function that converts its arguments and calls SQLite's function of the given name.
struct Simple {
    name: &'static str,
    takes: &'static [Takes],
    /// How many arguments must be there.
    least: usize,
    gives: Gives,
    calls: &'static str,
}

const fn simple(
    name: &'static str,
    takes: &'static [Takes],
    least: usize,
    gives: Gives,
    calls: &'static str,
) -> Simple {
    Simple { name, takes, least, gives, calls }
}

use Takes::{Instant, Int, Number, Text};

const TEXT: Gives = Gives::Fixed(SqlType::Varchar(None));
const INT: Gives = Gives::Fixed(SqlType::Int4);
const FLOAT: Gives = Gives::Fixed(SqlType::Float8);

const SIMPLE: &[Simple] = &[
    simple("lower", &[Text], 1, TEXT, "lower"),
    simple("upper", &[Text], 1, TEXT, "upper"),
    simple("length", &[Text], 1, INT, "length"),
    simple("len", &[Text], 1, INT, "length"),
    simple("char_length", &[Text], 1, INT, "length"),
    simple("character_length", &[Text], 1, INT, "length"),
    simple("btrim", &[Text, Text], 1, TEXT, "trim"),
    simple("trim", &[Text, Text], 1, TEXT, "trim"),
    simple("ltrim", &[Text, Text], 1, TEXT, "ltrim"),
    simple("rtrim", &[Text, Text], 1, TEXT, "rtrim"),
    simple("substring", &[Text, Int, Int], 2, TEXT, "rs_substr"),
    simple("substr", &[Text, Int, Int], 2, TEXT, "rs_substr"),
    simple("left", &[Text, Int], 2, TEXT, "rs_left"),
    simple("right", &[Text, Int], 2, TEXT, "rs_right"),
    simple("replace", &[Text, Text, Text], 3, TEXT, "replace"),
    simple("strpos", &[Text, Text], 2, INT, "instr"),
    simple("charindex", &[Text, Text], 2, INT, "rs_charindex"),
    simple("lpad", &[Text, Int, Text], 2, TEXT, "rs_lpad"),
    simple("rpad", &[Text, Int, Text], 2, TEXT, "rs_rpad"),
    simple("split_part", &[Text, Text, Int], 3, TEXT, "rs_split_part"),
    simple("initcap", &[Text], 1, TEXT, "rs_initcap"),
    simple("reverse", &[Text], 1, TEXT, "rs_reverse"),
    simple("repeat", &[Text, Int], 2, TEXT, "rs_repeat"),
    simple("replicate", &[Text, Int], 2, TEXT, "rs_repeat"),
    simple("ascii", &[Text], 1, INT, "unicode"),
    simple("chr", &[Int], 1, TEXT, "char"),
    simple("md5", &[Text], 1, TEXT, "rs_md5"),
    simple("quote_ident", &[Text], 1, TEXT, "rs_quote_ident"),
    simple("quote_literal", &[Text], 1, TEXT, "quote"),
    simple("abs", &[Number], 1, Gives::First, "abs"),
    simple("ceil", &[Number], 1, Gives::Whole, "rs_ceil"),
    simple("ceiling", &[Number], 1, Gives::Whole, "rs_ceil"),
    simple("floor", &[Number], 1, Gives::Whole, "rs_floor"),
    simple("sign", &[Number], 1, Gives::Whole, "sign"),
    simple("power", &[Number, Number], 2, FLOAT, "rs_power"),
    simple("pow", &[Number, Number], 2, FLOAT, "rs_power"),
    simple("sqrt", &[Number], 1, FLOAT, "rs_sqrt"),
    simple("exp", &[Number], 1, FLOAT, "rs_exp"),
    simple("ln", &[Number], 1, FLOAT, "rs_ln"),
    simple("log", &[Number], 1, FLOAT, "rs_log"),
    simple("random", &[], 0, FLOAT, "rs_random"),
    simple("last_day", &[Instant], 1, Gives::Fixed(SqlType::Date), "rs_last_day"),
    simple("getdate", &[], 0, Gives::Fixed(SqlType::Timestamp), "rs_now"),
    simple("now", &[], 0, Gives::Fixed(SqlType::TimestampTz), "rs_now"),
    simple("format_type", &[Int, Int], 2, TEXT, "rs_format_type"),
];

/// Functions with rules of their own.
const SPECIAL: [&str; 14] = [
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
];

impl Translator<'_> {
    /// Translates a call.
    pub(super) fn function(&mut self, function: &Function, scope: &Scope) -> Result<Typed, SqlError> {
        let mut path = super::from::parts(&function.name)?.parts;
        let name = path.pop().unwrap_or_default();
        if !path.is_empty() && path != ["pg_catalog"] {
            return Err(no_function(&function.name.to_string()));
        }
        if function.filter.is_some() || function.null_treatment.is_some() {
            return Err(SqlError::unsupported(function));
        }
        if super::aggregate::is_aggregate(&name) || function.over.is_some() {
            return self.aggregate(&name, function, scope);
        }
        if !function.within_group.is_empty() {
            return Err(SqlError::unsupported(function));
        }
        let args = arguments(function)?;
        self.named(&name, &args, scope)
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
        if let Some(simple) = SIMPLE.iter().find(|simple| simple.name == name) {
            return self.simple(simple, values);
        }
        self.special(name, values, args)
    }

    fn simple(&mut self, simple: &Simple, values: Vec<Typed>) -> Result<Typed, SqlError> {
        if values.len() < simple.least || values.len() > simple.takes.len() {
            return Err(mismatch(simple.name, &values));
        }
        let mut converted = Vec::new();
        for (value, takes) in values.into_iter().zip(simple.takes) {
            converted.push(match takes {
                Takes::Text => self.cast(value, SqlType::Varchar(None))?,
                Takes::Int => self.settle(value, SqlType::Int4)?,
                Takes::Number => self.settle(value, SqlType::Float8)?,
                Takes::Instant => self.cast(value, SqlType::Timestamp)?,
            });
        }
        for (value, takes) in converted.iter().zip(simple.takes) {
            let number = value.sql_type.family() == Family::Number;
            if matches!(takes, Takes::Int | Takes::Number) && !number {
                return Err(mismatch(simple.name, &converted));
            }
        }
        let first = converted.first().map_or(SqlType::Float8, |v| v.sql_type);
        let sql_type = match (simple.gives, first) {
            (Gives::Fixed(sql_type), _) => sql_type,
            (Gives::Whole, SqlType::Numeric(p, _)) => SqlType::Numeric(p, 0),
            (Gives::First | Gives::Whole, first) => first,
        };
        Ok(call(simple.calls, &converted, sql_type))
    }

    fn special(&mut self, name: &str, values: Vec<Typed>, args: &[&Expr]) -> Result<Typed, SqlError> {
        match (name, values.len()) {
            ("coalesce" | "nvl", 1..) => self.joint("coalesce", values),
            ("greatest", 2..) => self.joint("rs_greatest", values),
            ("least", 2..) => self.joint("rs_least", values),
            ("nullif", 2) => self.joint("nullif", values),
            ("nvl2", 3) => self.nvl2(values),
            ("decode", 3..) => self.decode(values),
            ("concat", 2) => {
                let mut texts = Vec::new();
                for value in values {
                    texts.push(self.cast(value, SqlType::Varchar(None))?);
                }
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
            _ if SPECIAL.contains(&name) => Err(mismatch(name, &values)),
            _ => Err(SqlError::unsupported(format!("function {}", signature(name, &values)))),
        }
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
            Some(value) => self.settle(value, SqlType::Int4)?,
            None => Typed::new("0".to_owned(), SqlType::Int4),
        };
        let asked = match args.get(1) {
            Some(expr) => super::select::ordinal(expr),
            None => Some(0),
        };
        let sql_type = match (first.sql_type, asked) {
            (SqlType::Numeric(p, s), Some(n)) => {
                SqlType::Numeric(p, u16::try_from(n).map_or(s, |n| n.min(s)))
            }
            (other, _) => other,
        };
        Ok(call(&format!("rs_{name}"), &[first, places], sql_type))
    }

    fn add_months(&mut self, mut values: Vec<Typed>) -> Result<Typed, SqlError> {
        let months = values.pop().ok_or_else(|| SqlError::syntax(")"))?;
        let months = self.settle(months, SqlType::Int4)?;
        let at = values.pop().ok_or_else(|| SqlError::syntax(")"))?;
        let at = self.cast(at, SqlType::Timestamp)?;
        let sql = format!("rs_dateadd('month', {}, {})", months.sql, at.sql);
        Ok(Typed::of(sql, SqlType::Timestamp, &[&months, &at]))
    }

    fn formatted(&mut self, mut values: Vec<Typed>) -> Result<Typed, SqlError> {
        let format = values.pop().ok_or_else(|| SqlError::syntax(")"))?;
        let format = self.settle_text(format)?;
        let value = values.pop().ok_or_else(|| SqlError::syntax(")"))?;
        let value = self.settle(value, SqlType::Timestamp)?;
        if value.sql_type.family() != Family::Date {
            return Err(SqlError::unsupported("to_char of a number"));
        }
        let value = self.cast(value, SqlType::Timestamp)?;
        Ok(call("rs_to_char", &[value, format], SqlType::Varchar(None)))
    }

    fn read_by_template(&mut self, name: &str, values: Vec<Typed>) -> Result<Typed, SqlError> {
        let mut texts = Vec::new();
        for value in values {
            texts.push(self.cast(value, SqlType::Varchar(None))?);
        }
        let sql_type = if name == "to_date" { SqlType::Date } else { SqlType::TimestampTz };
        Ok(call(&format!("rs_{name}"), &texts, sql_type))
    }

    /// Functions whose first argument is a unit: a bare word or a text.
    fn dated(&mut self, name: &str, args: &[&Expr], scope: &Scope) -> Result<Typed, SqlError> {
        let (unit, rest) = args.split_first().ok_or_else(|| no_function(&format!("{name}()")))?;
        let unit = unit_word(unit)?;
        let mut values = Vec::new();
        for arg in rest {
            values.push(self.expr(arg, scope)?);
        }
        let count = values.len();
        let mut values = values.into_iter();
        let mut next = || values.next().ok_or_else(|| no_function(name));
        match (name, count) {
            ("date_trunc", 1) => {
                let at = self.cast(next()?, SqlType::Timestamp)?;
                let sql = format!("rs_date_trunc({}, {})", quote(&unit), at.sql);
                Ok(at.with(sql, SqlType::Timestamp))
            }
            ("date_part" | "extract", 1) => {
                let at = self.cast(next()?, SqlType::Timestamp)?;
                let sql = format!("rs_date_part({}, {})", quote(&unit), at.sql);
                Ok(at.with(sql, SqlType::Float8))
            }
            ("dateadd" | "date_add", 2) => {
                let n = self.settle(next()?, SqlType::Int4)?;
                let at = self.cast(next()?, SqlType::Timestamp)?;
                let sql = format!("rs_dateadd({}, {}, {})", quote(&unit), n.sql, at.sql);
                Ok(Typed::of(sql, SqlType::Timestamp, &[&n, &at]))
            }
            ("datediff" | "date_diff", 2) => {
                let a = self.cast(next()?, SqlType::Timestamp)?;
                let b = self.cast(next()?, SqlType::Timestamp)?;
                let sql = format!("rs_datediff({}, {}, {})", quote(&unit), a.sql, b.sql);
                Ok(Typed::of(sql, SqlType::Int8, &[&a, &b]))
            }
            _ => Err(no_function(name)),
        }
    }

    /// `EXTRACT(field FROM x)`: a whole number, but for epochs of a time zone's timestamp.
    pub(super) fn extract(&mut self, field: &str, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        let unit = field.to_lowercase();
        Part::from_word(&unit).ok_or_else(|| no_unit(&unit))?;
        let value = self.expr(expr, scope)?;
        let at = self.cast(value, SqlType::Timestamp)?;
        let sql = format!("CAST(rs_date_part({}, {}) AS INTEGER)", quote(&unit), at.sql);
        let sql_type = if unit == "epoch" { SqlType::Int8 } else { SqlType::Int4 };
        Ok(at.with(sql, sql_type))
    }
}

fn unit_word(expr: &Expr) -> Result<String, SqlError> {
    let word = match expr {
        Expr::Identifier(ident) => Some(ident.value.clone()),
        Expr::Value(value) => match &value.value {
            Literal::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    let word = word.ok_or_else(|| SqlError::unsupported(format!("the date part {expr}")))?;
    Part::from_word(&word).ok_or_else(|| no_unit(&word))?;
    Ok(word)
}

fn no_unit(word: &str) -> SqlError {
    SqlError::new("22023", format!("timestamp units \"{word}\" not recognized"))
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
    list.args
        .iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok(expr),
            FunctionArg::Unnamed(_) | FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => {
                Err(SqlError::unsupported(function))
            }
        })
        .collect()
}

pub(super) fn call(function: &str, args: &[Typed], sql_type: SqlType) -> Typed {
    let list: Vec<_> = args.iter().map(|arg| arg.sql.as_str()).collect();
    let parts: Vec<&Typed> = args.iter().collect();
    Typed::of(format!("{function}({})", list.join(", ")), sql_type, &parts)
}

pub(super) fn no_function(signature: &str) -> SqlError {
    SqlError::new("42883", format!("function {signature} does not exist"))
}

fn mismatch(name: &str, values: &[Typed]) -> SqlError {
    no_function(&signature(name, values))
}

fn signature(name: &str, values: &[Typed]) -> String {
    let types: Vec<_> = values.iter().map(|value| value.sql_type.display()).collect();
    format!("{name}({})", types.join(", "))
}
