//! Rules and their clauses, of the library and of the user.

use std::sync::Arc;

use rsx_syntax::ast::{self, DeclarationKind, ExprKind, ItemKind};
use rsx_syntax::{Code, Span};
use smol_str::SmolStr;

use super::Binder;
use super::names::{Declarations, is_type_name};
use crate::infer::{Home, Local, Scope, element, list_of, present_if, present_unless};
use crate::library::Library;
use crate::problems::names::{Problem, Sought};
use crate::problems::shapes::Problem as ShapeProblem;
use crate::program::{KindId, Place, Require, Rule, Strength};
use crate::term::{Term, TermKind};
use crate::types::{Case, Type, VariantsType};

impl<'a> Binder<'a> {
    /// Binds the library's rules on a kind that lives.
    pub(super) fn library_rules(&mut self, kind: KindId) {
        if self.slot(kind).is_none_or(|slot| slot.home == Home::User) {
            return;
        }
        let library = self.library;
        let name = self.kind_name(kind);
        for &piece in library.rules(&name) {
            let declaration = library.tree(piece).and_then(|tree| tree.declaration.as_ref());
            if let Some(DeclarationKind::Rule(rule)) = declaration.map(|declaration| &declaration.kind) {
                self.rule(Home::Library, kind, rule);
            }
        }
    }

    /// Binds the user's rules.
    pub(super) fn user_rules(&mut self, declarations: &Declarations<'a>) {
        for rule in &declarations.rules {
            let subject = &rule.subject;
            if is_type_name(&subject.node) {
                self.type_rule(Home::User, rule);
            } else if let Some(kind) =
                self.kind_or_report(Home::User, &subject.node, subject.span, Sought::Subject)
                && !self.is_broken(kind)
            {
                self.rule(Home::User, kind, rule);
            }
        }
    }

    /// A rule on a type is its code and its page; what must hold stands in the type.
    fn type_rule(&mut self, home: Home, rule: &'a ast::Rule) {
        for item in &rule.body.items {
            self.misplaced(item, "a rule on a type is empty: what must hold stands in the type's `where`");
        }
        let name = &rule.subject.node;
        let known = match home {
            Home::User => self.names.types.contains_key(name),
            Home::Library => self.library.ty(name).is_some(),
        };
        if !known {
            let mut names: Vec<SmolStr> = self.names.types.keys().cloned().collect();
            names.extend(self.library.types().filter(|_| home == Home::Library).cloned());
            let nearest = self.suggestions.nearest(name, names.iter().map(SmolStr::as_str));
            self.report(
                Problem::Unknown { name, sought: Sought::Subject, nearest, at: rule.subject.span }
                    .diagnostic(),
            );
        }
    }

    /// Reports rules of a library on what it does not declare.
    pub(super) fn rule_subjects(&mut self, library: &'a Library) {
        for piece in library.all_rules() {
            let declaration = library.tree(piece).and_then(|tree| tree.declaration.as_ref());
            let Some(DeclarationKind::Rule(rule)) = declaration.map(|declaration| &declaration.kind) else {
                continue;
            };
            if is_type_name(&rule.subject.node) {
                self.type_rule(Home::Library, rule);
            } else {
                self.kind_or_report(Home::Library, &rule.subject.node, rule.subject.span, Sought::Subject);
            }
        }
    }

    /// Keeps what is wrong with the texts of a library.
    pub(super) fn syntax_of(&mut self, library: &'a Library) {
        for tree in library.trees() {
            for diagnostic in &tree.diagnostics {
                self.report(diagnostic.clone());
            }
        }
    }

    fn rule(&mut self, home: Home, subject: KindId, rule: &'a ast::Rule) {
        let mut scope = Scope::rule(home, subject);
        let (mut strength, mut lets, mut requires) = (None, Vec::new(), Vec::new());
        for item in &rule.body.items {
            match &item.kind {
                ItemKind::Let(binding) => {
                    let term = self.rule_let(&mut scope, binding);
                    lets.push(term);
                }
                ItemKind::Field(field) if field.name.node == Strength::FIELD => {
                    strength = Some(self.demand(&mut scope, &field.value, &strength_type()));
                }
                ItemKind::Require(require) => requires.push(self.require(&mut scope, require, item.span)),
                ItemKind::Field(_) | ItemKind::Schema(_) | ItemKind::Make(_) | ItemKind::Allow(_) => {
                    self.misplaced(
                        item,
                        "a rule holds `let`, `require` and `strength = law | house | advice`",
                    );
                }
            }
        }
        let code = Code::named(rule.code.node.as_str());
        self.program.rules.push(Rule { code, subject, strength, lets, requires, span: rule.code.span });
    }

    fn rule_let(&mut self, scope: &mut Scope, binding: &'a ast::Binding) -> Term {
        let name = &binding.name;
        let term = match (&binding.value, &binding.ty) {
            (Some(value), Some(ty)) => {
                let needed = self.resolve(scope.home, ty);
                self.demand(scope, value, &needed)
            }
            (Some(value), None) => self.infer(scope, value, None),
            (None, _) => {
                self.report(ShapeProblem::Valueless { name: &name.node, at: name.span }.diagnostic());
                Term::error(name.span)
            }
        };
        self.unless_hidden(scope, name);
        scope.locals.push(Local { name: name.node.clone(), ty: term.ty.clone(), span: name.span });
        term
    }

    /// `require c for x in xs if d else "…" at x also y help "…"`
    pub(super) fn require(&mut self, scope: &mut Scope, require: &'a ast::Require, span: Span) -> Require {
        let Some((variable, over)) = &require.guards.each else {
            return self.required(scope, require, None, span);
        };
        let each = self.run_over(scope, over);
        let element = element(&each);
        self.with_local(scope, variable, element, |binder, scope| {
            binder.required(scope, require, Some(each), span)
        })
    }

    fn required(
        &mut self,
        scope: &mut Scope,
        require: &'a ast::Require,
        each: Option<Term>,
        span: Span,
    ) -> Require {
        let guard = require.guards.only_if.as_ref();
        let only_if = guard.map(|condition| self.demand(scope, condition, &Type::Bool));
        let proven = guard.map(present_if).unwrap_or_default();
        self.assuming(scope, proven, |binder, scope| {
            let condition = binder.demand(scope, &require.condition, &Type::Bool);
            let broken = present_unless(&require.condition);
            binder.assuming(scope, broken, |binder, scope| {
                let mut text = |expr: &Option<ast::Expr>| {
                    expr.as_ref().map(|text| binder.demand(scope, text, &Type::Text))
                };
                let (otherwise, help) = (text(&require.otherwise), text(&require.help));
                let mend = require.mend.as_ref();
                let mend = mend.map(|texts| binder.demand(scope, texts, &list_of(Type::Text)));
                let at = require.at.as_ref().map(|place| binder.place(scope, place));
                let also = require.also.iter().map(|place| binder.place(scope, place)).collect();
                Require { each, only_if, condition, otherwise, at, also, help, mend, span }
            })
        })
    }

    /// A place is looked up, never shown.
    fn place(&mut self, scope: &mut Scope, place: &'a ast::Place) -> Place {
        let of = self.placed(scope, &place.of);
        let text = place.text.as_ref().map(|text| self.demand(scope, text, &Type::Text));
        Place { of, text }
    }

    /// The value whose place is meant; the branches of a condition may be of different types.
    fn placed(&mut self, scope: &mut Scope, of: &'a ast::Expr) -> Term {
        if let ExprKind::Parenthesized(inner) = &of.kind {
            return self.placed(scope, inner);
        }
        let ExprKind::If { condition, then, otherwise } = &of.kind else {
            return self.infer(scope, of, None);
        };
        let condition = Box::new(self.demand(scope, condition, &Type::Bool));
        let (then, otherwise) = (Box::new(self.placed(scope, then)), Box::new(self.placed(scope, otherwise)));
        Term { kind: TermKind::If { condition, then, otherwise }, span: of.span, ty: Type::Any }
    }
}

/// `law | house | advice`
fn strength_type() -> Type {
    let case = |strength: Strength| Case { name: SmolStr::new_static(strength.word()), fields: None };
    let cases = Strength::ALL.map(case).to_vec();
    Type::Variants(Arc::new(VariantsType { name: Some(SmolStr::new_static("Strength")), cases }))
}
