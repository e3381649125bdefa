//! Holds every text and turns a span into file, line and column; nothing else counts lines.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::{FileId, PieceId, Span};

/// Every file of a program, the library's first.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    pieces: Vec<Piece>,
    /// Pieces that an edit has taken away: their ids are given again.
    free: Vec<PieceId>,
}

/// One file.
#[derive(Clone, Debug)]
struct SourceFile {
    name: Arc<str>,
    text: Arc<str>,
    pieces: Arc<[PieceId]>,
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
        let pieces = places(file, ends).map(|piece| self.add_piece(piece)).collect();
        self.files.push(SourceFile { name: name.into(), text, pieces, lines: OnceLock::new() });
        file
    }

    /// Gives a file another text, whose pieces end at `ends`. Pieces at its start and at its end whose texts are there
    /// already keep their ids, and so do those between, if there are as many as before; returns the others, those that are
    /// gone and those that are new.
    pub(crate) fn replace_cut(
        &mut self,
        file: FileId,
        text: Arc<str>,
        ends: &[usize],
    ) -> (Vec<PieceId>, Vec<PieceId>) {
        let Some(source) = self.file(file) else { return Default::default() };
        let old = Arc::clone(&source.pieces);
        let new: Vec<Piece> = places(file, ends).collect();
        let same = |old: &PieceId, new: &Piece| self.piece_text(*old) == new.of(&text);
        let head = old.iter().zip(&new).take_while(|(old, new)| same(old, new)).count();
        let rest = old.len().min(new.len()) - head;
        let tail = old.iter().rev().zip(new.iter().rev()).take(rest);
        let tail = tail.take_while(|(old, new)| same(old, new)).count();
        let were = old.get(head..old.len() - tail).unwrap_or_default();
        let are = new.get(head..new.len() - tail).unwrap_or_default();
        let stays = |(old, new)| if same(old, new) { Some(*old) } else { None };
        let between: Vec<Option<PieceId>> = match were.len() == are.len() {
            true => were.iter().zip(are).map(stays).collect(),
            false => vec![None; are.len()],
        };
        let kept: HashSet<PieceId> = between.iter().flatten().copied().collect();
        let gone: Vec<PieceId> = were.iter().filter(|id| !kept.contains(id)).copied().collect();
        self.free.extend(gone.iter().rev());
        let heads = old.iter().take(head).copied().map(Some);
        let tails = old.iter().skip(old.len() - tail).copied().map(Some);
        let mut changed = Vec::new();
        let mut pieces = Vec::with_capacity(new.len());
        for (known, piece) in heads.chain(between).chain(tails).zip(new) {
            pieces.push(match known {
                Some(id) => {
                    self.pieces.get_mut(id.0 as usize).into_iter().for_each(|at| *at = piece);
                    id
                }
                None => {
                    let id = self.add_piece(piece);
                    changed.push(id);
                    id
                }
            });
        }
        if let Some(source) = self.files.get_mut(file.0 as usize) {
            (source.text, source.pieces, source.lines) = (text, pieces.into(), OnceLock::new());
        }
        (gone, changed)
    }

    fn add_piece(&mut self, piece: Piece) -> PieceId {
        if let Some(id) = self.free.pop() {
            self.pieces.get_mut(id.0 as usize).into_iter().for_each(|at| *at = piece);
            return id;
        }
        self.pieces.push(piece);
        PieceId(u32::try_from(self.pieces.len() - 1).unwrap_or(u32::MAX))
    }

    /// Returns the files in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.files.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// Returns the pieces of a file in their order.
    pub fn pieces(&self, file: FileId) -> impl Iterator<Item = PieceId> + use<> {
        let pieces = self.file(file).map(|f| Arc::clone(&f.pieces)).unwrap_or_default();
        (0..pieces.len()).filter_map(move |place| pieces.get(place).copied())
    }

    /// Returns where the pieces of a file end.
    pub(crate) fn ends(&self, file: FileId) -> Vec<usize> {
        self.pieces(file).filter_map(|piece| Some(self.piece(piece)?.end as usize)).collect()
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
        self.piece(piece).map_or("", |p| p.of(self.text(p.file)))
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
        let pieces = &self.file(file)?.pieces;
        let begins = |id: &PieceId| self.piece(*id).is_some_and(|p| p.start as usize <= range.start);
        let id = *pieces.get(pieces.partition_point(begins).checked_sub(1)?)?;
        let piece = self.piece(id)?;
        let base = piece.start as usize;
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

impl Piece {
    fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// Returns where the pieces of a file stand that end at `ends`.
fn places(file: FileId, ends: &[usize]) -> impl Iterator<Item = Piece> {
    let mut start = 0;
    ends.iter().map(move |&end| {
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Piece { file, start: std::mem::replace(&mut start, end), end }
    })
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
    fn pieces_that_stay_keep_their_names() {
        let mut sources = Sources::default();
        let file = sources.add("a.rsx", "let a = 1\nlet b = 2\nlet c = 3\n");
        let before: Vec<_> = sources.pieces(file).collect();
        let (_, changed) = sources.replace(file, "let a = 1\nlet n = 0\nlet b = 22\nlet c = 3\n");
        let after: Vec<_> = sources.pieces(file).collect();
        let texts: Vec<_> = changed.iter().map(|piece| sources.piece_text(*piece)).collect();
        assert_eq!(texts, ["let n = 0\n", "let b = 22\n"]);
        assert_eq!((after.first(), after.last()), (before.first(), before.last()));
        assert_eq!(sources.span(file, 25..26).map(|span| sources.range(span)), Some(25..26));
        // Two edits at once.
        let (gone, new) = sources.replace(file, "let a = 2\nlet n = 0\nlet b = 22\nlet c = 4\n");
        assert_eq!((gone.len(), new.len()), (2, 2));
        assert_eq!(sources.pieces(file).nth(1), after.get(1).copied());
    }

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
