//! The very character that breaks a rule, and where it stands in the source.

use rsx_syntax::Span;
use rsx_syntax::ast::{BinaryOperator, Quantifier};

use super::Broken;
use crate::eval::{Binding, Eval, Scope};
use crate::term::{Term, TermKind};
use crate::value::Value;

impl<'p> Eval<'p, '_> {
    /// Returns the first character of a text that breaks a rule about all characters, where the text stands at `at`.
    pub(super) fn witness(&mut self, broken: &Broken<'p>, value: &Value, at: Span) -> Option<(Span, char)> {
        let Value::Text(text) = value else { return None };
        let scope = self.scope(None);
        self.bind(value.clone(), Binding::Nowhere);
        let found = broken.rules.iter().find_map(|rule| self.offender(&rule.predicate, text, scope));
        self.leave(scope);
        let place = found?;
        let span = character(self.sources.snippet(at), place)?;
        let start = at.start as usize;
        Some((Span::new(at.piece, start + span.0, start + span.1), text.chars().nth(place)?))
    }

    /// Returns the place of the first character that a predicate of the form `all c in self: …` refuses.
    fn offender(&mut self, predicate: &'p Term, text: &str, scope: Scope) -> Option<usize> {
        if let TermKind::Binary(BinaryOperator::And, left, right) = &predicate.kind {
            return self.offender(left, text, scope).or_else(|| self.offender(right, text, scope));
        }
        let TermKind::Quantified { quantifier: Quantifier::All, over, body } = &predicate.kind else {
            return None;
        };
        if over.kind != TermKind::Local(0) {
            return None;
        }
        let locals = self.locals();
        text.chars().position(|c| {
            self.bind(Value::Char(c), Binding::Nowhere);
            let truth = self.eval(body, scope);
            self.drop_locals(locals);
            truth == Value::Bool(false)
        })
    }
}

/// Returns the bytes of a literal's source that stand for one of its characters.
fn character(literal: &str, place: usize) -> Option<(usize, usize)> {
    if !literal.starts_with('"') || literal.starts_with("\"\"\"") {
        return None;
    }
    let mut rest = literal.char_indices().skip(1).peekable();
    let mut seen = 0;
    while let Some((start, c)) = rest.next() {
        match (c, rest.peek().map(|(_, next)| *next)) {
            ('$', Some('{')) => return None,
            ('\\', Some('u')) => while rest.next_if(|(_, c)| *c != '}').is_some() {},
            _ => {}
        }
        if c == '\\' {
            rest.next();
        }
        let end = rest.peek().map_or(literal.len(), |(end, _)| *end);
        if seen == place {
            return Some((start, end));
        }
        seen += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::character;

    #[test]
    fn characters_are_found_behind_escapes() {
        let literal = r#""a\"\u{1F600}é\n!""#;
        let parts: Vec<_> = (0..6)
            .filter_map(|place| character(literal, place))
            .filter_map(|(a, b)| literal.get(a..b))
            .collect();
        assert_eq!(parts, ["a", "\\\"", "\\u{1F600}", "é", "\\n", "!"]);
        assert_eq!(character("\"${x}b\"", 1), None);
        assert_eq!(character("bare", 1), None);
    }
}
