//! Who declares what: the user's names up front, the library's when they are asked for.

use std::sync::Arc;

use rsx_syntax::ast::{Block, Declaration, DeclarationKind, Instance, Name, Rule, TypeDeclaration};
use rsx_syntax::{BLOCKS, Span, Spanned};
use smol_str::SmolStr;

use super::globals::{GlobalForm, GlobalSlot};
use super::kinds::KindSlot;
use super::types::is_of_language;
use super::{Binder, Entry};
use crate::infer::Home;
use crate::load::Loaded;
use crate::maps::IndexMap;
use crate::problems::names::{Problem, Sought};
use crate::problems::shapes::Problem as ShapeProblem;
use crate::program::{DeclaredId, GlobalId, KindId};

/// A type that the user declares.
#[derive(Clone, Copy, Debug)]
pub(super) struct UserType<'a> {
    /// None: it could not be read.
    pub(super) declaration: Option<&'a TypeDeclaration>,
    pub(super) span: Span,
}

/// Names that the user declares, by name space.
#[derive(Debug, Default)]
pub(super) struct UserNames<'a> {
    pub(super) dimensions: IndexMap<SmolStr, Span>,
    pub(super) units: IndexMap<SmolStr, Span>,
    /// Params, lets and declarations.
    pub(super) values: IndexMap<SmolStr, (Entry, Span)>,
    pub(super) types: IndexMap<SmolStr, UserType<'a>>,
    /// Codes of rules.
    codes: IndexMap<SmolStr, Span>,
    /// Codes of rules on types, by type.
    pub(super) type_codes: IndexMap<SmolStr, SmolStr>,
    outputs: IndexMap<SmolStr, Span>,
    envs: IndexMap<SmolStr, Span>,
    checks: IndexMap<SmolStr, Span>,
    expects: IndexMap<SmolStr, Span>,
}

/// The user's declarations whose bodies are bound once all names are known.
#[derive(Debug, Default)]
pub(super) struct Declarations<'a> {
    pub(super) instances: Vec<(DeclaredId, KindId, &'a Instance, &'a Declaration)>,
    pub(super) envs: Vec<&'a Block>,
    pub(super) outputs: Vec<&'a Declaration>,
    pub(super) checks: Vec<&'a Declaration>,
    pub(super) rules: Vec<&'a Rule>,
}

impl<'a> Binder<'a> {
    /// Collects every name of the user and reports those declared twice.
    pub(super) fn declarations(&mut self, loaded: &'a Loaded) -> Declarations<'a> {
        let all: Vec<&'a Declaration> =
            loaded.trees.values().filter_map(|tree| tree.declaration.as_ref()).collect();
        self.names.values.reserve(all.len());
        for declaration in &all {
            self.schema(declaration);
        }
        let mut declarations = Declarations::default();
        for declaration in all {
            self.declaration(declaration, &mut declarations);
        }
        declarations
    }

    /// Kinds and types come first: instances are told apart by their kinds.
    fn schema(&mut self, declaration: &'a Declaration) {
        match &declaration.kind {
            DeclarationKind::Pattern(block) => self.user_kind(block, declaration),
            DeclarationKind::Resource(block) => {
                self.report(ShapeProblem::ForeignResource { at: block.name.span }.diagnostic());
                self.broken_kind(&block.name);
            }
            DeclarationKind::Type(ty) => self.user_type(&ty.name, Some(ty)),
            DeclarationKind::Rule(rule) => {
                self.user_code(rule);
                if is_type_name(&rule.subject.node) {
                    let code = SmolStr::from(rule.code.node.as_str());
                    self.names.type_codes.entry(rule.subject.node.clone()).or_insert(code);
                }
            }
            DeclarationKind::Broken(broken) => {
                match (broken.kind.as_ref().map(|kind| kind.node.as_str()), &broken.name) {
                    (Some("pattern" | "resource"), Some(name)) => self.broken_kind(name),
                    (Some("type" | "dimension"), Some(name)) => self.user_type(name, None),
                    _ => {}
                }
            }
            DeclarationKind::Import(_)
            | DeclarationKind::Param(_)
            | DeclarationKind::Let(_)
            | DeclarationKind::Output(_)
            | DeclarationKind::Dimension(_)
            | DeclarationKind::Env(_)
            | DeclarationKind::Check(_)
            | DeclarationKind::Expect(_)
            | DeclarationKind::Instance(_) => {}
        }
    }

    /// A code of the user names one rule; one of the library may name several.
    fn user_code(&mut self, rule: &Rule) {
        let (code, at) = (rule.code.node.as_str(), rule.code.span);
        let of_library = self.library.rule(code).map(|piece| self.library.name_span(piece));
        if let Some(first) = self.names.codes.get(code).copied().or(of_library) {
            return self.declared_again(code, at, first);
        }
        self.names.codes.insert(code.into(), at);
    }

    /// Whether a code is reported by anything.
    pub(super) fn is_code(&self, code: &str) -> bool {
        self.names.codes.contains_key(code)
            || self.library.rule(code).is_some()
            || rsx_stdlib::CODES.iter().any(|(known, _)| *known == code)
    }

    pub(super) fn codes(&self) -> Vec<SmolStr> {
        let own = self.names.codes.keys().chain(self.library.codes()).cloned();
        own.chain(rsx_stdlib::CODES.iter().map(|(code, _)| SmolStr::new_static(code))).collect()
    }

    fn user_kind(&mut self, block: &'a Block, declaration: &'a Declaration) {
        let name = &block.name;
        if self.is_kind_taken(name) {
            return;
        }
        let slot = KindSlot::written(block, declaration.docs.as_ref());
        let (index, _) = self.kinds.insert_full(name.node.clone(), slot);
        self.enliven(kind_id(index));
    }

    fn broken_kind(&mut self, name: &Name) {
        if !self.is_kind_taken(name) {
            self.kinds.insert(name.node.clone(), KindSlot::broken(name.span));
        }
    }

    /// Reports a kind that is declared already.
    fn is_kind_taken(&mut self, name: &Name) -> bool {
        let first = match (self.kinds.get(&name.node), self.library.kind(&name.node)) {
            (_, Some(piece)) => self.library.name_span(piece),
            (Some(slot), None) => slot.span,
            (None, None) => return false,
        };
        self.declared_again(&name.node, name.span, first);
        true
    }

    /// Reports a name that the user or the library has declared before.
    pub(super) fn declared_again(&mut self, name: &str, at: Span, first: Span) {
        let problem = match self.library.holds(self.sources.file_of(first)) {
            true => Problem::OfLibrary { name, at, first },
            false => Problem::Duplicate { name, at, first },
        };
        self.report(problem.diagnostic());
    }

    fn user_type(&mut self, name: &'a Name, ty: Option<&'a TypeDeclaration>) {
        if is_of_language(&name.node) {
            let belongs = "the language has a type of this name: choose another";
            self.report(
                ShapeProblem::Misplaced { what: "a type of this name", belongs, at: name.span }.diagnostic(),
            );
            return;
        }
        let first = self.names.types.get(&name.node).map(|ty| ty.span);
        let first = first.or_else(|| self.names.dimensions.get(&name.node).copied());
        match first {
            Some(first) if ty.is_some() => self.declared_again(&name.node, name.span, first),
            Some(_) => {}
            None => {
                self.names.types.insert(name.node.clone(), UserType { declaration: ty, span: name.span });
            }
        }
    }

    fn declaration(&mut self, declaration: &'a Declaration, into: &mut Declarations<'a>) {
        match &declaration.kind {
            DeclarationKind::Param(binding) | DeclarationKind::Let(binding) => {
                let form = if matches!(declaration.kind, DeclarationKind::Param(_)) {
                    GlobalForm::Param
                } else {
                    GlobalForm::Let
                };
                if self.is_free(&binding.name) {
                    let slot = GlobalSlot::new(Home::User, form, binding, declaration.docs.as_ref());
                    let (index, _) = self.globals.insert_full(binding.name.node.clone(), slot);
                    self.own(&binding.name, Entry::Global(global_id(index)));
                }
            }
            DeclarationKind::Instance(instance) => self.instance_name(instance, declaration, into),
            DeclarationKind::Output(binding) => {
                if once(&mut self.names.outputs, &mut self.diagnostics, &binding.name) {
                    into.outputs.push(declaration);
                }
            }
            DeclarationKind::Env(block) => {
                if once(&mut self.names.envs, &mut self.diagnostics, &block.name) {
                    into.envs.push(block);
                }
            }
            // What stands in a second one is bound all the same: nobody refers to it.
            DeclarationKind::Check(block) => {
                once(&mut self.names.checks, &mut self.diagnostics, &block.name);
                into.checks.push(declaration);
            }
            DeclarationKind::Expect(block) => {
                once(&mut self.names.expects, &mut self.diagnostics, &block.name);
                into.checks.push(declaration);
            }
            DeclarationKind::Rule(rule) => into.rules.push(rule),
            DeclarationKind::Broken(broken) => {
                match (broken.kind.as_ref().map(|kind| kind.node.as_str()), &broken.name) {
                    (
                        Some(
                            "pattern" | "resource" | "type" | "dimension" | "rule" | "check" | "expect"
                            | "env" | "output" | "import",
                        ),
                        _,
                    )
                    | (_, None) => {}
                    (_, Some(name)) => {
                        let entry = (Entry::Broken, name.span);
                        self.names.values.entry(name.node.clone()).or_insert(entry);
                    }
                }
            }
            DeclarationKind::Import(_)
            | DeclarationKind::Type(_)
            | DeclarationKind::Dimension(_)
            | DeclarationKind::Resource(_)
            | DeclarationKind::Pattern(_) => {}
        }
    }

    fn instance_name(
        &mut self,
        instance: &'a Instance,
        declaration: &'a Declaration,
        into: &mut Declarations<'a>,
    ) {
        let free = self.is_free(&instance.name);
        let Some(kind) =
            self.kind_or_report(Home::User, &instance.kind.node, instance.kind.span, Sought::Kind)
        else {
            if free {
                self.own(&instance.name, Entry::Broken);
            }
            return;
        };
        if !free {
            return;
        }
        let id = DeclaredId(u32::try_from(into.instances.len()).unwrap_or(u32::MAX));
        self.own(&instance.name, Entry::Declared(id, kind));
        self.enliven(kind);
        into.instances.push((id, kind, instance, declaration));
    }

    /// Reports a name that another param, let or declaration has; which of them is meant nobody knows, so nobody who says
    /// it is blamed.
    fn is_free(&mut self, name: &Name) -> bool {
        let Some((entry, first)) = self.names.values.get_mut(&name.node) else { return true };
        *entry = Entry::Broken;
        let first = *first;
        self.report(Problem::Duplicate { name: &name.node, at: name.span, first }.diagnostic());
        false
    }

    fn own(&mut self, name: &Name, entry: Entry) {
        self.names.values.insert(name.node.clone(), (entry, name.span));
    }

    /// What a name in a value's place stands for.
    pub(crate) fn entry(&mut self, home: Home, name: &str) -> Option<Entry> {
        if home == Home::User
            && let Some((entry, _)) = self.names.values.get(name)
        {
            return Some(*entry);
        }
        if let Some(entry) = self.library_globals.get(name) {
            return Some(*entry);
        }
        let entry = self.library_global(name)?;
        self.library_globals.insert(name.into(), entry);
        Some(entry)
    }

    fn library_global(&mut self, name: &str) -> Option<Entry> {
        let library = self.library;
        let declaration = library.tree(library.global(name)?)?.declaration.as_ref()?;
        let is_param = matches!(declaration.kind, DeclarationKind::Param(_));
        let form = if is_param { GlobalForm::Param } else { GlobalForm::Let };
        let (DeclarationKind::Param(binding) | DeclarationKind::Let(binding)) = &declaration.kind else {
            return Some(Entry::Broken);
        };
        // A name of the user hides one of the library; under its own name the user's is asked for from outside.
        let key = if self.names.values.contains_key(name) {
            format!("std.{name}").into()
        } else {
            SmolStr::from(name)
        };
        let slot = GlobalSlot::new(Home::Library, form, binding, declaration.docs.as_ref());
        let (index, _) = self.globals.insert_full(key, slot);
        Some(Entry::Global(global_id(index)))
    }

    /// Where the user declares a value of this name.
    pub(crate) fn user_name(&self, name: &str) -> Option<Span> {
        self.names.values.get(name).map(|(_, span)| *span)
    }

    /// Names that may stand in a value's place.
    pub(crate) fn value_names(&self, home: Home) -> Vec<SmolStr> {
        let own = self.names.values.keys().filter(|_| home == Home::User);
        own.chain(self.library.globals()).cloned().collect()
    }

    /// A kind by its name.
    pub(crate) fn kind_named(&mut self, home: Home, name: &str) -> Option<KindId> {
        if let Some((index, _, slot)) = self.kinds.get_full(name)
            && (home == Home::User || slot.home == Home::Library)
        {
            return Some(kind_id(index));
        }
        let piece = self.library.kind(name)?;
        let (index, _) = self.kinds.insert_full(
            name.into(),
            KindSlot::closed(piece, self.library.binding(name)?, self.library.name_span(piece)),
        );
        Some(kind_id(index))
    }

    /// A kind by its name; one that isn't there is reported.
    pub(crate) fn kind_or_report(
        &mut self,
        home: Home,
        name: &str,
        at: Span,
        sought: Sought,
    ) -> Option<KindId> {
        let found = self.kind_named(home, name);
        if found.is_none() {
            let names: Vec<SmolStr> = self.kind_names(home);
            let forms = if sought == Sought::Kind { &BLOCKS[..] } else { &[] };
            let words = names.iter().map(SmolStr::as_str).chain(forms.iter().copied());
            let nearest = self.suggestions.nearest(name, words);
            self.report(Problem::Unknown { name, sought, nearest, at }.diagnostic());
        }
        found
    }

    pub(super) fn kind_names(&self, home: Home) -> Vec<SmolStr> {
        let own = self
            .kinds
            .iter()
            .filter(|(_, slot)| home == Home::User && slot.home == Home::User)
            .map(|(name, _)| name);
        own.chain(self.library.kinds()).cloned().collect()
    }
}

/// Type names begin with a capital letter, kinds with a small one.
pub(super) fn is_type_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

pub(super) fn docs_of(docs: Option<&Spanned<String>>) -> Option<Arc<str>> {
    docs.map(|docs| docs.node.as_str().into())
}

fn kind_id(index: usize) -> KindId {
    KindId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn global_id(index: usize) -> GlobalId {
    GlobalId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn once(
    names: &mut IndexMap<SmolStr, Span>,
    diagnostics: &mut Vec<rsx_syntax::Diagnostic>,
    name: &Name,
) -> bool {
    if let Some(first) = names.get(&name.node) {
        diagnostics.push(Problem::Duplicate { name: &name.node, at: name.span, first: *first }.diagnostic());
        return false;
    }
    names.insert(name.node.clone(), name.span);
    true
}
