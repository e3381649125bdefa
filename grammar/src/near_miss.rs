//! Recognises what people write out of habit from other languages, so that the help says what rsx writes.

use std::ops::Range;

use smol_str::SmolStr;

use crate::lower::Rule;
use crate::problem::{Found, Hint, Instead};
use crate::split::{Tokens, leads};
use crate::token::TokenKind;
use crate::words::is_reserved;
use crate::{amount, head, words};

/// Returns what helps, given the token that can't be read and what could have stood there.
pub(crate) fn hint(
    tokens: Tokens<'_>,
    start: usize,
    token: usize,
    found: &Found,
    expected: &[Rule],
) -> Option<Hint> {
    if let Some(hint) = by_check(tokens, start, token) {
        return Some(hint);
    }
    if tokens.written(token) == "==" && matches!(found, Found::Written(sign) if sign == "=") {
        return Some(Hint::Equals);
    }
    let ends_value = expected.contains(&Rule::field_end) && !expected.contains(&Rule::equals);
    if tokens.written(token) == "=" && (tokens.written(start) == REQUIRE || ends_value) {
        return Some(Hint::Compare);
    }
    by_character(found)
        .or_else(|| by_token(tokens, token, expected))
        .or_else(|| by_field(tokens, start))
        .or_else(|| by_start(tokens, start, token, found, expected))
        .or_else(|| by_place(tokens, token, expected))
}

/// The word of the clause that holds a condition.
pub(crate) const REQUIRE: &str = "require";

/// Looks at what was found, if it is one character: what nobody sees is in no token's way.
fn by_character(found: &Found) -> Option<Hint> {
    let Found::Written(written) = found else { return None };
    let mut chars = written.chars();
    let (only, None) = (chars.next()?, chars.next()) else { return None };
    let instead = if only.is_whitespace() { " " } else { "" };
    is_invisible(only).then_some(Hint::Invisible { instead })
}

/// Says whether a character leaves nothing to see, or nothing that tells it from a blank.
pub(crate) fn is_invisible(c: char) -> bool {
    let is_mark =
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}');
    c.is_control() || is_mark || (c.is_whitespace() && c != ' ')
}

/// Looks for what must hold in a check or an expect, without its `require`.
fn by_check(tokens: Tokens<'_>, start: usize, token: usize) -> Option<Hint> {
    let head = head::head(tokens.source).filter(|head| matches!(head.kind, "check" | "expect"))?;
    let first = tokens.code(start..token + 1)?;
    let begins = tokens.all.get(first)?.start;
    let before = tokens.all.get(..first)?;
    let count = |kind| before.iter().filter(|token| token.kind == kind).count();
    let depth = count(TokenKind::Open).checked_sub(count(TokenKind::Close));
    let is_within = begins >= head.name_span.end && depth == Some(1);
    let is_field =
        matches!(tokens.written(token), "=" | ":") && tokens.code(first + 1..token + 1) == Some(token);
    (is_within && !is_field && !leads(tokens.written(first))).then_some(Hint::Require { start: begins })
}

/// Looks for a value where a type belongs: `name: "x"`.
fn by_field(tokens: Tokens<'_>, start: usize) -> Option<Hint> {
    let colon = tokens.code(start + 1..tokens.all.len())?;
    let value = tokens.code(colon + 1..tokens.all.len())?;
    let is_value = matches!(tokens.kind(value)?, TokenKind::Text | TokenKind::Number | TokenKind::Open)
        || tokens.written(value) == "=";
    // `name: = "x"` has its sign already.
    let instead = if tokens.written(value) == "=" { "" } else { " =" };
    let colon_range = tokens.cover(colon..colon + 1);
    (tokens.written(colon) == ":" && is_value).then_some(Hint::ColonForEquals { colon: colon_range, instead })
}

/// Looks at the token alone.
fn by_token(tokens: Tokens<'_>, token: usize, expected: &[Rule]) -> Option<Hint> {
    let written = tokens.written(token);
    let kind = tokens.kind(token)?;
    if kind == TokenKind::OpenChar && written.len() > 1 {
        return Some(Hint::SingleQuotes(written.trim_matches('\'').into()));
    }
    if kind == TokenKind::FileDocs {
        return Some(Hint::FileDocs);
    }
    let number = amount::hint(tokens, token).or_else(|| dots(tokens, token));
    if let Some(hint) = number.or_else(|| unit(tokens, token, expected)) {
        return Some(hint);
    }
    match written {
        ";" => Some(Hint::Semicolon),
        "#" | "/*" => Some(Hint::Comment { signs: comment_signs(tokens, token) }),
        "“" | "”" | "„" | "«" | "»" => {
            Some(Hint::CurlyQuotes { quotes: curly_quotes(tokens, token) })
        }
        "&&" => operator(tokens, token, "and"),
        "||" => operator(tokens, token, "or"),
        "!" => operator(tokens, token, "not"),
        _ => None,
    }
}

/// A word instead of a sign, with a blank where it would run into what stands beside it.
fn operator(tokens: Tokens<'_>, token: usize, word: &'static str) -> Option<Hint> {
    let range = tokens.all.get(token)?.range();
    let blank = |beside: Option<char>| match beside {
        Some(c) if !c.is_whitespace() && !matches!(c, '(' | '[' | '{') => " ",
        Some(_) | None => "",
    };
    let before = tokens.source.get(..range.start)?.chars().next_back();
    let after = tokens.source.get(range.end..)?.chars().next();
    let behind = if after.is_some_and(|c| !c.is_whitespace()) { " " } else { "" };
    Some(Hint::Operator { word, written: format!("{}{word}{behind}", blank(before)) })
}

/// Looks for what people write for `..` between two numbers.
fn dots(tokens: Tokens<'_>, token: usize) -> Option<Hint> {
    let before = |count| token.checked_sub(count).map_or("", |index| tokens.written(index));
    let sign = match tokens.written(token) {
        "to" | "–" | "—" => token..token + 1,
        // `...` is cut into `..` and `.`, behind which a field could stand.
        _ if before(1) == "." && before(2) == ".." => token - 2..token,
        _ => return None,
    };
    let is_number = |index| tokens.kind(index) == Some(TokenKind::Number);
    let is_between = sign.start.checked_sub(1).is_some_and(is_number) && is_number(sign.end);
    is_between.then(|| Hint::Dots { sign: tokens.cover(sign) })
}

/// Looks for a number before a word that can be its unit.
fn unit(tokens: Tokens<'_>, token: usize, expected: &[Rule]) -> Option<Hint> {
    let before = token.checked_sub(1)?;
    let (number, unit) = (tokens.written(before), tokens.written(token));
    let has_none = number.ends_with(|c: char| c.is_ascii_digit()) && !number.contains('/');
    let is_unit = tokens.kind(token)? == TokenKind::Word && !is_reserved(unit);
    // `a = 1 b = 2`, `let a = 1 let b = 2`: something else begins here.
    let next = tokens.written(token + 1);
    let begins = matches!(next, "=" | ":" | "(")
        || (tokens.kind(token + 1) == Some(TokenKind::Word) && !is_reserved(next));
    if tokens.kind(before)? != TokenKind::Number || !has_none || !is_unit || begins {
        return None;
    }
    let between = tokens.all.get(before)?.end..tokens.all.get(token)?.start;
    let is_element = expected.contains(&Rule::argument_end);
    let instead = if is_element { Instead::Comma } else { Instead::Operator };
    Some(Hint::Unit { number: number.into(), unit: unit.into(), between, instead })
}

/// Where the signs of a comment of another language stand, and what to write there: nothing if it goes over lines or code
/// follows it.
fn comment_signs(tokens: Tokens<'_>, token: usize) -> Vec<(Range<usize>, &'static str)> {
    let Some(range) = tokens.all.get(token).map(|token| token.range()) else { return Vec::new() };
    if tokens.written(token) == "#" {
        return vec![(range, "//")];
    }
    let rest = tokens.source.get(range.end..).unwrap_or("");
    let line = rest.lines().next().unwrap_or("");
    match line.find("*/") {
        Some(end) if line.get(end + 2..).is_some_and(|behind| behind.trim().is_empty()) => {
            let start = line.get(..end).map_or(end, |inner| inner.trim_end().len());
            vec![(range.clone(), "//"), (range.end + start..range.end + end + 2, "")]
        }
        Some(_) | None => Vec::new(),
    }
}

/// Where a text in curly quotes has its quotes: nothing if only one is on the line, or a straight one as well.
fn curly_quotes(tokens: Tokens<'_>, token: usize) -> Vec<Range<usize>> {
    let Some(open) = tokens.all.get(token).map(|token| token.range()) else { return Vec::new() };
    let rest = tokens.source.get(open.end..).unwrap_or("");
    let line = rest.lines().next().unwrap_or("");
    let closes = |c: char| matches!(c, '“' | '”' | '»' | '"');
    match line.char_indices().find(|(_, c)| closes(*c)) {
        Some((at, c)) if c != '"' => vec![open.clone(), open.end + at..open.end + at + c.len_utf8()],
        Some(_) | None => Vec::new(),
    }
}

/// Looks at what was expected there.
fn by_place(tokens: Tokens<'_>, token: usize, expected: &[Rule]) -> Option<Hint> {
    let written = tokens.written(token);
    let kind = tokens.kind(token);
    let wants = |rules: &[Rule]| expected.iter().any(|rule| rules.contains(rule));
    if wants(&[Rule::body, Rule::brace_open]) && matches!(written, "=" | ":") {
        return unknown_form(tokens);
    }
    if wants(&[Rule::body, Rule::brace_open, Rule::equals, Rule::colon])
        && let Some(name) = hyphenated(tokens, token)
    {
        let mended = tokens.source.get(name.clone())?.replace('-', "_");
        return Some(Hint::Hyphen { name, mended });
    }
    if wants(&[Rule::because_word]) && kind == Some(TokenKind::Number) && written.ends_with(BECAUSE) {
        return Some(Hint::Word(BECAUSE));
    }
    if wants(&[Rule::plain_text]) && kind == Some(TokenKind::Text) {
        return Some(Hint::PlainText);
    }
    if wants(&[Rule::word, Rule::body]) && kind == Some(TokenKind::Text) {
        if written.ends_with(".rsx\"") && tokens.code(token + 1..tokens.all.len()).is_none() {
            return import(tokens, token);
        }
        let bare = |index| SmolStr::from(tokens.written(index).trim_matches('"'));
        let next = tokens.code(token + 1..tokens.all.len());
        let second = next.filter(|&next| tokens.kind(next) == Some(TokenKind::Text));
        return Some(match second {
            Some(second) => Hint::Quoted { kind: bare(token), name: bare(second) },
            None => Hint::QuotedName(bare(token)),
        });
    }
    if wants(&[Rule::word]) && written.starts_with(|c: char| c.is_ascii_uppercase()) {
        return words::mended_name(written).map(|mended| Hint::UpperCase { mended });
    }
    if wants(&[Rule::field_end, Rule::argument_end]) && is_value(kind) {
        let before = tokens.all.get(..token)?.iter().rfind(|token| !token.is_blank())?;
        return (before.of(tokens.source) != ",").then_some(Hint::Separate { behind: before.end });
    }
    None
}

/// Returns where a name with hyphens stands, given its first hyphen.
fn hyphenated(tokens: Tokens<'_>, token: usize) -> Option<Range<usize>> {
    let first = token.checked_sub(1)?;
    let is_part = |index| matches!(tokens.kind(index), Some(TokenKind::Word | TokenKind::Number));
    let goes_on = |last| {
        let is_hyphen = tokens.written(last + 1) == "-" && is_part(last + 2);
        is_hyphen && tokens.touches(last) && tokens.touches(last + 1)
    };
    let mut last = first;
    while goes_on(last) {
        last += 2;
    }
    (last > first && tokens.kind(first) == Some(TokenKind::Word)).then(|| tokens.cover(first..last + 1))
}

/// Looks at what begins like a field and isn't one: `capacity 32rpu`, `step load { … }`.
fn by_start(
    tokens: Tokens<'_>,
    start: usize,
    token: usize,
    found: &Found,
    expected: &[Rule],
) -> Option<Hint> {
    let first = tokens.code(start..token)?;
    let (field, end) = (tokens.written(first), tokens.all.get(first)?.end);
    let is_first = tokens.code(first + 1..token).is_none() && tokens.kind(first) == Some(TokenKind::Word);
    let head = head::head(tokens.source).filter(|head| end > head.name_span.end)?;
    if !is_first || !expected.contains(&Rule::equals) || is_reserved(field) || leads(field) {
        return None;
    }
    if matches!(found, Found::EndOfLine | Found::EndOfText) {
        return Some(Hint::Assign { field: field.into(), value: None });
    }
    let word = tokens.written(token);
    if tokens.kind(token) == Some(TokenKind::Word) && !is_reserved(word) && tokens.written(token + 1) == "{" {
        let (kind, name, start) = (field.into(), word.into(), tokens.all.get(first)?.start);
        return Some(match head.kind {
            "pattern" => Hint::Make { kind, name, start },
            _ => Hint::Within { kind, name },
        });
    }
    let is_one = is_value(tokens.kind(token)) || matches!(word, "{" | "[" | "(");
    // In a pattern a type may be meant.
    let is_clear = head.kind != "pattern" && tokens.begins_line(first);
    (is_one && is_clear).then(|| Hint::Assign { field: field.into(), value: Some(end) })
}

/// `use "network.rsx"`
fn import(tokens: Tokens<'_>, token: usize) -> Option<Hint> {
    let word = (0..token).find(|&index| tokens.kind(index) == Some(TokenKind::Word))?;
    Some(Hint::Import { word: tokens.cover(word..word + 1), text: tokens.written(token).into() })
}

/// What stands between a code and its reason.
const BECAUSE: &str = "because";

fn is_value(kind: Option<TokenKind>) -> bool {
    matches!(kind, Some(TokenKind::Word | TokenKind::Number | TokenKind::Text | TokenKind::Char))
}

/// `parm x: Int`, `network main = { … }`
fn unknown_form(tokens: Tokens<'_>) -> Option<Hint> {
    let head = head::head(tokens.source)?;
    let near = head::ONE_LINE.into_iter().find(|form| is_near(form, head.kind));
    Some(match near {
        Some(form) => Hint::Form(form),
        None => Hint::Block { kind: SmolStr::new(head.kind), name: SmolStr::new(head.name) },
    })
}

/// Says whether one letter more, less or other makes one word the other, or two neighbours changed places.
fn is_near(a: &str, b: &str) -> bool {
    let same_start = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let rest = |word: &str, skip: usize| word.get(same_start + skip..).map(str::to_owned);
    let swapped = |word: &str| {
        let mut rest = word.get(same_start..)?.chars();
        let (first, second) = (rest.next()?, rest.next()?);
        Some(format!("{second}{first}{}", rest.as_str()))
    };
    rest(a, 1) == rest(b, 1)
        || rest(a, 1).is_some_and(|a| b.get(same_start..) == Some(&a))
        || rest(b, 1).is_some_and(|b| a.get(same_start..) == Some(&b))
        || (swapped(a).is_some() && swapped(a).as_deref() == b.get(same_start..))
}
