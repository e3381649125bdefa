//! What is asked of a document, put to the programs that it belongs to.
//!
//! Where one answer is wanted, the first program that has one gives it; where several are, all programs give theirs.

use rsx_syntax::FileId;
use serde_json::Value;

use crate::client::Client;
use crate::colours::Colour;
use crate::documents::path_of;
use crate::features::actions::actions;
use crate::features::completion::completions;
use crate::features::definition::definition;
use crate::features::folding::folds;
use crate::features::formatting::{format_on_type, format_range, format_text};
use crate::features::hints::hints;
use crate::features::hover::hover;
use crate::features::lenses::lenses;
use crate::features::links::links;
use crate::features::names::Role;
use crate::features::references::{highlights, references};
use crate::features::rename::{prepare, rename};
use crate::features::selection::grows;
use crate::features::signature::signature;
use crate::features::symbols::symbols;
use crate::features::tokens::tokens;
use crate::messages::{Question, Spot};
use crate::places::Places;
use crate::protocol;
use crate::snapshot::Snapshot;
use crate::transport::{Fault, Refusal};
use crate::workspace::Workspace;

/// A document in one of its programs.
struct Seen<'w> {
    places: Places<'w>,
    snapshot: &'w Snapshot,
    file: FileId,
}

/// Answers a question; what has no answer gets `null`.
pub(crate) fn answer(workspace: &Workspace, client: &Client, question: Question) -> Result<Value, Refusal> {
    let seen = |uri: &str| see(workspace, client, uri);
    Ok(match question {
        Question::Definition(at) => first(&seen(&at.uri), |one| {
            let target = definition(one.snapshot, one.file, one.offset(&at))?;
            protocol::definition(&one.places, client, one.file, &target)
        }),
        Question::References { at, with_declaration } => all(&seen(&at.uri), |one| {
            let found = references(one.snapshot, one.file, one.offset(&at)).into_iter();
            let wanted = found.filter(|mention| with_declaration || mention.role != Role::Definition);
            wanted
                .filter_map(|mention| protocol::location(&one.places, mention.file, &mention.range))
                .collect()
        }),
        Question::Highlights(at) => all(&seen(&at.uri), |one| {
            let found = highlights(one.snapshot, one.file, one.offset(&at));
            found.iter().map(|mention| protocol::highlight(&one.places, mention)).collect()
        }),
        Question::PrepareRename(at) => {
            let seen = seen(&at.uri);
            let Some(one) = seen.first() else { return Ok(Value::Null) };
            let range = prepare(one.snapshot, one.file, one.offset(&at)).map_err(refused)?;
            protocol::written_range(&one.places, one.file, &range)
        }
        Question::Rename { at, name } => {
            let seen = seen(&at.uri);
            if seen.is_empty() {
                return Ok(Value::Null);
            }
            let changes = seen.iter().map(|one| {
                let changes = rename(one.snapshot, one.file, one.offset(&at), &name).map_err(refused)?;
                Ok((&one.places, changes))
            });
            protocol::changes(client, &changes.collect::<Result<Vec<_>, Refusal>>()?)
        }
        Question::Hover(at) => first(&seen(&at.uri), |one| {
            let note = |name: &str| workspace.notes(one.snapshot)?.get(name).cloned();
            let found = hover(one.snapshot, &note, one.file, one.offset(&at))?;
            Some(protocol::hover(&one.places, one.file, &found))
        }),
        Question::Completion(at) => first(&seen(&at.uri), |one| {
            let specs = || workspace.specs().map(str::to_owned).collect();
            let found = completions(one.snapshot, &specs, one.file, one.offset(&at));
            Some(protocol::completions(&one.places, client, one.file, &found))
        }),
        Question::Symbols(uri) => first(&seen(&uri), |one| {
            Some(protocol::outline(&one.places, one.file, &symbols(one.snapshot, one.file)))
        }),
        Question::AllSymbols(query) => all_symbols(workspace, client, &query),
        Question::Signature(at) => first(&seen(&at.uri), |one| {
            let found = signature(one.snapshot, one.file, one.offset(&at))?;
            Some(protocol::signature(client, &found))
        }),
        Question::Colours { uri, stretch } => first(&seen(&uri), |one| {
            let range = one.places.bytes(one.file, stretch);
            let tokens = tokens(one.snapshot, one.file, Some(range));
            Some(protocol::all_colours(protocol::coloured(&one.places, one.file, &tokens)))
        }),
        Question::Folds(uri) => first(&seen(&uri), |one| {
            Some(protocol::folds(&one.places, one.file, &folds(one.snapshot, one.file)))
        }),
        Question::Selections { uri, points } => first(&seen(&uri), |one| {
            let grown = points.iter().filter_map(|point| {
                let offset = one.places.offset(one.file, *point);
                protocol::selection(&one.places, one.file, &grows(one.snapshot, one.file, offset))
            });
            Some(grown.collect())
        }),
        Question::Links(uri) => first(&seen(&uri), |one| {
            Some(protocol::links(&one.places, one.file, &links(one.snapshot, one.file)))
        }),
        Question::Hints { uri, stretch } => first(&seen(&uri), |one| {
            let range = one.places.bytes(one.file, stretch);
            let found = hints(one.snapshot, workspace.notes(one.snapshot)?, one.file, &range);
            Some(protocol::hints(&one.places, one.file, &found))
        }),
        Question::Lenses(uri) => first(&seen(&uri), |one| {
            let found = lenses(one.snapshot, workspace.notes(one.snapshot)?, one.file).into_iter();
            Some(found.filter_map(|lens| protocol::lens(&one.places, client, one.file, &lens)).collect())
        }),
        Question::Format(uri) => first(&seen(&uri), |one| {
            let text = one.snapshot.sources().text(one.file);
            Some(protocol::edits(&one.places, one.file, &format_text(text)))
        }),
        Question::FormatRange { uri, stretch } => first(&seen(&uri), |one| {
            let range = one.places.bytes(one.file, stretch);
            Some(protocol::edits(&one.places, one.file, &format_range(one.snapshot, one.file, &range)))
        }),
        Question::FormatOnType(at) => first(&seen(&at.uri), |one| {
            let found = format_on_type(one.snapshot, one.file, one.offset(&at));
            Some(protocol::edits(&one.places, one.file, &found))
        }),
        Question::Actions { uri, stretch, only, diagnostics } => all(&seen(&uri), |one| {
            let range = one.places.bytes(one.file, stretch);
            let found = actions(one.snapshot, one.file, &range).into_iter();
            let is_wanted = |name: &str| {
                only.as_ref().is_none_or(|only| {
                    only.iter()
                        .any(|kind| kind.is_empty() || name == kind || name.starts_with(&format!("{kind}.")))
                })
            };
            let wanted = found.filter(|action| is_wanted(&protocol::action_name(action.sort)));
            wanted
                .map(|action| protocol::action(&one.places, client, one.file, &action, &diagnostics))
                .collect()
        }),
    })
}

/// Returns the colours of a document; nothing if it belongs to no program.
pub(crate) fn colours(workspace: &Workspace, client: &Client, uri: &str) -> Option<Vec<Colour>> {
    let seen = see(workspace, client, uri);
    let one = seen.first()?;
    Some(protocol::coloured(&one.places, one.file, &tokens(one.snapshot, one.file, None)))
}

impl Seen<'_> {
    fn offset(&self, at: &Spot) -> usize {
        self.places.offset(self.file, at.point)
    }
}

fn see<'w>(workspace: &'w Workspace, client: &Client, uri: &str) -> Vec<Seen<'w>> {
    let programs = workspace.programs_of(&path_of(uri)).into_iter();
    programs
        .map(|(snapshot, file)| Seen {
            places: Places::new(workspace, snapshot, client.encoding),
            snapshot,
            file,
        })
        .collect()
}

fn first(seen: &[Seen<'_>], ask: impl Fn(&Seen<'_>) -> Option<Value>) -> Value {
    seen.iter().find_map(ask).unwrap_or_default()
}

fn all(seen: &[Seen<'_>], ask: impl Fn(&Seen<'_>) -> Vec<Value>) -> Value {
    let mut found: Vec<Value> = Vec::new();
    for one in seen {
        let more = ask(one);
        let before = found.len();
        found.extend(more);
        if before > 0 {
            let (old, new) = found.split_at(before);
            let new: Vec<Value> = new.iter().filter(|one| !old.contains(one)).cloned().collect();
            found.truncate(before);
            found.extend(new);
        }
    }
    found.into()
}

/// How many declarations are listed at most.
const MOST: usize = 500;

/// Lists the declarations of all programs in whose names the letters of a query stand in their order.
fn all_symbols(workspace: &Workspace, client: &Client, query: &str) -> Value {
    let mut found: Vec<Value> = Vec::new();
    for snapshot in workspace.all_programs() {
        let places = Places::new(workspace, snapshot, client.encoding);
        for file in snapshot.user_files() {
            let fitting = symbols(snapshot, file).into_iter().filter(|entry| fits(&entry.name, query));
            for entry in fitting.filter_map(|entry| protocol::workspace_symbol(&places, file, &entry)) {
                if found.len() < MOST && !found.contains(&entry) {
                    found.push(entry);
                }
            }
        }
    }
    found.into()
}

fn fits(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
}

fn refused(why: String) -> Refusal {
    Refusal::new(Fault::Failed, why)
}
