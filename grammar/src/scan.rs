//! Finds where words, blanks, comments, texts and characters end, without reading what they mean.

use std::ops::Range;

/// How a text or a character ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoted {
    /// One past its closing quote.
    Closed(usize),
    /// Never; it is taken to end here.
    Open(usize),
}

impl Quoted {
    /// Returns where to read on.
    pub(crate) fn end(self) -> usize {
        match self {
            Self::Closed(end) | Self::Open(end) => end,
        }
    }
}

/// Returns where the line that holds `at` ends: at its `\n` or at the end of the text.
pub(crate) fn line_end(source: &str, at: usize) -> usize {
    source.get(at..).and_then(|rest| rest.find('\n')).map_or(source.len(), |length| at + length)
}

/// Returns where the line that holds `at` begins.
pub(crate) fn line_start(source: &str, at: usize) -> usize {
    source.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}

/// Skips blanks, line ends and comments of every kind.
pub(crate) fn blank(source: &str, mut at: usize) -> usize {
    let bytes = source.as_bytes();
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\t' | b'\r') => at += 1,
            Some(b'/') if bytes.get(at + 1) == Some(&b'/') => at = line_end(source, at),
            _ => return at,
        }
    }
}

/// Skips blanks on one line.
pub(crate) fn spaces(source: &str, at: usize) -> usize {
    at + source.as_bytes().iter().skip(at).take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count()
}

/// Skips letters, digits and `_`.
pub(crate) fn word(source: &str, at: usize) -> usize {
    at + source.as_bytes().iter().skip(at).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count()
}

/// Skips the text that begins at the `"` at `start`; one that is never closed ends on its line.
pub(crate) fn text(source: &str, start: usize) -> Quoted {
    interpolations(source, start, |_| {})
}

/// Skips a text and tells what stands between the braces of each `${…}` that lies in no other.
pub(crate) fn interpolations(source: &str, start: usize, mut tell: impl FnMut(Range<usize>)) -> Quoted {
    if source.get(start..).is_some_and(|rest| rest.starts_with("\"\"\"")) {
        return block_text(source, start);
    }
    let bytes = source.as_bytes();
    // How many braces are open in each interpolation around `at`.
    let mut open: Vec<usize> = Vec::new();
    let (mut in_text, mut outermost) = (true, start);
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (byte, in_text) {
            (b'\n', _) => return Quoted::Open(at - 1),
            (b'\\', true) => at += usize::from(bytes.get(at).is_some_and(|b| *b != b'\n')),
            (b'"', true) if open.is_empty() => return Quoted::Closed(at),
            (b'"', _) => in_text = !in_text,
            (b'$', true) if bytes.get(at) == Some(&b'{') => {
                at += 1;
                outermost = if open.is_empty() { at } else { outermost };
                open.push(0);
                in_text = false;
            }
            (b'\'', false) => at = char(source, at - 1).end(),
            (b'{', false) => open.iter_mut().last().into_iter().for_each(|open| *open += 1),
            (b'}', false) => match open.pop() {
                Some(braces) if braces > 0 => open.push(braces - 1),
                Some(_) | None => {
                    in_text = true;
                    if open.is_empty() {
                        tell(outermost..at - 1);
                    }
                }
            },
            _ => {}
        }
    }
    Quoted::Open(at)
}

fn block_text(source: &str, start: usize) -> Quoted {
    match source.get(start + 3..).and_then(|rest| rest.find("\"\"\"")) {
        Some(length) => Quoted::Closed(start + 3 + length + 3),
        None => Quoted::Open(line_end(source, start)),
    }
}

/// Skips the character that begins at the `'` at `start`; with more than one in it, it is open.
pub(crate) fn char(source: &str, start: usize) -> Quoted {
    let line = source.get(start + 1..line_end(source, start)).unwrap_or("");
    let first = line.chars().next().map_or(0, char::len_utf8);
    let escape = if line.starts_with('\\') { line.chars().nth(1).map_or(0, char::len_utf8) } else { 0 };
    match line.get(first + escape..).and_then(|rest| rest.find('\'')) {
        Some(0) => Quoted::Closed(start + 1 + first + escape + 1),
        Some(more) if line.starts_with("\\u{") => Quoted::Closed(start + 1 + first + escape + more + 1),
        Some(more) if first > 0 => Quoted::Open(start + 1 + first + escape + more + 1),
        Some(_) | None => Quoted::Open(start + 1),
    }
}
