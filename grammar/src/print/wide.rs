//! Prints declarations, fields and types over several lines, where they do not fit on one or hold a comment.

use std::ops::Range;

use super::node::{Block, Node};
use super::{Printer, STEP, WIDTH};
use crate::ast::{
    Binding, Body, Declaration, DeclarationKind, Expr, Guards, Item, ItemKind, Make, Place, Require,
    SchemaField, TypeDeclaration, TypeExpr, TypeExprKind, Word,
};
use crate::{Span, scan};

impl Printer<'_> {
    pub(super) fn wide_node(&mut self, node: &Node<'_>, indent: usize) {
        match node {
            Node::Declaration(declaration) => self.wide_declaration(declaration, indent),
            Node::Item(item) => self.wide_item(item, indent),
            Node::Field(field) => self.assign(field.name.span, &field.value, indent),
            Node::Schema(field) => self.wide_schema(field, indent),
            Node::Refinement(refinement) => self.assign(refinement.label.span, &refinement.predicate, indent),
            Node::Element(expr) => self.wide(expr, indent),
            Node::Argument(argument) => match &argument.name {
                Some(name) => self.assign(name.span, &argument.value, indent),
                None => self.wide(&argument.value, indent),
            },
        }
    }

    fn wide_declaration(&mut self, declaration: &Declaration, indent: usize) {
        if let Some(Block { head, body, .. }) = self.block(declaration) {
            self.out.push_str(&head);
            return self.wide_body(body, indent);
        }
        match &declaration.kind {
            DeclarationKind::Param(binding) => self.wide_binding("param", binding, indent),
            DeclarationKind::Let(binding) => self.wide_binding("let", binding, indent),
            DeclarationKind::Output(binding) => self.wide_binding("output", binding, indent),
            DeclarationKind::Type(ty) => self.wide_type_declaration(ty, declaration.span, indent),
            DeclarationKind::Import(_)
            | DeclarationKind::Dimension(_)
            | DeclarationKind::Env(_)
            | DeclarationKind::Check(_)
            | DeclarationKind::Expect(_)
            | DeclarationKind::Rule(_)
            | DeclarationKind::Resource(_)
            | DeclarationKind::Pattern(_)
            | DeclarationKind::Instance(_)
            | DeclarationKind::Broken(_) => self.out.push_str(self.written(declaration.span)),
        }
    }

    fn wide_type_declaration(&mut self, declaration: &TypeDeclaration, span: Span, indent: usize) {
        self.out.push_str("type ");
        self.out.push_str(self.written(declaration.name.span));
        self.out.push_str(" = ");
        self.wide_type(&declaration.ty, indent);
        if !declaration.refinements.is_empty() {
            let nodes: Vec<_> = declaration.refinements.iter().map(Node::Refinement).collect();
            let inside = self.range(declaration.ty.span).end..self.range(span).end - 1;
            self.out.push_str(" where ");
            self.bracketed("{}", &nodes, "", inside, indent);
        }
    }

    fn wide_binding(&mut self, word: &str, binding: &Binding, indent: usize) {
        self.out.push_str(word);
        self.out.push(' ');
        self.out.push_str(self.written(binding.name.span));
        if let Some(ty) = &binding.ty {
            self.out.push_str(": ");
            self.wide_type(ty, indent);
        }
        if let Some(value) = &binding.value {
            self.value(value, indent);
        }
    }

    fn wide_item(&mut self, item: &Item, indent: usize) {
        match &item.kind {
            ItemKind::Field(field) => self.assign(field.name.span, &field.value, indent),
            ItemKind::Schema(field) => self.wide_schema(field, indent),
            ItemKind::Let(binding) => self.wide_binding("let", binding, indent),
            ItemKind::Make(make) => self.wide_make(make, indent),
            ItemKind::Require(require) => self.wide_require(require, indent),
            ItemKind::Allow(_) => {
                let line = self.flat_item(item).unwrap_or_default();
                self.out.push_str(&line);
            }
        }
    }

    fn wide_make(&mut self, make: &Make, indent: usize) {
        for word in ["make ", self.written(make.kind.span), " ", self.written(make.name.span)] {
            self.out.push_str(word);
        }
        self.wide_guards(&make.guards, indent);
        self.wide_body(&make.body, indent);
    }

    fn wide_guards(&mut self, guards: &Guards, indent: usize) {
        let fits =
            self.flat_guards(guards).is_some_and(|guards| self.column() + guards.chars().count() < WIDTH);
        let part = |printer: &mut Self, words: &str, expr: &Expr| {
            if fits {
                printer.out.push(' ');
            } else {
                printer.line(indent + STEP);
            }
            printer.out.push_str(words);
            printer.wide(expr, indent + STEP);
        };
        if let Some((variable, over)) = &guards.each {
            part(self, &format!("for {} in ", self.written(variable.span)), over);
        }
        if let Some(condition) = &guards.only_if {
            part(self, "if ", condition);
        }
    }

    fn wide_require(&mut self, require: &Require, indent: usize) {
        self.out.push_str("require ");
        self.wide(&require.condition, indent);
        self.wide_guards(&require.guards, indent);
        if let Some(message) = &require.otherwise {
            self.clause("else ", message, indent);
        }
        if let Some(place) = &require.at {
            self.place("at   ", place, indent);
        }
        for place in &require.also {
            self.place("also ", place, indent);
        }
        if let Some(help) = &require.help {
            self.clause("help ", help, indent);
        }
        if let Some(mend) = &require.mend {
            self.clause("mend ", mend, indent);
        }
    }

    fn clause(&mut self, word: &str, expr: &Expr, indent: usize) {
        self.line(indent);
        self.out.push_str(word);
        self.wide(expr, indent);
    }

    fn place(&mut self, word: &str, place: &Place, indent: usize) {
        self.clause(word, &place.of, indent);
        if let Some(text) = &place.text {
            self.out.push(' ');
            self.wide(text, indent);
        }
    }

    fn wide_schema(&mut self, field: &SchemaField, indent: usize) {
        let head = self.schema_head(field);
        self.out.push_str(&head);
        self.out.push(' ');
        self.wide_type(&field.ty, indent);
        if let Some(default) = &field.default {
            self.value(default, indent);
        }
    }

    fn wide_body(&mut self, body: &Body, indent: usize) {
        let nodes: Vec<_> = body.items.iter().map(Node::Item).collect();
        let range = self.range(body.span);
        self.out.push(' ');
        if nodes.is_empty() && !self.has_comment(body.span) {
            return self.out.push_str("{ }");
        }
        self.bracketed("{}", &nodes, "", range.start + 1..range.end - 1, indent);
    }

    /// Prints the parts of a block between two brackets, each on a line of its own.
    pub(super) fn bracketed(
        &mut self,
        pair: &str,
        nodes: &[Node<'_>],
        separator: &str,
        inside: Range<usize>,
        indent: usize,
    ) {
        let (open, close) = pair.split_at(1);
        self.out.push_str(open);
        if !nodes.is_empty() || self.trivia.has_any(&inside) {
            self.nodes(nodes, indent + STEP, separator, inside);
            self.line(indent);
        }
        self.out.push_str(close);
    }

    fn wide_type(&mut self, ty: &TypeExpr, indent: usize) {
        if let Some(flat) = self.flat_type(ty).filter(|flat| !self.has_comment(ty.span) && self.fits(flat)) {
            return self.out.push_str(&flat);
        }
        match &ty.kind {
            TypeExprKind::Named { name, arguments, range } => {
                self.out.push_str(self.written(name.span));
                for (index, argument) in arguments.iter().enumerate() {
                    self.out.push_str(if index == 0 { "<" } else { ", " });
                    self.wide_type(argument, indent);
                }
                self.out.push_str(if arguments.is_empty() { "" } else { ">" });
                if let Some(range) = range {
                    self.out.push('(');
                    self.wide(range, indent);
                    self.out.push(')');
                }
            }
            TypeExprKind::Words(words) => self.wide_words(words, indent),
            TypeExprKind::Record(fields) => {
                let range = self.range(ty.span);
                self.record_type(fields, range.start + 1..range.end - 1, indent);
            }
            TypeExprKind::Optional(inner) => {
                self.wide_type(inner, indent);
                self.out.push('?');
            }
        }
    }

    fn wide_words(&mut self, words: &[Word], indent: usize) {
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                self.line(indent + STEP);
                self.out.push_str("| ");
            }
            self.out.push_str(self.written(word.name.span));
            let Some(fields) = &word.fields else { continue };
            let start = self.range(word.name.span).end;
            let last = fields.last().map_or(start, |field| self.range_of(&Node::Schema(field)).end);
            let inside = start..self.closing_brace(last);
            self.out.push(' ');
            let flat = self.flat_word(word).filter(|flat| !self.trivia.has_any(&inside) && self.fits(flat));
            match flat.and_then(|flat| flat.split_once(' ').map(|(_, record)| record.to_owned())) {
                Some(record) => self.out.push_str(&record),
                None => self.record_type(fields, inside, if index > 0 { indent + STEP } else { indent }),
            }
        }
    }

    fn record_type(&mut self, fields: &[SchemaField], inside: Range<usize>, indent: usize) {
        let nodes: Vec<_> = fields.iter().map(Node::Schema).collect();
        self.bracketed("{}", &nodes, "", inside, indent);
    }

    /// Returns where the first `}` behind a place stands, comments left out.
    fn closing_brace(&self, behind: usize) -> usize {
        let mut at = scan::blank(self.text, behind);
        while matches!(self.text.as_bytes().get(at), Some(b',' | b'{')) {
            at = scan::blank(self.text, at + 1);
        }
        at
    }

    /// Prints `name = value`.
    fn assign(&mut self, name: Span, value: &Expr, indent: usize) {
        self.out.push_str(self.written(name));
        self.value(value, indent);
    }
}
