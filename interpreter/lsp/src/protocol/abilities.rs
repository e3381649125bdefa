//! What the server is able to do, as it says when a conversation begins.

use gen_lsp_types as lsp;
use serde_json::Value;

use super::marks::{TELL, has_all, legend};
use super::{SOURCE, value};
use crate::client::Client;
use crate::text::Encoding;

/// Says what the server is able to do.
pub(crate) fn abilities(client: &Client) -> Value {
    let progress = lsp::WorkDoneProgressOptions::default;
    let shown = lsp::WorkDoneProgressOptions { work_done_progress: Some(true) };
    let capabilities = lsp::ServerCapabilities {
        position_encoding: Some(match client.encoding {
            Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
            Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(lsp::TextDocumentSync::Options(lsp::TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(lsp::TextDocumentSyncKind::Incremental),
            save: Some(lsp::Save::Bool(!client.watches_files)),
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
            trigger_characters: Some([".", "=", "[", "\"", ":"].map(str::to_owned).into()),
            ..Default::default()
        }),
        document_symbol_provider: Some(lsp::DocumentSymbolProvider::Bool(true)),
        workspace_symbol_provider: Some(lsp::WorkspaceSymbolProvider::WorkspaceSymbolOptions(
            lsp::WorkspaceSymbolOptions { work_done_progress_options: shown, ..Default::default() },
        )),
        signature_help_provider: Some(lsp::SignatureHelpOptions {
            trigger_characters: Some(vec!["(".to_owned(), ",".to_owned()]),
            ..Default::default()
        }),
        semantic_tokens_provider: Some(lsp::SemanticTokensProvider::SemanticTokensOptions(
            lsp::SemanticTokensOptions {
                legend: legend(),
                range: Some(lsp::SemanticTokensOptionsRange::Bool(true)),
                full: Some(lsp::Full::SemanticTokensFullDelta(lsp::SemanticTokensFullDelta {
                    delta: Some(true),
                })),
                work_done_progress_options: progress(),
            },
        )),
        folding_range_provider: Some(lsp::FoldingRangeProvider::Bool(true)),
        selection_range_provider: Some(lsp::SelectionRangeProvider::Bool(true)),
        document_link_provider: Some(lsp::DocumentLinkOptions::default()),
        inlay_hint_provider: Some(lsp::InlayHintProvider::Bool(true)),
        code_lens_provider: Some(lsp::CodeLensOptions::default()),
        execute_command_provider: (!has_all(client)).then(|| lsp::ExecuteCommandOptions {
            commands: vec![TELL.to_owned()],
            work_done_progress_options: progress(),
        }),
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
                lsp::CodeActionKind::SourceFixAll,
            ]),
            ..Default::default()
        })),
        diagnostic_provider: client.pulls_diagnostics.then(|| {
            lsp::DiagnosticProvider::DiagnosticOptions(lsp::DiagnosticOptions {
                identifier: Some(SOURCE.to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                work_done_progress_options: shown,
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
