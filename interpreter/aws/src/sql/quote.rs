//! Names and values in SQL text, and where its statements end; nothing else writes a value into SQL.

use rsx_engine::provider::Fault;
use rsx_lang::value::Value;

use crate::refusal::{Worded, refusal};

/// Writes a name.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Writes a text.
///
/// Whether a backslash escapes depends on the database's settings, so it is written by its number instead.
pub(crate) fn literal(text: &str) -> String {
    let quoted = |part: &str| format!("'{}'", part.replace('\'', "''"));
    if !text.contains('\\') {
        return quoted(text);
    }
    let parts: Vec<_> = text.split('\\').map(quoted).collect();
    format!("({})", parts.join(" || chr(92) || "))
}

/// Puts values in the place of `$1`, `$2` …, outside of quotes and comments.
pub(crate) fn bind(text: &str, arguments: &[Value]) -> Result<String, Fault> {
    let mut out = String::with_capacity(text.len());
    let mut scanner = Scanner::new(text);
    while let Some(piece) = scanner.next_piece() {
        match piece {
            Piece::Plain(plain) => out.push_str(&bind_plain(plain, arguments)?),
            Piece::Closed(closed) => out.push_str(closed),
            Piece::End => out.push(';'),
        }
    }
    Ok(out)
}

/// Splits a text into its statements, at semicolons outside of quotes and comments; empty ones are left out.
pub fn split(text: &str) -> Vec<String> {
    let (mut statements, mut statement) = (Vec::new(), String::new());
    let mut has_words = false;
    let mut scanner = Scanner::new(text);
    while let Some(piece) = scanner.next_piece() {
        match piece {
            Piece::Plain(plain) => {
                has_words |= !plain.trim().is_empty();
                statement.push_str(plain);
            }
            Piece::Closed(closed) => {
                has_words |= !is_comment(closed);
                statement.push_str(closed);
            }
            Piece::End => {
                let whole = std::mem::take(&mut statement);
                statements.extend(has_words.then(|| whole.trim().to_owned()));
                has_words = false;
            }
        }
    }
    statements.extend(has_words.then(|| statement.trim().to_owned()));
    statements
}

/// Returns the command tag of a statement, as psql shows it.
pub(super) fn tag(sql: &str, rows: u64) -> String {
    let bare: String = {
        let mut bare = String::new();
        let mut scanner = Scanner::new(sql);
        while let Some(piece) = scanner.next_piece() {
            if let Piece::Plain(plain) = piece {
                bare.push_str(plain);
            }
        }
        bare
    };
    let words: Vec<_> =
        bare.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let word = |index: usize| words.get(index).map(|word| word.to_uppercase()).unwrap_or_default();
    match word(0).as_str() {
        "INSERT" => format!("INSERT 0 {rows}"),
        counted @ ("SELECT" | "UPDATE" | "DELETE" | "FETCH" | "COPY" | "UNLOAD") => {
            format!("{counted} {rows}")
        }
        "WITH" => format!("SELECT {rows}"),
        twofold @ ("CREATE" | "DROP" | "ALTER") => {
            format!("{twofold} {}", object(&word(1), &word(2), &word(3)))
        }
        single => single.to_owned(),
    }
}

/// Returns the word for what is created, past `OR REPLACE` and `TEMP`.
fn object(first: &str, second: &str, third: &str) -> String {
    match (first, second) {
        ("OR", "REPLACE") => third.to_owned(),
        ("TEMP" | "TEMPORARY" | "EXTERNAL" | "LOCAL", "TABLE") => "TABLE".to_owned(),
        ("MATERIALIZED", "VIEW") => "MATERIALIZED VIEW".to_owned(),
        (one, _) => one.to_owned(),
    }
}

fn is_comment(closed: &str) -> bool {
    closed.starts_with("--") || closed.starts_with("/*")
}

fn bind_plain(plain: &str, arguments: &[Value]) -> Result<String, Fault> {
    let mut out = String::with_capacity(plain.len());
    let mut rest = plain;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        rest = after.get(digits.len()..).unwrap_or_default();
        let in_name = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        match digits.parse::<usize>() {
            Ok(number) if !in_name => out.push_str(&argument(number, arguments)?),
            Ok(_) | Err(_) => {
                out.push('$');
                out.push_str(&digits);
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn argument(number: usize, arguments: &[Value]) -> Result<String, Fault> {
    let found = number.checked_sub(1).and_then(|index| arguments.get(index));
    let value = found.ok_or_else(|| {
        refusal("Argument", format!("the query names ${number}, and has {} arguments", arguments.len()))
            .fault()
    })?;
    let unfit = |what: &str| {
        Err(refusal("Argument", format!("${number} is {what}, which is no value of SQL")).fault())
    };
    match value {
        Value::None => Ok("NULL".to_owned()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number, _) if number.is_integer() => Ok(format!("({})", number.to_integer())),
        Value::Number(number, _) => Ok(format!("({}::numeric(38,19) / {})", number.numer(), number.denom())),
        Value::Char(c) => Ok(literal(&c.to_string())),
        Value::Text(text) => Ok(literal(text)),
        Value::Cidr(network) => Ok(literal(&network.to_string())),
        Value::Ip(address) => Ok(literal(&address.to_string())),
        Value::Variant(word, fields) if fields.is_empty() => Ok(literal(word)),
        Value::Unknown | Value::Pending(_) => unfit("not known"),
        Value::Range(_) => unfit("a range"),
        Value::List(_) => unfit("a list"),
        Value::Record(_) | Value::Variant(..) => unfit("a record"),
        Value::Instance(_) => unfit("a declaration"),
        Value::Secret(_) => unfit("a secret"),
    }
}

/// Cuts SQL text into pieces: what is open to change, what is closed by quotes or in a comment, and the ends of statements.
struct Scanner<'a> {
    rest: &'a str,
}

enum Piece<'a> {
    Plain(&'a str),
    /// A quoted name or text, or a comment, with its marks.
    Closed(&'a str),
    /// A semicolon.
    End,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn next_piece(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if self.rest.starts_with(';') {
            self.take(1);
            return Some(Piece::End);
        }
        if let Some(length) = closed(self.rest) {
            return Some(Piece::Closed(self.take(length)));
        }
        let mut length = 0;
        for (at, c) in self.rest.char_indices() {
            let here = self.rest.get(at..).unwrap_or_default();
            if at > 0 && (c == ';' || closed(here).is_some()) {
                break;
            }
            length = at + c.len_utf8();
        }
        Some(Piece::Plain(self.take(length)))
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

/// Returns the length of what a text begins with, if that is quoted or a comment; one without an end goes on to the end.
fn closed(text: &str) -> Option<usize> {
    let end_of = |opening: usize, mark: &str| {
        let found = text.get(opening..).and_then(|rest| rest.find(mark));
        Some(found.map_or(text.len(), |at| opening + at + mark.len()))
    };
    match text.as_bytes() {
        [b'\'', ..] => end_of(1, "'"),
        [b'"', ..] => end_of(1, "\""),
        [b'-', b'-', ..] => end_of(2, "\n"),
        [b'/', b'*', ..] => end_of(2, "*/"),
        [b'$', ..] => {
            let tag = text.get(1..)?.find('$')?;
            let mark = text.get(..tag + 2)?;
            let is_tag = mark.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
            let first = mark.chars().nth(1)?;
            (is_tag && !first.is_ascii_digit()).then(|| end_of(mark.len(), mark)).flatten()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
        assert_eq!(literal("O'Hara"), "'O''Hara'");
        assert_eq!(literal("a\\'b"), "('a' || chr(92) || '''b')");
    }

    #[test]
    fn values_stand_where_their_numbers_did() {
        let arguments = [Value::text("x' or '1'='1"), Value::int(7)];
        let sql =
            bind("select '$1', \"$2\" /* $1 */ from t where a = $1 and b > $2 -- $2", &arguments).unwrap();
        assert_eq!(sql, "select '$1', \"$2\" /* $1 */ from t where a = 'x'' or ''1''=''1' and b > (7) -- $2");
        assert!(bind("select $3", &arguments).is_err());
        assert_eq!(bind("select $$ $1 $$, col$1", &arguments).unwrap(), "select $$ $1 $$, col$1");
    }

    #[test]
    fn statements_end_at_semicolons_that_are_not_quoted() {
        let text = "select ';' ; -- one; two\n create table \"a;b\"(x int);\n;select $$ a;b $$ /* ; */";
        let expected =
            ["select ';'", "-- one; two\n create table \"a;b\"(x int)", "select $$ a;b $$ /* ; */"];
        assert_eq!(split(text), expected);
        assert!(split(" -- nothing\n ; ").is_empty());
    }

    #[test]
    fn tags_are_as_psql_shows_them() {
        assert_eq!(tag("-- x\ninsert into t values (1)", 3), "INSERT 0 3");
        assert_eq!(tag("create temp table t (a int)", 0), "CREATE TABLE");
        assert_eq!(tag("create or replace view v as select 1", 0), "CREATE VIEW");
        assert_eq!(tag("GRANT usage ON DATABASE \"d\" TO \"u\"", 0), "GRANT");
    }
}
