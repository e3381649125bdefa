//! Listings in pages: which items an answer holds, and the token that asks for the rest.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Part of a listing.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// What the next request passes to go on; `None` at the end.
    pub(crate) next: Option<String>,
}

/// At most `size` of the items from the token's place on; `None` if no listing gave the token.
pub(crate) fn page<T>(items: Vec<T>, token: Option<&str>, size: usize) -> Option<Page<T>> {
    let start = token.map_or(Some(0), decode)?;
    let end = start.saturating_add(size);
    let next = (end < items.len()).then(|| URL_SAFE_NO_PAD.encode(format!("from:{end}")));
    Some(Page { items: items.into_iter().skip(start).take(size).collect(), next })
}

fn decode(token: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    std::str::from_utf8(&bytes).ok()?.strip_prefix("from:")?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn pages_go_on_where_the_last_one_ended() {
        let first = page(vec![1, 2, 3, 4, 5], None, 2).unwrap();
        assert_eq!(first.items, [1, 2]);
        let second = page(vec![1, 2, 3, 4, 5], first.next.as_deref(), 2).unwrap();
        assert_eq!(second.items, [3, 4]);
        let third = page(vec![1, 2, 3, 4, 5], second.next.as_deref(), 2).unwrap();
        assert_eq!((third.items, third.next), (vec![5], None));
    }

    #[test]
    fn a_foreign_token_is_refused() {
        assert!(page(vec![1, 2], Some("zzz"), 2).is_none());
    }
}
