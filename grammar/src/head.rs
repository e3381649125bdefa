//! Reads kind and name of a declaration off its first words, without parsing it.

use std::ops::Range;

use crate::ast::Attribute;
use crate::scan;
use crate::words::is_reserved;

/// The first words of a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head<'t> {
    /// Its first word: a kind, or `param`, `rule`, ….
    pub kind: &'t str,
    /// What it is called: a name, a type, the code of a rule, the text of a `check` without its quotes.
    pub name: &'t str,
    /// Where the name stands, in bytes.
    pub name_span: Range<usize>,
    /// The kind that a rule speaks of.
    pub subject: Option<&'t str>,
}

/// Reads the head of a piece, behind the comments and docs that lead it.
pub fn head(text: &str) -> Option<Head<'_>> {
    let start = scan::blank(text, byte_order_mark(text));
    head_at(text, start)
}

/// Returns the length of the byte order mark that a text may begin with.
pub(crate) fn byte_order_mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// Says whether a declaration begins at `at`, by its looks.
pub(crate) fn begins(text: &str, at: usize) -> bool {
    reach(text, at).is_some()
}

/// Returns where the last character stands that says that a declaration begins at `at`; nothing if none does.
pub(crate) fn reach(text: &str, at: usize) -> Option<usize> {
    let head = head_at(text, at)?;
    let end = name_end(text, &head.name_span);
    if is_keyword(head.kind) {
        return Some(end);
    }
    let behind = scan::blank(text, end);
    let next = text.as_bytes().get(behind + 1);
    let is_one = match text.as_bytes().get(behind)? {
        b'{' => true,
        b':' => Attribute::of_word(head.kind).is_none() && next != Some(&b':'),
        b'=' => next != Some(&b'='),
        _ => false,
    };
    is_one.then_some(behind + 1)
}

/// Says whether a declaration of a kind has a body in braces; otherwise it is a one-line form.
pub(crate) fn has_body(kind: &str) -> bool {
    !ONE_LINE.contains(&kind)
}

/// Says whether `let` begins at `at`: a declaration at the top, a clause in a body.
pub(crate) fn is_let(text: &str, at: usize) -> bool {
    text.get(at..scan::word(text, at)) == Some("let")
}

/// Reads the head that begins at `at`.
pub(crate) fn head_at(text: &str, at: usize) -> Option<Head<'_>> {
    if !text.as_bytes().get(at).is_some_and(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let end = scan::word(text, at);
    let kind = text.get(at..end)?;
    let start = scan::blank(text, end);
    let name_span = match text.as_bytes().get(start)? {
        b'"' => start + 1..scan::text(text, start).end().checked_sub(1)?.max(start + 1),
        b if start > end && (b.is_ascii_alphanumeric() || *b == b'_') => start..name_like(text, start, kind),
        _ => return None,
    };
    let name = text.get(name_span.clone())?;
    if is_reserved(kind) || (continues(name) && !is_keyword(kind)) {
        return None;
    }
    let subject = if kind == "rule" { subject(text, name_span.end) } else { None };
    Some(Head { kind, name, name_span, subject })
}

/// Skips a name, and what somebody may take for one: `my-net`; the name of a rule is a code.
fn name_like(text: &str, start: usize, kind: &str) -> usize {
    let more = if kind == "rule" { b':' } else { b'-' };
    let bytes = text.as_bytes().iter().skip(start);
    start + bytes.take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b == more).count()
}

/// Returns one past the name and the quote that may close it.
fn name_end(text: &str, name: &Range<usize>) -> usize {
    name.end + usize::from(text.as_bytes().get(name.end) == Some(&b'"'))
}

/// Reads `on kind` behind the code of a rule.
fn subject(text: &str, at: usize) -> Option<&str> {
    let on = scan::blank(text, at);
    let end = scan::word(text, on);
    let start = scan::blank(text, end);
    let subject = text.get(start..scan::word(text, start))?;
    (text.get(on..end)? == "on" && !subject.is_empty()).then_some(subject)
}

/// Says whether a word stands between two values, so that what looks like a head may be the rest of an expression.
/// Every other reserved word is what somebody took for a name.
fn continues(word: &str) -> bool {
    matches!(word, "and" | "or" | "in" | "then" | "else")
}

/// Declarations that stand on one line.
pub const ONE_LINE: [&str; 5] = ["import", "param", "let", "type", "output"];

/// What stands in the place of a kind where something else than an instance is declared, in braces.
pub const BLOCKS: [&str; 6] = ["env", "check", "expect", "rule", "pattern", "dimension"];

/// As [`BLOCKS`], in the library alone.
const RESOURCE: &str = "resource";

/// Says whether a declaration that begins with a word has a form of its own.
pub(crate) fn is_keyword(word: &str) -> bool {
    word == RESOURCE || ONE_LINE.contains(&word) || BLOCKS.contains(&word)
}
