//! The nearest word to one that nobody knows.

/// How many comparisons one program may spend, so that thousands of unknown names stay linear.
const BUDGET: usize = 100_000;

/// Returns the candidate that is nearest to `word`, if one is near enough to be meant.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    Suggestions::default().nearest(word, candidates)
}

/// Finds near words, and stops when its budget is spent.
#[derive(Clone, Debug)]
pub(crate) struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: BUDGET }
    }
}

impl Suggestions {
    /// Returns whether nothing is looked for any more, so that nobody need gather candidates.
    pub(crate) fn are_spent(&self) -> bool {
        self.left == 0
    }

    /// Returns the candidate that is nearest to `word`, if one is near enough to be meant.
    pub(crate) fn nearest<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        let bound = (word.chars().count() / 3).max(1);
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates {
            if self.are_spent() {
                return None;
            }
            self.left -= 1;
            if candidate.len().abs_diff(word.len()) > bound || candidate == word {
                continue;
            }
            let distance = strsim::osa_distance(word, candidate);
            let has_something = distance < word.chars().count();
            if distance <= bound && has_something && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

#[cfg(test)]
mod tests {
    use super::Suggestions;

    #[test]
    fn nearest_word_is_found_and_distant_ones_are_not() {
        let mut suggestions = Suggestions::default();
        let words = ["database", "dashboard", "network"];
        assert_eq!(suggestions.nearest("databse", words), Some("database"));
        assert_eq!(suggestions.nearest("netwrok", words), Some("network"));
        assert_eq!(suggestions.nearest("capacity", words), None);
        assert_eq!(suggestions.nearest("x", ["s"]), None);
    }
}
