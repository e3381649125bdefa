//! Listings in pages: which rows an answer holds, and the token that asks for the rest.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Part of a listing.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) rows: Vec<T>,
    /// What the next request passes to go on; `None` at the end.
    pub(crate) next: Option<String>,
}

/// A token that no listing gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadToken;

/// The rows after the token's, at most `size` of them; rows come with their keys, in key order.
///
/// A token names the last row that was seen, so rows that come or go between two requests are neither
/// repeated nor skipped.
pub(crate) fn page<T>(
    rows: impl IntoIterator<Item = (String, T)>,
    token: Option<&str>,
    size: usize,
) -> Result<Page<T>, BadToken> {
    let after = token.map(decode).transpose()?;
    let mut rest =
        rows.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after)).peekable();
    let (mut taken, mut last) = (Vec::new(), None);
    while taken.len() < size
        && let Some((key, row)) = rest.next()
    {
        taken.push(row);
        last = Some(key);
    }
    let next = rest.peek().and(last).map(|key| URL_SAFE_NO_PAD.encode(format!("after:{key}")));
    Ok(Page { rows: taken, next })
}

fn decode(token: &str) -> Result<String, BadToken> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| BadToken)?;
    let text = String::from_utf8(bytes).map_err(|_| BadToken)?;
    text.strip_prefix("after:").map(str::to_owned).ok_or(BadToken)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn rows() -> Vec<(String, u8)> {
        (b'a'..=b'e').map(|letter| (char::from(letter).to_string(), letter)).collect()
    }

    #[test]
    fn pages_go_on_where_the_last_one_ended() {
        let first = page(rows(), None, 2).unwrap();
        assert_eq!(first.rows, b"ab");
        let second = page(rows(), first.next.as_deref(), 2).unwrap();
        assert_eq!(second.rows, b"cd");
        let third = page(rows(), second.next.as_deref(), 2).unwrap();
        assert_eq!((third.rows, third.next), (b"e".to_vec(), None));
    }

    #[test]
    fn a_foreign_token_is_refused() {
        assert_eq!(page(rows(), Some("zzz"), 2).map(|page| page.rows), Err(BadToken));
    }
}
