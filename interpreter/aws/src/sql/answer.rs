//! What a statement answers: columns and rows, or a command tag.

use rsx_engine::provider::Fault;
use rsx_lang::dimension::Dimension;
use rsx_lang::value::Value;
use rsx_syntax::ast::Fraction;

use crate::refusal::{Worded, refusal};

/// What a statement answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The columns; none for a statement that returns no rows.
    pub columns: Vec<Column>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// The command tag, such as `CREATE TABLE` or `SELECT 3`.
    pub tag: String,
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The database's name of its type, such as `int8`.
    pub type_name: String,
}

/// One value of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// NULL
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// Everything else, as the database writes it.
    Text(String),
}

impl Cell {
    /// Returns the text of a cell that is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim_end()),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) => None,
        }
    }

    /// Returns a whole number or a text as text; nothing for all else.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Int(number) => number.to_string(),
            Self::Text(text) => text.trim_end().to_owned(),
            Self::Null | Self::Bool(_) | Self::Float(_) => String::new(),
        }
    }

    /// Returns whether a cell says yes, as a boolean or as one of the words and numbers that stand for it.
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Bool(flag) => *flag,
            Self::Int(number) => *number != 0,
            Self::Text(text) => ["t", "true", "1", "on"].contains(&text.as_str()),
            Self::Null | Self::Float(_) => false,
        }
    }

    /// Reads a cell that came as text.
    pub(crate) fn read(text: Option<&str>, type_name: &str) -> Self {
        let Some(text) = text else { return Self::Null };
        let read = match type_name {
            "bool" => Some(Self::Bool(text == "t" || text == "true")),
            "int2" | "int4" | "int8" | "oid" => text.parse().ok().map(Self::Int),
            "float4" | "float8" => text.parse().ok().map(Self::Float),
            _ => None,
        };
        read.unwrap_or_else(|| Self::Text(text.to_owned()))
    }
}

/// Returns the one value of an answer's one row.
pub(crate) fn value(answer: &Answer) -> Result<Value, Fault> {
    let (rows, columns) = (answer.rows.len(), answer.columns.len());
    let ([row], [column]) = (answer.rows.as_slice(), answer.columns.as_slice()) else {
        let many = |count, what| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let found = format!("the query answers {} of {}", many(rows, "row"), many(columns, "column"));
        return Err(refusal("OneValue", found)
            .help("a query in a spec answers one row with one column")
            .fault());
    };
    match row.as_slice() {
        [cell] => of_cell(cell, &column.type_name),
        _ => Err(refusal("OneValue", "the query's row has not one cell").fault()),
    }
}

fn of_cell(cell: &Cell, type_name: &str) -> Result<Value, Fault> {
    match cell {
        Cell::Null => Ok(Value::None),
        Cell::Bool(flag) => Ok(Value::Bool(*flag)),
        Cell::Int(number) => Ok(Value::int(*number)),
        Cell::Float(number) => decimal(&number.to_string()),
        Cell::Text(text) if matches!(type_name, "numeric" | "decimal") => decimal(text),
        Cell::Text(text) => Ok(Value::text(text.as_str())),
    }
}

/// Reads `-12.50` exactly.
fn decimal(text: &str) -> Result<Value, Fault> {
    let number = exact(text).ok_or_else(|| {
        refusal("OneValue", format!("the query answers {text}, which is no number that rsx can hold")).fault()
    })?;
    Ok(Value::Number(number, Dimension::NONE))
}

fn exact(text: &str) -> Option<Fraction> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{part}").parse::<i128>().ok()?;
    let scale = 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?;
    Some(Fraction::new(digits, scale))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn answer(type_name: &str, rows: Vec<Vec<Cell>>) -> Answer {
        let column = Column { name: "c".into(), type_name: type_name.into() };
        Answer { columns: vec![column], rows, tag: String::new() }
    }

    #[test]
    fn numbers_stay_exact() {
        let number = |text: &str| value(&answer("numeric", vec![vec![Cell::Text(text.into())]])).unwrap();
        assert_eq!(number("-12.50"), Value::Number(Fraction::new(-25, 2), Dimension::NONE));
        assert_eq!(number("7"), Value::int(7));
        assert_eq!(number("-0.5"), Value::Number(Fraction::new(-1, 2), Dimension::NONE));
    }

    #[test]
    fn only_one_value_is_a_value() {
        assert!(value(&answer("int8", vec![])).is_err());
        assert!(value(&answer("int8", vec![vec![Cell::Int(1)], vec![Cell::Int(2)]])).is_err());
        assert_eq!(value(&answer("int8", vec![vec![Cell::Null]])).unwrap(), Value::None);
    }
}
