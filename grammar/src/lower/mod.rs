//! Turns pest's pairs into the tree; only this folder and `words.rs` and `recover.rs` speak of rules.
//!
//! Every function gives `None` when it has reported what is wrong, so that whoever
//! holds the node leaves it out: a value with an error is unknown, not wrong twice.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rule of the grammar says which parts it has; the others are signs and words"
)]

mod body;
mod declaration;
mod expression;
mod literal;
mod types;

pub(crate) use literal::dedent;

use pest::iterators::{Pair, Pairs};
use smol_str::SmolStr;

use crate::ast::{Body, Declaration, Name};
use crate::problem::{Problem, Syntax};
use crate::words::{is_name, is_reserved};
use crate::{Code, PieceId, Span, Spanned};

/// The generated parser.
#[derive(Debug, pest_derive::Parser)]
#[grammar = "../rsx.pest"]
pub(crate) struct Grammar;

/// One piece on its way into the tree.
#[derive(Debug)]
pub(crate) struct Lower {
    piece: PieceId,
    /// Where the text that pest saw begins in the piece.
    base: usize,
    pub(crate) problems: Vec<Problem>,
}

/// A part of the text, and where it begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'t> {
    pub(crate) text: &'t str,
    pub(crate) start: usize,
}

impl<'t> Written<'t> {
    fn of(pair: &Pair<'t, Rule>) -> Self {
        Self { text: pair.as_str(), start: position(pair) }
    }
}

/// What a piece holds.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) declaration: Option<Declaration>,
    pub(crate) file_docs: Option<Spanned<String>>,
}

impl Lower {
    /// Begins a piece, or a part of one that starts at `base`.
    pub(crate) fn new(piece: PieceId, base: usize) -> Self {
        Self { piece, base, problems: Vec::new() }
    }

    /// Lowers whatever pest was asked to read: a piece, or a field or clause of a broken one.
    pub(crate) fn part(&mut self, pairs: Pairs<'_, Rule>) -> (Content, Body) {
        let mut content = Content::default();
        let mut body = Body { items: Vec::new(), broken: Vec::new(), span: Span::new(self.piece, 0, 0) };
        for pair in pairs {
            match pair.as_rule() {
                Rule::piece => content = self.piece(pair),
                _ => self.fragment(pair, &mut body),
            }
        }
        (content, body)
    }

    /// Lowers `Rule::piece`.
    pub(crate) fn piece(&mut self, pair: Pair<'_, Rule>) -> Content {
        let mut content = Content::default();
        let mut docs = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::EOI => {}
                Rule::file_docs => content.file_docs = Some(self.file_docs(&part)),
                Rule::docs => docs = self.docs(part),
                _ => content.declaration = Some(self.declaration(docs.take(), part)),
            }
        }
        content
    }

    /// Lowers what `Rule::fragment` holds, if it is a field or a clause, into `body`.
    fn fragment(&mut self, pair: Pair<'_, Rule>, body: &mut Body) {
        for part in pair.into_inner().filter(|part| part.as_rule() == Rule::item) {
            self.item(part, body);
        }
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let start = self.base + position(pair);
        Span::new(self.piece, start, start + pair.as_str().len())
    }

    /// Returns the place of `len` bytes, `offset` bytes into what is written.
    fn within(&self, written: Written<'_>, offset: usize, len: usize) -> Span {
        let start = self.base + written.start + offset;
        Span::new(self.piece, start, start + len)
    }

    fn report<T>(&mut self, problem: Problem) -> Option<T> {
        self.problems.push(problem);
        None
    }

    fn file_docs(&self, pair: &Pair<'_, Rule>) -> Spanned<String> {
        let lines = pair.as_str().lines().filter_map(|line| line.trim_start().strip_prefix("//!"));
        Spanned::new(without_marks(lines), self.span(pair))
    }

    fn docs(&self, pair: Pair<'_, Rule>) -> Option<Spanned<String>> {
        let lines: Vec<_> = pair.into_inner().collect();
        let span = self.span(lines.first()?).to(self.span(lines.last()?));
        Some(Spanned::new(
            without_marks(lines.iter().filter_map(|line| line.as_str().strip_prefix("///"))),
            span,
        ))
    }

    /// Lowers a word that names a field or a unit.
    fn word(&self, pair: &Pair<'_, Rule>) -> Name {
        Spanned::new(SmolStr::new(pair.as_str()), self.span(pair))
    }

    /// Lowers a word that names a declaration, a kind, a variant or a loop's variable.
    fn name(&mut self, pair: &Pair<'_, Rule>) -> Option<Name> {
        let name = self.word(pair);
        if is_reserved(&name.node) {
            return self.report(Problem::Syntax(Syntax::Reserved { word: name.node }, name.span));
        }
        if !is_name(&name.node) {
            return self.report(Problem::Syntax(Syntax::Spelling { word: name.node }, name.span));
        }
        Some(name)
    }

    fn code(&self, pair: &Pair<'_, Rule>) -> Spanned<Code> {
        Spanned::new(Code::named(pair.as_str()), self.span(pair))
    }
}

/// Returns the next pair of a rule, leaving out what stands before it.
fn next<'i>(pairs: &mut Pairs<'i, Rule>, rule: Rule) -> Option<Pair<'i, Rule>> {
    pairs.find(|pair| pair.as_rule() == rule)
}

/// Returns where a pair begins in the text that pest saw.
fn position(pair: &Pair<'_, Rule>) -> usize {
    pair.as_span().start()
}

fn without_marks<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let lines: Vec<_> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n")
}
