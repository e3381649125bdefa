//! Operators: logic, comparison, exact arithmetic.

use std::cmp::Ordering;

use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Zero};
use rsx_syntax::ast::{BinaryOperator, Fraction};

use super::{Eval, Scope, blocked, blocked_within, obstacle};
use crate::dimension::Dimension;
use crate::problems::evaluation::Problem;
use crate::term::{Term, TermKind};
use crate::value::Value;

impl<'p> Eval<'p, '_> {
    pub(super) fn binary(
        &mut self,
        operator: BinaryOperator,
        term: &'p Term,
        left: &'p Term,
        right: &'p Term,
        scope: Scope,
    ) -> Value {
        use BinaryOperator as B;
        let first = self.eval(left, scope);
        match operator {
            B::Else if first == Value::None => return self.eval(right, scope),
            B::Else => return first,
            B::And if first == Value::Bool(false) => return first,
            B::Or if first == Value::Bool(true) => return first,
            B::And
            | B::Or
            | B::Equal
            | B::NotEqual
            | B::Less
            | B::LessOrEqual
            | B::Greater
            | B::GreaterOrEqual
            | B::In
            | B::Add
            | B::Subtract
            | B::Multiply
            | B::Divide => {}
        }
        if let (B::In, TermKind::Range(start, end)) = (operator, &right.kind) {
            let start = self.eval(start, scope);
            let end = end.as_ref().map(|end| self.eval(end, scope));
            return in_range(&first, &start, end.as_ref());
        }
        let second = self.eval(right, scope);
        match operator {
            B::And => decided(first, second, false),
            B::Or => decided(first, second, true),
            B::Equal => equal(&first, &second, true),
            B::NotEqual => equal(&first, &second, false),
            B::Less => ordered(&first, &second, Ordering::is_lt),
            B::LessOrEqual => ordered(&first, &second, Ordering::is_le),
            B::Greater => ordered(&first, &second, Ordering::is_gt),
            B::GreaterOrEqual => ordered(&first, &second, Ordering::is_ge),
            B::In => within(&first, &second),
            B::Add => match join(&first, &second) {
                Some(list) => list,
                None => self.arithmetic(operator, term, right, (&first, &second), scope),
            },
            B::Subtract | B::Multiply | B::Divide => {
                self.arithmetic(operator, term, right, (&first, &second), scope)
            }
            B::Else => first,
        }
    }

    pub(super) fn negate(&mut self, term: &'p Term, of: &'p Term, scope: Scope) -> Value {
        let value = self.eval(of, scope);
        let Value::Number(number, dimension) = value else { return obstacle(&value) };
        match Fraction::zero().checked_sub(&number) {
            Some(negated) => Value::Number(negated, dimension),
            None => self.fail(term, scope, &Problem::TooLarge),
        }
    }

    fn arithmetic(
        &mut self,
        operator: BinaryOperator,
        term: &'p Term,
        right: &'p Term,
        operands: (&Value, &Value),
        scope: Scope,
    ) -> Value {
        if let Some(blocked) = blocked([operands.0, operands.1]) {
            return blocked;
        }
        let (Value::Number(a, x), Value::Number(b, y)) = operands else { return Value::Unknown };
        if operator == BinaryOperator::Divide && b.is_zero() {
            return self.fail(right, scope, &Problem::DivisionByZero);
        }
        match calculate(operator, *a, *b) {
            Some(number) => Value::Number(number, dimension(operator, *x, *y)),
            None => self.fail(term, scope, &Problem::TooLarge),
        }
    }
}

fn calculate(operator: BinaryOperator, a: Fraction, b: Fraction) -> Option<Fraction> {
    match operator {
        BinaryOperator::Add => add(a, b),
        BinaryOperator::Subtract => a.checked_sub(&b),
        BinaryOperator::Multiply => times(a, b),
        BinaryOperator::Divide => a.checked_div(&b),
        BinaryOperator::Else
        | BinaryOperator::Or
        | BinaryOperator::And
        | BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual
        | BinaryOperator::In => None,
    }
}

/// Adds, quickly where both are whole.
pub(super) fn add(a: Fraction, b: Fraction) -> Option<Fraction> {
    match a.is_integer() && b.is_integer() {
        true => i128::checked_add(*a.numer(), *b.numer()).map(Fraction::from_integer),
        false => a.checked_add(&b),
    }
}

/// Multiplies, quickly where both are whole.
pub(crate) fn times(a: Fraction, b: Fraction) -> Option<Fraction> {
    match a.is_integer() && b.is_integer() {
        true => i128::checked_mul(*a.numer(), *b.numer()).map(Fraction::from_integer),
        false => a.checked_mul(&b),
    }
}

fn dimension(operator: BinaryOperator, left: Dimension, right: Dimension) -> Dimension {
    if operator == BinaryOperator::Multiply {
        return left.times(right);
    }
    if operator == BinaryOperator::Divide { left.per(right) } else { left }
}

/// Joins lists, as far as they are lists.
fn join(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::List(a), Value::List(b)) if a.is_empty() => Some(Value::List(b.clone())),
        (Value::List(a), Value::List(b)) if b.is_empty() => Some(Value::List(a.clone())),
        (Value::List(a), Value::List(b)) => Some(Value::list(a.iter().chain(b.iter()).cloned())),
        _ => None,
    }
}

/// `and`, `or`: one operand that is known may decide.
fn decided(first: Value, second: Value, decisive: bool) -> Value {
    if second == Value::Bool(decisive) {
        return second;
    }
    blocked([&first, &second]).unwrap_or(second)
}

fn equal(first: &Value, second: &Value, wanted: bool) -> Value {
    let verdict = match (first, second) {
        (Value::None, other) | (other, Value::None) => blocked([other]),
        (a, b) => blocked_within([a, b]),
    };
    verdict.unwrap_or_else(|| Value::Bool((first == second) == wanted))
}

fn ordered(first: &Value, second: &Value, holds: fn(Ordering) -> bool) -> Value {
    match order(first, second) {
        Some(order) => Value::Bool(holds(order)),
        None => blocked([first, second]).unwrap_or(Value::Unknown),
    }
}

/// Compares two values of one ordered type.
pub(super) fn order(first: &Value, second: &Value) -> Option<Ordering> {
    match (first, second) {
        (Value::Number(a, _), Value::Number(b, _)) => Some(compare(a, b)),
        (Value::Char(a), Value::Char(b)) => Some(a.cmp(b)),
        (Value::Ip(a), Value::Ip(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Compares numbers, quickly where both are whole.
fn compare(a: &Fraction, b: &Fraction) -> Ordering {
    if a.is_integer() && b.is_integer() { a.numer().cmp(b.numer()) } else { a.cmp(b) }
}

/// `in`: a character in a text, an element in a list, a value in a range, an address or network in a network.
pub(crate) fn within(first: &Value, second: &Value) -> Value {
    let found = match (first, second) {
        (Value::Char(c), Value::Text(text)) => Some(text.contains(*c)),
        (Value::Text(part), Value::Text(text)) => Some(text.contains(part.as_str())),
        (Value::Ip(ip), Value::Cidr(cidr)) => Some(cidr.contains(ip)),
        (Value::Cidr(inner), Value::Cidr(outer)) => Some(outer.contains(inner)),
        (value, Value::Range(ends)) => return in_range(value, &ends.0, ends.1.as_ref()),
        (value, Value::List(items)) if value.is_known() => match items.iter().any(|item| item == value) {
            true => Some(true),
            false => return blocked_within(items.iter()).unwrap_or(Value::Bool(false)),
        },
        _ => None,
    };
    match found {
        Some(found) => Value::Bool(found),
        None => blocked_within([first, second]).unwrap_or(Value::Unknown),
    }
}

fn in_range(value: &Value, start: &Value, end: Option<&Value>) -> Value {
    let above = ordered(value, start, Ordering::is_ge);
    match end {
        Some(end) if above != Value::Bool(false) => {
            decided(above, ordered(value, end, Ordering::is_le), false)
        }
        Some(_) | None => above,
    }
}
