//! Where the thing is declared that a name means, in the user's files or in the library.

use std::ops::Range;

use rsx_syntax::ast::{DeclarationKind, ItemKind, Name, TypeExpr, TypeExprKind};
use rsx_syntax::{FileId, PieceId, Span};
use smol_str::SmolStr;

use super::names::{self, Symbol};
use crate::snapshot::Snapshot;

/// Where something is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What was asked about.
    pub from: Range<usize>,
    /// The file.
    pub file: FileId,
    /// The whole declaration.
    pub whole: Range<usize>,
    /// Its name.
    pub name: Range<usize>,
}

/// Returns where the thing is declared whose name stands at a place.
pub fn definition(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<Target> {
    let occurrence = names::at(snapshot, file, offset)?;
    let span = place(snapshot, &occurrence.symbol)?;
    let (to, name) = snapshot.range(span);
    let declaration = snapshot.tree(span.piece).and_then(|tree| tree.declaration.as_ref());
    let whole = declaration.map_or(span, |declaration| declaration.span);
    let whole = if occurrence_is_whole(span, whole) { snapshot.range(whole).1 } else { name.clone() };
    Some(Target { from: snapshot.range(occurrence.span).1, file: to, whole, name })
}

fn occurrence_is_whole(name: Span, whole: Span) -> bool {
    whole.start <= name.start && name.end <= whole.end
}

/// Returns where a name is declared.
pub(crate) fn place(snapshot: &Snapshot, symbol: &Symbol) -> Option<Span> {
    let program = &snapshot.analysis().program;
    match symbol {
        Symbol::Kind(name) => kind(snapshot, name),
        Symbol::Member(kind, name) => match program.kinds.get(kind).and_then(|kind| kind.members.get(name)) {
            Some(member) => Some(member.span),
            None => member(snapshot, kind, name),
        },
        Symbol::Field(span) | Symbol::Local(span) => Some(*span),
        Symbol::Value(name) => value(snapshot, name),
        Symbol::Type(name) => ty(snapshot, name),
        Symbol::Word(set, word) => word_of(snapshot, set.as_ref()?, word),
        Symbol::Code(code) => rule(snapshot, code),
        Symbol::Env(name) => program.envs.get(name).map(|env| env.span),
        Symbol::Output(name) => program.outputs.get(name).map(|output| output.span),
        Symbol::Unit(name) => unit(snapshot, name),
        Symbol::Stack => program.declared(program.stack?).map(|(_, stack)| stack.span),
        Symbol::File(path) => file(snapshot, path),
        Symbol::Function(_) | Symbol::Me => None,
    }
}

/// Returns where a kind is declared.
pub(crate) fn kind(snapshot: &Snapshot, name: &str) -> Option<Span> {
    if let Some(kind) = snapshot.analysis().program.kinds.get(name) {
        return Some(kind.span);
    }
    let of_users = user(snapshot, |kind| {
        if let DeclarationKind::Resource(of) | DeclarationKind::Pattern(of) = kind {
            Some(&of.name)
        } else {
            None
        }
    });
    of_users
        .into_iter()
        .find(|of| of.node == name)
        .map(|of| of.span)
        .or_else(|| in_library(snapshot, snapshot.library.kind(name)?))
}

/// Returns where a param, a let or a declaration is.
pub(crate) fn value(snapshot: &Snapshot, name: &str) -> Option<Span> {
    let program = &snapshot.analysis().program;
    let bound = program.declared.get(name).map(|declared| declared.span);
    if let Some(span) = bound.or_else(|| program.globals.get(name).map(|global| global.span)) {
        return Some(span);
    }
    let of_users = user(snapshot, |kind| {
        if let DeclarationKind::Broken(of) = kind {
            return of.name.as_ref();
        }
        if let DeclarationKind::Instance(of) = kind {
            return Some(&of.name);
        }
        if let DeclarationKind::Param(of) | DeclarationKind::Let(of) = kind { Some(&of.name) } else { None }
    });
    let found = of_users.into_iter().find(|of| of.node == name).map(|of| of.span);
    found.or_else(|| in_library(snapshot, snapshot.library.global(name)?))
}

fn ty(snapshot: &Snapshot, name: &str) -> Option<Span> {
    let of_users = user(snapshot, |kind| {
        if let DeclarationKind::Type(of) = kind {
            return Some(&of.name);
        }
        if let DeclarationKind::Dimension(of) = kind { Some(&of.name) } else { None }
    });
    let found = of_users.into_iter().find(|of| of.node == name).map(|of| of.span);
    let piece = || snapshot.library.ty(name).or_else(|| dimension(snapshot, |of| of == name));
    found.or_else(|| in_library(snapshot, piece()?))
}

fn dimension(snapshot: &Snapshot, is_meant: impl Fn(&str) -> bool) -> Option<PieceId> {
    snapshot.library.dimensions().iter().copied().find(|piece| {
        matches!(declared(snapshot, *piece), Some(DeclarationKind::Dimension(of)) if is_meant(&of.name.node))
    })
}

fn unit(snapshot: &Snapshot, name: &str) -> Option<Span> {
    let of_library = snapshot.library.dimensions().iter().filter_map(|piece| declared(snapshot, *piece));
    let of_users = snapshot.trees().values().filter_map(|tree| Some(&tree.declaration.as_ref()?.kind));
    of_users.chain(of_library).find_map(|kind| {
        let DeclarationKind::Dimension(block) = kind else { return None };
        block.body.fields().find(|field| field.name.node == name).map(|field| field.name.span)
    })
}

fn rule(snapshot: &Snapshot, code: &str) -> Option<Span> {
    let of_library = snapshot.library.all_rules().filter_map(|piece| declared(snapshot, piece));
    let of_users = snapshot.trees().values().filter_map(|tree| Some(&tree.declaration.as_ref()?.kind));
    of_users.chain(of_library).find_map(|kind| {
        if let DeclarationKind::Rule(rule) = kind
            && rule.code.node.as_str() == code
        {
            Some(rule.code.span)
        } else {
            None
        }
    })
}

/// Returns where a member of a kind is declared that the program does not need.
fn member(snapshot: &Snapshot, kind: &str, name: &str) -> Option<Span> {
    let place = self::kind(snapshot, kind)?;
    let (DeclarationKind::Resource(block) | DeclarationKind::Pattern(block)) =
        declared(snapshot, place.piece)?
    else {
        return None;
    };
    block.body.items.iter().find_map(|item| {
        let member = match &item.kind {
            ItemKind::Schema(of) => &of.name,
            ItemKind::Let(of) => &of.name,
            ItemKind::Make(of) => &of.name,
            ItemKind::Field(_) | ItemKind::Require(_) | ItemKind::Allow(_) => return None,
        };
        (member.node == name).then_some(member.span)
    })
}

fn word_of(snapshot: &Snapshot, set: &SmolStr, word: &SmolStr) -> Option<Span> {
    let Some(DeclarationKind::Type(of)) = declared(snapshot, ty(snapshot, set)?.piece) else { return None };
    fn find(of: &TypeExpr, word: &SmolStr) -> Option<Span> {
        match &of.kind {
            TypeExprKind::Words(words) => {
                words.iter().find(|one| one.name.node == *word).map(|one| one.name.span)
            }
            TypeExprKind::Optional(inner) => find(inner, word),
            TypeExprKind::Named { arguments, .. } => {
                arguments.iter().find_map(|argument| find(argument, word))
            }
            TypeExprKind::Record(_) => None,
        }
    }
    find(&of.ty, word)
}

/// Returns the beginning of an imported file.
fn file(snapshot: &Snapshot, written: &str) -> Option<Span> {
    let file = imported(snapshot, written)?;
    snapshot.sources().span(file, 0..0)
}

/// Returns the file of the program that an import names.
pub(crate) fn imported(snapshot: &Snapshot, written: &str) -> Option<FileId> {
    let tail = written.trim_start_matches("./").trim_start_matches("../");
    snapshot.user_files().find(|file| {
        let name = snapshot.sources().name(*file);
        name == written
            || name.strip_suffix(tail).is_some_and(|folder| folder.ends_with('/') || folder.is_empty())
    })
}

fn declared(snapshot: &Snapshot, piece: PieceId) -> Option<&DeclarationKind> {
    Some(&snapshot.tree(piece)?.declaration.as_ref()?.kind)
}

fn in_library(snapshot: &Snapshot, piece: PieceId) -> Option<Span> {
    let name = match declared(snapshot, piece)? {
        DeclarationKind::Param(of) | DeclarationKind::Let(of) | DeclarationKind::Output(of) => &of.name,
        DeclarationKind::Type(of) => &of.name,
        DeclarationKind::Dimension(of)
        | DeclarationKind::Env(of)
        | DeclarationKind::Check(of)
        | DeclarationKind::Expect(of)
        | DeclarationKind::Resource(of)
        | DeclarationKind::Pattern(of) => &of.name,
        DeclarationKind::Instance(of) => &of.name,
        DeclarationKind::Import(_) | DeclarationKind::Rule(_) | DeclarationKind::Broken(_) => return None,
    };
    Some(name.span)
}

/// Returns names in the heads of the user's declarations.
fn user<'s>(
    snapshot: &'s Snapshot,
    pick: impl Fn(&'s DeclarationKind) -> Option<&'s Name> + 's,
) -> impl Iterator<Item = &'s Name> {
    snapshot.trees().values().filter_map(move |tree| pick(&tree.declaration.as_ref()?.kind))
}
