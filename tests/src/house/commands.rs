//! The commands: all that the contract promises now, and no word of others.

use std::collections::BTreeSet;

use libtest_mimic::Failed;

use super::{none, texts};
use crate::{console, root};

/// What rsx can do, in the order of its help.
const COMMANDS: [&str; 15] = [
    "init",
    "check",
    "fmt",
    "explain",
    "doc",
    "plan",
    "run",
    "destroy",
    "status",
    "output",
    "sql",
    "cost",
    "local",
    "lsp",
    "completions",
];

/// `--help` lists each of them, in this order, and nothing else.
pub(super) fn told() -> Result<(), Failed> {
    let output = console::rsx(root()).arg("--help").output()?;
    let help = String::from_utf8(output.stdout)?;
    let list = help.split("Commands:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap();
    let told: Vec<_> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    match told == COMMANDS {
        true => Ok(()),
        false => Err(format!("help tells of {told:?}").into()),
    }
}

/// Texts that are shown to the user send nobody to a command that is not there, nor does the README.
pub(super) fn named() -> Result<(), Failed> {
    let known: BTreeSet<_> = COMMANDS.into_iter().collect();
    let mut wrong = Vec::new();
    let folders = ["grammar", "stdlib", "interpreter", "examples"];
    let mut all = texts(&folders, &["rs", "rsx", "md"]);
    all.push(super::Text {
        path: "README.md".into(),
        text: std::fs::read_to_string(root().join("README.md"))?,
    });
    for text in &all {
        for (at, _) in text.text.match_indices("`rsx ") {
            let (before, rest) = (&text.text[..at], &text.text[at + "`rsx ".len()..]);
            let word: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            // `rsx --version` has no command, and the third of three backticks begins a block.
            if !word.is_empty() && !before.ends_with('`') && !known.contains(word.as_str()) {
                wrong.push(format!("{}: `rsx {word}`", text.path));
            }
        }
    }
    none("commands that are not there", wrong)
}
