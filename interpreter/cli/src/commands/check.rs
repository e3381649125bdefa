//! `rsx check`: proves what can be proved of each program, without network and state.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use rsx_lang::analysis::Analysis;
use rsx_lang::inputs::Inputs;
use rsx_syntax::head;
use serde_json::{Value, json};

use crate::args::{Check, Deny, Format};
use crate::exit::{Ending, Failure, Outcome};
use crate::pages;
use crate::report::counts::Counts;
use crate::report::{github, human, phases, sarif};
use crate::stack::refuse_misfit;
use crate::{report, terminal, world};

/// Checks each file as a program of its own.
pub(crate) fn check(options: &Check) -> Outcome {
    let inputs = world::inputs(&options.inputs)?;
    let mut counts = Counts::default();
    let analyses = options.files.iter().map(|path| analysed(path, &inputs, &mut counts));
    let analyses = analyses.collect::<Result<Vec<_>, Failure>>()?;
    let misfit =
        options.files.iter().zip(&analyses).try_for_each(|(path, one)| refuse_misfit(path, one, &inputs));
    match if options.json { Format::Json } else { options.format } {
        Format::Human => {
            misfit.clone()?;
            tell(&analyses, options, counts);
        }
        Format::Json => terminal::print(&format!("{:#}\n", object(&analyses, options.phases))),
        Format::Sarif => terminal::print(&format!("{:#}\n", log(&analyses))),
        Format::Github => terminal::print(&annotations(&analyses)),
    }
    // The process ends here; to take what it knows apart piece by piece would take longer than to find some of it.
    std::mem::forget(analyses);
    misfit?;
    let denied = options.deny == Some(Deny::Warnings) && counts.warnings > 0;
    Ok(if counts.errors > 0 || denied { Ending::Errors } else { Ending::Done })
}

fn analysed(path: &Path, inputs: &Inputs, counts: &mut Counts) -> Result<Analysis, Failure> {
    let analysis = world::analysis(path, inputs)?;
    counts.add(&analysis.diagnostics);
    Ok(analysis)
}

/// Tells people: diagnostics, then one line that counts them.
fn tell(analyses: &[Analysis], options: &Check, counts: Counts) {
    let look = terminal::look();
    let rendered = analyses.iter().flat_map(|analysis| {
        analysis.diagnostics.iter().map(|one| human::render(one, &analysis.sources, look))
    });
    for one in once_each(rendered) {
        terminal::tell(&one);
    }
    if options.phases {
        terminal::print(&analyses.iter().map(phases::table).collect::<String>());
    }
    let what = match (options.files.as_slice(), analyses) {
        ([one], [analysis]) => format!("{}{}", one.display(), lack(analysis)),
        (several, _) => format!("{} files", several.len()),
    };
    terminal::tell(&format!("{counts} in {what}\n"));
}

/// Says of a file without errors that it holds less than its user may think.
fn lack(analysis: &Analysis) -> &'static str {
    let sources = &analysis.sources;
    let mut pieces = analysis.root.into_iter().flat_map(|root| sources.pieces(root));
    let declares = pieces.any(|piece| head(sources.piece_text(piece)).is_some());
    match analysis.program.stack {
        _ if analysis.has_errors() => "",
        None if !declares => ", which declares nothing",
        None => ", a library: it has no `stack`",
        Some(_) => "",
    }
}

/// Joins what the programs have: files that several of them import say the same in each.
fn object(analyses: &[Analysis], with_phases: bool) -> Value {
    let all = analyses.iter().flat_map(|analysis| {
        analysis.diagnostics.iter().map(|one| report::json::diagnostic(one, &analysis.sources))
    });
    let mut object = json!({ "format": 1, "diagnostics": once_each(all) });
    if let (Value::Object(fields), true) = (&mut object, with_phases) {
        let phases = once_each(analyses.iter().flat_map(phases::objects));
        fields.insert("phases".into(), phases.into());
    }
    object
}

fn log(analyses: &[Analysis]) -> Value {
    let results = analyses
        .iter()
        .flat_map(|analysis| analysis.diagnostics.iter().map(|one| sarif::result(one, &analysis.sources)));
    let codes = analyses.iter().flat_map(|analysis| &analysis.diagnostics).map(|one| one.code.as_str());
    let rules: BTreeMap<_, _> = codes.map(|code| (code, pages::summary(code))).collect();
    sarif::log(&rules, once_each(results))
}

fn annotations(analyses: &[Analysis]) -> String {
    let lines = analyses.iter().flat_map(|analysis| {
        analysis.diagnostics.iter().map(|one| github::annotation(one, &analysis.sources))
    });
    once_each(lines).concat()
}

/// Drops what was there before; the first stays where it is.
fn once_each<T: ToString>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    all.into_iter().filter(|one| seen.insert(one.to_string())).collect()
}
