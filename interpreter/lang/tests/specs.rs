//! Small specs with the codes that they get, in comments beside the lines: `// error: CODE`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rsx_lang::bind::{Bound, bind};
use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError, load};
use rsx_syntax::{Diagnostic, Sources};

/// The folder of the specs.
struct Folder;

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
        std::fs::read_to_string(folder.join(path)).map(Arc::from).map_err(|_| ReadError::Missing)
    }
}

/// One spec that stands in memory.
struct Text(Arc<str>);

impl Files for Text {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        if path == "mutated.rsx" { Ok(self.0.clone()) } else { Err(ReadError::Missing) }
    }
}

fn library() -> Library {
    Library::new(&[("std/library.rsx", &Folder.read("library.rsx").unwrap())])
}

/// What is said, by file and line.
type Said = BTreeSet<(String, usize, String)>;

fn said(sources: &Sources, diagnostics: &[Diagnostic]) -> Said {
    let places = diagnostics.iter().map(|diagnostic| {
        let at = diagnostic.primary().unwrap();
        let file = sources.name(sources.file_of(at)).to_owned();
        (file, sources.positions(at).0.line, diagnostic.code.to_string())
    });
    places.collect()
}

fn expected(sources: &Sources) -> Said {
    let files = sources.files().flat_map(|file| {
        let lines = sources.text(file).lines().enumerate();
        lines.filter_map(move |(index, line)| {
            let (_, code) = line.split_once("// error: ")?;
            Some((sources.name(file).to_owned(), index + 1, code.trim().to_owned()))
        })
    });
    files.collect()
}

fn hold(root: &str) {
    let library = library();
    let loaded = load(&library, root, &Folder);
    let bound = bind(&library, &loaded);
    let all: Vec<_> = loaded.diagnostics.iter().chain(&bound.diagnostics).cloned().collect();
    let messages: Vec<_> =
        all.iter().map(|one| format!("{} ({})", one.message, one.help.as_deref().unwrap_or(""))).collect();
    let (said, expected) = (said(&loaded.sources, &all), expected(&loaded.sources));
    let missing: Vec<_> = expected.difference(&said).collect();
    let unexpected: Vec<_> = said.difference(&expected).collect();
    assert!(
        missing.is_empty() && unexpected.is_empty() && all.len() == expected.len(),
        "missing: {missing:#?}\nnot expected: {unexpected:#?}\n{messages:#?}"
    );
}

#[test]
fn what_is_right_binds_without_a_word() {
    hold("right.rsx");
}

#[test]
fn names_that_are_wrong_are_told_once() {
    hold("names.rsx");
}

#[test]
fn values_that_do_not_fit_are_told_once() {
    hold("types.rsx");
}

#[test]
fn secrets_in_the_wrong_hands_are_told_once() {
    hold("secrets.rsx");
}

/// Takes away, doubles or exchanges pieces of a text, by a seed.
fn mutated(text: &str, seed: u64) -> String {
    let mut words: Vec<&str> = text.split_inclusive([' ', '\n', '.', ',', '(', '{']).collect();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for _ in 0..=seed % 4 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let count = u64::try_from(words.len()).unwrap();
        let (one, two) = (state % count, (state >> 20) % count);
        let (one, two) = (usize::try_from(one).unwrap(), usize::try_from(two).unwrap());
        match state >> 60 {
            0..4 => {
                words.remove(one);
            }
            4..8 => words.insert(one, words[two]),
            _ => words.swap(one, two),
        }
    }
    words.concat()
}

#[test]
fn mutated_specs_never_make_it_panic() {
    let library = library();
    for (name, count) in
        [("right.rsx", 400), ("right_types.rsx", 200), ("names.rsx", 100), ("types.rsx", 200)]
    {
        let text = Folder.read(name).unwrap();
        for seed in 0..count {
            let files = Text(mutated(&text, seed).into());
            let loaded = load(&library, "mutated.rsx", &files);
            bind(&library, &loaded);
        }
    }
}

#[test]
fn libraries_may_be_broken_too() {
    let text = Folder.read("library.rsx").unwrap();
    let spec = Folder.read("right.rsx").unwrap();
    for seed in 0..300 {
        let library = Library::new(&[("std/library.rsx", &mutated(&text, seed))]);
        let loaded = load(&library, "mutated.rsx", &Text(spec.clone()));
        bind(&library, &loaded);
    }
}

#[test]
fn long_chains_of_lets_bind_in_either_order() {
    let library = library();
    let count = 5000;
    let forward: String = (1..count).map(|n| format!("let a{n} = a{} + 1\n", n - 1)).collect();
    let backward: String = (1..count).rev().map(|n| format!("let a{n} = a{} + 1\n", n - 1)).collect();
    for text in [format!("let a0 = 0\n{forward}"), format!("{backward}let a0 = 0\n")] {
        let loaded = load(&library, "mutated.rsx", &Text(text.into()));
        assert!(bind(&library, &loaded).diagnostics.is_empty());
    }
    let ring = format!("let a0 = a{}\n{forward}", count - 1);
    let loaded = load(&library, "mutated.rsx", &Text(ring.into()));
    assert!(!bind(&library, &loaded).diagnostics.is_empty());
    let types: String = (1..count).rev().map(|n| format!("type T{n} = T{}?\n", n - 1)).collect();
    let loaded = load(&library, "mutated.rsx", &Text(format!("{types}type T0 = Int\n").into()));
    bind(&library, &loaded);
}

/// A thousand boats, of which the last says something else.
fn boats(library: &Library, last: &str) -> Bound {
    let boat = |n| match n {
        999 => last,
        n if n % 2 == 0 => "rest = 1min, sail = reefed",
        _ => "crew = { name = \"ann\" }",
    };
    let boats = (0..1000).map(|n| format!("boat b{n} {{ harbour = here, speed = slow.., {} }}\n", boat(n)));
    let rest = "harbour here { block = 10.0.0.0/16 }\nlet slow = 1knot\n";
    let text: Arc<str> = boats.chain([rest.to_owned()]).collect::<String>().into();
    bind(library, &load(library, "mutated.rsx", &Text(text)))
}

#[test]
fn declarations_alike_are_bound_in_their_order_whoever_binds_them() {
    let library = library();
    let names = |Bound { program, .. }: &Bound| -> Vec<_> {
        let names = program.kinds.keys().chain(program.globals.keys()).chain(program.declared.keys());
        names.cloned().collect()
    };
    let fine = boats(&library, "port = 81");
    assert_eq!(fine.diagnostics.len(), 0);
    assert_eq!(fine.program.declared.keys().position(|name| name == "b998"), Some(998));
    // Where something is to be told, all are bound here, one after the other.
    let wrong = boats(&library, "port = 81, prt = 82");
    assert_eq!(wrong.diagnostics.len(), 1);
    assert_eq!(names(&wrong), names(&fine));
    for (one, other) in fine.program.declared.values().zip(wrong.program.declared.values()) {
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
    // So it is where the last needs a let of the library that nobody else needs.
    let needing = boats(&library, "nick = calm");
    assert_eq!(needing.diagnostics.len(), 0);
    assert!(needing.program.globals.contains_key("calm"));
}

#[test]
fn deep_values_of_patterns_never_outgrow_the_stack() {
    let library = library();
    let (open, close) = ("[if true then length(".repeat(15), ") else 0]".repeat(15));
    let lets: String = (1..200).rev().map(|n| format!("  let a{n} = {open}a{}{close}\n", n - 1)).collect();
    let spec = format!("pattern deep {{\n{lets}  let a0 = [1]\n}}\n");
    let loaded = load(&library, "mutated.rsx", &Text(spec.into()));
    let bound = bind(&library, &loaded);
    assert!(bound.diagnostics.iter().any(|diagnostic| diagnostic.code.as_str() == "rsx::syntax::too_deep"));
}

#[test]
fn a_file_that_cannot_be_read_has_its_label_all_the_same() {
    struct Refusing(ReadError);
    impl Files for Refusing {
        fn read(&self, _path: &str) -> Result<Arc<str>, ReadError> {
            Err(self.0.clone())
        }
    }
    let library = library();
    let cases = [
        (ReadError::Missing, "rsx::file::missing"),
        (ReadError::Directory, "rsx::file::unreadable"),
        (ReadError::Denied("denied".into()), "rsx::file::unreadable"),
        (ReadError::Unreadable("a pipe".into()), "rsx::file::unreadable"),
        (ReadError::NotUtf8 { offset: 0, shown: "".into() }, "rsx::file::not_utf8"),
    ];
    for (error, code) in cases {
        let loaded = load(&library, "prod.rsx", &Refusing(error));
        let said = said(&loaded.sources, &loaded.diagnostics);
        assert_eq!(said, Said::from([("prod.rsx".to_owned(), 1, code.to_owned())]));
    }
}
