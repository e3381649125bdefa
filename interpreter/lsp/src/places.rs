//! Places of a program as the client names them: URIs, lines and characters.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use rsx_lang::load::{beside, normal};
use rsx_syntax::FileId;

use crate::snapshot::Snapshot;
use crate::text::{Encoding, Point, Text};
use crate::workspace::Workspace;

/// Turns places of one program into those of the client.
pub(crate) struct Places<'w> {
    workspace: &'w Workspace,
    snapshot: &'w Snapshot,
    encoding: Encoding,
    /// Files that have been asked about, with their lines.
    texts: RefCell<HashMap<FileId, Cow<'w, Text>>>,
}

/// A stretch of a file as the client names it.
pub(crate) type Stretch = (Point, Point);

impl<'w> Places<'w> {
    pub(crate) fn new(workspace: &'w Workspace, snapshot: &'w Snapshot, encoding: Encoding) -> Self {
        Self { workspace, snapshot, encoding, texts: RefCell::default() }
    }

    /// Returns what the client calls a file; nothing for what it can't open.
    pub(crate) fn uri(&self, file: FileId) -> Option<String> {
        let path = self.workspace.path(self.snapshot, file)?;
        Some(self.workspace.documents().uri(&path))
    }

    /// Returns what the client calls the file with which the program begins.
    pub(crate) fn root(&self) -> Option<String> {
        self.uri(self.snapshot.analysis().root?)
    }

    /// Returns what the client calls a file that is named in another one, from the folder of that.
    pub(crate) fn beside(&self, file: FileId, written: &str) -> Option<String> {
        let path = normal(&beside(&self.workspace.path(self.snapshot, file)?, written));
        Some(self.workspace.documents().uri(&path))
    }

    /// Returns the version of a file that is open.
    pub(crate) fn version(&self, file: FileId) -> Option<i32> {
        let path = self.workspace.path(self.snapshot, file)?;
        self.workspace.documents().get(&path).map(|document| document.version)
    }

    /// Returns where a range of bytes stands.
    pub(crate) fn stretch(&self, file: FileId, range: &Range<usize>) -> Stretch {
        self.with_text(file, |text| {
            (text.point(range.start, self.encoding), text.point(range.end, self.encoding))
        })
    }

    /// Returns a place as people say it, by the name of its file without the folders.
    pub(crate) fn shown(&self, file: FileId, range: &Range<usize>) -> String {
        let name = self.snapshot.sources().name(file);
        let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
        format!("{name}:{}", self.stretch(file, range).0.line.saturating_add(1))
    }

    /// Returns a byte.
    pub(crate) fn offset(&self, file: FileId, point: Point) -> usize {
        self.with_text(file, |text| text.offset(point, self.encoding))
    }

    /// Returns a range of bytes.
    pub(crate) fn bytes(&self, file: FileId, (start, end): Stretch) -> Range<usize> {
        self.with_text(file, |text| text.range(start, end, self.encoding))
    }

    /// Looks at a file's lines.
    fn with_text<T>(&self, file: FileId, look: impl FnOnce(&Text) -> T) -> T {
        let mut texts = self.texts.borrow_mut();
        look(texts.entry(file).or_insert_with(|| {
            let path = self.workspace.path(self.snapshot, file);
            match path.and_then(|path| self.workspace.documents().get(&path)) {
                Some(document) => Cow::Borrowed(&document.text),
                None => Cow::Owned(Text::new(self.snapshot.sources().text(file))),
            }
        }))
    }
}
