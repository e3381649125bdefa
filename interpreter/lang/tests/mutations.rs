//! What must hold of every program, however wrong: a seeded generator changes words of the examples, and all of it is analysed.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod chance;

use std::collections::HashSet;
use std::sync::Arc;

use chance::{Dice, examples};
use rsx_lang::analysis::{Analysis, analyze};
use rsx_lang::inputs::Inputs;
use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError, load};

/// How many programs are made, and how many changes each may have.
const PROGRAMS: usize = 400;
const CHANGES: usize = 4;

/// What a word may become besides another word of the examples.
const BITS: [&str; 40] = [
    "none",
    "true",
    "self",
    "stack",
    "all",
    "[]",
    "{ }",
    "0",
    "-1",
    "1 / 3",
    "1 / 0",
    "99999999999999999999999999999",
    "\"\"",
    "\"\u{1F600}\"",
    "'x'",
    "1h",
    "36rpu",
    "0usd",
    "80%",
    "10.0.0.0/8",
    "10.0.0.7",
    "1..2",
    "2..1",
    "32rpu..",
    "generated",
    "secret { name = \"x\" }",
    "snapshot",
    "readers[0]",
    "readers[99]",
    "readers",
    "writer",
    "main",
    "main.cidr",
    "[for x in [1, 2]: x]",
    "any x in readers: x == 1",
    "if true then 1 else \"a\"",
    "sql(writer, \"x\")",
    "length(readers)",
    "every(consumer)",
    "none ?? 1",
];

struct One(Arc<str>);

impl Files for One {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        if path == "main.rsx" { Ok(Arc::clone(&self.0)) } else { Err(ReadError::Missing) }
    }
}

/// Cuts a text into words, numbers and single characters.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end =
            if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, tail) = rest.split_at(end);
        words.push(word);
        rest = tail;
    }
    words
}

fn mutated(dice: &mut Dice, programs: &[String]) -> String {
    let text = dice.one(programs).clone();
    let mut parts: Vec<String> = words(&text).into_iter().map(String::from).collect();
    for _ in 0..=dice.below(CHANGES) {
        let at = dice.below(parts.len());
        match dice.below(5) {
            0 => parts[at] = (*dice.one(&BITS)).to_owned(),
            1 => parts[at].clear(),
            2 => parts[at] = parts[dice.below(parts.len())].clone(),
            3 => {
                let other = dice.below(parts.len());
                parts.swap(at, other);
            }
            _ => {
                // A line goes, or is there twice.
                let text = parts.concat();
                let mut lines: Vec<&str> = text.lines().collect();
                let line = dice.below(lines.len());
                match dice.below(2) {
                    0 => {
                        lines.remove(line);
                    }
                    _ => lines.insert(line, lines[line]),
                }
                parts = words(&(lines.join("\n") + "\n")).into_iter().map(String::from).collect();
            }
        }
    }
    parts.concat()
}

fn analysed(text: &str) -> Analysis {
    let library = Library::standard();
    analyze(library, load(library, "main.rsx", &One(text.into())), &Inputs::default())
}

/// Every diagnostic has a place of the user's first, a code with a page, and is told once and in order.
fn hold(text: &str, analysis: &Analysis) {
    let library = Library::standard();
    let mut told = HashSet::new();
    let mut last = 0;
    for one in &analysis.diagnostics {
        let at = one.primary().unwrap_or_else(|| panic!("nowhere: {one:?}\n{text}"));
        let file = analysis.sources.file_of(at);
        assert!(!library.holds(file), "in the library: {one:?} {:?}\n{text}", analysis.sources.positions(at));
        for label in &one.labels {
            let range = analysis.sources.range(label.span);
            let within = analysis.sources.text(analysis.sources.file_of(label.span));
            assert!(within.get(range).is_some(), "outside: {label:?}\n{text}");
        }
        let start = analysis.sources.range(at).start;
        assert!(start >= last, "out of order: {one:?}\n{text}");
        last = start;
        assert!(told.insert((one.code.clone(), at, one.message.clone())), "twice: {one:?}\n{text}");
        let code = one.code.as_str();
        let has_page = rsx_stdlib::CODES.iter().any(|(known, _)| *known == code)
            || library.codes().any(|known| known == code);
        assert!(has_page, "without a page: {one:?}\n{text}");
        assert!(!one.message.is_empty() && !one.message.contains("‹unknown›"), "{one:?}\n{text}");
    }
}

#[test]
fn every_program_is_analysed() {
    let programs = examples();
    let mut dice = Dice(7);
    for _ in 0..PROGRAMS {
        let text = mutated(&mut dice, &programs);
        let analysis = analysed(&text);
        hold(&text, &analysis);
        for model in &analysis.models {
            model.timed();
            model.outputs();
            model.expectations();
        }
    }
}
