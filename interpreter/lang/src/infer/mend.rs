//! A value that its place does not take → what would make it fit.

use num_traits::CheckedMul;
use rsx_syntax::ast::{ExprKind, Fraction};
use rsx_syntax::{Span, TokenKind, lexemes, parse_value};
use smol_str::SmolStr;

use super::names::GENERATED;
use super::{Home, Scope};
use crate::bind::{Binder, Entry};
use crate::dimension::{Base, Dimension, Unit};
use crate::problems::enumerate;
use crate::problems::types::Mend;
use crate::refine::broken_rules;
use crate::term::{Term, TermKind};
use crate::types::{RecordField, RecordType, Refined, Type};
use crate::value::Value;

impl Binder<'_> {
    /// What would make the value fit.
    pub(super) fn mend(&mut self, term: &Term, needed: &Type) -> Option<Mend> {
        match (&term.kind, needed.present()) {
            (TermKind::Constant(Value::Text(text)), _) if self.reads_as(text, term.span, needed) => {
                Some(Mend::Replace(text.to_string()))
            }
            (TermKind::List(items), _) if items.len() == 1 => {
                let only = items.first().filter(|only| self.may_be(&only.ty, needed))?;
                Some(Mend::Replace(self.sources.snippet(only.span).to_owned()))
            }
            (TermKind::Constant(Value::Number(..)), Type::Text) => {
                let written = self.sources.snippet(term.span);
                Some(Mend::Replace(format!("\"{written}\"")))
            }
            (TermKind::Constant(Value::Number(number, found)), Type::Quantity(dimension))
                if found.is_none() =>
            {
                self.with_unit(*number, *dimension, term.span, needed)
            }
            (TermKind::Constant(_), Type::Bool) => Some(Mend::Advice("write `true` or `false`".to_owned())),
            _ if matches!(term.ty, Type::Optional(_)) => Some(Mend::Advice(DEFAULT.to_owned())),
            (_, Type::Range(inner)) => {
                let end = self.as_end(term, inner)?;
                Some(Mend::Replace(format!("{end}..{end}")))
            }
            (TermKind::Constant(Value::Ip(_)), Type::Cidr) => {
                Some(Mend::Replace(format!("{}/32", self.sources.snippet(term.span))))
            }
            (_, Type::List(inner)) if !matches!(term.ty.peel(), Type::List(_)) => {
                Some(Mend::Replace(format!("[{}]", self.as_end(term, inner)?)))
            }
            (_, Type::Record(record)) => {
                let mut bare = record.fields.iter().filter(|field| field.bare);
                let bare = bare.find_map(|field| self.mend(term, &field.ty));
                bare.or_else(|| Some(Mend::Replace(self.written_out(term, record)?)))
            }
            (_, Type::Variants(variants)) => {
                let mut with_fields =
                    variants.cases.iter().filter_map(|case| Some((&case.name, case.fields.as_ref()?)));
                let ((word, record), None) = (with_fields.next()?, with_fields.next()) else { return None };
                Some(Mend::Replace(format!("{word} {}", self.written_out(term, record)?)))
            }
            (_, Type::Kind(kinds)) => {
                let Type::Kind(found) = term.ty.peel() else { return None };
                let pool = *found.first()?;
                let member = self.pool_member(pool)?;
                kinds.contains(&member).then(|| {
                    Mend::Advice(format!(
                        "write `{}[0]` for one of its members",
                        self.sources.snippet(term.span)
                    ))
                })
            }
            _ => None,
        }
    }

    /// A record that a constant alone stands for: of one field only can it be the value, and what else must be given is
    /// secret, so it can be made.
    fn written_out(&mut self, term: &Term, record: &RecordType) -> Option<String> {
        let TermKind::Constant(value) = &term.kind else { return None };
        let is_secret = |field: &RecordField| matches!(field.ty.present(), Type::Secret(_));
        let (secret, open): (Vec<_>, Vec<_>) = record.fields.iter().partition(|field| is_secret(field));
        let takes = |binder: &mut Self, field: &RecordField| {
            let may = binder.may_be(&term.ty, &field.ty);
            let lacks = |refined: &Refined| broken_rules(&binder.units, refined, value);
            may && refinement(&field.ty).is_none_or(|refined| lacks(refined).is_empty())
        };
        let mut taking = open.iter().filter(|field| takes(self, field));
        let (only, None) = (taking.next()?, taking.next()) else { return None };
        if open.iter().any(|field| field.is_required() && field.name != only.name) {
            return None;
        }
        let mut written = format!("{{ {} = {}", only.name, self.sources.snippet(term.span));
        for field in secret.iter().filter(|field| field.is_required()) {
            written.push_str(&format!(", {} = {GENERATED}", field.name));
        }
        Some(written + " }")
    }

    /// Whether what a text holds would fit, were it not in quotes: `"5439"`, `"main"`.
    fn reads_as(&mut self, text: &str, at: Span, needed: &Type) -> bool {
        if matches!(text, "none" | "") {
            return false;
        }
        let Ok(value) = parse_value(at, text) else { return false };
        // Of `"5 // x"` only a part would be the value.
        if value.span.end - value.span.start != u32::try_from(text.len()).unwrap_or(u32::MAX) {
            return false;
        }
        if let ExprKind::Name(name) = &value.kind
            && let Some(Entry::Declared(_, kind)) = self.entry(Home::User, name)
        {
            let found = self.reference_to(kind);
            return self.may_be(&found, needed);
        }
        // The user's params and lets stay out of this: what is wrong with them would be told here and forgotten.
        self.is_silent(|binder| {
            binder.demand(&mut Scope::global(Home::Library), &value, needed);
        })
    }

    /// A number with the unit that its place speaks of, if it fits with that; else with one with which it fits.
    fn with_unit(&self, number: Fraction, dimension: Dimension, span: Span, needed: &Type) -> Option<Mend> {
        let base = dimension.0.iter().position(|power| *power == 1)?;
        let base = Base(u8::try_from(base).ok()?);
        let units = self.units.of(base);
        let written = |unit: &str| format!("{}{unit}", self.sources.snippet(span));
        let (smallest, _) = units.last()?;
        if units.len() == 1 {
            return Some(Mend::Replace(written(smallest)));
        }
        let such = |unit: &str| Mend::Advice(format!("write its unit, such as `{}`", written(unit)));
        let Some(refined) = refinement(needed) else { return Some(such(smallest)) };
        let lacks = |unit: &Unit| {
            let value = number.checked_mul(&unit.factor)?;
            Some(broken_rules(&self.units, refined, &Value::Number(value, dimension)))
        };
        let fits = |unit: &Unit| lacks(unit).is_some_and(|lacks| lacks.is_empty());
        let own = units.iter().find(|(name, _)| Some(*name) == self.unit_of(refined, base).as_ref());
        match own {
            Some((name, unit)) if fits(unit) => Some(Mend::Replace(written(name))),
            Some((_, unit)) => {
                let other = units.iter().find(|(_, unit)| fits(unit)).map(|(name, _)| such(name));
                let needed = || enumerate(lacks(unit).unwrap_or_default().iter().map(SmolStr::as_str));
                other.or_else(|| Some(Mend::Advice(format!("give it {}", needed()))))
            }
            None => Some(such(smallest)),
        }
    }

    /// The unit in which a type says what it takes: `d` of `Duration(1d..30d)`.
    fn unit_of(&self, refined: &Refined, base: Base) -> Option<SmolStr> {
        let bounds = refined.range.iter().map(|range| range.span);
        let mut spans = bounds.chain(refined.rules.iter().map(|rule| rule.predicate.span));
        let own = spans.find_map(|span| {
            let text = self.sources.snippet(span);
            let numbers = lexemes(text, 0..text.len()).filter(|lexeme| lexeme.kind == TokenKind::Number);
            let mut written = numbers.filter_map(|lexeme| text.get(lexeme.range));
            written.find_map(|number| {
                let unit = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                let (name, unit) = self.units.units.get_key_value(unit)?;
                (unit.base == base).then(|| name.clone())
            })
        });
        own.or_else(|| self.unit_of(refinement(&refined.base)?, base))
    }

    /// What a value is as an end of a range, as it is written or mended.
    pub(super) fn as_end(&mut self, term: &Term, inner: &Type) -> Option<String> {
        if self.may_be(&term.ty, inner) {
            return Some(self.sources.snippet(term.span).to_owned());
        }
        match self.mend(term, inner)? {
            Mend::Replace(text) => Some(text),
            Mend::Advice(_) => None,
        }
    }
}

/// What mends a value that may be `none`.
pub(super) const DEFAULT: &str = "it may be `none`: say with `?? …` what holds then";

/// What narrows a type, `none` aside.
fn refinement(ty: &Type) -> Option<&Refined> {
    if let Type::Optional(inner) = ty {
        return refinement(inner);
    }
    if let Type::Refined(refined) = ty { Some(refined) } else { None }
}
