//! What features say of a program, without a protocol: the program and what is said of it stand side by side.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError};
use rsx_lsp::Snapshot;
use rsx_lsp::features::completion::{self, Item, Sort};
use rsx_lsp::features::lenses::{self, LensKind};
use rsx_lsp::features::{beside, folding, hints, links, selection, signature, tokens};
use rsx_syntax::{FileId, Severity};

/// Files by name.
struct Texts(BTreeMap<&'static str, &'static str>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        self.0.get(path).map(|text| (*text).into()).ok_or(ReadError::Missing)
    }
}

const ROOT: &str = "main.rsx";

fn program(files: &[(&'static str, &'static str)]) -> (Snapshot, FileId) {
    let texts = Texts(files.iter().copied().collect());
    let snapshot = Snapshot::of(Library::standard(), ROOT, &texts);
    let file = snapshot.file(ROOT).unwrap();
    (snapshot, file)
}

fn one(text: &'static str) -> (Snapshot, FileId) {
    program(&[(ROOT, text)])
}

/// Every token as `text:Class`, with a mark of what else is known of it.
fn coloured(text: &'static str) -> String {
    let (snapshot, file) = one(text);
    let all = tokens::tokens(&snapshot, file, None);
    let shown = all.iter().map(|token| {
        let marks = [(token.declares, '!'), (token.documents, '/'), (token.of_library, '^')];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
        format!("{}:{:?}{marks}", &text[token.range.clone()], token.class)
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_word_has_its_colour() {
    assert_eq!(
        coloured("/// Why.\nnetwork main { cidr = 10.0.0.0/16 } // so\n"),
        "/// Why.:Comment/ network:Kind^ main:Variable! cidr:Property =:Operator 10.0.0.0/16:Number // so:Comment"
    );
    assert_eq!(
        coloured("let n: Int = length([1]) + 2"),
        "let:Keyword n:Variable! ::Operator Int:Type =:Operator length:Function^ 1:Number +:Operator 2:Number"
    );
    assert_eq!(
        coloured("let t = \"a${1 + n}b\"\nlet n = 1").split(" let:").next().unwrap(),
        "let:Keyword t:Variable! =:Operator \"a${:Text 1:Number +:Operator n:Variable }b\":Text"
    );
}

#[test]
fn declarations_that_an_edit_adds_have_their_colours() {
    let (first, last) = ("network main { cidr = 10.0.0.0/16 }\n", "let last = 1\n");
    let new = "let one = main.cidr\nlet two = main.cidr\n";
    let mut edited = Snapshot::of(Library::standard(), ROOT, &One([first, last].concat().into()));
    let whole = One([first, new, last].concat().into());
    edited.refresh(&whole);
    let cold = Snapshot::of(Library::standard(), ROOT, &whole);
    let colours = |one: &Snapshot| tokens::tokens(one, one.file(ROOT).unwrap(), None);
    assert_eq!(colours(&edited), colours(&cold));
}

#[test]
fn a_token_ends_with_its_line() {
    assert_eq!(
        coloured("let t = \"\"\"\n  a\n  b\"\"\""),
        "let:Keyword t:Variable! =:Operator \"\"\":Text   a:Text   b\"\"\":Text"
    );
}

#[test]
fn every_end_of_a_line_that_editors_know_ends_a_token() {
    assert_eq!(
        coloured("let t = \"a\rb\" // c\rd\r\n"),
        "let:Kind t:Variable! =:Operator \"a:Text b\":Text // c:Comment d:Comment"
    );
}

#[test]
fn broken_text_keeps_its_colours() {
    assert_eq!(
        coloured("network main { cidr = = 10.0.0.0/16, zones = true }"),
        "network:Kind^ main:Variable! cidr:Property =:Operator =:Operator 10.0.0.0/16:Number ,:Operator \
         zones:Property =:Operator true:Keyword"
    );
    let values = coloured("let n = 1\nlet t = = \"a${n}b\"");
    assert!(values.ends_with("\"a${:Text n:Variable }b\":Text"), "{values}");
}

#[test]
fn what_spans_lines_folds() {
    let text = "import \"a.rsx\"\nimport \"b.rsx\"\n\n// one\n// two\n\nnetwork main {\n  subnets = [\n    10.0.0.0/24\n  ]\n}\nlet x = [1]\n";
    let (snapshot, file) = program(&[(ROOT, text), ("a.rsx", ""), ("b.rsx", "")]);
    let folded: Vec<_> = folding::folds(&snapshot, file)
        .iter()
        .map(|fold| {
            (text[..fold.range.start].lines().count(), text[..fold.range.end].lines().count(), fold.kind)
        })
        .collect();
    use folding::FoldKind::{Code, Comment, Imports};
    assert_eq!(folded, [(0, 2, Imports), (3, 5, Comment), (7, 10, Code), (8, 9, Code)]);
}

#[test]
fn a_selection_grows_to_what_holds_it() {
    let text = "let x = [1, 2 + 3]\n";
    let (snapshot, file) = one(text);
    let grown: Vec<_> = selection::grows(&snapshot, file, text.find('3').unwrap())
        .into_iter()
        .map(|range| &text[range])
        .collect();
    assert_eq!(grown, ["3", "2 + 3", "[1, 2 + 3]", "let x = [1, 2 + 3]", text]);
}

#[test]
fn imports_are_links() {
    let (snapshot, file) = program(&[(ROOT, "import \"nets/a.rsx\"\n"), ("nets/a.rsx", "")]);
    let all = links::links(&snapshot, file);
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].range.clone(), all[0].written.as_str()), (8..18, "nets/a.rsx"));
}

#[test]
fn the_innermost_call_has_its_argument() {
    let at = |text: &'static str| {
        let (snapshot, file) = one(text);
        signature::signature(&snapshot, file, text.len())
            .map(|found| (found.function.name, found.ways[found.way].argument, found.way, found.ways.len()))
    };
    assert_eq!(at("let a = join([1, 2], "), Some(("join", 1, 0, 1)));
    assert_eq!(at("let a = join([\"x\", text(max("), Some(("max", 0, 0, 2)));
    assert_eq!(at("let a = max(1, "), Some(("max", 1, 1, 2)));
    assert_eq!(at("let a = sql(x, y, 1, 2, "), Some(("sql", 2, 1, 2)));
    assert_eq!(at("let a = join([1], \",\")"), None);
    assert_eq!(at("let a = (1, "), None);
}

#[test]
fn the_library_says_what_follows_from_a_declaration() {
    let text = "stack s { region = \"us-east-1\" }\nnetwork main { cidr = 10.0.0.0/16 }\nconsumer reader { network = main, capacity = 32rpu..64rpu }\n";
    let (snapshot, file) = one(text);
    let notes = beside::notes(&snapshot);
    let hints = hints::hints(&snapshot, &notes, file, &(0..text.len()));
    let shown: Vec<_> = hints.iter().map(|hint| hint.text.as_str()).collect();
    assert_eq!(shown, ["3 zones, 8 of 16384 addresses of a subnet needed", "8640usd a month"]);
    assert_eq!(&text[..hints[0].at].lines().last().unwrap(), &"network main");
}

#[test]
fn notes_say_where_they_hold() {
    let text = "stack s { region = \"us-east-1\" }\nparam n: Int = 1\nenv dev { n = 1 }\nenv prod { n = 2 }\nnetwork main { cidr = 10.0.0.0/16 }\nconsumer_pool readers { count = n, network = main, capacity = 32rpu..64rpu }\n";
    let (snapshot, _) = one(text);
    let notes = beside::notes(&snapshot);
    assert_eq!(notes.get("readers").unwrap(), "8640usd a month (dev), 17280usd a month (prod)");
    assert!(notes.get("main").unwrap().starts_with("3 zones"));
}

#[test]
fn lenses_stand_above_declarations() {
    let text = "stack s { region = \"us-east-1\" }\nnetwork main { cidr = 10.0.0.0/16 }\nlet n = 8rpu\nconsumer r { network = main, capacity = n..n }\n";
    let (snapshot, file) = one(text);
    let notes = beside::notes(&snapshot);
    let all = lenses::lenses(&snapshot, &notes, file);
    let shown: Vec<_> = all
        .iter()
        .map(|lens| {
            let told = match &lens.kind {
                LensKind::References(all) => all.len().to_string(),
                LensKind::Plan => "plan".to_owned(),
                LensKind::Cost(note) => note.clone(),
            };
            format!("{}: {told}", &text[lens.range.clone()])
        })
        .collect();
    assert_eq!(
        shown,
        ["s: plan", "s: 2160usd a month at base capacity, 2160usd at most", "main: 1", "n: 2", "r: 0"]
    );
}

/// What is offered at the mark `|` of a text, and the text without it.
fn offered(text: &str) -> (String, Vec<Item>) {
    let at = text.find('|').unwrap();
    let plain = text.replacen('|', "", 1);
    let snapshot = Snapshot::of(Library::standard(), ROOT, &One(plain.as_str().into()));
    let found = completion::completions(&snapshot, &Vec::new, snapshot.file(ROOT).unwrap(), at);
    (plain, found.items)
}

struct One(Arc<str>);

impl Files for One {
    fn read(&self, _: &str) -> Result<Arc<str>, ReadError> {
        Ok(Arc::clone(&self.0))
    }
}

fn errors(text: &str) -> Vec<String> {
    let snapshot = Snapshot::of(Library::standard(), ROOT, &One(text.into()));
    let all = snapshot.analysis().diagnostics.iter().filter(|one| one.severity == Severity::Error);
    all.map(|one| format!("{}: {}", one.code, one.message)).collect()
}

#[test]
fn what_is_offered_checks() {
    // Every kind, in the order in which somebody can write them: each needs those before it.
    let mut text = String::new();
    let mut left: Vec<String> = Vec::new();
    for _ in 0..2 {
        let (_, kinds) = offered(&format!("{text}|\n"));
        let fresh = kinds.iter().filter(|item| item.sort == Sort::Kind && item.rank < 5);
        let names: Vec<String> = fresh.map(|item| item.label.clone()).collect();
        left = if left.is_empty() { names } else { left };
        left.retain(|name| {
            let (_, kinds) = offered(&format!("{text}|\n"));
            let item = kinds.iter().find(|item| item.label == *name).unwrap();
            let written = item.text().replacen(" name {", &format!(" the_{name} {{"), 1);
            let more = format!("{text}{written}\n");
            let is_right = errors(&more).is_empty();
            if is_right {
                text = more;
            }
            !is_right
        });
    }
    assert!(left.is_empty(), "{left:?} in\n{text}");
    let mut wrong = Vec::new();
    let heads: Vec<usize> = text.match_indices(" {\n").map(|(at, _)| at + 2).collect();
    for head in heads {
        let (before, after) = text.split_at(head);
        let (_, fields) = offered(&format!("{before}\n  |{after}"));
        assert!(!fields.is_empty(), "nothing is offered in\n{before}");
        for item in fields.iter().filter(|item| item.sort == Sort::Field) {
            let with = format!("{before}\n  {}{after}", item.text());
            let found = errors(&with);
            if !found.is_empty() {
                wrong.push(format!("{}\n   {found:?}", item.text()));
            }
            let Some(open) = item.text().find("= {}") else { continue };
            let item_text = item.text();
            let (start, end) = item_text.split_at(open + 3);
            let (_, inner) = offered(&format!("{before}\n  {start}|{end}{after}"));
            for inner in inner.iter().filter(|item| item.sort == Sort::Field) {
                let found = errors(&format!("{before}\n  {start}{}{end}{after}", inner.text()));
                if !found.is_empty() {
                    wrong.push(format!("{start} {}\n   {found:?}", inner.text()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
