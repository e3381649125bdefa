//! Prints a part of the tree on one line, as far as that is possible.

use super::Printer;
use crate::Span;
use crate::ast::{
    Argument, Body, Expr, ExprKind, Field, Guards, Item, ItemKind, Make, Place, Refinement, Require,
    SchemaField, TypeExpr, TypeExprKind, Word,
};

/// The text of a part on one line; none if it holds a block text.
pub(super) type Flat = Option<String>;

impl Printer<'_> {
    pub(super) fn flat(&self, expr: &Expr) -> Flat {
        Some(match &expr.kind {
            ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Number { .. }
            | ExprKind::Char(_)
            | ExprKind::Cidr(_)
            | ExprKind::Ip(_)
            | ExprKind::Name(_) => self.written(expr.span).to_owned(),
            ExprKind::Text(_) => {
                Some(self.written(expr.span)).filter(|text| !is_block_text(text))?.to_owned()
            }
            ExprKind::List(elements) => format!("[{}]", joined(elements.iter().map(|each| self.flat(each)))?),
            ExprKind::Record(fields) => self.flat_fields(fields)?,
            ExprKind::Variant { name, fields } => {
                format!("{} {}", self.written(name.span), self.flat_fields(fields)?)
            }
            ExprKind::Field { of, name } => format!("{}.{}", self.flat(of)?, self.written(name.span)),
            ExprKind::Index { of, index } => format!("{}[{}]", self.flat(of)?, self.flat(index)?),
            ExprKind::Call { name, arguments } => {
                let arguments = joined(arguments.iter().map(|each| self.flat_argument(each)))?;
                format!("{}({arguments})", self.written(name.span))
            }
            ExprKind::Comprehension { variable, over, only_if, body } => {
                let over = self.flat_loop("for", variable.span, over)?;
                let only_if = match only_if {
                    Some(condition) => format!(" if {}", self.flat(condition)?),
                    None => String::new(),
                };
                format!("[{over}{only_if}: {}]", self.flat(body)?)
            }
            ExprKind::Quantified { quantifier, variable, over, body } => {
                let over = self.flat_loop(quantifier.word(), variable.span, over)?;
                format!("{over}: {}", self.flat(body)?)
            }
            ExprKind::If { condition, then, otherwise } => {
                let (condition, then) = (self.flat(condition)?, self.flat(then)?);
                format!("if {condition} then {then} else {}", self.flat(otherwise)?)
            }
            ExprKind::Unary { operator, operand } => {
                format!("{}{}", self.flat_prefix(operator.span), self.flat(operand)?)
            }
            ExprKind::Binary { operator, left, right } => {
                format!("{} {} {}", self.flat(left)?, self.written(operator.span), self.flat(right)?)
            }
            ExprKind::Range { start, end } => {
                let end = end.as_ref().map_or(Some(String::new()), |end| self.flat(end))?;
                format!("{}..{end}", self.flat(start)?)
            }
            ExprKind::Parenthesized(inner) => format!("({})", self.flat(inner)?),
        })
    }

    /// Prints `for x in xs`, `all x in xs`.
    fn flat_loop(&self, word: &str, variable: Span, over: &Expr) -> Flat {
        Some(format!("{word} {} in {}", self.written(variable), self.flat(over)?))
    }

    /// Prints `not ` or `-`.
    pub(super) fn flat_prefix(&self, operator: Span) -> String {
        let word = self.written(operator);
        if word == "not" { format!("{word} ") } else { word.to_owned() }
    }

    fn flat_fields(&self, fields: &[Field]) -> Flat {
        braced(fields.iter().map(|field| self.flat_field(field)))
    }

    pub(super) fn flat_field(&self, field: &Field) -> Flat {
        Some(format!("{} = {}", self.written(field.name.span), self.flat(&field.value)?))
    }

    pub(super) fn flat_argument(&self, argument: &Argument) -> Flat {
        let value = self.flat(&argument.value)?;
        Some(match &argument.name {
            Some(name) => format!("{} = {value}", self.written(name.span)),
            None => value,
        })
    }

    pub(super) fn flat_type(&self, ty: &TypeExpr) -> Flat {
        Some(match &ty.kind {
            TypeExprKind::Named { name, arguments, range } => {
                let arguments = match arguments.as_slice() {
                    [] => String::new(),
                    all => format!("<{}>", joined(all.iter().map(|each| self.flat_type(each)))?),
                };
                let range = match range {
                    Some(range) => format!("({})", self.flat(range)?),
                    None => String::new(),
                };
                format!("{}{arguments}{range}", self.written(name.span))
            }
            TypeExprKind::Words(words) => {
                let words: Option<Vec<_>> = words.iter().map(|word| self.flat_word(word)).collect();
                words?.join(" | ")
            }
            TypeExprKind::Record(fields) => braced(fields.iter().map(|field| self.flat_schema(field)))?,
            TypeExprKind::Optional(inner) => format!("{}?", self.flat_type(inner)?),
        })
    }

    pub(super) fn flat_word(&self, word: &Word) -> Flat {
        let name = self.written(word.name.span);
        Some(match &word.fields {
            Some(fields) => format!("{name} {}", braced(fields.iter().map(|field| self.flat_schema(field)))?),
            None => name.to_owned(),
        })
    }

    pub(super) fn flat_schema(&self, field: &SchemaField) -> Flat {
        let head = self.schema_head(field);
        Some(match &field.default {
            Some(default) => format!("{head} {} = {}", self.flat_type(&field.ty)?, self.flat(default)?),
            None => format!("{head} {}", self.flat_type(&field.ty)?),
        })
    }

    /// Prints `fixed name:`.
    pub(super) fn schema_head(&self, field: &SchemaField) -> String {
        let attributes = field.attributes.iter().map(|attribute| format!("{} ", attribute.node.word()));
        format!("{}{}:", attributes.collect::<String>(), self.written(field.name.span))
    }

    /// Prints a body on one line if it is written on one.
    pub(super) fn flat_body(&self, body: &Body) -> Flat {
        if self.written(body.span).contains('\n') && !body.items.is_empty() {
            return None;
        }
        if body.items.is_empty() {
            return Some("{ }".to_owned());
        }
        braced(body.items.iter().map(|item| self.flat_item(item)))
    }

    pub(super) fn flat_refinement(&self, refinement: &Refinement) -> Flat {
        Some(format!("{} = {}", self.written(refinement.label.span), self.flat(&refinement.predicate)?))
    }

    pub(super) fn flat_item(&self, item: &Item) -> Flat {
        match &item.kind {
            ItemKind::Field(field) => self.flat_field(field),
            ItemKind::Schema(field) => self.flat_schema(field),
            ItemKind::Let(binding) => {
                let value = binding.value.as_ref().map_or(Some(String::new()), |value| self.flat(value))?;
                Some(format!("{} = {value}", self.binding_head("let", binding)?))
            }
            ItemKind::Make(make) => {
                Some(format!("{} {}", self.make_head(make)?, self.flat_body(&make.body)?))
            }
            ItemKind::Require(require) => self.flat_require(require),
            ItemKind::Allow(allow) => {
                let (code, because) = (self.written(allow.code.span), self.written(allow.because.span));
                Some(format!("allow {code} because {because}"))
            }
        }
    }

    /// Prints `make kind name for i in xs if c`.
    pub(super) fn make_head(&self, make: &Make) -> Flat {
        let (kind, name) = (self.written(make.kind.span), self.written(make.name.span));
        Some(format!("make {kind} {name}{}", self.flat_guards(&make.guards)?))
    }

    /// Prints ` for i in xs if c`, each if written.
    pub(super) fn flat_guards(&self, guards: &Guards) -> Flat {
        let mut text = String::new();
        if let Some((variable, over)) = &guards.each {
            text += &format!(" for {} in {}", self.written(variable.span), self.flat(over)?);
        }
        if let Some(condition) = &guards.only_if {
            text += &format!(" if {}", self.flat(condition)?);
        }
        Some(text)
    }

    fn flat_require(&self, require: &Require) -> Flat {
        let mut text =
            format!("require {}{}", self.flat(&require.condition)?, self.flat_guards(&require.guards)?);
        if let Some(message) = &require.otherwise {
            text += &format!(" else {}", self.flat(message)?);
        }
        if let Some(place) = &require.at {
            text += &format!(" at {}", self.flat_place(place)?);
        }
        for place in &require.also {
            text += &format!(" also {}", self.flat_place(place)?);
        }
        if let Some(help) = &require.help {
            text += &format!(" help {}", self.flat(help)?);
        }
        if let Some(mend) = &require.mend {
            text += &format!(" mend {}", self.flat(mend)?);
        }
        Some(text)
    }

    pub(super) fn flat_place(&self, place: &Place) -> Flat {
        let of = self.flat(&place.of)?;
        Some(match &place.text {
            Some(text) => format!("{of} {}", self.flat(text)?),
            None => of,
        })
    }
}

/// Says whether a text is written in `"""`.
pub(super) fn is_block_text(written: &str) -> bool {
    written.starts_with("\"\"\"")
}

fn joined(parts: impl Iterator<Item = Flat>) -> Flat {
    parts.collect::<Option<Vec<_>>>().map(|parts| parts.join(", "))
}

/// Prints `{ a, b }`, `{}`.
pub(super) fn braced(parts: impl Iterator<Item = Flat>) -> Flat {
    let parts = joined(parts)?;
    Some(if parts.is_empty() { "{}".to_owned() } else { format!("{{ {parts} }}") })
}
