//! Where values are kept once they are known: four bytes for each place, and each value once.

use std::sync::Arc;

use crate::maps::HashMap;
use crate::value::{Record, Value};

/// How long a value holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// The program and its inputs alone decide it.
    Always,
    /// Until something is observed or answered.
    UntilObserved,
}

/// What is known of a place.
#[derive(Debug, PartialEq)]
pub(crate) enum Known<'m> {
    /// Nothing yet.
    Nothing,
    /// It is being worked out.
    Busy,
    /// Its value.
    Value(&'m Value, Lasting),
}

/// Values by place, without what was observed.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// 0 nothing, 1 busy, else 2 more than twice the value's place, odd if it lasts until something is observed.
    marks: Vec<u32>,
    /// Values in blocks of [`BLOCK`], so that none is ever moved.
    values: Vec<Vec<Value>>,
    count: usize,
    /// For each place that stands for others: one more than the index of the last value that was kept of them.
    last: Vec<u32>,
}

/// How many values a block holds.
const BLOCK: usize = 1024;

const NOTHING: u32 = 0;
const BUSY: u32 = 1;

impl Memo {
    /// Adds places and returns the first.
    pub(crate) fn reserve(&mut self, count: usize) -> u32 {
        let first = self.marks.len();
        self.marks.resize(first + count, NOTHING);
        u32::try_from(first).unwrap_or(u32::MAX)
    }

    /// Returns what is known of a place.
    pub(crate) fn get(&self, place: u32) -> Known<'_> {
        match self.marks.get(place as usize).copied().unwrap_or(NOTHING) {
            NOTHING => Known::Nothing,
            BUSY => Known::Busy,
            mark => {
                let lasting = if mark & 1 == 1 { Lasting::UntilObserved } else { Lasting::Always };
                self.value((mark - 2) / 2).map_or(Known::Nothing, |value| Known::Value(value, lasting))
            }
        }
    }

    /// Returns how many values are kept.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    fn value(&self, index: u32) -> Option<&Value> {
        self.values.get(index as usize / BLOCK)?.get(index as usize % BLOCK)
    }

    /// Says that the places up to here are kin: each stands for others, whose values are often alike.
    pub(crate) fn kin(&mut self) {
        self.last.resize(self.marks.len(), 0);
    }

    /// Says that a place is being worked out.
    pub(crate) fn start(&mut self, place: u32) {
        self.mark(place, BUSY);
    }

    /// Says that nothing is known of a place after all.
    pub(crate) fn forget(&mut self, place: u32) {
        self.mark(place, NOTHING);
    }

    /// Gives a place the value of another, if that has one for good.
    pub(crate) fn copy(&mut self, place: u32, from: u32) -> Option<&Value> {
        if !matches!(self.get(from), Known::Value(_, Lasting::Always)) {
            return None;
        }
        let mark = self.marks.get(from as usize).copied()?;
        self.mark(place, mark);
        self.value((mark.checked_sub(2)?) / 2)
    }

    /// Keeps the value of a place; one like the last that was kept of its kin is not kept twice.
    pub(crate) fn keep(&mut self, place: u32, kin: u32, value: Value, lasting: Lasting) {
        let odd = u32::from(lasting == Lasting::UntilObserved);
        let last = self.last.get(kin as usize).copied().unwrap_or(0);
        if let Some(index) = last.checked_sub(1)
            && self.value(index).is_some_and(|known| alike(known, &value))
        {
            return self.mark(place, index.saturating_mul(2).saturating_add(2 + odd));
        }
        let index = u32::try_from(self.count).unwrap_or(u32::MAX);
        if let Some(last) = self.last.get_mut(kin as usize) {
            *last = index.saturating_add(1);
        }
        if self.count.is_multiple_of(BLOCK) {
            self.values.push(Vec::with_capacity(BLOCK));
        }
        if let Some(block) = self.values.last_mut() {
            block.push(value);
        }
        self.count += 1;
        self.mark(place, index.saturating_mul(2).saturating_add(2 + odd));
    }

    fn mark(&mut self, place: u32, mark: u32) {
        if let Some(at) = self.marks.get_mut(place as usize) {
            *at = mark;
        }
    }
}

/// How much of two values is compared before they count as different.
const ALIKE: usize = 32;

/// Returns whether two values are equal, if that is quickly seen.
pub(crate) fn alike(one: &Value, two: &Value) -> bool {
    alike_within(one, two, ALIKE)
}

fn alike_within(one: &Value, two: &Value, budget: usize) -> bool {
    let all = |ones: &[Value], twos: &[Value]| {
        ones.len() == twos.len()
            && ones.len() <= budget
            && ones.iter().zip(twos).all(|(one, two)| alike_within(one, two, budget / 4))
    };
    match (one, two) {
        (Value::Pending(one), Value::Pending(two)) => Arc::ptr_eq(one, two),
        (Value::Range(one), Value::Range(two)) => Arc::ptr_eq(one, two) || one == two,
        (Value::List(one), Value::List(two)) => Arc::ptr_eq(one, two) || all(one, two),
        (Value::Record(one), Value::Record(two)) => Arc::ptr_eq(one, two) || same(one, two, budget),
        (Value::Variant(word, one), Value::Variant(other, two)) => word == other && same(one, two, budget),
        (Value::Secret(one), Value::Secret(two)) => Arc::ptr_eq(one, two),
        (one, two) => one == two,
    }
}

fn same(one: &Record, two: &Record, budget: usize) -> bool {
    one.len() == two.len()
        && one.len() <= budget
        && one.iter().zip(two).all(|((a, one), (b, two))| a == b && alike_within(one, two, budget / 4))
}

/// Values that hold until the next observation.
#[derive(Debug, Default)]
pub(crate) struct Passing {
    values: HashMap<u32, Option<Value>>,
}

impl Passing {
    /// Returns what is known of a place.
    pub(crate) fn get(&self, place: u32) -> Known<'_> {
        match self.values.get(&place) {
            None => Known::Nothing,
            Some(None) => Known::Busy,
            Some(Some(value)) => Known::Value(value, Lasting::UntilObserved),
        }
    }

    /// Says that a place is being worked out.
    pub(crate) fn start(&mut self, place: u32) {
        self.values.insert(place, None);
    }

    /// Says that nothing is known of a place after all.
    pub(crate) fn forget(&mut self, place: u32) {
        self.values.remove(&place);
    }

    /// Keeps the value of a place.
    pub(crate) fn keep(&mut self, place: u32, value: Value) {
        self.values.insert(place, Some(value));
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.values.clear();
    }
}
