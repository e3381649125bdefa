//! `rsx completions`: what a shell needs to complete rsx's commands.

use clap::CommandFactory;

use crate::args::{Cli, Completions};
use crate::exit::{Ending, Outcome};
use crate::terminal;

/// Writes the script of a shell onto standard output.
pub(crate) fn completions(options: &Completions) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "rsx", &mut script);
    terminal::print(&String::from_utf8_lossy(&script));
    Ok(Ending::Done)
}
