//! What is wrong → what clients understand.

use gen_lsp_types as lsp;
use rsx_syntax::{FileId, Severity};
use serde_json::Value;

use super::{SOURCE, range, value};
use crate::features::diagnostics::{Finding, Tag};
use crate::places::Places;

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
