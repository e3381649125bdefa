//! `rsx explain`: the page of a code.

use rsx_lang::pages;
use rsx_lang::suggest::nearest;

use crate::args::Explain;
use crate::exit::{Ending, Failure, Outcome};
use crate::terminal;

/// Prints the page of a code.
pub(crate) fn explain(options: &Explain) -> Outcome {
    let code = options.code.as_str();
    match pages::page(code) {
        Some(page) => {
            terminal::print(&format!("{code}\n\n{}", terminal::paper().prose(page)));
            Ok(Ending::Done)
        }
        None => Err(Failure::Wrong(unknown(code))),
    }
}

fn unknown(code: &str) -> String {
    let mut codes: Vec<_> = pages::all().map(|(code, _)| code).collect();
    codes.sort_unstable();
    codes.dedup();
    match nearest(code, codes.iter().copied()) {
        Some(near) => format!("there is no code `{code}`; did you mean `{near}`?"),
        None => format!("there is no code `{code}`; the codes are:\n  {}", codes.join("\n  ")),
    }
}
