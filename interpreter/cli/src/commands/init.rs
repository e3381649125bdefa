//! `rsx init`: writes a spec that checks and runs, and keeps its state out of version control.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::args::{Init, Template};
use crate::exit::{Ending, Failure, Outcome};
use crate::files::{failed, make, replace};
use crate::terminal;

/// What is kept out of version control: state and the local cloud.
const IGNORED: &str = ".rsx/";

/// What the spec is called.
const SPEC: &str = "main.rsx";

/// Writes `main.rsx` and `.gitignore` into a folder. What is there is never overwritten.
pub(crate) fn init(options: &Init) -> Outcome {
    let dir = &options.dir;
    fs::create_dir_all(dir).map_err(|error| failed("make", dir, &error))?;
    let spec = if dir == Path::new(".") { PathBuf::from(SPEC) } else { dir.join(SPEC) };
    make(&spec, template(options.template).as_bytes()).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            Failure::Wrong(format!(
                "{} is there already; name another folder, or remove it first",
                spec.display()
            ))
        } else {
            failed("write", &spec, &error)
        }
    })?;
    ignore(&dir.join(".gitignore"))?;
    let shown = spec.display();
    terminal::tell(&format!(
        "wrote {shown}\n\n  rsx check {shown}\n  rsx run {shown} --local    on the embedded cloud: no account, no cost\n"
    ));
    Ok(Ending::Done)
}

fn template(which: Template) -> &'static str {
    match which {
        Template::Airline => include_str!("../../../../examples/airline.rsx"),
        Template::Standard => include_str!("../../../../examples/standard.rsx"),
        Template::Minimal => include_str!("../../../../examples/minimal.rsx"),
    }
}

/// Adds the line to a `.gitignore` unless it is there.
fn ignore(path: &Path) -> Result<(), Failure> {
    let mut text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed("read", path, &error)),
    };
    if text.lines().any(|line| line.trim() == IGNORED) {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(IGNORED);
    text.push('\n');
    replace(path, text.as_bytes())
}
