//! What a page says first.

use rsx_lang::pages::page;

/// Returns what a code is about: the first paragraph of its page, on one line.
pub(crate) fn summary(code: &str) -> Option<String> {
    page(code).map(first_paragraph)
}

/// Returns a text's first paragraph on one line.
pub(crate) fn first_paragraph(text: &str) -> String {
    let lines =
        text.lines().skip_while(|line| line.trim().is_empty()).take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}
