//! Text to syntax tree: the grammar, spans and diagnostics of rsx.

mod amount;
pub mod ast;
mod brackets;
mod cut;
mod depth;
mod diagnostic;
mod head;
mod lower;
mod near_miss;
mod plain;
mod precedence;
mod print;
mod problem;
mod recover;
mod scan;
mod source;
mod span;
mod split;
mod token;
mod words;

pub use diagnostic::{Code, Diagnostic, Edit, Fix, Label, Severity};
pub use head::{BLOCKS, Head, ONE_LINE, head};
pub use print::format;
pub use problem::no_name;
pub use source::{Position, Sources};
pub use span::{FileId, PieceId, Span, Spanned};
pub use token::TokenKind;
pub use words::{is_name, is_reserved};

use std::ops::Range;

use ast::{Binding, Declaration, DeclarationKind, Expr};
use lower::{Content, Grammar, Lower, Rule};
use pest::Parser as _;
use problem::{Problem, Syntax};
use serde::{Deserialize, Serialize};
use token::{OpenText, tokens};

/// What one piece of a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parsed {
    /// Its declaration; none if it holds only comments or the file's docs.
    pub declaration: Option<Declaration>,
    /// The `//!` lines, without their marks.
    pub file_docs: Option<Spanned<String>>,
    /// The `//` comments.
    pub comments: Vec<Span>,
    /// What is wrong with the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads one piece of a file; spans are relative to it. Never fails: what can't be read is told and left out.
pub fn parse(piece: PieceId, text: &str) -> Parsed {
    let mut problems = Vec::new();
    let content = read(piece, text, &mut problems);
    let mut diagnostics: Vec<_> = problems.iter().map(Problem::diagnostic).collect();
    diagnostics.sort_by_key(|one| one.primary().map(|span| (span.start, span.end)));
    let Content { declaration, file_docs } = content;
    Parsed { declaration, file_docs, comments: comments(piece, text), diagnostics }
}

/// Parses a text as a value that stands at a place, or says what is wrong with it.
pub fn parse_value(at: Span, text: &str) -> Result<Expr, Vec<Diagnostic>> {
    const LET: &str = "let it =";
    // What stands before the value is as long as what stands there, so that places are the same.
    let blanks = " ".repeat((at.start as usize).saturating_sub(LET.len()));
    let parsed = parse(at.piece, &format!("{LET}{blanks}{text}"));
    let Some(Declaration { kind: DeclarationKind::Let(Binding { value: Some(value), .. }), .. }) =
        parsed.declaration
    else {
        return Err(parsed.diagnostics);
    };
    if parsed.diagnostics.is_empty() { Ok(value) } else { Err(parsed.diagnostics) }
}

/// A word, number, sign or comment of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

/// Cuts a stretch of a text into what stands between its spaces. Never fails: broken text has lexemes as well.
pub fn lexemes(text: &str, range: Range<usize>) -> impl Iterator<Item = Lexeme> {
    tokens(text, range, OpenText::Line).map(|token| Lexeme { kind: token.kind, range: token.range() })
}

/// Returns what stands between the braces of each `${…}` of the text that begins at a byte; of those within others, the outer.
/// Never fails, as [`lexemes`] does not.
pub fn interpolations(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    scan::interpolations(text, start, |inner| found.push(inner));
    found
}

fn read(piece: PieceId, text: &str, problems: &mut Vec<Problem>) -> Content {
    if let Some(declaration) = plain::read(piece, text) {
        return Content { declaration: Some(declaration), file_docs: None };
    }
    if let Some((range, why)) = depth::too_deep(text) {
        problems.push(Problem::Syntax(Syntax::TooDeep(why), Span::new(piece, range.start, range.end)));
        return recover::broken(piece, text);
    }
    match Grammar::parse(Rule::piece, text) {
        Ok(pairs) => {
            let mut lower = Lower::new(piece, 0);
            let (content, _) = lower.part(pairs);
            problems.append(&mut lower.problems);
            content
        }
        Err(_) => recover::recover(piece, text, problems),
    }
}

fn comments(piece: PieceId, text: &str) -> Vec<Span> {
    // Most pieces have none, which is seen faster than by cutting them into tokens.
    let begins = |at: usize| text.as_bytes().get(at + 1) == Some(&b'/');
    if !text.match_indices('/').any(|(at, _)| begins(at) && token::comment(text, at) == TokenKind::Comment) {
        return Vec::new();
    }
    let comments =
        tokens(text, 0..text.len(), OpenText::Line).filter(|token| token.kind == TokenKind::Comment);
    comments.map(|token| Span::new(piece, token.start, token.end)).collect()
}
