//! The command line of rsx: reads the outside, calls the floors below, shows what they say.

mod acting;
mod addresses;
mod args;
mod authority;
mod clock;
mod commands;
mod doors;
mod embedded;
mod exit;
mod files;
mod left_behind;
mod pages;
mod place;
mod planning;
mod progress;
mod report;
mod runtime;
mod signals;
mod stack;
mod store_file;
mod stream;
mod terminal;
mod world;

use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;

use clap::Parser;

use crate::args::local::Local;
use crate::args::{Cli, Command};
use crate::exit::{Ending, Failure, Outcome};

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
    match perform(&cli.command).and_then(arrived) {
        Ok(ending) => ending.into(),
        Err(failure) => {
            failure.tell();
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
        Command::Plan(options) => commands::plan::plan(options),
        Command::Run(options) => commands::run::run(options),
        Command::Destroy(options) => commands::destroy::destroy(options),
        Command::Status(options) => commands::status::status(options),
        Command::Output(options) => commands::output::output(options),
        Command::Sql(options) => commands::sql::sql(options),
        Command::Cost(options) => commands::cost::cost(options),
        Command::Local(Local::Serve(options)) => commands::local::serve(options),
        Command::Local(Local::Reset(options)) => commands::local::reset(options),
        Command::Lsp => commands::lsp::lsp(),
        Command::Completions(options) => commands::completions::completions(options),
    }
}

/// Refuses a good ending whose results nobody has received.
fn arrived(ending: Ending) -> Outcome {
    match terminal::lost() {
        None => Ok(ending),
        Some(why) => Err(Failure::Wrong(format!("the results can't be written to standard output: {why}"))),
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
