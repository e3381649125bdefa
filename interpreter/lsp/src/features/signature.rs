//! How the function is called in whose brackets an offset stands.

use std::ops::Range;

use rsx_lang::builtin::{Function, functions};
use rsx_syntax::{FileId, Lexeme, TokenKind, lexemes};

use crate::snapshot::Snapshot;

/// Ways to call a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The function.
    pub function: Function,
    /// Each way.
    pub ways: Vec<Way>,
    /// Which of them has room for what is written, from 0; the last where none has.
    pub way: usize,
}

/// One way to call a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// As it would be written.
    pub text: &'static str,
    /// Where in it the arguments stand.
    pub arguments: Vec<Range<usize>>,
    /// The argument in which the offset stands, from 0; there may be fewer.
    pub argument: usize,
}

/// Returns how the innermost call around an offset is made; works in text that is not finished.
pub fn signature(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<Signature> {
    let (piece, within) = snapshot.at(file, offset)?;
    let text = snapshot.sources().piece_text(piece);
    let (name, argument) = call(text, within)?;
    let function = functions().find(|function| function.name == name)?;
    let ways: Vec<Way> = function.usage.split("` or `").map(|text| Way::of(text, argument)).collect();
    let fits = ways.iter().position(|way| way.argument < way.arguments.len());
    Some(Signature { function, way: fits.unwrap_or(ways.len().saturating_sub(1)), ways })
}

impl Way {
    fn of(text: &'static str, argument: usize) -> Self {
        let arguments = arguments(text);
        let goes_on =
            |range: &Range<usize>| text.get(range.clone()).is_some_and(|written| written.ends_with('…'));
        // Of one that stands for many, what is behind it is one more.
        let many = arguments.iter().position(goes_on).unwrap_or(usize::MAX);
        Self { text, argument: argument.min(many), arguments }
    }
}

/// Returns the function of the innermost call around an offset of a text, and the place of its argument.
fn call(text: &str, offset: usize) -> Option<(&str, usize)> {
    // What is open before the offset: the function, if the bracket is that of a call, and how many commas there were.
    let mut open: Vec<(Option<&str>, usize)> = Vec::new();
    let mut before: Option<Lexeme> = None;
    for lexeme in lexemes(text, 0..offset) {
        let written = |lexeme: &Lexeme| text.get(lexeme.range.clone()).unwrap_or_default();
        match lexeme.kind {
            TokenKind::Open => {
                let is_call = written(&lexeme) == "(";
                let touches = |word: &&Lexeme| {
                    word.kind == TokenKind::Word && word.range.end == lexeme.range.start && is_call
                };
                let name = before.as_ref().filter(touches).map(|word| word.range.clone());
                open.push((name.and_then(|range| text.get(range)), 0));
            }
            TokenKind::Close => drop(open.pop()),
            TokenKind::Sign if written(&lexeme) == "," => {
                open.iter_mut().rev().take(1).for_each(|(_, commas)| *commas += 1);
            }
            TokenKind::Line
            | TokenKind::Comment
            | TokenKind::Docs
            | TokenKind::FileDocs
            | TokenKind::Word
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::OpenText
            | TokenKind::Char
            | TokenKind::OpenChar
            | TokenKind::Sign => {}
        }
        before = Some(lexeme);
    }
    open.into_iter().rev().find_map(|(name, commas)| Some((name?, commas)))
}

/// Returns where the arguments stand in a usage, `name(first, second)`.
fn arguments(usage: &str) -> Vec<Range<usize>> {
    let inside = usage.find('(').map_or(0, |at| at + 1)..usage.rfind(')').unwrap_or(usage.len());
    let mut start = inside.start;
    let parts = usage.get(inside).unwrap_or_default().split(", ");
    parts
        .map(|part| {
            let range = start..start + part.len();
            start = range.end + 2;
            range
        })
        .collect()
}
