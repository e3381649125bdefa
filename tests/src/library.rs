//! Every example in a doc comment of the library, and the library itself, as tests.

use libtest_mimic::{Failed, Trial};

use crate::{expectations, suite};

/// Makes a test of every example, and of every file's layout.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, text) in rsx_stdlib::FILES {
        trials.push(Trial::test(format!("{name}: laid out"), move || laid_out(name, text)));
        for (declaration, example) in examples(text) {
            trials.push(Trial::test(format!("{name}: example of {declaration}"), move || {
                expectations::hold_alone(&example)
            }));
        }
    }
    for (code, page) in rsx_stdlib::CODES.iter().chain(rsx_stdlib::WORDS) {
        let blocks = suite::read(page).into_iter().flat_map(|test| test.blocks);
        for (number, block) in blocks.filter(|block| block.info == "rsx").enumerate() {
            trials.push(Trial::test(format!("page of {code}: example {number}"), move || {
                expectations::hold_alone(&block.text)
            }));
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

/// The `rsx` blocks in the `///` lines of a file, with the line that each documents.
fn examples(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut docs = String::new();
    for line in text.lines() {
        if let Some(doc) = line.trim_start().strip_prefix("///") {
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
