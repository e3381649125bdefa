//! What a selection grows to: the word, the expression, the field, the body, the declaration, the file.

use std::ops::Range;

use rsx_syntax::{FileId, TokenKind, lexemes};

use crate::features::tree::Node;
use crate::snapshot::Snapshot;

/// Returns the stretches of a file that hold an offset, each within the next, the last the whole file.
pub fn grows(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Range<usize>> {
    let sources = snapshot.sources();
    let holds = |range: &Range<usize>| range.start <= offset && offset <= range.end;
    let whole = 0..sources.text(file).len();
    let mut ranges = Vec::from([whole]);
    if let Some((piece, within)) = snapshot.at(file, offset) {
        let base = offset - within;
        let text = sources.piece_text(piece);
        let word = lexemes(text, 0..text.len())
            .filter(|lexeme| lexeme.kind != TokenKind::Line)
            .map(|lexeme| base + lexeme.range.start..base + lexeme.range.end);
        ranges.extend(word.filter(holds));
        let declaration = snapshot.tree(piece).and_then(|tree| tree.declaration.as_ref());
        let mut see = |node: Node<'_>| ranges.push(snapshot.range(node.span()).1);
        declaration.into_iter().for_each(|declaration| Node::Declaration(declaration).visit(&mut see));
    }
    ranges.retain(holds);
    ranges.sort_by_key(|range| (range.len(), range.start));
    ranges.dedup();
    // Two words that meet at the offset do not lie in each other: the first found stays.
    let mut grown: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        if grown.last().is_none_or(|last| range.start <= last.start && last.end <= range.end) {
            grown.push(range);
        }
    }
    grown
}
