//! The order of the crates, as their manifests have it.

use std::process::Command;

use libtest_mimic::Failed;
use serde_json::Value;

use super::none;
use crate::root;

/// The floors from below; crates of one floor do not know each other.
const FLOORS: [&[&str]; 6] = [
    &["rsx-syntax", "rsx-stdlib"],
    &["rsx-lang", "tree-sitter-rsx"],
    &["rsx-engine", "rsx-lsp"],
    &["rsx-aws", "rsx-local"],
    &["rsx"],
    &["rsx-tests"],
];

/// What one crate alone may know of the outside: how its name begins, and who.
const RIMS: [(&str, &str); 8] = [
    ("aws-sdk-", "rsx-aws"),
    ("aws-config", "rsx-aws"),
    ("gen-lsp-types", "rsx-lsp"),
    ("miette", "rsx"),
    ("clap", "rsx"),
    ("indicatif", "rsx"),
    ("pest", "rsx-syntax"),
    ("rusqlite", "rsx-local"),
];

/// Each crate depends on those of lower floors only; its tests may use a neighbour.
pub(super) fn stand_on_lower_floors() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (package, dependency, is_for_tests) in dependencies()? {
        let Some(below) = floor(&dependency) else { continue };
        let above = floor(&package).ok_or_else(|| format!("{package} stands on no floor"))?;
        let is_right = below < above || (is_for_tests && below == above);
        // The local cloud is nobody's friend: it knows the outside world alone.
        if !is_right || package == "rsx-local" {
            wrong.push(format!("{package} knows {dependency}"));
        }
    }
    none("floors", wrong)
}

/// What reaches the outside is in the crate that does.
pub(super) fn rims() -> Result<(), Failed> {
    let all = dependencies()?;
    let mut wrong = Vec::new();
    for (start, owner) in RIMS {
        let knowing = || all.iter().filter(|(_, dependency, _)| dependency.starts_with(start));
        if knowing().next().is_none() {
            wrong.push(format!("nobody needs {start}: take it out of this test"));
        }
        let others = knowing().filter(|(package, _, _)| package != owner);
        wrong.extend(others.map(|(package, dependency, _)| format!("{package} knows {dependency}")));
    }
    let library = all.iter().filter(|(package, _, _)| package == "rsx-stdlib");
    wrong.extend(library.map(|(_, dependency, _)| format!("the library knows {dependency}")));
    none("rims", wrong)
}

fn floor(package: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&package))
}

/// Returns who needs whom, and whether for tests alone.
fn dependencies() -> Result<Vec<(String, String, bool)>, Failed> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(root());
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut all = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            let is_for_tests = dependency["kind"].as_str() == Some("dev");
            all.push((name.to_owned(), dependency["name"].as_str().unwrap().to_owned(), is_for_tests));
        }
    }
    Ok(all)
}
