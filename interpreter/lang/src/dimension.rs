//! What a number measures: products of powers of base dimensions, and the units they are written in.

use rsx_syntax::ast::Fraction;
use smol_str::SmolStr;

use crate::maps::IndexMap;

/// How many base dimensions a program may declare, the library's included.
pub const BASES: usize = 8;

/// Names a base dimension by the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Base(pub u8);

/// A product of powers of base dimensions; all zero is a plain number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dimension(pub [i8; BASES]);

impl Dimension {
    /// The dimension of a plain number.
    pub const NONE: Self = Self([0; BASES]);

    /// Returns the first power of a base.
    pub fn of(base: Base) -> Self {
        let mut powers = [0; BASES];
        if let Some(power) = powers.get_mut(usize::from(base.0)) {
            *power = 1;
        }
        Self(powers)
    }

    /// Returns the dimension of a product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.power(i).saturating_add(other.power(i))))
    }

    /// Returns the dimension of a quotient.
    #[must_use]
    pub fn per(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.power(i).saturating_sub(other.power(i))))
    }

    /// Returns whether this is a plain number's.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    fn power(self, index: usize) -> i8 {
        self.0.get(index).copied().unwrap_or(0)
    }
}

/// A unit of a base dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// What it measures.
    pub base: Base,
    /// How many of the base's first unit it is.
    pub factor: Fraction,
}

/// The base dimensions and units of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units {
    /// Names of the base dimensions, such as `Duration`, in the order of [`Base`].
    pub bases: Vec<SmolStr>,
    /// Units by name, in the order of declaration.
    pub units: IndexMap<SmolStr, Unit>,
}

impl Units {
    /// Returns the units of a base, the largest first.
    pub fn of(&self, base: Base) -> Vec<(&SmolStr, &Unit)> {
        let mut units: Vec<_> = self.units.iter().filter(|(_, unit)| unit.base == base).collect();
        units.sort_by_key(|(_, unit)| std::cmp::Reverse(unit.factor));
        units
    }
}
