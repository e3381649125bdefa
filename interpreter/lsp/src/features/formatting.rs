//! The one canonical layout, as the fewest lines that change.

use std::ops::Range;

use rsx_syntax::{FileId, format};

use crate::snapshot::Snapshot;

/// A replacement in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub range: Range<usize>,
    /// What comes.
    pub insert: String,
}

/// Returns what lays a text out. One with errors is left as it is.
pub fn format_text(text: &str) -> Vec<Edit> {
    format(text).map(|laid_out| difference(text, &laid_out)).unwrap_or_default()
}

/// Returns what lays out the declarations that a range of a file touches; those with errors are left as they are.
pub fn format_range(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Vec<Edit> {
    let text = snapshot.sources().text(file);
    let is_touched = |whole: &Range<usize>| whole.start <= range.end && range.start <= whole.end;
    let trees = snapshot.trees_of(file).filter(|tree| tree.diagnostics.is_empty());
    let declarations = trees.filter_map(|tree| Some(snapshot.range(tree.declaration.as_ref()?.span).1));
    let touched: Vec<Range<usize>> = declarations.filter(is_touched).collect();
    touched.iter().flat_map(|whole| alone(text, whole)).collect()
}

/// Returns what lays out one declaration, whatever stands around it.
fn alone(text: &str, whole: &Range<usize>) -> Vec<Edit> {
    let written = text.get(whole.clone()).unwrap_or("");
    // The line end behind the last bracket is the file's.
    let Some(laid_out) = format(written).ok() else { return Vec::new() };
    let edits = difference(written, laid_out.strip_suffix('\n').unwrap_or(&laid_out)).into_iter();
    edits
        .map(|edit| Edit { range: edit.range.start + whole.start..edit.range.end + whole.start, ..edit })
        .collect()
}

/// Returns what lays out the declaration that ends where somebody types; what is not closed is still being written.
pub fn format_on_type(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Edit> {
    let before = snapshot.sources().text(file).get(..offset).unwrap_or("").trim_end().len();
    let mut ends = snapshot.declarations(file).map(|declaration| snapshot.range(declaration.span).1.end);
    match ends.any(|end| end == before) {
        true => format_range(snapshot, file, &(before.saturating_sub(1)..before)),
        false => Vec::new(),
    }
}

/// Returns the replacements that turn one text into another, line by line.
fn difference(old: &str, new: &str) -> Vec<Edit> {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let (mut edits, mut at) = (Vec::new(), 0);
    let (mut i, mut j) = (0, 0);
    while i < before.len() || j < after.len() {
        if before.get(i).is_some() && before.get(i) == after.get(j) {
            at += before.get(i).map_or(0, |line| line.len());
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (skip_old, skip_new) = next_common(before.get(i..).unwrap_or(&[]), after.get(j..).unwrap_or(&[]));
        let gone: usize = before.iter().skip(i).take(skip_old).map(|line| line.len()).sum();
        let insert: String = after.iter().skip(j).take(skip_new).copied().collect();
        edits.push(Edit { range: at..at + gone, insert });
        at += gone;
        (i, j) = (i + skip_old, j + skip_new);
    }
    edits
}

/// How far to look for a line that both texts have.
const REACH: usize = 200;

/// Returns how many lines of each come before the next line that both have.
fn next_common(old: &[&str], new: &[&str]) -> (usize, usize) {
    for sum in 0..REACH {
        for skip_old in 0..=sum.min(old.len()) {
            let skip_new = sum - skip_old;
            let same = old.get(skip_old).filter(|line| !line.trim().is_empty());
            if same.is_some() && same == new.get(skip_new) {
                return (skip_old, skip_new);
            }
        }
    }
    (old.len(), new.len())
}

#[cfg(test)]
mod tests {
    use super::{Edit, difference, format_text};

    fn applied(text: &str, edits: &[Edit]) -> String {
        let mut text = text.to_owned();
        edits.iter().rev().for_each(|edit| text.replace_range(edit.range.clone(), &edit.insert));
        text
    }

    #[test]
    fn edits_give_the_layout_and_leave_the_rest() {
        let text = "let a   = 1\n\n\n\nlet b = 2\n// kept\nlet  c=3";
        let edits = format_text(text);
        assert_eq!(Ok(applied(text, &edits)), rsx_syntax::format(text));
        assert!(edits.iter().all(|edit| !text[edit.range.clone()].contains("kept")), "{edits:?}");
        assert_eq!(applied("a\nb\n", &difference("a\nb\n", "x\na\n")), "x\na\n");
        assert!(format_text("let = \n").is_empty());
    }
}
