//! Text to syntax tree: the grammar, spans and diagnostics of rsx.

pub mod ast;
mod cut;
mod diagnostic;
mod head;
mod lower;
mod problem;
mod scan;
mod source;
mod span;
mod words;

pub use diagnostic::{Code, Diagnostic, Edit, Fix, Label, Severity};
pub use head::{Head, head};
pub use source::{Position, Sources};
pub use span::{FileId, PieceId, Span, Spanned};

use ast::Declaration;
use lower::{Grammar, Lower, Rule};
use pest::Parser as _;

/// What one piece of a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    let mut lower = Lower::new(piece, 0);
    let content = match Grammar::parse(Rule::piece, text) {
        Ok(mut pairs) => pairs.next().map(|pair| lower.piece(pair)).unwrap_or_default(),
        Err(error) => {
            let at = match error.location {
                pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
            };
            let found = text.get(at..).and_then(|rest| rest.split_whitespace().next()).unwrap_or("the end");
            lower.problems.push(problem::Problem::Expected {
                expected: "a declaration".into(),
                found: found.into(),
                at: Span::new(piece, at, at),
            });
            lower::Content::default()
        }
    };
    let diagnostics = lower.problems.iter().map(problem::Problem::diagnostic).collect();
    Parsed {
        declaration: content.declaration,
        file_docs: content.file_docs,
        comments: Vec::new(),
        diagnostics,
    }
}
