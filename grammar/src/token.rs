//! Cuts a text into coarse tokens, where the grammar is of no help: in broken text, for depth and for comments.

use std::ops::Range;

use crate::scan;

/// A coarse token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// The end of a line.
    Line,
    /// `// …`
    Comment,
    /// `/// …`
    Docs,
    /// `//! …`
    FileDocs,
    /// A name, a kind, a type, a word of the language.
    Word,
    /// What begins with a digit: a number with its unit, an address.
    Number,
    /// `"…"`
    Text,
    /// `"…` without an end on its line.
    OpenText,
    /// `'…'`
    Char,
    /// A `'` that begins no character.
    OpenChar,
    /// `(`, `[`, `{`
    Open,
    /// `)`, `]`, `}`
    Close,
    /// Any other character, or two that belong together.
    Sign,
}

/// How far a text reaches that is never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenText {
    /// To the end of its line.
    Line,
    /// It is only its quote: what follows is read as code.
    Quote,
}

impl Token {
    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Returns the token as it is written.
    pub(crate) fn of(self, source: &str) -> &str {
        source.get(self.range()).unwrap_or("")
    }

    /// Says whether the token is no code: a comment or a line's end.
    pub(crate) fn is_blank(self) -> bool {
        matches!(self.kind, TokenKind::Line | TokenKind::Comment)
    }
}

/// Cuts the text between `range` into tokens.
pub(crate) fn tokens(source: &str, range: Range<usize>, open: OpenText) -> impl Iterator<Item = Token> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        at = scan::spaces(source, at);
        let token = token(source, at, open).filter(|_| at < range.end)?;
        at = token.end;
        Some(token)
    })
}

fn token(source: &str, start: usize, open: OpenText) -> Option<Token> {
    let char = source.get(start..)?.chars().next()?;
    let (kind, end) = match char {
        '\n' => (TokenKind::Line, start + 1),
        'a'..='z' | 'A'..='Z' | '_' => (TokenKind::Word, scan::word(source, start)),
        '0'..='9' => (TokenKind::Number, number(source, start)),
        '(' | '[' | '{' => (TokenKind::Open, start + 1),
        ')' | ']' | '}' => (TokenKind::Close, start + 1),
        '"' => match (scan::text(source, start), open) {
            (scan::Quoted::Closed(end), _) => (TokenKind::Text, end),
            (scan::Quoted::Open(end), OpenText::Line) => (TokenKind::OpenText, end),
            (scan::Quoted::Open(_), OpenText::Quote) => (TokenKind::OpenText, start + 1),
        },
        '\'' => match scan::char(source, start) {
            scan::Quoted::Closed(end) => (TokenKind::Char, end),
            scan::Quoted::Open(end) => (TokenKind::OpenChar, end),
        },
        '/' if source.get(start..).is_some_and(|rest| rest.starts_with("//")) => {
            (comment(source, start), scan::line_end(source, start))
        }
        _ => (TokenKind::Sign, start + sign(source, start).unwrap_or(char.len_utf8())),
    };
    Some(Token { kind, start, end })
}

/// Tells which comment begins at the `//` at `start`.
pub(crate) fn comment(source: &str, start: usize) -> TokenKind {
    match source.get(start + 2..).unwrap_or("").as_bytes() {
        [b'!', ..] => TokenKind::FileDocs,
        [b'/', b'/', ..] => TokenKind::Comment,
        [b'/', ..] => TokenKind::Docs,
        _ => TokenKind::Comment,
    }
}

/// Skips a number or an address, which stops before `..`.
fn number(source: &str, start: usize) -> usize {
    let bytes = source.as_bytes();
    let mut at = scan::word(source, start);
    let mut dots = 0;
    loop {
        let goes_on = match bytes.get(at) {
            Some(b'.') => {
                dots += 1;
                true
            }
            Some(b'/') => dots >= 2,
            _ => false,
        };
        if !goes_on || !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
            break;
        }
        at = scan::word(source, at + 1);
    }
    at + usize::from(bytes.get(at) == Some(&b'%'))
}

/// Returns the length of two characters that belong together.
fn sign(source: &str, start: usize) -> Option<usize> {
    let two = source.get(start..start + 2)?;
    matches!(two, "==" | "!=" | "<=" | ">=" | ".." | "::" | "??" | "&&" | "||" | "=>" | "->" | "/*")
        .then_some(2)
}
