//! The page of every code: a file of the library for what Rust reports, the doc comment for what rules report.

use rsx_lang::library::Library;
use rsx_syntax::ast::DeclarationKind;

/// Returns the page of a code in Markdown.
pub(crate) fn page(code: &str) -> Option<&'static str> {
    let written = rsx_stdlib::CODES.iter().find(|(other, _)| *other == code).map(|(_, page)| *page);
    written.or_else(|| rules().find(|(other, _)| *other == code).map(|(_, docs)| docs))
}

/// Returns what a code is about: the first paragraph of its page, on one line.
pub(crate) fn summary(code: &str) -> Option<String> {
    page(code).map(first_paragraph)
}

/// Returns all codes that have a page.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    rsx_stdlib::CODES.iter().map(|(code, _)| *code).chain(rules().map(|(code, _)| code))
}

/// Returns a text's first paragraph on one line.
pub(crate) fn first_paragraph(text: &str) -> String {
    let lines =
        text.lines().skip_while(|line| line.trim().is_empty()).take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Returns the codes of rules with their doc comments; of several rules with one code, one has the page.
fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    let library = Library::standard();
    let trees = library.all_rules().filter_map(move |piece| library.tree(piece));
    trees.filter_map(|tree| {
        let declaration = tree.declaration.as_ref()?;
        let DeclarationKind::Rule(rule) = &declaration.kind else { return None };
        Some((rule.code.node.as_str(), declaration.docs.as_ref()?.node.as_str()))
    })
}
