//! Long texts → what of them a plan shows: the place where two differ, or how one begins.

/// How many characters of a long text are shown.
const MOST: usize = 80;
/// How many of these show where in the text it is.
const AROUND: usize = 32;
/// What stands for characters that are left out.
const LEFT_OUT: &str = "…";

/// Returns what differs in two texts, with a little of what stands around it; short ones as they are.
pub(crate) fn of_both(before: &str, after: &str) -> (String, String) {
    let [old, new]: [Vec<char>; 2] = [before, after].map(|text| text.chars().collect());
    if old.len().max(new.len()) <= MOST {
        return (before.to_owned(), after.to_owned());
    }
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    (around(&old, start, end), around(&new, start, end))
}

/// Returns how a text begins, on one line; a short one as it is.
pub(crate) fn of_one(text: &str) -> String {
    if text.chars().count() <= MOST && !text.contains('\n') {
        return text.to_owned();
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    around(&line.chars().collect::<Vec<_>>(), 0, 0)
}

/// Returns what stands between the first `start` and the last `end` characters of a text, and a few of these.
fn around(text: &[char], start: usize, end: usize) -> String {
    let is_gap = |c: &char| c.is_whitespace();
    let (head, tail) = (text.get(..start).unwrap_or_default(), text.len() - end);
    let before = head.get(start.saturating_sub(AROUND)..).unwrap_or_default();
    // Words are left whole.
    let before = match before.iter().position(is_gap) {
        Some(gap) if before.len() < head.len() => before.get(gap + 1..).unwrap_or_default(),
        Some(_) | None => before,
    };
    let rest = text.get(tail..).unwrap_or_default();
    let behind = rest.get(..AROUND).unwrap_or(rest);
    let behind = match behind.iter().rposition(is_gap) {
        Some(gap) if behind.len() < rest.len() => behind.get(..gap).unwrap_or_default(),
        Some(_) | None => behind,
    };
    let (from, to) = (start - before.len(), tail + behind.len());
    let all = text.get(from..to).unwrap_or_default();
    let most = all.get(..MOST).unwrap_or(all);
    let shown = match most.iter().rposition(is_gap) {
        Some(gap) if most.len() < all.len() => most.get(..gap).unwrap_or_default(),
        Some(_) | None => most,
    };
    let end = from + shown.len();
    let shown: String = shown.iter().collect();
    let [first, last] = [from > 0, end < text.len()].map(|cut| if cut { LEFT_OUT } else { "" });
    format!("{first}{}{last}", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_with_whole_words_around_it() {
        let text = |word: &str| format!("{}where amount > {word} and {}", "x ".repeat(40), "y ".repeat(40));
        let (before, after) = of_both(&text("5"), &text("17"));
        assert_eq!(before, "…x x x x x x x x where amount > 5 and y y y y y y y y y y y y y…");
        assert_eq!(after, "…x x x x x x x x where amount > 17 and y y y y y y y y y y y y y…");
    }

    #[test]
    fn short_texts_stay_and_long_ones_end() {
        assert_eq!(of_both("a b", "a c"), ("a b".to_owned(), "a c".to_owned()));
        assert_eq!(of_one("a b"), "a b");
        assert_eq!(of_one("a\n  b"), "a b");
        let long = "z".repeat(200);
        assert_eq!(of_one(&long), format!("{}…", "z".repeat(MOST)));
        assert_eq!(of_both("none", &long), ("none".to_owned(), format!("{}…", "z".repeat(MOST))));
        assert_eq!(of_both(&format!("{long}a"), &long).1, format!("…{}", "z".repeat(AROUND)));
    }
}
