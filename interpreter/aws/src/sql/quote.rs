//! Names and values in SQL text, and where its statements end; nothing else writes a value into SQL.

use rsx_engine::provider::Fault;
use rsx_lang::statement::{Piece, pieces};
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
    for piece in pieces(text) {
        match piece {
            Piece::Plain(written) | Piece::Closed(written) => out.push_str(written),
            Piece::Place(number, _) => out.push_str(&argument(number, arguments)?),
            Piece::End => out.push(';'),
        }
    }
    Ok(out)
}

/// Splits a text into its statements, at semicolons outside of quotes and comments; empty ones are left out.
pub fn split(text: &str) -> Vec<String> {
    let (mut statements, mut statement) = (Vec::new(), String::new());
    let mut has_words = false;
    for piece in pieces(text) {
        match piece {
            Piece::Plain(plain) | Piece::Place(_, plain) => {
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
    let bare = |piece| match piece {
        Piece::Plain(plain) | Piece::Place(_, plain) => plain,
        Piece::Closed(_) | Piece::End => "",
    };
    let bare: String = pieces(sql).map(bare).collect();
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
