//! Numbers with their units, texts and ranges.

use std::sync::Arc;

use rsx_syntax::Span;
use rsx_syntax::ast::{Expr, Fraction, Name, TextPart};
use smol_str::SmolStr;

use super::{Scope, constant};
use crate::bind::Binder;
use crate::dimension::Dimension;
use crate::eval::times;
use crate::problems::literals::Problem;
use crate::problems::secrets::Problem as SecretProblem;
use crate::problems::types::{Mend, Problem as TypeProblem};
use crate::term::{Part, Term, TermKind};
use crate::types::Type;
use crate::value::Value;

/// The unit of the hundredth part.
const PERCENT: &str = "%";

impl Binder<'_> {
    pub(super) fn number(&mut self, number: Fraction, unit: Option<&Name>, span: Span) -> Term {
        let Some(unit) = unit else {
            let ty = if number.is_integer() { Type::Int } else { Type::Quantity(Dimension::NONE) };
            return constant(Value::Number(number, Dimension::NONE), ty, span);
        };
        let (factor, dimension) = if unit.node == PERCENT {
            (Fraction::new(1, 100), Dimension::NONE)
        } else if let Some(known) = self.units.units.get(&unit.node) {
            (known.factor, Dimension::of(known.base))
        } else {
            self.unknown_unit(unit);
            return Term::error(span);
        };
        match times(number, factor) {
            Some(product) => constant(Value::Number(product, dimension), Type::Quantity(dimension), span),
            None => {
                self.report(Problem::TooLarge { at: span }.diagnostic());
                Term::error(span)
            }
        }
    }

    fn unknown_unit(&mut self, unit: &Name) {
        let known: Vec<&str> = self.units.units.keys().map(SmolStr::as_str).chain([PERCENT]).collect();
        // Whoever writes a unit out begins with it: `10minutes`.
        let begun = known
            .iter()
            .copied()
            .filter(|known| unit.node.starts_with(known))
            .max_by_key(|known| known.len());
        let spelled = known.iter().copied().find(|known| known.eq_ignore_ascii_case(&unit.node));
        let nearest =
            spelled.or(begun).or_else(|| self.suggestions.nearest(&unit.node, known.iter().copied()));
        // A thousand is not 1024: which of them is meant nobody else knows.
        let binary = known.iter().copied().find(|known| is_binary_of(known, &unit.node));
        let diagnostic =
            Problem::Unit { unit: &unit.node, nearest, binary, known, at: unit.span }.diagnostic();
        self.report(diagnostic);
    }

    pub(super) fn text(&mut self, scope: &mut Scope, parts: &[TextPart], span: Span) -> Term {
        if let [TextPart::Literal(only)] = parts {
            return constant(Value::Text(only.node.clone()), Type::Text, span);
        }
        let bound: Vec<_> = parts.iter().map(|part| self.text_part(scope, part)).collect();
        let literal: Option<String> = bound
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Some(text.as_str()),
                Part::Value(_) => None,
            })
            .collect();
        match literal {
            Some(text) => constant(Value::text(text), Type::Text, span),
            None => Term { kind: TermKind::Interpolation(bound), span, ty: Type::Text },
        }
    }

    fn text_part(&mut self, scope: &mut Scope, part: &TextPart) -> Part {
        match part {
            TextPart::Literal(text) => Part::Literal(text.node.clone()),
            TextPart::Interpolation(expr) => {
                let term = self.infer(scope, expr, None);
                Part::Value(self.shown(term, "a text"))
            }
        }
    }

    /// Refuses a secret where it would be shown.
    pub(crate) fn shown(&mut self, term: Term, place: &str) -> Term {
        if !term.ty.holds_secret() {
            return term;
        }
        self.report(SecretProblem::Leak { place, at: term.span }.diagnostic());
        Term::error(term.span)
    }

    pub(super) fn range(
        &mut self,
        scope: &mut Scope,
        start: &Expr,
        end: Option<&Expr>,
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        let expected = match hint.map(Type::present) {
            Some(Type::Range(inner)) => Some(inner.clone()),
            _ => None,
        };
        let mut bound = |binder: &mut Self, expr: &Expr| match &expected {
            Some(inner) => binder.demand(scope, expr, inner),
            None => binder.infer(scope, expr, None),
        };
        let start = bound(self, start);
        let end = end.map(|end| bound(self, end));
        let inner = match (&end, &expected) {
            (Some(end), _) => self.ordered_alike(&start, end, "ends of one range"),
            (None, Some(inner)) => Some(inner.as_ref().clone()),
            (None, None) => {
                self.mismatch_in_words(
                    &Term { ty: Type::Range(Arc::new(start.ty.clone())), ..start.clone() },
                    "a range with both ends",
                    None,
                );
                None
            }
        };
        let Some(inner) = inner else { return Term::error(span) };
        let ty = Type::Range(Arc::new(inner));
        // Not folded into a constant: each end keeps its place, which is where a rule may point.
        Term { kind: TermKind::Range(Box::new(start), end.map(Box::new)), span, ty }
    }

    /// `8rpu-32rpu` for `8rpu..32rpu`
    pub(super) fn range_with_minus(
        &mut self,
        scope: &mut Scope,
        (left, right): (&Expr, &Expr),
        inner: &Type,
        span: Span,
    ) -> Term {
        let (left, right) = (self.infer(scope, left, None), self.infer(scope, right, None));
        if left.kind != TermKind::Error && right.kind != TermKind::Error {
            let needed = format!("`Range<{}>`", self.words(inner).trim_matches('`'));
            let ends = self.as_end(&left, inner).zip(self.as_end(&right, inner));
            let mend = ends.map(|(first, last)| Mend::Replace(format!("{first}..{last}")));
            let (found, by) = ("a difference", scope.by);
            self.report(TypeProblem::Mismatch { needed: &needed, found, at: span, by, mend }.diagnostic());
        }
        Term::error(span)
    }
}

/// Says whether a unit of 1024 is what one of 1000 looks like: `GiB` for `gb`.
fn is_binary_of(known: &str, unit: &str) -> bool {
    let short = known.strip_suffix("iB").map(|prefix| format!("{prefix}B"));
    short.is_some_and(|short| short.eq_ignore_ascii_case(unit))
}
