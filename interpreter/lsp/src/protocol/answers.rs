//! What is known of places → what clients understand.

use std::ops::Range;

use gen_lsp_types as lsp;
use rsx_syntax::FileId;
use serde_json::{Value, json};

use super::edits::edit_of;
use super::{markdown, range, value};
use crate::client::Client;
use crate::features::completion::{self, Completions};
use crate::features::definition::Target;
use crate::features::hover::Hover;
use crate::features::names::Role;
use crate::features::references::Mention;
use crate::features::symbols::{self, Entry};
use crate::places::Places;

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
        completion::Sort::Function => lsp::CompletionItemKind::Function,
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
