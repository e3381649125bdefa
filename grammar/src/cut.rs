//! Cuts a file into pieces by a lexical scan in linear time: one for each declaration with what leads it.
//!
//! A declaration begins at a line that looks like one: in column 1, or anywhere on a
//! line while no bracket is open. Comments, docs and blank lines above it are its lead.
//! The `//!` lines at the top are a piece of their own. A byte order mark and `\r` are
//! blanks; every file has at least one piece, so that there is a place to point at.

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
        let ends = Cut::new(&text).ends();
        self.replace_cut(file, text, &ends)
    }
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

    fn ends(mut self) -> Vec<usize> {
        let mut line = 0;
        let mut first = scan::spaces(self.text, head::byte_order_mark(self.text));
        while line < self.text.len() {
            let end = self.line(line, first);
            line = (end + 1).min(self.text.len());
            first = scan::spaces(self.text, line);
        }
        if self.ends.last() != Some(&self.text.len()) {
            self.ends.push(self.text.len());
        }
        self.ends
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
