//! Decimals: whole numbers of up to 38 digits; their type says how many of these stand after the point.
//!
//! In SQLite a decimal is a blob of 16 bytes that sorts as the number does, so that decimals of one scale can be
//! compared, grouped and joined as they are.

use std::cmp::Ordering;

use super::types::MAX_PRECISION;

/// A decimal without its scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(i128);

/// Turns the order of signed numbers into that of bytes.
const SIGN: u128 = 1 << 127;

/// The digits of a `real` and of a `double precision` that a decimal takes over.
const REAL_DIGITS: usize = 6;
const DOUBLE_DIGITS: usize = 15;

impl Decimal {
    /// A whole number; its scale is 0.
    pub(crate) fn whole(number: impl Into<i128>) -> Self {
        Self(number.into())
    }

    /// The number before its point is set.
    pub(crate) fn unscaled(self) -> i128 {
        self.0
    }

    /// Reads `-12.5` or `1.25e3`; digits beyond the scale are rounded. `None` if it is no number.
    pub(crate) fn parse(text: &str, scale: u16) -> Option<Result<Self, Overflow>> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (is_negative, digits) = match mantissa.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        // So many digits stand before the place of the last one that is kept.
        let kept = i64::try_from(whole.len()).ok()? + i64::from(exponent) + i64::from(scale);
        let Ok(kept) = usize::try_from(kept) else { return Some(Ok(Self(0))) };
        let all = all.trim_end_matches('0');
        let head = all.get(..kept.min(all.len()))?.trim_start_matches('0');
        let missing = kept.saturating_sub(all.len());
        let number = match head {
            "" => Some(0),
            _ if head.len() + missing > usize::from(MAX_PRECISION) => None,
            _ => head.parse::<i128>().ok().and_then(|n| n.checked_mul(power(missing)?)),
        };
        let rounds_up = all.as_bytes().get(kept).is_some_and(|digit| *digit >= b'5');
        let number = number.map(|n| n + i128::from(rounds_up)).map(|n| if is_negative { -n } else { n });
        Some(number.map(Self).ok_or(Overflow))
    }

    /// The number as SQL shows it.
    pub(crate) fn text(self, scale: u16) -> String {
        let (sign, digits) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs().to_string());
        if scale == 0 {
            return format!("{sign}{digits}");
        }
        let scale = usize::from(scale);
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        format!("{sign}{whole}.{fraction}")
    }

    /// The nearest double.
    pub(crate) fn real(self, scale: u16) -> f64 {
        self.text(scale).parse().unwrap_or(f64::NAN)
    }

    /// The decimal of a double's first fifteen digits; `None` for what is no number.
    pub(crate) fn of_double(x: f64, scale: u16) -> Option<Result<Self, Overflow>> {
        Self::of_digits(x, scale, DOUBLE_DIGITS)
    }

    /// The decimal of a `real`'s first six digits.
    pub(crate) fn of_real(x: f64, scale: u16) -> Option<Result<Self, Overflow>> {
        Self::of_digits(x, scale, REAL_DIGITS)
    }

    fn of_digits(x: f64, scale: u16, digits: usize) -> Option<Result<Self, Overflow>> {
        x.is_finite().then(|| Self::parse(&format!("{x:.0$e}", digits - 1), scale)).flatten()
    }

    /// The number of another scale, rounded where digits go.
    pub(crate) fn rescaled(self, from: u16, to: u16) -> Result<Self, Overflow> {
        match to.cmp(&from) {
            Ordering::Equal => Ok(self),
            Ordering::Greater => self.times(power(usize::from(to - from))),
            Ordering::Less => Ok(match power(usize::from(from - to)) {
                Some(unit) => Self(rounded(self.0, unit)),
                None => Self(0),
            }),
        }
    }

    fn times(self, factor: Option<i128>) -> Result<Self, Overflow> {
        factor.and_then(|factor| self.0.checked_mul(factor)).map(Self).ok_or(Overflow)
    }

    /// Refuses a number of more digits than the precision.
    pub(crate) fn fitting(self, precision: u16) -> Result<Self, Overflow> {
        match power(usize::from(precision)) {
            Some(limit) if self.0.unsigned_abs() >= limit.unsigned_abs() => Err(Overflow),
            Some(_) | None => Ok(self),
        }
    }

    /// What is left of the number when all digits after this place go: up, down, to the nearest, or off.
    pub(crate) fn cut(self, scale: u16, places: i64, how: Cut) -> Self {
        let gone = i64::from(scale) - places;
        let Some(unit) = usize::try_from(gone).ok().filter(|gone| *gone > 0).map(power) else {
            return self;
        };
        let Some(unit) = unit else { return Self(0) };
        let cut = match how {
            Cut::Nearest => rounded(self.0, unit),
            Cut::Off => self.0 / unit,
            Cut::Down => self.0.div_euclid(unit),
            Cut::Up => -(-self.0).div_euclid(unit),
        };
        Self(cut.saturating_mul(unit))
    }

    pub(crate) fn negated(self) -> Self {
        Self(-self.0)
    }

    /// The sum of two numbers of one scale.
    pub(crate) fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// The quotient of a number and a count, rounded.
    pub(crate) fn shared(self, count: i128) -> Self {
        Self(rounded(self.0, count))
    }

    /// The mean of so many numbers whose sum this is, cut off as by AVG (Redshift guide, "PIVOT and UNPIVOT examples":
    /// 2.50, 3.75 and 1.90 make 2.71).
    pub(crate) fn mean(self, count: i128) -> Self {
        Self(self.0 / count)
    }

    /// The bytes that stand for it in SQLite.
    pub(crate) fn bytes(self) -> [u8; 16] {
        (self.0.cast_unsigned() ^ SIGN).to_be_bytes()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; 16] = bytes.try_into().ok()?;
        Some(Self((u128::from_be_bytes(bytes) ^ SIGN).cast_signed()))
    }
}

/// How digits are cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    Nearest,
    Off,
    Down,
    Up,
}

/// A number of more digits than there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overflow;

/// An operation on two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operation {
    pub(crate) fn of(sign: &str) -> Option<Self> {
        Some(match sign {
            "+" => Self::Add,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "%" => Self::Remainder,
            _ => return None,
        })
    }

    /// Computes with two numbers and their scales; `None` for a division by zero.
    pub(crate) fn compute(
        self,
        (a, a_scale): (Decimal, u16),
        (b, b_scale): (Decimal, u16),
        scale: u16,
    ) -> Option<Result<Decimal, Overflow>> {
        let most = a_scale.max(b_scale);
        let aligned = || Ok((a.rescaled(a_scale, most)?.0, b.rescaled(b_scale, most)?.0));
        let with = |act: fn(i128, i128) -> Option<i128>| {
            let (a, b) = aligned()?;
            Decimal(act(a, b).ok_or(Overflow)?).rescaled(most, scale)
        };
        Some(match self {
            Self::Add => with(i128::checked_add),
            Self::Subtract => with(i128::checked_sub),
            Self::Multiply => {
                a.0.checked_mul(b.0)
                    .ok_or(Overflow)
                    .and_then(|n| Decimal(n).rescaled(a_scale + b_scale, scale))
            }
            Self::Divide | Self::Remainder if b.0 == 0 => return None,
            Self::Remainder => with(i128::checked_rem),
            Self::Divide => {
                let raised = i32::from(scale) + i32::from(b_scale) - i32::from(a_scale);
                match usize::try_from(raised) {
                    Ok(raised) => a.times(power(raised)).map(|a| a.shared(b.0)),
                    Err(_) => b
                        .times(power(raised.unsigned_abs() as usize))
                        .map_or(Ok(Decimal(0)), |b| Ok(a.shared(b.0))),
                }
            }
        })
    }
}

/// The quotient rounded to the nearest number, halves away from zero.
fn rounded(number: i128, unit: i128) -> i128 {
    let (quotient, rest) = (number / unit, number % unit);
    let away = if (number < 0) == (unit < 0) { 1 } else { -1 };
    if rest.unsigned_abs() >= unit.unsigned_abs() - rest.unsigned_abs() { quotient + away } else { quotient }
}

/// Ten to the power, as far as 38 digits go.
fn power(digits: usize) -> Option<i128> {
    10i128.checked_pow(u32::try_from(digits).ok()?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn read(text: &str, scale: u16) -> String {
        Decimal::parse(text, scale).unwrap().map_or_else(|Overflow| "overflow".to_owned(), |d| d.text(scale))
    }

    #[test]
    fn texts_are_read_and_rounded() {
        for (text, scale, shown) in [
            ("1.5", 2, "1.50"),
            ("-0.005", 2, "-0.01"),
            ("0.0049", 2, "0.00"),
            (".5", 0, "1"),
            ("12e2", 1, "1200.0"),
            ("1.25e-3", 4, "0.0013"),
            ("-9.995", 2, "-10.00"),
            ("1e-400", 3, "0.000"),
            ("0e400", 3, "0.000"),
            ("99999999999999999999999999999999999999", 0, "99999999999999999999999999999999999999"),
            ("100000000000000000000000000000000000000", 0, "overflow"),
            ("1e38", 0, "overflow"),
            ("0.12345678901234567890123456789012345678", 38, "0.12345678901234567890123456789012345678"),
        ] {
            assert_eq!(read(text, scale), shown, "{text}");
        }
        for text in ["", ".", "-", "x", "1.2.3", "1e", "NaN", "--1"] {
            assert_eq!(Decimal::parse(text, 2), None, "{text}");
        }
    }

    #[test]
    fn bytes_sort_as_numbers_do() {
        let numbers = [i128::MIN, -(10i128.pow(37)), -1, 0, 1, 255, 256, 10i128.pow(37), i128::MAX];
        let bytes = numbers.map(|n| Decimal(n).bytes());
        assert!(bytes.is_sorted_by(|a, b| a < b));
        assert_eq!(bytes.map(|b| Decimal::from_bytes(&b)), numbers.map(|n| Some(Decimal(n))));
    }

    #[test]
    fn quotients_are_rounded_away_from_zero() {
        let quotient = |a: i128, b: i128, scale| {
            let found = Operation::Divide.compute((Decimal(a), 0), (Decimal(b), 0), scale);
            found.map(|found| found.unwrap().text(scale))
        };
        assert_eq!(quotient(2, 3, 4).as_deref(), Some("0.6667"));
        assert_eq!(quotient(-1, 8, 2).as_deref(), Some("-0.13"));
        assert_eq!(quotient(1, -8, 2).as_deref(), Some("-0.13"));
        assert_eq!(quotient(-1, -8, 2).as_deref(), Some("0.13"));
        assert_eq!(quotient(1, 0, 2), None);
    }

    #[test]
    fn digits_are_cut_in_four_ways() {
        let cut = |how| Decimal(-12_345).cut(2, 0, how).text(2);
        assert_eq!(
            [Cut::Nearest, Cut::Off, Cut::Down, Cut::Up].map(cut),
            ["-123.00", "-123.00", "-124.00", "-123.00"]
        );
        assert_eq!(Decimal(12_350).cut(2, -2, Cut::Nearest).text(2), "100.00");
        assert_eq!(Decimal(12_350).cut(2, 5, Cut::Off).text(2), "123.50");
    }
}
