//! Templates of numbers, as `to_char` and `to_number` take them: written or matched.
//!
//! Facts: Redshift guide, "Numeric format strings". What is not known here is refused.

use super::cast::overflow;
use super::decimal::{Decimal, Overflow};
use super::error::SqlError;

/// A number's template, taken apart.
struct Picture {
    /// Digits and group signs before the point, then digits after it.
    whole: Vec<char>,
    fraction: Vec<char>,
    bare: bool,
    currency: bool,
    sign: Sign,
}

/// Where a number's sign goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A minus just before the first digit.
    Floating,
    /// `S` in front: plus or minus.
    Before,
    /// `S` or `MI` at the end.
    After { plus: char },
    /// `PR`: negative numbers in angle brackets.
    Brackets,
}

fn picture(template: &str) -> Result<Picture, SqlError> {
    let refuse = || SqlError::unsupported(format!("the numeric format \"{template}\""));
    let mut picture = Picture {
        whole: Vec::new(),
        fraction: Vec::new(),
        bare: false,
        currency: false,
        sign: Sign::Floating,
    };
    let upper = template.to_uppercase();
    let mut rest = upper.as_str();
    let mut past_point = false;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            'F' if rest.starts_with("FM") => (picture.bare, length) = (true, 2),
            'M' if rest.starts_with("MI") => (picture.sign, length) = (Sign::After { plus: ' ' }, 2),
            'P' if rest.starts_with("PR") => (picture.sign, length) = (Sign::Brackets, 2),
            'S' if picture.whole.is_empty() => picture.sign = Sign::Before,
            'S' => picture.sign = Sign::After { plus: '+' },
            '9' | '0' if past_point => picture.fraction.push(first),
            '9' | '0' => picture.whole.push(first),
            ',' | 'G' if !past_point => picture.whole.push(','),
            '.' | 'D' if !past_point => past_point = true,
            '$' | 'L' if picture.whole.is_empty() => picture.currency = true,
            ' ' if picture.whole.is_empty() => {}
            _ => return Err(refuse()),
        }
        rest = rest.get(length..).unwrap_or("");
    }
    if picture.whole.is_empty() && picture.fraction.is_empty() { Err(refuse()) } else { Ok(picture) }
}

/// Writes a number, given as its decimal text, by a template such as `999,990.00`.
pub(crate) fn write(template: &str, number: &str) -> Result<String, SqlError> {
    let picture = picture(template)?;
    let scale = u16::try_from(picture.fraction.len()).unwrap_or(u16::MAX);
    let decimal = Decimal::parse(number, scale).ok_or_else(|| SqlError::syntax(number))?;
    let decimal = decimal.map_err(|Overflow| overflow())?;
    let negative = decimal < Decimal::whole(0);
    let rounded = if negative { decimal.negated() } else { decimal }.text(scale);
    let (whole, fraction) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let whole = whole.trim_start_matches('0');
    let places = picture.whole.iter().filter(|sign| **sign != ',').count();
    let (whole, fraction) = if whole.len() > places {
        ("#".repeat(places), "#".repeat(fraction.len()))
    } else {
        (format!("{whole:>places$}"), fraction.to_owned())
    };
    let mut digits = whole.chars();
    let (mut body, mut started) = (String::new(), false);
    for place in &picture.whole {
        if *place == ',' {
            body.push(if started { ',' } else { ' ' });
            continue;
        }
        let digit = digits.next().unwrap_or(' ');
        started = started || *place == '0' || digit != ' ';
        body.push(if started && digit == ' ' { '0' } else { digit });
    }
    let blank = body.len() - body.trim_start().len();
    let mut tail = fraction;
    if picture.bare {
        let kept = picture.fraction.iter().rposition(|place| *place == '0').map_or(0, |last| last + 1);
        while tail.len() > kept && tail.ends_with('0') {
            tail.pop();
        }
    }
    let point = if picture.fraction.is_empty() { "" } else { "." };
    let currency = if picture.currency { "$" } else { "" };
    let digits = body.trim_start();
    let (before, after) = match picture.sign {
        Sign::Floating => (if negative { "-" } else { " " }.to_owned(), String::new()),
        Sign::Before => (if negative { "-" } else { "+" }.to_owned(), String::new()),
        Sign::After { plus } => (String::new(), if negative { '-' } else { plus }.to_string()),
        Sign::Brackets if negative => ("<".to_owned(), ">".to_owned()),
        Sign::Brackets => (" ".to_owned(), " ".to_owned()),
    };
    let padding = " ".repeat(blank);
    let out = match picture.currency {
        true => format!("{before}{currency}{padding}{digits}{point}{tail}{after}"),
        false => format!("{padding}{before}{digits}{point}{tail}{after}"),
    };
    Ok(if picture.bare { out.replace(' ', "") } else { out })
}

/// Reads a number by a template: its digits, its point and its sign.
pub(crate) fn read(template: &str, text: &str) -> Result<String, SqlError> {
    let picture = picture(template)?;
    let negative = text.contains('-') || picture.sign == Sign::Brackets && text.contains('<');
    let plain: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    if Decimal::parse(&plain, 0).is_none() {
        return Err(SqlError::new("22P02", format!("invalid input syntax for type numeric: \"{text}\"")));
    }
    Ok(if negative { format!("-{plain}") } else { plain })
}

/// The digits after the point that a numeric template asks for.
pub(crate) fn places(template: &str) -> Result<(u16, u16), SqlError> {
    let picture = picture(template)?;
    let count =
        |places: &[char]| u16::try_from(places.iter().filter(|place| **place != ',').count()).unwrap_or(38);
    let (whole, fraction) = (count(&picture.whole), count(&picture.fraction));
    Ok((whole + fraction, fraction))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_shape_of_their_template() {
        for (number, template, written) in [
            ("485", "999", " 485"),
            ("-485", "999", "-485"),
            ("48", "9999", "   48"),
            ("-48", "9999", "  -48"),
            ("1485", "9,999", " 1,485"),
            ("148.5", "999.990", " 148.500"),
            ("0.1", "9.99", "  .10"),
            ("0.1", "0.99", " 0.10"),
            ("0.1", "FM9.99", ".1"),
            ("1234567.891", "FM999,999,990.00", "1,234,567.89"),
            ("125.8", "999D99MI", "125.80 "),
            ("-125.8", "999D99S", "125.80-"),
            ("-12", "99PR", "<12>"),
            ("1234", "99", " ##"),
            ("12", "$999.99", " $ 12.00"),
        ] {
            assert_eq!(write(template, number).unwrap(), written, "{number} by {template}");
        }
        assert_eq!(write("99EEEE", "1").unwrap_err().sqlstate, "0A000");
        assert_eq!(read("9,999.99", "1,234.50-").unwrap(), "-1234.50");
    }
}
