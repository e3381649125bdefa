//! Configuration parameters of a workgroup: from typed fields to the service's words, and back.

use rsx_engine::provider::Fault;
use rsx_lang::dimension::Dimension;
use rsx_lang::value::{Record, Value};
use rsx_syntax::ast::Fraction;

use crate::measures::Unit;
use crate::refusal::{Worded, refusal};

/// The service's defaults (seen in us-east-1 on 2026-07-11): what a setting goes back to when nobody sets it any more.
const DEFAULTS: &[(&str, &str)] = &[
    ("auto_mv", "true"),
    ("datestyle", "ISO, MDY"),
    ("enable_case_sensitive_identifier", "false"),
    ("enable_user_activity_logging", "true"),
    ("query_group", "default"),
    ("require_ssl", "true"),
    ("search_path", "$user, public"),
    ("use_fips_ssl", "false"),
];

/// The one setting in percent.
const PERCENT: &str = "max_query_cpu_usage_percent";

/// Returns the parameters that a record of settings sets.
pub(crate) fn parameters(settings: &Record, second: &Unit) -> Vec<(String, String)> {
    settings.iter().filter_map(|(key, value)| Some((key.to_string(), word(key, value, second)?))).collect()
}

/// Returns the parameters that make one record of settings another; a limit once set can't be unset.
pub(crate) fn changes(before: &Record, want: &Record, second: &Unit) -> Result<Vec<(String, String)>, Fault> {
    let (before, want) = (parameters(before, second), parameters(want, second));
    let mut changes: Vec<_> = want.iter().filter(|pair| !before.contains(pair)).cloned().collect();
    for (key, value) in before {
        if want.iter().any(|(kept, _)| *kept == key) {
            continue;
        }
        let default = DEFAULTS.iter().find(|(name, _)| *name == key).ok_or_else(|| unset(&key))?.1;
        if value != default {
            changes.push((key, default.to_owned()));
        }
    }
    Ok(changes)
}

/// Returns what a service shows, in the types of `last`: only settings that were set are compared.
pub(crate) fn observed(shown: &[(&str, &str)], last: &Record, second: &Unit) -> Record {
    let read = |key: &str, wanted: &Value| {
        let (_, word) = shown.iter().find(|(shown, _)| *shown == key)?;
        Some(value(key, word, wanted, second))
    };
    last.iter()
        .map(|(key, wanted)| {
            let was_set = *wanted != Value::None;
            let value = was_set.then(|| read(key, wanted)).flatten();
            (key.clone(), value.unwrap_or(Value::None))
        })
        .collect()
}

fn word(key: &str, value: &Value, second: &Unit) -> Option<String> {
    match value {
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Text(text) => Some(text.to_string()),
        Value::Number(number, dimension) if second.measures(*dimension) => {
            Some(second.count(*number).to_string())
        }
        Value::Number(number, _) if key == PERCENT => {
            Some((number * Fraction::from_integer(100)).to_integer().to_string())
        }
        Value::Number(number, _) => Some(number.to_integer().to_string()),
        Value::Unknown
        | Value::Pending(_)
        | Value::None
        | Value::Char(_)
        | Value::Cidr(_)
        | Value::Ip(_)
        | Value::Range(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Variant(..)
        | Value::Instance(_)
        | Value::Secret(_) => None,
    }
}

/// Reads a word as the type of what was wanted; a word that is no such thing stays text, and so differs.
fn value(key: &str, word: &str, wanted: &Value, second: &Unit) -> Value {
    let read = if let Value::Bool(_) = wanted {
        switch(word)
    } else if let Value::Number(_, dimension) = wanted {
        word.parse::<i128>().ok().map(|number| match key {
            PERCENT => Value::Number(Fraction::new(number, 100), Dimension::NONE),
            _ if second.measures(*dimension) => second.value(number),
            _ => Value::int(number),
        })
    } else {
        Some(wanted.clone()).filter(|wanted| matches!(wanted, Value::Text(text) if same(text, word)))
    };
    read.unwrap_or_else(|| Value::text(word))
}

fn switch(word: &str) -> Option<Value> {
    match word {
        "true" | "on" | "1" => Some(Value::Bool(true)),
        "false" | "off" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// Returns whether two words differ in blanks and case alone: the service writes `ISO, MDY` for `iso,mdy`.
fn same(one: &str, other: &str) -> bool {
    let bare = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    bare(one) == bare(other)
}

fn unset(key: &str) -> Fault {
    refusal("ValidationException", format!("Redshift can't unset `{key}` once it was set"))
        .at("settings")
        .help(format!("give `{key}` a value that no query reaches"))
        .fault()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use rsx_lang::dimension::{Base, Units};

    use super::*;
    use crate::measures::Measures;

    fn second() -> Unit {
        let mut units = Units::default();
        let unit = rsx_lang::dimension::Unit { base: Base(0), factor: Fraction::new(1, 1) };
        units.units.insert("s".into(), unit);
        Measures::new(&units).second
    }

    fn record(pairs: Vec<(&'static str, Value)>) -> Record {
        pairs.into_iter().map(|(key, value)| (key.into(), value)).collect()
    }

    #[test]
    fn settings_are_words() {
        let s = second();
        let settings = record(vec![
            ("auto_mv", Value::Bool(false)),
            ("query_group", Value::None),
            ("max_query_execution_time", s.value(3600)),
            (PERCENT, Value::Number(Fraction::new(4, 5), Dimension::NONE)),
        ]);
        let expected = [("auto_mv", "false"), ("max_query_execution_time", "3600"), (PERCENT, "80")];
        assert_eq!(parameters(&settings, &s), expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }

    #[test]
    fn only_what_was_set_is_compared() {
        let s = second();
        let last = record(vec![
            ("datestyle", Value::text("iso,mdy")),
            ("auto_mv", Value::None),
            ("max_query_execution_time", s.value(60)),
        ]);
        let shown = [("datestyle", "ISO, MDY"), ("auto_mv", "true"), ("max_query_execution_time", "90")];
        let seen = observed(&shown, &last, &s);
        assert_eq!(seen.get("datestyle"), Some(&Value::text("iso,mdy")));
        assert_eq!(seen.get("auto_mv"), Some(&Value::None));
        assert_eq!(seen.get("max_query_execution_time"), Some(&s.value(90)));
    }

    #[test]
    fn a_limit_stays_and_a_switch_goes_back() {
        let s = second();
        let before = record(vec![("auto_mv", Value::Bool(false))]);
        let none = record(vec![("auto_mv", Value::None)]);
        assert_eq!(changes(&before, &none, &s).unwrap(), [("auto_mv".to_owned(), "true".to_owned())]);
        let limited = record(vec![("max_query_execution_time", s.value(60))]);
        assert!(changes(&limited, &none, &s).is_err());
    }
}
