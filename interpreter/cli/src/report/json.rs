//! A diagnostic as the JSON object that machines read.

use rsx_syntax::{Diagnostic, Fix, Label, Position, Severity, Sources, Span};
use serde_json::{Value, json};

/// Turns one diagnostic into its object.
pub(crate) fn diagnostic(one: &Diagnostic, sources: &Sources) -> Value {
    let severity = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let labels: Vec<_> = one.labels.iter().enumerate().map(|(at, l)| label(l, at == 0, sources)).collect();
    let fixes: Vec<_> = one.fixes.iter().map(|f| fix(f, sources)).collect();
    let envs: Vec<_> = one.envs.iter().map(|env| env.as_str()).collect();
    json!({
        "code": one.code.as_str(),
        "severity": severity,
        "message": one.message,
        "help": one.help,
        "env": envs,
        "labels": labels,
        "fixes": fixes,
    })
}

fn label(label: &Label, primary: bool, sources: &Sources) -> Value {
    let mut object = place(label.span, sources);
    if let Value::Object(fields) = &mut object {
        fields.insert("text".into(), label.text.clone().into());
        fields.insert("primary".into(), primary.into());
    }
    object
}

fn fix(fix: &Fix, sources: &Sources) -> Value {
    let edits = fix.edits.iter().map(|edit| {
        let mut object = place(edit.span, sources);
        if let Value::Object(fields) = &mut object {
            fields.insert("insert".into(), edit.insert.clone().into());
        }
        object
    });
    json!({ "title": fix.title, "edits": edits.collect::<Vec<_>>() })
}

fn place(span: Span, sources: &Sources) -> Value {
    let (start, end) = sources.positions(span);
    json!({ "file": sources.name(sources.file_of(span)), "start": position(start), "end": position(end) })
}

fn position(at: Position) -> Value {
    json!({ "line": at.line, "column": at.column, "offset": at.offset })
}
