//! One program at one moment: its analysis, its trees and the library, which all features look at.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use rsx_lang::analysis::Analysis;
use rsx_lang::bind::bind_library;
use rsx_lang::inputs::Inputs;
use rsx_lang::library::Library;
use rsx_lang::load::{Files, Loaded, ReadError};
use rsx_lang::maps::IndexMap;
use rsx_lang::model::Model;
use rsx_lang::session::Session;
use rsx_syntax::ast::Declaration;
use rsx_syntax::{FileId, Parsed, PieceId, Sources, Span};
use smol_str::SmolStr;

/// One program at one moment.
#[derive(Debug)]
pub struct Snapshot {
    seen: Seen,
    /// The library that it was analysed with.
    pub library: &'static Library,
    /// The env that values are shown of, if the client has named one.
    pub env: Option<SmolStr>,
}

/// What is looked at.
#[derive(Debug)]
enum Seen {
    /// The user's program.
    Program(Box<Session>),
    /// What is never edited: the library by itself, whose trees it has, or a question to a program.
    Once(Box<Analysis>, IndexMap<PieceId, Arc<Parsed>>),
}

impl Snapshot {
    /// Reads and analyses a program in every env.
    pub fn of(library: &'static Library, root: &str, files: &dyn Files) -> Self {
        Self { seen: Seen::Program(Box::new(Session::new(library, root, files))), library, env: None }
    }

    /// Puts a question to the program, in a text beside its own. Nothing where this begins at no file.
    pub fn asked(&self, question: &str) -> Option<Self> {
        let root = Some(self.analysis().root?);
        let (sources, trees) = (self.sources().clone(), self.trees().clone());
        let loaded = Loaded { sources, root, trees: trees.clone(), diagnostics: Vec::new() };
        let analysis = Analysis::asked(self.library, loaded, question, &Inputs::default());
        let seen = Seen::Once(Box::new(analysis), trees);
        Some(Self { seen, library: self.library, env: self.env.clone() })
    }

    /// Returns the program as if a file had another text: names and types, no values. Nothing where that is not known.
    pub fn with_text(&self, file: FileId, text: Arc<str>) -> Option<Self> {
        let Seen::Program(session) = &self.seen else { return None };
        let (analysis, trees) = session.bound_with(file, text)?;
        let seen = Seen::Once(Box::new(analysis), trees);
        Some(Self { seen, library: self.library, env: self.env.clone() })
    }

    /// Analyses the program anew as if files of it had other texts, by their names; where it begins at none, from `alone` on.
    pub(crate) fn again_with(&self, texts: HashMap<SmolStr, Arc<str>>, alone: FileId) -> Self {
        let root = self.sources().name(self.analysis().root.unwrap_or(alone));
        let mut again = Self::of(self.library, root, &Edited { snapshot: self, texts });
        again.env.clone_from(&self.env);
        again
    }

    /// Returns the library by itself, as a program.
    pub fn of_library(library: &'static Library) -> Self {
        let analysis = Analysis {
            sources: Arc::new(library.sources().clone()),
            root: None,
            is_read: true,
            program: Arc::new(bind_library(library).program),
            models: Vec::new(),
            diagnostics: Vec::new(),
        };
        Self { seen: Seen::Once(Box::new(analysis), IndexMap::default()), library, env: None }
    }

    /// Takes in what has changed since in the files of the program.
    pub fn refresh(&mut self, files: &dyn Files) {
        match &mut self.seen {
            Seen::Program(session) => session.refresh(files),
            Seen::Once(..) => {}
        }
    }

    /// Returns what is known of it.
    pub fn analysis(&self) -> &Analysis {
        match &self.seen {
            Seen::Program(session) => session.analysis(),
            Seen::Once(analysis, _) => analysis,
        }
    }

    /// Returns the models that values are shown of: that of the env which the client has named, or those of all.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        let models = &self.analysis().models;
        let named = models.iter().find(|model| self.env.is_some() && model.env() == self.env.as_ref());
        models.iter().filter(move |model| named.is_none_or(|named| named.env() == model.env()))
    }

    /// Returns the trees of the user's pieces, in their order.
    pub fn trees(&self) -> &IndexMap<PieceId, Arc<Parsed>> {
        match &self.seen {
            Seen::Program(session) => session.trees(),
            Seen::Once(_, trees) => trees,
        }
    }

    /// Returns every file.
    pub fn sources(&self) -> &Sources {
        &self.analysis().sources
    }

    /// Returns the file of a name.
    pub fn file(&self, name: &str) -> Option<FileId> {
        self.sources().files().find(|file| self.sources().name(*file) == name)
    }

    /// Returns whether a file is the library's.
    pub fn is_library(&self, file: FileId) -> bool {
        self.library.holds(file)
    }

    /// Returns whether a place is in the library.
    pub fn is_in_library(&self, span: Span) -> bool {
        self.is_library(self.sources().file_of(span))
    }

    /// Returns the tree of a piece, of the user's or of the library's.
    pub fn tree(&self, piece: PieceId) -> Option<&Parsed> {
        self.trees().get(&piece).or_else(|| self.library.tree(piece)).map(|tree| &**tree)
    }

    /// Returns the trees of a file in their order.
    pub fn trees_of(&self, file: FileId) -> impl Iterator<Item = &Parsed> {
        self.sources().pieces(file).filter_map(|piece| self.tree(piece))
    }

    /// Returns the declarations of a file in their order.
    pub fn declarations(&self, file: FileId) -> impl Iterator<Item = &Declaration> {
        self.trees_of(file).filter_map(|tree| tree.declaration.as_ref())
    }

    /// Returns the files of the user, the root first.
    pub fn user_files(&self) -> impl Iterator<Item = FileId> {
        self.sources().files().filter(|file| !self.is_library(*file))
    }

    /// Returns the piece that holds a byte of a file, and where in it that is. At the seam of two it is the latter.
    pub fn at(&self, file: FileId, offset: usize) -> Option<(PieceId, usize)> {
        let span = self.sources().span(file, offset..offset)?;
        Some((span.piece, span.start as usize))
    }

    /// Returns where a span stands in its file.
    pub fn range(&self, span: Span) -> (FileId, Range<usize>) {
        (self.sources().file_of(span), self.sources().range(span))
    }

    /// Returns what stands at a span.
    pub fn written(&self, span: Span) -> &str {
        self.sources().snippet(span)
    }
}

/// The files that it was read from.
impl Files for Snapshot {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        let file = self.file(path).filter(|file| !self.is_library(*file)).ok_or(ReadError::Missing)?;
        Ok(self.sources().text(file).into())
    }
}

/// The files of a program, some with other texts.
struct Edited<'s> {
    snapshot: &'s Snapshot,
    texts: HashMap<SmolStr, Arc<str>>,
}

impl Files for Edited<'_> {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        self.texts.get(path).map_or_else(|| self.snapshot.read(path), |text| Ok(Arc::clone(text)))
    }
}
