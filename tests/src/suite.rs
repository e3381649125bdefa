//! Markdown files → tests. A heading names a test, fenced blocks are its files and what is expected of them.
//!
//! | block | means |
//! |---|---|
//! | `rsx [NAME]` | a spec, `main.rsx` if not named; comments `// error: CODE` and `// warning: CODE` are all that `check` may say of the line |
//! | `file NAME` | any other file |
//! | `cloud [OPTIONS]` | the commands meet a local cloud of their own as AWS, served with these options; the text is a schedule of failures |
//! | `console` | commands behind `$`, each followed by what it prints, `[exit N]` unless it is 0; `[..]` stands for anything on a line, a line `...` for any lines; `$EXAMPLES` is the folder `examples`, `$CLIENTS` the folder `tests/cloud`; `aws`, a `python3` with boto3 and psycopg, and the commands of `tests/tools` are there |
//! | `console below` | the same, of a test that speaks of `--local` itself |
//!
//! Blocks below a title `#` with tests `##` below it belong to each of them. A test whose consoles say `--local` is two: as
//! it is written, and through the port of `rsx local serve`, found by `AWS_ENDPOINT_URL` as AWS is found by it, with
//! `--local` left out.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

use crate::console::Console;
use crate::doors::{Door, Served};
use crate::expectations;

/// A test: what stands below one heading.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) name: String,
    /// How many `#` stand before its heading.
    level: usize,
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
        trials.extend(share_out(read(&text)).into_iter().flat_map(|test| trials_of(&suite, &path, test)));
    }
    trials
}

/// Makes a test for each door.
pub(crate) fn trials_of(suite: &str, path: &Path, test: Test) -> Vec<Trial> {
    let trial = |door: &Door| {
        let (test, path, door) = (test.clone(), path.to_owned(), *door);
        let name = match door {
            Door::Below => format!("{suite}: {}", test.name),
            Door::Port => format!("{suite}: {} (on a port)", test.name),
        };
        Trial::test(name, move || run(&test, &path, door))
    };
    doors(&test).iter().map(trial).collect()
}

/// Returns through which doors a test goes.
fn doors(test: &Test) -> &'static [Door] {
    let consoles = || test.blocks.iter().filter(|block| block.info.starts_with("console"));
    let is_about_below = consoles().any(|block| block.info == "console below");
    match consoles().any(|block| block.text.contains("--local")) && !is_about_below {
        true => &[Door::Below, Door::Port],
        false => &[Door::Below],
    }
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
    let mut tests = vec![Test { name: String::new(), level: 0, blocks: Vec::new() }];
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
                let name = bare.trim_start_matches('#');
                let level = bare.len() - name.len();
                tests.push(Test { name: name.trim().to_owned(), level, blocks: Vec::new() });
            }
            (None, None) | (Some(_), _) => {}
        }
        at += line.len();
    }
    assert!(open.is_none(), "a block is never closed");
    tests.retain(|test| !test.blocks.is_empty());
    tests
}

/// Gives what stands below a title to the tests below it.
fn share_out(tests: Vec<Test>) -> Vec<Test> {
    let (title, mut tests): (Vec<Test>, Vec<Test>) = tests.into_iter().partition(|test| test.level < 2);
    if tests.is_empty() {
        return title;
    }
    for test in &mut tests {
        test.blocks.splice(..0, title.iter().flat_map(|title| title.blocks.clone()));
    }
    tests
}

fn run(test: &Test, path: &Path, door: Door) -> Result<(), Failed> {
    let folder = tempfile::tempdir().unwrap();
    for block in &test.blocks {
        let (kind, name) = block.info.split_once(' ').unwrap_or((&block.info, ""));
        match kind {
            "rsx" => write(folder.path(), if name.is_empty() { "main.rsx" } else { name }, &block.text),
            "file" => write(folder.path(), name, &block.text),
            "cloud" => {}
            "console" if name.is_empty() || name == "below" => {}
            other => return Err(format!("no block is called `{other}`").into()),
        }
    }
    let consoles: Vec<_> = test.blocks.iter().filter(|block| block.info.starts_with("console")).collect();
    for block in test.blocks.iter().filter(|block| block.info.starts_with("rsx")) {
        // A spec that others import is checked with them.
        let name = block.info.strip_prefix("rsx").unwrap().trim();
        if consoles.is_empty() || block.text.contains("// error:") || block.text.contains("// warning:") {
            expectations::hold(folder.path(), if name.is_empty() { "main.rsx" } else { name })?;
        }
    }
    if consoles.is_empty() {
        return Ok(());
    }
    let cloud = test.blocks.iter().find(|block| block.info.split(' ').next() == Some("cloud"));
    let served = match (cloud, door) {
        (Some(block), Door::Below | Door::Port) => {
            let options = block.info.strip_prefix("cloud").unwrap_or_default();
            Some(Served::begin(folder.path(), options, &block.text)?)
        }
        (None, Door::Port) => Some(Served::begin(folder.path(), "", "")?),
        (None, Door::Below) => None,
    };
    let console = Console::new(folder.path(), path, served, door)?;
    consoles.into_iter().try_for_each(|block| console.run(block))
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
