//! Lowers declarations: one function for each shape.

use pest::iterators::{Pair, Pairs};

use super::{Lower, Rule, Written, next};
use crate::Spanned;
use crate::ast::{
    Binding, Block, Broken, Declaration, DeclarationKind, Instance, Name, Refinement,
    Rule as RuleDeclaration, TypeDeclaration,
};

impl Lower {
    /// Lowers a declaration; one that holds a wrong value becomes a broken one that keeps its name.
    pub(super) fn declaration(&mut self, docs: Option<Spanned<String>>, pair: Pair<'_, Rule>) -> Declaration {
        let span = self.span(&pair);
        let kind = match self.declaration_kind(pair.clone()) {
            Some(kind) => kind,
            None => DeclarationKind::Broken(self.broken(pair)),
        };
        Declaration { docs, kind, span }
    }

    fn broken(&self, pair: Pair<'_, Rule>) -> Broken {
        let rule = pair.as_rule();
        let length = pair.as_str().bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let kind = pair
            .as_str()
            .get(..length)
            .map(|word| Name::new(word.into(), self.within(Written::of(&pair), 0, length)));
        let mut names = pair
            .into_inner()
            .filter(|part| matches!(part.as_rule(), Rule::word | Rule::type_name | Rule::code));
        let name = if rule == Rule::instance { names.nth(1) } else { names.next() };
        Broken { kind, name: name.map(|name| self.word(&name)) }
    }

    fn declaration_kind(&mut self, pair: Pair<'_, Rule>) -> Option<DeclarationKind> {
        let rule = pair.as_rule();
        let mut parts = pair.into_inner();
        Some(match rule {
            Rule::import => DeclarationKind::Import(self.plain_text(&next(&mut parts, Rule::plain_text)?)?),
            Rule::param => DeclarationKind::Param(self.binding(parts)?),
            Rule::let_binding => DeclarationKind::Let(self.binding(parts)?),
            Rule::output => DeclarationKind::Output(self.binding(parts)?),
            Rule::type_declaration => DeclarationKind::Type(self.type_declaration(parts)?),
            Rule::dimension => DeclarationKind::Dimension(self.block(parts)?),
            Rule::env => DeclarationKind::Env(self.block(parts)?),
            Rule::check => DeclarationKind::Check(self.block(parts)?),
            Rule::expect => DeclarationKind::Expect(self.block(parts)?),
            Rule::resource => DeclarationKind::Resource(self.block(parts)?),
            Rule::pattern => DeclarationKind::Pattern(self.block(parts)?),
            Rule::rule_declaration => DeclarationKind::Rule(self.rule(parts)?),
            _ => DeclarationKind::Instance(self.instance(parts)?),
        })
    }

    /// Lowers `name: Type = value`, the rest of a one-line form.
    pub(super) fn binding(&mut self, mut parts: Pairs<'_, Rule>) -> Option<Binding> {
        let name = self.name(&next(&mut parts, Rule::word)?)?;
        let (mut ty, mut value) = (None, None);
        for part in parts {
            match part.as_rule() {
                Rule::type_expr => ty = Some(self.type_expr(part)?),
                Rule::expr => value = Some(self.expr(part)?),
                _ => {}
            }
        }
        Some(Binding { name, ty, value })
    }

    fn type_declaration(&mut self, mut parts: Pairs<'_, Rule>) -> Option<TypeDeclaration> {
        let name = self.word(&next(&mut parts, Rule::type_name)?);
        let ty = self.type_expr(next(&mut parts, Rule::type_expr)?)?;
        let mut refinements = Vec::new();
        if let Some(block) = next(&mut parts, Rule::where_block) {
            for part in block.into_inner().filter(|part| part.as_rule() == Rule::refinement) {
                refinements.push(self.refinement(part.into_inner())?);
            }
        }
        Some(TypeDeclaration { name, ty, refinements })
    }

    fn refinement(&mut self, mut parts: Pairs<'_, Rule>) -> Option<Refinement> {
        let label = self.plain_text(&next(&mut parts, Rule::plain_text)?)?;
        let predicate = self.expr(next(&mut parts, Rule::expr)?)?;
        Some(Refinement { label, predicate })
    }

    fn block(&mut self, mut parts: Pairs<'_, Rule>) -> Option<Block> {
        let head = parts.next()?;
        let name = match head.as_rule() {
            Rule::plain_text => self.plain_text(&head)?,
            Rule::type_name => self.word(&head),
            _ => self.name(&head)?,
        };
        Some(Block { name, body: self.body(next(&mut parts, Rule::body)?) })
    }

    fn rule(&mut self, mut parts: Pairs<'_, Rule>) -> Option<RuleDeclaration> {
        let code = self.code(&next(&mut parts, Rule::code)?);
        let subject = parts.find(|part| matches!(part.as_rule(), Rule::word | Rule::type_name))?;
        let subject =
            if subject.as_rule() == Rule::word { self.name(&subject)? } else { self.word(&subject) };
        Some(RuleDeclaration { code, subject, body: self.body(next(&mut parts, Rule::body)?) })
    }

    fn instance(&mut self, mut parts: Pairs<'_, Rule>) -> Option<Instance> {
        let kind = self.name(&next(&mut parts, Rule::word)?)?;
        let name = self.name(&next(&mut parts, Rule::word)?)?;
        Some(Instance { kind, name, body: self.body(next(&mut parts, Rule::body)?) })
    }
}
