//! Refuses text that is nested too deeply, before anything that recurses sees it.
//!
//! What recurses is nested: brackets, `if`, `all`, `any`. What is only joined
//! (`a + b + c`, `a.b.c`, `not not a`) makes a deep tree as well, so it has a
//! bound of its own, far above what people write.

use std::ops::Range;

use crate::problem::TooDeep;
use crate::scan;
use crate::token::{OpenText, Token, TokenKind, tokens};

/// How deeply brackets may be nested, and `if`, `all` and `any` within them.
pub(crate) const DEEPEST: usize = 64;
/// How many operators may stand in one expression, with those around it.
pub(crate) const LONGEST: usize = 256;

/// Shorter text is too deep only by brackets: the shortest other thing that nests is `any x in y:`.
const SHORT: usize = DEEPEST * "any x in y:".len();

/// Returns the first place that is too deep, and why.
pub(crate) fn too_deep(text: &str) -> Option<(Range<usize>, TooDeep)> {
    if text.len() < SHORT && is_shallow(text) {
        return None;
    }
    Depth::default().walk(text, 0..text.len())
}

/// Says whether even all brackets, signs and words together are too few.
fn is_shallow(text: &str) -> bool {
    let signs: usize =
        text.bytes().map(|byte| usize::from(!matches!(byte, b'0'..=b'z' | b' ' | b'\n'))).sum();
    let brackets: usize = text.bytes().map(|byte| usize::from(matches!(byte, b'[' | b'<' | b'?'))).sum();
    // Words that join take a blank and two letters each.
    signs + brackets <= DEEPEST && signs + brackets + text.len() / 3 <= LONGEST
}

/// What is open at some place.
#[derive(Debug, Default)]
struct Depth {
    levels: Vec<Level>,
    nested: usize,
    joined: usize,
}

/// One open bracket and what stands in it so far.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    angle: bool,
    nested: usize,
    joined: usize,
}

impl Depth {
    fn walk(&mut self, text: &str, range: Range<usize>) -> Option<(Range<usize>, TooDeep)> {
        let bottom = self.levels.len();
        self.open(false);
        let mut previous = None;
        for token in tokens(text, range, OpenText::Line) {
            self.step(text, token, previous, bottom + 1);
            if let Some(why) = self.excess() {
                return Some((token.range(), why));
            }
            if token.kind == TokenKind::Text {
                let mut inner = Vec::new();
                scan::interpolations(text, token.start, |range| inner.push(range));
                if let Some(found) = inner.into_iter().find_map(|range| self.walk(text, range)) {
                    return Some(found);
                }
            }
            previous = Some(token);
        }
        while self.levels.len() > bottom {
            self.close();
        }
        None
    }

    fn step(&mut self, text: &str, token: Token, previous: Option<Token>, bottom: usize) {
        let written = token.of(text);
        match token.kind {
            TokenKind::Open => {
                // `a[0][0]`, `f(x)`: what is indexed or called lies one deeper.
                self.join();
                self.open(false);
            }
            TokenKind::Close if self.levels.len() > bottom => self.close(),
            TokenKind::Word => match written {
                "if" | "all" | "any" => self.nest(),
                "and" | "or" | "not" => self.join(),
                "require" => self.begin(),
                _ => {}
            },
            TokenKind::Sign => match written {
                "," | "=" => self.begin(),
                "+" | "-" | "*" | "/" | "." | ".." | "??" => self.join(),
                "<" if previous
                    .is_some_and(|word| word.of(text).starts_with(|c: char| c.is_ascii_uppercase())) =>
                {
                    self.open(true);
                }
                ">" if self.levels.last().is_some_and(|level| level.angle) => self.close(),
                _ => {}
            },
            TokenKind::Close
            | TokenKind::Line
            | TokenKind::Comment
            | TokenKind::Docs
            | TokenKind::FileDocs
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::OpenText
            | TokenKind::Char
            | TokenKind::OpenChar => {}
        }
    }

    fn excess(&self) -> Option<TooDeep> {
        if self.nested > DEEPEST + 1 {
            return Some(TooDeep::Nested);
        }
        (self.joined > LONGEST).then_some(TooDeep::Joined)
    }

    fn open(&mut self, angle: bool) {
        self.levels.push(Level { angle, nested: 1, joined: 0 });
        self.nested += 1;
    }

    fn close(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.nested -= level.nested;
            self.joined -= level.joined;
        }
    }

    fn nest(&mut self) {
        self.levels.iter_mut().last().into_iter().for_each(|level| level.nested += 1);
        self.nested += 1;
    }

    fn join(&mut self) {
        self.levels.iter_mut().last().into_iter().for_each(|level| level.joined += 1);
        self.joined += 1;
    }

    /// Begins another element or field, which is no deeper than the one before.
    fn begin(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            self.nested -= level.nested - 1;
            self.joined -= level.joined;
            (level.nested, level.joined) = (1, 0);
        }
    }
}
