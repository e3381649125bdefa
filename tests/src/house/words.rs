//! Words that may stand in some folders only.

use std::collections::BTreeSet;
use std::fs;

use libtest_mimic::Failed;
use rsx_syntax::Sources;
use rsx_syntax::ast::DeclarationKind;

use super::{Text, none, texts};
use crate::root;

/// What the lower floors know nothing of.
const OUTSIDE: [&str; 9] =
    ["aws", "amazon", "redshift", "producer", "consumer", "nlb", "datashare", "workgroup", "psql"];

/// How somebody could tell that the cloud is a program of this machine.
const LOCAL: [&str; 6] = ["127.0.0.1", "localhost", "loopback", "000000000000", "rsx_local", "emulator"];

/// Names of the snapshot, which the local cloud knows, and words of AWS, SQL and SQLite, which are nobody's names.
const KNOWN: [&str; 8] =
    ["airline", "airline_dw", "awsuser", "airline-data-snapshot", "schema", "monthly", "main", "warehouse"];

/// Grammar, language and engine are about text, values and steps.
pub(super) fn of_the_outside() -> Result<(), Failed> {
    let folders = ["grammar/src", "interpreter/lang/src", "interpreter/engine/src", "interpreter/lsp/src"];
    let mut all = texts(&folders, &["rs"]);
    all.extend(texts(&["grammar"], &["pest"]));
    none("words of the outside", found(&all, |line| OUTSIDE.iter().any(|word| has_word(line, word))))
}

/// The kinds call AWS, wherever that is.
pub(super) fn of_the_local_cloud() -> Result<(), Failed> {
    let all = texts(&["interpreter/aws/src"], &["rs"]);
    let mut wrong = found(&all, |line| LOCAL.iter().any(|word| line.contains(word)));
    let engine = texts(&["interpreter/engine/src", "interpreter/lang/src"], &["rs"]);
    wrong.extend(found(&engine, |line| LOCAL.iter().any(|word| line.contains(word))));
    none("knowledge of where the cloud is", wrong)
}

/// The local cloud is written from AWS's reference; of ours it knows the snapshot.
pub(super) fn of_the_examples() -> Result<(), Failed> {
    let mut names = BTreeSet::new();
    for example in texts(&["examples"], &["rsx"]) {
        let mut sources = Sources::default();
        let file = sources.add(&example.path, example.text.as_str());
        let pieces: Vec<_> = sources.pieces(file).collect();
        for piece in pieces {
            let declaration = rsx_syntax::parse(piece, sources.piece_text(piece)).declaration;
            if let Some(DeclarationKind::Instance(instance)) = declaration.map(|declaration| declaration.kind)
            {
                names.insert(instance.name.node.to_string());
            }
        }
        // Users, databases and schemas are texts.
        let texts = example.text.split('"').skip(1).step_by(2).filter(|text| is_name(text));
        names.extend(texts.map(str::to_owned));
    }
    names.retain(|name| !KNOWN.contains(&name.as_str()) && !name.starts_with("us-"));
    if names.len() < 10 {
        return Err(format!("the examples have more names than {names:?}").into());
    }
    let mut cloud = texts(&["interpreter/local/src", "interpreter/local/models"], &["rs", "json", "sql"]);
    cloud.retain(|text| !text.path.contains("/tests/") && !text.path.ends_with("/tests.rs"));
    let says = |line: &str| names.iter().any(|name| line.contains(&format!("\"{name}\"")));
    none("names of examples in the local cloud", found(&cloud, says))
}

/// A file has one reason to change, and says it in its first line; one that is called by what it is not for has none.
pub(super) fn first_lines() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for Text { path, text } in
        texts(&["grammar", "stdlib", "interpreter", "editors", "tests"], &["rs", "rsx"])
    {
        // What stands under `tests` may be wrong on purpose.
        let is_ours = path.ends_with(".rs") || path.starts_with("stdlib/");
        if is_ours && !text.starts_with("//! ") {
            wrong.push(format!("{path} does not begin with what it is"));
        }
        let stem = path.rsplit('/').next().unwrap().split('.').next().unwrap();
        if ["utils", "util", "helpers", "helper", "common", "manager", "handler", "base", "misc"]
            .contains(&stem)
        {
            wrong.push(format!("{path} has the name of nothing"));
        }
    }
    none("files", wrong)
}

/// A clean clone is all that there is.
pub(super) fn outside_paths() -> Result<(), Failed> {
    let mut all = texts(
        &["grammar", "stdlib", "interpreter", "editors", "tests", "examples"],
        &["rs", "rsx", "md", "toml", "py", "js", "mjs", "ts", "lua", "el", "scm"],
    );
    for path in ["README.md", "Cargo.toml", ".ci/run"] {
        all.push(Text { path: path.to_owned(), text: fs::read_to_string(root().join(path)).unwrap() });
    }
    // Joined here, so that this file holds none itself.
    let outside = [["..", "shared"].join("/"), ["", "work", ""].join("/")];
    none("paths outside", found(&all, |line| outside.iter().any(|path| line.contains(path.as_str()))))
}

/// Returns the lines of which something is true.
fn found(all: &[Text], says: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for Text { path, text } in all {
        let lines = text.lines().enumerate().filter(|(_, line)| says(line));
        found.extend(lines.map(|(number, line)| format!("{path}:{}: {}", number + 1, line.trim())));
    }
    found
}

/// Returns whether a line has a word, in any case, alone or as a part of a name.
fn has_word(line: &str, word: &str) -> bool {
    let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_lowercase());
    let line = line.to_ascii_lowercase();
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + word.len()..].chars().next());
        is_end(before) && (is_end(after) || after == Some('s'))
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}
