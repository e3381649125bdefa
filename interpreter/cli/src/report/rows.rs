//! Answers of SQL as a table, as CSV, as JSON.

use rsx_aws::sql::{Answer, Cell};
use serde_json::{Value, json as object};
use unicode_width::UnicodeWidthStr;

/// Aligns columns, numbers to the right; an answer without columns is its command tag.
pub(crate) fn table(answer: &Answer) -> String {
    if answer.columns.is_empty() {
        return format!("{}\n", answer.tag);
    }
    let cells: Vec<Vec<String>> = answer.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    let width = |at: usize, name: &str| {
        let cells = cells.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
        cells.max().unwrap_or(0).max(name.width())
    };
    let widths: Vec<_> =
        answer.columns.iter().enumerate().map(|(at, column)| width(at, &column.name)).collect();
    let right: Vec<_> = answer.columns.iter().map(|column| is_number(&column.type_name)).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.zip(widths.iter().zip(&right)).map(|(cell, (width, right))| {
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            if *right { format!("{blanks}{cell}") } else { format!("{cell}{blanks}") }
        });
        format!(" {}\n", padded.collect::<Vec<_>>().join(" | ").trim_end())
    };
    let mut out = line(&mut answer.columns.iter().map(|column| column.name.as_str()));
    let rule: Vec<_> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    out.push_str(&format!("{}\n", rule.join("+")));
    for row in &cells {
        out.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    out.push_str(&match answer.rows.len() {
        1 => "(1 row)\n".to_owned(),
        rows => format!("({rows} rows)\n"),
    });
    out
}

/// Writes a header and rows as RFC 4180 has them, but for lines that end as lines of this system do; NULL is empty, an
/// empty text `""`.
pub(crate) fn csv(answer: &Answer) -> String {
    if answer.columns.is_empty() {
        return format!("{}\n", answer.tag);
    }
    let mut out = String::new();
    let mut line = |fields: Vec<String>| {
        out.push_str(&fields.join(","));
        out.push('\n');
    };
    line(answer.columns.iter().map(|column| quoted(&column.name)).collect());
    for row in &answer.rows {
        line(row.iter().map(field).collect());
    }
    out
}

/// Writes one object on one line.
pub(crate) fn json(answer: &Answer) -> String {
    let columns: Vec<_> = answer
        .columns
        .iter()
        .map(|column| object!({ "name": column.name, "type": column.type_name }))
        .collect();
    let rows: Vec<Vec<Value>> = answer.rows.iter().map(|row| row.iter().map(value).collect()).collect();
    format!("{}\n", object!({ "format": 1, "columns": columns, "rows": rows, "tag": answer.tag }))
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.is_empty() => "\"\"".to_owned(),
        Cell::Text(text) => quoted(text),
        Cell::Null | Cell::Bool(_) | Cell::Int(_) | Cell::Float(_) => shown(cell),
    }
}

fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Bool(truth) => if *truth { "t" } else { "f" }.to_owned(),
        Cell::Int(number) => number.to_string(),
        Cell::Float(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Bool(truth) => (*truth).into(),
        Cell::Int(number) => (*number).into(),
        Cell::Float(number) => (*number).into(),
        Cell::Text(text) => text.as_str().into(),
    }
}

fn is_number(type_name: &str) -> bool {
    ["int2", "int4", "int8", "oid", "float4", "float8", "numeric", "decimal"].contains(&type_name)
}

#[cfg(test)]
mod tests {
    use rsx_aws::sql::Column;

    use super::*;

    fn answer() -> Answer {
        let column = |name: &str, type_name: &str| Column { name: name.into(), type_name: type_name.into() };
        Answer {
            columns: vec![column("n", "int8"), column("a, b", "text"), column("yes", "bool")],
            rows: vec![
                vec![Cell::Int(12), Cell::Text("say \"hi\"".into()), Cell::Bool(true)],
                vec![Cell::Null, Cell::Text(String::new()), Cell::Null],
            ],
            tag: "SELECT 2".into(),
        }
    }

    #[test]
    fn csv_quotes_what_it_must() {
        assert_eq!(csv(&answer()), "n,\"a, b\",yes\n12,\"say \"\"hi\"\"\",t\n,\"\",\n");
    }

    #[test]
    fn tables_align() {
        let expected =
            "  n | a, b     | yes\n----+----------+-----\n 12 | say \"hi\" | t\n    |          |\n(2 rows)\n";
        assert_eq!(table(&answer()), expected);
    }

    #[test]
    fn no_columns_is_a_tag() {
        let done = Answer { tag: "CREATE TABLE".into(), ..Answer::default() };
        assert_eq!(csv(&done), "CREATE TABLE\n");
        assert_eq!(table(&done), "CREATE TABLE\n");
    }
}
