//! The page of every code and word: a file of the library, or for what rules report their doc comment.

use rsx_syntax::ast::DeclarationKind;

use crate::library::Library;

/// Returns every code with its page in Markdown.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    rsx_stdlib::CODES.iter().copied().chain(rules())
}

/// Returns the page of a code in Markdown.
pub fn page(code: &str) -> Option<&'static str> {
    all().find(|(other, _)| *other == code).map(|(_, page)| page)
}

/// Returns every word of the language that has a page, with it in Markdown.
pub fn words() -> impl Iterator<Item = (&'static str, &'static str)> {
    rsx_stdlib::WORDS.iter().copied()
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
