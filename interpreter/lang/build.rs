//! Reads the library once: its trees go into the program as bytes, each piece by itself.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use rsx_syntax::{Sources, parse};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut sources = Sources::default();
    for (name, text) in rsx_stdlib::FILES {
        sources.add(name, *text);
    }
    let (mut trees, mut ends) = (Vec::new(), Vec::new());
    for piece in sources.files().flat_map(|file| sources.pieces(file)) {
        trees.extend(postcard::to_allocvec(&parse(piece, sources.piece_text(piece)))?);
        ends.push(trees.len());
    }
    fs::write(out.join("trees"), trees)?;
    fs::write(out.join("ends.rs"), format!("&{ends:?}"))?;
    Ok(())
}
