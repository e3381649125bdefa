//! The texts that a field takes, as a rule says: `require any x in LIST: x == self.FIELD`. What the list comes to is asked of the
//! program, in the rule's own words.

use rsx_syntax::ast::{BinaryOperator, DeclarationKind, Expr, ExprKind, ItemKind, Quantifier, Require, Rule};
use smol_str::SmolStr;

use crate::snapshot::Snapshot;

/// How many letters of an alphabet are offered: a rule takes all, so that none that comes into use is wrong.
const LETTERS: usize = 6;

/// A list as somebody could write it outside of its rule, and how much of it is offered.
type List = (String, usize);

/// Returns the texts that a field of a kind takes, or the elements of its list; nothing where no rule says so.
pub(crate) fn choices(snapshot: &Snapshot, kind: &str, field: &str) -> Vec<String> {
    let of_library = snapshot.library.all_rules().filter_map(|piece| snapshot.tree(piece));
    let trees = of_library.chain(snapshot.trees().values().map(|tree| &**tree));
    let rules = trees.filter_map(|tree| {
        let declaration = &tree.declaration.as_ref()?.kind;
        if let DeclarationKind::Rule(rule) = declaration { Some(rule) } else { None }
    });
    let rules = rules.filter(|rule| rule.subject.node == kind);
    let lists: Vec<List> = rules.flat_map(|rule| lists(snapshot, rule, field)).collect();
    if lists.is_empty() {
        return Vec::new();
    }
    let question =
        lists.iter().enumerate().map(|(place, (list, _))| format!("output choices_{place} = {list}\n"));
    let Some(asked) = snapshot.asked(&question.collect::<String>()) else { return Vec::new() };
    let outputs = asked.analysis().models.first().map(|model| model.outputs()).unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for (place, (_, most)) in lists.iter().enumerate() {
        let output = outputs.iter().find(|output| output.name == format!("choices_{place}"));
        let values =
            output.and_then(|output| output.value.as_list()).into_iter().flat_map(|list| list.iter());
        found.extend(values.take(*most).filter_map(|value| value.as_text().map(SmolStr::to_string)));
    }
    found
}

/// Returns the lists of what a rule takes for a field.
fn lists(snapshot: &Snapshot, rule: &Rule, field: &str) -> Vec<List> {
    let requires = rule.body.items.iter().filter_map(|item| {
        if let ItemKind::Require(require) = &item.kind { list(snapshot, require, field) } else { None }
    });
    requires.collect()
}

fn list(snapshot: &Snapshot, require: &Require, field: &str) -> Option<List> {
    let ExprKind::Quantified { quantifier: Quantifier::Any, variable, over, body } = &require.condition.kind
    else {
        return None;
    };
    let ExprKind::Binary { operator, left, right } = &body.kind else { return None };
    let element = require.guards.each.as_ref().filter(|(_, over)| is_field(or_nothing(over), field));
    let is_meant = |side: &Expr| match (&side.kind, element) {
        (ExprKind::Name(name), Some((variable, _))) => *name == variable.node,
        _ => is_field(side, field),
    };
    let other = if is_meant(left) { right } else { left };
    let is_one_of = operator.node == BinaryOperator::Equal && is_meant(left) != is_meant(right);
    let written = |expr: &Expr| snapshot.written(expr.span);
    let most = if let ExprKind::Range { .. } = &over.kind { LETTERS } else { usize::MAX };
    is_one_of.then(|| (format!("[for {} in {}: {}]", variable.node, written(over), written(other)), most))
}

/// `self.field`
fn is_field(expr: &Expr, field: &str) -> bool {
    matches!(&expr.kind, ExprKind::Field { of, name } if name.node == field && is_self(of))
}

fn is_self(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if name == "self")
}

/// The `a` of `a ?? b`.
fn or_nothing(expr: &Expr) -> &Expr {
    if let ExprKind::Binary { operator, left, .. } = &expr.kind
        && operator.node == BinaryOperator::Else
    {
        return left;
    }
    expr
}
