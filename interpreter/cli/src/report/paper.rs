//! What people read is written on: with colours or none, with lines that end where the terminal does.

use textwrap::{Options, WordSeparator, WordSplitter};

use crate::report::style::Paint;

/// Colours, and where lines end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paper {
    /// Whether texts are coloured.
    pub(crate) paint: Paint,
    /// How many columns a line has; as many as it takes in a file, or on the way to another program.
    pub(crate) width: Option<usize>,
}

impl Paper {
    /// Writes a text behind `first`; what does not fit on its line goes on behind `rest`.
    pub(crate) fn hung(self, first: &str, text: &str, rest: &str) -> String {
        let mut out = String::new();
        self.hang(&mut out, first, &[text], rest);
        out
    }

    /// The same behind what is there already, with a text in pieces.
    pub(crate) fn hang(self, out: &mut String, first: &str, text: &[&str], rest: &str) {
        match self.width {
            None => {
                out.push_str(first);
                out.extend(text.iter().copied());
            }
            Some(width) => {
                let options = Options::new(width)
                    .initial_indent(first)
                    .subsequent_indent(rest)
                    .break_words(false)
                    .word_separator(WordSeparator::AsciiSpace)
                    .word_splitter(WordSplitter::NoHyphenation);
                out.push_str(&textwrap::wrap(&text.concat(), options).join("\n"));
            }
        }
        out.push('\n');
    }

    /// Writes Markdown: paragraphs are filled, all else stays as it is laid out.
    pub(crate) fn prose(self, text: &str) -> String {
        if self.width.is_none() {
            return format!("{}\n", text.trim_end());
        }
        let (mut out, mut paragraph, mut is_code) = (String::new(), Vec::new(), false);
        for line in text.trim_end().lines() {
            let is_fence = line.starts_with("```");
            if !is_code && !is_fence && is_filled(line) {
                paragraph.push(line.trim_end());
                continue;
            }
            out.push_str(&self.filled(&mut paragraph));
            out.push_str(&format!("{line}\n"));
            is_code ^= is_fence;
        }
        out.push_str(&self.filled(&mut paragraph));
        out
    }

    fn filled(self, paragraph: &mut Vec<&str>) -> String {
        match std::mem::take(paragraph).as_slice() {
            [] => String::new(),
            lines => self.hung("", &lines.join(" "), ""),
        }
    }
}

/// Whether a line is of a paragraph, and not of a list, a table, a heading or code.
fn is_filled(line: &str) -> bool {
    let begins = |sign| line.starts_with(sign);
    !line.trim().is_empty() && ![" ", "|", "#", "- ", "* ", "> "].into_iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_the_paper_does() {
        let paper = Paper { paint: Paint::Plain, width: Some(20) };
        assert_eq!(paper.hung("  a  ", "one two three four", "     "), "  a  one two three\n     four\n");
        let long = "x".repeat(30);
        assert_eq!(paper.hung("", &long, ""), format!("{long}\n"));
        assert_eq!(
            paper.prose("one two three\nfour five six\n\n```\none two three four five six\n```\n| a | b |"),
            "one two three four\nfive six\n\n```\none two three four five six\n```\n| a | b |\n"
        );
    }

    #[test]
    fn endless_paper_breaks_nothing() {
        let paper = Paper { paint: Paint::Plain, width: None };
        assert_eq!(paper.hung("  ", &"x ".repeat(200), ""), format!("  {}\n", "x ".repeat(200)));
        assert_eq!(paper.prose("one\ntwo\n"), "one\ntwo\n");
    }
}
