//! The command line of rsx: reads the outside, calls the floors below, shows what they say.

pub mod args;
mod commands;
mod exit;
mod files;
mod pages;
mod report;
mod terminal;
mod world;

use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::exit::Outcome;

/// Does what the command line of this process says, and returns its exit code.
pub fn main() -> ExitCode {
    panic::set_hook(Box::new(confess));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => {
            // A closed pipe is how `head` says that it has seen enough.
            let _ = answer.print();
            return ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2));
        }
    };
    match perform(&cli.command) {
        Ok(ending) => ending.into(),
        Err(failure) => {
            terminal::tell(&format!("rsx: {}\n", failure.paragraph()));
            failure.code()
        }
    }
}

fn perform(command: &Command) -> Outcome {
    match command {
        Command::Init(options) => commands::init::init(options),
        Command::Check(options) => commands::check::check(options),
        Command::Fmt(options) => commands::fmt::fmt(options),
        Command::Explain(options) => commands::explain::explain(options),
        Command::Doc(options) => commands::doc::doc(options),
        Command::Completions(options) => commands::completions::completions(options),
    }
}

/// Says in one line that rsx itself is wrong, and ends: what was done so far is in the journal.
#[expect(clippy::exit, reason = "after a bug nothing that goes on can be trusted")]
fn confess(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    let words = panic.payload_as_str().unwrap_or("no words");
    terminal::tell(&format!(
        "rsx: this is a bug in rsx {}{place}: {words}; please report it with the command and the spec\n",
        env!("CARGO_PKG_VERSION")
    ));
    std::process::exit(1)
}
