//! Holes: how they join, and what makes a value unusable.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::instance::InstanceId;
use crate::maps::HashSet;
use crate::value::{Awaited, Pending, Phase, Value};

/// Why operands can't be used yet, gathered one by one.
#[derive(Debug, Default)]
pub(crate) struct Holes {
    unknown: bool,
    pending: Option<Arc<Pending>>,
    seen: HashSet<Key>,
}

/// What tells awaited things apart quickly; two queries may share one.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Param(SmolStr),
    Attribute(InstanceId, SmolStr),
    Query(InstanceId, SmolStr),
}

impl Holes {
    /// Takes note of a value itself; what is within counts only for [`deep`](Self::deep).
    pub(crate) fn note(&mut self, value: &Value) {
        if let Value::Unknown = value {
            self.unknown = true;
        } else if let Value::Pending(pending) = value {
            self.wait(pending);
        }
    }

    /// Takes note of a value and of all within it.
    pub(crate) fn deep(&mut self, value: &Value) {
        match value {
            Value::Unknown => self.unknown = true,
            Value::Pending(pending) => self.wait(pending),
            Value::None
            | Value::Bool(_)
            | Value::Number(..)
            | Value::Char(_)
            | Value::Text(_)
            | Value::Cidr(_)
            | Value::Ip(_)
            | Value::Instance(_)
            | Value::Secret(_) => {}
            Value::Range(ends) => {
                self.deep(&ends.0);
                if let Some(end) = &ends.1 {
                    self.deep(end);
                }
            }
            Value::List(items) => items.iter().for_each(|item| self.deep(item)),
            Value::Record(fields) | Value::Variant(_, fields) => {
                fields.values().for_each(|field| self.deep(field))
            }
        }
    }

    /// Returns what an operation on the noted values comes to, if it can't be done.
    pub(crate) fn verdict(self) -> Option<Value> {
        match (self.unknown, self.pending) {
            (true, _) => Some(Value::Unknown),
            (false, Some(pending)) => Some(Value::Pending(pending)),
            (false, None) => None,
        }
    }

    fn wait(&mut self, pending: &Arc<Pending>) {
        match &mut self.pending {
            None => self.pending = Some(Arc::clone(pending)),
            Some(mine) if Arc::ptr_eq(mine, pending) => {}
            Some(mine) => {
                if self.seen.is_empty() {
                    self.seen.extend(mine.waits_for.iter().map(key));
                }
                join(Arc::make_mut(mine), pending, &mut self.seen);
            }
        }
    }
}

/// Returns what stands in the way of using these values themselves.
pub(crate) fn blocked<'v>(values: impl IntoIterator<Item = &'v Value, IntoIter: Clone>) -> Option<Value> {
    let values = values.into_iter();
    if !values.clone().any(|value| matches!(value, Value::Unknown | Value::Pending(_))) {
        return None;
    }
    let mut holes = Holes::default();
    values.for_each(|value| holes.note(value));
    holes.verdict()
}

/// Returns what stands in the way of using these values with all that is in them.
pub(crate) fn blocked_within<'v>(
    values: impl IntoIterator<Item = &'v Value, IntoIter: Clone>,
) -> Option<Value> {
    let values = values.into_iter();
    if values.clone().all(Value::is_known) {
        return None;
    }
    let mut holes = Holes::default();
    values.for_each(|value| holes.deep(value));
    holes.verdict()
}

/// Returns what an operation comes to whose operand is of no use.
pub(crate) fn obstacle(value: &Value) -> Value {
    blocked([value]).unwrap_or(Value::Unknown)
}

/// Returns a truth value, or what comes of a condition that is none.
pub(crate) fn truth(value: &Value) -> Result<bool, Value> {
    value.as_bool().ok_or_else(|| obstacle(value))
}

/// Makes a hole.
pub(crate) fn hole(phase: Phase, waits_for: impl IntoIterator<Item = Awaited>) -> Value {
    Value::Pending(Arc::new(Pending { phase, waits_for: waits_for.into_iter().collect() }))
}

/// Returns whether a hole waits only for what the user did not give: nobody is to blame for it.
pub(crate) fn only_input_missing(pending: &Pending) -> bool {
    pending.waits_for.iter().all(|awaited| matches!(awaited, Awaited::Param(_)))
}

fn join(mine: &mut Pending, other: &Pending, seen: &mut HashSet<Key>) {
    mine.phase = mine.phase.max(other.phase);
    for awaited in &other.waits_for {
        let new = seen.insert(key(awaited));
        if new || matches!(awaited, Awaited::Query(_)) && !mine.waits_for.contains(awaited) {
            mine.waits_for.push(awaited.clone());
        }
    }
}

fn key(awaited: &Awaited) -> Key {
    match awaited {
        Awaited::Param(name) => Key::Param(name.clone()),
        Awaited::Attribute(of, name) => Key::Attribute(*of, name.clone()),
        Awaited::Query(query) => Key::Query(query.target, query.text.clone()),
    }
}
