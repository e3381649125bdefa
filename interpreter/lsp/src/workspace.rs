//! Documents, the files beside them, and the programs that they belong to, analysed again when something that they read has changed.
//!
//! A program begins at a file that nobody imports, or that has a stack. At hand are the programs with an open document in
//! them; a document that belongs to none is a program of its own. Who asks about all that lies in the folders has the
//! others looked at as well: they cost nothing until then, and are kept until they change.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use memchr::memmem;
use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError, beside, normal};
use rsx_lang::pages;
use rsx_syntax::FileId;
use smol_str::SmolStr;

use crate::documents::{Document, Documents};
use crate::features::beside::{self, Notes};
use crate::outside::{Outside, Search};
use crate::snapshot::Snapshot;

/// How a line begins that imports a file.
const IMPORT: &str = "import \"";

/// The extension of specs.
const EXTENSION: &str = ".rsx";

/// How many programs without an open document are looked at.
const MOST: usize = 200;

/// What the client works on.
pub(crate) struct Workspace {
    outside: Arc<dyn Outside>,
    documents: Documents,
    folders: Vec<String>,
    /// Every file that is known, with what its lines say of others.
    links: BTreeMap<String, Links>,
    /// Programs at hand, by root.
    programs: BTreeMap<String, Program>,
    /// Programs that were at hand until something changed that they have read.
    outdated: BTreeMap<String, Program>,
    /// Programs in the folders of which no document is open, by root; known when somebody has asked.
    closed: BTreeMap<String, Program>,
    /// Where the library lies; known when somebody has asked.
    kept: Option<Option<String>>,
    /// The library as a program of its own, for those who read it.
    library: Option<Snapshot>,
    /// The env that values are shown of, if the client has named one.
    env: Option<SmolStr>,
}

/// What the lines of a file say of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Links {
    imports: BTreeSet<String>,
    has_stack: bool,
}

/// A program at hand.
#[derive(Debug)]
struct Program {
    snapshot: Snapshot,
    /// The paths that it has read, or has tried to.
    reads: BTreeSet<String>,
    /// What the library says of it besides; known when somebody has asked.
    notes: OnceCell<Notes>,
}

impl Workspace {
    pub(crate) fn new(outside: Arc<dyn Outside>) -> Self {
        Self {
            outside,
            documents: Documents::default(),
            folders: Vec::new(),
            links: BTreeMap::new(),
            programs: BTreeMap::new(),
            outdated: BTreeMap::new(),
            closed: BTreeMap::new(),
            kept: None,
            library: None,
            env: None,
        }
    }

    pub(crate) fn documents(&self) -> &Documents {
        &self.documents
    }

    pub(crate) fn outside(&self) -> &Arc<dyn Outside> {
        &self.outside
    }

    /// Drops what is known of programs.
    pub(crate) fn forget(&mut self) {
        self.programs.clear();
        self.outdated.clear();
        self.closed.clear();
        self.library = None;
    }

    /// Returns the paths of all specs that are known.
    pub(crate) fn specs(&self) -> impl Iterator<Item = &str> {
        self.links.keys().map(String::as_str).filter(|path| path.ends_with(EXTENSION))
    }

    /// Says of which env values are shown; returns whether that is another one than before.
    pub(crate) fn show_env(&mut self, env: Option<SmolStr>) -> bool {
        let is_news = self.env != env;
        self.env = env;
        for program in self.programs.values_mut().chain(self.outdated.values_mut()).filter(|_| is_news) {
            program.snapshot.env.clone_from(&self.env);
            program.notes = OnceCell::new();
        }
        is_news
    }

    /// Returns the env that the client has named if no program at hand declares it, with those that they do declare;
    /// nothing where they declare none.
    pub(crate) fn missed_env(&self) -> Option<(&SmolStr, BTreeSet<&SmolStr>)> {
        let named = self.env.as_ref()?;
        let programs = self.programs.values().map(|program| &program.snapshot.analysis().program);
        let declared: BTreeSet<&SmolStr> = programs.flat_map(|program| program.envs.keys()).collect();
        (!declared.is_empty() && !declared.contains(named)).then_some((named, declared))
    }

    pub(crate) fn add_folder(&mut self, folder: String) {
        self.folders.push(folder);
    }

    /// Takes in specs that a search has found, and returns whether that may change which programs there are.
    pub(crate) fn found(&mut self, paths: &[String]) -> bool {
        let new: Vec<&String> = paths.iter().filter(|path| !self.links.contains_key(*path)).collect();
        new.iter().for_each(|path| self.look_at(path));
        new.iter().any(|path| self.links.get(*path).is_some_and(|links| !links.imports.is_empty()))
    }

    pub(crate) fn remove_folder(&mut self, folder: &str) {
        self.folders.retain(|other| other != folder);
        let (folders, documents) = (&self.folders, &self.documents);
        let stays = |path: &String| documents.get(path).is_some() || folders.iter().any(|f| lies_in(path, f));
        self.links.retain(|path, _| stays(path));
    }

    pub(crate) fn open(&mut self, document: Document) {
        let path = self.documents.open(document);
        // Files beside it may import it.
        if let Some((folder, _)) = path.rsplit_once('/').filter(|_| path.starts_with('/')) {
            let mut beside = Vec::new();
            self.outside.specs(folder, &mut |found| {
                beside = found;
                Search::Stops
            });
            self.found(&beside);
        }
        self.changed(&path);
    }

    pub(crate) fn close(&mut self, path: &str) {
        if self.documents.close(path) {
            self.changed(path);
        }
    }

    /// Changes a document; nothing if it is not open.
    pub(crate) fn edit(&mut self, path: &str, change: impl FnOnce(&mut Document)) {
        if let Some(document) = self.documents.get_mut(path) {
            change(document);
            self.changed(path);
        }
    }

    /// Takes in that a file or what is open of it has changed, appeared or vanished.
    pub(crate) fn changed(&mut self, path: &str) {
        let was_there = self.links.contains_key(path);
        self.look_at(path);
        // Who misses a file has looked for it in its folder.
        let folder = folder(path).filter(|_| was_there != self.links.contains_key(path));
        let reads = |program: &Program| {
            program.reads.contains(path) || folder.is_some_and(|folder| program.reads.contains(folder))
        };
        self.closed.retain(|_, program| !reads(program));
        self.outdated.extend(self.programs.extract_if(.., |_, program| reads(program)));
    }

    /// Takes in that any file that is not open may have changed.
    pub(crate) fn look_again(&mut self) {
        let closed = self.links.keys().filter(|path| self.documents.get(path).is_none());
        let closed: Vec<String> = closed.cloned().collect();
        closed.iter().for_each(|path| self.look_at(path));
        self.outdated.append(&mut self.programs);
        self.closed.clear();
    }

    /// Reads what a file's lines say of others.
    fn look_at(&mut self, path: &str) {
        let text = match self.documents.get(path) {
            Some(document) => Some(Arc::clone(document.text.content())),
            None if path.ends_with(EXTENSION) => self.outside.read(path).ok(),
            None => None,
        };
        match text {
            Some(text) => self.links.insert(path.to_owned(), Links::of(path, &text)),
            None => self.links.remove(path),
        };
    }

    /// Returns the roots of the programs that a file belongs to, sorted.
    fn roots_of(&self, path: &str) -> Vec<String> {
        let (mut seen, mut open) = (BTreeSet::from([path]), vec![path]);
        while let Some(next) = open.pop() {
            let importing = self.links.iter().filter(|(_, links)| links.imports.contains(next));
            open.extend(importing.map(|(path, _)| path.as_str()).filter(|path| seen.insert(path)));
        }
        let is_root = |path: &&str| {
            let has_stack = self.links.get(*path).is_some_and(|links| links.has_stack);
            let importing = || self.links.iter().filter(|(other, _)| other != path);
            has_stack || !importing().any(|(_, links)| links.imports.contains(*path))
        };
        let roots: Vec<String> = seen.into_iter().filter(is_root).map(str::to_owned).collect();
        // Files that only import each other have no beginning.
        if roots.is_empty() { vec![path.to_owned()] } else { roots }
    }

    /// Brings the programs at hand up to date: those with an open document in them.
    pub(crate) fn refresh(&mut self) {
        let mut wanted = BTreeSet::new();
        for path in self.documents.paths() {
            match self.library_name(path) {
                None => wanted.extend(self.roots_of(path)),
                Some(_) => {
                    self.library.get_or_insert_with(|| Snapshot::of_library(Library::standard()));
                }
            }
        }
        wanted.iter().for_each(|root| self.analyse(root));
        // An import that can't be read for the moment leaves its file alone.
        let read = |path: &&String| {
            wanted.iter().any(|root| self.programs.get(root).is_some_and(|one| one.reads.contains(*path)))
        };
        let documents = self.documents.paths().filter(|path| self.library_name(path).is_none());
        let alone: Vec<String> = documents.filter(|path| !read(path)).cloned().collect();
        alone.iter().for_each(|root| self.analyse(root));
        wanted.extend(alone);
        self.programs.retain(|root, _| wanted.contains(root));
        self.outdated.clear();
    }

    /// Analyses the program that begins at a file, if it is not at hand.
    fn analyse(&mut self, root: &str) {
        if self.programs.contains_key(root) {
            return;
        }
        let program = self.seen(root);
        self.programs.insert(root.to_owned(), program);
    }

    /// Looks at the program that begins at a file, again if there is one that is outdated.
    fn seen(&mut self, root: &str) -> Program {
        let outdated = self.outdated.remove(root);
        let files = Reading { workspace: self, reads: RefCell::default() };
        let mut snapshot = match outdated {
            Some(Program { mut snapshot, .. }) => {
                snapshot.refresh(&files);
                snapshot
            }
            None => Snapshot::of(Library::standard(), root, &files),
        };
        let reads = files.reads.into_inner();
        snapshot.env.clone_from(&self.env);
        Program { snapshot, reads, notes: OnceCell::new() }
    }

    /// Looks at the programs in the folders of which no document is open, and tells how many of how many it has seen.
    pub(crate) fn look_at_closed(&mut self, tell: &dyn Fn(usize, usize)) {
        let imported: BTreeSet<&String> = self.links.values().flat_map(|links| &links.imports).collect();
        let is_root = |(path, links): &(&String, &Links)| {
            let is_in_folder = self.folders.iter().any(|folder| lies_in(path, folder));
            let begins = links.has_stack || !imported.contains(path);
            is_in_folder && begins && !self.programs.contains_key(*path)
        };
        let roots: BTreeSet<String> =
            self.links.iter().filter(is_root).take(MOST).map(|(path, _)| path.clone()).collect();
        self.closed.retain(|root, _| roots.contains(root));
        for (done, root) in roots.iter().enumerate() {
            if !self.closed.contains_key(root) {
                tell(done, roots.len());
                let program = self.seen(root);
                self.closed.insert(root.clone(), program);
            }
        }
    }

    /// Returns the programs at hand, and those without an open document that have been looked at.
    pub(crate) fn all_programs(&self) -> impl Iterator<Item = &Snapshot> {
        self.programs.values().chain(self.closed.values()).map(|program| &program.snapshot)
    }

    /// Returns the programs at hand.
    pub(crate) fn programs(&self) -> impl Iterator<Item = (&String, &Snapshot)> {
        self.programs.iter().map(|(root, program)| (root, &program.snapshot))
    }

    /// Returns what the library says of the declarations of a program at hand.
    pub(crate) fn notes(&self, snapshot: &Snapshot) -> Option<&Notes> {
        let root = snapshot.sources().name(snapshot.analysis().root?);
        Some(self.programs.get(root)?.notes.get_or_init(|| beside::notes(snapshot)))
    }

    /// Returns the programs that a document belongs to, and what it is called in each.
    ///
    /// What has changed since [`refresh`](Self::refresh) is not seen.
    pub(crate) fn programs_of(&self, path: &str) -> Vec<(&Snapshot, FileId)> {
        if let (Some(name), Some(snapshot)) = (self.library_name(path), &self.library) {
            return snapshot.file(&name).map(|file| (&*snapshot, file)).into_iter().collect();
        }
        let holding = self.programs.values().filter(|program| program.reads.contains(path));
        holding.filter_map(|program| Some((&program.snapshot, file_at(&program.snapshot, path)?))).collect()
    }

    /// Returns the path under which a file of a program can be opened.
    pub(crate) fn path(&self, snapshot: &Snapshot, file: FileId) -> Option<String> {
        let name = snapshot.sources().name(file);
        match snapshot.is_library(file) {
            true => Some(format!("{}/{name}", self.kept.as_ref()?.as_ref()?)),
            false => Some(normal(name)),
        }
    }

    /// Returns the path of the page of a code.
    pub(crate) fn page(&self, code: &str) -> Option<String> {
        let folder = self.kept.as_ref()?.as_ref()?;
        Some(format!("{folder}/{}", page_name(code)))
    }

    /// Has the library and the pages of codes kept where they can be opened.
    pub(crate) fn keep_library(&mut self) {
        if self.kept.is_none() {
            let library = rsx_stdlib::FILES.iter().map(|(name, text)| ((*name).to_owned(), *text));
            let codes = pages::all().map(|(code, page)| (page_name(code), page));
            self.kept = Some(self.outside.keep(&library.chain(codes).collect::<Vec<_>>()));
        }
    }

    /// Returns what the library calls a file that lies where it is kept.
    fn library_name(&self, path: &str) -> Option<String> {
        let folder = self.kept.as_ref()?.as_ref()?;
        path.strip_prefix(folder.as_str())?.strip_prefix('/').map(str::to_owned)
    }
}

impl Links {
    fn of(path: &str, text: &str) -> Self {
        let bytes = text.as_bytes();
        let begins = |at: &usize| at.checked_sub(1).is_none_or(|before| bytes.get(before) == Some(&b'\n'));
        let imports = memmem::find_iter(bytes, IMPORT).filter(begins).filter_map(|at| {
            let written = text.get(at + IMPORT.len()..)?.split(['"', '\n']).next()?;
            Some(normal(&beside(path, written)))
        });
        let has_stack = memmem::find_iter(bytes, "stack ").any(|at| begins(&at));
        Self { imports: imports.collect(), has_stack }
    }
}

/// Open documents before what is on the disk, and what was read.
struct Reading<'w> {
    workspace: &'w Workspace,
    reads: RefCell<BTreeSet<String>>,
}

impl Files for Reading<'_> {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        let path = normal(path);
        self.reads.borrow_mut().insert(path.clone());
        match self.workspace.documents.get(&path) {
            Some(document) => Ok(Arc::clone(document.text.content())),
            None => self.workspace.outside.read(&path),
        }
    }

    fn neighbours(&self, path: &str) -> Vec<String> {
        let path = normal(path);
        let Some(folder) = folder(&path) else { return Vec::new() };
        self.reads.borrow_mut().insert(folder.to_owned());
        let known = self.workspace.specs().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
        known.filter(|name| !name.contains('/')).map(str::to_owned).collect()
    }
}

/// Returns the file of the user that lies at a path.
fn file_at(snapshot: &Snapshot, path: &str) -> Option<FileId> {
    snapshot.user_files().find(|file| normal(snapshot.sources().name(*file)) == path)
}

fn folder(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

fn page_name(code: &str) -> String {
    format!("codes/{}.md", code.replace("::", "."))
}

fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
