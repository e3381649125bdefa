//! Reads the files under `tests`: the valid ones without a word, the broken ones with the answers beside them.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::fmt::Write as _;

use rsx_syntax::ast::{Body, DeclarationKind, ItemKind};
use rsx_syntax::{Fix, Parsed, Sources, format, parse};

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
    suite("tests/broken.md", "diagnostics", answer);
}

#[test]
fn files_are_laid_out() {
    suite("tests/layout.md", "formatted", |text| format(text).unwrap());
    let canonical = std::fs::read_to_string("tests/valid/airline.rsx").unwrap();
    assert_eq!(format(&canonical).unwrap(), canonical);
}

#[test]
fn the_readme_is_right() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let blocks = readme.split("```rsx\n").skip(1).map(|block| block.split("```").next().unwrap());
    for block in blocks {
        let lines = |(index, line): (usize, &str)| {
            let code = line.split("// error: ").nth(1)?;
            let ours = code.starts_with("rsx::syntax::") || code.starts_with("rsx::literal::");
            ours.then(|| format!("{} {code}", index + 1))
        };
        let expected: Vec<_> = block.lines().enumerate().filter_map(lines).collect();
        assert_eq!(told(block), expected, "{block}");
        if expected.is_empty() {
            assert_eq!(format(block).unwrap(), block);
        }
    }
}

/// The line and code of every diagnostic.
fn told(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("file.rsx", text);
    let pieces: Vec<_> = sources.pieces(file).collect();
    let diagnostics =
        pieces.into_iter().flat_map(|piece| parse(piece, sources.piece_text(piece)).diagnostics);
    let line = |span| sources.positions(span).0.line;
    diagnostics.map(|told| format!("{} {}", line(told.primary().unwrap()), told.code)).collect()
}

/// Compares each program of a suite with the answer below it; with `RSX_ACCEPT=1` writes the answers.
fn suite(path: &str, kind: &str, answer: impl Fn(&str) -> String) {
    let suite = std::fs::read_to_string(path).unwrap();
    let mut answered = String::new();
    let mut blocks = suite.split("```").peekable();
    while let Some(prose) = blocks.next() {
        answered.push_str(prose);
        let Some(program) = blocks.next() else { break };
        let text = program.strip_prefix("rsx\n").unwrap();
        write!(answered, "```{program}```\n\n```{kind}\n{}```", answer(text)).unwrap();
        let mut ahead = blocks.clone();
        if ahead.nth(1).is_some_and(|old| old.starts_with(kind)) {
            blocks = ahead;
        }
    }
    if std::env::var_os("RSX_ACCEPT").is_some() {
        std::fs::write(path, answered).unwrap();
    } else {
        for (answer, line) in answered.lines().zip(suite.lines()) {
            assert_eq!(answer, line, "{path} has another answer");
        }
        assert_eq!(answered.len(), suite.len(), "{path} has other answers");
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
            for fix in &diagnostic.fixes {
                writeln!(answer, "  fixed: {}", fixed(sources.piece_text(piece), fix)).unwrap();
            }
        }
        broken(&parsed, &mut answer);
    }
    answer
}

/// The line that a fix changes first, as it is then.
fn fixed(text: &str, fix: &Fix) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_owned();
    for edit in &edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.insert);
    }
    let first = edits.last().unwrap().span.start as usize;
    let start = text[..first].rfind('\n').map_or(0, |end| end + 1);
    text[start..].lines().next().unwrap_or_default().trim_end().to_owned()
}

fn broken(parsed: &Parsed, answer: &mut String) {
    let Some(declaration) = &parsed.declaration else { return };
    if let DeclarationKind::Broken(broken) = &declaration.kind {
        let word =
            |name: &Option<rsx_syntax::ast::Name>| name.as_ref().map_or("?".into(), |name| name.node.clone());
        writeln!(answer, "  broken: {} {}", word(&broken.kind), word(&broken.name)).unwrap();
    }
    let body = match &declaration.kind {
        DeclarationKind::Instance(instance) => Some(&instance.body),
        DeclarationKind::Rule(rule) => Some(&rule.body),
        DeclarationKind::Import(_)
        | DeclarationKind::Param(_)
        | DeclarationKind::Let(_)
        | DeclarationKind::Type(_)
        | DeclarationKind::Output(_)
        | DeclarationKind::Broken(_) => None,
        DeclarationKind::Dimension(block)
        | DeclarationKind::Env(block)
        | DeclarationKind::Check(block)
        | DeclarationKind::Expect(block)
        | DeclarationKind::Resource(block)
        | DeclarationKind::Pattern(block) => Some(&block.body),
    };
    for name in body.map(names).unwrap_or_default() {
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
