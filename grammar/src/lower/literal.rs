//! Lowers literals: numbers, addresses, characters and texts.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use pest::iterators::Pair;
use smol_str::SmolStr;

use super::{Lower, Rule, Written};
use crate::Spanned;
use crate::ast::{ExprKind, Fraction, TextPart};
use crate::problem::{Literal, Problem, Text};

/// With more digits, a product of two numbers may leave `i128`.
const MOST_DIGITS: usize = 30;

impl Lower {
    /// Lowers a number or an address.
    pub(crate) fn number(&mut self, written: Written<'_>) -> Option<ExprKind> {
        let text = written.text;
        let length = text.bytes().position(|b| b == b'%' || b.is_ascii_alphabetic()).unwrap_or(text.len());
        let (digits, unit) = text.split_at_checked(length)?;
        let mut parts = digits.split('.');
        let (whole, decimals) = (parts.next()?, parts.next().unwrap_or(""));
        if parts.next().is_some() {
            return self.address(written);
        }
        if whole.len() + decimals.len() > MOST_DIGITS {
            return self.report(Problem::Literal(
                Literal::NumberTooLong { digits: MOST_DIGITS },
                self.within(written, 0, length),
            ));
        }
        let value = fraction(whole, decimals)?;
        let unit = (!unit.is_empty())
            .then(|| Spanned::new(SmolStr::new(unit), self.within(written, length, unit.len())));
        Some(ExprKind::Number { value, unit })
    }

    fn address(&mut self, written: Written<'_>) -> Option<ExprKind> {
        let text = written.text;
        let at = self.within(written, 0, text.len());
        let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
        let Ok(address) = address.parse::<Ipv4Addr>() else {
            return self.report(Problem::Literal(Literal::Address { written: SmolStr::new(text) }, at));
        };
        let Some(length) = length else { return Some(ExprKind::Ip(address)) };
        let Some(cidr) = length.parse().ok().and_then(|length| Ipv4Net::new(address, length).ok()) else {
            return self
                .report(Problem::Literal(Literal::PrefixLength { written: SmolStr::new(length) }, at));
        };
        let mended = cidr.trunc();
        if mended != cidr {
            self.problems.push(Problem::Literal(Literal::HostBits { cidr, mended }, at));
        }
        Some(ExprKind::Cidr(mended))
    }

    pub(super) fn char(&mut self, pair: &Pair<'_, Rule>) -> Option<char> {
        let inner = inside(pair.as_str(), 1)?;
        let text = self.unescape(pair, 1, inner)?;
        text.chars().next()
    }

    /// Lowers a text that has no interpolation.
    pub(super) fn plain_text(&mut self, pair: &Pair<'_, Rule>) -> Option<Spanned<SmolStr>> {
        let text = self.unescape(pair, 1, inside(pair.as_str(), 1)?)?;
        Some(Spanned::new(text, self.span(pair)))
    }

    pub(super) fn text(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<TextPart>> {
        match pair.as_rule() {
            Rule::block_text => self.block_text(&pair),
            Rule::plain_text => {
                let inner = inside(pair.as_str(), 1)?;
                if inner.is_empty() {
                    return Some(Vec::new());
                }
                let text = self.unescape(&pair, 1, inner)?;
                Some(vec![TextPart::Literal(Spanned::new(
                    text,
                    self.within(Written::of(&pair), 1, inner.len()),
                ))])
            }
            _ => self.text_parts(pair),
        }
    }

    fn text_parts(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<TextPart>> {
        if pair.as_str().contains('\n') {
            return self.report(Problem::Text(Text::OverLines, self.span(&pair)));
        }
        let mut parts = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::text_literal => {
                    let text = self.unescape(&part, 0, part.as_str())?;
                    parts.push(TextPart::Literal(Spanned::new(text, self.span(&part))));
                }
                Rule::interpolation => parts.push(TextPart::Interpolation(self.inner_expr(part)?)),
                _ => {}
            }
        }
        Some(parts)
    }

    fn block_text(&mut self, pair: &Pair<'_, Rule>) -> Option<Vec<TextPart>> {
        let inner = inside(pair.as_str(), 3)?;
        let Some(lines) = dedent(inner) else {
            return self.report(Problem::Text(Text::BlockOnOneLine, self.span(pair)));
        };
        let literal =
            Spanned::new(SmolStr::new(lines.join("\n")), self.within(Written::of(pair), 3, inner.len()));
        Some(vec![TextPart::Literal(literal)])
    }

    /// Resolves the escapes in `written`, which stands `offset` bytes into the pair.
    fn unescape(&mut self, pair: &Pair<'_, Rule>, offset: usize, written: &str) -> Option<SmolStr> {
        if !written.contains('\\') {
            return Some(SmolStr::new(written));
        }
        let mut text = String::with_capacity(written.len());
        let mut rest = written;
        while let Some((before, after)) = rest.split_once('\\') {
            text.push_str(before);
            let Some((char, length)) = escaped(after) else {
                let start = offset + written.len() - after.len() - 1;
                let length = 1 + after.chars().next().map_or(0, char::len_utf8);
                return self
                    .report(Problem::Text(Text::Escape, self.within(Written::of(pair), start, length)));
            };
            text.push(char);
            rest = after.get(length..)?;
        }
        text.push_str(rest);
        Some(text.into())
    }
}

/// Returns the lines of a block text without their common indentation, given what stands between the quotes.
///
/// A last line that holds only the closing quotes is none. `None` if the text begins on the line of the opening quotes.
pub(crate) fn dedent(inner: &str) -> Option<Vec<&str>> {
    let (first, rest) = inner.split_once('\n')?;
    if !first.trim_end_matches([' ', '\t', '\r']).is_empty() {
        return None;
    }
    let mut lines: Vec<_> = rest.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    if lines.last().is_some_and(|line| is_blank(line)) {
        lines.pop();
    }
    let margin = lines.iter().filter(|line| !is_blank(line)).map(|line| indentation(line)).reduce(common);
    let margin = margin.unwrap_or("").len();
    Some(
        lines
            .into_iter()
            .map(|line| if is_blank(line) { "" } else { line.get(margin..).unwrap_or("") })
            .collect(),
    )
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|b| matches!(b, b' ' | b'\t'))
}

fn indentation(line: &str) -> &str {
    line.split_at(line.len() - line.trim_start_matches([' ', '\t']).len()).0
}

fn common<'t>(a: &'t str, b: &str) -> &'t str {
    a.split_at(a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()).0
}

/// Returns what stands between quotes of `width` bytes.
fn inside(quoted: &str, width: usize) -> Option<&str> {
    quoted.get(width..quoted.len().checked_sub(width)?)
}

fn fraction(whole: &str, decimals: &str) -> Option<Fraction> {
    let whole_value: i128 = whole.parse().ok()?;
    if decimals.is_empty() {
        return Some(Fraction::from_integer(whole_value));
    }
    let scale = 10_i128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let numerator = whole_value.checked_mul(scale)?.checked_add(decimals.parse().ok()?)?;
    Some(Fraction::new(numerator, scale))
}

/// Returns the character that an escape stands for and the bytes behind its `\`.
fn escaped(after: &str) -> Option<(char, usize)> {
    let char = match after.chars().next()? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        char @ ('\\' | '"' | '\'' | '$') => char,
        'u' => {
            let digits = after.strip_prefix("u{")?.split_once('}')?.0;
            let code = u32::from_str_radix(digits, 16).ok()?;
            return Some((char::from_u32(code)?, digits.len() + 3));
        }
        _ => return None,
    };
    Some((char, 1))
}
