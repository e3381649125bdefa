//! What every word of a file is, for colours: the text's own tokens, and for names what the tree and the program know.

use std::collections::HashMap;
use std::ops::Range;

use rsx_syntax::{FileId, PieceId, Span, TokenKind, interpolations, is_reserved, lexemes};

use crate::features::names::{self, Occurrence, Role, Symbol};
use crate::snapshot::Snapshot;
use crate::text::lines;

/// What a token is. The order is that of the legend that clients are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A word of the language.
    Keyword,
    /// A kind.
    Kind,
    /// A type.
    Type,
    /// A field.
    Property,
    /// A declaration, a param, a let, a loop's variable.
    Variable,
    /// A function.
    Function,
    /// A word of a closed set.
    Member,
    /// Text.
    Text,
    /// A number with its unit, an address, a network.
    Number,
    /// A sign between values.
    Operator,
    /// A comment or documentation.
    Comment,
    /// A code.
    Decorator,
}

impl Class {
    /// Every class, in the order of the legend.
    pub const ALL: [Self; 12] = [
        Self::Keyword,
        Self::Kind,
        Self::Type,
        Self::Property,
        Self::Variable,
        Self::Function,
        Self::Member,
        Self::Text,
        Self::Number,
        Self::Operator,
        Self::Comment,
        Self::Decorator,
    ];
}

/// A token within one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where in the file.
    pub range: Range<usize>,
    /// What it is.
    pub class: Class,
    /// Whether the name is declared here.
    pub declares: bool,
    /// Whether it documents.
    pub documents: bool,
    /// Whether the name is the library's.
    pub of_library: bool,
}

/// Returns the tokens of a stretch of a file in their order. Without a stretch, of all of it.
pub fn tokens(snapshot: &Snapshot, file: FileId, within: Option<Range<usize>>) -> Vec<Token> {
    let sources = snapshot.sources();
    let meets = |range: &Range<usize>| {
        within.as_ref().is_none_or(|within| range.start < within.end && within.start < range.end)
    };
    let occurrences = names::in_file(snapshot, file);
    let words = occurrences.iter().filter_map(|one| Some((one.span, Word::of(snapshot, one)?))).collect();
    let mut all = Vec::new();
    for piece in sources.pieces(file) {
        let text = sources.piece_text(piece);
        let base = sources.range(Span::new(piece, 0, 0)).start;
        if meets(&(base..base + text.len())) {
            let known = Known::of(snapshot, &words, piece);
            known.tokens(text, 0..text.len(), &mut |token| {
                let range = base + token.range.start..base + token.range.end;
                all.extend(
                    cut(sources.text(file), Token { range, ..token }).filter(|token| meets(&token.range)),
                );
            });
        }
    }
    all
}

/// Cuts a token at the ends of lines, as editors have them.
fn cut(text: &str, token: Token) -> impl Iterator<Item = Token> {
    let start = token.range.start;
    let written = text.get(token.range.clone()).unwrap_or_default();
    lines(written).filter_map(move |line| {
        let is_blank = written.get(line.clone()).is_none_or(|line| line.trim_end().is_empty());
        (!is_blank).then(|| Token { range: start + line.start..start + line.end, ..token.clone() })
    })
}

/// What is known of a piece besides its text.
struct Known<'k> {
    /// The names that stand in it.
    words: &'k HashMap<Span, Word>,
    piece: PieceId,
    /// Whether all of it could be read, so that what is no name is a word of the language.
    is_whole: bool,
}

/// What is known of a name.
#[derive(Clone, Copy)]
struct Word {
    class: Class,
    declares: bool,
    of_library: bool,
}

impl Word {
    /// What a name is; nothing for the path of a file, which is text.
    fn of(snapshot: &Snapshot, occurrence: &Occurrence) -> Option<Self> {
        let library = snapshot.library;
        let (class, of_library) = match &occurrence.symbol {
            Symbol::Kind(name) => (Class::Kind, library.kind(name).is_some()),
            Symbol::Type(name) => (Class::Type, library.ty(name).is_some()),
            Symbol::Function(_) => (Class::Function, true),
            Symbol::Member(..) | Symbol::Field(_) => (Class::Property, false),
            Symbol::Word(..) => (Class::Member, false),
            Symbol::Value(_) | Symbol::Local(_) | Symbol::Env(_) | Symbol::Output(_) | Symbol::Stack => {
                (Class::Variable, false)
            }
            Symbol::Code(_) => (Class::Decorator, false),
            Symbol::Unit(_) => (Class::Number, false),
            Symbol::Me => (Class::Keyword, false),
            Symbol::File(_) => return None,
        };
        Some(Self { class, declares: occurrence.role == Role::Definition, of_library })
    }
}

impl<'k> Known<'k> {
    fn of(snapshot: &Snapshot, words: &'k HashMap<Span, Word>, piece: PieceId) -> Self {
        let tree = snapshot.tree(piece);
        Self { words, piece, is_whole: tree.is_some_and(|tree| tree.diagnostics.is_empty()) }
    }

    fn word(&self, range: &Range<usize>) -> Option<Word> {
        self.words.get(&Span::new(self.piece, range.start, range.end)).copied()
    }

    fn tokens(&self, text: &str, range: Range<usize>, tell: &mut dyn FnMut(Token)) {
        for lexeme in lexemes(text, range) {
            let word = self.word(&lexeme.range);
            let class = match lexeme.kind {
                TokenKind::Line | TokenKind::Open | TokenKind::Close | TokenKind::OpenChar => continue,
                TokenKind::Comment | TokenKind::Docs | TokenKind::FileDocs => Class::Comment,
                TokenKind::Number => Class::Number,
                TokenKind::Char => Class::Text,
                TokenKind::Text | TokenKind::OpenText => {
                    self.text(text, lexeme.range, tell);
                    continue;
                }
                TokenKind::Sign => Class::Operator,
                TokenKind::Word => match word {
                    Some(word) => word.class,
                    None if self.is_whole
                        || is_reserved(text.get(lexeme.range.clone()).unwrap_or_default()) =>
                    {
                        Class::Keyword
                    }
                    None => continue,
                },
            };
            tell(Token {
                range: lexeme.range,
                class,
                declares: word.is_some_and(|word| word.declares),
                documents: matches!(lexeme.kind, TokenKind::Docs | TokenKind::FileDocs),
                of_library: word.is_some_and(|word| word.of_library),
            });
        }
    }

    /// Tells a text without the expressions in it, and those by themselves.
    fn text(&self, text: &str, range: Range<usize>, tell: &mut dyn FnMut(Token)) {
        let mut at = range.start;
        let plain = |range: Range<usize>| Token {
            range,
            class: Class::Text,
            declares: false,
            documents: false,
            of_library: false,
        };
        for inner in interpolations(text, range.start) {
            tell(plain(at..inner.start));
            self.tokens(text, inner.clone(), tell);
            at = inner.end;
        }
        tell(plain(at..range.end));
    }
}
