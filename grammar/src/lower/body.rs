//! Lowers what stands between the braces of a declaration: fields and clauses.

use pest::iterators::{Pair, Pairs};

use super::{Lower, Rule, next};
use crate::Spanned;
use crate::ast::{
    Allow, Attribute, Body, Expr, ExprKind, Field, Guards, Item, ItemKind, Make, Name, Place, Require,
    SchemaField,
};

impl Lower {
    pub(super) fn body(&mut self, pair: Pair<'_, Rule>) -> Body {
        let mut body = Body { items: Vec::new(), broken: Vec::new(), span: self.span(&pair) };
        for part in pair.into_inner().filter(|part| part.as_rule() == Rule::item) {
            self.item(part, &mut body);
        }
        body
    }

    /// Lowers a field or clause into `body`; one that holds a wrong value only leaves its name there.
    pub(super) fn item(&mut self, pair: Pair<'_, Rule>, body: &mut Body) {
        let mut docs = None;
        for part in pair.into_inner() {
            if part.as_rule() == Rule::docs {
                docs = self.docs(part);
                continue;
            }
            let span = self.span(&part);
            match self.item_kind(part.clone()) {
                Some(kind) => body.items.push(Item { docs: docs.take(), kind, span }),
                None => body.broken.extend(self.declared(part)),
            }
        }
    }

    fn item_kind(&mut self, pair: Pair<'_, Rule>) -> Option<ItemKind> {
        let rule = pair.as_rule();
        let parts = pair.into_inner();
        Some(match rule {
            Rule::field => ItemKind::Field(self.field(parts)?),
            Rule::schema_field => ItemKind::Schema(Box::new(self.schema_field(parts)?)),
            Rule::let_binding => ItemKind::Let(Box::new(self.binding(parts)?)),
            Rule::make => ItemKind::Make(Box::new(self.make(parts)?)),
            Rule::require => ItemKind::Require(Box::new(self.require(parts)?)),
            _ => ItemKind::Allow(self.allow(parts)?),
        })
    }

    /// Returns the name that a field or clause would have declared.
    fn declared(&self, pair: Pair<'_, Rule>) -> Option<Name> {
        let rule = pair.as_rule();
        let mut words =
            pair.into_inner().filter(|part| matches!(part.as_rule(), Rule::field_name | Rule::word));
        let name = if rule == Rule::make { words.nth(1) } else { words.next() };
        name.map(|name| self.word(&name))
    }

    pub(super) fn field(&mut self, mut parts: Pairs<'_, Rule>) -> Option<Field> {
        let name = self.word(&next(&mut parts, Rule::field_name)?);
        let value = self.expr(next(&mut parts, Rule::expr)?)?;
        Some(Field { name, value })
    }

    /// Lowers `{ name = value, … }`.
    pub(super) fn fields(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<Field>> {
        let fields = pair.into_inner().filter(|part| part.as_rule() == Rule::field);
        fields.map(|field| self.field(field.into_inner())).collect()
    }

    pub(super) fn schema_field(&mut self, parts: Pairs<'_, Rule>) -> Option<SchemaField> {
        let (mut attributes, mut name, mut ty, mut default) = (Vec::new(), None, None, None);
        for part in parts {
            match part.as_rule() {
                Rule::attribute => attributes.push(self.attribute(part)?),
                Rule::field_name => name = Some(self.word(&part)),
                Rule::type_expr => ty = Some(self.type_expr(part)?),
                Rule::expr => default = Some(self.expr(part)?),
                _ => {}
            }
        }
        Some(SchemaField { docs: None, attributes, name: name?, ty: ty?, default })
    }

    fn attribute(&self, pair: Pair<'_, Rule>) -> Option<Spanned<Attribute>> {
        let word = pair.into_inner().next()?;
        let attribute = Attribute::of_word(word.as_str())?;
        Some(Spanned::new(attribute, self.span(&word)))
    }

    fn make(&mut self, mut parts: Pairs<'_, Rule>) -> Option<Make> {
        let kind = self.name(&next(&mut parts, Rule::word)?)?;
        let name = self.name(&next(&mut parts, Rule::word)?)?;
        let mut guards = Guards { each: None, only_if: None };
        for part in parts {
            match part.as_rule() {
                Rule::bare_loop => guards.each = Some(self.each(part)?),
                Rule::bare_condition => guards.only_if = Some(self.inner_expr(part)?),
                Rule::body => return Some(Make { kind, name, guards, body: self.body(part) }),
                _ => {}
            }
        }
        None
    }

    fn require(&mut self, mut parts: Pairs<'_, Rule>) -> Option<Require> {
        let mut require = Require {
            condition: self.expr(parts.next()?)?,
            guards: Guards { each: None, only_if: None },
            otherwise: None,
            at: None,
            also: Vec::new(),
            help: None,
            mend: None,
        };
        for part in parts {
            match part.as_rule() {
                Rule::each => require.guards.each = Some(self.each(part)?),
                Rule::condition => require.guards.only_if = Some(self.inner_expr(part)?),
                Rule::otherwise => require.otherwise = Some(self.inner_expr(part)?),
                Rule::at => require.at = Some(self.place(part)?),
                Rule::also => require.also.push(self.place(part)?),
                Rule::mend => require.mend = Some(self.inner_expr(part)?),
                _ => require.help = Some(self.inner_expr(part)?),
            }
        }
        Some(require)
    }

    /// Lowers `for x in xs`.
    pub(super) fn each(&mut self, pair: Pair<'_, Rule>) -> Option<(Name, Expr)> {
        let mut parts = pair.into_inner();
        let variable = self.name(&next(&mut parts, Rule::word)?)?;
        let over = parts.find(|part| matches!(part.as_rule(), Rule::expr | Rule::bare_expr))?;
        Some((variable, self.expr(over)?))
    }

    fn place(&mut self, pair: Pair<'_, Rule>) -> Option<Place> {
        let mut parts = pair.into_inner();
        let of = self.expr(parts.next()?)?;
        let text = match parts.next().and_then(|label| label.into_inner().next()) {
            Some(text) => Some(self.text_expr(text)?),
            None => None,
        };
        Some(Place { of, text })
    }

    fn text_expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        Some(Expr { kind: ExprKind::Text(self.text(pair)?), span })
    }

    fn allow(&mut self, mut parts: Pairs<'_, Rule>) -> Option<Allow> {
        let code = self.code(&next(&mut parts, Rule::code)?);
        let because = self.plain_text(&next(&mut parts, Rule::plain_text)?)?;
        Some(Allow { code, because })
    }
}
