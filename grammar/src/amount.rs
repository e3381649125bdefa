//! Recognises numbers as people and other languages write them: `$500`, `USD 500`, `11,000usd`, `1_000`.

use std::ops::Range;

use crate::problem::Hint;
use crate::split::Tokens;
use crate::token::TokenKind;

/// What `$` stands for.
const DOLLARS: &str = "usd";

/// Looks at a token that can't be read, and at what stands beside it.
pub(crate) fn hint(tokens: Tokens<'_>, token: usize) -> Option<Hint> {
    underscores(tokens, token).or_else(|| thousands(tokens, token)).or_else(|| money(tokens, token))
}

/// `1_000`
fn underscores(tokens: Tokens<'_>, token: usize) -> Option<Hint> {
    let written = tokens.written(token);
    let is_number = tokens.kind(token) == Some(TokenKind::Number);
    let rest = written.trim_start_matches(|c: char| c.is_ascii_digit());
    (is_number && rest.starts_with('_')).then(|| Hint::Digits {
        sign: '_',
        whole: tokens.cover(token..token + 1),
        written: written.replace('_', ""),
    })
}

/// `11,000usd`, of which the second number can't be read.
fn thousands(tokens: Tokens<'_>, token: usize) -> Option<Hint> {
    let first = token.checked_sub(2)?;
    let last = end_of_thousands(tokens, first);
    (last >= token).then(|| Hint::Digits {
        sign: ',',
        whole: tokens.cover(first..last + 1),
        written: digits(tokens, first..last + 1),
    })
}

/// `$500`, `USD 500`, `500$`, `500 USD`
fn money(tokens: Tokens<'_>, token: usize) -> Option<Hint> {
    let is_number = |index| tokens.kind(index) == Some(TokenKind::Number);
    let is_sign = |index| tokens.written(index) == "$" || tokens.written(index).eq_ignore_ascii_case(DOLLARS);
    let before = token.checked_sub(1);
    let (whole, number) = if is_sign(token) && before.is_some_and(is_number) {
        let number = token - 1..token;
        (number.start..token + 1, number)
    } else {
        let sign = if is_sign(token) { token } else { before.filter(|&before| is_sign(before))? };
        // `let usd 500` lacks something else.
        let begins = sign.checked_sub(1).and_then(|before| tokens.kind(before));
        if !matches!(begins, Some(TokenKind::Sign | TokenKind::Open)) {
            return None;
        }
        let number = sign + 1..end_of_thousands(tokens, sign + 1) + 1;
        (sign..number.end, number)
    };
    let number = is_number(number.start).then(|| digits(tokens, number))?;
    let is_bare = number.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_bare.then(|| Hint::Money { whole: tokens.cover(whole), written: format!("{number}{DOLLARS}") })
}

/// Returns the last token of a number whose thousands are parted by commas.
fn end_of_thousands(tokens: Tokens<'_>, first: usize) -> usize {
    let mut last = first;
    let has_three = |index| tokens.written(index).chars().take_while(char::is_ascii_digit).count() == 3;
    let goes_on = |last: usize| {
        let comma = last + 1;
        let is_bare = tokens.written(last).chars().all(|c| c.is_ascii_digit());
        is_bare
            && tokens.kind(last) == Some(TokenKind::Number)
            && tokens.written(comma) == ","
            && tokens.touches(last)
            && tokens.touches(comma)
            && has_three(comma + 1)
    };
    while goes_on(last) {
        last += 2;
    }
    last
}

fn digits(tokens: Tokens<'_>, number: Range<usize>) -> String {
    number.map(|index| tokens.written(index)).filter(|written| *written != ",").collect()
}
