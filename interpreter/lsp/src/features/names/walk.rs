//! The walk over a declaration that finds its names, with the variables that are seen at each place.

use std::collections::HashSet;
use std::ops::Range;

use rsx_syntax::ast::{
    Binding, Block, Body, Declaration, DeclarationKind, Expr, ExprKind, Field, Guards, Instance, Item,
    ItemKind, Make, Name, Require, Rule, SchemaField, TextPart, TypeExpr, TypeExprKind,
};
use rsx_syntax::{Lexeme, Parsed, Span, TokenKind, interpolations, lexemes};
use smol_str::SmolStr;

use super::meaning::Meaning;
use super::{Occurrence, Role, Symbol};
use crate::features::definition;
use crate::snapshot::Snapshot;

pub(super) struct Walk<'s> {
    meaning: Meaning<'s>,
    pub(super) found: Vec<Occurrence>,
    locals: Vec<(SmolStr, Span)>,
    /// The kind whose members are seen by their bare names.
    body: Option<SmolStr>,
}

impl<'s> Walk<'s> {
    pub(super) fn new(meaning: Meaning<'s>) -> Self {
        Self { meaning, found: Vec::new(), locals: Vec::new(), body: None }
    }

    fn add(&mut self, span: Span, symbol: Symbol, role: Role) {
        self.found.push(Occurrence { span, symbol, role });
    }

    fn defines(&mut self, name: &Name, symbol: fn(SmolStr) -> Symbol) {
        self.add(name.span, symbol(name.node.clone()), Role::Definition);
    }

    fn refers(&mut self, name: &Name, symbol: fn(SmolStr) -> Symbol) {
        self.add(name.span, symbol(name.node.clone()), Role::Reference);
    }

    /// Finds the names of what a piece declares.
    pub(super) fn tree(&mut self, tree: &Parsed) {
        let Some(declaration) = &tree.declaration else { return };
        let before = self.found.len();
        self.declaration(declaration);
        if !tree.diagnostics.is_empty() {
            self.rest(declaration, before);
        }
    }

    fn declaration(&mut self, of: &Declaration) {
        match &of.kind {
            DeclarationKind::Import(path) => self.refers(path, Symbol::File),
            DeclarationKind::Param(of) | DeclarationKind::Let(of) => {
                self.defines(&of.name, Symbol::Value);
                self.binding(of);
            }
            DeclarationKind::Output(of) => {
                self.defines(&of.name, Symbol::Output);
                self.binding(of);
            }
            DeclarationKind::Type(of) => {
                self.defines(&of.name, Symbol::Type);
                self.ty(&of.ty);
                of.refinements.iter().for_each(|refinement| self.expr(&refinement.predicate));
            }
            DeclarationKind::Dimension(of) => {
                self.defines(&of.name, Symbol::Type);
                of.body.fields().for_each(|field| self.defines(&field.name, Symbol::Unit));
            }
            DeclarationKind::Env(of) => {
                self.defines(&of.name, Symbol::Env);
                for field in of.body.fields() {
                    self.add(field.name.span, Symbol::Value(field.name.node.clone()), Role::Gift);
                    self.expr(&field.value);
                }
            }
            DeclarationKind::Check(of) | DeclarationKind::Expect(of) => self.items(&of.body, None),
            DeclarationKind::Rule(of) => self.rule(of),
            DeclarationKind::Resource(of) | DeclarationKind::Pattern(of) => self.kind(of),
            DeclarationKind::Instance(of) => self.instance(of),
            DeclarationKind::Broken(of) => {
                of.kind.iter().for_each(|kind| self.refers(kind, Symbol::Kind));
                of.name.iter().for_each(|name| self.defines(name, Symbol::Value));
            }
        }
    }

    /// Finds names in a declaration of which some could not be read, by the words that have no meaning
    /// yet; those of it that could be read are found from `before` on.
    fn rest(&mut self, of: &Declaration, before: usize) {
        let piece = of.span.piece;
        let kind = match &of.kind {
            DeclarationKind::Instance(of) => Some(&of.kind.node),
            DeclarationKind::Broken(of) => of.kind.as_ref().map(|kind| &kind.node),
            DeclarationKind::Import(_)
            | DeclarationKind::Param(_)
            | DeclarationKind::Let(_)
            | DeclarationKind::Type(_)
            | DeclarationKind::Output(_)
            | DeclarationKind::Dimension(_)
            | DeclarationKind::Env(_)
            | DeclarationKind::Check(_)
            | DeclarationKind::Expect(_)
            | DeclarationKind::Rule(_)
            | DeclarationKind::Resource(_)
            | DeclarationKind::Pattern(_) => None,
        };
        let known: HashSet<Span> = self.found.iter().skip(before).map(|one| one.span).collect();
        let snapshot = self.meaning.snapshot;
        let text = snapshot.sources().piece_text(piece);
        let lexemes = within(text, 0..text.len());
        let written = |at: usize| lexemes.get(at).and_then(|lexeme| text.get(lexeme.range.clone()));
        for (at, lexeme) in lexemes.iter().enumerate() {
            let span = Span::new(piece, lexeme.range.start, lexeme.range.end);
            let is_behind_dot = at > 0 && written(at - 1) == Some(".");
            if lexeme.kind != TokenKind::Word || is_behind_dot || known.contains(&span) {
                continue;
            }
            let Some(name) = written(at) else { continue };
            let given = kind.filter(|kind| written(at + 1) == Some("=") && has_field(snapshot, kind, name));
            match given {
                Some(kind) => self.add(span, Symbol::Member(kind.clone(), name.into()), Role::Gift),
                None if definition::value(snapshot, name).is_some() => {
                    self.add(span, Symbol::Value(name.into()), Role::Reference);
                }
                None => {}
            }
        }
    }

    fn binding(&mut self, of: &Binding) {
        of.ty.iter().for_each(|ty| self.ty(ty));
        of.value.iter().for_each(|value| self.expr(value));
    }

    fn kind(&mut self, of: &Block) {
        self.defines(&of.name, Symbol::Kind);
        self.body = Some(of.name.node.clone());
        self.items(&of.body, Some(&of.name.node));
        self.body = None;
    }

    fn instance(&mut self, of: &Instance) {
        self.refers(&of.kind, Symbol::Kind);
        self.defines(&of.name, Symbol::Value);
        self.items(&of.body, Some(&of.kind.node));
    }

    fn rule(&mut self, of: &Rule) {
        let code = SmolStr::from(of.code.node.as_str());
        self.add(of.code.span, Symbol::Code(code), Role::Definition);
        self.refers(&of.subject, Symbol::Kind);
        let before = self.locals.len();
        for item in &of.body.items {
            match &item.kind {
                ItemKind::Let(of) => {
                    self.binding(of);
                    self.local(&of.name);
                }
                ItemKind::Field(of) => self.expr(&of.value),
                ItemKind::Require(of) => self.require(of),
                ItemKind::Schema(_) | ItemKind::Make(_) | ItemKind::Allow(_) => {}
            }
        }
        self.locals.truncate(before);
    }

    fn items(&mut self, body: &Body, kind: Option<&SmolStr>) {
        body.items.iter().for_each(|item| self.item(item, kind));
        body.broken.iter().for_each(|name| self.gives(name, kind));
    }

    fn item(&mut self, item: &Item, kind: Option<&SmolStr>) {
        match &item.kind {
            ItemKind::Field(of) => {
                self.gives(&of.name, kind);
                self.expr(&of.value);
            }
            ItemKind::Schema(of) => {
                if let Some(kind) = kind {
                    let symbol = Symbol::Member(kind.clone(), of.name.node.clone());
                    self.add(of.name.span, symbol, Role::Definition);
                }
                self.ty(&of.ty);
                of.default.iter().for_each(|default| self.expr(default));
            }
            ItemKind::Let(of) => {
                if let Some(kind) = kind {
                    let symbol = Symbol::Member(kind.clone(), of.name.node.clone());
                    self.add(of.name.span, symbol, Role::Definition);
                }
                self.binding(of);
            }
            ItemKind::Make(of) => self.make(of, kind),
            ItemKind::Require(of) => self.require(of),
            ItemKind::Allow(of) => {
                self.add(of.code.span, Symbol::Code(of.code.node.as_str().into()), Role::Reference);
            }
        }
    }

    fn gives(&mut self, name: &Name, kind: Option<&SmolStr>) {
        if let Some(kind) = kind {
            self.add(name.span, Symbol::Member(kind.clone(), name.node.clone()), Role::Gift);
        }
    }

    fn make(&mut self, of: &Make, kind: Option<&SmolStr>) {
        self.refers(&of.kind, Symbol::Kind);
        if let Some(kind) = kind {
            self.add(of.name.span, Symbol::Member(kind.clone(), of.name.node.clone()), Role::Definition);
        }
        let before = self.guards(&of.guards);
        self.items(&of.body, Some(&of.kind.node));
        self.locals.truncate(before);
    }

    fn require(&mut self, of: &Require) {
        let before = self.guards(&of.guards);
        self.expr(&of.condition);
        of.otherwise.iter().chain(&of.help).chain(&of.mend).for_each(|expr| self.expr(expr));
        for place in of.at.iter().chain(&of.also) {
            self.expr(&place.of);
            place.text.iter().for_each(|text| self.expr(text));
        }
        self.locals.truncate(before);
    }

    /// Takes in a loop and its condition, and returns how many locals there were before.
    fn guards(&mut self, of: &Guards) -> usize {
        let before = self.locals.len();
        if let Some((variable, over)) = &of.each {
            self.expr(over);
            self.local(variable);
        }
        of.only_if.iter().for_each(|expr| self.expr(expr));
        before
    }

    fn local(&mut self, name: &Name) {
        self.add(name.span, Symbol::Local(name.span), Role::Definition);
        self.locals.push((name.node.clone(), name.span));
    }

    fn ty(&mut self, of: &TypeExpr) {
        match &of.kind {
            TypeExprKind::Named { name, arguments, range } => {
                self.refers(name, Symbol::Type);
                arguments.iter().for_each(|argument| self.ty(argument));
                range.iter().for_each(|range| self.expr(range));
            }
            TypeExprKind::Words(words) => {
                for word in words {
                    let is_kind = word.fields.is_none()
                        && definition::kind(self.meaning.snapshot, &word.name.node).is_some();
                    match is_kind {
                        true => self.refers(&word.name, Symbol::Kind),
                        false => {
                            self.add(
                                word.name.span,
                                Symbol::Word(None, word.name.node.clone()),
                                Role::Definition,
                            );
                        }
                    }
                    word.fields.iter().flatten().for_each(|field| self.record_field(field));
                }
            }
            TypeExprKind::Record(fields) => fields.iter().for_each(|field| self.record_field(field)),
            TypeExprKind::Optional(of) => self.ty(of),
        }
    }

    fn record_field(&mut self, of: &SchemaField) {
        self.add(of.name.span, Symbol::Field(of.name.span), Role::Definition);
        self.ty(&of.ty);
        of.default.iter().for_each(|default| self.expr(default));
    }

    fn expr(&mut self, of: &Expr) {
        match &of.kind {
            ExprKind::Bool(_) | ExprKind::None | ExprKind::Char(_) | ExprKind::Cidr(_) | ExprKind::Ip(_) => {}
            ExprKind::Number { unit, .. } => unit.iter().for_each(|unit| self.refers(unit, Symbol::Unit)),
            ExprKind::Name(name) => {
                if let Some(symbol) = self.name(name, of.span) {
                    self.add(of.span, symbol, Role::Reference);
                }
            }
            ExprKind::Text(parts) => {
                for part in parts {
                    if let TextPart::Interpolation(inner) = part {
                        self.expr(inner);
                    }
                }
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Record(fields) => self.record(fields, of.span, None),
            ExprKind::Variant { name, fields } => {
                self.add(name.span, self.meaning.word(&name.node, of.span), Role::Reference);
                self.record(fields, of.span, Some(&name.node));
            }
            ExprKind::Field { of, name } => {
                self.expr(of);
                if let Some(symbol) = self.meaning.behind_dot(of.span, &name.node) {
                    self.add(name.span, symbol, Role::Reference);
                }
            }
            ExprKind::Index { of, index } => [of, index].into_iter().for_each(|expr| self.expr(expr)),
            ExprKind::Call { name, arguments } => {
                self.refers(name, Symbol::Function);
                let mut values = arguments.iter().map(|argument| &argument.value);
                if matches!(name.node.as_str(), "every" | "referrers")
                    && let Some(Expr { kind: ExprKind::Name(kind), span }) = values.next()
                {
                    self.add(*span, Symbol::Kind(kind.clone()), Role::Reference);
                    values.for_each(|value| self.expr(value));
                } else {
                    arguments.iter().for_each(|argument| self.expr(&argument.value));
                }
            }
            ExprKind::Comprehension { variable, over, only_if, body } => {
                self.expr(over);
                self.local(variable);
                only_if.iter().for_each(|expr| self.expr(expr));
                self.expr(body);
                self.locals.pop();
            }
            ExprKind::Quantified { variable, over, body, .. } => {
                self.expr(over);
                self.local(variable);
                self.expr(body);
                self.locals.pop();
            }
            ExprKind::If { condition, then, otherwise } => {
                [condition, then, otherwise].into_iter().for_each(|expr| self.expr(expr));
            }
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { left, right, .. } => {
                [left, right].into_iter().for_each(|expr| self.expr(expr))
            }
            ExprKind::Range { start, end } => {
                self.expr(start);
                end.iter().for_each(|end| self.expr(end));
            }
            ExprKind::Parenthesized(inner) => self.expr(inner),
        }
    }

    /// What a bare word means.
    fn name(&self, name: &SmolStr, span: Span) -> Option<Symbol> {
        let local = self.locals.iter().rev().find(|(other, _)| other == name);
        let bare = || self.meaning.bare(name, span, self.body.as_ref());
        local.map(|(_, local)| Symbol::Local(*local)).or_else(bare)
    }

    fn record(&mut self, fields: &[Field], span: Span, word: Option<&SmolStr>) {
        for field in fields {
            if let Some(symbol) = self.meaning.record_field(span, word, &field.name.node) {
                self.add(field.name.span, symbol, Role::Gift);
            }
            self.expr(&field.value);
        }
    }
}

/// Returns what stands between the spaces of a stretch, also within its texts, which come before what is in them.
pub(crate) fn within(text: &str, range: Range<usize>) -> Vec<Lexeme> {
    let mut found = Vec::new();
    for lexeme in lexemes(text, range) {
        let inner = match lexeme.kind {
            TokenKind::Text | TokenKind::OpenText => interpolations(text, lexeme.range.start),
            TokenKind::Line
            | TokenKind::Comment
            | TokenKind::Docs
            | TokenKind::FileDocs
            | TokenKind::Word
            | TokenKind::Number
            | TokenKind::Char
            | TokenKind::OpenChar
            | TokenKind::Open
            | TokenKind::Close
            | TokenKind::Sign => Vec::new(),
        };
        found.push(lexeme);
        found.extend(inner.into_iter().flat_map(|inner| within(text, inner)));
    }
    found
}

fn has_field(snapshot: &Snapshot, kind: &SmolStr, field: &str) -> bool {
    definition::place(snapshot, &Symbol::Member(kind.clone(), field.into())).is_some()
}
