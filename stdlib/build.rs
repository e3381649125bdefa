//! Lists the library's files and pages, so that adding one is adding a file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::new();
    let in_folder = |folder: &str| {
        let all = files.iter().filter(|path| path.starts_with(root.join(folder)));
        all.cloned().collect::<Vec<_>>()
    };
    let stem = |name: &str| {
        let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
        name.trim_end_matches(".md").to_owned()
    };
    table(&mut code, "FILES", "rsx", &root, &files, |name| format!("std/{name}"))?;
    table(&mut code, "CODES", "md", &root, &in_folder("codes"), |name| stem(name).replace('.', "::"))?;
    table(&mut code, "WORDS", "md", &root, &in_folder("words"), stem)?;
    fs::write(out.join("files.rs"), code)
}

/// Collects the files of a folder and of the folders in it.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Writes a table of the files with one extension: names and texts.
fn table(
    code: &mut String,
    constant: &str,
    extension: &str,
    root: &Path,
    files: &[PathBuf],
    called: impl Fn(&str) -> String,
) -> io::Result<()> {
    writeln!(code, "pub(crate) const {constant}: &[(&str, &str)] = &[").map_err(io::Error::other)?;
    for path in files.iter().filter(|path| path.extension().is_some_and(|other| other == extension)) {
        let relative = path.strip_prefix(root).map_err(io::Error::other)?;
        let name = relative.to_string_lossy().replace('\\', "/");
        writeln!(code, "    ({:?}, include_str!({path:?})),", called(&name)).map_err(io::Error::other)?;
    }
    writeln!(code, "];").map_err(io::Error::other)
}
