//! A value to what its holes wait for.

use std::sync::Arc;

use rsx_lang::value::{Awaited, Query, Value};

/// Calls `tell` with all that the holes within a value wait for.
pub(crate) fn awaited(value: &Value, tell: &mut impl FnMut(&Awaited)) {
    match value {
        Value::Pending(pending) => pending.waits_for.iter().for_each(tell),
        Value::List(items) => items.iter().for_each(|item| awaited(item, tell)),
        Value::Record(fields) | Value::Variant(_, fields) => {
            fields.values().for_each(|value| awaited(value, tell));
        }
        Value::Range(ends) => {
            awaited(&ends.0, tell);
            ends.1.iter().for_each(|end| awaited(end, tell));
        }
        Value::Unknown
        | Value::None
        | Value::Bool(_)
        | Value::Number(..)
        | Value::Char(_)
        | Value::Text(_)
        | Value::Cidr(_)
        | Value::Ip(_)
        | Value::Instance(_)
        | Value::Secret(_) => {}
    }
}

/// Returns the questions that a value waits for.
pub(crate) fn questions(value: &Value) -> Vec<Arc<Query>> {
    let mut questions = Vec::new();
    awaited(value, &mut |awaited| {
        if let Awaited::Query(query) = awaited {
            questions.push(Arc::clone(query));
        }
    });
    questions
}
