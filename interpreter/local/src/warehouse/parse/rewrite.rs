//! Writes what the dialect's parser doesn't know of Redshift as something that it does.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The function that GROUPING SETS is read as.
pub(crate) const GROUPING_SETS: &str = "grouping_sets";

/// Writes `OPERATOR(pg_catalog.~)` as `~`, `E'x'` as `'x'`, its escapes read already, `INTERVAL DAY TO SECOND` as one word,
/// GROUPING SETS as a function and its empty set as `(NULL)`, and leaves APPROXIMATE out, since an exact count is within
/// its error.
pub(super) fn plain(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let mut plain = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let [first, tail @ ..] = rest {
        if is_word(first, "operator")
            && let [open, _, dot, sign, close, after @ ..] = tail
            && (&open.token, &dot.token, &close.token) == (&Token::LParen, &Token::Period, &Token::RParen)
        {
            plain.push(sign.clone());
            rest = after;
        } else if is_word(first, "approximate")
            && let Some((call, _)) = next(tail)
            && (is_word(call, "count") || is_word(call, "percentile_disc"))
        {
            rest = tail;
        } else if is_word(first, "interval")
            && let Some((word, after)) = qualifier(tail)
        {
            plain.push(TokenWithSpan::new(Token::make_word(word, None), first.span));
            rest = after;
        } else if is_word(first, "grouping")
            && let Some((sets, after)) = next(tail)
            && is_word(sets, "sets")
        {
            plain.push(TokenWithSpan::new(Token::make_word(GROUPING_SETS, None), first.span));
            rest = after;
        } else if first.token == Token::LParen
            && let Some((close, after)) = next(tail)
            && close.token == Token::RParen
            && plain.iter().rfind(|token| !is_blank(token)).is_some_and(opens_item)
        {
            let null = TokenWithSpan::new(Token::make_keyword("NULL"), close.span);
            plain.extend([first.clone(), null, close.clone()]);
            rest = after;
        } else if let Token::EscapedStringLiteral(text) = &first.token {
            plain.push(TokenWithSpan::new(Token::SingleQuotedString(text.clone()), first.span));
            rest = tail;
        } else {
            plain.push(first.clone());
            rest = tail;
        }
    }
    plain
}

/// The type that the words after INTERVAL make, where no literal stands between, and what follows them.
fn qualifier(tokens: &[TokenWithSpan]) -> Option<(&'static str, &[TokenWithSpan])> {
    let (first, mut rest) = next(tokens)?;
    let months = ["year", "month"].iter().any(|word| is_word(first, word));
    let others = ["day", "hour", "minute", "second"];
    if !months && !others.iter().any(|word| is_word(first, word)) {
        return None;
    }
    let to = next(rest).filter(|(to, _)| is_word(to, "to"));
    if let Some((_, after)) = to.and_then(|(_, after)| next(after)) {
        rest = after;
    }
    if let Some((open, after)) = next(rest)
        && open.token == Token::LParen
        && let Some((_, after)) = next(after)
        && let Some((_, after)) = next(after)
    {
        rest = after;
    }
    Some((if months { "intervaly2m" } else { "intervald2s" }, rest))
}

/// The next token that is no blank, and what follows it.
fn next(tokens: &[TokenWithSpan]) -> Option<(&TokenWithSpan, &[TokenWithSpan])> {
    let place = tokens.iter().position(|token| !is_blank(token))?;
    Some((tokens.get(place)?, tokens.get(place + 1..)?))
}

fn is_blank(token: &TokenWithSpan) -> bool {
    matches!(token.token, Token::Whitespace(_))
}

/// Whether an item of a list comes after the token.
fn opens_item(token: &TokenWithSpan) -> bool {
    matches!(token.token, Token::LParen | Token::Comma)
}

fn is_word(token: &TokenWithSpan, word: &str) -> bool {
    matches!(&token.token, Token::Word(found) if found.value.eq_ignore_ascii_case(word))
}
