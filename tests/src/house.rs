//! The rules of the house: which floor knows which, where which words may stand, that whatever the user meets has a page.

mod commands;
mod floors;
mod library;
mod limits;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

use crate::root;

/// What must hold of the repository.
type Rule = fn() -> Result<(), Failed>;

/// Makes a test of every rule.
pub(crate) fn trials() -> Vec<Trial> {
    let rules: [(&str, Rule); 16] = [
        ("floors stand on lower floors", floors::stand_on_lower_floors),
        ("crates of the rim stay there", floors::rims),
        ("no word of the outside below the outside", words::of_the_outside),
        ("nothing above the HTTP client knows that the cloud is local", words::of_the_local_cloud),
        ("the local cloud knows no example", words::of_the_examples),
        ("files say what they are", words::first_lines),
        ("nothing refers to a path outside the repository", words::outside_paths),
        ("resources and kinds match one to one", library::kinds),
        ("every code has a page, and every page a code", library::codes),
        ("the codes of the language are there", library::promised_codes),
        ("every word of the language has a page", library::words),
        ("every refined type takes what the service takes", limits::types),
        ("every range is the service's", limits::ranges),
        ("every capacity is the service's", limits::capacities),
        ("help tells the commands that there are", commands::told),
        ("nobody is sent to a command that is not there", commands::named),
    ];
    rules.into_iter().map(|(name, rule)| Trial::test(format!("house: {name}"), rule)).collect()
}

/// A file of the repository.
struct Text {
    /// Its path from the root.
    path: String,
    text: String,
}

/// Reads the files of some folders with one of some extensions.
fn texts(folders: &[&str], extensions: &[&str]) -> Vec<Text> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(&root().join(folder), extensions, &mut paths);
    }
    paths.sort();
    assert!(!paths.is_empty(), "nothing lies in {folders:?}");
    let read = |path: PathBuf| Text {
        path: path.strip_prefix(root()).unwrap().display().to_string(),
        text: fs::read_to_string(&path).unwrap(),
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, extensions: &[&str], paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
            collect(&path, extensions, paths);
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|one| extension == *one)) {
            paths.push(path);
        }
    }
}

/// Fails with a list, if it has anything in it.
fn none(what: &str, found: Vec<String>) -> Result<(), Failed> {
    match found.is_empty() {
        true => Ok(()),
        false => Err(format!("{what}:\n  {}", found.join("\n  ")).into()),
    }
}
