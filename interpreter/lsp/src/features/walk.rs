//! Shows every name and every stretch of a declaration as it is written, the outer before the inner.

use rsx_syntax::Span;
use rsx_syntax::ast::{
    Argument, Body, Declaration, DeclarationKind, Expr, ExprKind, Field, Guards, Item, ItemKind, Make, Place,
    Require, SchemaField, TextPart, TypeExpr, TypeExprKind, Word,
};

/// What a word stands for, as far as the text alone tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A kind: the first word of a declaration, of a part, the subject of a rule.
    Kind,
    /// The name of a declaration with a body.
    Declares,
    /// The name of a param, let or output, or a loop's variable, where it is declared.
    Binds,
    /// The name of a schema's field where it is declared.
    DeclaresField,
    /// The name of a field where it is given or read.
    Field,
    /// A type, or a kind or word of a closed set where a type stands.
    Type,
    /// The name of a type where it is declared.
    DeclaresType,
    /// What is said of a schema's field.
    Attribute,
    /// A unit behind a number.
    Unit,
    /// A function.
    Function,
    /// A named argument.
    Argument,
    /// A word of a closed set with its fields.
    Variant,
    /// A name in an expression: a local, a global, a declaration, a word of a closed set.
    Name,
    /// A code.
    Code,
}

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// A word.
    Word(Role, Span),
    /// A stretch that belongs together: an expression, a field, a body.
    Stretch(Span),
    /// An expression in a text, between `${` and `}`.
    Interpolation(Span),
}

/// Shows a declaration.
pub(super) fn walk(declaration: &Declaration, see: &mut dyn FnMut(Seen)) {
    Walk { see }.declaration(declaration);
}

struct Walk<'w> {
    see: &'w mut dyn FnMut(Seen),
}

impl Walk<'_> {
    fn word(&mut self, role: Role, span: Span) {
        (self.see)(Seen::Word(role, span));
    }

    fn stretch(&mut self, span: Span) {
        (self.see)(Seen::Stretch(span));
    }

    fn declaration(&mut self, declaration: &Declaration) {
        self.stretch(declaration.span);
        match &declaration.kind {
            DeclarationKind::Import(path) => self.stretch(path.span),
            DeclarationKind::Param(binding)
            | DeclarationKind::Let(binding)
            | DeclarationKind::Output(binding) => {
                self.word(Role::Binds, binding.name.span);
                binding.ty.iter().for_each(|ty| self.ty(ty));
                binding.value.iter().for_each(|value| self.expr(value));
            }
            DeclarationKind::Type(ty) => {
                self.word(Role::DeclaresType, ty.name.span);
                self.ty(&ty.ty);
                for refinement in &ty.refinements {
                    self.stretch(refinement.label.span);
                    self.expr(&refinement.predicate);
                }
            }
            DeclarationKind::Dimension(block)
            | DeclarationKind::Env(block)
            | DeclarationKind::Resource(block)
            | DeclarationKind::Pattern(block) => {
                self.word(Role::Declares, block.name.span);
                self.body(&block.body);
            }
            DeclarationKind::Check(block) | DeclarationKind::Expect(block) => {
                self.stretch(block.name.span);
                self.body(&block.body);
            }
            DeclarationKind::Rule(rule) => {
                self.word(Role::Code, rule.code.span);
                self.word(Role::Kind, rule.subject.span);
                self.body(&rule.body);
            }
            DeclarationKind::Instance(instance) => {
                self.word(Role::Kind, instance.kind.span);
                self.word(Role::Declares, instance.name.span);
                self.body(&instance.body);
            }
            DeclarationKind::Broken(broken) => {
                broken.kind.iter().for_each(|kind| self.word(Role::Kind, kind.span));
                broken.name.iter().for_each(|name| self.word(Role::Declares, name.span));
            }
        }
    }

    fn body(&mut self, body: &Body) {
        self.stretch(body.span);
        body.items.iter().for_each(|item| self.item(item));
        body.broken.iter().for_each(|name| self.word(Role::Field, name.span));
    }

    fn item(&mut self, item: &Item) {
        self.stretch(item.span);
        match &item.kind {
            ItemKind::Field(field) => self.field(field),
            ItemKind::Schema(field) => self.schema(field),
            ItemKind::Let(binding) => {
                self.word(Role::Binds, binding.name.span);
                binding.ty.iter().for_each(|ty| self.ty(ty));
                binding.value.iter().for_each(|value| self.expr(value));
            }
            ItemKind::Make(make) => self.make(make),
            ItemKind::Require(require) => self.require(require),
            ItemKind::Allow(allow) => {
                self.word(Role::Code, allow.code.span);
                self.stretch(allow.because.span);
            }
        }
    }

    fn make(&mut self, make: &Make) {
        self.word(Role::Kind, make.kind.span);
        self.word(Role::Declares, make.name.span);
        self.guards(&make.guards);
        self.body(&make.body);
    }

    fn require(&mut self, require: &Require) {
        self.expr(&require.condition);
        self.guards(&require.guards);
        require.otherwise.iter().for_each(|text| self.expr(text));
        require.at.iter().chain(&require.also).for_each(|place| self.place(place));
        require.help.iter().chain(&require.mend).for_each(|text| self.expr(text));
    }

    fn place(&mut self, place: &Place) {
        self.expr(&place.of);
        place.text.iter().for_each(|text| self.expr(text));
    }

    fn guards(&mut self, guards: &Guards) {
        if let Some((variable, over)) = &guards.each {
            self.word(Role::Binds, variable.span);
            self.expr(over);
        }
        guards.only_if.iter().for_each(|condition| self.expr(condition));
    }

    fn schema(&mut self, field: &SchemaField) {
        field.attributes.iter().for_each(|attribute| self.word(Role::Attribute, attribute.span));
        self.word(Role::DeclaresField, field.name.span);
        self.ty(&field.ty);
        field.default.iter().for_each(|value| self.expr(value));
    }

    fn field(&mut self, field: &Field) {
        self.word(Role::Field, field.name.span);
        self.expr(&field.value);
    }

    fn ty(&mut self, ty: &TypeExpr) {
        self.stretch(ty.span);
        match &ty.kind {
            TypeExprKind::Named { name, arguments, range } => {
                self.word(Role::Type, name.span);
                arguments.iter().for_each(|argument| self.ty(argument));
                range.iter().for_each(|range| self.expr(range));
            }
            TypeExprKind::Words(words) => words.iter().for_each(|Word { name, fields }| {
                self.word(Role::Type, name.span);
                fields.iter().flatten().for_each(|field| self.schema(field));
            }),
            TypeExprKind::Record(fields) => fields.iter().for_each(|field| self.schema(field)),
            TypeExprKind::Optional(inner) => self.ty(inner),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        self.stretch(expr.span);
        match &expr.kind {
            ExprKind::Bool(_) | ExprKind::None | ExprKind::Char(_) | ExprKind::Cidr(_) | ExprKind::Ip(_) => {}
            ExprKind::Number { unit, .. } => {
                unit.iter().for_each(|unit| self.word(Role::Unit, unit.span));
            }
            ExprKind::Text(parts) => parts.iter().for_each(|part| match part {
                TextPart::Literal(_) => {}
                TextPart::Interpolation(inner) => {
                    (self.see)(Seen::Interpolation(inner.span));
                    self.expr(inner);
                }
            }),
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Record(fields) => fields.iter().for_each(|field| self.field(field)),
            ExprKind::Variant { name, fields } => {
                self.word(Role::Variant, name.span);
                fields.iter().for_each(|field| self.field(field));
            }
            ExprKind::Name(_) => self.word(Role::Name, expr.span),
            ExprKind::Field { of, name } => {
                self.expr(of);
                self.word(Role::Field, name.span);
            }
            ExprKind::Index { of, index } => {
                self.expr(of);
                self.expr(index);
            }
            ExprKind::Call { name, arguments } => {
                self.word(Role::Function, name.span);
                arguments.iter().for_each(|Argument { name, value }| {
                    name.iter().for_each(|name| self.word(Role::Argument, name.span));
                    self.expr(value);
                });
            }
            ExprKind::Comprehension { variable, over, only_if, body } => {
                self.word(Role::Binds, variable.span);
                self.expr(over);
                only_if.iter().for_each(|condition| self.expr(condition));
                self.expr(body);
            }
            ExprKind::Quantified { variable, over, body, .. } => {
                self.word(Role::Binds, variable.span);
                self.expr(over);
                self.expr(body);
            }
            ExprKind::If { condition, then, otherwise } => {
                [condition, then, otherwise].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Range { start, end } => {
                self.expr(start);
                end.iter().for_each(|end| self.expr(end));
            }
            ExprKind::Parenthesized(inner) => self.expr(inner),
        }
    }
}
