//! What stands at the other end of standard output and standard error: a terminal or not, how wide, colours or not.

use std::io::{IsTerminal, Write, stderr, stdout};

use crate::report::human::Look;

/// The width of what is not a terminal.
const PLAIN_WIDTH: usize = 100;

/// Returns how diagnostics on standard error should look.
pub(crate) fn look() -> Look {
    let dumb = variable("TERM").is_some_and(|term| term == "dumb");
    let narrated = variable("NO_GRAPHICS").is_some_and(|v| v != "0");
    let width = if stderr().is_terminal() { columns().unwrap_or(PLAIN_WIDTH) } else { PLAIN_WIDTH };
    Look { colour: is_coloured(stderr().is_terminal()) && !dumb, narrated, width: width.clamp(40, 120) }
}

/// Returns the width of the terminal in columns, if there is one.
pub(crate) fn columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Writes results. A reader that has gone away (a closed pipe) is no error.
pub(crate) fn print(text: &str) {
    let mut out = stdout().lock();
    // A closed pipe is how `head` says that it has seen enough.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes what is for people.
pub(crate) fn tell(text: &str) {
    let mut out = stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn is_coloured(terminal: bool) -> bool {
    terminal && variable("NO_COLOR").is_none()
}

/// Returns a variable of the environment that is set and not empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
