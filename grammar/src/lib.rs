//! Text to syntax tree: the grammar, spans and diagnostics of rsx.

pub mod ast;
mod diagnostic;
mod source;
mod span;

pub use diagnostic::{Code, Diagnostic, Edit, Fix, Label, Severity};
pub use source::{Position, Sources};
pub use span::{FileId, PieceId, Span, Spanned};
