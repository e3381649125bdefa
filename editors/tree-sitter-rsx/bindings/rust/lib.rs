//! The tree-sitter grammar of rsx, and the queries that editors ask of its trees.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_rsx() -> *const ();
}

/// The language, for `tree_sitter::Parser::set_language`.
// SAFETY: the function is what the generator made, which returns the language's static description.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_rsx) };

/// What a part of the text is, for its colour.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");
/// Where another language stands in a text.
pub const INJECTIONS_QUERY: &str = include_str!("../../queries/injections.scm");
/// Names, and how far they reach.
pub const LOCALS_QUERY: &str = include_str!("../../queries/locals.scm");
/// What can be folded.
pub const FOLDS_QUERY: &str = include_str!("../../queries/folds.scm");
/// What indents the lines in it.
pub const INDENTS_QUERY: &str = include_str!("../../queries/indents.scm");
