//! Diagnostics as a SARIF 2.1.0 log.

use std::collections::BTreeMap;

use rsx_syntax::{Diagnostic, Fix, Label, Severity, Sources, Span};
use serde_json::{Value, json};

/// Makes a log of one run. `rules` are the codes, each with one sentence on what it is about, if it has a page.
pub(crate) fn log(rules: &BTreeMap<&str, Option<String>>, results: Vec<Value>) -> Value {
    let rules: Vec<_> = rules.iter().map(|(code, about)| rule(code, about.as_deref())).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "rsx", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(code: &str, about: Option<&str>) -> Value {
    json!({ "id": code, "shortDescription": { "text": about.unwrap_or(code) } })
}

/// Turns a diagnostic into a result.
pub(crate) fn result(one: &Diagnostic, sources: &Sources) -> Value {
    let level = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let text = match &one.help {
        Some(help) => format!("{}. Help: {help}", one.message),
        None => one.message.clone(),
    };
    let locations: Vec<_> = one.labels.iter().take(1).map(|l| location(l, sources)).collect();
    let related: Vec<_> = one.labels.iter().skip(1).map(|l| location(l, sources)).collect();
    let mut object = json!({
        "ruleId": one.code.as_str(),
        "level": level,
        "message": { "text": text },
        "locations": locations,
        "relatedLocations": related,
    });
    if let (Value::Object(fields), false) = (&mut object, one.fixes.is_empty()) {
        let fixes: Vec<_> = one.fixes.iter().map(|f| fix(f, sources)).collect();
        fields.insert("fixes".into(), fixes.into());
    }
    object
}

fn location(label: &Label, sources: &Sources) -> Value {
    let mut object = json!({
        "physicalLocation": { "artifactLocation": artifact(label.span, sources), "region": region(label.span, sources) },
    });
    if let (Value::Object(fields), false) = (&mut object, label.text.is_empty()) {
        fields.insert("message".into(), json!({ "text": label.text }));
    }
    object
}

fn fix(fix: &Fix, sources: &Sources) -> Value {
    let changes = fix.edits.iter().map(|edit| {
        json!({
            "artifactLocation": artifact(edit.span, sources),
            "replacements": [{
                "deletedRegion": region(edit.span, sources),
                "insertedContent": { "text": edit.insert },
            }],
        })
    });
    json!({ "description": { "text": fix.title }, "artifactChanges": changes.collect::<Vec<_>>() })
}

/// The file as a URI reference: what is not a plain character of a path is escaped.
fn artifact(span: Span, sources: &Sources) -> Value {
    let name = sources.name(sources.file_of(span));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let uri: String = name
        .bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    json!({ "uri": uri })
}

fn region(span: Span, sources: &Sources) -> Value {
    let (start, end) = sources.positions(span);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": start.offset,
        "byteLength": end.offset - start.offset,
    })
}
