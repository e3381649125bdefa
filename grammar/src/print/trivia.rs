//! Keeps the comments and docs of a file, and puts each before or beside what it stood by.

use std::ops::Range;

use super::Printer;
use crate::head;
use crate::token::{OpenText, Token, TokenKind, tokens};

/// The comments and docs of a file in their order, and how many of them are printed.
#[derive(Debug)]
pub(super) struct Trivia<'t> {
    text: &'t str,
    all: Vec<Token>,
    printed: usize,
    /// Whether every comment stayed between the parts that it stood between.
    pub(super) settled: bool,
}

impl<'t> Trivia<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let all = tokens(text, head::byte_order_mark(text)..text.len(), OpenText::Line);
        let is_trivia =
            |token: &Token| matches!(token.kind, TokenKind::Comment | TokenKind::Docs | TokenKind::FileDocs);
        Self { text, all: all.filter(is_trivia).collect(), printed: 0, settled: true }
    }

    /// Says whether a comment that is not printed yet begins in a range.
    pub(super) fn has_any(&self, range: &Range<usize>) -> bool {
        let first = self.all.partition_point(|token| token.start < range.start);
        self.all.get(first.max(self.printed)).is_some_and(|token| token.start < range.end)
    }

    /// Says whether a comment will stand on a line of its own between two parts, given what lies between them.
    pub(super) fn separates(&self, gap: &Range<usize>) -> bool {
        let first = self.all.partition_point(|token| token.start < gap.start);
        let within = self.all.iter().skip(first).take_while(|token| token.start < gap.end);
        let beside = |token: &Token| token.kind != TokenKind::Docs && self.lines(gap.start..token.start) == 0;
        within.filter(|token| !beside(token)).count() > 0
    }

    /// Takes the next comment, if it begins before `end`.
    fn next_before(&mut self, end: usize) -> Option<Token> {
        let next = self.all.get(self.printed).copied().filter(|token| token.start < end)?;
        self.printed += 1;
        Some(next)
    }

    /// Returns how many lines end in a range.
    pub(super) fn lines(&self, range: Range<usize>) -> usize {
        self.text.get(range).map_or(0, |gap| gap.bytes().filter(|b| *b == b'\n').count())
    }
}

impl Printer<'_> {
    /// Prints what stands before a part, and begins the part's line. `gap` is what lies between it and the one before.
    pub(super) fn lead(&mut self, gap: Range<usize>, indent: usize, apart: bool) {
        let (behind, last) = self.comments(gap.clone(), indent, apart);
        let blank = match last {
            None => apart || self.is_blank_line(behind..gap.end),
            Some(TokenKind::FileDocs) => true,
            Some(TokenKind::Docs) => false,
            Some(_) => self.is_blank_line(behind..gap.end),
        };
        if blank && !self.begins_block() {
            self.blank_line();
        }
        self.line(indent);
    }

    /// Prints the comments between the last part of a block and its closing bracket.
    pub(super) fn lead_out(&mut self, gap: Range<usize>, indent: usize) {
        self.comments(gap, indent, false);
    }

    /// Prints the comment that stands on the line of a part behind it, or one from within it that
    /// found no other place, and returns where the next part's lead begins.
    pub(super) fn trail(&mut self, gap: Range<usize>) -> usize {
        let Some(&next) = self.trivia.all.get(self.trivia.printed) else { return gap.start };
        let beside = next.start < gap.end
            && next.kind != TokenKind::Docs
            && self.trivia.lines(gap.start..next.start) == 0;
        if !beside {
            return gap.start;
        }
        self.trivia.printed += 1;
        self.trivia.settled &= next.start >= gap.start;
        self.out.push_str("  ");
        self.out.push_str(next.of(self.trivia.text).trim_end());
        next.end.max(gap.start)
    }

    /// Prints comments on lines of their own; returns where the last one ends, and its kind.
    fn comments(&mut self, gap: Range<usize>, indent: usize, apart: bool) -> (usize, Option<TokenKind>) {
        let (mut behind, mut last) = (gap.start, None);
        while let Some(token) = self.trivia.next_before(gap.end) {
            self.trivia.settled &= token.start >= gap.start;
            let below_file_docs = last == Some(TokenKind::FileDocs) && token.kind != TokenKind::FileDocs;
            let blank =
                self.is_blank_line(behind..token.start) || (apart && last.is_none()) || below_file_docs;
            if blank && !self.begins_block() {
                self.blank_line();
            }
            self.line(indent);
            self.out.push_str(token.of(self.trivia.text).trim_end());
            (behind, last) = (token.end.max(behind), Some(token.kind));
        }
        (behind, last)
    }

    fn is_blank_line(&self, gap: Range<usize>) -> bool {
        self.trivia.lines(gap) > 1
    }

    /// Says whether nothing stands before the line at hand in its block.
    fn begins_block(&self) -> bool {
        self.out.is_empty() || self.out.ends_with(['{', '[', '('])
    }
}
