//! The library's files with an index of what they declare, made from first words; a tree is made when somebody needs it.

mod ahead;

use std::sync::{Arc, OnceLock};

use rsx_syntax::{FileId, Parsed, PieceId, Sources, Span, head, parse};
use smol_str::SmolStr;

use crate::maps::IndexMap;
use crate::program::KindBinding;

/// The library's files and what they declare.
#[derive(Debug)]
pub struct Library {
    sources: Sources,
    trees: IndexMap<PieceId, OnceLock<Arc<Parsed>>>,
    /// Gives the tree of the piece at a place, if it was read before.
    ahead: fn(usize) -> Option<Parsed>,
    index: Index,
}

/// Where the library declares what.
#[derive(Debug, Default)]
struct Index {
    kinds: IndexMap<SmolStr, (PieceId, KindBinding)>,
    types: IndexMap<SmolStr, PieceId>,
    globals: IndexMap<SmolStr, PieceId>,
    dimensions: Vec<PieceId>,
    /// By subject.
    rules: IndexMap<SmolStr, Vec<PieceId>>,
    /// The first rule of each code.
    codes: IndexMap<SmolStr, PieceId>,
    /// Kinds that are pools, by the kind of their members.
    pools: IndexMap<SmolStr, Vec<SmolStr>>,
}

impl Library {
    /// Makes a library of files, each a name and a text.
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, |_| None)
    }

    fn with(files: &[(&str, &str)], ahead: fn(usize) -> Option<Parsed>) -> Self {
        let mut sources = Sources::default();
        for (name, text) in files {
            sources.add(name, *text);
        }
        let pieces: Vec<PieceId> = sources.files().flat_map(|file| sources.pieces(file)).collect();
        let mut index = Index::default();
        for &piece in &pieces {
            index.add(piece, sources.piece_text(piece));
        }
        let trees = pieces.into_iter().map(|piece| (piece, OnceLock::new())).collect();
        Self { sources, trees, ahead, index }
    }

    /// Returns the library that comes with rsx.
    pub fn standard() -> &'static Self {
        static STANDARD: OnceLock<Library> = OnceLock::new();
        STANDARD.get_or_init(|| Self::with(rsx_stdlib::FILES, ahead::tree))
    }

    /// Returns the library's files.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns whether a file is one of the library's.
    pub fn holds(&self, file: FileId) -> bool {
        self.sources.files().last().is_some_and(|last| file <= last)
    }

    /// Returns the tree of a piece, made when it is first asked for.
    pub fn tree(&self, piece: PieceId) -> Option<&Arc<Parsed>> {
        let (place, _, tree) = self.trees.get_full(&piece)?;
        let parse = || parse(piece, self.sources.piece_text(piece));
        Some(tree.get_or_init(|| Arc::new((self.ahead)(place).unwrap_or_else(parse))))
    }

    /// Returns the trees of all pieces.
    pub fn trees(&self) -> impl Iterator<Item = &Arc<Parsed>> {
        self.trees.keys().filter_map(|&piece| self.tree(piece))
    }

    /// Returns the names of all kinds, in their order.
    pub fn kinds(&self) -> impl Iterator<Item = &SmolStr> {
        self.index.kinds.keys()
    }

    /// Returns the names of all types, in their order.
    pub fn types(&self) -> impl Iterator<Item = &SmolStr> {
        self.index.types.keys()
    }

    /// Returns the names of all lets, in their order.
    pub fn globals(&self) -> impl Iterator<Item = &SmolStr> {
        self.index.globals.keys()
    }

    /// Returns where a kind is declared.
    pub fn kind(&self, name: &str) -> Option<PieceId> {
        self.index.kinds.get(name).map(|(piece, _)| *piece)
    }

    /// Returns what stands behind a kind.
    pub(crate) fn binding(&self, name: &str) -> Option<KindBinding> {
        self.index.kinds.get(name).map(|(_, binding)| *binding)
    }

    /// Returns where a type is declared.
    pub fn ty(&self, name: &str) -> Option<PieceId> {
        self.index.types.get(name).copied()
    }

    /// Returns where a let is declared.
    pub fn global(&self, name: &str) -> Option<PieceId> {
        self.index.globals.get(name).copied()
    }

    /// Returns where dimensions are declared.
    pub fn dimensions(&self) -> &[PieceId] {
        &self.index.dimensions
    }

    /// Returns where rules on a kind or type are declared.
    pub fn rules(&self, subject: &str) -> &[PieceId] {
        self.index.rules.get(subject).map_or(&[], Vec::as_slice)
    }

    /// Returns where all rules are declared, by subject.
    pub fn all_rules(&self) -> impl Iterator<Item = PieceId> {
        self.index.rules.values().flatten().copied()
    }

    /// Returns where a rule with a code is declared.
    pub(crate) fn rule(&self, code: &str) -> Option<PieceId> {
        self.index.codes.get(code).copied()
    }

    /// Returns the codes of all rules, in their order.
    pub fn codes(&self) -> impl Iterator<Item = &SmolStr> {
        self.index.codes.keys()
    }

    /// Returns the kinds that are pools of members of a kind.
    pub(crate) fn pools(&self, member: &str) -> &[SmolStr] {
        self.index.pools.get(member).map_or(&[], Vec::as_slice)
    }

    /// Returns where the name in a piece's head stands.
    pub(crate) fn name_span(&self, piece: PieceId) -> Span {
        let range = head(self.sources.piece_text(piece)).map_or(0..0, |head| head.name_span);
        Span::new(piece, range.start, range.end)
    }
}

impl Index {
    fn add(&mut self, piece: PieceId, text: &str) {
        let Some(head) = head(text) else { return };
        let name = SmolStr::from(head.name);
        match head.kind {
            "resource" | "pattern" => {
                if let Some(member) = member_kind(text) {
                    self.pools.entry(member.into()).or_default().push(name.clone());
                }
                let binding =
                    if head.kind == "resource" { KindBinding::Resource } else { KindBinding::Pattern };
                self.kinds.entry(name).or_insert((piece, binding));
            }
            "type" => {
                self.types.entry(name).or_insert(piece);
            }
            "let" | "param" => {
                self.globals.entry(name).or_insert(piece);
            }
            "dimension" => self.dimensions.push(piece),
            "rule" => {
                self.rules.entry(head.subject.unwrap_or_default().into()).or_default().push(piece);
                self.codes.entry(name).or_insert(piece);
            }
            _ => {}
        }
    }
}

/// The kind in `make KIND member for …`, which makes a pattern a pool.
fn member_kind(text: &str) -> Option<&str> {
    let lines = text.lines().map(str::trim_start);
    let made = lines.filter_map(|line| line.strip_prefix("make "));
    made.filter_map(|line| {
        let mut words = line.split_whitespace();
        let kind = words.next()?;
        (words.next()? == crate::bind::MEMBER && words.next()? == "for").then_some(kind)
    })
    .next()
}
