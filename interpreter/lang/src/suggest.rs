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
        let letters = letters(word);
        let has_letters = |candidate: &str| {
            letters.len() > 2 && candidate.len() == word.len() && self::letters(candidate) == letters
        };
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates {
            if self.are_spent() {
                return None;
            }
            self.left -= 1;
            if candidate.len().abs_diff(word.len()) > bound || candidate == word {
                continue;
            }
            // Who knows a word by its letters alone has it all but right.
            let most = if has_letters(candidate) { bound } else { usize::MAX };
            let distance = strsim::osa_distance(word, candidate).min(most);
            let has_something = distance < word.chars().count();
            if distance <= bound && has_something && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

/// The letters of a word in their order.
fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
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
        assert_eq!(suggestions.nearest("qls", ["max", "sql"]), Some("sql"));
        assert_eq!(suggestions.nearest("ba", ["cab"]), None);
    }
}
