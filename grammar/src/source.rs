//! Holds every text and turns a span into file, line and column; nothing else counts lines.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::{FileId, PieceId, Span};

/// Every file of a program, the library's first.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    pieces: Vec<Piece>,
}

/// One file.
#[derive(Clone, Debug)]
struct SourceFile {
    name: Arc<str>,
    text: Arc<str>,
    pieces: Range<u32>,
    lines: OnceLock<Lines>,
}

/// What turns an offset of a text into a line and a column.
#[derive(Clone, Debug)]
struct Lines {
    /// Where each line begins.
    starts: Vec<u32>,
    /// Where bytes stand that only go on with a character.
    continuations: Vec<u32>,
}

/// Where a piece stands.
#[derive(Clone, Copy, Debug)]
struct Piece {
    file: FileId,
    start: u32,
    end: u32,
}

/// A position as people count: from 1, columns in Unicode scalar values; the offset in bytes from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values.
    pub column: usize,
    /// The byte offset in the file, from 0.
    pub offset: usize,
}

impl Sources {
    /// Adds a file whose pieces end at `ends`, ascending, the last at the end of the text.
    pub(crate) fn add_cut(&mut self, name: &str, text: Arc<str>, ends: &[usize]) -> FileId {
        let file = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let first = self.piece_count();
        let mut start = 0;
        for &end in ends {
            let end = u32::try_from(end).unwrap_or(u32::MAX);
            self.pieces.push(Piece { file, start, end });
            start = end;
        }
        let pieces = first..self.piece_count();
        self.files.push(SourceFile { name: name.into(), text, pieces, lines: OnceLock::new() });
        file
    }

    fn piece_count(&self) -> u32 {
        u32::try_from(self.pieces.len()).unwrap_or(u32::MAX)
    }

    /// Returns the files in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.files.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// Returns the pieces of a file in their order.
    pub fn pieces(&self, file: FileId) -> impl Iterator<Item = PieceId> + use<> {
        self.file(file).map_or(0..0, |f| f.pieces.clone()).map(PieceId)
    }

    /// Returns the name under which a file was added.
    pub fn name(&self, file: FileId) -> &str {
        self.file(file).map_or("", |f| &f.name)
    }

    /// Returns the text of a file.
    pub fn text(&self, file: FileId) -> &str {
        self.file(file).map_or("", |f| &f.text)
    }

    /// Returns the text of a piece.
    pub fn piece_text(&self, piece: PieceId) -> &str {
        self.piece(piece).and_then(|p| self.text(p.file).get(p.start as usize..p.end as usize)).unwrap_or("")
    }

    /// Returns the text that a span covers.
    pub fn snippet(&self, span: Span) -> &str {
        self.piece_text(span.piece).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Returns the file that a span lies in.
    pub fn file_of(&self, span: Span) -> FileId {
        self.piece(span.piece).map_or(FileId(0), |p| p.file)
    }

    /// Returns the byte range of a span in its file.
    pub fn range(&self, span: Span) -> Range<usize> {
        let base = self.piece(span.piece).map_or(0, |p| p.start) as usize;
        base + span.start as usize..base + span.end as usize
    }

    /// Returns the span that covers a byte range of a file; both ends in the piece that holds its start.
    pub fn span(&self, file: FileId, range: Range<usize>) -> Option<Span> {
        let pieces = self.file(file)?.pieces.clone();
        let all = self.pieces.get(pieces.start as usize..pieces.end as usize)?;
        let index = all.partition_point(|p| p.start as usize <= range.start).checked_sub(1)?;
        let piece = all.get(index)?;
        let base = piece.start as usize;
        let id = PieceId(pieces.start + u32::try_from(index).ok()?);
        let end = range.end.min(piece.end as usize);
        Some(Span::new(id, range.start - base, end.saturating_sub(base)))
    }

    /// Returns the line and column of a byte offset of a file.
    pub fn position(&self, file: FileId, offset: usize) -> Position {
        let Some(source) = self.file(file) else { return Position { line: 1, column: 1, offset } };
        let lines = source.lines.get_or_init(|| Lines::of(&source.text));
        let line = lines.starts.partition_point(|&s| s as usize <= offset).max(1);
        let start = lines.starts.get(line - 1).map_or(0, |&s| s as usize);
        let end = offset.min(source.text.len());
        let before = |at: usize| lines.continuations.partition_point(|&c| (c as usize) < at);
        let characters = end.saturating_sub(start) - (before(end) - before(start.min(end)));
        Position { line, column: characters + 1, offset }
    }

    /// Returns where a span begins and ends.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        let file = self.file_of(span);
        let range = self.range(span);
        (self.position(file, range.start), self.position(file, range.end))
    }

    fn file(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0 as usize)
    }

    fn piece(&self, piece: PieceId) -> Option<Piece> {
        self.pieces.get(piece.0 as usize).copied()
    }
}

impl Lines {
    fn of(text: &str) -> Self {
        let (mut starts, mut continuations) = (vec![0], Vec::new());
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'\n' => starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX)),
                0x80..=0xbf => continuations.push(u32::try_from(at).unwrap_or(u32::MAX)),
                _ => {}
            }
        }
        Self { starts, continuations }
    }
}

#[cfg(test)]
mod tests {
    use crate::Sources;

    #[test]
    fn columns_count_characters() {
        let mut sources = Sources::default();
        let file = sources.add("a.rsx", "let é = \"œ\"\n  ü = 1");
        let at = |offset| {
            let position = sources.position(file, offset);
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(6), (1, 6));
        assert_eq!(at(13), (1, 12));
        assert_eq!(at(14), (2, 1));
        assert_eq!(at(18), (2, 4));
        assert_eq!(at(1_000), (2, 8));
    }
}
