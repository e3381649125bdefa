//! What the library has to say of declarations besides what is written: a question to it in its own words.

use std::collections::BTreeMap;

use rsx_lang::value::Value;
use smol_str::SmolStr;

use crate::snapshot::Snapshot;

/// Writes a program that asks for it, around the path of another program as a text.
pub fn question(path: &str) -> String {
    format!("import {path}\noutput notes = [for b in beside: {{ of = name_of(b.of), note = b.note }}]\n")
}

/// Returns the notes by the names of declarations; `asked` is the analysis of the question. With several envs, those of the
/// first. What is not known before a look at the outside is left out.
pub fn notes(asked: &Snapshot) -> BTreeMap<SmolStr, Vec<SmolStr>> {
    let mut notes: BTreeMap<SmolStr, Vec<SmolStr>> = BTreeMap::new();
    let outputs = asked.analysis.models.first().map(|model| model.outputs()).unwrap_or_default();
    let all = outputs.iter().find(|output| output.name == "notes").and_then(|output| output.value.as_list());
    for one in all.into_iter().flat_map(|all| all.iter()) {
        let Value::Record(fields) = one else { continue };
        let text = |name: &str| fields.get(name).and_then(Value::as_text);
        if let (Some(of), Some(note)) = (text("of"), text("note")) {
            notes.entry(of.clone()).or_default().push(note.clone());
        }
    }
    notes
}
