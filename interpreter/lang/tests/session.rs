//! What is known of an edited program is what is known of its text read from the start, whatever the edits.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod chance;

use std::sync::Arc;

use chance::{Dice, examples};
use rsx_lang::analysis::{Analysis, analyze};
use rsx_lang::inputs::Inputs;
use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError, load};
use rsx_lang::session::Session;
use rsx_syntax::{Diagnostic, Sources};

/// How many edits each program gets.
const EDITS: usize = 120;

/// What may be typed.
const BITS: [&str; 24] = [
    "none",
    "36rpu",
    "8rpu..16rpu",
    "{",
    "}",
    "\"",
    "10.0.0.0/8",
    "\n\n",
    "readers",
    "writer",
    "main",
    "x",
    "consumer more {\n  network = main\n  capacity = 32rpu..64rpu\n}\n",
    "let more = 3\n",
    "param more: Int\n",
    "import \"other.rsx\"\n",
    "import \"none.rsx\"\n",
    "stack again { }\n",
    "/// Docs.\n",
    "1..",
    "generated",
    "count = 3",
    "allow rsx::nlb::unequal_targets because \"so\"\n",
    "env test { }\n",
];

struct Texts(Vec<(&'static str, String)>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        let text = self.0.iter().find(|(name, _)| *name == path);
        text.map(|(_, text)| Arc::from(text.as_str())).ok_or(ReadError::Missing)
    }
}

/// Takes something out of a text, and puts something in.
fn edit(dice: &mut Dice, text: &mut String) {
    let at = boundary(text, dice.below(text.len() + 1));
    let end = boundary(text, (at + [0, 0, 1, 1, 5, 40][dice.below(6)]).min(text.len()));
    let with = [*dice.one(&BITS), "", " "][dice.below(3)];
    text.replace_range(at..end, with);
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What is said, without the names that pieces have.
fn said(analysis: &Analysis) -> Vec<String> {
    let place = |sources: &Sources, span| {
        format!("{} {:?}", sources.name(sources.file_of(span)), sources.range(span))
    };
    let one = |one: &Diagnostic| {
        let sources = &analysis.sources;
        let labels: Vec<_> = one.labels.iter().map(|l| (place(sources, l.span), &l.text)).collect();
        let edits = one.fixes.iter().flat_map(|fix| &fix.edits);
        let fixes: Vec<_> = edits.map(|edit| (place(sources, edit.span), &edit.insert)).collect();
        format!("{} {} {labels:?} {:?} {fixes:?} {:?}", one.code, one.message, one.help, one.envs)
    };
    analysis.diagnostics.iter().map(one).collect()
}

#[test]
fn edits_tell_what_a_text_read_from_the_start_tells() {
    let library = Library::standard();
    for (seed, text) in (1..).zip(examples()) {
        let other = "let from_other = 3\nconsumer other {\n  network = main\n  capacity = 32rpu..64rpu\n}\n";
        let whole = text.clone();
        let mut files = Texts(vec![("main.rsx", text), ("other.rsx", other.to_owned())]);
        let mut session = Session::new(library, "main.rsx", &files);
        let mut dice = Dice(seed);
        for step in 0..EDITS {
            let file = usize::from(dice.below(8) == 0);
            match dice.below(10) {
                0 => files.0[0].1.clone_from(&whole),
                _ => edit(&mut dice, &mut files.0[file].1),
            }
            session.refresh(&files);
            let cold = analyze(library, load(library, "main.rsx", &files), &Inputs::default());
            assert_eq!(said(session.analysis()), said(&cold), "edit {step} of {seed}:\n{}", files.0[0].1);
        }
    }
}

/// Two steps, of which the first comes after what is named, and the second after the first.
fn steps(first_after: &str) -> Texts {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/minimal.rsx")).unwrap();
    let step = |name, after| {
        format!("step {name} {{\n  on = [writer]\n  sql = \"select 1\"\n  after = [{after}]\n}}\n")
    };
    Texts(vec![("main.rsx", format!("{text}\n{}\n{}", step("first", first_after), step("second", "first")))])
}

#[test]
fn a_ring_comes_and_goes_with_its_edit() {
    let library = Library::standard();
    let mut session = Session::new(library, "main.rsx", &steps(""));
    for (after, rings) in [("writer", 0), ("second", 1), ("", 0), ("second", 1), ("second", 1), ("writer", 0)]
    {
        session.refresh(&steps(after));
        let of_order = |one: &&Diagnostic| one.code.as_str() == "rsx::name::cycle";
        assert_eq!(session.analysis().diagnostics.iter().filter(of_order).count(), rings, "after [{after}]");
    }
}

/// A thousand declarations alike, of which some say something else.
fn many(others: &[(usize, &str)]) -> Texts {
    let mut text = String::from("stack s { region = \"us-east-1\" }\nnetwork main { cidr = 10.0.0.0/16 }\n");
    for number in 0..1000 {
        let other = others.iter().find(|(at, _)| *at == number);
        let body = other.map_or("capacity = 32rpu..64rpu", |(_, body)| body);
        text.push_str(&format!("consumer c{number} {{\n  network = main\n  {body}\n}}\n"));
    }
    Texts(vec![("main.rsx", text)])
}

#[test]
fn of_many_declarations_is_told_what_is_told_of_each() {
    let library = Library::standard();
    let allowed = "capacity = 32rpu..64rpu\n  allow rsx::redshift::quota because \"there is room\"";
    let cases: [&[(usize, &str)]; 7] = [
        &[],
        &[(3, "capacity = 36rpu..64rpu"), (4, "capacity = 36rpu..64rpu")],
        &[(996, "capacity = 36rpu..64rpu"), (998, "capacity = 64rpu..32rpu")],
        &[(2, "capacity = 32rpu..64rpu\n  port = 80"), (997, "capacity = 32rpu..64rpu\n  port = 80")],
        &[(500, "capacity = c501.capacity"), (501, "capacity = c500.capacity")],
        &[(1, allowed), (995, allowed)],
        &[(
            990,
            "capacity = 32rpu..64rpu\n  logins = [{ user = \"a\", password = generated }, { user = \"A\", password = generated }]",
        )],
    ];
    let mut counts = Vec::new();
    for others in cases {
        let files = many(others);
        let once = analyze(library, load(library, "main.rsx", &files), &Inputs::default());
        let session = Session::new(library, "main.rsx", &files);
        assert_eq!(said(&once), said(session.analysis()), "{others:?}");
        counts.push(once.diagnostics.len());
    }
    // Each has the quota's warning, and what the case says.
    assert_eq!(counts, [1, 3, 3, 3, 2, 3, 2]);
}

/// What a check may leave out is left out only where nothing would be told: each tells as often as it says.
#[test]
fn what_a_check_leaves_out_would_have_told_nothing() {
    let stack = "stack s { region = \"us-east-1\" }\nnetwork main { cidr = 10.0.0.0/16 }\n";
    let consumers = "consumer a { network = main, capacity = 8rpu..16rpu }\n\
        consumer b { network = main, capacity = 8rpu..16rpu }\n\
        consumer_pool readers { count = 2, network = main, capacity = 8rpu..16rpu }\n";
    let writer = "producer writer { network = main, database = \"d\", capacity = 8rpu..16rpu }\n";
    let far: String = (0..600).map(|n| format!("house d{n} {{ rooms = d{}.rooms + 0 }}\n", n + 1)).collect();
    let many: String = (0..500)
        .map(|n| match n {
            399 => format!("consumer c{n} {{ network = main, capacity = 8rpu..16rpu, port = p.port }}\n"),
            _ => format!("consumer c{n} {{ network = main, capacity = 8rpu..16rpu }}\n"),
        })
        .collect();
    let kinds: String =
        (0..130).map(|n| format!("pattern k{n} {{ x: Int = 1 }}\nk{n} of_{n} {{ }}\n")).collect();
    let plain = many.replace(", port = p.port", "");
    let specs = [
        // A hole among the elements of a list that is run over.
        (
            1,
            format!(
                "{stack}{writer}{consumers}step x {{ on = [readers, if writer.namespace_id == \"x\" then a else b], sql = \"select 1\" }}\n"
            ),
        ),
        (
            1,
            format!(
                "{stack}pattern many {{ net: network\n make stored_secret there for t in present([net.vpc_id]) {{ name = t }} }}\nmany m {{ net = main }}\n"
            ),
        ),
        (
            1,
            format!(
                "{stack}key a {{ alias = \"a\", description = \"${{length(present([b.id]))}}\" }}\nkey b {{ alias = \"b\", description = \"${{length(present([a.id]))}}\" }}\n"
            ),
        ),
        // Loops that are too long, or know two elements by one name.
        (
            1,
            format!(
                "{stack}pattern many {{ make stored_secret p for i in 0..200000 {{ name = \"x\" }} }}\nmany m {{ }}\n"
            ),
        ),
        (
            1,
            format!(
                "{stack}pattern twice {{ make stored_secret p for r in [{{ k = \"a\", n = 1 }}, {{ k = \"a\", n = 2 }}] {{ name = \"x\" }} }}\ntwice t {{ }}\n"
            ),
        ),
        // A rule whose words tell something of each.
        (
            3,
            format!(
                "{stack}pattern house {{\n rooms: Int\n doors: Int\n}}\nrule town::crowded on house {{\n let each = self.doors / self.rooms\n require self.doors < 15\n else \"${{each}} doors a room\"\n}}\nhouse a {{ rooms = 0, doors = 1 }}\nhouse b {{ rooms = 0, doors = 1 }}\nhouse c {{ rooms = 0, doors = 1 }}\n"
            ),
        ),
        // What is worked out twice since it is too deep at first.
        (
            2,
            format!(
                "{stack}pattern house {{\n rooms: Int = 1\n beds: List<Int> = []\n}}\nhouse a {{ beds = [1 / 0, d0.rooms] }}\nhouse b {{ beds = [1 / 0, d0.rooms] }}\n{far}house d600 {{ rooms = 1 }}\n"
            ),
        ),
        // A default that several come to.
        (1, format!("{stack}{many}pattern plan {{ port: RedshiftPort = 80 }}\nplan p {{ }}\n")),
        // More kinds than can be told apart.
        (0, format!("{stack}{kinds}{plain}")),
    ];
    for (count, text) in specs {
        let library = Library::standard();
        let files = Texts(vec![("main.rsx", text.clone())]);
        let once = analyze(library, load(library, "main.rsx", &files), &Inputs::default());
        let session = Session::new(library, "main.rsx", &files);
        let head: String = text.lines().skip(2).take(8).collect();
        assert_eq!(said(&once), said(session.analysis()), "{head}");
        let made =
            |analysis: &Analysis| analysis.models.iter().map(|m| m.instances().len()).collect::<Vec<_>>();
        assert_eq!(made(&once), made(session.analysis()), "{head}");
        let errors = said(&once).into_iter().filter(|one| !one.contains("quota")).collect::<Vec<_>>();
        assert_eq!(errors.len(), count, "{head}: {errors:#?}");
    }
}
