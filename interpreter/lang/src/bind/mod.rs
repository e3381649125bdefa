//! Trees → a program: every declaration of the user, and of the library what they need, with names bound and types known.
//!
//! Steps: dimensions; names; params and lets; declarations and what reads them; then the kinds that live, which
//! pull in others and the rules on them, until nothing new is needed. A kind lives if a declaration or a living
//! kind makes instances of it; of others only what is asked for is bound.

mod again;
mod beside;
mod bodies;
mod cycles;
mod fields;
mod given;
mod globals;
mod kinds;
mod members;
mod names;
mod rules;
mod types;
mod units;

use std::collections::VecDeque;

use rsx_syntax::{Diagnostic, Sources, Span};
use smol_str::SmolStr;

use crate::dimension::Units;
use crate::infer::Home;
use crate::library::Library;
use crate::load::Loaded;
use crate::maps::{IndexMap, IndexSet};
use crate::program::{Declared, DeclaredId, GlobalId, KindId, Program};
use crate::suggest::Suggestions;
use crate::types::Type;

pub(crate) use again::bind_again;
pub(crate) use given::literal;
use globals::GlobalSlot;
use kinds::KindSlot;
use names::{Declarations, UserNames};

/// What a looped part is called that makes a pattern a pool.
pub(crate) const MEMBER: &str = "member";

/// How many lets and types may wait for each other; what lies deeper would outgrow the stack.
const DEEPEST: usize = 100;

/// A program and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Everything that could be bound.
    pub program: Program,
    /// What is wrong, in the order in which it was found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Binds the names of a program and types it.
pub fn bind(library: &Library, loaded: &Loaded) -> Bound {
    let (mut binder, declarations) = beside::bound(library, loaded).unwrap_or_else(|| {
        let (mut binder, declarations) = Binder::with_names(library, loaded);
        binder.program.declared.reserve_exact(declarations.instances.len());
        for &one in &declarations.instances {
            let declared = binder.instance(one);
            binder.declare(one.2.name.node.clone(), declared);
        }
        (binder, declarations)
    });
    binder.bodies(&declarations);
    binder.living();
    binder.user_rules(&declarations);
    binder.living();
    binder.cycles();
    binder.finish()
}

/// Binds a library by itself: every kind, type, let and rule of it.
pub fn bind_library(library: &Library) -> Bound {
    let loaded = Loaded {
        sources: library.sources().clone(),
        root: None,
        trees: IndexMap::default(),
        diagnostics: Vec::new(),
    };
    let mut binder = Binder::new(library, &loaded);
    binder.dimensions(&loaded);
    binder.syntax_of(library);
    for name in library.types() {
        binder.type_named(Home::Library, name);
    }
    for name in library.globals() {
        binder.entry(Home::Library, name);
    }
    for name in library.kinds() {
        if let Some(kind) = binder.kind_named(Home::Library, name) {
            binder.enliven(kind);
        }
    }
    binder.living();
    binder.rule_subjects(library);
    binder.cycles();
    binder.finish()
}

/// What a name in a value's place stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Entry {
    Global(GlobalId),
    Declared(DeclaredId, KindId),
    /// Declared, and in error.
    Broken,
}

/// A type under its name.
#[derive(Clone, Debug)]
enum TypeSlot {
    /// Being read; to meet it again is a cycle.
    Open(Span),
    Known(Type),
}

/// The state of binding one program.
pub(crate) struct Binder<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) library: &'a Library,
    pub(crate) units: Units,
    pub(crate) suggestions: Suggestions,
    /// How many expressions are under way.
    pub(crate) depth: u32,
    names: UserNames<'a>,
    kinds: IndexMap<SmolStr, KindSlot<'a>>,
    globals: IndexMap<SmolStr, GlobalSlot<'a>>,
    library_globals: IndexMap<SmolStr, Entry>,
    types: IndexMap<(Home, SmolStr), TypeSlot>,
    /// Lets and types that are being bound, outermost first.
    inferring: Vec<(SmolStr, Span)>,
    /// Names of lets and types that need themselves; told once.
    ringed: IndexSet<Span>,
    /// Kinds that live and are not bound yet.
    waiting: VecDeque<KindId>,
    /// The name of the stack in its head.
    stack: Option<Span>,
    program: Program,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Binder<'a> {
    fn new(library: &'a Library, loaded: &'a Loaded) -> Self {
        Self {
            sources: &loaded.sources,
            library,
            units: Units::default(),
            suggestions: Suggestions::default(),
            depth: 0,
            names: UserNames::default(),
            kinds: IndexMap::default(),
            globals: IndexMap::default(),
            library_globals: IndexMap::default(),
            types: IndexMap::default(),
            inferring: Vec::new(),
            ringed: IndexSet::default(),
            waiting: VecDeque::new(),
            stack: None,
            program: Program::default(),
            diagnostics: Vec::new(),
        }
    }

    /// Begins with all names known, and with the user's types, params and lets bound.
    fn with_names(library: &'a Library, loaded: &'a Loaded) -> (Self, Declarations<'a>) {
        let mut binder = Self::new(library, loaded);
        binder.dimensions(loaded);
        let declarations = binder.declarations(loaded);
        binder.user_types();
        binder.user_globals();
        (binder, declarations)
    }

    /// Keeps what is wrong.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Tries something: whether nothing is wrong with it. What is wrong is forgotten.
    pub(crate) fn is_silent(&mut self, trial: impl FnOnce(&mut Self)) -> bool {
        let told = self.diagnostics.len();
        trial(self);
        let is_silent = self.diagnostics.len() == told;
        self.diagnostics.truncate(told);
        is_silent
    }

    fn finish(mut self) -> Bound {
        self.seal_kinds();
        self.seal_globals();
        self.program.units = self.units;
        Bound { program: self.program, diagnostics: self.diagnostics }
    }

    fn declare(&mut self, name: SmolStr, declared: Declared) {
        self.program.declared.insert(name, declared);
    }
}
