//! The library by itself: it binds without a word.

#![expect(clippy::unwrap_used, reason = "tests")]

use rsx_lang::bind::bind_library;
use rsx_lang::library::Library;

#[test]
fn library_has_no_diagnostics() {
    let library = Library::standard();
    let bound = bind_library(library);
    let told: Vec<String> = bound
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let at = diagnostic.primary().unwrap();
            let sources = library.sources();
            let line = sources.positions(at).0.line;
            let help = diagnostic.help.as_deref().unwrap_or_default();
            format!(
                "{}:{line} {} {} ({help})",
                sources.name(sources.file_of(at)),
                diagnostic.code,
                diagnostic.message
            )
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn trees_read_ahead_are_those_that_the_texts_give() {
    let library = Library::standard();
    let sources = library.sources();
    for piece in sources.files().flat_map(|file| sources.pieces(file)) {
        let tree = library.tree(piece).unwrap();
        assert_eq!(**tree, rsx_syntax::parse(piece, sources.piece_text(piece)));
    }
}
