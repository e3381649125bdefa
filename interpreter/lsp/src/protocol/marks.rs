//! What is shown in and beside a text → what clients understand.

use std::ops::Range;

use gen_lsp_types as lsp;
use rsx_syntax::FileId;
use serde_json::Value;

use super::{range, value};
use crate::features::folding::{Fold, FoldKind};
use crate::features::links::Link;
use crate::places::Places;

/// Writes what can be folded.
pub(crate) fn folds(places: &Places<'_>, file: FileId, folds: &[Fold]) -> Value {
    let one = |fold: &Fold| {
        let (start, end) = places.stretch(file, &fold.range);
        lsp::FoldingRange {
            start_line: start.line,
            start_character: Some(start.character),
            end_line: end.line,
            end_character: Some(end.character),
            kind: match fold.kind {
                FoldKind::Code => None,
                FoldKind::Comment => Some(lsp::FoldingRangeKind::Comment),
                FoldKind::Imports => Some(lsp::FoldingRangeKind::Imports),
            },
            collapsed_text: None,
        }
    };
    value(folds.iter().map(one).collect::<Vec<_>>())
}

/// Writes what a selection grows to; nothing where it grows to nothing.
pub(crate) fn selection(places: &Places<'_>, file: FileId, grows: &[Range<usize>]) -> Option<Value> {
    let outward = grows.iter().rev();
    let inner = outward.fold(None, |parent, stretch| {
        let range = range(places.stretch(file, stretch));
        Some(lsp::SelectionRange { range, parent: parent.map(Box::new) })
    });
    inner.map(value)
}

/// Writes the files that a file imports.
pub(crate) fn links(places: &Places<'_>, file: FileId, links: &[Link]) -> Value {
    let one = |link: &Link| {
        let target = places.beside(file, &link.written)?.into();
        let range = range(places.stretch(file, &link.range));
        Some(lsp::DocumentLink { range, target: Some(target), tooltip: None, data: None })
    };
    value(links.iter().filter_map(one).collect::<Vec<_>>())
}
