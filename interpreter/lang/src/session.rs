//! A program that is edited: what an edit leaves as it was is neither read nor worked out again.
//!
//! Pieces whose texts stay keep their ids, and so their trees. An edit within declarations whose names and kinds stay is
//! taken in by what is known of the program: only what depends on it is bound, evaluated and tried again. Any other edit
//! is analysed from the trees; and what concerns more than texts (a file that comes, goes or can't be read, another list of
//! imports) from the files.

use std::sync::Arc;

use rsx_syntax::ast::{DeclarationKind, Instance, ItemKind};
use rsx_syntax::{Diagnostic, FileId, Parsed, PieceId, Sources};

use crate::analysis::{Analysis, analyzed};
use crate::bind::bind_again;
use crate::infer::STACK;
use crate::inputs::Inputs;
use crate::library::Library;
use crate::load::{Files, Loaded, load, parse_pieces};
use crate::maps::{HashSet, IndexMap};
use crate::model::{Change, Model, speaks_of};
use crate::program::{Declared, DeclaredId, Program};

/// A program that is edited; nothing is given for its params.
#[derive(Debug)]
pub struct Session {
    library: &'static Library,
    root: String,
    loaded: Loaded,
    /// What binding has said.
    bound: Vec<Diagnostic>,
    analysis: Analysis,
}

/// Pieces that an edit has replaced by others.
#[derive(Debug)]
struct Edit {
    gone: Vec<(PieceId, Arc<Parsed>)>,
    new: Vec<(PieceId, Arc<Parsed>)>,
}

/// With more that binding has to say, the order matters in which it looks for what may be meant.
const MANY: usize = 50;

impl Session {
    /// Reads and analyses the program that begins at a file.
    pub fn new(library: &'static Library, root: &str, files: &dyn Files) -> Self {
        let loaded = load(library, root, files);
        let (analysis, bound) = analyzed(library, loaded.clone(), &Inputs::default(), Model::editable);
        Self { library, root: root.to_owned(), loaded, bound, analysis }
    }

    /// Returns what is known of the program.
    pub fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    /// Returns the trees of the user's pieces.
    pub fn trees(&self) -> &IndexMap<PieceId, Arc<Parsed>> {
        &self.loaded.trees
    }

    /// Returns what is known of the program, and its trees, as if a file had another text: names and types, no values and
    /// nothing that is wrong. Nothing if other files may be imported then.
    pub fn bound_with(
        &self,
        file: FileId,
        text: Arc<str>,
    ) -> Option<(Analysis, IndexMap<PieceId, Arc<Parsed>>)> {
        let mut loaded = self.loaded.clone();
        replace(self.library, &mut loaded, file, text)?;
        let trees = loaded.trees.clone();
        Some((Analysis::bound(self.library, loaded), trees))
    }

    /// Takes in what has changed since, in the files of the program and in those that it misses.
    pub fn refresh(&mut self, files: &dyn Files) {
        let Some(changed) = self.changed(files) else { return self.start(files) };
        let mut edits = Vec::with_capacity(changed.len());
        for (file, text) in changed {
            match replace(self.library, &mut self.loaded, file, text) {
                Some(edit) => edits.push(edit),
                None => return self.start(files),
            }
        }
        if !edits.is_empty() && !self.edit(&edits) {
            self.analyse();
        }
    }

    fn start(&mut self, files: &dyn Files) {
        self.loaded = load(self.library, &self.root, files);
        self.analyse();
    }

    fn analyse(&mut self) {
        // What was known is large, and of no more use.
        self.analysis.models.clear();
        let loaded = self.loaded.clone();
        (self.analysis, self.bound) = analyzed(self.library, loaded, &Inputs::default(), Model::editable);
    }

    /// Returns the files whose texts are others now; nothing where the program is to be read from the start.
    fn changed(&self, files: &dyn Files) -> Option<Vec<(FileId, Arc<str>)>> {
        let sources = &self.loaded.sources;
        let told: usize = self.loaded.trees.values().map(|tree| tree.diagnostics.len()).sum();
        // More is told where a file could not be read.
        if self.loaded.diagnostics.len() > told {
            return None;
        }
        let mut changed = Vec::new();
        for file in sources.files().filter(|file| !self.library.holds(*file)) {
            let text = files.read(sources.name(file)).ok()?;
            if *text != *sources.text(file) {
                changed.push((file, text));
            }
        }
        Some(changed)
    }

    /// Takes in an edit by what is known; false if that can't be, and all is to be analysed.
    fn edit(&mut self, edits: &[Edit]) -> bool {
        let analysis = &mut self.analysis;
        let is_editable = analysis.models.iter().all(Model::is_editable) && self.bound.len() <= MANY;
        let Some(pairs) = pairs(edits).filter(|_| is_editable && !analysis.models.is_empty()) else {
            return false;
        };
        let new: HashSet<PieceId> =
            edits.iter().flat_map(|edit| &edit.new).map(|(piece, _)| *piece).collect();
        let old = edits.iter().flat_map(|edit| &edit.gone).map(|(piece, _)| *piece);
        let pieces: HashSet<PieceId> = old.chain(new.iter().copied()).collect();
        let is_theirs = |one: &Diagnostic| one.primary().is_some_and(|at| pieces.contains(&at.piece));
        self.bound.retain(|one| !is_theirs(one));
        if self.bound.iter().any(|one| speaks_of(one, &pieces)) {
            return false;
        }
        let Some(again) = bind_again(self.library, &self.loaded, &analysis.program, &new) else {
            return false;
        };
        let mut changes = Vec::with_capacity(pairs.len());
        for (was, is) in &pairs {
            let declared = again.declared.iter().find(|(name, _)| *name == is.name.node);
            let texts = (&*analysis.sources, &self.loaded.sources);
            let change = declared.and_then(|(_, now)| change(&analysis.program, (was, is), texts, now));
            let Some(change) = change else { return false };
            changes.push(change);
        }
        let mut program = std::mem::take(&mut analysis.program);
        analysis.models.iter_mut().for_each(Model::let_go);
        // Somebody may look at the program as it was.
        let Some(edited) = Arc::get_mut(&mut program) else { return false };
        edited.declared.extend(again.declared);
        let sources = Arc::new(self.loaded.sources.clone());
        for model in &mut analysis.models {
            model.edit(Arc::clone(&program), Arc::clone(&sources), &changes, &pieces);
        }
        (analysis.program, analysis.sources) = (program, sources);
        self.bound.extend(again.diagnostics);
        analysis.conclude([&self.loaded.diagnostics, &self.bound, &Vec::new()]);
        true
    }
}

/// Reads the pieces of a file that are new; nothing if an import is or was among them.
fn replace(library: &Library, loaded: &mut Loaded, file: FileId, text: Arc<str>) -> Option<Edit> {
    let (gone, new) = loaded.sources.replace(file, text);
    let sources = &loaded.sources;
    let gone: Vec<_> =
        gone.into_iter().filter_map(|piece| Some((piece, loaded.trees.get(&piece).cloned()?))).collect();
    let new = parse_pieces(sources, &new);
    if gone.iter().chain(&new).any(|(_, tree)| is_import(tree)) {
        return None;
    }
    if gone.len() == new.len() && gone.iter().zip(&new).all(|((old, _), (new, _))| old == new) {
        loaded.trees.extend(new.iter().cloned());
    } else {
        let mut read: IndexMap<PieceId, Arc<Parsed>> = new.iter().cloned().collect();
        let mut trees = IndexMap::with_capacity_and_hasher(loaded.trees.len(), <_>::default());
        let files = sources.files().filter(|file| !library.holds(*file));
        for piece in files.flat_map(|file| sources.pieces(file)) {
            let tree = read.swap_remove(&piece).or_else(|| loaded.trees.get(&piece).cloned());
            trees.extend(tree.map(|tree| (piece, tree)));
        }
        loaded.trees = trees;
    }
    let told = loaded.trees.values().flat_map(|tree| &tree.diagnostics);
    loaded.diagnostics = told.cloned().collect();
    Some(Edit { gone, new })
}

fn is_import(tree: &Parsed) -> bool {
    matches!(tree.declaration.as_ref().map(|declaration| &declaration.kind), Some(DeclarationKind::Import(_)))
}

/// Returns declarations as they were and as they are, if an edit leaves their names and kinds.
fn pairs(edits: &[Edit]) -> Option<Vec<(&Instance, &Instance)>> {
    let mut pairs = Vec::new();
    for Edit { gone, new } in edits {
        if gone.len() != new.len() {
            return None;
        }
        for ((_, was), (_, is)) in gone.iter().zip(new) {
            let (was, is) = (instance(was)?, instance(is)?);
            if was.name.node != is.name.node || was.kind.node != is.kind.node || is.kind.node == STACK {
                return None;
            }
            pairs.push((was, is));
        }
    }
    Some(pairs)
}

fn instance(tree: &Parsed) -> Option<&Instance> {
    let DeclarationKind::Instance(instance) = &tree.declaration.as_ref()?.kind else { return None };
    tree.file_docs.is_none().then_some(instance)
}

/// Says what an edit has changed in a declaration; nothing if the program knows another of its name.
fn change(
    program: &Program,
    (was, is): (&Instance, &Instance),
    (before, after): (&Sources, &Sources),
    now: &Declared,
) -> Option<Change> {
    let (index, _, known) = program.declared.get_full(&is.name.node)?;
    let kind = program.kind(known.kind)?;
    if known.span != was.name.span || now.kind != known.kind || now.span != is.name.span {
        return None;
    }
    let gives = |declared: &Declared, name| declared.given.contains_key(name);
    let says_else = |name: &str| written(was, name, before) != written(is, name, after);
    let names = kind.members.keys().enumerate();
    let fields = names.filter(|(_, name)| {
        says_else(name)
            || gives(known, name.as_str()) != gives(now, name.as_str())
            || known.broken.contains(name) != now.broken.contains(name)
    });
    Some(Change {
        declared: DeclaredId(u32::try_from(index).ok()?),
        fields: fields.map(|(place, _)| place).collect(),
        gives_others: !known.given.keys().eq(now.given.keys()),
        allows: [was, is]
            .iter()
            .any(|one| one.body.items.iter().any(|i| matches!(i.kind, ItemKind::Allow(_)))),
    })
}

/// Returns what a declaration says of a field.
fn written<'t>(instance: &Instance, name: &str, sources: &'t Sources) -> Vec<&'t str> {
    let fields = instance.body.fields().filter(|field| field.name.node == name);
    fields.map(|field| sources.snippet(field.value.span)).collect()
}
