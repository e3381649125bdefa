//! An expression and what its place expects → a term: names bound, types known, conversions put in.
//!
//! `infer` takes the expected type as a hint, which tells words and records apart; `demand` also
//! makes the value fit, or reports that it does not. What is wrong becomes [`Term::error`], of unknown type,
//! and everything that depends on it is silent.

mod access;
mod aggregates;
mod agree;
mod calls;
mod fit;
mod hyphen;
mod literals;
mod mend;
mod names;
mod narrow;
mod operators;
mod scope;
mod signatures;

pub use signatures::{Function, functions};

use std::sync::Arc;

use rsx_syntax::Span;
use rsx_syntax::ast::{BinaryOperator, Expr, ExprKind, Name};

pub(crate) use calls::DOOR;
pub(crate) use names::STACK;
pub(crate) use narrow::{present_if, present_unless};
pub(crate) use scope::{Home, Local, Questions, Scope, Subject};

use crate::bind::Binder;
use crate::problems::names::Problem as NameProblem;
use crate::problems::shapes::Problem as ShapeProblem;
use crate::term::{Term, TermKind};
use crate::types::Type;
use crate::value::Value;

/// How many expressions may be under way at once; what lies deeper would outgrow the stack.
const DEPTH: u32 = 500;

impl Binder<'_> {
    /// Binds and types an expression, and makes it fit what its place needs.
    pub(crate) fn demand(&mut self, scope: &mut Scope, expr: &Expr, needed: &Type) -> Term {
        if let ExprKind::Parenthesized(inner) = &expr.kind {
            return self.demand(scope, inner, needed);
        }
        if let ExprKind::If { condition, then, otherwise } = &expr.kind {
            let mut branch =
                |binder: &mut Self, scope: &mut Scope, branch: &Expr| binder.demand(scope, branch, needed);
            return self.branches(scope, expr.span, (condition, then, otherwise), &mut branch);
        }
        if let ExprKind::Binary { operator, left, right } = &expr.kind
            && operator.node == BinaryOperator::Else
        {
            let left = self.demand(scope, left, &needed.clone().or_none());
            let right = self.demand(scope, right, needed);
            return self.or_else(expr.span, left, right);
        }
        let term = self.infer(scope, expr, Some(needed));
        self.fit(scope, term, needed)
    }

    /// Binds and types an expression; the hint says what its place expects, if that is known.
    pub(crate) fn infer(&mut self, scope: &mut Scope, expr: &Expr, hint: Option<&Type>) -> Term {
        if self.depth >= DEPTH {
            self.report(ShapeProblem::TooDeep { at: expr.span }.diagnostic());
            return Term::error(expr.span);
        }
        self.depth += 1;
        let term = self.shape(scope, expr, hint);
        self.depth -= 1;
        term
    }

    fn shape(&mut self, scope: &mut Scope, expr: &Expr, hint: Option<&Type>) -> Term {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Bool(truth) => constant(Value::Bool(*truth), Type::Bool, span),
            ExprKind::None => constant(Value::None, Type::None, span),
            ExprKind::Number { value, unit } => self.number(*value, unit.as_ref(), span),
            ExprKind::Char(c) => constant(Value::Char(*c), Type::Char, span),
            ExprKind::Text(parts) => self.text(scope, parts, span),
            ExprKind::Cidr(cidr) => constant(Value::Cidr(*cidr), Type::Cidr, span),
            ExprKind::Ip(ip) => constant(Value::Ip(*ip), Type::Ip, span),
            ExprKind::List(items) => self.list(scope, items, span, hint),
            ExprKind::Record(fields) => self.record(scope, fields, span, hint),
            ExprKind::Variant { name, fields } => self.variant(scope, name, fields, span, hint),
            ExprKind::Name(name) => {
                let term = self.name(scope, name, span, hint);
                proven(scope, expr, term)
            }
            ExprKind::Field { of, name } => {
                let term = self.access(scope, of, name, span);
                proven(scope, expr, term)
            }
            ExprKind::Index { of, index } => self.index(scope, of, index, span),
            ExprKind::Call { name, arguments } => self.call(scope, name, arguments, span, hint),
            ExprKind::Comprehension { variable, over, only_if, body } => {
                self.comprehension(scope, (variable, over, only_if.as_deref(), body), span, hint)
            }
            ExprKind::Quantified { quantifier, variable, over, body } => {
                let over = self.run_over(scope, over);
                let element = element(&over);
                let body = self.with_local(scope, variable, element, |binder, scope| {
                    binder.demand(scope, body, &Type::Bool)
                });
                let kind = TermKind::Quantified {
                    quantifier: *quantifier,
                    over: Box::new(over),
                    body: Box::new(body),
                };
                Term { kind, span, ty: Type::Bool }
            }
            ExprKind::If { condition, then, otherwise } => {
                self.branches(scope, span, (condition, then, otherwise), &mut |binder, scope, branch| {
                    binder.infer(scope, branch, hint)
                })
            }
            ExprKind::Unary { operator, operand } => self.unary(scope, operator.node, operand, span),
            ExprKind::Binary { operator, left, right } => {
                self.binary(scope, operator, (left, right), span, hint)
            }
            ExprKind::Range { start, end } => self.range(scope, start, end.as_deref(), span, hint),
            ExprKind::Parenthesized(inner) => self.infer(scope, inner, hint),
        }
    }

    /// `if c then a else b`; each branch sees what the condition proves for it.
    fn branches(
        &mut self,
        scope: &mut Scope,
        span: Span,
        (condition, then, otherwise): (&Expr, &Expr, &Expr),
        branch: &mut dyn FnMut(&mut Self, &mut Scope, &Expr) -> Term,
    ) -> Term {
        let decides = self.demand(scope, condition, &Type::Bool);
        let then =
            self.assuming(scope, narrow::present_if(condition), |binder, scope| branch(binder, scope, then));
        let otherwise = self.assuming(scope, narrow::present_unless(condition), |binder, scope| {
            branch(binder, scope, otherwise)
        });
        let Some(ty) = agree::join(&then.ty, &otherwise.ty) else {
            self.differs(&otherwise, &then.ty, Some(then.span));
            return Term::error(span);
        };
        let kind = TermKind::If {
            condition: Box::new(decides),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        };
        Term { kind, span, ty }
    }

    /// Binds what is written where some paths are known not to be `none`.
    pub(crate) fn assuming<T>(
        &mut self,
        scope: &mut Scope,
        mut paths: Vec<smol_str::SmolStr>,
        inner: impl FnOnce(&mut Self, &mut Scope) -> T,
    ) -> T {
        let before = scope.present.len();
        scope.present.append(&mut paths);
        let result = inner(self, scope);
        scope.present.truncate(before);
        result
    }

    /// Binds what is written where a loop's variable is seen.
    pub(crate) fn with_local<T>(
        &mut self,
        scope: &mut Scope,
        variable: &Name,
        ty: Type,
        inner: impl FnOnce(&mut Self, &mut Scope) -> T,
    ) -> T {
        self.unless_hidden(scope, variable);
        scope.locals.push(Local { name: variable.node.clone(), ty, span: variable.span });
        let result = inner(self, scope);
        scope.locals.pop();
        result
    }

    /// Reports a new name that hides another.
    pub(crate) fn unless_hidden(&mut self, scope: &Scope, name: &Name) {
        if let Some(first) = self.hidden_by(scope, &name.node) {
            self.report(NameProblem::Hides { name: &name.node, at: name.span, first }.diagnostic());
        }
    }

    /// Binds what a loop runs over; the result is a list, a range or a text.
    pub(crate) fn run_over(&mut self, scope: &mut Scope, over: &Expr) -> Term {
        let term = self.infer(scope, over, None);
        let term = self.members_of_pool(term);
        if element_type(&term.ty).is_none() {
            self.mismatch_in_words(&term, "a list, a range or a text", None);
            return Term::error(term.span);
        }
        term
    }
}

/// Makes a term of a value that is written down.
pub(crate) fn constant(value: Value, ty: Type, span: Span) -> Term {
    Term { kind: TermKind::Constant(value), span, ty }
}

/// The type of what a loop over this runs through.
pub(crate) fn element(over: &Term) -> Type {
    element_type(&over.ty).unwrap_or(Type::Unknown)
}

fn element_type(ty: &Type) -> Option<Type> {
    match ty.peel() {
        Type::Unknown => Some(Type::Unknown),
        Type::List(inner) => Some(inner.as_ref().clone()),
        Type::Range(inner) => {
            matches!(inner.peel(), Type::Int | Type::Char | Type::Unknown).then(|| inner.peel().clone())
        }
        Type::Text => Some(Type::Char),
        Type::Any
        | Type::None
        | Type::Bool
        | Type::Int
        | Type::Quantity(_)
        | Type::Char
        | Type::Cidr
        | Type::Ip
        | Type::Record(_)
        | Type::Map(_)
        | Type::Variants(_)
        | Type::Optional(_)
        | Type::Secret(_)
        | Type::Kind(_)
        | Type::AnyKind
        | Type::Refined(_) => None,
    }
}

/// Where a condition has shown that a path is there, its type is without `none`.
fn proven(scope: &Scope, expr: &Expr, mut term: Term) -> Term {
    if scope.present.is_empty() || !matches!(term.ty, Type::Optional(_)) {
        return term;
    }
    if narrow::path(expr).is_some_and(|path| scope.present.contains(&path)) {
        term.ty = term.ty.present().clone();
    }
    term
}

/// The type of a list.
pub(crate) fn list_of(inner: Type) -> Type {
    Type::List(Arc::new(inner))
}
