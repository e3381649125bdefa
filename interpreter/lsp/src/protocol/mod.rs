//! The protocol's types: what clients say → plain data, plain data → what clients understand. No other module knows them.

mod abilities;
mod answers;
mod edits;
mod marks;
mod problems;
mod reading;

use gen_lsp_types as lsp;
use serde_json::Value;

pub(crate) use abilities::abilities;
pub(crate) use answers::{
    completions, definition, highlight, hover, location, outline, workspace_symbol, written_range,
};
pub(crate) use edits::{action, action_name, changes, edits};
pub(crate) use marks::{
    TELL, all_colours, coloured, colours, folds, hints, lens, links, selection, signature,
};
pub(crate) use problems::diagnostics;
pub(crate) use reading::{ask, settings, tell};

use crate::places::Stretch;
use crate::text::Point;

/// Who says it, as editors show beside a diagnostic.
const SOURCE: &str = "rsx";

fn range((start, end): Stretch) -> lsp::Range {
    lsp::Range { start: position(start), end: position(end) }
}

fn position(point: Point) -> lsp::Position {
    lsp::Position { line: point.line, character: point.character }
}

fn stretch(range: lsp::Range) -> Stretch {
    (point(range.start), point(range.end))
}

fn point(position: lsp::Position) -> Point {
    Point { line: position.line, character: position.character }
}

fn markdown(text: &str) -> lsp::MarkupContent {
    lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: text.to_owned() }
}

/// Writes a number; one that is too large, as the largest there is.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Writes one of the protocol's types.
fn value(of: impl serde::Serialize) -> Value {
    // They are records with text for keys: nothing in them can't be written.
    serde_json::to_value(of).unwrap_or_default()
}

/// Writes one of the protocol's words.
fn word(of: impl serde::Serialize) -> String {
    value(of).as_str().unwrap_or_default().to_owned()
}
