//! What is wanted where the mark stands: read off what surrounds it in the tree, and the types that the checker knows.

use rsx_lang::program::{GlobalKind, KindId, MemberKind, Program};
use rsx_lang::term::{Term, TermKind};
use rsx_lang::types::Type;
use rsx_lang::value::Value;
use rsx_syntax::FileId;
use rsx_syntax::ast::{
    BinaryOperator, Body, Declaration, DeclarationKind, Expr, ExprKind, Item, ItemKind, TypeExprKind,
};
use smol_str::SmolStr;

use super::completion::{MARK, TYPE_MARK};
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
    /// A part or a clause of a kind's, a rule's or a check's body.
    Clause,
    /// A field of a record; these are given.
    RecordField { ty: Type, word: Option<SmolStr>, given: Vec<SmolStr> },
    /// A param that an env sets; these are set.
    Param { given: Vec<SmolStr> },
    /// What stands behind a dot.
    Member { of: Type },
    /// A value, of a type if that is known; the variables around it; texts that are taken.
    Value { ty: Option<Type>, locals: Vec<SmolStr>, choices: Vec<String> },
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
    let find = Find { snapshot, terms: Terms::within(&snapshot.analysis().program, &|other| other == piece) };
    match node {
        Node::Declaration(_) => Some(Wanted::Declaration),
        Node::Item(Item { kind: ItemKind::Allow(_), .. }) => Some(Wanted::Code),
        Node::Item(_) => Some(Wanted::Clause),
        Node::Type(_) => Some(Wanted::Type),
        Node::Field(_) => find.field(declaration, outer),
        Node::Expr(Expr { kind: ExprKind::Field { of, .. }, .. }) => {
            Some(Wanted::Member { of: find.terms.value(of.span)?.ty.clone() })
        }
        Node::Expr(expr) => {
            let (ty, choices) = find.expected(declaration, outer, expr);
            Some(Wanted::Value { ty, locals: locals(outer), choices })
        }
        Node::Body(_) | Node::Schema(_) => None,
    }
}

struct Find<'s> {
    snapshot: &'s Snapshot,
    terms: Terms<'s>,
}

impl Find<'_> {
    fn program(&self) -> &Program {
        &self.snapshot.analysis().program
    }

    /// The mark is the name of a field.
    fn field(&self, declaration: &Declaration, outer: &[Node<'_>]) -> Option<Wanted> {
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
                    _ => Wanted::Clause,
                })
            }
            Node::Expr(expr) => {
                let (ExprKind::Record(fields) | ExprKind::Variant { fields, .. }) = &expr.kind else {
                    return None;
                };
                let word = if let ExprKind::Variant { name, .. } = &expr.kind {
                    Some(name.node.clone())
                } else {
                    None
                };
                let ty = self.expected(declaration, outer.get(..outer.len() - 1)?, expr).0?;
                let given = fields.iter().map(|field| field.name.node.clone()).filter(|name| name != MARK);
                Some(Wanted::RecordField { ty, word, given: given.collect() })
            }
            Node::Declaration(_) | Node::Body(_) | Node::Field(_) | Node::Schema(_) | Node::Type(_) => None,
        }
    }

    /// What the place of an expression expects, by what stands around it.
    fn expected(
        &self,
        declaration: &Declaration,
        outer: &[Node<'_>],
        expr: &Expr,
    ) -> (Option<Type>, Vec<String>) {
        let mut ty: Option<Type> = None;
        let mut choices = Vec::new();
        let mut kind =
            if let DeclarationKind::Instance(of) = &declaration.kind { Some(&of.kind.node) } else { None };
        let nodes: Vec<Node<'_>> = outer.iter().copied().chain([Node::Expr(expr)]).collect();
        for pair in nodes.windows(2) {
            let [node, inner] = pair else { continue };
            ty = match node {
                Node::Declaration(of) => self.binding(of),
                Node::Item(Item { kind: ItemKind::Make(make), .. }) => {
                    kind = Some(&make.kind.node);
                    None
                }
                Node::Item(Item { kind: ItemKind::Require(of), .. }) => {
                    (of.condition.span == inner.span()).then_some(Type::Bool)
                }
                Node::Field(field) if matches!(ty, None | Some(Type::Unknown)) => {
                    match (&declaration.kind, kind) {
                        (DeclarationKind::Env(_), _) => {
                            self.program().globals.get(&field.name.node).map(|global| global.ty.clone())
                        }
                        (_, Some(kind)) => {
                            choices = self.choices(kind, &field.name.node);
                            self.member(kind, &field.name.node)
                        }
                        (_, None) => None,
                    }
                }
                Node::Field(field) => field_type(ty.as_ref(), &field.name.node),
                Node::Expr(outer) => self.within(ty, outer, *inner),
                Node::Body(_) | Node::Item(_) | Node::Schema(_) | Node::Type(_) => ty,
            };
        }
        (ty, choices)
    }

    /// What an expression within another one is expected to be.
    fn within(&self, ty: Option<Type>, outer: &Expr, inner: Node<'_>) -> Option<Type> {
        match &outer.kind {
            ExprKind::List(_) => element(ty.as_ref()?),
            ExprKind::Comprehension { body, .. } if body.span == inner.span() => element(ty.as_ref()?),
            ExprKind::Parenthesized(_) => ty,
            ExprKind::If { condition, .. } if condition.span == inner.span() => Some(Type::Bool),
            ExprKind::If { .. } => ty,
            ExprKind::Record(_) => ty,
            ExprKind::Variant { name, .. } => {
                let Type::Variants(variants) = ty.as_ref()?.bare() else { return None };
                let case = variants.cases.iter().find(|case| case.name == name.node)?;
                Some(Type::Record(case.fields.clone()?))
            }
            ExprKind::Quantified { body, .. } if body.span == inner.span() => Some(Type::Bool),
            ExprKind::Binary { operator, left, right } => match operator.node {
                BinaryOperator::Or | BinaryOperator::And => Some(Type::Bool),
                BinaryOperator::Else | BinaryOperator::Add | BinaryOperator::Subtract => ty,
                BinaryOperator::Multiply | BinaryOperator::Divide => None,
                BinaryOperator::Equal
                | BinaryOperator::NotEqual
                | BinaryOperator::Less
                | BinaryOperator::LessOrEqual
                | BinaryOperator::Greater
                | BinaryOperator::GreaterOrEqual
                | BinaryOperator::In => {
                    let other = if left.span == inner.span() { right } else { left };
                    self.terms.value(other.span).map(|term| term.ty.clone())
                }
            },
            ExprKind::Range { .. } => {
                let whole = ty.as_ref()?.bare();
                Some(if let Type::Range(inner) = whole { inner.as_ref().clone() } else { whole.clone() })
            }
            ExprKind::Unary { .. } => ty,
            ExprKind::Index { index, .. } if index.span == inner.span() => Some(Type::Int),
            ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Number { .. }
            | ExprKind::Char(_)
            | ExprKind::Text(_)
            | ExprKind::Cidr(_)
            | ExprKind::Ip(_)
            | ExprKind::Name(_)
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Call { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::Quantified { .. } => None,
        }
    }

    fn binding(&self, of: &Declaration) -> Option<Type> {
        let (DeclarationKind::Param(of) | DeclarationKind::Let(of)) = &of.kind else { return None };
        of.ty.as_ref()?;
        self.program().globals.get(&of.name.node).map(|global| global.ty.clone())
    }

    fn member(&self, kind: &SmolStr, name: &str) -> Option<Type> {
        match &self.program().kinds.get(kind)?.members.get(name)?.kind {
            MemberKind::Field { ty, .. } => Some(ty.clone()),
            MemberKind::Let(_) | MemberKind::Make(_) => None,
        }
    }

    /// The texts that a rule takes for a field: `any x in LIST: x == self.FIELD`.
    fn choices(&self, kind: &SmolStr, field: &str) -> Vec<String> {
        let program = self.program();
        let id = program.kinds.get_index_of(kind).and_then(|place| u32::try_from(place).ok()).map(KindId);
        let rules = program.rules.iter().filter(|rule| Some(rule.subject) == id);
        let mut found = Vec::new();
        for require in rules.flat_map(|rule| &rule.requires) {
            require.condition.visit(&mut |term| {
                if let TermKind::Quantified { over, body, .. } = &term.kind
                    && let TermKind::Binary(BinaryOperator::Equal, left, right) = &body.kind
                    && [left, right].iter().any(|side| is_own(side, field))
                {
                    found.extend(texts(program, over));
                }
            });
        }
        found
    }
}

fn is_own(term: &Term, field: &str) -> bool {
    matches!(&term.kind, TermKind::Get(of, name) if name == field && of.kind == TermKind::Me)
}

/// The texts of a list that is written down.
fn texts(program: &Program, term: &Term) -> Vec<String> {
    if let TermKind::Global(id) = &term.kind {
        let global = program.global(*id).map(|(_, global)| &global.kind);
        return if let Some(GlobalKind::Let(value)) = global { texts(program, value) } else { Vec::new() };
    }
    if let TermKind::Convert(_, inner) = &term.kind {
        return texts(program, inner);
    }
    let TermKind::List(items) = &term.kind else { return Vec::new() };
    let texts = items.iter().filter_map(|item| {
        if let TermKind::Constant(Value::Text(text)) = &item.kind { Some(text.to_string()) } else { None }
    });
    texts.collect()
}

fn given(body: &Body) -> Vec<SmolStr> {
    let fields = body.fields().map(|field| &field.name.node).filter(|name| *name != MARK);
    fields.chain(body.broken.iter().map(|name| &name.node)).cloned().collect()
}

fn element(ty: &Type) -> Option<Type> {
    let whole = ty.bare();
    let (Type::List(inner) | Type::Range(inner)) = whole else {
        // Where one is enough, a list of it may be written.
        return Some(whole.clone());
    };
    Some(inner.as_ref().clone())
}

fn field_type(ty: Option<&Type>, name: &str) -> Option<Type> {
    if let Type::Map(inner) = ty?.bare() {
        return Some(inner.as_ref().clone());
    }
    ty?.record(None)?.fields.iter().find(|field| field.name == name).map(|field| field.ty.clone())
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
