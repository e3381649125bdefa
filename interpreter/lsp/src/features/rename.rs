//! A new name for what the user has declared, wherever it is meant.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use rsx_syntax::{Code, Diagnostic, FileId, Span, is_reserved};
use smol_str::SmolStr;

use super::definition::place;
use super::names::{self, Symbol};
use super::references::everywhere;
use crate::snapshot::Snapshot;

/// A replacement of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub file: FileId,
    /// What goes.
    pub range: Range<usize>,
    /// What comes.
    pub insert: String,
}

/// Returns the name at a place, if it can have another one.
///
/// # Errors
///
/// Says why it can't.
pub fn prepare(snapshot: &Snapshot, file: FileId, offset: usize) -> Result<Range<usize>, String> {
    let occurrence = names::at(snapshot, file, offset).ok_or("there is no name here")?;
    let written = snapshot.written(occurrence.span);
    match &occurrence.symbol {
        Symbol::Stack if written == "stack" => Err("`stack` is a word of the language".into()),
        Symbol::Me => Err("`self` is a word of the language".into()),
        Symbol::Function(_) => Err(format!("`{written}` is a function of the language")),
        Symbol::File(_) => Err("a file is renamed by the file system".into()),
        symbol @ (Symbol::Kind(_)
        | Symbol::Member(..)
        | Symbol::Field(_)
        | Symbol::Word(..)
        | Symbol::Value(_)
        | Symbol::Type(_)
        | Symbol::Local(_)
        | Symbol::Code(_)
        | Symbol::Env(_)
        | Symbol::Output(_)
        | Symbol::Unit(_)
        | Symbol::Stack) => match place(snapshot, symbol) {
            None => Err(format!("nobody knows where `{written}` is declared")),
            Some(span) if snapshot.is_in_library(span) => Err(format!("`{written}` is the library's")),
            Some(_) => Ok(snapshot.range(occurrence.span).1),
        },
    }
}

/// Returns the changes that give the thing at a place a new name.
///
/// # Errors
///
/// Says why it can't have that name.
pub fn rename(snapshot: &Snapshot, file: FileId, offset: usize, name: &str) -> Result<Vec<Change>, String> {
    prepare(snapshot, file, offset)?;
    let occurrence = names::at(snapshot, file, offset).ok_or("there is no name here")?;
    let symbol = occurrence.symbol;
    check(snapshot, &symbol, name)?;
    if let Some(place) = unread(snapshot, &symbol, snapshot.written(occurrence.span)) {
        return Err(format!("what can't be read at {place} may mean it too: mend that first"));
    }
    let mentions = everywhere(snapshot, &symbol).into_iter();
    let is_written =
        |range: &Range<usize>, file| snapshot.sources().text(file).get(range.clone()) != Some("stack");
    let changes: Vec<Change> = mentions
        .filter(|one| is_written(&one.range, one.file))
        .map(|one| Change { file: one.file, range: one.range, insert: name.to_owned() })
        .collect();
    match breaks(snapshot, file, &changes) {
        None => Ok(changes),
        Some(why) => Err(format!("with the name `{name}`, {why}")),
    }
}

/// Where a name stands in broken text that may mean a symbol, for people.
fn unread(snapshot: &Snapshot, symbol: &Symbol, old: &str) -> Option<String> {
    let found = names::unread(snapshot, old, |before, behind| match symbol {
        Symbol::Member(..) | Symbol::Field(_) => before == "." || matches!(behind, "=" | ":"),
        Symbol::Kind(_)
        | Symbol::Word(..)
        | Symbol::Value(_)
        | Symbol::Type(_)
        | Symbol::Env(_)
        | Symbol::Output(_)
        | Symbol::Function(_)
        | Symbol::Stack
        | Symbol::Local(_) => before != "." && behind != "=",
        // A code is several words, a unit stands at its number.
        Symbol::Code(_) | Symbol::Unit(_) | Symbol::Me | Symbol::File(_) => false,
    });
    // A variable is seen in its own declaration alone.
    let may_be = |span: &Span| !matches!(symbol, Symbol::Local(local) if local.piece != span.piece);
    found.into_iter().find(may_be).map(|span| shown(snapshot, span))
}

/// A place for people: `main.rsx:3`.
fn shown(snapshot: &Snapshot, span: Span) -> String {
    let (file, range) = snapshot.range(span);
    let sources = snapshot.sources();
    format!("{}:{}", sources.name(file), sources.position(file, range.start).line)
}

/// What is wrong with the program after some changes that was not before: the first of it.
fn breaks(snapshot: &Snapshot, file: FileId, changes: &[Change]) -> Option<String> {
    let sources = snapshot.sources();
    let mut texts: HashMap<SmolStr, Arc<str>> = HashMap::new();
    for file in snapshot.user_files() {
        let mut text = sources.text(file).to_owned();
        let mut own: Vec<&Change> = changes.iter().filter(|change| change.file == file).collect();
        own.sort_by_key(|change| Reverse(change.range.start));
        own.iter().for_each(|change| text.replace_range(change.range.clone(), &change.insert));
        texts.insert(sources.name(file).into(), text.into());
    }
    let renamed = snapshot.again_with(texts, file);
    let (before, after) = (&snapshot.analysis().diagnostics, &renamed.analysis().diagnostics);
    let times = |all: &[Diagnostic], code: &Code| all.iter().filter(|one| one.code == *code).count();
    // What was wrong before may be told in other words now.
    let is_more = |one: &&Diagnostic| times(after, &one.code) > times(before, &one.code);
    let is_other = |one: &&Diagnostic| before.iter().all(|old| old.message != one.message);
    let first = after.iter().filter(is_more).find(is_other).or_else(|| after.iter().find(is_more))?;
    Some(format!("{} ({})", first.message, shown(&renamed, first.primary()?)))
}

fn check(snapshot: &Snapshot, symbol: &Symbol, name: &str) -> Result<(), String> {
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(rest);
    let is_type =
        name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    let is_code =
        name.contains("::") && name.split("::").all(|part| !part.is_empty() && part.chars().all(rest));
    match symbol {
        Symbol::Type(_) if !is_type => {
            Err(format!("`{name}` is no name of a type: write a capital letter, then letters and digits"))
        }
        Symbol::Code(_) if !is_code => {
            Err(format!("`{name}` is no code: write words with `::` between them"))
        }
        Symbol::Type(_) | Symbol::Code(_) | Symbol::Unit(_) => Ok(()),
        _ if !is_name => {
            Err(format!("`{name}` is no name: write a small letter, then small letters, digits and `_`"))
        }
        _ if is_reserved(name) => Err(format!("`{name}` is a word of the language")),
        Symbol::Value(old) if old != name && super::definition::value(snapshot, name).is_some() => {
            Err(format!("there is a `{name}` already"))
        }
        Symbol::Kind(old) if old != name && super::definition::kind(snapshot, name).is_some() => {
            Err(format!("there is a kind `{name}` already"))
        }
        Symbol::Kind(_)
        | Symbol::Member(..)
        | Symbol::Field(_)
        | Symbol::Word(..)
        | Symbol::Value(_)
        | Symbol::Local(_)
        | Symbol::Env(_)
        | Symbol::Output(_)
        | Symbol::Function(_)
        | Symbol::Stack
        | Symbol::Me
        | Symbol::File(_) => Ok(()),
    }
}
