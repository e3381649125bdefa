//! The lines that a diagnostic shows: those of its labels and between them, long ones cut to what lies around a label.

use std::borrow::Cow;
use std::ops::Range;

use rsx_syntax::{FileId, Sources};

/// A line of more bytes is cut.
const LONG: usize = 400;
/// How many bytes of a long line are shown on each side of an edge of a label.
const AROUND: usize = 60;
/// Stands for what was cut.
const CUT: char = '…';

/// A piece of a file as it is shown.
#[derive(Debug)]
pub(super) struct Snippet<'s> {
    sources: &'s Sources,
    file: FileId,
    /// Where it begins in the file.
    start: usize,
    text: Cow<'s, str>,
    /// Edges of labels: where they are in the text, and where in the file.
    edges: Vec<(usize, usize)>,
}

impl<'s> Snippet<'s> {
    /// Takes what is between the first and the last of some ranges of a file, with a line around them.
    pub(super) fn new(sources: &'s Sources, file: FileId, ranges: &[Range<usize>]) -> Self {
        let whole = sources.text(file);
        let first = ranges.iter().map(|range| range.start).min().unwrap_or_default();
        let last = ranges.iter().map(|range| range.end).max().unwrap_or_default();
        let start = line_start(whole, line_start(whole, first).saturating_sub(1));
        let end = line_end(whole, (line_end(whole, last) + 1).min(whole.len()));
        let text = whole.get(start..end).unwrap_or_default();
        let mut edges: Vec<_> = ranges.iter().flat_map(|range| [range.start, range.end]).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut snippet = Self { sources, file, start, text: Cow::Borrowed(text), edges: Vec::new() };
        match text.lines().any(|line| line.len() > LONG) {
            true => snippet.cut(text, &edges),
            false => snippet.edges.extend(edges.into_iter().map(|edge| (edge - start, edge))),
        }
        snippet
    }

    /// Returns the text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the name of the file.
    pub(super) fn name(&self) -> &str {
        self.sources.name(self.file)
    }

    /// Returns where a range of the file is in the text. Its edges are those of a range that was given to `new`.
    pub(super) fn shown(&self, range: &Range<usize>) -> Range<usize> {
        let shown = |edge| self.edges.iter().find(|(_, there)| *there == edge).map(|(here, _)| *here);
        shown(range.start).unwrap_or_default()..shown(range.end).unwrap_or_default()
    }

    /// Returns the line and the column, from 0, of a place in the text: of an edge, or of the start of a line.
    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        let edge = self.edges.iter().find(|(here, _)| *here == at).map(|(_, there)| *there);
        let there = edge.unwrap_or(self.start);
        let position = self.sources.position(self.file, there);
        let lines_after = match edge {
            Some(_) => 0,
            None => self.text.get(..at).map_or(0, |before| before.matches('\n').count()),
        };
        (position.line - 1 + lines_after, position.column - 1)
    }

    /// Copies the text line by line, long ones cut.
    fn cut(&mut self, text: &str, edges: &[usize]) {
        let mut cut = String::new();
        let mut at = self.start;
        for line in text.split_inclusive('\n') {
            let inside: Vec<_> =
                edges.iter().copied().filter(|edge| (at..at + line.len()).contains(edge)).collect();
            let mut kept = at;
            for part in parts(line, &inside.iter().map(|edge| edge - at).collect::<Vec<_>>()) {
                if at + part.start > kept {
                    cut.push(CUT);
                }
                let from = cut.len();
                cut.push_str(line.get(part.clone()).unwrap_or_default());
                let here = inside.iter().filter(|edge| (part.start..=part.end).contains(&(*edge - at)));
                self.edges.extend(here.map(|edge| (from + edge - at - part.start, *edge)));
                kept = at + part.end;
            }
            if kept < at + line.trim_end_matches('\n').len() {
                cut.push(CUT);
            }
            if line.ends_with('\n') && kept < at + line.len() {
                cut.push('\n');
            }
            at += line.len();
        }
        // The end of the file belongs to no line.
        self.edges.extend(edges.iter().filter(|edge| **edge == at).map(|edge| (cut.len(), *edge)));
        self.text = Cow::Owned(cut);
    }
}

/// Returns what is shown of a line whose labels have edges at these places.
fn parts(line: &str, edges: &[usize]) -> Vec<Range<usize>> {
    if line.len() <= LONG {
        return std::iter::once(0..line.len()).collect();
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    let places = if edges.is_empty() { &[AROUND][..] } else { edges };
    for place in places {
        let from = line.floor_char_boundary(place.saturating_sub(AROUND));
        let to = line.ceil_char_boundary((place + AROUND).min(line.len()));
        match parts.last_mut() {
            Some(last) if from <= last.end => last.end = to,
            Some(_) | None => parts.push(from..to),
        }
    }
    parts
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |newline| at + newline)
}
