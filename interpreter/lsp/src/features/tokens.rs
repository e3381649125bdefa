//! What every word of a file is, for colours: the text's own tokens, and for names what the tree and the program know.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use rsx_syntax::{FileId, Parsed, PieceId, Span, TokenKind, is_reserved, lexemes};

use crate::features::walk::{Role, Seen, walk};
use crate::snapshot::Snapshot;

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
    /// A code, or what is said of a schema's field.
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
    let mut all = Vec::new();
    for piece in sources.pieces(file) {
        let text = sources.piece_text(piece);
        let base = sources.range(Span::new(piece, 0, 0)).start;
        if meets(&(base..base + text.len())) {
            let known = Known::of(snapshot, piece);
            known.tokens(text, 0..text.len(), &mut |token| {
                let range = base + token.range.start..base + token.range.end;
                all.extend(
                    lines(sources.text(file), Token { range, ..token }).filter(|token| meets(&token.range)),
                );
            });
        }
    }
    all
}

/// Cuts a token at the ends of lines.
fn lines(text: &str, token: Token) -> impl Iterator<Item = Token> {
    let mut start = token.range.start;
    let written = text.get(token.range.clone()).unwrap_or_default();
    written.split('\n').filter_map(move |line| {
        let range = start..start + line.len();
        start = range.end + 1;
        (!line.trim_end().is_empty()).then(|| Token { range, ..token.clone() })
    })
}

/// What the tree of a piece and the program say of its words.
struct Known {
    /// By where a word starts.
    words: HashMap<usize, Word>,
    /// Expressions in texts, in their order.
    interpolations: Vec<Range<usize>>,
    /// Whether all of it could be read, so that what is no name is a word of the language.
    is_whole: bool,
}

#[derive(Clone, Copy)]
struct Word {
    class: Class,
    declares: bool,
    of_library: bool,
}

impl Known {
    fn of(snapshot: &Snapshot, piece: PieceId) -> Self {
        let mut known = Self { words: HashMap::new(), interpolations: Vec::new(), is_whole: false };
        let Some(tree) = snapshot.tree(piece) else { return known };
        known.is_whole = tree.diagnostics.is_empty();
        let locals = locals(snapshot, tree);
        let library = snapshot.library;
        let program = &snapshot.analysis.program;
        let mut see = |seen: Seen| match seen {
            Seen::Stretch(_) => {}
            Seen::Interpolation(span) => known.interpolations.push(span.start as usize..span.end as usize),
            Seen::Word(role, span) => {
                let name = snapshot.written(span);
                let of_library = match role {
                    Role::Kind => library.kind(name).is_some(),
                    Role::Type => library.ty(name).is_some() || library.kind(name).is_some(),
                    Role::Function => true,
                    Role::Declares
                    | Role::Binds
                    | Role::DeclaresField
                    | Role::Field
                    | Role::DeclaresType
                    | Role::Attribute
                    | Role::Unit
                    | Role::Argument
                    | Role::Variant
                    | Role::Name
                    | Role::Code => false,
                };
                let is_variable = || {
                    locals.contains(name)
                        || program.declared.contains_key(name)
                        || program.globals.contains_key(name)
                };
                let class = match role {
                    Role::Kind => Class::Kind,
                    Role::Declares | Role::Binds => Class::Variable,
                    Role::DeclaresField | Role::Field | Role::Argument => Class::Property,
                    Role::Type if program.kinds.contains_key(name) => Class::Kind,
                    Role::Type | Role::DeclaresType => Class::Type,
                    Role::Attribute | Role::Code => Class::Decorator,
                    Role::Unit => Class::Number,
                    Role::Function => Class::Function,
                    Role::Name if is_reserved(name) => Class::Keyword,
                    Role::Name if is_variable() => Class::Variable,
                    Role::Name | Role::Variant => Class::Member,
                };
                let declares =
                    matches!(role, Role::Declares | Role::Binds | Role::DeclaresField | Role::DeclaresType);
                known.words.insert(span.start as usize, Word { class, declares, of_library });
            }
        };
        tree.declaration.iter().for_each(|declaration| walk(declaration, &mut see));
        known.interpolations.sort_by_key(|range| range.start);
        known
    }

    fn tokens(&self, text: &str, range: Range<usize>, tell: &mut dyn FnMut(Token)) {
        for lexeme in lexemes(text, range) {
            let start = lexeme.range.start;
            let word = self.words.get(&start).copied();
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
        for inner in &self.interpolations {
            // One within another is told by the outer.
            if inner.start < at || inner.end > range.end {
                continue;
            }
            tell(plain(at..inner.start));
            self.tokens(text, inner.clone(), tell);
            at = inner.end;
        }
        tell(plain(at..range.end));
    }
}

/// The names that a declaration binds within itself, members of a pattern included.
fn locals<'s>(snapshot: &'s Snapshot, tree: &Parsed) -> HashSet<&'s str> {
    let mut locals = HashSet::new();
    let mut see = |seen: Seen| {
        if let Seen::Word(Role::Binds | Role::Declares | Role::DeclaresField, span) = seen {
            locals.insert(snapshot.written(span));
        }
    };
    tree.declaration.iter().for_each(|declaration| walk(declaration, &mut see));
    locals
}
