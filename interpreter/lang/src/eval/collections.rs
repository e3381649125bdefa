//! Running over lists, ranges, texts and pools.

use std::sync::Arc;

use rsx_syntax::ast::Quantifier;

use super::{Binding, Eval, Scope, blocked, obstacle, truth};
use crate::problems::evaluation::Problem;
use crate::term::{Term, TermKind};
use crate::value::Value;

/// How many elements a range may have that something runs over.
const MOST: usize = 100_000;

/// How many ASCII characters there are.
const ASCII: u8 = 128;

impl<'p> Eval<'p, '_> {
    /// Returns what a loop over a value runs over, or what comes of it if it can't.
    pub(crate) fn items(
        &mut self,
        over: &Value,
        term: &'p Term,
        scope: Scope,
    ) -> Result<Arc<[Value]>, Value> {
        if let Some(items) = over.as_list() {
            return Ok(Arc::clone(items));
        }
        if let Some(text) = over.as_text() {
            return Ok(text.chars().map(Value::Char).collect());
        }
        if let Value::Range(ends) = over {
            return self.steps(&ends.0, ends.1.as_ref(), term, scope);
        }
        if let Value::None = over {
            return Ok(Arc::new([]));
        }
        let members = self.members(over);
        members.as_list().map(Arc::clone).ok_or_else(|| obstacle(&members))
    }

    /// Returns what a loop over a range runs over.
    fn steps(
        &mut self,
        start: &Value,
        end: Option<&Value>,
        term: &'p Term,
        scope: Scope,
    ) -> Result<Arc<[Value]>, Value> {
        match (start, end) {
            (Value::Number(first, _), Some(Value::Number(last, _))) => {
                let (first, last) = (first.to_integer(), last.to_integer());
                if last.saturating_sub(first) >= MOST as i128 {
                    return Err(self.fail(term, scope, &Problem::TooMany { most: MOST }));
                }
                Ok((first..=last).map(Value::int).collect())
            }
            (Value::Char(first), Some(Value::Char(last))) => Ok((*first..=*last).map(Value::Char).collect()),
            (start, end) => Err(blocked(std::iter::once(start).chain(end)).unwrap_or(Value::Unknown)),
        }
    }

    /// Works on each element, bound to the next local.
    fn each(
        &mut self,
        items: &[Value],
        over: &'p Term,
        scope: Scope,
        mut work: impl FnMut(&mut Self, Scope, &Value) -> std::ops::ControlFlow<()>,
    ) {
        let locals = self.locals.len();
        for (place, item) in items.iter().enumerate() {
            self.bind(item.clone(), Binding::Element(over, place));
            let flow = work(self, scope, item);
            self.locals.truncate(locals);
            if flow.is_break() {
                return;
            }
        }
    }

    pub(super) fn comprehension(
        &mut self,
        over: &'p Term,
        only_if: Option<&'p Term>,
        body: &'p Term,
        scope: Scope,
    ) -> Value {
        let value = self.eval(over, scope);
        let items = match self.items(&value, over, scope) {
            Ok(items) => items,
            Err(value) => return value,
        };
        let mut results = Vec::with_capacity(items.len());
        let mut failure = None;
        self.each(&items, over, scope, |eval, scope, _| {
            let taken = only_if.map_or(Value::Bool(true), |condition| eval.eval(condition, scope));
            match truth(&taken) {
                Ok(true) => results.push(eval.eval(body, scope)),
                Ok(false) => {}
                Err(obstacle) => {
                    failure = Some(obstacle);
                    return std::ops::ControlFlow::Break(());
                }
            }
            std::ops::ControlFlow::Continue(())
        });
        failure.unwrap_or_else(|| Value::list(results))
    }

    pub(super) fn quantified(
        &mut self,
        quantifier: Quantifier,
        over: &'p Term,
        body: &'p Term,
        scope: Scope,
    ) -> Value {
        let decisive = quantifier == Quantifier::Any;
        let value = self.eval(over, scope);
        if let Value::Text(text) = &value
            && let Some(alphabet) = self.alphabet(body, scope)
            && text.is_ascii()
        {
            let found = text.bytes().any(|byte| (alphabet >> byte & 1 == 1) == decisive);
            return Value::Bool(found == decisive);
        }
        let items = match self.items(&value, over, scope) {
            Ok(items) => items,
            Err(value) => return value,
        };
        let mut holes = super::holes::Holes::default();
        let mut decided = false;
        self.each(&items, over, scope, |eval, scope, _| {
            let truth = eval.eval(body, scope);
            decided = truth == Value::Bool(decisive);
            holes.note(&truth);
            if decided { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
        });
        match decided {
            true => Value::Bool(decisive),
            false => holes.verdict().unwrap_or(Value::Bool(!decisive)),
        }
    }

    /// Returns the scope of the turn that made an element of a comprehension, with its variable bound.
    pub(crate) fn turn_of(
        &mut self,
        over: &'p Term,
        only_if: Option<&'p Term>,
        wanted: usize,
        scope: Scope,
    ) -> Option<Scope> {
        let value = self.eval(over, scope);
        let items = self.items(&value, over, scope).ok()?;
        let inner = self.copy(scope);
        let locals = self.locals.len();
        let mut left = wanted;
        for (place, item) in items.iter().enumerate() {
            self.bind(item.clone(), Binding::Element(over, place));
            if only_if.is_none_or(|condition| self.eval(condition, inner) == Value::Bool(true)) {
                if left == 0 {
                    return Some(inner);
                }
                left -= 1;
            }
            self.locals.truncate(locals);
        }
        None
    }

    /// Returns the length of a list.
    pub(crate) fn length_of(&mut self, list: &'p Term, scope: Scope) -> Option<usize> {
        if let Value::List(items) = self.eval(list, scope) { Some(items.len()) } else { None }
    }

    /// Returns how many members an element of a list of a kind stands for.
    pub(crate) fn count_members(&mut self, item: &'p Term, scope: Scope) -> usize {
        let value = self.eval(item, scope);
        if let Value::List(members) = self.members(&value) { members.len() } else { 0 }
    }

    /// For a predicate about one character and nothing else: the ASCII characters that satisfy it, a bit each.
    fn alphabet(&mut self, body: &'p Term, scope: Scope) -> Option<u128> {
        let key = std::ptr::from_ref(body).addr();
        if let Some(known) = self.state.alphabets.get(&key) {
            return *known;
        }
        let local = self.locals.len() - scope.base;
        let alphabet = is_about(body, local).then(|| self.satisfying(body, scope)).flatten();
        self.state.alphabets.insert(key, alphabet);
        alphabet
    }

    fn satisfying(&mut self, body: &'p Term, scope: Scope) -> Option<u128> {
        let mut alphabet = 0;
        for byte in 0..ASCII {
            self.bind(Value::Char(char::from(byte)), Binding::Nowhere);
            let truth = self.eval(body, scope);
            self.locals.pop();
            alphabet |= u128::from(truth.as_bool()?) << byte;
        }
        Some(alphabet)
    }
}

/// Whether a term depends on one local and on nothing else.
fn is_about(term: &Term, local: usize) -> bool {
    let about = |term: &Term| is_about(term, local);
    match &term.kind {
        TermKind::Constant(_) => true,
        TermKind::Local(index) => *index == local,
        TermKind::Not(of) => about(of),
        TermKind::Binary(_, left, right) => about(left) && about(right),
        TermKind::Range(start, end) => about(start) && end.as_ref().is_none_or(|end| about(end)),
        TermKind::List(items) => items.iter().all(about),
        TermKind::Error
        | TermKind::Me
        | TermKind::Member(_)
        | TermKind::Stack
        | TermKind::Env
        | TermKind::Global(_)
        | TermKind::Declared(_)
        | TermKind::Record(_)
        | TermKind::Variant(..)
        | TermKind::Get(..)
        | TermKind::Index(..)
        | TermKind::Call(..)
        | TermKind::Every(_)
        | TermKind::Referrers(..)
        | TermKind::Query { .. }
        | TermKind::Comprehension { .. }
        | TermKind::Quantified { .. }
        | TermKind::If { .. }
        | TermKind::Negate(_)
        | TermKind::Interpolation(_)
        | TermKind::Convert(..) => false,
    }
}
