//! Every example in a doc comment of the library or in the page of the grammar, and the library itself, as tests.

use std::fs;

use libtest_mimic::{Failed, Trial};

use crate::{expectations, root, suite};

/// Makes a test of every example, and of every file's layout.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, text) in rsx_stdlib::FILES {
        trials.push(Trial::test(format!("{name}: laid out"), move || laid_out(name, text)));
        for (declaration, example) in examples(text) {
            trials.push(Trial::test(format!("{name}: example of {declaration}"), move || hold(&example)));
        }
    }
    let readme = fs::read_to_string(root().join("grammar/README.md")).unwrap();
    let blocks = suite::read(&readme).into_iter().flat_map(|test| test.blocks);
    for (number, block) in blocks.filter(|block| block.info == "rsx").enumerate() {
        trials.push(Trial::test(format!("grammar/README.md: block {number}"), move || hold(&block.text)));
    }
    for (code, page) in rsx_stdlib::CODES {
        let blocks = suite::read(page).into_iter().flat_map(|test| test.blocks);
        for (number, block) in blocks.filter(|block| block.info == "rsx").enumerate() {
            trials.push(Trial::test(format!("page of {code}: example {number}"), move || hold(&block.text)));
        }
    }
    trials
}

fn laid_out(name: &str, text: &str) -> Result<(), Failed> {
    match rsx_syntax::format(text) {
        Ok(formatted) if formatted == text => Ok(()),
        Ok(formatted) => {
            let diff = similar::TextDiff::from_lines(text, &formatted)
                .unified_diff()
                .header(name, "laid out")
                .to_string();
            Err(diff.into())
        }
        Err(_) => Err("it can't be read".into()),
    }
}

fn hold(example: &str) -> Result<(), Failed> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.rsx"), example).unwrap();
    expectations::hold(folder.path(), "main.rsx")
}

/// The `rsx` blocks in the `///` lines of a file, with the line that each documents.
fn examples(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut docs = String::new();
    for line in text.lines() {
        if let Some(doc) = line.strip_prefix("///") {
            docs.push_str(doc.strip_prefix(' ').unwrap_or(doc));
            docs.push('\n');
        } else if !docs.is_empty() {
            let blocks = suite::read(&docs).into_iter().flat_map(|test| test.blocks);
            found.extend(
                blocks.filter(|block| block.info == "rsx").map(|block| (line.to_owned(), block.text)),
            );
            docs.clear();
        }
    }
    found
}
