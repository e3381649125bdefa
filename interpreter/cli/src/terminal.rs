//! What stands at the other end of standard output and standard error: a terminal or not, how wide, colours or not.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdin, stdout};
use std::sync::OnceLock;

use crate::report::human::Look;
use crate::report::paper::Paper;
use crate::report::style::Paint;

/// The width of what is not a terminal.
const PLAIN_WIDTH: usize = 100;

/// Returns how diagnostics on standard error should look.
pub(crate) fn look() -> Look {
    let dumb = variable("TERM").is_some_and(|term| term == "dumb");
    let narrated = variable("NO_GRAPHICS").is_some_and(|v| v != "0");
    let width = width_on(stderr().is_terminal()).unwrap_or(PLAIN_WIDTH);
    Look { colour: is_coloured(stderr().is_terminal()) && !dumb, narrated, width }
}

/// Returns what results are written on.
pub(crate) fn paper() -> Paper {
    paper_on(stdout().is_terminal())
}

/// Returns what is written on beside the results.
pub(crate) fn paper_of_errors() -> Paper {
    paper_on(stderr().is_terminal())
}

/// Returns whether standard output is a terminal.
pub(crate) fn is_output() -> bool {
    stdout().is_terminal()
}

/// Returns whether somebody can be asked: standard input and standard error are a terminal.
pub(crate) fn is_asking() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Returns whether standard error is a terminal that can redraw lines.
pub(crate) fn is_live() -> bool {
    stderr().is_terminal() && variable("TERM").is_none_or(|term| term != "dumb") && variable("CI").is_none()
}

/// Returns the width that is wished for, else that of the terminal in columns, if there is one.
pub(crate) fn columns() -> Option<usize> {
    wished().or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
}

/// Returns the width that `COLUMNS` asks for, if it does.
fn wished() -> Option<usize> {
    variable("COLUMNS")?.parse().ok().filter(|columns| *columns > 0)
}

/// Why results were lost, if they were: a full disk, say.
static LOST: OnceLock<String> = OnceLock::new();

/// Writes results. A reader that has gone away is no error: a closed pipe is how `head` says that it has seen enough.
pub(crate) fn print(text: &str) {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            // The first reason is the reason; what is under way goes on to its end.
            let _ = LOST.set(error.to_string());
        }
        Ok(()) | Err(_) => {}
    }
}

/// Returns why results that were printed have not arrived.
pub(crate) fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Writes what is for people.
pub(crate) fn tell(text: &str) {
    let mut out = stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn paper_on(terminal: bool) -> Paper {
    let paint = if is_coloured(terminal) { Paint::Colours } else { Paint::Plain };
    Paper { paint, width: width_on(terminal) }
}

/// Returns where lines end, if anywhere: wider than this nobody reads, narrower nothing can be drawn.
fn width_on(terminal: bool) -> Option<usize> {
    if terminal { columns() } else { wished() }.map(|width| width.clamp(40, 120))
}

fn is_coloured(terminal: bool) -> bool {
    terminal && variable("NO_COLOR").is_none()
}

/// Returns a variable of the environment that is set and not empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
