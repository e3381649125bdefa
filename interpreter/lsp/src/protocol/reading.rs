//! What clients tell and ask → plain data.

use gen_lsp_types as lsp;
use serde_json::Value;

use super::{point, stretch, word};
use crate::messages::{Ask, Question, Settings, Spot, Tell};
use crate::places::Stretch;
use crate::transport::{Fault, Refusal};

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
        "textDocument/didSave" => Tell::Saved,
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
        "workspace/didChangeConfiguration" => {
            let params: lsp::DidChangeConfigurationParams = serde_json::from_value(params)?;
            Tell::Settings(settings(params.settings.get("rsx").unwrap_or(&Value::Null)))
        }
        _ => Tell::Other,
    })
}

/// Reads what a client sets; what is not there, or is no setting, counts as not said.
pub(crate) fn settings(value: &Value) -> Settings {
    let env = value.get("env").and_then(Value::as_str).filter(|env| !env.is_empty());
    Settings { env: env.map(str::to_owned) }
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
        "workspace/executeCommand" => {
            let params: lsp::ExecuteCommandParams = serde_json::from_value(params)?;
            Ask::Command { name: params.command, arguments: params.arguments.unwrap_or_default() }
        }
        "textDocument/semanticTokens/full" => Ask::Colours { uri: document(params)?, previous: None },
        "textDocument/semanticTokens/full/delta" => {
            let params: lsp::SemanticTokensDeltaParams = serde_json::from_value(params)?;
            Ask::Colours { uri: params.text_document.uri.0, previous: Some(params.previous_result_id) }
        }
        _ => return Ok(question(method, params)?.map(Ask::Question)),
    }))
}

fn question(method: &str, params: Value) -> Result<Option<Question>, serde_json::Error> {
    Ok(Some(match method {
        "textDocument/definition" => Question::Definition(spot(params)?),
        "textDocument/references" => {
            let params: lsp::ReferenceParams = serde_json::from_value(params)?;
            let with_declaration = params.context.include_declaration;
            Question::References { at: at(params.text_document_position_params), with_declaration }
        }
        "textDocument/documentHighlight" => Question::Highlights(spot(params)?),
        "textDocument/prepareRename" => Question::PrepareRename(spot(params)?),
        "textDocument/rename" => {
            let params: lsp::RenameParams = serde_json::from_value(params)?;
            Question::Rename { at: at(params.text_document_position_params), name: params.new_name }
        }
        "textDocument/hover" => Question::Hover(spot(params)?),
        "textDocument/completion" => Question::Completion(spot(params)?),
        "textDocument/signatureHelp" => Question::Signature(spot(params)?),
        "textDocument/documentSymbol" => Question::Symbols(document(params)?),
        "workspace/symbol" => {
            Question::AllSymbols(serde_json::from_value::<lsp::WorkspaceSymbolParams>(params)?.query)
        }
        "textDocument/semanticTokens/range" => {
            let params: lsp::SemanticTokensRangeParams = serde_json::from_value(params)?;
            Question::Colours { uri: params.text_document.uri.0, stretch: stretch(params.range) }
        }
        "textDocument/foldingRange" => Question::Folds(document(params)?),
        "textDocument/selectionRange" => {
            let params: lsp::SelectionRangeParams = serde_json::from_value(params)?;
            let points = params.positions.into_iter().map(point).collect();
            Question::Selections { uri: params.text_document.uri.0, points }
        }
        "textDocument/documentLink" => Question::Links(document(params)?),
        "textDocument/inlayHint" => {
            let params: lsp::InlayHintParams = serde_json::from_value(params)?;
            Question::Hints { uri: params.text_document.uri.0, stretch: stretch(params.range) }
        }
        "textDocument/codeLens" => Question::Lenses(document(params)?),
        "textDocument/formatting" => Question::Format(document(params)?),
        "textDocument/rangeFormatting" => {
            let params: lsp::DocumentRangeFormattingParams = serde_json::from_value(params)?;
            Question::FormatRange { uri: params.text_document.uri.0, stretch: stretch(params.range) }
        }
        "textDocument/onTypeFormatting" => Question::FormatOnType(spot(params)?),
        "textDocument/codeAction" => {
            let diagnostics = params.pointer("/context/diagnostics").and_then(Value::as_array).cloned();
            let params: lsp::CodeActionParams = serde_json::from_value(params)?;
            let only = params.context.only;
            Question::Actions {
                uri: params.text_document.uri.0,
                stretch: stretch(params.range),
                only: only.map(|kinds| kinds.iter().map(word).collect()),
                diagnostics: diagnostics.unwrap_or_default(),
            }
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
