//! What the queries find: the captures that `test/highlight` names, SQL where it stands, what folds and what indents.
//!
//! Under a line of `test/highlight`, `//  ^ name` says how the sign above is captured, and `// <- name` the first.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::ops::Range;
use std::path::Path;

use tree_sitter::{Language, Parser, Query, QueryCursor, StreamingIterator, Tree};
use tree_sitter_rsx::{FOLDS_QUERY, HIGHLIGHTS_QUERY, INDENTS_QUERY, INJECTIONS_QUERY};

/// Every query for every editor names nodes that there are.
#[test]
fn queries_are_of_this_grammar() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..")];
    let mut read = 0;
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "scm") {
                read += 1;
                let query = Query::new(&language(), &fs::read_to_string(&path).unwrap());
                query.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            }
        }
    }
    assert!(read >= 5, "only {read} queries");
}

#[test]
fn highlights() {
    let (mut wrong, mut asked) = (String::new(), 0);
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/test/highlight")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let captures = captures(HIGHLIGHTS_QUERY, &text);
        let (mut at, mut above) = (0, 0);
        for line in text.split_inclusive('\n') {
            if let Some((column, name)) = claim(line) {
                asked += 1;
                let found = capture_at(&captures, above + column);
                if found != Some(name) {
                    let line = text[..at].lines().count() + 1;
                    writeln!(wrong, "{}:{line}: {name} is {found:?}", path.display()).unwrap();
                }
            } else {
                above = at;
            }
            at += line.len();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(asked > 40, "only {asked} claims");
}

#[test]
fn sql_is_found() {
    let text = r#"
step a {
  sql = """
    create schema a;
    """
  undo      = "drop schema a"
  done_when = sql(m, "select 1", "no sql", as = "nor here") > 0 and f("x", "nor this")
  other     = "nor that"
}
"#;
    let found = captures(INJECTIONS_QUERY, text);
    let sql: Vec<_> = found
        .iter()
        .filter(|capture| capture.name == "injection.content")
        .map(|capture| text[capture.range.clone()].trim())
        .collect();
    assert_eq!(sql, ["create schema a;", "drop schema a", "select 1"]);
}

/// What can be folded: bodies, lists and texts with their brackets, and a comment whole.
#[test]
fn folds() {
    assert_eq!(lines_of(FOLDS_QUERY, "fold"), ["1-2", "4-15", "6-7", "8-12", "9-11", "13-13", "13-13"]);
}

/// What stands deeper than its surroundings, and not what a block of text says for itself.
#[test]
fn indents() {
    assert_eq!(lines_of(INDENTS_QUERY, "indent.begin"), ["4-15", "6-7", "8-12", "13-13", "13-13"]);
    assert_eq!(lines_of(INDENTS_QUERY, "indent.ignore"), ["9-11"]);
    assert_eq!(lines_of(INDENTS_QUERY, "indent.end"), ["7-7", "12-12", "13-13", "13-13", "15-15"]);
}

/// Lists the first and last lines of what is captured under a name.
fn lines_of(query: &str, name: &str) -> Vec<String> {
    let text = r#"/// What it is for,
/// in two lines.
//  - no part of it
step a {
  on = b
  after = [
  ]
  x = {
    sql = """
      create schema a;
      """
  }
  done_when = f(1, [2])
  // The last.
}
"#;
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    // What one match captures under one name is one stretch.
    let mut stretches: BTreeMap<usize, Range<usize>> = BTreeMap::new();
    for Capture { found, range, .. } in
        captures(query, text).into_iter().filter(|capture| capture.name == name)
    {
        stretches.entry(found).or_insert(range.clone()).end = range.end;
    }
    let mut lines: Vec<_> =
        stretches.values().map(|range| (line(range.start), line(range.end - 1))).collect();
    lines.sort_unstable();
    lines.into_iter().map(|(first, last)| format!("{first}-{last}")).collect()
}

/// A part of a text that a query has found.
struct Capture {
    name: String,
    range: Range<usize>,
    /// Later patterns win.
    pattern: usize,
    /// In which match.
    found: usize,
}

fn captures(query: &str, text: &str) -> Vec<Capture> {
    let query = Query::new(&language(), query).unwrap();
    let tree = parse(text);
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut all = Vec::new();
    for found in 0.. {
        let Some(one) = matches.next() else { break };
        for capture in one.captures() {
            let name = query.capture_names()[capture.index as usize].to_owned();
            let range = capture.node.byte_range();
            all.push(Capture { name, range, pattern: one.pattern_index, found });
        }
    }
    all
}

/// Returns how a place is captured: by the smallest node, and the last pattern for it.
fn capture_at(all: &[Capture], at: usize) -> Option<&str> {
    let around = all.iter().filter(|capture| capture.range.contains(&at));
    let inner = around.min_by_key(|capture| (capture.range.len(), usize::MAX - capture.pattern));
    inner.map(|capture| capture.name.as_str())
}

/// Reads what a line says of the line above it: a column and a name.
fn claim(line: &str) -> Option<(usize, &str)> {
    let rest = line.strip_prefix("//")?;
    if let Some(name) = rest.strip_prefix(" <- ") {
        return Some((0, name.trim()));
    }
    let name = rest.trim_start().strip_prefix("^ ")?;
    Some((line.find('^')?, name.trim()))
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&language()).unwrap();
    parser.parse(text, None).unwrap()
}

fn language() -> Language {
    tree_sitter_rsx::LANGUAGE.into()
}
