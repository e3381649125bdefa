//! Values told apart quickly, so that work on long lists stays linear.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::maps::HashMap;
use crate::value::Value;

/// A set of values that are known.
#[derive(Debug, Default)]
pub(super) struct Set<'v> {
    buckets: HashMap<u64, Vec<&'v Value>>,
}

impl<'v> Set<'v> {
    /// Makes a set of values.
    pub(super) fn of(values: &'v [Value]) -> Self {
        let mut set = Self::default();
        values.iter().for_each(|value| {
            set.insert(value);
        });
        set
    }

    /// Adds a value; false if it is there.
    pub(super) fn insert(&mut self, value: &'v Value) -> bool {
        let bucket = self.buckets.entry(digest(value)).or_default();
        let new = !bucket.contains(&value);
        if new {
            bucket.push(value);
        }
        new
    }

    /// Returns whether a value is there.
    pub(super) fn contains(&self, value: &Value) -> bool {
        self.buckets.get(&digest(value)).is_some_and(|bucket| bucket.contains(&value))
    }
}

fn digest(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    feed(value, &mut hasher);
    hasher.finish()
}

/// Equal values feed the same; secrets and holes are told apart by comparison alone.
fn feed(value: &Value, hasher: &mut DefaultHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Unknown | Value::Pending(_) | Value::None | Value::Secret(_) => {}
        Value::Bool(truth) => truth.hash(hasher),
        Value::Number(number, dimension) => (number, dimension).hash(hasher),
        Value::Char(c) => c.hash(hasher),
        Value::Text(text) => text.hash(hasher),
        Value::Cidr(cidr) => cidr.hash(hasher),
        Value::Ip(ip) => ip.hash(hasher),
        Value::Range(ends) => {
            feed(&ends.0, hasher);
            feed(ends.1.as_ref().unwrap_or(&Value::None), hasher);
        }
        Value::List(items) => items.iter().for_each(|item| feed(item, hasher)),
        // The order of fields does not matter to equality.
        Value::Record(fields) => {
            fields.iter().fold(0, |sum: u64, (name, value)| sum.wrapping_add(field(name, value))).hash(hasher)
        }
        Value::Variant(word, fields) => {
            word.hash(hasher);
            fields
                .iter()
                .fold(0, |sum: u64, (name, value)| sum.wrapping_add(field(name, value)))
                .hash(hasher);
        }
        Value::Instance(id) => id.hash(hasher),
    }
}

fn field(name: &str, value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    feed(value, &mut hasher);
    hasher.finish()
}
