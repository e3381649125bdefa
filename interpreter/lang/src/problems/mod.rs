//! What the front stages find wrong, one typed enum a stage; their wording is here and nowhere else.

pub(crate) mod evaluation;
pub(crate) mod files;
pub(crate) mod inputs;
pub(crate) mod literals;
pub(crate) mod names;
pub(crate) mod refinement;
pub(crate) mod rules;
pub(crate) mod secrets;
pub(crate) mod shapes;
pub(crate) mod types;

/// Joins words as people do: `a`, `b` and `c`.
pub(crate) fn enumerate<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    joined(words, "and")
}

/// Joins words of which one is meant: `a`, `b` or `c`.
pub(crate) fn alternatives<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    joined(words, "or")
}

fn joined<'w>(words: impl IntoIterator<Item = &'w str>, by: &str) -> String {
    let mut quoted: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.pop() {
        None => String::new(),
        Some(last) if quoted.is_empty() => last,
        Some(last) => format!("{} {by} {last}", quoted.join(", ")),
    }
}
