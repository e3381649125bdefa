//! The syntax tree as nodes with children, for those who ask what encloses a place or what spans lines.

use rsx_syntax::Span;
use rsx_syntax::ast::{
    Binding, Body, Declaration, DeclarationKind, Expr, ExprKind, Field, Guards, Item, ItemKind, Place,
    SchemaField, TextPart, TypeExpr, TypeExprKind,
};

/// A part of the tree.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node<'t> {
    Declaration(&'t Declaration),
    Body(&'t Body),
    Item(&'t Item),
    Field(&'t Field),
    Schema(&'t SchemaField),
    Type(&'t TypeExpr),
    Expr(&'t Expr),
}

impl<'t> Node<'t> {
    /// Returns where it stands.
    pub(crate) fn span(self) -> Span {
        match self {
            Self::Declaration(of) => of.span,
            Self::Body(of) => of.span,
            Self::Item(of) => of.span,
            Self::Field(of) => of.name.span.to(of.value.span),
            Self::Schema(of) => {
                let end = of.default.as_ref().map_or(of.ty.span, |default| default.span);
                of.attributes.first().map_or(of.name.span, |first| first.span).to(end)
            }
            Self::Type(of) => of.span,
            Self::Expr(of) => of.span,
        }
    }

    /// Returns what it consists of, in order.
    pub(crate) fn children(self) -> Vec<Self> {
        match self {
            Self::Declaration(of) => declaration(of),
            Self::Body(of) => of.items.iter().map(Self::Item).collect(),
            Self::Item(of) => item(of),
            Self::Field(of) => vec![Self::Expr(&of.value)],
            Self::Schema(of) => {
                [Self::Type(&of.ty)].into_iter().chain(of.default.as_ref().map(Self::Expr)).collect()
            }
            Self::Type(of) => ty(of),
            Self::Expr(of) => expr(of),
        }
    }

    /// Shows it and all within it, the outer before the inner.
    pub(crate) fn visit(self, see: &mut dyn FnMut(Self)) {
        see(self);
        self.children().into_iter().for_each(|child| child.visit(see));
    }

    /// Returns the nodes that hold a byte of the piece, the outermost first.
    pub(crate) fn around(self, offset: usize) -> Vec<Self> {
        let holds = |node: &Self| (node.span().start as usize..=node.span().end as usize).contains(&offset);
        let (mut found, mut next) = (Vec::new(), Some(self).filter(holds));
        while let Some(node) = next {
            found.push(node);
            // Where two meet, the latter is meant: what is typed goes on with it.
            next = node.children().into_iter().rfind(holds);
        }
        found
    }
}

fn declaration(of: &Declaration) -> Vec<Node<'_>> {
    match &of.kind {
        DeclarationKind::Param(of) | DeclarationKind::Let(of) | DeclarationKind::Output(of) => binding(of),
        DeclarationKind::Type(of) => {
            let refinements = of.refinements.iter().map(|refinement| Node::Expr(&refinement.predicate));
            [Node::Type(&of.ty)].into_iter().chain(refinements).collect()
        }
        DeclarationKind::Dimension(of)
        | DeclarationKind::Env(of)
        | DeclarationKind::Check(of)
        | DeclarationKind::Expect(of)
        | DeclarationKind::Resource(of)
        | DeclarationKind::Pattern(of) => vec![Node::Body(&of.body)],
        DeclarationKind::Rule(of) => vec![Node::Body(&of.body)],
        DeclarationKind::Instance(of) => vec![Node::Body(&of.body)],
        DeclarationKind::Import(_) | DeclarationKind::Broken(_) => Vec::new(),
    }
}

fn binding(of: &Binding) -> Vec<Node<'_>> {
    of.ty.as_ref().map(Node::Type).into_iter().chain(of.value.as_ref().map(Node::Expr)).collect()
}

fn item(of: &Item) -> Vec<Node<'_>> {
    match &of.kind {
        ItemKind::Field(of) => vec![Node::Field(of)],
        ItemKind::Schema(of) => vec![Node::Schema(of)],
        ItemKind::Let(of) => binding(of),
        ItemKind::Make(of) => guards(&of.guards).into_iter().chain([Node::Body(&of.body)]).collect(),
        ItemKind::Require(of) => {
            let mut parts = vec![Node::Expr(&of.condition)];
            parts.extend(guards(&of.guards));
            parts.extend(of.otherwise.as_ref().map(Node::Expr));
            parts.extend(of.at.iter().chain(&of.also).flat_map(place));
            parts.extend(of.help.iter().chain(&of.mend).map(Node::Expr));
            parts
        }
        ItemKind::Allow(_) => Vec::new(),
    }
}

fn guards(of: &Guards) -> Vec<Node<'_>> {
    of.each.iter().map(|(_, over)| Node::Expr(over)).chain(of.only_if.as_ref().map(Node::Expr)).collect()
}

fn place(of: &Place) -> impl Iterator<Item = Node<'_>> {
    [Node::Expr(&of.of)].into_iter().chain(of.text.as_ref().map(Node::Expr))
}

fn ty(of: &TypeExpr) -> Vec<Node<'_>> {
    match &of.kind {
        TypeExprKind::Named { arguments, range, .. } => {
            arguments.iter().map(Node::Type).chain(range.iter().map(|range| Node::Expr(range))).collect()
        }
        TypeExprKind::Words(words) => {
            words.iter().filter_map(|word| word.fields.as_ref()).flatten().map(Node::Schema).collect()
        }
        TypeExprKind::Record(fields) => fields.iter().map(Node::Schema).collect(),
        TypeExprKind::Optional(of) => vec![Node::Type(of)],
    }
}

fn expr(of: &Expr) -> Vec<Node<'_>> {
    match &of.kind {
        ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Number { .. }
        | ExprKind::Char(_)
        | ExprKind::Cidr(_)
        | ExprKind::Ip(_)
        | ExprKind::Name(_) => Vec::new(),
        ExprKind::Text(parts) => parts
            .iter()
            .filter_map(|part| match part {
                TextPart::Literal(_) => None,
                TextPart::Interpolation(expr) => Some(Node::Expr(expr)),
            })
            .collect(),
        ExprKind::List(items) => items.iter().map(Node::Expr).collect(),
        ExprKind::Record(fields) | ExprKind::Variant { fields, .. } => {
            fields.iter().map(Node::Field).collect()
        }
        ExprKind::Field { of, .. } | ExprKind::Parenthesized(of) | ExprKind::Unary { operand: of, .. } => {
            vec![Node::Expr(of)]
        }
        ExprKind::Index { of, index } => vec![Node::Expr(of), Node::Expr(index)],
        ExprKind::Call { arguments, .. } => {
            arguments.iter().map(|argument| Node::Expr(&argument.value)).collect()
        }
        ExprKind::Comprehension { over, only_if, body, .. } => [Node::Expr(over)]
            .into_iter()
            .chain(only_if.iter().map(|expr| Node::Expr(expr)))
            .chain([Node::Expr(body)])
            .collect(),
        ExprKind::Quantified { over, body, .. } => vec![Node::Expr(over), Node::Expr(body)],
        ExprKind::If { condition, then, otherwise } => {
            vec![Node::Expr(condition), Node::Expr(then), Node::Expr(otherwise)]
        }
        ExprKind::Binary { left, right, .. } => vec![Node::Expr(left), Node::Expr(right)],
        ExprKind::Range { start, end } => {
            [Node::Expr(start)].into_iter().chain(end.iter().map(|expr| Node::Expr(expr))).collect()
        }
    }
}
