//! Markdown files → tests. A heading names a test, fenced blocks are its files and what is expected of them.
//!
//! | block | means |
//! |---|---|
//! | `rsx [NAME]` | a spec, `main.rsx` if not named; comments `// error: CODE` and `// warning: CODE` are all that `check` may say of the line |
//! | `file NAME` | any other file |
//! | `console` | commands behind `$`, each followed by what it prints, `[exit N]` unless it is 0; `[..]` stands for anything on a line, a line `...` for any lines; `$EXAMPLES` is the folder `examples` |

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

use crate::{console, expectations};

/// A test: what stands below one heading.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) blocks: Vec<Block>,
}

/// A fenced block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The words behind the fence.
    pub(crate) info: String,
    pub(crate) text: String,
}

/// Makes a test of every heading with blocks in every Markdown file below a folder.
pub(crate) fn trials(folder: &Path) -> Vec<Trial> {
    let mut trials = Vec::new();
    for path in markdown(folder) {
        let text = fs::read_to_string(&path).unwrap();
        let suite = path.strip_prefix(folder).unwrap().with_extension("").display().to_string();
        for test in read(&text) {
            let path = path.clone();
            let name = format!("{suite}: {}", test.name);
            trials.push(Trial::test(name, move || run(&test, &path)));
        }
    }
    trials
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(markdown(&path));
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Reads the tests of a file.
pub(crate) fn read(text: &str) -> Vec<Test> {
    let mut tests = vec![Test { name: String::new(), blocks: Vec::new() }];
    let mut open: Option<(String, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        match (&open, bare.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.to_owned(), at + line.len())),
            (Some((info, start)), Some("")) => {
                let block = Block { info: info.clone(), text: text[*start..at].to_owned() };
                tests.last_mut().unwrap().blocks.push(block);
                open = None;
            }
            (None, None) if bare.starts_with('#') => {
                tests.push(Test { name: bare.trim_start_matches('#').trim().to_owned(), blocks: Vec::new() });
            }
            (None, None) | (Some(_), _) => {}
        }
        at += line.len();
    }
    assert!(open.is_none(), "a block is never closed");
    tests.retain(|test| !test.blocks.is_empty());
    tests
}

fn run(test: &Test, path: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir().unwrap();
    for block in &test.blocks {
        let (kind, name) = block.info.split_once(' ').unwrap_or((&block.info, ""));
        match kind {
            "rsx" => write(folder.path(), if name.is_empty() { "main.rsx" } else { name }, &block.text),
            "file" => write(folder.path(), name, &block.text),
            "console" => {}
            other => return Err(format!("no block is called `{other}`").into()),
        }
    }
    let consoles: Vec<_> = test.blocks.iter().filter(|block| block.info == "console").collect();
    for block in test.blocks.iter().filter(|block| block.info.starts_with("rsx")) {
        // A spec that others import is checked with them.
        let name = block.info.strip_prefix("rsx").unwrap().trim();
        if consoles.is_empty() || block.text.contains("// error:") || block.text.contains("// warning:") {
            expectations::hold(folder.path(), if name.is_empty() { "main.rsx" } else { name })?;
        }
    }
    for block in consoles {
        console::run(block, folder.path(), path)?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
