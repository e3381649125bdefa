//! Declarations `kind name { … }`, envs, outputs, checks and expects → what the program keeps of them.

use rsx_syntax::ast::{self, Block, Body, Declaration, DeclarationKind, Instance, ItemKind};
use rsx_syntax::{Code, Span};
use smol_str::SmolStr;

use super::fields::broken_fields;
use super::names::{Declarations, docs_of};
use super::{Binder, Entry};
use crate::infer::{Home, Questions, STACK, Scope};
use crate::maps::IndexMap;
use crate::problems::names::{Problem, Sought};
use crate::problems::shapes::Problem as ShapeProblem;
use crate::problems::types::Problem as TypeProblem;
use crate::program::{Allow, Check, Declared, DeclaredId, Env, Given, KindId, Output};
use crate::types::Type;

/// The field that every declaration may have.
const PROTECT: &str = "protect";

impl<'a> Binder<'a> {
    /// Binds what stands in declarations, now that all names are known; instances have been bound.
    pub(super) fn bodies(&mut self, declarations: &Declarations<'a>) {
        for block in &declarations.envs {
            let env = self.env(block);
            self.program.envs.insert(block.name.node.clone(), env);
        }
        for declaration in &declarations.outputs {
            self.output(declaration);
        }
        for declaration in &declarations.checks {
            if let DeclarationKind::Expect(block) = &declaration.kind {
                let expect = self.check(block, Questions::Answered);
                self.program.expects.push(expect);
            } else if let DeclarationKind::Check(block) = &declaration.kind {
                let check = self.check(block, Questions::Refused);
                self.program.checks.push(check);
            }
        }
    }

    pub(super) fn instance(
        &mut self,
        (id, kind, instance, declaration): (DeclaredId, KindId, &'a Instance, &'a Declaration),
    ) -> Declared {
        if self.kind_name(kind) == STACK {
            self.stack(id, instance);
        }
        let mut scope = Scope::global(Home::User);
        let protect_is_member = self.member_index(kind, PROTECT).is_some();
        let besides: &[&str] = if protect_is_member { &[] } else { &[PROTECT] };
        let mut allows = Vec::new();
        let mut protect = None;
        for item in &instance.body.items {
            match &item.kind {
                ItemKind::Field(field) if besides.contains(&field.name.node.as_str()) => {
                    let (name, at) = (&field.name.node, field.name.span);
                    if let Some(first) = protect.as_ref().map(|first: &Given| first.name) {
                        self.report(Problem::Repeated { name, at, first }.diagnostic());
                        continue;
                    }
                    scope.by = Some(at);
                    let value = self.demand(&mut scope, &field.value, &Type::Bool);
                    scope.by = None;
                    protect = Some(Given { name: at, value });
                }
                ItemKind::Field(_) => {}
                ItemKind::Allow(allow) => allows.extend(self.allowed(allow)),
                ItemKind::Schema(_) | ItemKind::Let(_) | ItemKind::Make(_) | ItemKind::Require(_) => {
                    self.no_value(item, "a declaration holds values for fields, `name = value`, and `allow`");
                }
            }
        }
        let given = self.given(&mut scope, kind, &instance.body, &instance.name, besides);
        Declared {
            kind,
            docs: docs_of(declaration.docs.as_ref()),
            span: instance.name.span,
            given,
            broken: broken_fields(&instance.body).cloned().collect(),
            allows,
            protect,
        }
    }

    fn stack(&mut self, id: DeclaredId, instance: &Instance) {
        let at = instance.name.span;
        match self.stack {
            None => {
                self.program.stack = Some(id);
                self.stack = Some(at);
            }
            Some(first) => self.report(ShapeProblem::StackTwice { at, first }.diagnostic()),
        }
    }

    fn env(&mut self, block: &'a Block) -> Env {
        self.only_fields(&block.body, "an env holds values for params: `name = value`");
        let mut scope = Scope::global(Home::User);
        let mut given: IndexMap<SmolStr, Given> = IndexMap::default();
        for item in &block.body.items {
            let ItemKind::Field(field) = &item.kind else { continue };
            let name = &field.name;
            if let Some(first) = given.get(&name.node).map(|first| first.name) {
                self.report(Problem::Repeated { name: &name.node, at: name.span, first }.diagnostic());
                continue;
            }
            let Some((ty, by)) = self.param(&name.node) else {
                if !matches!(self.entry(Home::User, &name.node), Some(Entry::Broken)) {
                    self.unknown_param(&name.node, name.span);
                }
                continue;
            };
            scope.by = Some(by);
            let value = self.demand(&mut scope, &field.value, &ty);
            given.insert(name.node.clone(), Given { name: name.span, value });
        }
        Env { span: block.name.span, given }
    }

    fn unknown_param(&mut self, name: &str, at: Span) {
        let params = self.param_names();
        let nearest = self.suggestions.nearest(name, params.iter().map(SmolStr::as_str));
        self.report(Problem::Unknown { name, sought: Sought::Param, nearest, at }.diagnostic());
    }

    fn output(&mut self, declaration: &'a Declaration) {
        let DeclarationKind::Output(binding) = &declaration.kind else { return };
        let Some(value) = &binding.value else {
            return self.report(
                ShapeProblem::Valueless { name: &binding.name.node, at: binding.name.span }.diagnostic(),
            );
        };
        let mut scope = Scope::global(Home::User);
        let term = match &binding.ty {
            Some(ty) => {
                let needed = self.resolve(Home::User, ty);
                scope.by = Some(ty.span);
                self.demand(&mut scope, value, &needed)
            }
            None => self.infer(&mut scope, value, None),
        };
        let output = Output {
            docs: docs_of(declaration.docs.as_ref()),
            span: binding.name.span,
            value: self.shown(term, "an output"),
        };
        self.program.outputs.insert(binding.name.node.clone(), output);
    }

    fn check(&mut self, block: &'a Block, questions: Questions) -> Check {
        let mut scope = Scope { questions, ..Scope::global(Home::User) };
        let (requires, allows) = self.requires_and_allows(&mut scope, &block.body);
        let is_whole = block.body.broken.is_empty();
        if is_whole && block.body.items.iter().all(|item| matches!(item.kind, ItemKind::Allow(_))) {
            let (of, at) = (format!("`{}`", block.name.node), block.name.span);
            let problem = TypeProblem::MissingFields { of: &of, fields: &["require"], at, declared: None };
            self.report(problem.diagnostic());
        }
        Check { name: block.name.node.clone(), span: block.name.span, requires, allows }
    }

    fn allowed(&mut self, allow: &ast::Allow) -> Option<Allow> {
        let code = allow.code.node.as_str();
        if !self.is_code(code) {
            let codes = self.codes();
            let nearest = self.suggestions.nearest(code, codes.iter().map(SmolStr::as_str));
            let problem = Problem::Unknown { name: code, sought: Sought::Code, nearest, at: allow.code.span };
            self.report(problem.diagnostic());
            return None;
        }
        Some(Allow { code: Code::named(code), because: allow.because.node.clone(), span: allow.code.span })
    }

    fn requires_and_allows(
        &mut self,
        scope: &mut Scope,
        body: &'a Body,
    ) -> (Vec<crate::program::Require>, Vec<Allow>) {
        let (mut requires, mut allows) = (Vec::new(), Vec::new());
        for item in &body.items {
            match &item.kind {
                ItemKind::Require(require) => requires.push(self.require(scope, require, item.span)),
                ItemKind::Allow(allow) => allows.extend(self.allowed(allow)),
                ItemKind::Field(_) | ItemKind::Schema(_) | ItemKind::Let(_) | ItemKind::Make(_) => {
                    self.misplaced(item, "a check or expect holds `require` and `allow`");
                }
            }
        }
        (requires, allows)
    }
}
