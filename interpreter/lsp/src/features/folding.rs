//! What can be folded away: declarations, lists and records over several lines, documentation, comments, imports.

use std::ops::Range;

use rsx_syntax::ast::DeclarationKind;
use rsx_syntax::{FileId, TokenKind, lexemes};

use crate::snapshot::Snapshot;

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// What stands between brackets.
    Code,
    /// Lines of comment or documentation.
    Comment,
    /// Imports one after the other.
    Imports,
}

/// Something that can be folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the line that stays to be seen to the end of the last that goes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: FoldKind,
}

/// Returns what can be folded in a file, in its order. Broken text folds as well.
pub fn folds(snapshot: &Snapshot, file: FileId) -> Vec<Fold> {
    let text = snapshot.sources().text(file);
    let mut folds = brackets_and_comments(text);
    folds.extend(imports(snapshot, file));
    for fold in &mut folds {
        let folded = text.get(fold.range.clone()).unwrap_or_default().trim_end();
        fold.range.end = fold.range.start + folded.len();
    }
    folds.retain(|fold| text.get(fold.range.clone()).is_some_and(|folded| folded.contains('\n')));
    folds.sort_by_key(|fold| (fold.range.start, fold.range.end));
    folds
}

fn brackets_and_comments(text: &str) -> Vec<Fold> {
    let mut folds = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut comment: Option<Range<usize>> = None;
    // How many line ends stand since the last comment: at two, another one begins.
    let mut lines = 0;
    for lexeme in lexemes(text, 0..text.len()) {
        match lexeme.kind {
            TokenKind::Comment | TokenKind::Docs | TokenKind::FileDocs => {
                match comment.as_mut().filter(|_| lines < 2) {
                    Some(range) => range.end = lexeme.range.end,
                    None => {
                        let range = comment.replace(lexeme.range);
                        folds.extend(range.map(|range| Fold { range, kind: FoldKind::Comment }));
                    }
                }
                lines = 0;
                continue;
            }
            TokenKind::Line => {
                lines += 1;
                continue;
            }
            TokenKind::Open => open.push(lexeme.range.start),
            TokenKind::Close => {
                let range = open.pop().map(|start| start..lexeme.range.start);
                folds.extend(range.map(|range| Fold { range, kind: FoldKind::Code }));
            }
            TokenKind::Text => folds.push(Fold { range: lexeme.range, kind: FoldKind::Code }),
            TokenKind::Word
            | TokenKind::Number
            | TokenKind::OpenText
            | TokenKind::Char
            | TokenKind::OpenChar
            | TokenKind::Sign => {}
        }
        folds.extend(comment.take().map(|range| Fold { range, kind: FoldKind::Comment }));
    }
    folds.extend(comment.map(|range| Fold { range, kind: FoldKind::Comment }));
    folds
}

fn imports(snapshot: &Snapshot, file: FileId) -> Vec<Fold> {
    let mut folds: Vec<Fold> = Vec::new();
    let mut goes_on = false;
    for declaration in snapshot.declarations(file) {
        let range = snapshot.range(declaration.span).1;
        let is_import = matches!(declaration.kind, DeclarationKind::Import(_));
        match folds.last_mut().filter(|_| goes_on && is_import) {
            Some(fold) => fold.range.end = range.end,
            None if is_import => folds.push(Fold { range, kind: FoldKind::Imports }),
            None => {}
        }
        goes_on = is_import;
    }
    folds
}
