//! Regular expressions and SIMILAR TO.
//!
//! A pattern is compiled once for each place in a statement where it stands. Redshift's POSIX operators mean the same
//! in Rust's regular expressions; what those lack, such as references back, is refused.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use rusqlite::Connection;
use rusqlite::functions::Context;

use super::{ANY, int, strict, text};
use crate::warehouse::error::SqlError;
use crate::warehouse::value::Value;

/// Registers them.
pub(super) fn register(connection: &Connection) -> Result<(), SqlError> {
    strict(connection, "rs_regex", 2, |c| {
        Ok(Value::Bool(compiled(c, |pattern| built(pattern, false))?.is_match(&text(c, 0))))
    })?;
    strict(connection, "rs_iregex", 2, |c| {
        Ok(Value::Bool(compiled(c, |pattern| built(pattern, true))?.is_match(&text(c, 0))))
    })?;
    strict(connection, "rs_similar", 3, |c| {
        let escape = text(c, 2).chars().next();
        Ok(Value::Bool(compiled(c, |pattern| built(&similar(pattern, escape), false))?.is_match(&text(c, 0))))
    })?;
    strict(connection, "rs_regexp_substr", ANY, |c| {
        let (subject, start) = (text(c, 0), start(c, 2));
        let regex = with_parameters(c, 4)?;
        let found = regex.find_iter(tail(&subject, start)).nth(occurrence(c, 3));
        Ok(found.map_or("", |found| found.as_str()).into())
    })?;
    strict(connection, "rs_regexp_instr", ANY, |c| {
        let (subject, start) = (text(c, 0), start(c, 2));
        let regex = with_parameters(c, 5)?;
        let rest = tail(&subject, start);
        let found = regex.find_iter(rest).nth(occurrence(c, 3));
        let at = |found: regex::Match<'_>| {
            let end = if given(c, 4, 0) == 1 { found.end() } else { found.start() };
            start + rest.get(..end).map_or(0, |head| head.chars().count())
        };
        Ok(Value::Int(found.map_or(0, |found| i64::try_from(at(found)).unwrap_or(i64::MAX))))
    })?;
    strict(connection, "rs_regexp_count", ANY, |c| {
        let (subject, start) = (text(c, 0), start(c, 2));
        let count = with_parameters(c, 3)?.find_iter(tail(&subject, start)).count();
        Ok(Value::Int(i64::try_from(count).unwrap_or(i64::MAX)))
    })?;
    strict(connection, "rs_regexp_replace", ANY, |c| {
        let (subject, start) = (text(c, 0), start(c, 3));
        let replacement = if c.len() > 2 { text(c, 2) } else { String::new() };
        let regex = with_parameters(c, 4)?;
        let rest = tail(&subject, start);
        let head = subject.get(..subject.len() - rest.len()).unwrap_or("");
        let replacement = numbered(&replacement);
        Ok(format!("{head}{}", regex.replace_all(rest, replacement.as_str())).into())
    })
}

/// Writes `\\1` and `$1`, which stand for the first group, as Rust's regular expressions do.
fn numbered(replacement: &str) -> String {
    let mut out = String::new();
    let mut letters = replacement.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek().filter(|next| next.is_ascii_digit())) {
            ('\\' | '$', Some(digit)) => {
                out.push_str(&format!("${{{digit}}}"));
                letters.next();
            }
            ('$', None) => out.push_str("$$"),
            _ => out.push(letter),
        }
    }
    out
}

fn built(pattern: &str, any_case: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).case_insensitive(any_case).build()
}

/// The pattern in the second argument, compiled once a statement.
fn compiled(
    c: &Context<'_>,
    build: impl Fn(&str) -> Result<Regex, regex::Error>,
) -> Result<Arc<Regex>, SqlError> {
    let regex: Result<Arc<Regex>, _> =
        c.get_or_create_aux(1, |pattern| build(pattern.as_str().unwrap_or_default()));
    regex.map_err(|error| SqlError::new("2201B", format!("invalid regular expression: {error}")))
}

/// The pattern with the flags that the n-th argument may hold: `i` for any case, `c` and `e` change nothing here.
fn with_parameters(c: &Context<'_>, n: usize) -> Result<Arc<Regex>, SqlError> {
    let flags = if n < c.len() { text(c, n) } else { String::new() };
    if let Some(unknown) = flags.chars().find(|flag| !"icep".contains(*flag)) {
        return Err(SqlError::new("22023", format!("invalid regular expression parameter \"{unknown}\"")));
    }
    if flags.contains('e') {
        return Err(SqlError::unsupported("the regular expression parameter \"e\""));
    }
    compiled(c, |pattern| built(pattern, flags.contains('i')))
}

fn given(c: &Context<'_>, n: usize, otherwise: i64) -> i64 {
    if n < c.len() { int(c, n) } else { otherwise }
}

/// The place, counted from 1, where the search begins.
fn start(c: &Context<'_>, n: usize) -> usize {
    usize::try_from(given(c, n, 1)).unwrap_or(1).max(1)
}

/// Which of the matches is meant, counted from 0.
fn occurrence(c: &Context<'_>, n: usize) -> usize {
    usize::try_from(given(c, n, 1)).unwrap_or(1).max(1) - 1
}

fn tail(text: &str, start: usize) -> &str {
    text.char_indices().nth(start - 1).and_then(|(at, _)| text.get(at..)).unwrap_or("")
}

/// Writes a pattern of SIMILAR TO as a regular expression over the whole text.
fn similar(pattern: &str, escape: Option<char>) -> String {
    let mut out = String::from("(?s)^(?:");
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            _ if Some(letter) == escape => {
                out.push_str(
                    &letters.next().map_or_else(String::new, |next| regex::escape(&next.to_string())),
                );
            }
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            '|' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '-' | ',' => out.push(letter),
            other => out.push_str(&regex::escape(&other.to_string())),
        }
    }
    out.push_str(")$");
    out
}
