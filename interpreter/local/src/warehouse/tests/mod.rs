//! Runs the SQL scripts in `tests/sql`, and what a script can't say.
//!
//! A script is Markdown. A heading begins a fresh account with the namespaces `producer`,
//! `consumer` and `other`, each with the administrator `admin` and the database `dev`. In its
//! `sql` blocks a statement ends with a semicolon at the end of a line; the lines `--> …` after
//! it say what it gives; `-- as NAMESPACE USER DATABASE` changes the session; `$NAME` is that
//! namespace's GUID. With RSX_ACCEPT=1 the answers are written instead of compared.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::{
    Login, NamespaceSpec, Outcome, Parameters, Principal, Session, SnapshotData, SqlError, Warehouse,
};

mod store;

const NAMESPACES: [(&str, &str); 3] = [
    ("producer", "11111111-1111-4111-8111-111111111111"),
    ("consumer", "22222222-2222-4222-8222-222222222222"),
    ("other", "33333333-3333-4333-8333-333333333333"),
];

pub(super) fn id(name: &str) -> &'static str {
    let found = NAMESPACES.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("no namespace {name}")).1
}

pub(super) fn login(user: &str) -> Login {
    Login { user: user.to_owned(), password: "Secret99".to_owned() }
}

/// An account with the three namespaces.
pub(super) fn account(dir: Option<&Path>) -> Arc<Warehouse> {
    let warehouse = Warehouse::open(dir, "000000000000").unwrap();
    for (_, id) in NAMESPACES {
        let spec =
            NamespaceSpec { id: id.to_owned(), db_name: "dev".to_owned(), admin: Some(login("admin")) };
        warehouse.create_namespace(&spec).unwrap();
    }
    warehouse
}

/// The sessions of one test.
struct Stage {
    warehouse: Arc<Warehouse>,
    sessions: IndexMap<String, Session>,
    current: String,
}

impl Stage {
    fn new() -> Self {
        Self { warehouse: account(None), sessions: IndexMap::new(), current: "producer admin dev".to_owned() }
    }

    fn run(&mut self, sql: &str) -> Vec<String> {
        if !self.sessions.contains_key(&self.current) {
            match self.open() {
                Ok(session) => self.sessions.insert(self.current.clone(), session),
                Err(error) => return vec![shown(&error)],
            };
        }
        let session = self.sessions.get_mut(&self.current).unwrap();
        let mut lines = Vec::new();
        if let Err(error) = session.execute_all(sql, |outcome| lines.extend(lines_of(&outcome))) {
            lines.push(shown(&error));
        }
        lines
    }

    fn open(&self) -> Result<Session, SqlError> {
        let words: Vec<&str> = self.current.split(' ').collect();
        let principal = if words[1].starts_with("IAM") {
            Principal::Iam(words[1].to_owned())
        } else {
            Principal::User(words[1].to_owned())
        };
        self.warehouse.session(id(words[0]), words[2], &principal)
    }

    /// Restores a namespace, whose sessions end by it.
    fn restore(&mut self, namespace: &str, data: &SnapshotData) {
        self.warehouse.draft(id(namespace), data).unwrap();
        self.warehouse.take_draft(id(namespace)).unwrap();
        self.sessions.retain(|key, _| !key.starts_with(namespace));
    }

    fn directive(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["as", rest @ ..] => self.current = rest.join(" "),
            ["restore", namespace] => {
                let target = id(namespace);
                self.restore(namespace, &SnapshotData::Sample);
                self.warehouse.set_admin(target, &login("awsuser")).unwrap();
            }
            ["snapshot", namespace] => {
                self.warehouse.snapshot(id(namespace), namespace).unwrap();
            }
            ["restore", namespace, "from", key] => {
                let data = SnapshotData::Kept((*key).to_owned());
                self.restore(namespace, &data);
            }
            ["drop", namespace] => self.warehouse.drop_namespace(id(namespace)).unwrap(),
            _ => {}
        }
    }
}

fn shown(error: &SqlError) -> String {
    let place = error.position.map_or(String::new(), |n| format!(" (at {n})"));
    format!("ERROR {} {}{place}", error.sqlstate, error.message)
}

fn lines_of(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Rows { columns, rows, .. } => {
            let head = columns.iter().map(|column| {
                let size = match column.sql_type.scale() {
                    0 => String::new(),
                    scale => format!("({},{scale})", column.sql_type.precision()),
                };
                format!("{}:{}{size}", column.name, column.sql_type.name())
            });
            let mut lines = vec![head.collect::<Vec<_>>().join(" | ")];
            for row in rows {
                let cells = row.iter().map(|v| v.text().unwrap_or_else(|| "∅".to_owned()));
                lines.push(cells.collect::<Vec<_>>().join(" | "));
            }
            lines
        }
        Outcome::Command { tag, .. } => vec![tag.clone()],
        Outcome::Empty => Vec::new(),
    }
}

/// Runs a script and gives it back with the answers that came.
fn answered(script: &str) -> String {
    let mut out = Vec::new();
    let mut stage = Stage::new();
    let mut inside = false;
    let mut pending = String::new();
    for line in script.lines() {
        if line.starts_with('#') && !inside {
            stage = Stage::new();
        }
        if line.starts_with("```") {
            inside = !inside && line == "```sql";
        } else if inside {
            if line.starts_with("-->") {
                continue;
            }
            if let Some(directive) = line.strip_prefix("-- ") {
                stage.directive(directive);
            } else {
                pending.push_str(line);
                pending.push('\n');
            }
            if pending.trim_end().ends_with(';') {
                out.push(line.to_owned());
                let sql = with_ids(pending.trim_end().trim_end_matches(';'));
                for answer in stage.run(&sql) {
                    out.push(format!("--> {}", without_ids(&answer)).trim_end().to_owned());
                }
                pending.clear();
                continue;
            }
        }
        out.push(line.to_owned());
    }
    out.join("\n") + "\n"
}

fn with_ids(text: &str) -> String {
    let put = |text: String, (name, id): &(&str, &str)| text.replace(&format!("${name}"), id);
    NAMESPACES.iter().fold(text.to_owned(), put)
}

fn without_ids(text: &str) -> String {
    let put = |text: String, (name, id): &(&str, &str)| text.replace(id, &format!("${name}"));
    NAMESPACES.iter().fold(text.to_owned(), put)
}

#[test]
fn scripts_give_the_answers_that_they_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no scripts");
    let accept = std::env::var_os("RSX_ACCEPT").is_some();
    let mut wrong = Vec::new();
    for file in files {
        let script = std::fs::read_to_string(&file).unwrap();
        let came = answered(&script);
        if came != script && accept {
            std::fs::write(&file, came).unwrap();
        } else if came != script {
            wrong.push(difference(&file, &script, &came));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn difference(file: &Path, script: &str, came: &str) -> String {
    let pairs = script.lines().zip(came.lines());
    let first = pairs.enumerate().find(|(_, (a, b))| a != b);
    let (line, (expected, found)) = first.unwrap_or((0, ("the same", "of another length")));
    format!("{}:{}\n  expected: {expected}\n  came:     {found}", file.display(), line + 1)
}

/// Runs one statement with the Data API's parameters.
#[test]
fn named_parameters_take_their_types_from_the_statement() {
    let warehouse = account(None);
    let principal = Principal::User("admin".to_owned());
    let mut session = warehouse.session(id("producer"), "dev", &principal).unwrap();
    let none = Parameters::None;
    session.execute("create table t (a int, b varchar(10))", &none).unwrap();
    session.execute("insert into t values (1, 'one'), (2, 'two')", &none).unwrap();
    let given = Parameters::Named(vec![("a".to_owned(), "2".to_owned()), ("b".to_owned(), "two".to_owned())]);
    let outcome = session.execute("select b from t where a = :a and b = :b", &given).unwrap();
    assert_eq!(lines_of(&outcome), ["b:varchar", "two"]);
    let wrong = Parameters::Named(vec![("a".to_owned(), "x".to_owned())]);
    let error = session.execute("select b from t where a = :a", &wrong).unwrap_err();
    assert_eq!(error.sqlstate, "22P02");
}
