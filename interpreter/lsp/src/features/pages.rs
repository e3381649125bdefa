//! The page of every code: a file of the library for what the language reports, the doc comment for what rules report.

use rsx_lang::library::Library;
use rsx_syntax::ast::DeclarationKind;

/// Returns every code with its page in Markdown; of several rules with one code, one has the page.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    rsx_stdlib::CODES.iter().copied().chain(rules())
}

fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    let library = Library::standard();
    let trees = library.all_rules().filter_map(move |piece| library.tree(piece));
    trees.filter_map(|tree| {
        let declaration = tree.declaration.as_ref()?;
        let DeclarationKind::Rule(rule) = &declaration.kind else { return None };
        Some((rule.code.node.as_str(), declaration.docs.as_ref()?.node.as_str()))
    })
}
