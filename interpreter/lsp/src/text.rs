//! A text with its lines: byte offsets to the positions of editors and back, and edits.

use std::ops::Range;
use std::sync::Arc;

/// In which units an editor counts the characters of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, which every client knows.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A place in a text as editors count: from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// The line.
    pub line: u32,
    /// The units of the negotiated encoding before it on its line.
    pub character: u32,
}

/// A text and where its lines begin.
#[derive(Clone, Debug)]
pub struct Text {
    content: Arc<str>,
    starts: Vec<usize>,
}

impl Encoding {
    fn units(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// Returns how many units a text has.
    pub fn length(self, text: &str) -> usize {
        // Lines may be long: a character counts where it begins, and once more if it is a pair.
        let begins = |byte: &u8| !matches!(byte, 0x80..=0xbf);
        let is_pair = |byte: &u8| *byte >= 0xf0;
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.bytes().map(|b| usize::from(begins(&b)) + usize::from(is_pair(&b))).sum(),
            Self::Utf32 => text.bytes().filter(begins).count(),
        }
    }
}

impl Text {
    /// Finds the lines of a text; a line ends with `\n`, `\r\n` or a lone `\r`.
    pub fn new(content: impl Into<Arc<str>>) -> Self {
        let content = content.into();
        let starts = (0..=content.len()).filter(|at| begins_line(content.as_bytes(), *at)).collect();
        Self { content, starts }
    }

    /// Returns the text.
    pub fn content(&self) -> &Arc<str> {
        &self.content
    }

    /// Returns how many lines there are; the last one may be empty.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// Returns the bytes of a line without its end; of a line behind the last, nothing at the end of the text.
    pub fn line(&self, line: usize) -> Range<usize> {
        let Some(&start) = self.starts.get(line) else { return self.content.len()..self.content.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.content.len());
        let with_end = self.content.get(start..end).unwrap_or("");
        start..start + with_end.trim_end_matches(['\n', '\r']).len()
    }

    /// Returns the line that holds a byte.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Returns the position of a byte; one within a character is taken for the character's.
    pub fn point(&self, offset: usize, encoding: Encoding) -> Point {
        let line = self.line_of(offset);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let mut end = offset.min(self.content.len());
        while !self.content.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.content.get(start..end).unwrap_or("");
        Point { line: number(line), character: number(encoding.length(before)) }
    }

    /// Returns the byte at a position. One behind the end of a line is the line's end, as the protocol has it; one
    /// within a character is the character's.
    pub fn offset(&self, point: Point, encoding: Encoding) -> usize {
        let line = self.line(point.line as usize);
        let text = self.content.get(line.clone()).unwrap_or("");
        let mut left = point.character as usize;
        for (at, c) in text.char_indices() {
            let Some(rest) = left.checked_sub(encoding.units(c)) else { return line.start + at };
            if left == 0 {
                return line.start + at;
            }
            left = rest;
        }
        line.end
    }

    /// Returns the bytes between two positions, whichever comes first.
    pub fn range(&self, start: Point, end: Point, encoding: Encoding) -> Range<usize> {
        let (one, other) = (self.offset(start, encoding), self.offset(end, encoding));
        one.min(other)..one.max(other)
    }

    /// Returns the text with some of it replaced.
    #[must_use]
    pub fn edited(&self, range: Range<usize>, insert: &str) -> Self {
        let (before, after) = (self.content.get(..range.start), self.content.get(range.end..));
        let content: Arc<str> = [before.unwrap_or(""), insert, after.unwrap_or("")].concat().into();
        // What begins a line is the character before it and its own.
        let (kept, moved) = (
            self.starts.partition_point(|start| *start < range.start),
            self.starts.partition_point(|start| *start <= range.end),
        );
        let mut starts = Vec::with_capacity(self.starts.len());
        starts.extend_from_slice(self.starts.get(..kept).unwrap_or_default());
        let new_end = range.start + insert.len();
        starts.extend((range.start..=new_end).filter(|at| begins_line(content.as_bytes(), *at)));
        let moved = self.starts.get(moved..).unwrap_or_default();
        starts.extend(moved.iter().map(|start| start - range.end + new_end));
        Self { content, starts }
    }
}

/// Returns the lines of a text, each without its end.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let starts = (0..=text.len()).filter(|at| begins_line(text.as_bytes(), *at));
    let ends = starts.clone().skip(1).chain([text.len()]);
    starts.zip(ends).map(|(start, end)| {
        let with_end = text.get(start..end).unwrap_or("");
        start..start + with_end.trim_end_matches(['\n', '\r']).len()
    })
}

/// Says whether a line begins at a byte.
fn begins_line(bytes: &[u8], at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| bytes.get(before)) {
        None => at == 0,
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(at) != Some(&b'\n'),
        Some(_) => false,
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Point, Text};

    #[test]
    fn positions_count_the_units_of_the_encoding() {
        let text = Text::new("let é = \"😀x\"\r\nü = 1\rz");
        for (encoding, x) in [(Encoding::Utf8, 14), (Encoding::Utf16, 11), (Encoding::Utf32, 10)] {
            let offset = text.content().find('x').unwrap_or_default();
            let point = Point { line: 0, character: x };
            assert_eq!(text.point(offset, encoding), point);
            assert_eq!(text.offset(point, encoding), offset);
        }
        let z = text.content().len() - 1;
        assert_eq!(text.point(z, Encoding::Utf16), Point { line: 2, character: 0 });
        // Behind the end of a line is its end; behind the last line, the end of the text; within a pair, before it.
        assert_eq!(text.offset(Point { line: 1, character: 99 }, Encoding::Utf16), 24);
        assert_eq!(text.offset(Point { line: 9, character: 9 }, Encoding::Utf16), z + 1);
        assert_eq!(text.offset(Point { line: 0, character: 10 }, Encoding::Utf16), 10);
    }

    #[test]
    fn lines_are_where_they_would_be_in_a_new_text() {
        let texts = ["", "a", "\n", "\r", "\r\n", "b\r\nc", "\n\r", "d\n"];
        let all = || texts.iter().flat_map(|one| texts.iter().map(move |other| [*one, *other].concat()));
        for (old, insert) in all().flat_map(|old| texts.iter().map(move |insert| (old.clone(), insert))) {
            for range in (0..=old.len()).flat_map(|end| (0..=end).map(move |start| start..end)) {
                let edited = Text::new(old.as_str()).edited(range.clone(), insert);
                let new = Text::new(edited.content().as_ref());
                assert_eq!(edited.starts, new.starts, "{old:?} {range:?} {insert:?}");
            }
        }
    }

    #[test]
    fn edits_replace_what_they_name() {
        let text = Text::new("a\nbc\n").edited(2..3, "x\ny");
        assert_eq!(&**text.content(), "a\nx\nyc\n");
        assert_eq!(text.point(5, Encoding::Utf8), Point { line: 2, character: 1 });
    }
}
