//! `rsx fmt`: the one canonical layout.

use std::path::Path;

use rsx_syntax::Sources;
use similar::TextDiff;

use crate::args::Fmt;
use crate::exit::{Ending, Outcome};
use crate::files::{is_standard, read_text, replace};
use crate::report::human;
use crate::terminal;

/// Lays files out; `-` is standard input, laid out onto standard output. A file with syntax errors is left as it is.
pub(crate) fn fmt(options: &Fmt) -> Outcome {
    let mut ending = Ending::Done;
    for path in &options.files {
        match one(options, path) {
            Ok(Ending::Done) => {}
            Ok(other) => ending = other,
            // One file that can't be read or written leaves the others to be laid out.
            Err(failure) => {
                failure.tell();
                ending = Ending::Errors;
            }
        }
    }
    Ok(ending)
}

fn one(options: &Fmt, path: &Path) -> Outcome {
    let text = read_text(path)?;
    let name = if is_standard(path) { "<standard input>".to_owned() } else { path.display().to_string() };
    let Some(laid_out) = lay_out(&name, &text) else { return Ok(Ending::Errors) };
    if options.check || options.diff {
        if laid_out != text {
            terminal::print(&change(options.diff, &name, &text, &laid_out));
            return Ok(if options.check { Ending::Errors } else { Ending::Done });
        }
    } else if is_standard(path) {
        terminal::print(&laid_out);
    } else if laid_out != text {
        replace(path, laid_out.as_bytes())?;
    }
    Ok(Ending::Done)
}

/// Lays one text out, or tells what can't be read.
fn lay_out(name: &str, text: &str) -> Option<String> {
    match rsx_syntax::format(text) {
        Ok(laid_out) => Some(laid_out),
        Err(diagnostics) => {
            let mut sources = Sources::default();
            sources.add(name, text);
            for one in &diagnostics {
                terminal::tell(&human::render(one, &sources, terminal::look()));
            }
            None
        }
    }
}

/// Shows what would change: the difference, or the name alone.
fn change(diff: bool, name: &str, text: &str, laid_out: &str) -> String {
    if diff {
        TextDiff::from_lines(text, laid_out).unified_diff().header(name, name).to_string()
    } else {
        format!("{name}\n")
    }
}
