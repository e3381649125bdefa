//! The protocol's types: what clients say → plain data, plain data → what clients understand. No other file knows them.

use std::hash::{DefaultHasher, Hash, Hasher};

use gen_lsp_types as lsp;
use rsx_syntax::{FileId, Severity};
use serde_json::{Value, json};

use crate::features::diagnostics::{Finding, Tag};
use crate::places::{Places, Stretch};
use crate::text::{Encoding, Point};
use crate::transport::{Fault, Refusal};

/// What a client is able to do, as far as answers depend on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    pub(crate) encoding: Encoding,
    pub(crate) pulls_diagnostics: bool,
    pub(crate) watches_files: bool,
    pub(crate) refreshes_diagnostics: bool,
    pub(crate) folders: Vec<String>,
}

/// What a client tells.
#[derive(Debug)]
pub(crate) enum Tell {
    Initialized,
    Opened {
        uri: String,
        version: i32,
        text: String,
    },
    /// Each change replaces a stretch, or everything.
    Edited {
        uri: String,
        version: i32,
        changes: Vec<(Option<Stretch>, String)>,
    },
    Closed(String),
    /// These files were made, changed or taken away.
    Files(Vec<String>),
    Folders {
        added: Vec<String>,
        removed: Vec<String>,
    },
    /// Nothing that matters here.
    Other,
}

/// What a client asks.
#[derive(Debug)]
pub(crate) enum Ask {
    Shutdown,
    Diagnostics { uri: String, previous: Option<String> },
    WorkspaceDiagnostics { previous: Vec<(String, String)> },
}

impl Client {
    /// Reads what a client says of itself. Whatever is not as the protocol has it counts as not said.
    pub(crate) fn of(params: &Value) -> Self {
        let at = |pointer: &str| params.pointer(&format!("/capabilities/{pointer}"));
        let can = |pointer: &str| at(pointer).and_then(Value::as_bool) == Some(true);
        let folders = params.get("workspaceFolders").and_then(Value::as_array);
        let listed = folders.into_iter().flatten().filter_map(|folder| folder.get("uri"));
        let root = params.get("rootUri").filter(|_| folders.is_none());
        Self {
            encoding: encoding(at("general/positionEncodings")),
            pulls_diagnostics: at("textDocument/diagnostic").is_some_and(Value::is_object),
            watches_files: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            refreshes_diagnostics: can("workspace/diagnostics/refreshSupport"),
            folders: listed.chain(root).filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    }
}

/// The first encoding of the client's that the server knows.
fn encoding(offered: Option<&Value>) -> Encoding {
    let known = |name: &Value| match name.as_str()? {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    };
    offered.and_then(Value::as_array).into_iter().flatten().find_map(known).unwrap_or_default()
}

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

/// Writes what is wrong with a file for one who asks, or that it is what it was.
pub(crate) fn report(diagnostics: Vec<Value>, previous: Option<&str>) -> Value {
    let mut hasher = DefaultHasher::new();
    diagnostics.iter().for_each(|one| one.to_string().hash(&mut hasher));
    let id = format!("{:016x}", hasher.finish());
    match previous == Some(id.as_str()) {
        true => json!({ "kind": "unchanged", "resultId": id }),
        false => json!({ "kind": "full", "resultId": id, "items": diagnostics }),
    }
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
