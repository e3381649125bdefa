//! A file and what it imports → sources and trees.

use std::collections::VecDeque;
use std::sync::Arc;

use rsx_syntax::ast::DeclarationKind;
use rsx_syntax::{Diagnostic, FileId, Parsed, PieceId, Sources, Span, parse};

use crate::library::Library;
use crate::maps::IndexMap;
use crate::problems::files::Problem;
use crate::suggest::nearest;
use crate::threads::both;

/// From how many bytes on two threads share a file.
const SHARED: usize = 64 * 1024;

/// Where files come from.
pub trait Files {
    /// Returns the text of a file.
    ///
    /// # Errors
    ///
    /// Says why it can't be read.
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError>;

    /// Returns the names of the files beside one, to find that which is meant where there is none; by default nobody knows.
    fn neighbours(&self, path: &str) -> Vec<String> {
        let _ = path;
        Vec::new()
    }
}

/// Why a file can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is none.
    Missing,
    /// It is a folder.
    Directory,
    /// The user may not read it, as the system says.
    Denied(String),
    /// The system refuses, for this reason.
    Unreadable(String),
    /// It holds bytes that are no text.
    NotUtf8 {
        /// The first such byte, from 0.
        offset: usize,
        /// The text up to the end of its line, with a mark for what is none.
        shown: Arc<str>,
    },
}

/// What a text is called that puts a question.
const QUESTION: &str = "<question>";

/// Files and their trees.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The library's files, the root, then imports as first mentioned.
    pub sources: Sources,
    /// The root.
    pub root: Option<FileId>,
    /// The trees of the user's pieces, in their order.
    pub trees: IndexMap<PieceId, Arc<Parsed>>,
    /// What is wrong with the texts and the files.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Adds a text that puts a question: where it uses a name that is declared elsewhere, too, its own counts.
    pub(crate) fn with_question(mut self, question: &str) -> Self {
        let file = self.sources.add(QUESTION, question);
        let mut trees: IndexMap<_, _> = parse_file(&self.sources, file).into_iter().collect();
        trees.extend(self.trees);
        Self { trees, ..self }
    }
}

/// Reads and parses a file and what it imports; paths are relative to the importing file.
pub fn load(library: &Library, root: &str, files: &dyn Files) -> Loaded {
    let mut loading = Loading {
        loaded: Loaded {
            sources: library.sources().clone(),
            root: None,
            trees: IndexMap::default(),
            diagnostics: Vec::new(),
        },
        seen: IndexMap::default(),
        waiting: VecDeque::new(),
    };
    loading.root(root, files);
    while let Some((path, importer)) = loading.waiting.pop_front() {
        loading.import(&path, importer, files);
    }
    loading.loaded
}

struct Loading {
    loaded: Loaded,
    /// Whether a path could be read.
    seen: IndexMap<String, Result<(), ReadError>>,
    /// Paths from the importing file, and where they are written.
    waiting: VecDeque<(String, Span)>,
}

impl Loading {
    fn root(&mut self, path: &str, files: &dyn Files) {
        let read = files.read(path);
        self.seen.insert(normal(path), read.as_ref().map(|_| ()).map_err(Clone::clone));
        match read {
            Ok(text) => {
                let file = self.add(path, text);
                self.loaded.root = Some(file);
            }
            Err(error) => {
                let (file, at) = self.unread(path, &error);
                self.loaded.root = Some(file);
                if let Some(at) = at {
                    self.loaded.diagnostics.push(Problem::Root { path, error: &error, at }.diagnostic());
                }
            }
        }
    }

    /// Adds what can be shown of a file that can't be read, which is never parsed; returns it and the place at fault in it.
    fn unread(&mut self, path: &str, error: &ReadError) -> (FileId, Option<Span>) {
        let (shown, at) = match error {
            ReadError::NotUtf8 { offset, shown } => (Arc::clone(shown), *offset),
            ReadError::Missing | ReadError::Directory | ReadError::Denied(_) | ReadError::Unreadable(_) => {
                (Arc::default(), 0)
            }
        };
        let file = self.loaded.sources.add(path, shown);
        (file, self.loaded.sources.span(file, at..at))
    }

    fn import(&mut self, written: &str, at: Span, files: &dyn Files) {
        let importer = self.loaded.sources.name(self.loaded.sources.file_of(at));
        let path = beside(importer, written);
        let key = normal(&path);
        let result = match self.seen.get(&key) {
            Some(result) => result.clone(),
            None => {
                let read = files.read(&path);
                let result = read.as_ref().map(|_| ()).map_err(Clone::clone);
                self.seen.insert(key, result.clone());
                if let Ok(text) = read {
                    self.add(&path, text);
                }
                result
            }
        };
        if let Err(error) = result {
            let inside = match error {
                ReadError::NotUtf8 { .. } => self.unread(&path, &error).1,
                ReadError::Missing
                | ReadError::Directory
                | ReadError::Denied(_)
                | ReadError::Unreadable(_) => None,
            };
            let meant =
                if error == ReadError::Missing { meant(written, &files.neighbours(&path)) } else { None };
            let problem =
                Problem::Import { path: written, error: &error, at, inside, meant: meant.as_deref() };
            self.loaded.diagnostics.push(problem.diagnostic());
        }
    }

    /// Adds a file, parses it, and queues what it imports.
    fn add(&mut self, path: &str, text: Arc<str>) -> FileId {
        let file = self.loaded.sources.add(path, text);
        for (piece, tree) in parse_file(&self.loaded.sources, file) {
            self.loaded.diagnostics.extend(tree.diagnostics.iter().cloned());
            if let Some(DeclarationKind::Import(path)) =
                tree.declaration.as_ref().map(|declaration| &declaration.kind)
            {
                self.waiting.push_back((path.node.to_string(), path.span));
            }
            self.loaded.trees.insert(piece, tree);
        }
        file
    }
}

/// Returns the path that is probably meant by one as it is written, by the names of the files that are there.
fn meant(written: &str, names: &[String]) -> Option<String> {
    let folder = written.rfind('/').map_or("", |end| written.get(..=end).unwrap_or(""));
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    nearest(written.strip_prefix(folder)?, names).map(|name| format!("{folder}{name}"))
}

fn parse_file(sources: &Sources, file: FileId) -> Vec<(PieceId, Arc<Parsed>)> {
    let pieces: Vec<PieceId> = sources.pieces(file).collect();
    parse_pieces(sources, &pieces)
}

/// Parses pieces, large ones on two threads.
pub(crate) fn parse_pieces(sources: &Sources, pieces: &[PieceId]) -> Vec<(PieceId, Arc<Parsed>)> {
    let parse_all = |pieces: &[PieceId]| -> Vec<(PieceId, Arc<Parsed>)> {
        pieces.iter().map(|&piece| (piece, Arc::new(parse(piece, sources.piece_text(piece))))).collect()
    };
    if pieces.iter().map(|piece| sources.piece_text(*piece).len()).sum::<usize>() < SHARED {
        return parse_all(pieces);
    }
    let (first, second) = pieces.split_at(pieces.len() / 2);
    let (mut trees, others) = both(|| parse_all(first), || parse_all(second));
    trees.extend(others.unwrap_or_else(|| parse_all(second)));
    trees
}

/// Returns the path of a file that `importer` names as `written`.
pub fn beside(importer: &str, written: &str) -> String {
    match importer.rsplit_once('/') {
        Some((folder, _)) if !written.starts_with('/') => format!("{folder}/{written}"),
        _ => written.to_owned(),
    }
}

/// Returns a path without `.` and without steps back, so that one file is not read twice.
pub fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, "" | "..")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{beside, normal};

    #[test]
    fn paths_are_relative_to_the_importing_file() {
        assert_eq!(beside("specs/prod.rsx", "network.rsx"), "specs/network.rsx");
        assert_eq!(beside("prod.rsx", "network.rsx"), "network.rsx");
        assert_eq!(normal("specs/../lib/./a.rsx"), "lib/a.rsx");
        assert_eq!(normal("../a.rsx"), "../a.rsx");
    }
}
