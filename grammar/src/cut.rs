//! Cuts a file into pieces by a lexical scan in linear time: one for each declaration with what leads it.
//!
//! A declaration begins at a line that looks like one: in column 1, or anywhere on a
//! line while no bracket is open. Comments, docs and blank lines above it are its lead.
//! The `//!` lines at the top are a piece of their own. A byte order mark and `\r` are
//! blanks; every file has at least one piece, so that there is a place to point at.
//!
//! A text that takes the place of another is scanned from a declaration before what differs to one behind it.

use std::ops::Range;
use std::sync::Arc;

use crate::{FileId, PieceId, Sources, head, scan};

impl Sources {
    /// Adds a file under `name` and cuts it into pieces, which joined are exactly `text`.
    pub fn add(&mut self, name: &str, text: impl Into<Arc<str>>) -> FileId {
        let text = text.into();
        let ends = Cut::new(&text).ends();
        self.add_cut(name, text, &ends)
    }

    /// Gives a file another text. Pieces before and behind what differs keep their ids, wherever they stand now; returns
    /// the others in their order: those that are gone, and those that are new, which may have the ids of such.
    pub fn replace(&mut self, file: FileId, text: impl Into<Arc<str>>) -> (Vec<PieceId>, Vec<PieceId>) {
        let text = text.into();
        let ends = again(self.text(file), &self.ends(file), &text);
        self.replace_cut(file, text, &ends)
    }
}

/// Returns where the pieces of a text end that takes the place of one whose pieces end at `known`.
fn again(old: &str, known: &[usize], new: &str) -> Vec<usize> {
    let (was, is) = difference(old.as_bytes(), new.as_bytes());
    // Whether the rest of a text is one that is never closed hangs on every such quote.
    if holds_block_quote(old, &was) || holds_block_quote(new, &is) {
        return Cut::new(new).ends();
    }
    let (mut cut, line) = Cut::before(old, known, was.start, new);
    let mut behind = known.partition_point(|end| *end <= was.end);
    let mut is_known = |line: usize| {
        let Some(line) = line.checked_sub(is.end).map(|more| was.end + more) else { return false };
        while let Some(end) = known.get(behind) {
            match first_line(old, start(known, behind)) {
                // The docs of a file are a piece without code.
                head if head < line || head >= *end => behind += 1,
                head => return head == line,
            }
        }
        false
    };
    if cut.lines(line, &mut is_known) == Reached::Enough {
        let rest = known.get(behind..).unwrap_or_default();
        cut.ends.extend(rest.iter().map(|end| end + is.end - was.end));
    }
    cut.ends
}

/// Returns the stretches of two texts outside of which they are the same.
fn difference(old: &[u8], new: &[u8]) -> (Range<usize>, Range<usize>) {
    let head = alike(old.chunks(MANY).zip(new.chunks(MANY)));
    let head = head + alike(old.chunks(1).zip(new.chunks(1)).skip(head));
    let (old_rest, new_rest) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = alike(old_rest.rchunks(MANY).zip(new_rest.rchunks(MANY)));
    let tail = tail + alike(old_rest.rchunks(1).zip(new_rest.rchunks(1)).skip(tail));
    (head..old.len() - tail, head..new.len() - tail)
}

/// How many bytes are compared at once where most are the same.
const MANY: usize = 256;

/// Returns how many bytes are the same in the chunks before the first that differs.
fn alike<'t>(chunks: impl Iterator<Item = (&'t [u8], &'t [u8])>) -> usize {
    chunks.take_while(|(old, new)| old == new).map(|(old, _)| old.len()).sum()
}

/// Says whether a quote of a block of text stands in a stretch or reaches into it.
fn holds_block_quote(text: &str, range: &Range<usize>) -> bool {
    let around = range.start.saturating_sub(2)..(range.end + 2).min(text.len());
    text.as_bytes().get(around).is_some_and(|bytes| bytes.windows(3).any(|three| three == b"\"\"\""))
}

/// Returns where a piece starts.
fn start(ends: &[usize], piece: usize) -> usize {
    piece.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0)
}

/// Returns where the line begins that has the first code behind `at`.
fn first_line(text: &str, at: usize) -> usize {
    scan::line_start(text, scan::blank(text, at))
}

/// Where reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    Enough,
    End,
}

/// One scan over a text.
#[derive(Debug)]
struct Cut<'t> {
    text: &'t str,
    ends: Vec<usize>,
    /// How many brackets are open.
    depth: usize,
    /// Whether the piece at hand holds more than comments.
    begun: bool,
    /// Whether its declaration has a body, and whether a bracket of it was opened.
    has_body: bool,
    opened: bool,
    /// Where the comments and blank lines before the line at hand begin.
    lead: Option<usize>,
    /// Where the docs of the file end.
    file_docs: Option<usize>,
    /// A closing line or the head of a declaration that was looked up, and whether it closes.
    upcoming: Option<(usize, Upcoming)>,
}

/// What comes first in column 1 behind a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Upcoming {
    Brace,
    Declaration,
}

impl<'t> Cut<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            ends: Vec::new(),
            depth: 0,
            begun: false,
            has_body: false,
            opened: false,
            lead: None,
            file_docs: None,
            upcoming: None,
        }
    }

    /// Makes the scan of a text from a line before `at` on, up to which it is the same as another one, and returns that line:
    /// a declaration begins there whatever stands before it, and what says so stands before `at`.
    fn before(old: &str, known: &[usize], at: usize, text: &'t str) -> (Self, usize) {
        let last = known.partition_point(|end| *end <= at);
        let begins = (1..=last.min(known.len() - 1)).rev().find_map(|piece| {
            let line = scan::blank(old, start(known, piece));
            let is_certain = line == scan::line_start(old, line)
                && !head::is_let(old, line)
                && head::reach(old, line).is_some_and(|reach| reach + 2 <= at);
            is_certain.then_some((piece, line))
        });
        let Some((piece, line)) = begins else { return (Self::new(text), 0) };
        // The end of the piece before is told when the declaration begins.
        let ends = known.iter().take(piece - 1).copied().collect();
        let lead = Some(start(known, piece));
        (Self { ends, begun: true, lead, ..Self::new(text) }, line)
    }

    fn ends(mut self) -> Vec<usize> {
        self.lines(0, &mut |_| false);
        self.ends
    }

    /// Reads on from a line, until it is said of the line at which a declaration begins that this is enough.
    fn lines(&mut self, mut line: usize, is_enough: &mut dyn FnMut(usize) -> bool) -> Reached {
        let mark = if line == 0 { head::byte_order_mark(self.text) } else { 0 };
        let mut first = scan::spaces(self.text, line + mark);
        while line < self.text.len() {
            let known = self.ends.len();
            let end = self.line(line, first);
            // A line that begins a declaration by what stands before it tells nothing of what comes after.
            if self.ends.len() > known && head::begins(self.text, first) && is_enough(line) {
                return Reached::Enough;
            }
            line = (end + 1).min(self.text.len());
            first = scan::spaces(self.text, line);
        }
        if self.ends.last() != Some(&self.text.len()) {
            self.ends.push(self.text.len());
        }
        Reached::End
    }

    /// Reads a line, whose first character that is not blank is `first`, and returns where reading stopped at a line's end.
    fn line(&mut self, start: usize, first: usize) -> usize {
        match self.text.as_bytes().get(first) {
            None | Some(b'\n') => {
                self.lead.get_or_insert(start);
                return first.min(self.text.len());
            }
            Some(b'/') if self.text.as_bytes().get(first + 1) == Some(&b'/') => {
                return self.comment(start, first);
            }
            Some(_) => {}
        }
        if self.begins(start, first) {
            self.declaration(start);
            self.opened = false;
            self.has_body = head::head_at(self.text, first).is_some_and(|head| head::has_body(head.kind));
        } else if !self.begun {
            self.first_code();
        }
        self.lead = None;
        self.code(first)
    }

    fn comment(&mut self, start: usize, first: usize) -> usize {
        self.lead.get_or_insert(start);
        let end = scan::line_end(self.text, first);
        if !self.begun && self.ends.is_empty() && self.text.as_bytes().get(first + 2) == Some(&b'!') {
            self.file_docs = Some((end + 1).min(self.text.len()));
        }
        end
    }

    fn begins(&mut self, start: usize, first: usize) -> bool {
        // The byte order mark is no column.
        let in_column_1 = first == start || first == head::byte_order_mark(self.text);
        (self.depth == 0 || in_column_1)
            && ((in_column_1 && self.is_complete(first)) || head::begins(self.text, first))
            && (self.depth == 0
                || !head::is_let(self.text, first)
                || self.upcoming(first) == Upcoming::Declaration)
    }

    /// Says whether the declaration before a line is closed, so that the line is another, whatever it looks like.
    fn is_complete(&self, first: usize) -> bool {
        let closes = matches!(self.text.as_bytes().get(first), Some(b')' | b']' | b'}'));
        self.depth == 0 && self.has_body && self.opened && !closes
    }

    /// Begins a declaration: its piece begins with its lead.
    fn declaration(&mut self, start: usize) {
        if self.begun {
            self.ends.push(self.lead.unwrap_or(start));
            self.depth = 0;
        } else {
            self.first_code();
        }
    }

    /// Ends the docs of the file, if there are any, before the first code.
    fn first_code(&mut self) {
        self.begun = true;
        self.ends.extend(self.file_docs.take());
    }

    /// Reads code up to a line's end outside of texts.
    fn code(&mut self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\n' => return at,
                b'(' | b'[' | b'{' => {
                    self.depth += 1;
                    self.opened = true;
                }
                b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                b'"' => at = scan::text(self.text, at).end() - 1,
                b'\'' => at = scan::char(self.text, at).end() - 1,
                b'/' if bytes.get(at + 1) == Some(&b'/') => return scan::line_end(self.text, at),
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// Looks what comes first in column 1 behind `at`; remembered, so that every line is looked at once.
    fn upcoming(&mut self, at: usize) -> Upcoming {
        if let Some((_, upcoming)) = self.upcoming.filter(|(found, _)| *found > at) {
            return upcoming;
        }
        let mut line = at;
        let upcoming = loop {
            line = scan::line_end(self.text, line) + 1;
            match self.text.as_bytes().get(line) {
                None => break Upcoming::Declaration,
                Some(b'}') => break Upcoming::Brace,
                Some(_) if head::begins(self.text, line) && !head::is_let(self.text, line) => {
                    break Upcoming::Declaration;
                }
                Some(_) => {}
            }
        };
        self.upcoming = Some((line, upcoming));
        upcoming
    }
}
