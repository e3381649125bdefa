//! What is shown in and beside a text → what clients understand.

use std::ops::Range;

use gen_lsp_types as lsp;
use rsx_syntax::FileId;
use serde_json::Value;

use super::answers::location;
use super::{markdown, number, position, range, value};
use crate::client::Client;
use crate::colours::{Colour, Telling};
use crate::features::folding::{Fold, FoldKind};
use crate::features::hints::Hint;
use crate::features::lenses::{Lens, LensKind};
use crate::features::links::Link;
use crate::features::signature::{Signature, Way};
use crate::features::tokens::{Class, Token};
use crate::places::Places;
use crate::text::{Encoding, Point};

/// Says what the numbers in colours mean.
pub(super) fn legend() -> lsp::SemanticTokensLegend {
    lsp::SemanticTokensLegend {
        token_types: Class::ALL.iter().map(|class| token_type(*class).into()).collect(),
        token_modifiers: [
            lsp::SemanticTokenModifiers::Declaration,
            lsp::SemanticTokenModifiers::Documentation,
            lsp::SemanticTokenModifiers::DefaultLibrary,
        ]
        .map(String::from)
        .into(),
    }
}

fn token_type(class: Class) -> lsp::SemanticTokenTypes {
    match class {
        Class::Keyword => lsp::SemanticTokenTypes::Keyword,
        Class::Kind => lsp::SemanticTokenTypes::Class,
        Class::Type => lsp::SemanticTokenTypes::Type,
        Class::Property => lsp::SemanticTokenTypes::Property,
        Class::Variable => lsp::SemanticTokenTypes::Variable,
        Class::Function => lsp::SemanticTokenTypes::Function,
        Class::Member => lsp::SemanticTokenTypes::EnumMember,
        Class::Text => lsp::SemanticTokenTypes::String,
        Class::Number => lsp::SemanticTokenTypes::Number,
        Class::Operator => lsp::SemanticTokenTypes::Operator,
        Class::Comment => lsp::SemanticTokenTypes::Comment,
        Class::Decorator => lsp::SemanticTokenTypes::Decorator,
    }
}

/// Counts colours as the protocol does.
pub(crate) fn coloured(places: &Places<'_>, file: FileId, tokens: &[Token]) -> Vec<Colour> {
    let mut last = Point::default();
    let one = |token: &Token| {
        let (start, end) = places.stretch(file, &token.range);
        let from = if start.line == last.line { last.character } else { 0 };
        let marks = [token.declares, token.documents, token.of_library];
        let marks = marks.iter().enumerate().map(|(place, is)| u32::from(*is) << place).sum();
        let colour = [
            start.line - last.line,
            start.character - from,
            end.character - start.character,
            token.class as u32,
            marks,
        ];
        last = start;
        colour
    };
    tokens.iter().map(one).collect()
}

/// Writes colours that nobody compares with others.
pub(crate) fn all_colours(colours: Vec<Colour>) -> Value {
    whole(None, colours)
}

fn whole(name: Option<String>, colours: Vec<Colour>) -> Value {
    let data = colours.into_iter().map(lsp::SemanticToken::from).collect();
    value(lsp::SemanticTokens { result_id: name, data })
}

/// Writes colours, or what of them has changed.
pub(crate) fn colours(telling: Telling) -> Value {
    // The protocol counts single numbers.
    let numbers = |colours: usize| number(colours * Colour::default().len());
    match telling {
        Telling::All { name, colours } => whole(Some(name), colours),
        Telling::Change { name, start, gone, come } => {
            let edit = lsp::SemanticTokensEdit {
                start: numbers(start),
                delete_count: numbers(gone),
                data: Some(come.concat()),
            };
            let edits = if gone == 0 && come.is_empty() { Vec::new() } else { vec![edit] };
            value(lsp::SemanticTokensDelta { result_id: Some(name), edits })
        }
    }
}

/// Writes how a function is called.
pub(crate) fn signature(client: &Client, signature: &Signature) -> Value {
    // These places are counted in UTF-16, whatever was agreed on for texts.
    let units = |text: &str| number(Encoding::Utf16.length(text));
    let argument = |way: &Way, range: &Range<usize>| {
        let before = |at: usize| units(way.text.get(..at).unwrap_or_default());
        let written = way.text.get(range.clone()).unwrap_or_default();
        lsp::ParameterInformation {
            label: match client.argument_places {
                true => lsp::ParameterInformationLabel::Tuple((before(range.start), before(range.end))),
                false => lsp::ParameterInformationLabel::String(written.to_owned()),
            },
            documentation: None,
        }
    };
    let way = |way: &Way| lsp::SignatureInformation {
        label: way.text.to_owned(),
        documentation: Some(lsp::Documentation::MarkupContent(markdown(signature.function.says))),
        parameters: Some(way.arguments.iter().map(|range| argument(way, range)).collect()),
        active_parameter: Some(lsp::ActiveParameter::Int(number(way.argument))),
    };
    value(lsp::SignatureHelp {
        signatures: signature.ways.iter().map(way).collect(),
        active_signature: Some(number(signature.way)),
        active_parameter: None,
    })
}

/// Writes what stands beside what is written.
pub(crate) fn hints(places: &Places<'_>, file: FileId, hints: &[Hint]) -> Value {
    let one = |hint: &Hint| lsp::InlayHint {
        position: position(places.stretch(file, &(hint.at..hint.at)).0),
        label: lsp::Label::String(hint.text.clone()),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    value(hints.iter().map(one).collect::<Vec<_>>())
}

/// Commands that clients may have, and what they are given: the document, a place in it and those to show; the root of a
/// program.
const SHOW_REFERENCES: &str = "rsx.showReferences";
const PLAN: &str = "rsx.plan";
const COST: &str = "rsx.cost";

/// The command that the server does itself, for clients without those: it is given a text, and shows it.
pub(crate) const TELL: &str = "rsx.tell";

/// How many places are told of at most.
const PLACES: usize = 20;

/// Whether a client has every command that lenses offer.
pub(super) fn has_all(client: &Client) -> bool {
    [SHOW_REFERENCES, PLAN, COST].iter().all(|command| client.commands.iter().any(|known| known == command))
}

/// Writes what stands above a line. Where the client has no command for it the server tells what there is to know; nothing
/// where it is only to be done.
pub(crate) fn lens(places: &Places<'_>, client: &Client, file: FileId, lens: &Lens) -> Option<Value> {
    let has = |command: &&str| client.commands.iter().any(|known| known == command);
    let range = range(places.stretch(file, &lens.range));
    let root = || places.root().map(Value::from).into_iter().collect();
    let (title, command, arguments) = match &lens.kind {
        LensKind::References(mentions) => {
            let title = format!("{} reference{}", mentions.len(), if mentions.len() == 1 { "" } else { "s" });
            if has(&SHOW_REFERENCES) {
                let all = mentions.iter().filter_map(|one| location(places, one.file, &one.range));
                let arguments = vec![places.uri(file)?.into(), value(range.start), all.collect()];
                (title, SHOW_REFERENCES, arguments)
            } else {
                let shown = mentions.iter().take(PLACES);
                let mut shown: Vec<String> = shown.map(|one| places.shown(one.file, &one.range)).collect();
                shown.extend((mentions.len() > PLACES).then(|| "…".to_owned()));
                let told =
                    if shown.is_empty() { title.clone() } else { format!("{title}: {}", shown.join(", ")) };
                (title, TELL, vec![told.into()])
            }
        }
        LensKind::Plan => ("plan".to_owned(), Some(PLAN).filter(has)?, root()),
        LensKind::Cost(note) if has(&COST) => (note.clone(), COST, root()),
        LensKind::Cost(note) => (note.clone(), TELL, vec![note.clone().into()]),
    };
    let command =
        lsp::Command { title, tooltip: None, command: command.to_owned(), arguments: Some(arguments) };
    Some(value(lsp::CodeLens { range, command: Some(command), data: None }))
}

/// Writes what can be folded.
pub(crate) fn folds(places: &Places<'_>, file: FileId, folds: &[Fold]) -> Value {
    let one = |fold: &Fold| {
        let (start, end) = places.stretch(file, &fold.range);
        lsp::FoldingRange {
            start_line: start.line,
            start_character: Some(start.character),
            end_line: end.line,
            end_character: Some(end.character),
            kind: match fold.kind {
                FoldKind::Code => None,
                FoldKind::Comment => Some(lsp::FoldingRangeKind::Comment),
                FoldKind::Imports => Some(lsp::FoldingRangeKind::Imports),
            },
            collapsed_text: None,
        }
    };
    value(folds.iter().map(one).collect::<Vec<_>>())
}

/// Writes what a selection grows to; nothing where it grows to nothing.
pub(crate) fn selection(places: &Places<'_>, file: FileId, grows: &[Range<usize>]) -> Option<Value> {
    let outward = grows.iter().rev();
    let inner = outward.fold(None, |parent, stretch| {
        let range = range(places.stretch(file, stretch));
        Some(lsp::SelectionRange { range, parent: parent.map(Box::new) })
    });
    inner.map(value)
}

/// Writes the files that a file imports.
pub(crate) fn links(places: &Places<'_>, file: FileId, links: &[Link]) -> Value {
    let one = |link: &Link| {
        let target = places.beside(file, &link.written)?.into();
        let range = range(places.stretch(file, &link.range));
        Some(lsp::DocumentLink { range, target: Some(target), tooltip: None, data: None })
    };
    value(links.iter().filter_map(one).collect::<Vec<_>>())
}
