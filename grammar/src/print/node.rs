//! The parts that a block is made of, whatever the block.

use std::ops::Range;

use super::Printer;
use crate::Span;
use crate::ast::{
    Argument, Body, Declaration, DeclarationKind, Expr, Field, Item, Name, Refinement, SchemaField,
};

/// A part of a block.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node<'n> {
    Declaration(&'n Declaration),
    Item(&'n Item),
    Field(&'n Field),
    Schema(&'n SchemaField),
    Refinement(&'n Refinement),
    Element(&'n Expr),
    Argument(&'n Argument),
}

impl Node<'_> {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Declaration(declaration) => declaration.span,
            Self::Item(item) => item.span,
            Self::Field(field) => field.name.span.to(field.value.span),
            Self::Schema(field) => {
                let start = field.attributes.first().map_or(field.name.span, |attribute| attribute.span);
                start.to(field.default.as_ref().map_or(field.ty.span, |default| default.span))
            }
            Self::Refinement(refinement) => refinement.label.span.to(refinement.predicate.span),
            Self::Element(expr) => expr.span,
            Self::Argument(argument) => {
                argument.name.as_ref().map_or(argument.value.span, |name| name.span.to(argument.value.span))
            }
        }
    }
}

/// A declaration that has a body.
#[derive(Debug)]
pub(super) struct Block<'n> {
    /// Its first word.
    pub(super) word: &'n str,
    /// All that stands before its body.
    pub(super) head: String,
    pub(super) body: &'n Body,
}

impl Printer<'_> {
    pub(super) fn range_of(&self, node: &Node<'_>) -> Range<usize> {
        self.range(node.span())
    }

    /// Returns a declaration as one with a body, if it is one.
    pub(super) fn block<'n>(&self, declaration: &'n Declaration) -> Option<Block<'n>> {
        let of = |word: &'n str, name: &Name, body: &'n Body| {
            Some(Block { word, head: format!("{word} {}", self.written(name.span)), body })
        };
        match &declaration.kind {
            DeclarationKind::Dimension(block) => of("dimension", &block.name, &block.body),
            DeclarationKind::Env(block) => of("env", &block.name, &block.body),
            DeclarationKind::Check(block) => of("check", &block.name, &block.body),
            DeclarationKind::Expect(block) => of("expect", &block.name, &block.body),
            DeclarationKind::Resource(block) => of("resource", &block.name, &block.body),
            DeclarationKind::Pattern(block) => of("pattern", &block.name, &block.body),
            DeclarationKind::Instance(instance) => of(&instance.kind.node, &instance.name, &instance.body),
            DeclarationKind::Rule(rule) => {
                let (code, subject) = (self.written(rule.code.span), self.written(rule.subject.span));
                Some(Block { word: "rule", head: format!("rule {code} on {subject}"), body: &rule.body })
            }
            DeclarationKind::Import(_)
            | DeclarationKind::Param(_)
            | DeclarationKind::Let(_)
            | DeclarationKind::Type(_)
            | DeclarationKind::Output(_)
            | DeclarationKind::Broken(_) => None,
        }
    }
}
