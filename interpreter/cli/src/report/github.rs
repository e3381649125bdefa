//! Diagnostics as workflow commands of GitHub, which become annotations of a pull request.

use rsx_syntax::{Diagnostic, Severity, Sources};

/// Writes a command on a line.
pub(crate) fn annotation(one: &Diagnostic, sources: &Sources) -> String {
    let command = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some(span) = one.primary() {
        let (start, end) = sources.positions(span);
        properties.push(format!("file={}", property(sources.name(sources.file_of(span)))));
        properties.push(format!("line={},endLine={}", start.line, end.line));
        // GitHub takes columns only for a place on one line.
        if start.line == end.line {
            properties.push(format!("col={},endColumn={}", start.column, end.column));
        }
    }
    properties.push(format!("title={}", property(one.code.as_str())));
    let mut text = one.message.clone();
    for label in one.labels.iter().filter(|label| !label.text.is_empty()) {
        let (start, _) = sources.positions(label.span);
        let file = sources.name(sources.file_of(label.span));
        text.push_str(&format!("\n{file}:{}: {}", start.line, label.text));
    }
    if let Some(help) = &one.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    format!("::{command} {}::{}\n", properties.join(","), data(&text))
}

/// Escapes the data of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
