//! What is wrong with a program, file by file.

use std::collections::BTreeMap;
use std::ops::Range;

use rsx_syntax::{Diagnostic, FileId, Severity, Span};

use crate::snapshot::Snapshot;

/// A place and what to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The file.
    pub file: FileId,
    /// Where in it.
    pub range: Range<usize>,
    /// What is to be said there.
    pub text: String,
}

/// How an editor may show what is wrong besides underlining it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// It can be taken out.
    Unnecessary,
}

/// Something wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where in the file.
    pub range: Range<usize>,
    /// How much it matters.
    pub severity: Severity,
    /// Its code.
    pub code: String,
    /// What is wrong and what mends it.
    pub message: String,
    /// How it may be shown.
    pub tags: Vec<Tag>,
    /// Further places.
    pub related: Vec<Note>,
}

/// Returns what is wrong with each file of a program, in the order of its places; files that are in order have none.
pub fn findings(snapshot: &Snapshot) -> BTreeMap<FileId, Vec<Finding>> {
    let mut all: BTreeMap<FileId, Vec<Finding>> =
        snapshot.user_files().map(|file| (file, Vec::new())).collect();
    for diagnostic in &snapshot.analysis().diagnostics {
        if let Some((file, finding)) = finding(snapshot, diagnostic) {
            all.entry(file).or_default().push(finding);
        }
    }
    all
}

fn finding(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<(FileId, Finding)> {
    let (primary, others) = diagnostic.labels.split_first()?;
    let (file, range) = snapshot.range(primary.span);
    let note = |span: Span, text: &str| {
        let (file, range) = snapshot.range(span);
        let text = if text.is_empty() { snapshot.written(span).to_owned() } else { text.to_owned() };
        Note { file, range, text }
    };
    Some((
        file,
        Finding {
            range,
            severity: diagnostic.severity,
            code: diagnostic.code.as_str().to_owned(),
            message: message(diagnostic),
            tags: tags(snapshot, diagnostic),
            related: others.iter().map(|label| note(label.span, &label.text)).collect(),
        },
    ))
}

/// What is wrong, in which envs, and what mends it.
fn message(diagnostic: &Diagnostic) -> String {
    let mut message = diagnostic.message.clone();
    if !diagnostic.envs.is_empty() {
        message.push_str(&format!(" (in {})", diagnostic.envs.join(", ")));
    }
    if let Some(help) = &diagnostic.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    message
}

/// The codes under which something is told that has no effect.
const WITHOUT_EFFECT: [&str; 1] = ["rsx::allow::unused"];

fn tags(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Vec<Tag> {
    let takes_out = |fix: &rsx_syntax::Fix| {
        fix.edits.iter().all(|edit| edit.insert.is_empty() && !snapshot.written(edit.span).is_empty())
    };
    let is_without_effect = WITHOUT_EFFECT.contains(&diagnostic.code.as_str())
        || (diagnostic.severity == Severity::Warning && diagnostic.fixes.iter().any(takes_out));
    is_without_effect.then_some(Tag::Unnecessary).into_iter().collect()
}
