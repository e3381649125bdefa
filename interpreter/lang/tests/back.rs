//! Programs with what is expected of them written beside each line.
//!
//! `// wrong: CODE` is an error whose place begins on that line, `// warns: CODE` a warning, `// wrong in ENV: CODE` one
//! that this env alone shows; `// is: VALUE` is what an output comes to. There is nothing else.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rsx_lang::analysis::{Analysis, analyze};
use rsx_lang::inputs::Inputs;
use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError, load};
use rsx_lang::show::show_with;
use rsx_syntax::Severity;

struct One(Arc<str>);

impl Files for One {
    fn read(&self, _path: &str) -> Result<Arc<str>, ReadError> {
        Ok(Arc::clone(&self.0))
    }
}

fn library() -> Library {
    Library::new(&[("std/test.rsx", include_str!("back/library.rsx"))])
}

fn analysed(text: &str, inputs: &Inputs) -> Analysis {
    let library = library();
    analyze(&library, load(&library, "test.rsx", &One(text.into())), inputs)
}

/// What is told, a line each: its number, and the words that a comment would say.
fn told(analysis: &Analysis) -> BTreeMap<usize, Vec<String>> {
    let mut told: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for diagnostic in &analysis.diagnostics {
        let at = diagnostic.primary().unwrap();
        let verb = if diagnostic.severity == Severity::Error { "wrong" } else { "warns" };
        let envs = if diagnostic.envs.is_empty() {
            String::new()
        } else {
            format!(" in {}", diagnostic.envs.join(" "))
        };
        let line = analysis.sources.positions(at).0.line;
        told.entry(line).or_default().push(format!("{verb}{envs}: {}", diagnostic.code));
    }
    let model = analysis.models.first().unwrap();
    for output in model.outputs() {
        let line = analysis.sources.positions(output.span).0.line;
        let shown = show_with(model.units(), &|id| model.address(id).to_string(), &output.value);
        told.entry(line).or_default().push(format!("is: {shown}"));
    }
    told
}

fn expected(text: &str) -> BTreeMap<usize, Vec<String>> {
    let marks = ["wrong", "warns", "is:"];
    let mut expected: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (line, text) in text.lines().enumerate() {
        let Some((_, comment)) = text.split_once("// ") else { continue };
        let comments =
            comment.split(" // ").filter(|comment| marks.iter().any(|mark| comment.starts_with(mark)));
        let comments: Vec<_> = comments.map(|comment| comment.trim().to_owned()).collect();
        if !comments.is_empty() {
            expected.insert(line + 1, comments);
        }
    }
    expected
}

#[test]
fn programs_are_told_what_is_written_beside_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/back");
    let mut failures = Vec::new();
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|path| !path.ends_with("library.rsx")) {
        let text = fs::read_to_string(path).unwrap();
        let analysis = analysed(&text, &Inputs::default());
        let (told, expected) = (told(&analysis), expected(&text));
        let lines = told.keys().chain(expected.keys()).collect::<std::collections::BTreeSet<_>>();
        for line in lines {
            let (found, wanted) = (told.get(line), expected.get(line));
            if found != wanted {
                failures.push(format!(
                    "{}:{line}\n   told {found:?}\n   not  {wanted:?}",
                    path.file_name().unwrap().display()
                ));
            }
        }
        if !failures.is_empty() {
            let all = analysis.diagnostics.iter().map(|d| {
                format!("{} {} | {:?}", d.code, d.message, analysis.sources.positions(d.primary().unwrap()).0)
            });
            failures.extend(all);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn analysis_is_the_same_every_time() {
    let text = include_str!("back/faults.rsx");
    let (one, two) = (analysed(text, &Inputs::default()), analysed(text, &Inputs::default()));
    assert_eq!(one.diagnostics, two.diagnostics);
    assert!(!one.diagnostics.is_empty());
}
