//! The built binary: that it is wired, and ends with the codes of the contract.
//!
//! What commands print is told in `tests/suite`, where rsx is the test binary itself. These tests also make
//! `cargo test --workspace` build `rsx`, so that `cargo run` after it compiles nothing.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn rsx(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rsx")).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn tells_its_version() {
    let folder = tempfile::tempdir().unwrap();
    let output = rsx(folder.path(), &["--version"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("rsx {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn results_go_to_standard_output_and_words_for_people_to_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("wrong.rsx"), "let a: Int = true\n").unwrap();

    let human = rsx(folder.path(), &["check", "wrong.rsx"]);
    assert_eq!(human.status.code(), Some(1));
    assert!(human.stdout.is_empty());
    assert!(String::from_utf8(human.stderr).unwrap().contains("rsx::type::mismatch"));

    let json = rsx(folder.path(), &["check", "wrong.rsx", "--format", "json"]);
    assert_eq!(json.status.code(), Some(1));
    assert!(String::from_utf8(json.stdout).unwrap().contains("rsx::type::mismatch"));
    assert!(json.stderr.is_empty());
}

#[test]
fn wrong_usage_is_2_and_what_nobody_approved_is_3() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(rsx(folder.path(), &["frobnicate"]).status.code(), Some(2));

    assert_eq!(rsx(folder.path(), &["init", "--template", "minimal"]).status.code(), Some(0));
    let spec = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .find(|name| name.ends_with(".rsx"))
        .unwrap();
    assert_eq!(rsx(folder.path(), &["run", &spec, "--local"]).status.code(), Some(3));
}
