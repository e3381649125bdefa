//! Operators: what they take and what comes of it.

use rsx_syntax::ast::{BinaryOperator, Expr, ExprKind, UnaryOperator};
use rsx_syntax::{Span, Spanned};

use super::agree::{join, serves};
use super::{Scope, constant, list_of, narrow};
use crate::bind::Binder;
use crate::dimension::Dimension;
use crate::problems::types::Problem;
use crate::term::{Term, TermKind};
use crate::types::Type;
use crate::value::Value;

/// What would show a secret, for messages.
const SECRETS: &str = "an operator";

impl Binder<'_> {
    pub(super) fn unary(
        &mut self,
        scope: &mut Scope,
        operator: UnaryOperator,
        operand: &Expr,
        span: Span,
    ) -> Term {
        match operator {
            UnaryOperator::Not => {
                let inner = self.demand(scope, operand, &Type::Bool);
                Term { kind: TermKind::Not(Box::new(inner)), span, ty: Type::Bool }
            }
            UnaryOperator::Negate => {
                let inner = self.infer(scope, operand, None);
                let inner = self.quantity(inner);
                let ty = inner.ty.peel().clone();
                if let TermKind::Constant(Value::Number(number, dimension)) = inner.kind {
                    return constant(Value::Number(-number, dimension), ty, span);
                }
                Term { kind: TermKind::Negate(Box::new(inner)), span, ty }
            }
        }
    }

    pub(super) fn binary(
        &mut self,
        scope: &mut Scope,
        operator: &Spanned<BinaryOperator>,
        (left, right): (&Expr, &Expr),
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        match operator.node {
            BinaryOperator::Else => {
                let left = self.infer(scope, left, hint);
                let of_left = left.ty.present().clone();
                let right = self.infer(scope, right, hint.or(Some(&of_left)));
                self.or_else(span, left, right)
            }
            BinaryOperator::And => {
                self.connective(scope, operator.node, (left, right), narrow::present_if(left), span)
            }
            BinaryOperator::Or => {
                self.connective(scope, operator.node, (left, right), narrow::present_unless(left), span)
            }
            BinaryOperator::Equal | BinaryOperator::NotEqual => {
                self.equality(scope, operator.node, (left, right), span)
            }
            BinaryOperator::Less
            | BinaryOperator::LessOrEqual
            | BinaryOperator::Greater
            | BinaryOperator::GreaterOrEqual => {
                let (left, right) = self.alike(scope, left, right);
                match self.ordered_alike(&left, &right, "compared") {
                    Some(_) => joined(operator.node, left, right, span, Type::Bool),
                    None => Term::error(span),
                }
            }
            BinaryOperator::In => self.membership(scope, (left, right), span),
            BinaryOperator::Add => self.sum(scope, (left, right), span, hint),
            BinaryOperator::Subtract => {
                if let Some(term) = self.hyphenated(scope, span, hint) {
                    return term;
                }
                if let Some(Type::Range(inner)) = hint.map(Type::present)
                    && let (ExprKind::Number { .. }, ExprKind::Number { .. }) = (&left.kind, &right.kind)
                {
                    return self.range_with_minus(scope, (left, right), inner, span);
                }
                let (left, right) = self.alike(scope, left, right);
                self.added(BinaryOperator::Subtract, left, right, span)
            }
            BinaryOperator::Multiply => {
                self.product(scope, operator.node, (left, right), span, Dimension::times)
            }
            BinaryOperator::Divide => self.product(scope, operator.node, (left, right), span, Dimension::per),
        }
    }

    /// `left ?? right`, both bound.
    pub(super) fn or_else(&mut self, span: Span, left: Term, right: Term) -> Term {
        let first = if left.ty == Type::None { right.ty.clone() } else { left.ty.present().clone() };
        match join(&first, &right.ty) {
            Some(ty) => joined(BinaryOperator::Else, left, right, span, ty),
            None => {
                self.differs(&right, &first, Some(left.span));
                Term::error(span)
            }
        }
    }

    fn connective(
        &mut self,
        scope: &mut Scope,
        operator: BinaryOperator,
        (left, right): (&Expr, &Expr),
        proven: Vec<smol_str::SmolStr>,
        span: Span,
    ) -> Term {
        let left = self.demand(scope, left, &Type::Bool);
        let right = self.assuming(scope, proven, |binder, scope| binder.demand(scope, right, &Type::Bool));
        joined(operator, left, right, span, Type::Bool)
    }

    fn equality(
        &mut self,
        scope: &mut Scope,
        operator: BinaryOperator,
        (left, right): (&Expr, &Expr),
        span: Span,
    ) -> Term {
        let is_none = |expr: &Expr| matches!(expr.kind, ExprKind::None);
        let against_none = is_none(left) || is_none(right);
        let (left, right) = self.alike(scope, left, right);
        if against_none {
            // Whether a secret is there is no secret.
            return joined(operator, left, right, span, Type::Bool);
        }
        let Some((left, right)) = self.both_shown(left, right) else { return Term::error(span) };
        let (a, b) = (left.ty.present(), right.ty.present());
        if let (Some(x), Some(y)) = (a.dimension(), b.dimension()) {
            if x != y {
                self.dimensions_differ("compared", &left, &right);
                return Term::error(span);
            }
        } else if !comparable(a, b) {
            let needed = left.ty.present().clone();
            self.mismatch(&right, &needed, Some(left.span));
            return Term::error(span);
        }
        joined(operator, left, right, span, Type::Bool)
    }

    /// Binds both sides, each with the other's type as its hint where it needs one.
    fn alike(&mut self, scope: &mut Scope, left: &Expr, right: &Expr) -> (Term, Term) {
        if needs_hint(left) {
            let right = self.infer(scope, right, None);
            let hint = right.ty.present().clone();
            return (self.infer(scope, left, Some(&hint)), right);
        }
        if matches!(left.kind, ExprKind::Name(_)) && matches!(right.kind, ExprKind::Field { .. }) {
            // `law == self.strength`: the word's set is known from the other side.
            let right = self.infer(scope, right, None);
            let hint = right.ty.present().clone();
            return (self.infer(scope, left, Some(&hint)), right);
        }
        let left = self.infer(scope, left, None);
        let hint = left.ty.present().clone();
        let right = self.infer(scope, right, Some(&hint));
        (left, right)
    }

    fn membership(&mut self, scope: &mut Scope, (left, right): (&Expr, &Expr), span: Span) -> Term {
        let literal = matches!(right.kind, ExprKind::List(_) | ExprKind::Range { .. });
        let (left, right) = if literal {
            let left = self.infer(scope, left, None);
            let one = left.ty.present().clone();
            let hint =
                if matches!(right.kind, ExprKind::List(_)) { list_of(one) } else { Type::Range(one.into()) };
            let right = self.infer(scope, right, Some(&hint));
            (left, right)
        } else {
            let right = self.infer(scope, right, None);
            let right = self.members_of_pool(right);
            let hint = if let Type::List(inner) | Type::Range(inner) = right.ty.peel() {
                Some(inner.present().clone())
            } else {
                None
            };
            (self.infer(scope, left, hint.as_ref()), right)
        };
        let Some((left, right)) = self.both_shown(left, right) else { return Term::error(span) };
        if self.may_hold(&left, &right) {
            joined(BinaryOperator::In, left, right, span, Type::Bool)
        } else {
            Term::error(span)
        }
    }

    /// Refuses secrets on either side, and tells it once.
    fn both_shown(&mut self, left: Term, right: Term) -> Option<(Term, Term)> {
        let secret = if left.ty.holds_secret() { &left } else { &right };
        if secret.ty.holds_secret() {
            self.shown(secret.clone(), SECRETS);
            return None;
        }
        Some((left, right))
    }

    fn may_hold(&mut self, left: &Term, right: &Term) -> bool {
        let one = left.ty.present();
        let inner = match (one, right.ty.peel()) {
            (Type::Unknown | Type::Any, _) | (_, Type::Unknown | Type::Any) => return true,
            (Type::Char, Type::Text) | (Type::Ip | Type::Cidr, Type::Cidr) => return true,
            (_, Type::List(inner) | Type::Range(inner)) => inner,
            _ => {
                self.mismatch_in_words(
                    right,
                    "a list, a range, a text or a network that may hold it",
                    Some(left.span),
                );
                return false;
            }
        };
        if let (Some(x), Some(y)) = (one.dimension(), inner.present().dimension()) {
            if x != y {
                self.dimensions_differ("compared", left, right);
            }
            return x == y;
        }
        let fits = comparable(one, inner.present());
        if !fits {
            let needed = inner.as_ref().clone();
            self.mismatch(left, &needed, Some(right.span));
        }
        fits
    }

    fn sum(
        &mut self,
        scope: &mut Scope,
        (left, right): (&Expr, &Expr),
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        let hint = hint.filter(|hint| matches!(hint.present(), Type::List(_)));
        let left = self.infer(scope, left, hint);
        let right = self.infer(scope, right, hint);
        match (left.ty.peel(), right.ty.peel()) {
            (Type::List(_), Type::List(_)) => match join(left.ty.peel(), right.ty.peel()) {
                Some(ty) => joined(BinaryOperator::Add, left, right, span, ty),
                None => {
                    self.mismatch(&right, &left.ty, Some(left.span));
                    Term::error(span)
                }
            },
            (Type::Text, _) | (_, Type::Text) => {
                self.mismatch_in_words(
                    if matches!(left.ty.peel(), Type::Text) { &left } else { &right },
                    "a number or a list",
                    None,
                );
                Term::error(span)
            }
            (Type::List(_), Type::Unknown) | (Type::Unknown, Type::List(_)) => Term::error(span),
            _ => self.added(BinaryOperator::Add, left, right, span),
        }
    }

    fn added(&mut self, operator: BinaryOperator, left: Term, right: Term, span: Span) -> Term {
        let left = self.quantity(left);
        let right = self.quantity(right);
        let (Some(x), Some(y)) = (left.ty.dimension(), right.ty.dimension()) else {
            return Term::error(span);
        };
        if x != y {
            let done = if operator == BinaryOperator::Add { "added" } else { "subtracted" };
            self.dimensions_differ(done, &left, &right);
            return Term::error(span);
        }
        let whole = matches!((left.ty.peel(), right.ty.peel()), (Type::Int, Type::Int));
        let ty = if whole { Type::Int } else { Type::Quantity(x) };
        joined(operator, left, right, span, ty)
    }

    fn product(
        &mut self,
        scope: &mut Scope,
        operator: BinaryOperator,
        (left, right): (&Expr, &Expr),
        span: Span,
        combine: fn(Dimension, Dimension) -> Dimension,
    ) -> Term {
        let left = self.infer(scope, left, None);
        let left = self.quantity(left);
        let right = self.infer(scope, right, None);
        let right = self.quantity(right);
        let (Some(x), Some(y)) = (left.ty.dimension(), right.ty.dimension()) else {
            return Term::error(span);
        };
        let whole = operator == BinaryOperator::Multiply
            && matches!((left.ty.peel(), right.ty.peel()), (Type::Int, Type::Int));
        let ty = if whole { Type::Int } else { Type::Quantity(combine(x, y)) };
        joined(operator, left, right, span, ty)
    }

    /// Takes a number; a question answers one where it must.
    fn quantity(&mut self, mut term: Term) -> Term {
        if matches!(term.ty, Type::Any) {
            term.ty = Type::Quantity(Dimension::NONE);
        }
        if matches!(term.ty.present(), Type::Secret(_)) {
            return self.shown(term, SECRETS);
        }
        if term.ty.dimension().is_some() || matches!(term.ty.peel(), Type::Unknown) {
            return term;
        }
        self.mismatch_in_words(&term, "a number", None);
        Term::error(term.span)
    }

    /// Returns the common type of two ordered values, or reports what keeps them apart.
    pub(super) fn ordered_alike(&mut self, left: &Term, right: &Term, done: &str) -> Option<Type> {
        for side in [left, right] {
            if matches!(side.ty.peel(), Type::Secret(_)) {
                self.shown(side.clone(), SECRETS);
                return None;
            }
            if !side.ty.is_ordered() {
                self.mismatch_in_words(side, "a value of an ordered type", None);
                return None;
            }
        }
        let (a, b) = (left.ty.peel(), right.ty.peel());
        match (a.dimension(), b.dimension()) {
            (Some(x), Some(y)) if x != y => {
                self.dimensions_differ(done, left, right);
                None
            }
            _ => match join(&left.ty, &right.ty).or_else(|| join(a, b)) {
                Some(ty) => Some(ty),
                None if matches!(a, Type::Any) => Some(b.clone()),
                None => {
                    self.mismatch(right, &left.ty, Some(left.span));
                    None
                }
            },
        }
    }

    fn dimensions_differ(&mut self, done: &str, left: &Term, right: &Term) {
        let (left_words, right_words) = (self.words(&left.ty), self.words(&right.ty));
        let problem = Problem::Dimension {
            done,
            left: &left_words,
            left_at: left.span,
            right: &right_words,
            right_at: right.span,
        };
        self.report(problem.diagnostic());
    }
}

/// A question takes the type of what it is compared with.
fn needs_hint(expr: &Expr) -> bool {
    if let ExprKind::Parenthesized(inner) = &expr.kind {
        return needs_hint(inner);
    }
    matches!(&expr.kind, ExprKind::Call { name, .. } if name.node == super::calls::QUERY)
}

fn comparable(a: &Type, b: &Type) -> bool {
    let kinds = |ty: &Type| matches!(ty, Type::Kind(_) | Type::AnyKind);
    matches!(a, Type::Any | Type::None)
        || matches!(b, Type::None)
        || (kinds(a) && kinds(b))
        || serves(a, b)
        || serves(b, a)
        || join(a, b).is_some()
}

fn joined(operator: BinaryOperator, left: Term, right: Term, span: Span, ty: Type) -> Term {
    Term { kind: TermKind::Binary(operator, Box::new(left), Box::new(right)), span, ty }
}
