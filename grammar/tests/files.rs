//! Reads every file under `tests/valid` and finds nothing wrong.
#![expect(clippy::unwrap_used, reason = "tests")]

use rsx_syntax::{Sources, parse};

#[test]
fn valid_files_have_no_diagnostics() {
    for entry in std::fs::read_dir("tests/valid").unwrap() {
        let path = entry.unwrap().path();
        let mut sources = Sources::default();
        let file = sources.add(path.to_str().unwrap(), std::fs::read_to_string(&path).unwrap());
        for piece in sources.pieces(file) {
            let parsed = parse(piece, sources.piece_text(piece));
            assert_eq!(parsed.diagnostics, [], "{}", sources.piece_text(piece));
        }
    }
}
