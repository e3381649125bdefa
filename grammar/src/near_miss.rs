//! Recognises what people write out of habit from other languages, so that the help says what rsx writes.

use smol_str::SmolStr;

use crate::head;
use crate::lower::Rule;
use crate::problem::{Found, Hint};
use crate::split::Tokens;
use crate::token::TokenKind;

/// Returns what helps, given the token that can't be read and what could have stood there.
pub(crate) fn hint(
    tokens: Tokens<'_>,
    start: usize,
    token: usize,
    found: &Found,
    expected: &[Rule],
) -> Option<Hint> {
    if tokens.written(token) == "==" && matches!(found, Found::Written(sign) if sign == "=") {
        return Some(Hint::Equals);
    }
    by_token(tokens, token).or_else(|| by_field(tokens, start)).or_else(|| by_place(tokens, token, expected))
}

/// Looks for a value where a type belongs: `name: "x"`.
fn by_field(tokens: Tokens<'_>, start: usize) -> Option<Hint> {
    let colon = tokens.code(start + 1..tokens.all.len())?;
    let value = tokens.code(colon + 1..tokens.all.len())?;
    let is_value = matches!(tokens.kind(value)?, TokenKind::Text | TokenKind::Number | TokenKind::Open)
        || tokens.written(value) == "=";
    (tokens.written(colon) == ":" && is_value).then_some(Hint::ColonForEquals)
}

/// Looks at the token alone.
fn by_token(tokens: Tokens<'_>, token: usize) -> Option<Hint> {
    let written = tokens.written(token);
    let kind = tokens.kind(token)?;
    if kind == TokenKind::OpenChar && written.len() > 1 {
        return Some(Hint::SingleQuotes(written.trim_matches('\'').into()));
    }
    if kind == TokenKind::FileDocs {
        return Some(Hint::FileDocs);
    }
    if kind == TokenKind::Number && written.contains('_') {
        return Some(Hint::Underscore);
    }
    match written {
        ";" => Some(Hint::Semicolon),
        "#" | "/*" => Some(Hint::Comment),
        "&&" => Some(Hint::Operator("and")),
        "||" => Some(Hint::Operator("or")),
        "!" => Some(Hint::Operator("not")),
        _ => None,
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
    if wants(&[Rule::body, Rule::brace_open]) && written == "-" {
        return Some(Hint::Hyphen);
    }
    if wants(&[Rule::plain_text]) && kind == Some(TokenKind::Text) {
        return Some(Hint::PlainText);
    }
    if wants(&[Rule::word, Rule::body]) && kind == Some(TokenKind::Text) {
        return Some(Hint::QuotedName(written.trim_matches('"').into()));
    }
    if wants(&[Rule::word]) && written.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Some(Hint::UpperCase);
    }
    if wants(&[Rule::field_end, Rule::argument_end]) && is_value(kind) {
        return Some(Hint::Separate);
    }
    None
}

fn is_value(kind: Option<TokenKind>) -> bool {
    matches!(kind, Some(TokenKind::Word | TokenKind::Number | TokenKind::Text | TokenKind::Char))
}

/// `parm x: Int`, `network main = { … }`
fn unknown_form(tokens: Tokens<'_>) -> Option<Hint> {
    let head = head::head(tokens.source)?;
    let near = ["import", "param", "let", "type", "output"].into_iter().find(|form| is_near(form, head.kind));
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
