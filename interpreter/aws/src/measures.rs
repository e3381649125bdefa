//! Quantities as AWS counts them, to and from exact numbers with a dimension.

use num_traits::ToPrimitive;
use rsx_lang::dimension::{Dimension, Units};
use rsx_lang::value::Value;
use rsx_syntax::ast::Fraction;

/// The units in which AWS counts.
///
/// A unit that a program does not declare measures nothing; no field of that program asks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measures {
    pub(crate) second: Unit,
    pub(crate) rpu: Unit,
    pub(crate) gibibyte: Unit,
}

/// One unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit {
    dimension: Dimension,
    factor: Fraction,
}

impl Measures {
    pub(crate) fn new(units: &Units) -> Self {
        let unit = |name: &str| match units.units.get(name) {
            Some(unit) => Unit { dimension: Dimension::of(unit.base), factor: unit.factor },
            None => Unit { dimension: Dimension::NONE, factor: Fraction::from_integer(1) },
        };
        Self { second: unit("s"), rpu: unit("rpu"), gibibyte: unit("GiB") }
    }
}

impl Unit {
    /// Returns so many of it.
    pub(crate) fn value(&self, count: impl Into<i128>) -> Value {
        self.fraction(Fraction::from_integer(count.into()))
    }

    /// Returns so much of it.
    pub(crate) fn fraction(&self, count: Fraction) -> Value {
        Value::Number(count * self.factor, self.dimension)
    }

    /// Returns how many whole ones a number is.
    pub(crate) fn count(&self, number: Fraction) -> i32 {
        (number / self.factor).floor().to_integer().to_i32().unwrap_or(i32::MAX)
    }

    /// Returns whether a number measures the same.
    pub(crate) fn measures(&self, dimension: Dimension) -> bool {
        !dimension.is_none() && dimension == self.dimension
    }
}
