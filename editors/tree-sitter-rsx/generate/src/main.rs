//! Writes `src/parser.c`, and what goes with it, from `grammar.js`, and other editors' queries from `queries`. Needs Node.

mod dialects;

use std::path::Path;
use std::process::ExitCode;

use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

/// The oldest that the generator knows, so that older editors can load the parser: Debian 12's Neovim takes no newer one.
const ABI: usize = 14;

fn main() -> ExitCode {
    if let Err(error) = dialects::write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    let grammar = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut warnings = Vec::new();
    let result = generate_parser_in_directory(
        grammar,
        None::<String>,
        Some(format!("{grammar}/grammar.js")),
        ABI,
        None,
        None,
        true,
        OptLevel::default(),
        &mut warnings,
    );
    warnings.iter().for_each(|warning| eprintln!("{warning}"));
    match result {
        Ok(()) if warnings.is_empty() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
