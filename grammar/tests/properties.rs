//! What must hold of every text, however broken: a seeded generator mutates the files under `tests`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

use rsx_syntax::{Diagnostic, Sources, Span, format, parse};

const CODES: [&str; 4] =
    ["rsx::syntax::expected", "rsx::syntax::too_deep", "rsx::literal::range", "rsx::literal::host_bits"];

/// What a mutation may put in.
const BITS: &[&str] = &[
    "\n",
    " ",
    "\t",
    "\r\n",
    "// note\n",
    " // beside\n",
    "/// docs\n",
    "//! file\n",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    "=",
    "==",
    ":",
    "::",
    "..",
    ".",
    "?",
    "??",
    "\"",
    "\"\"\"",
    "'",
    "\\",
    "${",
    "$",
    "-",
    "not ",
    " and ",
    " or ",
    " in ",
    "if ",
    " then ",
    " else ",
    "all x in y: ",
    "for x in y",
    "let ",
    "make ",
    "require ",
    "allow ",
    "at ",
    "help ",
    "none",
    "self",
    "1",
    "32rpu",
    "%",
    "10.0.0.0/16",
    "300.0.0.1",
    "'a'",
    "a",
    "Text",
    "é",
    "\u{feff}",
    "\0",
    "#",
    ";",
    "import \"x\"\n",
    "\nparam x: Int\n",
    "\nnetwork n {\n",
    "where { \"a\" = b }",
    "T<U>",
    "[a, b, c]",
    "{ a = 1 }",
    "f(x, as = y)",
    "\n\n\n",
];

/// The same numbers for every run (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n.max(1)
    }

    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// A place between two tokens, where a blank may be put without changing the meaning.
    fn gap(&mut self, text: &str) -> usize {
        let gaps: Vec<_> = text.match_indices(' ').map(|(at, _)| at).collect();
        if gaps.is_empty() { 0 } else { gaps[self.below(gaps.len())] }
    }
}

fn corpus() -> Vec<String> {
    let mut files: Vec<_> =
        std::fs::read_dir("tests/valid").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.push("tests/broken.md".into());
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// A part of a file, so that most mutations leave something that can be read.
fn excerpt(dice: &mut Dice, corpus: &[String]) -> String {
    let text = &corpus[dice.below(corpus.len())];
    let blocks: Vec<_> = text.split("\n\n").collect();
    let first = dice.below(blocks.len());
    let last = (first + 1 + dice.below(4)).min(blocks.len());
    blocks[first..last].join("\n\n")
}

fn mutate(dice: &mut Dice, text: &mut String) {
    match dice.below(6) {
        0 => text.insert_str(dice.place(text), BITS[dice.below(BITS.len())]),
        1 => text.insert_str(dice.gap(text), BITS[dice.below(10)]),
        2 => {
            let at = dice.place(text);
            let length: usize = text[at..].chars().take(dice.below(12)).map(char::len_utf8).sum();
            text.replace_range(at..at + length, "");
        }
        3 => {
            let at = dice.place(text);
            if let Some(length) = text[at..].find('\n') {
                text.replace_range(at + length..at + length + 1, [" ", ", ", "\n\n"][dice.below(3)]);
            }
        }
        4 => {
            let at = dice.gap(text);
            text.insert_str(at, ["\n", " // c\n", "\n// own\n"][dice.below(3)]);
        }
        _ => {
            let (a, b) = (dice.place(text), dice.place(text));
            let copied = text[a.min(b)..a.max(b)].chars().take(40).collect::<String>();
            text.insert_str(dice.place(text), &copied);
        }
    }
}

fn samples(seed: u64, count: usize, mut check: impl FnMut(&str)) {
    let corpus = corpus();
    let mut dice = Dice(seed);
    for _ in 0..count {
        let mut text = excerpt(&mut dice, &corpus);
        for _ in 0..dice.below(5) {
            mutate(&mut dice, &mut text);
        }
        check(&text);
    }
}

/// The trees of a file without places, its comments and its diagnostics.
fn read(text: &str) -> (Vec<String>, Vec<String>, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let file = sources.add("file.rsx", text);
    let (mut trees, mut comments, mut diagnostics) = (Vec::new(), Vec::new(), Vec::new());
    let mut joined = String::new();
    for piece in sources.pieces(file) {
        joined.push_str(sources.piece_text(piece));
        let parsed = parse(piece, sources.piece_text(piece));
        trees.extend(parsed.file_docs.map(|docs| docs.node));
        trees.extend(parsed.declaration.map(|declaration| without_spans(&format!("{declaration:?}"))));
        comments.extend(parsed.comments.iter().map(|span| sources.snippet(*span).trim_end().to_owned()));
        for diagnostic in &parsed.diagnostics {
            assert!(CODES.contains(&diagnostic.code.as_str()), "{diagnostic:?}");
            let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
            diagnostic
                .labels
                .iter()
                .map(|label| label.span)
                .chain(edits)
                .for_each(|span| lies_within(&sources, span, text));
        }
        diagnostics.extend(parsed.diagnostics);
    }
    assert_eq!(joined, text);
    comments.sort();
    (trees, comments, diagnostics)
}

fn lies_within(sources: &Sources, span: Span, text: &str) {
    let range = sources.range(span);
    assert!(text.get(range.clone()).is_some(), "{range:?} of {text:?}");
}

fn without_spans(tree: &str) -> String {
    let mut parts = tree.split("Span { piece: PieceId(");
    let mut text = parts.next().unwrap_or("").to_owned();
    for part in parts {
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}

#[test]
fn every_text_is_read() {
    samples(1, 10_000, |text| {
        read(text);
    });
}

/// A byte order mark leaves a piece to the grammar alone, and moves every place by its length.
#[test]
fn what_is_read_without_the_grammar_is_read_alike() {
    const MARK: &str = "\u{feff}";
    let corpus = corpus();
    let mut dice = Dice(3);
    for _ in 0..5_000 {
        let text = &corpus[dice.below(corpus.len())];
        let mut sources = Sources::default();
        let file = sources.add("file.rsx", text.as_str());
        let pieces: Vec<_> = sources.pieces(file).collect();
        let piece = pieces[dice.below(pieces.len())];
        let mut text = sources.piece_text(piece).to_owned();
        if text.starts_with(MARK) {
            continue;
        }
        for _ in 0..dice.below(4) {
            mutate(&mut dice, &mut text);
        }
        let by_grammar = format!("{:?}", parse(piece, &format!("{MARK}{text}")));
        assert_eq!(moved(&format!("{:?}", parse(piece, &text)), MARK.len()), by_grammar, "{text}");
    }
}

/// A tree with every place further on.
fn moved(tree: &str, by: usize) -> String {
    let mut parts = tree.split("Span { piece: PieceId(");
    let mut text = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (piece, rest) = part.split_once("), start: ").unwrap();
        let (start, rest) = rest.split_once(", end: ").unwrap();
        let (end, rest) = rest.split_once(" }").unwrap();
        let [start, end] = [start, end].map(|at| at.parse::<usize>().unwrap() + by);
        text.push_str(&format!("Span {{ piece: PieceId({piece}), start: {start}, end: {end} }}{rest}"));
    }
    text
}

/// Returns the texts of the pieces of a file.
fn pieces(sources: &Sources) -> Vec<&str> {
    let files = sources.files().take(1);
    files.flat_map(|file| sources.pieces(file)).map(|piece| sources.piece_text(piece)).collect()
}

#[test]
fn an_edited_text_is_cut_as_if_it_were_new() {
    let corpus = corpus();
    let mut dice = Dice(4);
    for _ in 0..2_000 {
        let mut text = [excerpt(&mut dice, &corpus), excerpt(&mut dice, &corpus)].join("\n");
        let mut edited = Sources::default();
        let file = edited.add("file.rsx", text.as_str());
        for _ in 0..8 {
            let before = text.clone();
            for _ in 0..=dice.below(2) {
                mutate(&mut dice, &mut text);
            }
            edited.replace(file, text.as_str());
            let mut new = Sources::default();
            new.add("file.rsx", text.as_str());
            assert_eq!(pieces(&edited), pieces(&new), "{before}\n---\n{text}");
        }
    }
}

/// A line that is no head begins a declaration only behind one that is complete.
#[test]
fn what_follows_a_declaration_that_goes_or_comes_is_cut_anew() {
    let whole = "//! docs\nnetwork a {\n}\nfoo bar baz {\n}\nqux quux\n";
    let rest = "//! docs\nfoo bar baz {\n}\nqux quux\n";
    for (before, after) in [(whole, rest), (rest, whole)] {
        let (mut edited, mut new) = (Sources::default(), Sources::default());
        let file = edited.add("file.rsx", before);
        edited.replace(file, after);
        new.add("file.rsx", after);
        assert_eq!(pieces(&edited), pieces(&new), "{before}\n---\n{after}");
    }
}

#[test]
fn formatting_loses_nothing_and_is_done_once() {
    let mut formatted = 0;
    samples(2, 10_000, |text| {
        let Ok(once) = format(text) else { return };
        formatted += 1;
        let (before, after) = (read(text), read(&once));
        assert_eq!(before.0, after.0, "the tree changed:\n{text}\n---\n{once}");
        assert_eq!(before.1, after.1, "the comments changed:\n{text}\n---\n{once}");
        match format(&once) {
            Ok(twice) => assert_eq!(once, twice, "not settled:\n{text}"),
            Err(errors) => panic!("{errors:?}:\n{text}\n---\n{once}"),
        }
    });
    assert!(formatted > 2_000, "only {formatted} samples could be read");
}

#[test]
fn only_a_depth_that_is_told_is_refused() {
    for open in [
        "(",
        "[",
        "{ a = ",
        "f(",
        "-",
        "not ",
        "all x in y: ",
        "if a then b else ",
        "a.",
        "a[",
        "1 + ",
        "\"${",
        "[for x in y: ",
        "x ?? ",
    ] {
        for count in [10, 100, 1_000, 100_000] {
            let text = format!("let x = {}", open.repeat(count));
            let (_, _, diagnostics) = read(&text);
            assert_eq!(diagnostics.len(), 1, "{open} {count}");
        }
    }
    let types = format!("param x: {}Text{}", "List<".repeat(500), ">".repeat(500));
    assert_eq!(read(&types).2[0].code.as_str(), "rsx::syntax::too_deep");
    let long = (0..10_000)
        .map(|n| format!("  a{n} = if x then -y.z else all q in [{n}]: q > 1 + 2\n"))
        .collect::<String>();
    assert_eq!(read(&format!("thing x {{\n{long}}}")).2, []);
}

#[test]
fn many_errors_take_linear_time() {
    let broken = "network n {\n  cidr =\n  zones = [1 2]\n}\n".repeat(5_000);
    assert_eq!(read(&broken).2.len(), 10_000);
    let block = format!("network n {{\n{}}}\n", "  cidr =\n".repeat(20_000));
    assert_eq!(read(&block).2.len(), 20_000);
    let open = "network n {\n".repeat(20_000);
    assert_eq!(read(&open).2.len(), 20_000);
    let quotes = "let x = \"\"\"\n".repeat(20_001);
    assert!(!read(&quotes).2.is_empty());
}

#[test]
fn blanks_mean_nothing() {
    let airline = std::fs::read_to_string("tests/valid/airline.rsx").unwrap();
    let (trees, _, _) = read(&airline);
    let flush: Vec<_> = airline.lines().map(str::trim_start).collect();
    let crlf = airline.replace('\n', "\r\n");
    let tabs = airline.replace("  ", "\t");
    for text in [flush.join("\n"), crlf, tabs, format!("\u{feff}{airline}"), format!("\n\n{airline}\n\n")] {
        let (same, _, diagnostics) = read(&text);
        assert_eq!(diagnostics, [], "{text}");
        assert_eq!(same, trees, "{text}");
        assert_eq!(format(&text).unwrap(), airline);
    }
}

#[test]
fn every_beginning_of_a_file_is_read() {
    for text in corpus() {
        for end in (0..text.len()).step_by(7).filter(|end| text.is_char_boundary(*end)) {
            read(&text[..end]);
        }
    }
}

#[test]
fn a_bracket_that_is_left_open_is_told_where_it_stands() {
    let airline = std::fs::read_to_string("tests/valid/airline.rsx").unwrap();
    let (mut open, mut closed, mut in_text) = (Vec::new(), 0, false);
    for (at, char) in airline.char_indices() {
        match char {
            '"' => in_text = !in_text,
            _ if in_text => {}
            '(' | '[' | '{' => open.push(at),
            ')' | ']' | '}' => {
                let mut text = airline.clone();
                text.remove(at);
                assert_eq!(places(&text), [open.pop().unwrap()], "{text}");
                closed += 1;
            }
            _ => {}
        }
    }
    assert!(closed > 20);
}

/// Where every diagnostic of a file is.
fn places(text: &str) -> Vec<usize> {
    let mut sources = Sources::default();
    let file = sources.add("file.rsx", text);
    let pieces: Vec<_> = sources.pieces(file).collect();
    let told = pieces.into_iter().flat_map(|piece| parse(piece, sources.piece_text(piece)).diagnostics);
    told.map(|told| sources.range(told.primary().unwrap()).start).collect()
}
