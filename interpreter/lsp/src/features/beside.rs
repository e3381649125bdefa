//! What the library has to say of declarations besides what is written: a question to it in its own words.

use std::collections::BTreeMap;

use rsx_lang::model::Model;
use rsx_lang::value::Value;
use smol_str::SmolStr;

use crate::snapshot::Snapshot;

/// Asks for it.
const QUESTION: &str = "output notes = [for b in beside: { of = name_of(b.of), note = b.note }]\n";

/// What the library has to say, by the names of declarations.
pub type Notes = BTreeMap<SmolStr, String>;

/// Returns the notes. Behind what holds in some envs only stands in which. What is not known before a look at the outside is
/// left out.
pub fn notes(snapshot: &Snapshot) -> Notes {
    let Some(asked) = snapshot.asked(QUESTION) else { return Notes::new() };
    let mut found: BTreeMap<SmolStr, Vec<(SmolStr, Vec<&str>)>> = BTreeMap::new();
    for model in asked.models() {
        let env = model.env().map_or("", |env| env.as_str());
        for (of, note) in in_env(model) {
            let all = found.entry(of).or_default();
            match all.iter_mut().find(|(other, _)| *other == note) {
                Some((_, envs)) => envs.push(env),
                None => all.push((note, vec![env])),
            }
        }
    }
    let one = |(note, envs): &(SmolStr, Vec<&str>)| match envs.len() == asked.models().count() {
        true => note.to_string(),
        false => format!("{note} ({})", envs.join(", ")),
    };
    // What can't be read is in no sum: of the whole, nothing is said.
    let program = &asked.analysis().program;
    if asked.trees().values().any(|tree| !tree.diagnostics.is_empty())
        && let Some((stack, _)) = program.stack.and_then(|id| program.declared(id))
    {
        found.remove(stack);
    }
    let joined = |notes: Vec<_>| notes.iter().map(one).collect::<Vec<_>>().join(", ");
    found.into_iter().map(|(of, notes)| (of, joined(notes))).collect()
}

/// Returns the notes of one env, each with the name of its declaration.
fn in_env(model: &Model) -> Vec<(SmolStr, SmolStr)> {
    let outputs = model.outputs();
    let all = outputs.iter().find(|output| output.name == "notes").and_then(|output| output.value.as_list());
    let notes = all.into_iter().flat_map(|all| all.iter()).filter_map(|one| {
        let Value::Record(fields) = one else { return None };
        let text = |name: &str| fields.get(name).and_then(Value::as_text).cloned();
        Some((text("of")?, text("note")?))
    });
    notes.collect()
}
