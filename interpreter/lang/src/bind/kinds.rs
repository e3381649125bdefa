//! Kinds and their members, read from their declarations when somebody needs them.

use std::sync::Arc;

use rsx_syntax::ast::{Attribute, Binding, Block, Body, DeclarationKind, Item, ItemKind, Make, SchemaField};
use rsx_syntax::{PieceId, Span, Spanned};
use smol_str::SmolStr;

use super::names::docs_of;
use super::{Binder, MEMBER};
use crate::infer::Home;
use crate::maps::IndexMap;
use crate::problems::names::Problem;
use crate::problems::shapes::Problem as ShapeProblem;
use crate::program::{self, Kind, KindBinding, KindId};
use crate::term::Term;
use crate::types::Type;

/// The order that every resource takes besides what its fields say.
const AFTER: &str = "after";

/// A kind whose members may not have been read yet.
#[derive(Debug)]
pub(super) struct KindSlot<'a> {
    pub(super) home: Home,
    pub(super) span: Span,
    pub(super) binding: KindBinding,
    docs: Option<&'a Spanned<String>>,
    source: Source<'a>,
    pub(super) members: IndexMap<SmolStr, MemberSlot<'a>>,
    pool: Option<usize>,
    /// Fields that a body must give, with their places; made when the first body is read.
    pub(super) required: Option<Required>,
    /// Whether instances of it are made.
    lives: bool,
}

/// Names of fields and where they are declared.
pub(super) type Required = Arc<[(SmolStr, Span)]>;

/// What a kind is read from.
#[derive(Debug)]
enum Source<'a> {
    Piece(PieceId),
    Block(&'a Block),
    Read,
}

/// A member, bound as far as somebody asked.
#[derive(Debug)]
pub(super) struct MemberSlot<'a> {
    pub(super) span: Span,
    pub(super) docs: Option<&'a Spanned<String>>,
    pub(super) source: MemberSource<'a>,
    pub(super) form: FieldForm,
    pub(super) ty: Option<Type>,
    pub(super) inferring: bool,
    /// A field's default, a let's value.
    pub(super) term: Option<Term>,
    pub(super) make: Option<program::Make>,
}

/// Where a member is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum MemberSource<'a> {
    Field(&'a SchemaField),
    Let(&'a Binding),
    Make(&'a Make),
    /// Nobody declares it; every resource has it.
    After,
}

/// How a field takes its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldForm {
    /// A value of its type, decided before anything runs.
    Plain,
    /// `Answer<T>`: what a question to a running target answers serves as well.
    Answer,
    /// `Absent`: nobody should write it; a rule says why.
    Absent,
}

impl<'a> KindSlot<'a> {
    /// A kind of the library that nobody has looked into.
    pub(super) fn closed(piece: PieceId, binding: KindBinding, span: Span) -> Self {
        Self::new(Home::Library, span, binding, Source::Piece(piece))
    }

    /// A pattern of the user.
    pub(super) fn written(block: &'a Block, docs: Option<&'a Spanned<String>>) -> Self {
        Self { docs, ..Self::new(Home::User, block.name.span, KindBinding::Pattern, Source::Block(block)) }
    }

    /// A kind of the user that could not be read.
    pub(super) fn broken(span: Span) -> Self {
        Self::new(Home::User, span, KindBinding::Broken, Source::Read)
    }

    fn new(home: Home, span: Span, binding: KindBinding, source: Source<'a>) -> Self {
        Self {
            home,
            span,
            binding,
            docs: None,
            source,
            members: IndexMap::default(),
            pool: None,
            required: None,
            lives: false,
        }
    }

    /// Returns whether instances of it are made.
    pub(super) fn lives(&self) -> bool {
        self.lives
    }
}

impl<'a> Binder<'a> {
    pub(super) fn slot(&self, kind: KindId) -> Option<&KindSlot<'a>> {
        self.kinds.get_index(kind.0 as usize).map(|(_, slot)| slot)
    }

    pub(super) fn slot_mut(&mut self, kind: KindId) -> Option<&mut KindSlot<'a>> {
        self.kinds.get_index_mut(kind.0 as usize).map(|(_, slot)| slot)
    }

    /// Returns a kind with its members read.
    pub(super) fn open(&mut self, kind: KindId) -> Option<&KindSlot<'a>> {
        let slot = self.slot_mut(kind)?;
        match std::mem::replace(&mut slot.source, Source::Read) {
            Source::Read => {}
            Source::Block(block) => self.read(kind, block),
            Source::Piece(piece) => {
                let library = self.library;
                let declaration = library.tree(piece).and_then(|tree| tree.declaration.as_ref());
                match declaration.map(|declaration| (&declaration.kind, &declaration.docs)) {
                    Some((DeclarationKind::Resource(block) | DeclarationKind::Pattern(block), docs)) => {
                        self.slot_mut(kind)?.docs = docs.as_ref();
                        self.read(kind, block);
                    }
                    _ => self.slot_mut(kind)?.binding = KindBinding::Broken,
                }
            }
        }
        self.slot(kind)
    }

    fn read(&mut self, kind: KindId, block: &'a Block) {
        let Some(binding) = self.slot(kind).map(|slot| slot.binding) else { return };
        let mut members = IndexMap::with_capacity_and_hasher(block.body.items.len() + 1, <_>::default());
        for item in &block.body.items {
            let Some((name, source)) = self.written_member(item, binding) else { continue };
            let slot = MemberSlot::new(name.span, item.docs.as_ref(), source);
            if let Some(first) = members.get(&name.node).map(|slot: &MemberSlot<'_>| slot.span) {
                self.report(Problem::Duplicate { name: &name.node, at: name.span, first }.diagnostic());
            } else {
                members.insert(name.node.clone(), slot);
            }
        }
        self.broken_members(&block.body, &mut members);
        if binding == KindBinding::Resource && !members.contains_key(AFTER) {
            members.insert(
                SmolStr::new_static(AFTER),
                MemberSlot::new(block.name.span, None, MemberSource::After),
            );
        }
        let is_pool = |slot: &MemberSlot<'_>| matches!(slot.source, MemberSource::Make(make) if make.guards.each.is_some());
        let pool = members.get_full(MEMBER).filter(|(_, _, slot)| is_pool(slot)).map(|(index, _, _)| index);
        if let Some(slot) = self.slot_mut(kind) {
            slot.members = members;
            slot.pool = pool;
        }
    }

    /// Members that could not be read are there, of unknown type.
    fn broken_members(&mut self, body: &'a Body, members: &mut IndexMap<SmolStr, MemberSlot<'a>>) {
        for name in &body.broken {
            members.entry(name.node.clone()).or_insert_with(|| MemberSlot {
                ty: Some(Type::Unknown),
                term: Some(Term::error(name.span)),
                ..MemberSlot::new(name.span, None, MemberSource::After)
            });
        }
    }

    fn written_member(
        &mut self,
        item: &'a Item,
        binding: KindBinding,
    ) -> Option<(&'a rsx_syntax::ast::Name, MemberSource<'a>)> {
        match &item.kind {
            ItemKind::Schema(field) => {
                for attribute in &field.attributes {
                    self.attribute(attribute, binding);
                }
                Some((&field.name, MemberSource::Field(field)))
            }
            ItemKind::Let(binding) => Some((&binding.name, MemberSource::Let(binding))),
            ItemKind::Make(make) if binding == KindBinding::Pattern => {
                Some((&make.name, MemberSource::Make(make)))
            }
            ItemKind::Make(_) | ItemKind::Field(_) | ItemKind::Require(_) | ItemKind::Allow(_) => {
                self.misplaced(
                    item,
                    "a pattern holds fields with types, `let` and `make`; a resource fields and `let`",
                );
                None
            }
        }
    }

    fn attribute(&mut self, attribute: &Spanned<Attribute>, binding: KindBinding) {
        let belongs = match attribute.node {
            Attribute::Bare => "`bare` belongs to a field of a record type",
            Attribute::Fixed
            | Attribute::Computed
            | Attribute::Found
            | Attribute::Disruptive
            | Attribute::Through => {
                if binding == KindBinding::Resource {
                    return;
                }
                "this belongs to a field of a resource"
            }
            Attribute::Internal => return,
        };
        self.report(
            ShapeProblem::Misplaced { what: "this attribute", belongs, at: attribute.span }.diagnostic(),
        );
    }

    /// Reports a field or clause that its declaration does not have.
    pub(super) fn misplaced(&mut self, item: &Item, belongs: &'static str) {
        let what = match &item.kind {
            ItemKind::Field(_) => "a value for a field",
            ItemKind::Schema(_) => "a field with a type",
            ItemKind::Let(_) => "`let`",
            ItemKind::Make(_) => "`make`",
            ItemKind::Require(_) => "`require`",
            ItemKind::Allow(_) => "`allow`",
        };
        self.report(ShapeProblem::Misplaced { what, belongs, at: item.span }.diagnostic());
    }

    pub(crate) fn is_broken(&self, kind: KindId) -> bool {
        self.slot(kind).is_none_or(|slot| slot.binding == KindBinding::Broken)
    }

    pub(crate) fn kind_name(&self, kind: KindId) -> SmolStr {
        self.kinds.get_index(kind.0 as usize).map(|(name, _)| name.clone()).unwrap_or_default()
    }

    pub(crate) fn member_index(&mut self, kind: KindId, name: &str) -> Option<usize> {
        self.open(kind)?.members.get_index_of(name)
    }

    pub(crate) fn member_span(&self, kind: KindId, index: usize) -> Option<Span> {
        self.slot(kind)?.members.get_index(index).map(|(_, slot)| slot.span)
    }

    /// Names of a kind's members, without those that nobody should write.
    pub(crate) fn member_names(&mut self, kind: KindId) -> Vec<SmolStr> {
        let Some(slot) = self.open(kind) else { return Vec::new() };
        let shown = slot.members.iter().filter(|(_, slot)| slot.form != FieldForm::Absent);
        shown.map(|(name, _)| name.clone()).collect()
    }

    /// Whether a member is for the eyes of `home`.
    pub(crate) fn is_seen(&self, home: Home, kind: KindId, index: usize) -> bool {
        let source =
            self.slot(kind).and_then(|slot| slot.members.get_index(index)).map(|(_, slot)| slot.source);
        home == Home::Library
            || !matches!(source, Some(MemberSource::Field(field)) if field.attributes.iter().any(|a| a.node == Attribute::Internal))
    }

    /// The kind of a pool's members, if the kind is a pool.
    pub(crate) fn pool_member(&mut self, kind: KindId) -> Option<KindId> {
        let slot = self.open(kind)?;
        let (_, member) = slot.members.get_index(slot.pool?)?;
        let MemberSource::Make(make) = member.source else { return None };
        let home = slot.home;
        self.kind_named(home, &make.kind.node)
    }

    /// Kinds together with those that are pools of them.
    pub(crate) fn with_pools(&mut self, home: Home, kinds: &[KindId]) -> Vec<KindId> {
        let mut all = kinds.to_vec();
        for &kind in kinds {
            let name = self.kind_name(kind);
            let library = self.library;
            let mut pools: Vec<KindId> =
                library.pools(&name).iter().filter_map(|pool| self.kind_named(Home::Library, pool)).collect();
            if home == Home::User {
                let own: Vec<KindId> = self.user_kinds();
                pools.extend(own.into_iter().filter(|own| self.pool_member(*own) == Some(kind)));
            }
            for pool in pools {
                if !all.contains(&pool) {
                    all.push(pool);
                }
            }
        }
        all
    }

    fn user_kinds(&self) -> Vec<KindId> {
        let own = self.kinds.values().enumerate().filter(|(_, slot)| slot.home == Home::User);
        own.filter_map(|(index, _)| u32::try_from(index).ok().map(KindId)).collect()
    }

    /// The type of the stack.
    pub(crate) fn stack_type(&mut self) -> Type {
        match self.kind_named(Home::User, crate::infer::STACK) {
            Some(kind) => self.reference_to(kind),
            None => Type::AnyKind,
        }
    }

    /// Says that instances of a kind are made: all of it is needed.
    pub(super) fn enliven(&mut self, kind: KindId) {
        if let Some(slot) = self.slot_mut(kind)
            && !slot.lives
        {
            slot.lives = true;
            self.waiting.push_back(kind);
        }
    }

    /// Binds kinds that live until nothing new is needed.
    pub(super) fn living(&mut self) {
        while let Some(kind) = self.waiting.pop_front() {
            let count = self.open(kind).map_or(0, |slot| slot.members.len());
            for index in 0..count {
                self.bind_member(kind, index);
            }
            self.library_rules(kind);
        }
    }

    /// Moves the kinds into the program.
    pub(super) fn seal_kinds(&mut self) {
        for (name, slot) in std::mem::take(&mut self.kinds) {
            let pool = slot.pool.filter(|_| slot.lives);
            let members = if slot.lives { slot.members } else { IndexMap::default() };
            let kind = Kind {
                name: name.clone(),
                docs: docs_of(slot.docs),
                span: slot.span,
                binding: slot.binding,
                members: members.into_iter().map(|(name, member)| (name, member.seal())).collect(),
                pool,
            };
            self.program.kinds.insert(name, kind);
        }
    }
}

impl<'a> MemberSlot<'a> {
    fn new(span: Span, docs: Option<&'a Spanned<String>>, source: MemberSource<'a>) -> Self {
        Self {
            span,
            docs,
            source,
            form: FieldForm::Plain,
            ty: None,
            inferring: false,
            term: None,
            make: None,
        }
    }
}
