//! Markdown files → what features answer, without a protocol. A heading names a test; a block `rsx [NAME]` is a file, `main.rsx` if not
//! named; a block `ask` has questions behind `$`, each followed by its answer. A place is `NAME:/TEXT/` or `NAME:/TEXT/+N`: the first
//! that reads so, and N bytes on. RSX_ACCEPT=1 writes what was found.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, clippy::panic, reason = "tests")]

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError};
use rsx_lsp::Snapshot;
use rsx_lsp::features::{
    actions, beside, completion, definition, diagnostics, formatting, hover, references, rename, symbols,
};
use rsx_syntax::FileId;

#[test]
fn what_is_asked_is_answered_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 3, "the suites have gone");
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let found = answered(&text);
        if found != text {
            match env::var_os("RSX_ACCEPT") {
                Some(_) => fs::write(&path, found).unwrap(),
                None => wrong.push(format!("{}\n{}", path.display(), difference(&text, &found))),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn difference(expected: &str, found: &str) -> String {
    let lines = expected.lines().map(Some).chain(std::iter::repeat(None)).zip(found.lines());
    let first = lines.enumerate().find(|(_, (expected, found))| *expected != Some(*found));
    first.map_or_else(String::new, |(at, (expected, found))| {
        format!("line {}: expected {expected:?}, found {found:?}", at + 1)
    })
}

struct Texts(Vec<(String, Arc<str>)>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        let found = self.0.iter().rev().find(|(name, _)| name == path);
        found.map(|(_, text)| Arc::clone(text)).ok_or(ReadError::Missing)
    }

    fn neighbours(&self, _: &str) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// Returns a suite with the answers that are given now.
fn answered(suite: &str) -> String {
    let mut out = String::new();
    let mut files = Texts(Vec::new());
    let mut block: Option<(String, String)> = None;
    for line in suite.split_inclusive('\n') {
        match (&mut block, line.trim_end()) {
            (None, fence) if fence.starts_with("```") && fence.len() > 3 => {
                block = Some((fence[3..].to_owned(), String::new()));
                out.push_str(line);
            }
            (Some(_), "```") => {
                let (info, text) = block.take().unwrap();
                if let Some(name) = info.strip_prefix("rsx") {
                    let name = if name.trim().is_empty() { "main.rsx" } else { name.trim() };
                    files.0.push((name.to_owned(), text.as_str().into()));
                    out.push_str(&text);
                } else {
                    out.push_str(&answers(&files, &text));
                }
                out.push_str(line);
            }
            (Some((_, text)), _) => text.push_str(line),
            (None, other) => {
                if other.starts_with("## ") {
                    files.0.clear();
                }
                out.push_str(line);
            }
        }
    }
    out
}

fn answers(files: &Texts, block: &str) -> String {
    let snapshot = Snapshot::of(Library::standard(), "main.rsx", files);
    let mut out = String::new();
    for question in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let _ = writeln!(out, "$ {question}\n{}", answer(&snapshot, question).trim_end());
    }
    out
}

fn answer(snapshot: &Snapshot, question: &str) -> String {
    let (word, rest) = question.split_once(' ').unwrap_or((question, "main.rsx"));
    let (file, at) = place(snapshot, rest);
    let shown = |file: FileId, range: &Range<usize>| show(snapshot, file, range);
    let text = snapshot.sources().text(file);
    match word {
        "diagnostics" => {
            let all = diagnostics::findings(snapshot).into_iter();
            let mut lines = all.flat_map(|(file, findings)| {
                findings.into_iter().map(move |one| {
                    format!("{} {} {:?}", show(snapshot, file, &one.range), one.code, one.tags)
                })
            });
            lines.by_ref().collect::<Vec<_>>().join("\n")
        }
        "hover" => hover::hover(snapshot, &|name| note(snapshot, name), file, at.start)
            .map_or("nothing".into(), |hover| {
                format!("{}\n{}", shown(file, &hover.range), quoted(&hover.markdown))
            }),
        "definition" => definition::definition(snapshot, file, at.start).map_or("nothing".into(), |target| {
            format!("{} in {}", shown(target.file, &target.name), first_line(snapshot, &target))
        }),
        "references" => {
            let all = references::references(snapshot, file, at.start);
            all.iter().map(|one| format!("{} {:?}\n", shown(one.file, &one.range), one.role)).collect()
        }
        "highlights" => {
            let all = references::highlights(snapshot, file, at.start);
            all.iter().map(|one| format!("{} {:?}\n", shown(one.file, &one.range), one.role)).collect()
        }
        "rename" => {
            let name = rest.rsplit_once(" to ").map_or("renamed", |(_, name)| name);
            match rename::rename(snapshot, file, at.start, name) {
                Ok(changes) => applied(snapshot, &changes),
                Err(why) => why,
            }
        }
        "complete" => {
            let found = completion::completions(snapshot, &|| specs_beside(snapshot), file, at.start);
            let mut lines: Vec<String> = found
                .items
                .iter()
                .take(limit(rest))
                .map(|item| {
                    format!(
                        "{} {:?} {} | {}",
                        item.rank,
                        item.sort,
                        item.label,
                        item.snippet.replace('\n', "⏎")
                    )
                })
                .collect();
            lines.insert(0, format!("replaces `{}`", &text[found.range.clone()]));
            lines.join("\n")
        }
        "accept" => {
            let found = completion::completions(snapshot, &|| specs_beside(snapshot), file, at.start);
            let label = rest.rsplit_once(" takes ").map_or("", |(_, label)| label);
            let item = found.items.iter().find(|item| item.label == label);
            item.map_or("nothing".into(), |item| {
                let change = rename::Change { file, range: found.range.clone(), insert: item.text() };
                let line = applied(snapshot, &[change]);
                if line.is_empty() { "as it was".to_owned() } else { line }
            })
        }
        "actions" => {
            let all = actions::actions(snapshot, file, &at);
            all.iter()
                .map(|one| format!("{:?}: {}\n{}", one.sort, one.title, applied(snapshot, &one.changes)))
                .collect()
        }
        "symbols" => outline(&symbols::symbols(snapshot, file), 0),
        "format" => edited(text, &formatting::format_text(text)),
        "format-range" => edited(text, &formatting::format_range(snapshot, file, &at)),
        "format-on-type" => edited(text, &formatting::format_on_type(snapshot, file, at.start)),
        other => panic!("no question is called {other}"),
    }
}

/// Specs that lie beside those of the program, as the suite says in a comment: `// beside: a.rsx b.rsx`.
fn specs_beside(snapshot: &Snapshot) -> Vec<String> {
    let said = snapshot.sources().text(snapshot.file("main.rsx").unwrap());
    let list = said.lines().find_map(|line| line.strip_prefix("// beside: ")).unwrap_or("");
    list.split_whitespace().map(str::to_owned).collect()
}

fn note(snapshot: &Snapshot, name: &str) -> Option<String> {
    beside::notes(snapshot).get(name).cloned()
}

fn limit(rest: &str) -> usize {
    rest.rsplit_once(" first ").and_then(|(_, number)| number.parse().ok()).unwrap_or(usize::MAX)
}

fn place(snapshot: &Snapshot, written: &str) -> (FileId, Range<usize>) {
    let (name, at) = written.split_once(":/").unwrap_or((written, "/"));
    let file = snapshot.file(name).unwrap_or_else(|| panic!("no file is called {name}"));
    let (text, rest) = at.rsplit_once('/').unwrap();
    let start = snapshot
        .sources()
        .text(file)
        .find(&text.replace("\\n", "\n"))
        .unwrap_or_else(|| panic!("nowhere stands {text}"));
    let on: String = rest.trim_start_matches('+').chars().take_while(char::is_ascii_digit).collect();
    match on.parse::<usize>() {
        Ok(on) => (file, start + on..start + on),
        Err(_) => (file, start..start + text.len()),
    }
}

fn show(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> String {
    let position = |at| {
        let position = snapshot.sources().position(file, at);
        format!("{}:{}", position.line, position.column)
    };
    format!("{}:{}-{}", snapshot.sources().name(file), position(range.start), position(range.end))
}

fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("  {line}").trim_end().replace("```", "'''") + "\n").collect()
}

fn first_line(snapshot: &Snapshot, target: &definition::Target) -> String {
    let text = snapshot.sources().text(target.file).get(target.whole.clone()).unwrap();
    format!("`{}`", text.lines().next().unwrap_or(""))
}

fn applied(snapshot: &Snapshot, changes: &[rename::Change]) -> String {
    let mut files: Vec<FileId> = changes.iter().map(|change| change.file).collect();
    files.dedup();
    let mut out = String::new();
    for file in files {
        let mut of: Vec<_> = changes.iter().filter(|change| change.file == file).collect();
        of.sort_by_key(|change| change.range.start);
        let mut text = snapshot.sources().text(file).to_owned();
        of.iter().rev().for_each(|change| text.replace_range(change.range.clone(), &change.insert));
        let old: Vec<&str> = snapshot.sources().text(file).lines().collect();
        let name = snapshot.sources().name(file);
        let new: Vec<&str> = text.lines().filter(|line| !old.contains(line)).collect();
        out.extend(new.iter().map(|line| format!("  {name}: {line}\n")));
        // Where nothing comes, what goes.
        let gone = old.iter().filter(|line| new.is_empty() && text.lines().all(|other| other != **line));
        out.extend(gone.map(|line| format!("  {name} without: {line}\n")));
    }
    out
}

fn edited(text: &str, edits: &[formatting::Edit]) -> String {
    let mut text = text.to_owned();
    edits.iter().rev().for_each(|edit| text.replace_range(edit.range.clone(), &edit.insert));
    format!("{} edits\n{}", edits.len(), quoted(&text))
}

fn outline(entries: &[symbols::Entry], depth: usize) -> String {
    let line = |entry: &symbols::Entry| {
        format!(
            "{}{:?} {} {}\n{}",
            "  ".repeat(depth),
            entry.sort,
            entry.name,
            entry.detail,
            outline(&entry.children, depth + 1)
        )
    };
    entries.iter().map(line).collect()
}
