//! Says where something stands: a piece of a file, and a byte range within that piece.

use serde::{Deserialize, Serialize};

/// Names a file of [`Sources`](crate::Sources).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub(crate) u32);

/// Names a piece of a file: one declaration with what leads it.
///
/// Positions are relative to a piece, so that a piece that did not change keeps
/// its tree and its diagnostics wherever an edit moves it. Names are in no order:
/// that of a piece that an edit takes away is given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PieceId(pub(crate) u32);

/// A byte range within a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The piece that the range lies in.
    pub piece: PieceId,
    /// First byte, from the start of the piece.
    pub start: u32,
    /// One past the last byte, from the start of the piece.
    pub end: u32,
}

impl Span {
    /// Makes a span from byte offsets within `piece`.
    pub fn new(piece: PieceId, start: usize, end: usize) -> Self {
        let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { piece, start: offset(start), end: offset(end) }
    }

    /// Returns the smallest span that covers both; both lie in one piece.
    pub fn to(self, other: Self) -> Self {
        Self { piece: self.piece, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Returns the empty span just before this one.
    pub fn before(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// Returns the empty span just after this one.
    pub fn after(self) -> Self {
        Self { start: self.end, ..self }
    }
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Spanned<T> {
    /// What was written.
    pub node: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }
}
