//! Why a condition does not hold, in values: the operands that were compared, and for which element.

use rsx_syntax::ast::{BinaryOperator, Quantifier};

use crate::eval::{Binding, Eval, Scope};
use crate::term::{Term, TermKind};
use crate::value::Value;

impl<'p> Eval<'p, '_> {
    /// Says what was found where a condition does not hold.
    pub(super) fn reason(&mut self, condition: &'p Term, scope: Scope) -> Option<String> {
        if let TermKind::Convert(_, of) = &condition.kind {
            return self.reason(of, scope);
        }
        if let TermKind::Quantified { quantifier: Quantifier::All, over, body } = &condition.kind {
            return self.counterexample(over, body, scope);
        }
        let TermKind::Binary(operator, left, right) = &condition.kind else { return None };
        if *operator == BinaryOperator::And {
            let side = if self.settle(left, scope) == Value::Bool(false) { left } else { right };
            return self.reason(side, scope);
        }
        let sign = sign(*operator)?;
        let (left, right) = (self.settle(left, scope), self.settle(right, scope));
        Some(format!("{} {sign} {}", self.show(&left), self.show(&right)))
    }

    fn counterexample(&mut self, over: &'p Term, body: &'p Term, scope: Scope) -> Option<String> {
        let value = self.settle(over, scope);
        let items = self.items(&value, over, scope).ok()?;
        let locals = self.locals();
        for (place, item) in items.iter().enumerate() {
            self.bind(item.clone(), Binding::Element(over, place));
            let fails = self.settle(body, scope) == Value::Bool(false);
            let reason = fails.then(|| self.reason(body, scope)).flatten();
            self.drop_locals(locals);
            if fails {
                let item = self.show(item);
                return Some(
                    reason.map_or_else(|| format!("for {item}"), |reason| format!("for {item}, {reason}")),
                );
            }
        }
        None
    }
}

fn sign(operator: BinaryOperator) -> Option<&'static str> {
    match operator {
        BinaryOperator::Equal => Some("=="),
        BinaryOperator::NotEqual => Some("!="),
        BinaryOperator::Less => Some("<"),
        BinaryOperator::LessOrEqual => Some("<="),
        BinaryOperator::Greater => Some(">"),
        BinaryOperator::GreaterOrEqual => Some(">="),
        BinaryOperator::In => Some("in"),
        BinaryOperator::Else
        | BinaryOperator::Or
        | BinaryOperator::And
        | BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide => None,
    }
}
