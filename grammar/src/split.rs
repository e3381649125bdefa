//! Splits a block with errors into its fields and clauses, by their looks.

use std::ops::Range;

use crate::ast::Attribute;
use crate::brackets::Brackets;
use crate::token::{Token, TokenKind};

/// Tokens of a piece, and what they are written in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tokens<'t> {
    pub(crate) source: &'t str,
    pub(crate) all: &'t [Token],
}

impl<'t> Tokens<'t> {
    pub(crate) fn kind(self, index: usize) -> Option<TokenKind> {
        self.all.get(index).map(|token| token.kind)
    }

    /// Returns a token as it is written.
    pub(crate) fn written(self, index: usize) -> &'t str {
        self.all.get(index).map_or("", |token| token.of(self.source))
    }

    /// Returns the first token in `range` that is not a comment or a line's end.
    pub(crate) fn code(self, range: Range<usize>) -> Option<usize> {
        range.into_iter().find(|&index| self.all.get(index).is_some_and(|token| !token.is_blank()))
    }

    /// Says whether a token is the first on its line.
    pub(crate) fn begins_line(self, index: usize) -> bool {
        index.checked_sub(1).is_none_or(|before| self.kind(before) == Some(TokenKind::Line))
    }

    /// Says whether nothing stands between a token and the next.
    pub(crate) fn touches(self, index: usize) -> bool {
        let next = self.all.get(index + 1).map(|next| next.start);
        next.is_some() && next == self.all.get(index).map(|token| token.end)
    }

    /// Returns the part of the text that some tokens cover.
    pub(crate) fn cover(self, range: Range<usize>) -> Range<usize> {
        let tokens = self.all.get(range).unwrap_or(&[]);
        let start = tokens.first().map_or(0, |token| token.start);
        start..tokens.last().map_or(start, |token| token.end)
    }
}

/// Splits the tokens in `range`, the inside of a block, into parts that begin like a field or a clause.
/// What stands before the first of them is a part as well.
pub(crate) fn fragments(tokens: Tokens<'_>, brackets: &Brackets, range: Range<usize>) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = Vec::new();
    // Whether the part at hand so far is only docs, and a part may begin here.
    let (mut docs, mut boundary) = (false, true);
    let mut index = range.start;
    while index < range.end {
        match tokens.kind(index) {
            Some(TokenKind::Line) => boundary = true,
            Some(TokenKind::Comment) | None => {}
            Some(TokenKind::Docs) => {
                if !docs {
                    starts.push(index);
                }
                (docs, boundary) = (true, true);
            }
            Some(kind) => {
                if starts.is_empty() || (boundary && !docs && begins_item(tokens, index)) {
                    starts.push(index);
                }
                docs = false;
                boundary = kind == TokenKind::Sign && tokens.written(index) == ",";
                index = brackets.partner(index).filter(|partner| *partner > index).unwrap_or(index);
            }
        }
        index += 1;
    }
    let ends = starts.iter().skip(1).copied().chain([range.end]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// Says whether a field or a clause begins at a token, by its looks.
fn begins_item(tokens: Tokens<'_>, index: usize) -> bool {
    let next = tokens.code(index + 1..tokens.all.len());
    let Some(next) = next else { return false };
    let sign = tokens.written(next);
    let kind = tokens.kind(index);
    if kind == Some(TokenKind::Text) {
        return sign == "=";
    }
    kind == Some(TokenKind::Word)
        && (matches!(sign, "=" | ":" | "==")
            || tokens.written(index) == "require"
            || (tokens.kind(next) == Some(TokenKind::Word) && leads(tokens.written(index))))
}

/// Says whether a word, if another one follows it, begins a clause or says something of a field.
pub(crate) fn leads(word: &str) -> bool {
    Attribute::of_word(word).is_some() || matches!(word, "let" | "make" | "allow" | "require")
}
