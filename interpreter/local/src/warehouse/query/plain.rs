//! Functions that only convert their arguments and call a function of SQLite: a table of them.

use super::Translator;
use super::function::{call, mismatch};
use super::typed::{Typed, beside};
use crate::warehouse::error::SqlError;
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
pub(super) struct Simple {
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
    simple("ascii", &[Text], 1, INT, "rs_ascii"),
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
    simple("pi", &[], 0, FLOAT, "rs_pi"),
    simple("cbrt", &[Number], 1, FLOAT, "rs_cbrt"),
    simple("dexp", &[Number], 1, FLOAT, "rs_exp"),
    simple("dlog1", &[Number], 1, FLOAT, "rs_ln"),
    simple("dlog10", &[Number], 1, FLOAT, "rs_log"),
    simple("degrees", &[Number], 1, FLOAT, "rs_degrees"),
    simple("radians", &[Number], 1, FLOAT, "rs_radians"),
    simple("sin", &[Number], 1, FLOAT, "rs_sin"),
    simple("cos", &[Number], 1, FLOAT, "rs_cos"),
    simple("tan", &[Number], 1, FLOAT, "rs_tan"),
    simple("asin", &[Number], 1, FLOAT, "rs_asin"),
    simple("acos", &[Number], 1, FLOAT, "rs_acos"),
    simple("atan", &[Number], 1, FLOAT, "rs_atan"),
    simple("atan2", &[Number, Number], 2, FLOAT, "rs_atan2"),
    simple("next_day", &[Instant, Text], 2, Gives::Fixed(SqlType::Date), "rs_next_day"),
    simple("months_between", &[Instant, Instant], 2, FLOAT, "rs_months_between"),
    simple("translate", &[Text, Text, Text], 3, TEXT, "rs_translate"),
    simple("octet_length", &[Text], 1, INT, "rs_octets"),
    simple("strtol", &[Text, Int], 2, Gives::Fixed(SqlType::Int8), "rs_strtol"),
    simple("to_hex", &[Int], 1, TEXT, "rs_to_hex"),
    simple("sha2", &[Text, Int], 2, TEXT, "rs_sha2"),
    simple("regexp_substr", &[Text, Text, Int, Int, Text], 2, TEXT, "rs_regexp_substr"),
    simple("regexp_instr", &[Text, Text, Int, Int, Int, Text], 2, INT, "rs_regexp_instr"),
    simple("regexp_count", &[Text, Text, Int, Text], 2, INT, "rs_regexp_count"),
    simple("regexp_replace", &[Text, Text, Text, Int, Text], 2, TEXT, "rs_regexp_replace"),
    simple("textlen", &[Text], 1, INT, "length"),
    simple("last_day", &[Instant], 1, Gives::Fixed(SqlType::Date), "rs_last_day"),
    simple("is_valid_json", &[Text], 1, Gives::Fixed(SqlType::Bool), "rs_is_valid_json"),
    simple("is_valid_json_array", &[Text], 1, Gives::Fixed(SqlType::Bool), "rs_is_valid_json_array"),
    simple("format_type", &[Int, Int], 2, TEXT, "rs_format_type"),
];

impl Simple {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        SIMPLE.iter().find(|simple| simple.name == name)
    }
}

impl Translator<'_> {
    /// Translates a call of a plain function.
    pub(super) fn simple(&mut self, simple: &Simple, values: Vec<Typed>) -> Result<Typed, SqlError> {
        if values.len() < simple.least || values.len() > simple.takes.len() {
            return Err(mismatch(simple.name, &values));
        }
        let mut converted = Vec::new();
        for (value, takes) in values.into_iter().zip(simple.takes) {
            converted.push(match takes {
                Takes::Text => self.cast(value, SqlType::Varchar(None))?,
                Takes::Int => self.whole(value)?,
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
        if let Gives::Fixed(SqlType::Float8) = simple.gives {
            for value in &mut converted {
                if let Some(sql) = beside(&value.sql, value.sql_type, SqlType::Float8) {
                    *value = value.with(sql, SqlType::Float8);
                }
            }
        }
        let sql_type = match (simple.gives, first) {
            (Gives::Fixed(sql_type), _) => sql_type,
            (Gives::Whole, SqlType::Numeric(p, _)) => SqlType::Numeric(p, 0),
            (Gives::First | Gives::Whole, first) => first,
        };
        match (simple.gives, first, converted.as_slice()) {
            (Gives::First | Gives::Whole, SqlType::Numeric(_, scale), [x]) => {
                let what = simple.calls.trim_start_matches("rs_");
                Ok(x.with(format!("rs_decimal_{what}({}, {scale})", x.sql), sql_type))
            }
            _ => Ok(call(simple.calls, &converted, sql_type)),
        }
    }
}
