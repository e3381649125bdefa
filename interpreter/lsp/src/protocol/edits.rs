//! What is to be changed, and what can be done → what clients understand.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use gen_lsp_types as lsp;
use rsx_syntax::FileId;
use serde_json::{Value, json};

use super::{range, value, word, written_range};
use crate::client::Client;
use crate::features::actions::{self, Action};
use crate::features::formatting::Edit;
use crate::features::rename::Change;
use crate::places::Places;

/// Writes replacements in one file.
pub(crate) fn edits(places: &Places<'_>, file: FileId, edits: &[Edit]) -> Value {
    let one = |edit: &Edit| edit_of(places, file, &edit.range, &edit.insert);
    value(edits.iter().map(one).collect::<Vec<_>>())
}

pub(super) fn edit_of(
    places: &Places<'_>,
    file: FileId,
    bytes: &Range<usize>,
    insert: &str,
) -> lsp::TextEdit {
    lsp::TextEdit { range: range(places.stretch(file, bytes)), new_text: insert.to_owned() }
}

/// Writes replacements in several files, as each of some programs has them, for the versions that they were made for where
/// the client takes those.
pub(crate) fn changes(client: &Client, changes: &[(&Places<'_>, Vec<Change>)]) -> Value {
    value(workspace_edit(client, changes))
}

fn workspace_edit(client: &Client, changes: &[(&Places<'_>, impl AsRef<[Change]>)]) -> lsp::WorkspaceEdit {
    let mut files: BTreeMap<String, (Option<i32>, Vec<lsp::TextEdit>)> = BTreeMap::new();
    let mut seen = HashSet::new();
    for (places, changes) in changes {
        for change in changes.as_ref() {
            let Some(uri) = places.uri(change.file) else { continue };
            // What several programs have is changed once.
            if !seen.insert((uri.clone(), &change.range, &change.insert)) {
                continue;
            }
            let (version, edits) = files.entry(uri).or_default();
            *version = places.version(change.file);
            edits.push(edit_of(places, change.file, &change.range, &change.insert));
        }
    }
    if client.versioned_edits {
        let documents = files.into_iter().map(|(uri, (version, edits))| {
            lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
                text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                    version,
                    text_document_identifier: lsp::TextDocumentIdentifier { uri: uri.into() },
                },
                edits: edits.into_iter().map(lsp::Edit::TextEdit).collect(),
            })
        });
        return lsp::WorkspaceEdit { document_changes: Some(documents.collect()), ..Default::default() };
    }
    let all = files.into_iter().map(|(uri, (_, edits))| (uri.into(), edits));
    lsp::WorkspaceEdit { changes: Some(all.collect()), ..Default::default() }
}

/// Writes what can be done; `diagnostics` are those that the client has shown us.
pub(crate) fn action(
    places: &Places<'_>,
    client: &Client,
    file: FileId,
    action: &Action,
    diagnostics: &[Value],
) -> Value {
    let mended = action.mends.as_ref().and_then(|(code, bytes)| {
        let range = written_range(places, file, bytes);
        diagnostics
            .iter()
            .find(|one| one.get("code") == Some(&json!(code)) && one.get("range") == Some(&range))
    });
    let mut written = value(lsp::CodeAction {
        title: action.title.clone(),
        kind: Some(action_kind(action.sort)),
        is_preferred: (action.sort == actions::Sort::LikelyFix).then_some(true),
        edit: Some(workspace_edit(client, &[(places, &action.changes)])),
        ..Default::default()
    });
    if let (Some(mended), Value::Object(fields)) = (mended, &mut written) {
        fields.insert("diagnostics".into(), json!([mended]));
    }
    written
}

/// Returns what the protocol calls a sort of action.
pub(crate) fn action_name(sort: actions::Sort) -> String {
    word(action_kind(sort))
}

fn action_kind(sort: actions::Sort) -> lsp::CodeActionKind {
    match sort {
        actions::Sort::Fix | actions::Sort::LikelyFix => lsp::CodeActionKind::QuickFix,
        actions::Sort::Rewrite => lsp::CodeActionKind::RefactorRewrite,
        actions::Sort::Extract => lsp::CodeActionKind::RefactorExtract,
        actions::Sort::Imports => lsp::CodeActionKind::SourceOrganizeImports,
        actions::Sort::All => lsp::CodeActionKind::SourceFixAll,
    }
}
