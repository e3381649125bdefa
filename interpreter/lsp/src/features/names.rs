//! Every name that is written, and what it means: what definition, references, rename, hover and colours rest on.

use rsx_lang::term::TermKind;
use rsx_lang::types::Type;
use rsx_syntax::ast::{
    Binding, Block, Body, Declaration, DeclarationKind, Expr, ExprKind, Field, Guards, Instance, Item,
    ItemKind, Make, Name, Require, Rule, SchemaField, TextPart, TypeExpr, TypeExprKind,
};
use rsx_syntax::{FileId, PieceId, Span};
use smol_str::SmolStr;

use super::terms::Terms;
use crate::snapshot::Snapshot;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// A kind.
    Kind(SmolStr),
    /// A field, a let or a part of a kind.
    Member(SmolStr, SmolStr),
    /// A field of a record, by where it is declared.
    Field(Span),
    /// A word of a closed set, and the name of that if it has one.
    Word(Option<SmolStr>, SmolStr),
    /// A param, a let or a declaration.
    Value(SmolStr),
    /// A type.
    Type(SmolStr),
    /// A variable of a loop or a rule's `let`, by where it is declared.
    Local(Span),
    /// A code.
    Code(SmolStr),
    /// An env.
    Env(SmolStr),
    /// An output.
    Output(SmolStr),
    /// A function.
    Function(SmolStr),
    /// A unit.
    Unit(SmolStr),
    /// The stack, whatever it is called.
    Stack,
    /// The instance itself.
    Me,
    /// Another file.
    File(SmolStr),
}

/// What a name does where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It declares.
    Definition,
    /// It gives what is declared elsewhere a value.
    Gift,
    /// It refers.
    Reference,
}

/// A name where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Where.
    pub span: Span,
    /// What it means.
    pub symbol: Symbol,
    /// What it does.
    pub role: Role,
}

/// Returns the names of a file, in no order.
pub fn in_file(snapshot: &Snapshot, file: FileId) -> Vec<Occurrence> {
    let (first, last) = (snapshot.sources().pieces(file).next(), snapshot.sources().pieces(file).last());
    let is_wanted = |piece: PieceId| Some(piece) >= first && Some(piece) <= last;
    let terms = Terms::within(&snapshot.analysis.program, &is_wanted);
    let mut walk = Walk::new(snapshot, &terms);
    snapshot.declarations(file).for_each(|declaration| walk.declaration(declaration));
    walk.found
}

/// Returns the names of a piece, in no order.
pub fn in_piece(snapshot: &Snapshot, piece: PieceId) -> Vec<Occurrence> {
    let terms = Terms::within(&snapshot.analysis.program, &|other| other == piece);
    let mut walk = Walk::new(snapshot, &terms);
    let declaration = snapshot.tree(piece).and_then(|tree| tree.declaration.as_ref());
    declaration.into_iter().for_each(|declaration| walk.declaration(declaration));
    walk.found
}

/// Returns the name at a byte of a file; behind its last character it is still meant.
pub fn at(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<Occurrence> {
    let (piece, within) = snapshot.at(file, offset)?;
    let mut found = in_piece(snapshot, piece);
    found.retain(|one| (one.span.start as usize..=one.span.end as usize).contains(&within));
    found.into_iter().max_by_key(|one| (one.span.start, std::cmp::Reverse(one.span.end)))
}

struct Walk<'s> {
    snapshot: &'s Snapshot,
    terms: &'s Terms<'s>,
    found: Vec<Occurrence>,
    locals: Vec<(SmolStr, Span)>,
    /// The kind whose members are seen by their bare names.
    body: Option<SmolStr>,
}

impl<'s> Walk<'s> {
    fn new(snapshot: &'s Snapshot, terms: &'s Terms<'s>) -> Self {
        Self { snapshot, terms, found: Vec::new(), locals: Vec::new(), body: None }
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
                        && super::definition::kind(self.snapshot, &word.name.node).is_some();
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
                self.add(name.span, self.word(&name.node, of.span), Role::Reference);
                self.record(fields, of.span, Some(&name.node));
            }
            ExprKind::Field { of, name } => {
                self.expr(of);
                if let Some(symbol) = self.field(of.span, &name.node) {
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

    /// What a bare word means. Where the checker has made nothing of it, what it would mean by itself.
    fn name(&self, name: &SmolStr, span: Span) -> Option<Symbol> {
        if let Some((_, local)) = self.locals.iter().rev().find(|(other, _)| other == name) {
            return Some(Symbol::Local(*local));
        }
        match self.terms.value(span).map(|term| &term.kind) {
            Some(TermKind::Me) => return Some(Symbol::Me),
            Some(TermKind::Stack) => return Some(Symbol::Stack),
            Some(TermKind::Member(_)) => {
                return self.body.as_ref().map(|kind| Symbol::Member(kind.clone(), name.clone()));
            }
            Some(TermKind::Variant(..) | TermKind::Constant(_)) => return Some(self.word(name, span)),
            _ => {}
        }
        let program = &self.snapshot.analysis.program;
        let is_value = program.globals.contains_key(name) || program.declared.contains_key(name);
        match name.as_str() {
            "self" => Some(Symbol::Me),
            _ if is_value => Some(Symbol::Value(name.clone())),
            "stack" => Some(Symbol::Stack),
            _ => super::definition::value(self.snapshot, name).map(|_| Symbol::Value(name.clone())),
        }
    }

    fn word(&self, word: &SmolStr, span: Span) -> Symbol {
        let set = self.terms.types(span).find_map(|ty| {
            if let Type::Variants(variants) = ty.bare() { variants.name.clone() } else { None }
        });
        Symbol::Word(set, word.clone())
    }

    fn record(&mut self, fields: &[Field], span: Span, word: Option<&SmolStr>) {
        for field in fields {
            let declared = self.terms.types(span).find_map(|ty| declared_field(ty, word, &field.name.node));
            if let Some(declared) = declared {
                self.add(field.name.span, Symbol::Field(declared), Role::Gift);
            }
            self.expr(&field.value);
        }
    }

    /// What stands behind a dot.
    fn field(&self, owner: Span, name: &SmolStr) -> Option<Symbol> {
        let ty = &self.terms.value(owner)?.ty;
        if let Type::Kind(kinds) = ty.bare() {
            let kinds = kinds.iter().filter_map(|id| self.snapshot.analysis.program.kind(*id));
            let kind = kinds.into_iter().find(|kind| kind.members.contains_key(name))?;
            return Some(Symbol::Member(kind.name.clone(), name.clone()));
        }
        if let Type::Variants(variants) = ty.bare() {
            let fields = variants.cases.iter().filter_map(|case| case.fields.as_ref());
            let found = fields.flat_map(|fields| &fields.fields).find(|field| field.name == *name)?;
            return Some(Symbol::Field(found.span));
        }
        declared_field(ty, None, name).map(Symbol::Field)
    }
}

/// Where the field of a record, or of a word of a closed set, is declared.
fn declared_field(ty: &Type, word: Option<&SmolStr>, field: &str) -> Option<Span> {
    ty.record(word)?.fields.iter().find(|other| other.name == field).map(|field| field.span)
}
