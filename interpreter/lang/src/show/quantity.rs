//! Numbers with their units, exact where decimals can be.

use std::fmt::Write;

use num_traits::{CheckedDiv, CheckedMul, Signed, Zero};
use rsx_syntax::ast::Fraction;
use smol_str::SmolStr;

use crate::dimension::{BASES, Base, Dimension, Units};

/// Decimals are shown to at most this many places.
const PLACES: u32 = 4;

/// Writes a number of a dimension.
pub(super) fn show_onto(out: &mut String, units: &Units, number: Fraction, dimension: Dimension) {
    let written = if dimension.is_none() { None } else { choose(units, number, dimension) };
    let Some(written) = written else { return decimal(out, number, 1) };
    // What has but one unit, as money has, is written with its hundredths.
    let has_one = |(base, power): (usize, &i8)| {
        *power != 0 && units.of(Base(u8::try_from(base).unwrap_or(u8::MAX))).len() == 1
    };
    let least = if dimension.0.iter().enumerate().any(has_one) { 2 } else { 1 };
    decimal(out, written.number, least);
    out.push_str(&written.suffix());
}

/// Writes a dimension as a type: `Duration`, `Rpu*Duration`.
pub(super) fn show_dimension(units: &Units, dimension: Dimension) -> String {
    if dimension.is_none() {
        return "Number".into();
    }
    let name = |base: usize| units.bases.get(base).cloned().unwrap_or_default();
    let powers = dimension.0.iter().enumerate().filter(|(_, power)| **power != 0);
    let terms: Vec<_> = powers.map(|(base, power)| (name(base), *power)).collect();
    match suffix(&terms) {
        inverse if inverse.starts_with('/') => format!("1{inverse}"),
        product => product,
    }
}

/// A number in chosen units, one for each base with a power.
struct Written {
    number: Fraction,
    units: Vec<(SmolStr, i8)>,
}

impl Written {
    fn suffix(&self) -> String {
        suffix(&self.units)
    }
}

/// Writes `usd/(rpu*h)`, positive powers first.
fn suffix(terms: &[(SmolStr, i8)]) -> String {
    let side = |above: bool| -> Vec<&str> {
        let of = terms.iter().filter(|(_, power)| (*power > 0) == above);
        of.flat_map(|(name, power)| std::iter::repeat_n(name.as_str(), usize::from(power.unsigned_abs())))
            .collect()
    };
    let (above, below) = (side(true), side(false));
    match below.as_slice() {
        [] => above.join("*"),
        [one] => format!("{}/{one}", above.join("*")),
        _ => format!("{}/({})", above.join("*"), below.join("*")),
    }
}

/// Chooses units: the largest that leave an amount whole, the smallest that leave a rate a cent or more.
fn choose(units: &Units, number: Fraction, dimension: Dimension) -> Option<Written> {
    let mut candidates = candidates(units, number, dimension);
    let whole = |w: &Written| w.number.is_integer() && !w.number.is_zero();
    let legible = |w: &Written| w.number.abs() >= Fraction::new(1, 100);
    let exact = |w: &Written| legible(w) && decimals(w.number).is_some();
    let found = match dimension.0.iter().all(|power| *power >= 0) {
        true => candidates.iter().rposition(whole),
        false => candidates.iter().position(exact).or_else(|| candidates.iter().position(legible)),
    };
    let chosen = found.unwrap_or(0);
    (chosen < candidates.len()).then(|| candidates.swap_remove(chosen))
}

/// Lists the ways to write a number, from the smallest units of each base to the largest.
fn candidates(units: &Units, number: Fraction, dimension: Dimension) -> Vec<Written> {
    let mut ways = vec![Written { number, units: Vec::new() }];
    for index in base_order(dimension) {
        let power = dimension.0.get(index).copied().unwrap_or(0);
        let mut of = units.of(Base(u8::try_from(index).unwrap_or(u8::MAX)));
        of.reverse();
        ways = ways
            .iter()
            .flat_map(|way| of.iter().filter_map(|(name, unit)| in_unit(way, name, unit.factor, power)))
            .collect();
    }
    ways
}

/// Orders bases so that the rate's owner (`rpu` in `rpu*h`) stands before time, which is declared first.
fn base_order(dimension: Dimension) -> impl Iterator<Item = usize> {
    (0..BASES).rev().filter(move |index| dimension.0.get(*index).is_some_and(|power| *power != 0))
}

fn in_unit(way: &Written, name: &SmolStr, factor: Fraction, power: i8) -> Option<Written> {
    let mut number = way.number;
    for _ in 0..power.unsigned_abs() {
        number = if power > 0 { number.checked_div(&factor) } else { number.checked_mul(&factor) }?;
    }
    let mut units = way.units.clone();
    units.push((name.clone(), power));
    Some(Written { number, units })
}

/// Returns how many decimals a number has, if they end within [`PLACES`].
fn decimals(number: Fraction) -> Option<u32> {
    (0..=PLACES).find(|places| (10_i128.pow(*places) % number.denom()).is_zero())
}

/// Writes a number whole, or with decimals: `least` to four.
fn decimal(out: &mut String, number: Fraction, least: u32) {
    // Writing to a String does not fail.
    let _ = decimal_onto(out, number, least);
}

fn decimal_onto(out: &mut String, number: Fraction, least: u32) -> std::fmt::Result {
    if number.is_integer() {
        return write!(out, "{}", number.to_integer());
    }
    let places = decimals(number).unwrap_or(PLACES).max(least);
    let scale = Fraction::from_integer(10_i128.pow(places));
    let Some(scaled) = number.abs().checked_mul(&scale) else {
        return write!(out, "{}/{}", number.numer(), number.denom());
    };
    let digits = scaled.round().to_integer();
    let (whole, part) = (digits / scale.to_integer(), digits % scale.to_integer());
    let sign = if number.is_negative() && digits != 0 { "-" } else { "" };
    write!(out, "{sign}{whole}.{part:0width$}", width = places as usize)
}
