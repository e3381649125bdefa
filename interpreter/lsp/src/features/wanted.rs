//! What is wanted where the mark stands: read off what surrounds it in the tree, and the types that the checker knows.

use rsx_lang::types::Type;
use rsx_syntax::FileId;
use rsx_syntax::ast::{Body, Declaration, DeclarationKind, Expr, ExprKind, Item, ItemKind, TypeExprKind};
use smol_str::SmolStr;

use super::completion::{MARK, TYPE_MARK};
use super::expected::{Expectations, Expected};
use super::terms::Terms;
use super::tree::Node;
use crate::snapshot::Snapshot;

/// What is wanted at a place.
#[derive(Debug)]
pub(crate) enum Wanted {
    /// A declaration.
    Declaration,
    /// A field of a kind; these are given.
    KindField { kind: SmolStr, given: Vec<SmolStr> },
    /// A part or a clause of a kind's, a rule's or a check's body: one of these.
    Clause(&'static [&'static str]),
    /// A field of a record; these are given.
    RecordField { ty: Type, word: Option<SmolStr>, given: Vec<SmolStr> },
    /// A param that an env sets; these are set.
    Param { given: Vec<SmolStr> },
    /// What stands behind a dot.
    Member { of: Type },
    /// A value, and the variables around it.
    Value { expected: Expected, locals: Vec<SmolStr> },
    /// A type.
    Type,
    /// A code.
    Code,
}

/// Returns whether a node is the mark itself, or has it for its name.
pub(crate) fn is_marked(node: Node<'_>) -> bool {
    let is = |name: &str| name == MARK || name == TYPE_MARK;
    match node {
        Node::Declaration(of) => matches!(&of.kind, DeclarationKind::Instance(of) if is(&of.kind.node)),
        Node::Item(of) => match &of.kind {
            ItemKind::Allow(of) => of.code.node.as_str().starts_with(MARK),
            ItemKind::Make(of) => is(&of.kind.node),
            ItemKind::Field(_) | ItemKind::Schema(_) | ItemKind::Let(_) | ItemKind::Require(_) => false,
        },
        Node::Field(of) => is(&of.name.node),
        Node::Type(of) => match &of.kind {
            TypeExprKind::Named { name, .. } => is(&name.node),
            TypeExprKind::Words(words) => words.iter().any(|word| is(&word.name.node)),
            TypeExprKind::Record(_) | TypeExprKind::Optional(_) => false,
        },
        Node::Expr(Expr { kind: ExprKind::Name(name), .. }) => is(name),
        Node::Expr(Expr { kind: ExprKind::Field { name, .. }, .. }) => is(&name.node),
        Node::Expr(_) => false,
        Node::Body(_) | Node::Schema(_) => false,
    }
}

/// Returns what is wanted at the mark.
pub(crate) fn wanted(snapshot: &Snapshot, file: FileId, at: usize) -> Option<Wanted> {
    let (piece, within) = snapshot.at(file, at)?;
    let declaration = snapshot.tree(piece)?.declaration.as_ref()?;
    let around = Node::Declaration(declaration).around(within + 1);
    let place = around.iter().rposition(|node| is_marked(*node))?;
    let (node, outer) = (around.get(place)?, around.get(..place)?);
    let find = Expectations {
        snapshot,
        terms: Terms::within(&snapshot.analysis().program, &|other| other == piece),
    };
    match node {
        Node::Declaration(_) => Some(Wanted::Declaration),
        Node::Item(Item { kind: ItemKind::Allow(_), .. }) => Some(Wanted::Code),
        Node::Item(_) => Some(Wanted::Clause(clauses(&declaration.kind))),
        Node::Type(_) => Some(Wanted::Type),
        Node::Field(_) => field(&find, declaration, outer),
        Node::Expr(Expr { kind: ExprKind::Field { of, .. }, .. }) => {
            Some(Wanted::Member { of: find.terms.value(of.span)?.ty.clone() })
        }
        Node::Expr(expr) => {
            let expected = find.expected(declaration, outer, expr);
            Some(Wanted::Value { expected, locals: locals(outer) })
        }
        Node::Body(_) | Node::Schema(_) => None,
    }
}

/// The mark is the name of a field.
fn field(expected: &Expectations<'_>, declaration: &Declaration, outer: &[Node<'_>]) -> Option<Wanted> {
    match outer.last()? {
        Node::Item(_) => {
            let body = outer
                .iter()
                .rev()
                .find_map(|node| if let Node::Body(body) = node { Some(*body) } else { None })?;
            let make = outer.iter().rev().find_map(|node| {
                let Node::Item(Item { kind: ItemKind::Make(make), .. }) = node else { return None };
                Some(&make.kind.node)
            });
            Some(match (&declaration.kind, make) {
                (_, Some(kind)) => Wanted::KindField { kind: kind.clone(), given: given(body) },
                (DeclarationKind::Instance(of), None) => {
                    Wanted::KindField { kind: of.kind.node.clone(), given: given(body) }
                }
                (DeclarationKind::Env(_), None) => Wanted::Param { given: given(body) },
                (other, None) => Wanted::Clause(clauses(other)),
            })
        }
        Node::Expr(expr) => {
            let (ExprKind::Record(fields) | ExprKind::Variant { fields, .. }) = &expr.kind else {
                return None;
            };
            let word =
                if let ExprKind::Variant { name, .. } = &expr.kind { Some(name.node.clone()) } else { None };
            let ty = expected.expected(declaration, outer.get(..outer.len() - 1)?, expr).ty?;
            let given = fields.iter().map(|field| field.name.node.clone()).filter(|name| name != MARK);
            Some(Wanted::RecordField { ty, word, given: given.collect() })
        }
        Node::Declaration(_) | Node::Body(_) | Node::Field(_) | Node::Schema(_) | Node::Type(_) => None,
    }
}

/// The clauses that may stand in the body of a declaration.
fn clauses(of: &DeclarationKind) -> &'static [&'static str] {
    match of {
        DeclarationKind::Check(_) | DeclarationKind::Expect(_) => &["require", "allow"],
        DeclarationKind::Rule(_) => &["require", "let"],
        DeclarationKind::Pattern(_) => &["let", "make"],
        DeclarationKind::Resource(_) => &["let"],
        DeclarationKind::Instance(_) => &["allow"],
        DeclarationKind::Import(_)
        | DeclarationKind::Param(_)
        | DeclarationKind::Let(_)
        | DeclarationKind::Type(_)
        | DeclarationKind::Output(_)
        | DeclarationKind::Dimension(_)
        | DeclarationKind::Env(_)
        | DeclarationKind::Broken(_) => &[],
    }
}

fn given(body: &Body) -> Vec<SmolStr> {
    let fields = body.fields().map(|field| &field.name.node).filter(|name| *name != MARK);
    fields.chain(body.broken.iter().map(|name| &name.node)).cloned().collect()
}

/// The variables of the loops around a place.
fn locals(outer: &[Node<'_>]) -> Vec<SmolStr> {
    let variables = outer.iter().filter_map(|node| {
        if let Node::Expr(expr) = node
            && let ExprKind::Comprehension { variable, .. } | ExprKind::Quantified { variable, .. } =
                &expr.kind
        {
            return Some(variable);
        }
        let Node::Item(item) = node else { return None };
        let guards = if let ItemKind::Make(make) = &item.kind {
            &make.guards
        } else if let ItemKind::Require(require) = &item.kind {
            &require.guards
        } else {
            return None;
        };
        guards.each.as_ref().map(|(variable, _)| variable)
    });
    variables.map(|name| name.node.clone()).collect()
}
