//! The protocol's types: what clients say → plain data, plain data → what clients understand. No other file knows them.

use std::ops::Range;

use gen_lsp_types as lsp;
use rsx_syntax::{FileId, Severity};
use serde_json::{Value, json};

use crate::client::Client;
use crate::features::actions::{self, Action};
use crate::features::completion::{self, Completions};
use crate::features::definition::Target;
use crate::features::diagnostics::{Finding, Tag};
use crate::features::formatting::Edit;
use crate::features::hover::Hover;
use crate::features::names::Role;
use crate::features::references::Mention;
use crate::features::rename::Change;
use crate::features::symbols::{self, Entry};
use crate::messages::{Ask, Spot, Tell};
use crate::places::{Places, Stretch};
use crate::text::{Encoding, Point};
use crate::transport::{Fault, Refusal};

/// Says what the server is able to do.
pub(crate) fn abilities(client: &Client) -> Value {
    let progress = lsp::WorkDoneProgressOptions::default;
    let capabilities = lsp::ServerCapabilities {
        position_encoding: Some(match client.encoding {
            Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
            Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(lsp::TextDocumentSync::Options(lsp::TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(lsp::TextDocumentSyncKind::Incremental),
            ..Default::default()
        })),
        definition_provider: Some(lsp::DefinitionProvider::Bool(true)),
        references_provider: Some(lsp::ReferencesProvider::Bool(true)),
        document_highlight_provider: Some(lsp::DocumentHighlightProvider::Bool(true)),
        rename_provider: Some(lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: progress(),
        })),
        hover_provider: Some(lsp::HoverProvider::Bool(true)),
        completion_provider: Some(lsp::CompletionOptions {
            trigger_characters: Some([".", "=", "[", "\""].map(str::to_owned).into()),
            ..Default::default()
        }),
        document_symbol_provider: Some(lsp::DocumentSymbolProvider::Bool(true)),
        workspace_symbol_provider: Some(lsp::WorkspaceSymbolProvider::Bool(true)),
        document_formatting_provider: Some(lsp::DocumentFormattingProvider::Bool(true)),
        document_range_formatting_provider: Some(lsp::DocumentRangeFormattingProvider::Bool(true)),
        document_on_type_formatting_provider: Some(lsp::DocumentOnTypeFormattingOptions {
            first_trigger_character: "}".to_owned(),
            more_trigger_character: Some(vec!["\n".to_owned()]),
        }),
        code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(lsp::CodeActionOptions {
            code_action_kinds: Some(vec![
                lsp::CodeActionKind::QuickFix,
                lsp::CodeActionKind::RefactorExtract,
                lsp::CodeActionKind::RefactorRewrite,
                lsp::CodeActionKind::SourceOrganizeImports,
            ]),
            ..Default::default()
        })),
        diagnostic_provider: client.pulls_diagnostics.then(|| {
            lsp::DiagnosticProvider::DiagnosticOptions(lsp::DiagnosticOptions {
                identifier: Some(SOURCE.to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                work_done_progress_options: progress(),
            })
        }),
        workspace: Some(lsp::WorkspaceOptions {
            workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp::ChangeNotifications::Bool(true)),
            }),
            ..Default::default()
        }),
        ..Default::default()
    };
    let info =
        lsp::ServerInfo { name: "rsx".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    value(lsp::InitializeResult { capabilities, server_info: Some(info) })
}

/// Reads a notification.
pub(crate) fn tell(method: &str, params: Value) -> Result<Tell, serde_json::Error> {
    Ok(match method {
        "initialized" => Tell::Initialized,
        "textDocument/didOpen" => {
            let lsp::TextDocumentItem { uri, version, text, .. } =
                serde_json::from_value::<lsp::DidOpenTextDocumentParams>(params)?.text_document;
            Tell::Opened { uri: uri.0, version, text }
        }
        "textDocument/didChange" => {
            let params: lsp::DidChangeTextDocumentParams = serde_json::from_value(params)?;
            let lsp::VersionedTextDocumentIdentifier { version, text_document_identifier } =
                params.text_document;
            let changes = params.content_changes.into_iter().map(change).collect();
            Tell::Edited { uri: text_document_identifier.uri.0, version, changes }
        }
        "textDocument/didClose" => {
            let params: lsp::DidCloseTextDocumentParams = serde_json::from_value(params)?;
            Tell::Closed(params.text_document.uri.0)
        }
        "workspace/didChangeWatchedFiles" => {
            let params: lsp::DidChangeWatchedFilesParams = serde_json::from_value(params)?;
            Tell::Files(params.changes.into_iter().map(|change| change.uri.0).collect())
        }
        "workspace/didChangeWorkspaceFolders" => {
            let event = serde_json::from_value::<lsp::DidChangeWorkspaceFoldersParams>(params)?.event;
            let uris =
                |folders: Vec<lsp::WorkspaceFolder>| folders.into_iter().map(|folder| folder.uri.0).collect();
            Tell::Folders { added: uris(event.added), removed: uris(event.removed) }
        }
        _ => Tell::Other,
    })
}

fn change(change: lsp::TextDocumentContentChangeEvent) -> (Option<Stretch>, String) {
    match change {
        lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
            (Some(stretch(change.range)), change.text)
        }
        lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
            (None, change.text)
        }
    }
}

/// Reads a request.
pub(crate) fn ask(method: &str, params: Value) -> Result<Ask, Refusal> {
    read(method, params)
        .map_err(|error| Refusal::new(Fault::InvalidParams, format!("{method}: {error}")))?
        .ok_or_else(|| Refusal::new(Fault::MethodNotFound, format!("this server knows no method `{method}`")))
}

fn read(method: &str, params: Value) -> Result<Option<Ask>, serde_json::Error> {
    Ok(Some(match method {
        "shutdown" => Ask::Shutdown,
        "textDocument/definition" => Ask::Definition(spot(params)?),
        "textDocument/references" => {
            let params: lsp::ReferenceParams = serde_json::from_value(params)?;
            let with_declaration = params.context.include_declaration;
            Ask::References { at: at(params.text_document_position_params), with_declaration }
        }
        "textDocument/documentHighlight" => Ask::Highlights(spot(params)?),
        "textDocument/prepareRename" => Ask::PrepareRename(spot(params)?),
        "textDocument/rename" => {
            let params: lsp::RenameParams = serde_json::from_value(params)?;
            Ask::Rename { at: at(params.text_document_position_params), name: params.new_name }
        }
        "textDocument/hover" => Ask::Hover(spot(params)?),
        "textDocument/completion" => Ask::Completion(spot(params)?),
        "textDocument/documentSymbol" => Ask::Symbols(document(params)?),
        "workspace/symbol" => {
            Ask::AllSymbols(serde_json::from_value::<lsp::WorkspaceSymbolParams>(params)?.query)
        }
        "textDocument/formatting" => Ask::Format(document(params)?),
        "textDocument/rangeFormatting" => {
            let params: lsp::DocumentRangeFormattingParams = serde_json::from_value(params)?;
            Ask::FormatRange { uri: params.text_document.uri.0, stretch: stretch(params.range) }
        }
        "textDocument/onTypeFormatting" => Ask::FormatOnType(spot(params)?),
        "textDocument/codeAction" => {
            let diagnostics = params.pointer("/context/diagnostics").and_then(Value::as_array).cloned();
            let params: lsp::CodeActionParams = serde_json::from_value(params)?;
            let only = params.context.only;
            Ask::Actions {
                uri: params.text_document.uri.0,
                stretch: stretch(params.range),
                only: only.map(|kinds| kinds.iter().map(text).collect()),
                diagnostics: diagnostics.unwrap_or_default(),
            }
        }
        "textDocument/diagnostic" => {
            let params: lsp::DocumentDiagnosticParams = serde_json::from_value(params)?;
            Ask::Diagnostics { uri: params.text_document.uri.0, previous: params.previous_result_id }
        }
        "workspace/diagnostic" => {
            let params: lsp::WorkspaceDiagnosticParams = serde_json::from_value(params)?;
            let previous = params.previous_result_ids.into_iter().map(|known| (known.uri.0, known.value));
            Ask::WorkspaceDiagnostics { previous: previous.collect() }
        }
        _ => return Ok(None),
    }))
}

/// Reads where somebody asks; what else is asked is passed over.
fn spot(params: Value) -> Result<Spot, serde_json::Error> {
    serde_json::from_value::<lsp::TextDocumentPositionParams>(params).map(at)
}

fn at(params: lsp::TextDocumentPositionParams) -> Spot {
    Spot { uri: params.text_document.uri.0, point: point(params.position) }
}

/// Reads which document somebody asks about.
fn document(mut params: Value) -> Result<String, serde_json::Error> {
    let document = params.get_mut("textDocument").map(Value::take).unwrap_or_default();
    serde_json::from_value::<lsp::TextDocumentIdentifier>(document).map(|document| document.uri.0)
}

/// Writes one of the protocol's words.
fn text(of: impl serde::Serialize) -> String {
    value(of).as_str().unwrap_or_default().to_owned()
}

/// Who says it, as editors show beside a diagnostic.
const SOURCE: &str = "rsx";

/// Writes what is wrong with a file; `page` has where the page of a code lies.
pub(crate) fn diagnostics(
    places: &Places<'_>,
    file: FileId,
    findings: &[Finding],
    page: &dyn Fn(&str) -> Option<String>,
) -> Vec<Value> {
    let one = |finding: &Finding| lsp::Diagnostic {
        range: range(places.stretch(file, &finding.range)),
        severity: Some(match finding.severity {
            Severity::Error => lsp::DiagnosticSeverity::Error,
            Severity::Warning => lsp::DiagnosticSeverity::Warning,
        }),
        code: Some(lsp::Code::String(finding.code.clone())),
        code_description: page(&finding.code).map(|page| lsp::CodeDescription { href: page.into() }),
        source: Some(SOURCE.to_owned()),
        message: lsp::Message::String(finding.message.clone()),
        tags: (!finding.tags.is_empty()).then(|| finding.tags.iter().map(|tag| self::tag(*tag)).collect()),
        related_information: related(places, finding),
        data: None,
    };
    findings.iter().map(|finding| value(one(finding))).collect()
}

fn tag(tag: Tag) -> lsp::DiagnosticTag {
    match tag {
        Tag::Unnecessary => lsp::DiagnosticTag::Unnecessary,
        Tag::Deprecated => lsp::DiagnosticTag::Deprecated,
    }
}

fn related(places: &Places<'_>, finding: &Finding) -> Option<Vec<lsp::DiagnosticRelatedInformation>> {
    let notes = finding.related.iter().filter_map(|note| {
        let uri = places.uri(note.file)?.into();
        let location = lsp::Location { uri, range: range(places.stretch(note.file, &note.range)) };
        Some(lsp::DiagnosticRelatedInformation { location, message: note.text.clone() })
    });
    let notes: Vec<_> = notes.collect();
    (!notes.is_empty()).then_some(notes)
}

/// Writes where something is declared, with what was asked about for a client that shows it.
pub(crate) fn definition(
    places: &Places<'_>,
    client: &Client,
    from: FileId,
    target: &Target,
) -> Option<Value> {
    let uri: lsp::Uri = places.uri(target.file)?.into();
    let name = range(places.stretch(target.file, &target.name));
    Some(match client.links {
        false => value(lsp::Location { uri, range: name }),
        true => Value::Array(vec![value(lsp::LocationLink {
            origin_selection_range: Some(range(places.stretch(from, &target.from))),
            target_uri: uri,
            target_range: range(places.stretch(target.file, &target.whole)),
            target_selection_range: name,
        })]),
    })
}

/// Writes a place where a name is meant.
pub(crate) fn location(places: &Places<'_>, file: FileId, bytes: &Range<usize>) -> Option<Value> {
    let uri = places.uri(file)?.into();
    Some(value(lsp::Location { uri, range: range(places.stretch(file, bytes)) }))
}

/// Writes a stretch of a file.
pub(crate) fn written_range(places: &Places<'_>, file: FileId, bytes: &Range<usize>) -> Value {
    value(range(places.stretch(file, bytes)))
}

/// Writes where a name is meant in its file.
pub(crate) fn highlight(places: &Places<'_>, mention: &Mention) -> Value {
    value(lsp::DocumentHighlight {
        range: range(places.stretch(mention.file, &mention.range)),
        kind: Some(match mention.role {
            Role::Definition | Role::Gift => lsp::DocumentHighlightKind::Write,
            Role::Reference => lsp::DocumentHighlightKind::Read,
        }),
    })
}

/// Writes replacements in one file.
pub(crate) fn edits(places: &Places<'_>, file: FileId, edits: &[Edit]) -> Value {
    let one = |edit: &Edit| edit_of(places, file, &edit.range, &edit.insert);
    value(edits.iter().map(one).collect::<Vec<_>>())
}

fn edit_of(places: &Places<'_>, file: FileId, bytes: &Range<usize>, insert: &str) -> lsp::TextEdit {
    lsp::TextEdit { range: range(places.stretch(file, bytes)), new_text: insert.to_owned() }
}

/// Writes replacements in several files, for the versions that they were made for where the client takes those.
pub(crate) fn changes(places: &Places<'_>, client: &Client, changes: &[Change]) -> Value {
    value(workspace_edit(places, client, changes))
}

fn workspace_edit(places: &Places<'_>, client: &Client, changes: &[Change]) -> lsp::WorkspaceEdit {
    let mut files: Vec<FileId> = changes.iter().map(|change| change.file).collect();
    files.sort_unstable();
    files.dedup();
    let of = |file: FileId| changes.iter().filter(move |change| change.file == file);
    let edit = |change: &Change| edit_of(places, change.file, &change.range, &change.insert);
    let with_uris = files.iter().filter_map(|file| Some((*file, lsp::Uri::from(places.uri(*file)?))));
    if client.versioned_edits {
        let documents = with_uris.map(|(file, uri)| {
            lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
                text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                    version: places.version(file),
                    text_document_identifier: lsp::TextDocumentIdentifier { uri },
                },
                edits: of(file).map(|change| lsp::Edit::TextEdit(edit(change))).collect(),
            })
        });
        return lsp::WorkspaceEdit { document_changes: Some(documents.collect()), ..Default::default() };
    }
    let all = with_uris.map(|(file, uri)| (uri, of(file).map(edit).collect()));
    lsp::WorkspaceEdit { changes: Some(all.collect()), ..Default::default() }
}

/// Writes what can be written.
pub(crate) fn completions(places: &Places<'_>, client: &Client, file: FileId, found: &Completions) -> Value {
    let one = |(number, item): (usize, &completion::Item)| lsp::CompletionItem {
        label: item.label.clone(),
        kind: Some(completion_kind(item.sort)),
        detail: Some(item.detail.clone()).filter(|detail| !detail.is_empty()),
        documentation: item.docs.as_deref().map(|docs| lsp::Documentation::MarkupContent(markdown(docs))),
        sort_text: Some(format!("{}{number:04}", item.rank)),
        filter_text: Some(item.label.clone()),
        insert_text_format: client.snippets.then_some(lsp::InsertTextFormat::Snippet),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(edit_of(
            places,
            file,
            &found.range,
            &if client.snippets { item.snippet.clone() } else { item.text() },
        ))),
        ..Default::default()
    };
    let items = found.items.iter().enumerate().map(one).collect();
    value(lsp::CompletionList { is_incomplete: false, item_defaults: None, apply_kind: None, items })
}

fn completion_kind(sort: completion::Sort) -> lsp::CompletionItemKind {
    match sort {
        completion::Sort::Kind => lsp::CompletionItemKind::Class,
        completion::Sort::Field => lsp::CompletionItemKind::Field,
        completion::Sort::Word => lsp::CompletionItemKind::EnumMember,
        completion::Sort::Declaration => lsp::CompletionItemKind::Reference,
        completion::Sort::Value => lsp::CompletionItemKind::Variable,
        completion::Sort::Literal => lsp::CompletionItemKind::Value,
        completion::Sort::Type => lsp::CompletionItemKind::Struct,
        completion::Sort::Keyword => lsp::CompletionItemKind::Keyword,
        completion::Sort::Code => lsp::CompletionItemKind::Event,
        completion::Sort::File => lsp::CompletionItemKind::File,
    }
}

/// Writes what is shown of a thing.
pub(crate) fn hover(places: &Places<'_>, file: FileId, hover: &Hover) -> Value {
    value(lsp::Hover {
        contents: lsp::Contents::MarkupContent(markdown(&hover.markdown)),
        range: Some(range(places.stretch(file, &hover.range))),
    })
}

fn markdown(text: &str) -> lsp::MarkupContent {
    lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: text.to_owned() }
}

/// Writes the outline of a file.
pub(crate) fn outline(places: &Places<'_>, file: FileId, entries: &[Entry]) -> Value {
    value(entries.iter().map(|entry| document_symbol(places, file, entry)).collect::<Vec<_>>())
}

#[expect(deprecated, reason = "the type has no other way to be made")]
fn document_symbol(places: &Places<'_>, file: FileId, entry: &Entry) -> lsp::DocumentSymbol {
    let children: Vec<_> = entry.children.iter().map(|child| document_symbol(places, file, child)).collect();
    lsp::DocumentSymbol {
        name: entry.name.clone(),
        detail: Some(entry.detail.clone()).filter(|detail| !detail.is_empty()),
        kind: symbol_kind(entry.sort),
        tags: None,
        deprecated: None,
        range: range(places.stretch(file, &entry.whole)),
        selection_range: range(places.stretch(file, &entry.range)),
        children: (!children.is_empty()).then_some(children),
    }
}

/// Writes a declaration of some file.
pub(crate) fn workspace_symbol(places: &Places<'_>, file: FileId, entry: &Entry) -> Option<Value> {
    let location = location(places, file, &entry.range)?;
    let container = Some(&entry.detail).filter(|detail| !detail.is_empty());
    Some(json!({
        "name": entry.name, "kind": value(symbol_kind(entry.sort)), "location": location, "containerName": container,
    }))
}

fn symbol_kind(sort: symbols::Sort) -> lsp::SymbolKind {
    match sort {
        symbols::Sort::Import => lsp::SymbolKind::Module,
        symbols::Sort::Param => lsp::SymbolKind::Variable,
        symbols::Sort::Let => lsp::SymbolKind::Constant,
        symbols::Sort::Type => lsp::SymbolKind::Struct,
        symbols::Sort::Kind => lsp::SymbolKind::Class,
        symbols::Sort::Output => lsp::SymbolKind::Property,
        symbols::Sort::Env => lsp::SymbolKind::Namespace,
        symbols::Sort::Rule => lsp::SymbolKind::Event,
        symbols::Sort::Instance => lsp::SymbolKind::Object,
        symbols::Sort::Field => lsp::SymbolKind::Field,
    }
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
        edit: Some(workspace_edit(places, client, &action.changes)),
        ..Default::default()
    });
    if let (Some(mended), Value::Object(fields)) = (mended, &mut written) {
        fields.insert("diagnostics".into(), json!([mended]));
    }
    written
}

/// Returns what the protocol calls a sort of action.
pub(crate) fn action_name(sort: actions::Sort) -> String {
    text(action_kind(sort))
}

fn action_kind(sort: actions::Sort) -> lsp::CodeActionKind {
    match sort {
        actions::Sort::Fix | actions::Sort::LikelyFix => lsp::CodeActionKind::QuickFix,
        actions::Sort::Rewrite => lsp::CodeActionKind::RefactorRewrite,
        actions::Sort::Extract => lsp::CodeActionKind::RefactorExtract,
        actions::Sort::Imports => lsp::CodeActionKind::SourceOrganizeImports,
    }
}

fn range((start, end): Stretch) -> lsp::Range {
    lsp::Range { start: position(start), end: position(end) }
}

fn position(point: Point) -> lsp::Position {
    lsp::Position { line: point.line, character: point.character }
}

fn stretch(range: lsp::Range) -> Stretch {
    (point(range.start), point(range.end))
}

fn point(position: lsp::Position) -> Point {
    Point { line: position.line, character: position.character }
}

/// Writes one of the protocol's types.
fn value(of: impl serde::Serialize) -> Value {
    // They are records with text for keys: nothing in them can't be written.
    serde_json::to_value(of).unwrap_or_default()
}
