//! What the parser makes of a text: the trees of `test/corpus`, and no error in anything that the grammar of rsx reads.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use rsx_syntax::Sources;
use tree_sitter::{Node, Parser, Tree};

#[test]
fn corpus() {
    let mut wrong = String::new();
    let files = files(&["editors/tree-sitter-rsx/test/corpus"], "txt");
    for path in &files {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let cases = cases(&fs::read_to_string(path).unwrap());
        assert!(!cases.is_empty(), "{name} holds nothing");
        for Case { title, text, tree } in cases {
            let found = parse(&text).root_node().to_sexp();
            if found != tree {
                writeln!(wrong, "{name}, {title}:\n  expected {tree}\n  found    {found}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(files.len() >= 4);
}

#[test]
fn examples_and_library() {
    let files = files(&["examples", "stdlib"], "rsx");
    let all = files.iter().map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()));
    read_without_errors(all, 30);
}

/// What the grammar of rsx reads, this one reads: every block of every page and suite.
#[test]
fn suites() {
    let mut all = Vec::new();
    for path in files(&["grammar", "tests/suite"], "md") {
        let text = fs::read_to_string(&path).unwrap();
        let blocks = text.split("\n```rsx").skip(1).filter_map(|rest| rest.split_once('\n'));
        for (n, (_, rest)) in blocks.enumerate() {
            let block = rest.split("\n```").next().unwrap();
            if is_read(block) {
                all.push((format!("{}, block {n}", path.display()), block.to_owned()));
            }
        }
    }
    read_without_errors(all, 150);
}

/// A text that is being written keeps what stands around the broken part.
#[test]
fn broken_parts_stay_alone() {
    let whole = fs::read_to_string(root().join("examples/airline.rsx")).unwrap();
    let count = |text: &str| named(parse(text).root_node(), "instance");
    for (good, broken) in [
        ("\"us-east-1\"", ""),
        ("32rpu..256rpu", "32rpu.."),
        ("database = \"airline\"\n", "datab\n"),
        ("user = \"awsuser\"", "user = "),
        ("count    = reader_count", "count"),
        ("drain   = 30s", "drain   = "),
        ("[10.0.8.0/24]", "[10.0.8.0/24"),
    ] {
        assert!(whole.contains(good));
        let text = whole.replacen(good, broken, 1);
        assert_eq!(count(&text), count(&whole), "with `{broken}` in place of `{good}`");
    }
}

/// A case of the corpus.
struct Case {
    title: String,
    text: String,
    /// On one line.
    tree: String,
}

/// Reads a file of the corpus, in the format of `tree-sitter test`.
fn cases(file: &str) -> Vec<Case> {
    let is_bar = |line: &str, sign: char| line.len() > 2 && line.chars().all(|c| c == sign);
    let lines: Vec<_> = file.lines().collect();
    let heads: Vec<_> = (0..lines.len()).filter(|&n| is_bar(lines[n], '=')).step_by(2).collect();
    let mut all = Vec::new();
    for (n, &head) in heads.iter().enumerate() {
        let body = &lines[head + 3..heads.get(n + 1).copied().unwrap_or(lines.len())];
        let bar = body.iter().position(|line| is_bar(line, '-')).unwrap();
        let words = body[bar + 1..].join(" ");
        all.push(Case {
            title: lines[head + 1].to_owned(),
            text: body[..bar].join("\n"),
            tree: words.split_whitespace().collect::<Vec<_>>().join(" ").replace(" )", ")"),
        });
    }
    all
}

/// Says whether the grammar of rsx reads a text without a complaint about its syntax.
fn is_read(text: &str) -> bool {
    let mut sources = Sources::default();
    let file = sources.add("block.rsx", text);
    let pieces: Vec<_> = sources.pieces(file).collect();
    pieces.into_iter().all(|piece| rsx_syntax::parse(piece, sources.piece_text(piece)).diagnostics.is_empty())
}

fn read_without_errors(all: impl IntoIterator<Item = (String, String)>, at_least: usize) {
    let (mut wrong, mut read) = (String::new(), 0);
    for (name, text) in all {
        read += 1;
        errors(parse(&text).root_node(), &text, &name, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(read >= at_least, "only {read} texts");
}

/// Lists what could not be read, and what was put in for something missing.
fn errors(node: Node<'_>, text: &str, name: &str, wrong: &mut String) {
    if node.is_error() || node.is_missing() {
        let line = node.start_position().row;
        let words = text.lines().nth(line).unwrap_or_default();
        writeln!(wrong, "{name}:{}: {} at `{words}`", line + 1, node.to_sexp()).unwrap();
    }
    (0..node.child_count()).filter_map(|n| node.child(n)).for_each(|child| errors(child, text, name, wrong));
}

/// Counts the nodes of a kind.
fn named(node: Node<'_>, kind: &str) -> usize {
    let children = (0..node.child_count()).filter_map(|n| node.child(n));
    usize::from(node.kind() == kind) + children.map(|child| named(child, kind)).sum::<usize>()
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_rsx::LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap()
}

/// Lists the files below some folders that end in an extension.
fn files(folders: &[&str], extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<_> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
