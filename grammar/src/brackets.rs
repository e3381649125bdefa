//! Pairs brackets, and finds the one that is never closed.

use crate::scan;
use crate::token::{Token, TokenKind};

/// For each token the one that it is paired with, if it is a bracket.
#[derive(Debug)]
pub(crate) struct Brackets {
    partners: Vec<Option<usize>>,
}

/// A bracket that is never closed: its index among the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unclosed(pub(crate) usize);

impl Brackets {
    /// Returns the other bracket of a pair.
    pub(crate) fn partner(&self, token: usize) -> Option<usize> {
        self.partners.get(token).copied().flatten()
    }

    fn join(&mut self, open: usize, close: usize) {
        for (here, there) in [(open, close), (close, open)] {
            self.partners.iter_mut().skip(here).take(1).for_each(|partner| *partner = Some(there));
        }
    }
}

/// Pairs the brackets among the tokens; a closing one that closes nothing stays alone.
pub(crate) fn pair(source: &str, tokens: &[Token]) -> Result<Brackets, Unclosed> {
    let mut brackets = Brackets { partners: vec![None; tokens.len()] };
    let mut open: Vec<(usize, Token)> = Vec::new();
    for (index, token) in all(tokens) {
        if token.kind == TokenKind::Open {
            open.push((index, token));
            continue;
        }
        match open.last() {
            Some(&(partner, last)) if closes(source, last, token) => {
                open.pop();
                brackets.join(partner, index);
            }
            Some(_) if open.iter().any(|&(_, other)| closes(source, other, token)) => {
                return Err(by_indentation(source, tokens));
            }
            Some(_) | None => {}
        }
    }
    if open.is_empty() { Ok(brackets) } else { Err(by_indentation(source, tokens)) }
}

/// Finds the bracket that is never closed, given that one is.
///
/// A closing bracket that begins its line belongs to the opening one whose line is
/// indented alike; what was opened since is what somebody forgot to close.
fn by_indentation(source: &str, tokens: &[Token]) -> Unclosed {
    let mut open: Vec<(usize, Token)> = Vec::new();
    for (index, token) in all(tokens) {
        if token.kind == TokenKind::Open {
            open.push((index, token));
            continue;
        }
        let begins = begins_line(source, token);
        let alike = |other: Token| {
            closes(source, other, token)
                && (!begins || indentation(source, other) == indentation(source, token))
        };
        match open.last() {
            Some(&(_, last)) if alike(last) => drop(open.pop()),
            Some(&(last, _)) if open.iter().any(|&(_, other)| alike(other)) => return Unclosed(last),
            Some(&(_, last)) if closes(source, last, token) => drop(open.pop()),
            Some(_) | None => {}
        }
    }
    Unclosed(open.last().map_or(0, |&(index, _)| index))
}

/// Returns the brackets among the tokens and their indices.
fn all(tokens: &[Token]) -> impl Iterator<Item = (usize, Token)> {
    let brackets = |token: &Token| matches!(token.kind, TokenKind::Open | TokenKind::Close);
    tokens.iter().copied().enumerate().filter(move |(_, token)| brackets(token))
}

fn closes(source: &str, open: Token, close: Token) -> bool {
    matches!((open.of(source), close.of(source)), ("(", ")") | ("[", "]") | ("{", "}"))
}

fn begins_line(source: &str, token: Token) -> bool {
    scan::spaces(source, scan::line_start(source, token.start)) == token.start
}

fn indentation(source: &str, token: Token) -> usize {
    let line = scan::line_start(source, token.start);
    scan::spaces(source, line) - line
}
