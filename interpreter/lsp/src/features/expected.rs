//! What the place of an expression expects: its type, and the texts that it takes.

use rsx_lang::program::{MemberKind, Program};
use rsx_lang::types::{RecordField, Type};
use rsx_syntax::ast::{BinaryOperator, Declaration, DeclarationKind, Expr, ExprKind, Item, ItemKind};
use smol_str::SmolStr;

use super::choices::choices;
use super::terms::Terms;
use super::tree::Node;
use crate::snapshot::Snapshot;

/// What the place of an expression expects.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) ty: Option<Type>,
    /// Texts that it takes.
    pub(crate) choices: Vec<String>,
    /// The field whose whole value the expression is.
    pub(crate) field: Option<OfField>,
}

/// A field that is given a value.
#[derive(Debug)]
pub(crate) enum OfField {
    /// Of a kind.
    Kind { kind: SmolStr, field: SmolStr },
    /// Of a record.
    Record(RecordField),
}

/// A declaration in its program.
pub(crate) struct Expectations<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) terms: Terms<'s>,
}

impl Expectations<'_> {
    fn program(&self) -> &Program {
        &self.snapshot.analysis().program
    }

    /// Returns what the place of an expression expects, by what stands around it.
    pub(crate) fn expected(&self, declaration: &Declaration, outer: &[Node<'_>], expr: &Expr) -> Expected {
        let mut ty: Option<Type> = None;
        let mut whole: Option<OfField> = None;
        // The field of a kind whose value the expression is, or an element of.
        let mut own: Option<(&SmolStr, &SmolStr)> = None;
        let mut kind =
            if let DeclarationKind::Instance(of) = &declaration.kind { Some(&of.kind.node) } else { None };
        let nodes: Vec<Node<'_>> = outer.iter().copied().chain([Node::Expr(expr)]).collect();
        for pair in nodes.windows(2) {
            let [node, inner] = pair else { continue };
            whole = None;
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
                            own = Some((kind, &field.name.node));
                            whole =
                                Some(OfField::Kind { kind: kind.clone(), field: field.name.node.clone() });
                            self.member(kind, &field.name.node)
                        }
                        (_, None) => None,
                    }
                }
                Node::Field(field) => {
                    own = None;
                    let given = record_field(ty.as_ref(), &field.name.node);
                    whole = given.cloned().map(OfField::Record);
                    given.map(|given| given.ty.clone()).or_else(|| of_map(ty.as_ref()))
                }
                Node::Expr(outer) => self.within(ty, outer, *inner),
                Node::Body(_) | Node::Item(_) | Node::Schema(_) | Node::Type(_) => ty,
            };
        }
        let choices = own.map(|(kind, field)| choices(self.snapshot, kind, field));
        Expected { ty, choices: choices.unwrap_or_default(), field: whole }
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
}

fn element(ty: &Type) -> Option<Type> {
    let whole = ty.bare();
    let (Type::List(inner) | Type::Range(inner)) = whole else {
        // Where one is enough, a list of it may be written.
        return Some(whole.clone());
    };
    Some(inner.as_ref().clone())
}

fn record_field<'t>(ty: Option<&'t Type>, name: &str) -> Option<&'t RecordField> {
    ty?.record(None)?.fields.iter().find(|field| field.name == name)
}

fn of_map(ty: Option<&Type>) -> Option<Type> {
    if let Type::Map(inner) = ty?.bare() { Some(inner.as_ref().clone()) } else { None }
}
