//! The files that imports name.

use std::ops::Range;

use rsx_syntax::FileId;
use rsx_syntax::ast::DeclarationKind;
use smol_str::SmolStr;

use crate::snapshot::Snapshot;

/// A file that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where its name stands, without the quotes.
    pub range: Range<usize>,
    /// Its name as it is written, from the folder of the file that names it.
    pub written: SmolStr,
}

/// Returns the imports of a file, in their order.
pub fn links(snapshot: &Snapshot, file: FileId) -> Vec<Link> {
    let imports = snapshot.declarations(file).filter_map(|declaration| {
        if let DeclarationKind::Import(path) = &declaration.kind {
            let range = snapshot.range(path.span).1;
            Some(Link { range: range.start + 1..range.end.saturating_sub(1), written: path.node.clone() })
        } else {
            None
        }
    });
    imports.collect()
}
