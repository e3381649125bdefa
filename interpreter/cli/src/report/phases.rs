//! The phase in which each check of a program is decided.

use indexmap::IndexMap;
use rsx_lang::analysis::Analysis;
use rsx_lang::value::Phase;
use rsx_syntax::Span;
use serde_json::{Value, json};
use smol_str::SmolStr;

use crate::report::style::padded;

/// Returns a line for each check: phase, name, place.
pub(crate) fn table(analysis: &Analysis) -> String {
    let all = timed(analysis);
    let width = all.keys().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line = |((name, span), phase): (&(SmolStr, Span), &Phase)| {
        let (file, line) = place(analysis, *span);
        format!("{:5}  {}  {file}:{line}\n", word(*phase), padded(name, width))
    };
    all.iter().map(line).collect()
}

/// Returns an object for each check.
pub(crate) fn objects(analysis: &Analysis) -> Vec<Value> {
    let object = |((name, span), phase): (&(SmolStr, Span), &Phase)| {
        let (file, line) = place(analysis, *span);
        json!({ "phase": word(*phase), "name": name.as_str(), "file": file, "line": line })
    };
    timed(analysis).iter().map(object).collect()
}

/// Returns the checks of all envs; one that they decide at different times, at its latest.
fn timed(analysis: &Analysis) -> IndexMap<(SmolStr, Span), Phase> {
    let mut all: IndexMap<_, Phase> = IndexMap::new();
    for one in analysis.models.iter().flat_map(|model| model.timed()) {
        let phase = all.entry((one.name, one.span)).or_insert(one.phase);
        *phase = one.phase.max(*phase);
    }
    all
}

fn place(analysis: &Analysis, span: Span) -> (&str, usize) {
    let sources = &analysis.sources;
    (sources.name(sources.file_of(span)), sources.positions(span).0.line)
}

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Now => "now",
        Phase::World => "world",
        Phase::Run => "run",
    }
}
