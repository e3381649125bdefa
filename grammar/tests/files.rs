//! Reads the files under `tests`: the valid ones without a word, the broken ones with the answers beside them.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use rsx_syntax::ast::{Body, DeclarationKind, ItemKind};
use rsx_syntax::{Parsed, Sources, parse};

#[test]
fn valid_files_have_no_diagnostics() {
    for entry in std::fs::read_dir("tests/valid").unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(answer(&text), "", "{}", path.display());
    }
}

#[test]
fn broken_files_are_told() {
    let path = "tests/broken.md";
    let suite = std::fs::read_to_string(path).unwrap();
    let mut answered = String::new();
    let mut blocks = suite.split("```");
    while let Some(prose) = blocks.next() {
        answered.push_str(prose);
        let Some(program) = blocks.next() else { break };
        let text = program.strip_prefix("rsx\n").unwrap();
        write!(answered, "```{program}```\n\n```diagnostics\n{}```", answer(text)).unwrap();
        // The old answer, if there is one.
        if let Some(more) = blocks.clone().nth(1).filter(|old| old.starts_with("diagnostics\n")) {
            blocks.by_ref().take(2).for_each(drop);
            assert!(
                std::env::var_os("RSX_ACCEPT").is_some() || *more == format!("diagnostics\n{}", answer(text)),
                "{text}\n{}",
                answer(text)
            );
        }
    }
    if std::env::var_os("RSX_ACCEPT").is_some() {
        std::fs::write(path, answered).unwrap();
    } else {
        assert_eq!(suite, answered);
    }
}

/// Every diagnostic, and the names of what could not be read.
fn answer(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("file.rsx", text);
    let mut answer = String::new();
    for piece in sources.pieces(file) {
        let parsed = parse(piece, sources.piece_text(piece));
        for diagnostic in &parsed.diagnostics {
            let (start, end) = sources.positions(diagnostic.primary().unwrap());
            let (code, message) = (&diagnostic.code, &diagnostic.message);
            writeln!(answer, "{}:{}-{} {code}: {message}", start.line, start.column, end.column).unwrap();
            if let Some(help) = &diagnostic.help {
                writeln!(answer, "  help: {help}").unwrap();
            }
        }
        broken(&parsed, &mut answer);
    }
    answer
}

fn broken(parsed: &Parsed, answer: &mut String) {
    let Some(declaration) = &parsed.declaration else { return };
    let body = match &declaration.kind {
        DeclarationKind::Broken(broken) => {
            let word = |name: &Option<rsx_syntax::ast::Name>| {
                name.as_ref().map_or("?".into(), |name| name.node.clone())
            };
            writeln!(answer, "  broken: {} {}", word(&broken.kind), word(&broken.name)).unwrap();
            return;
        }
        DeclarationKind::Instance(instance) => &instance.body,
        DeclarationKind::Rule(rule) => &rule.body,
        _ => return,
    };
    for name in names(body) {
        writeln!(answer, "  broken field: {name}").unwrap();
    }
}

fn names(body: &Body) -> Vec<String> {
    let mut all: Vec<_> = body.broken.iter().map(|name| name.node.to_string()).collect();
    for item in &body.items {
        if let ItemKind::Make(make) = &item.kind {
            all.extend(names(&make.body).into_iter().map(|name| format!("{}.{name}", make.name.node)));
        }
    }
    all
}
