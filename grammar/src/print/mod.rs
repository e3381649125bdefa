//! Prints a file in its one canonical layout; comments, docs and what the text means stay.
//!
//! The leaves of the tree are taken over as they are written; only blanks, line ends and
//! separators are made anew. A comment stands before the part that follows it, or at the
//! end of the line of the part that it was written beside or in.

mod expression;
mod flat;
mod node;
mod row;
mod trivia;
mod wide;

use std::ops::Range;

use crate::ast::Declaration;
use crate::{Diagnostic, Sources, Span, parse};
use node::Node;
use trivia::Trivia;

/// How wide a line may be, in characters.
const WIDTH: usize = 100;
/// How far a block is indented.
const STEP: usize = 2;

/// Returns the one canonical layout of a file.
///
/// # Errors
///
/// A file with errors is not formatted: its diagnostics are returned, with the spans that
/// the file has as the first of a [`Sources`].
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add("", text);
    let (mut declarations, mut diagnostics) = (Vec::new(), Vec::new());
    for piece in sources.pieces(file) {
        let parsed = parse(piece, sources.piece_text(piece));
        declarations.extend(parsed.declaration);
        diagnostics.extend(parsed.diagnostics);
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let Layout { text, settled } = Printer::new(&sources, text).file(&declarations);
    // A comment that moved out of the middle of a line leaves room that only a second look sees.
    if settled { Ok(text) } else { format(&text) }
}

/// A file in its new layout.
#[derive(Debug)]
struct Layout {
    text: String,
    /// Whether every comment stayed between the parts that it stood between.
    settled: bool,
}

/// A file on its way to its layout.
#[derive(Debug)]
struct Printer<'t> {
    sources: &'t Sources,
    text: &'t str,
    trivia: Trivia<'t>,
    out: String,
}

impl<'t> Printer<'t> {
    fn new(sources: &'t Sources, text: &'t str) -> Self {
        Self { sources, text, trivia: Trivia::of(text), out: String::with_capacity(text.len()) }
    }

    fn file(mut self, declarations: &[Declaration]) -> Layout {
        let nodes: Vec<_> = declarations.iter().map(Node::Declaration).collect();
        self.nodes(&nodes, 0, "", 0..self.text.len());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        Layout { text: self.out, settled: self.trivia.settled }
    }

    /// Prints the parts of a block, each on a line or lines of its own, with the comments between them.
    /// `inside` is what stands between the brackets of the block.
    fn nodes(&mut self, nodes: &[Node<'_>], indent: usize, separator: &str, inside: Range<usize>) {
        let rows = self.rows(nodes, indent, separator);
        let mut behind = inside.start;
        // Whether the part before takes several lines, which only matters between declarations.
        let mut tall = false;
        for (index, (node, row)) in nodes.iter().zip(rows).enumerate() {
            let range = self.range_of(node);
            let apart = matches!(node, Node::Declaration(_)) && index > 0 && (tall || row.is_none());
            self.lead(behind..range.start, indent, apart);
            tall = row.is_none();
            match row {
                Some(line) => self.out.push_str(&line),
                None => self.wide_node(node, indent),
            }
            self.out.push_str(separator);
            let next = nodes.get(index + 1).map_or(inside.end, |next| self.range_of(next).start);
            behind = self.trail(range.end..next);
        }
        self.lead_out(behind..inside.end, indent);
    }

    /// Begins a line.
    fn line(&mut self, indent: usize) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// Leaves a line empty, unless it would be the first of its block.
    fn blank_line(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// Returns how many characters the line at hand has.
    fn column(&self) -> usize {
        let line = self.out.rsplit_once('\n').map_or(self.out.as_str(), |(_, line)| line);
        line.chars().count()
    }

    fn range(&self, span: Span) -> Range<usize> {
        self.sources.range(span)
    }

    /// Returns a part as it is written.
    fn written(&self, span: Span) -> &'t str {
        self.sources.snippet(span)
    }

    fn has_comment(&self, span: Span) -> bool {
        self.trivia.has_any(&self.range(span))
    }
}
