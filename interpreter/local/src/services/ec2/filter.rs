//! The `Filters` of describes.

use serde_json::Value;

use crate::call::Refusal;
use crate::input::Input;
use crate::tags::Tags;

/// All must hold; of one filter's values any.
#[derive(Debug)]
pub(super) struct Filters(Vec<Filter>);

#[derive(Debug)]
struct Filter {
    name: String,
    values: Vec<String>,
}

impl Filters {
    pub(super) fn of(input: &Value) -> Self {
        let one = |filter: &Value| Filter {
            name: filter.text("Name").unwrap_or_default().to_owned(),
            values: filter.texts("Values"),
        };
        Self(input.list("Filters").iter().map(one).collect())
    }

    /// Whether one of them asks for a state.
    pub(super) fn name_state(&self) -> bool {
        self.0.iter().any(|filter| filter.name.ends_with("state"))
    }

    /// Whether a resource with these tags and fields passes; `field` knows no filter it returns `None` for.
    pub(super) fn accept(
        &self,
        tags: Option<&Tags>,
        field: impl Fn(&str) -> Option<Vec<String>>,
    ) -> Result<bool, Refusal> {
        for filter in &self.0 {
            let found = match tag_values(&filter.name, tags) {
                Some(found) => found,
                None => field(&filter.name).ok_or_else(|| filter.unknown())?,
            };
            if !found.iter().any(|text| filter.values.iter().any(|pattern| matches(pattern, text))) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Filter {
    fn unknown(&self) -> Refusal {
        Refusal::new("InvalidParameterValue", format!("The filter '{}' is invalid", self.name))
    }
}

/// What `tag:KEY`, `tag-key` and `tag-value` compare; `None` for other filters.
fn tag_values(name: &str, tags: Option<&Tags>) -> Option<Vec<String>> {
    let all = || tags.into_iter().flat_map(Tags::iter);
    match name.strip_prefix("tag:") {
        Some(key) => Some(tags.and_then(|tags| tags.get(key)).map(str::to_owned).into_iter().collect()),
        None if name == "tag-key" => Some(all().map(|(key, _)| key.to_owned()).collect()),
        None if name == "tag-value" => Some(all().map(|(_, value)| value.to_owned()).collect()),
        None => None,
    }
}

/// Compares with `*` for any text and `?` for any letter.
fn matches(pattern: &str, text: &str) -> bool {
    let mut letters = pattern.chars();
    match letters.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = letters.as_str();
            text.char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .any(|at| text.get(at..).is_some_and(|tail| matches(rest, tail)))
        }
        Some(letter) => {
            let mut found = text.chars();
            found.next().is_some_and(|other| letter == '?' || letter == other)
                && matches(letters.as_str(), found.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks_stand_for_letters() {
        assert!(matches("a*c?", "abbcd"));
        assert!(matches("*", ""));
        assert!(!matches("a*c", "abd"));
        assert!(!matches("a?", "a"));
    }
}
