//! What a condition proves: that a path such as `self.key` is not `none`.

use rsx_syntax::ast::{BinaryOperator, Expr, ExprKind, UnaryOperator};
use smol_str::{SmolStr, format_smolstr};

/// Returns the paths that are not `none` where the condition holds.
pub(crate) fn present_if(condition: &Expr) -> Vec<SmolStr> {
    let mut paths = Vec::new();
    collect(condition, Truth::Holds, &mut paths);
    paths
}

/// Returns the paths that are not `none` where the condition does not hold.
pub(crate) fn present_unless(condition: &Expr) -> Vec<SmolStr> {
    let mut paths = Vec::new();
    collect(condition, Truth::Fails, &mut paths);
    paths
}

/// Returns a name with fields as a path, if the expression is one.
pub(crate) fn path(expr: &Expr) -> Option<SmolStr> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Field { of, name } => Some(format_smolstr!("{}.{}", path(of)?, name.node)),
        ExprKind::Parenthesized(inner) => path(inner),
        ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Number { .. }
        | ExprKind::Char(_)
        | ExprKind::Text(_)
        | ExprKind::Cidr(_)
        | ExprKind::Ip(_)
        | ExprKind::List(_)
        | ExprKind::Record(_)
        | ExprKind::Variant { .. }
        | ExprKind::Index { .. }
        | ExprKind::Call { .. }
        | ExprKind::Comprehension { .. }
        | ExprKind::Quantified { .. }
        | ExprKind::If { .. }
        | ExprKind::Unary { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Range { .. } => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    Holds,
    Fails,
}

fn collect(condition: &Expr, truth: Truth, paths: &mut Vec<SmolStr>) {
    if let ExprKind::Parenthesized(inner) = &condition.kind {
        collect(inner, truth, paths);
    } else if let ExprKind::Unary { operator, operand } = &condition.kind
        && operator.node == UnaryOperator::Not
    {
        let other = if truth == Truth::Holds { Truth::Fails } else { Truth::Holds };
        collect(operand, other, paths);
    } else if let ExprKind::Binary { operator, left, right } = &condition.kind {
        match (operator.node, truth) {
            (BinaryOperator::And, Truth::Holds) | (BinaryOperator::Or, Truth::Fails) => {
                collect(left, truth, paths);
                collect(right, truth, paths);
            }
            (BinaryOperator::NotEqual, Truth::Holds) | (BinaryOperator::Equal, Truth::Fails) => {
                compared(left, right, paths);
            }
            _ => {}
        }
    }
}

/// A path beside `none`: it and all that leads to it are there.
fn compared(left: &Expr, right: &Expr, paths: &mut Vec<SmolStr>) {
    let found = match (&left.kind, &right.kind) {
        (_, ExprKind::None) => path(left),
        (ExprKind::None, _) => path(right),
        _ => None,
    };
    let Some(found) = found else { return };
    for (end, _) in found.match_indices('.') {
        paths.extend(found.get(..end).map(SmolStr::from));
    }
    paths.push(found);
}
