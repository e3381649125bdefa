//! Programs with what is expected of them written beside each line.
//!
//! `// wrong: CODE` is an error whose place begins on that line, `// warns: CODE` a warning, `// wrong in ENV: CODE` one
//! that this env alone shows; `// is: VALUE` is what an output comes to. There is nothing else.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

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

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[test]
fn mutated_programs_are_worked_out_to_the_end() {
    let programs = [
        include_str!("back/instances.rsx"),
        include_str!("back/faults.rsx"),
        include_str!("back/envs.rsx"),
        include_str!("back/phases.rsx"),
        include_str!("back/rings.rsx"),
        include_str!("back/values.rsx"),
    ];
    let library = library();
    let mut dice = Dice(7);
    for round in 0..400 {
        let text = programs[round % programs.len()];
        let words: Vec<&str> = text.split_inclusive([' ', '\n', '(', ')', '.', ',']).collect();
        let mut mutated = words.clone();
        for _ in 0..=dice.below(3) {
            let (at, from) = (dice.below(mutated.len()), dice.below(words.len()));
            match dice.below(3) {
                0 => drop(mutated.remove(at)),
                1 => mutated.insert(at, words[from]),
                _ => mutated[at] = words[from],
            }
        }
        let loaded = load(&library, "test.rsx", &One(mutated.concat().into()));
        let analysis = analyze(&library, loaded, &Inputs::default());
        for model in &analysis.models {
            for id in model.resources() {
                model.want(id);
                model.demand(id);
            }
            model.outputs();
            model.timed();
            model.expectations();
            model.run_rules(rsx_lang::value::Phase::Run);
        }
        for diagnostic in &analysis.diagnostics {
            let file = analysis.sources.file_of(diagnostic.primary().unwrap());
            assert_eq!(
                analysis.sources.name(file),
                "test.rsx",
                "{}: {}",
                diagnostic.code,
                diagnostic.message
            );
        }
    }
}
