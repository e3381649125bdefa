//! `rsx explain`: the page of a code.

use rsx_lang::pages;
use rsx_lang::suggest::nearest;

use crate::args::Explain;
use crate::exit::{Ending, Failure, Outcome};
use crate::terminal;

/// Prints the page of a code; its end is enough where no other ends so.
pub(crate) fn explain(options: &Explain) -> Outcome {
    let word = options.code.as_str();
    let ending = ending_in(word);
    let code = if let [only] = ending.as_slice() { only } else { word };
    match pages::page(code) {
        Some(page) => {
            terminal::print(&format!("{code}\n\n{}", terminal::paper().prose(page)));
            Ok(Ending::Done)
        }
        None => Err(Failure::Wrong(unknown(word, &ending))),
    }
}

/// Returns all codes, sorted.
fn codes() -> Vec<&'static str> {
    let mut codes: Vec<_> = pages::all().map(|(code, _)| code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Returns the codes that end in a word.
fn ending_in(word: &str) -> Vec<&'static str> {
    codes().into_iter().filter(|code| is_end(word, code)).collect()
}

/// Says whether a word is all that stands behind some `::` of a code.
fn is_end(word: &str, code: &str) -> bool {
    code.strip_suffix(word).is_some_and(|start| start.ends_with("::"))
}

fn unknown(word: &str, ending: &[&str]) -> String {
    if !ending.is_empty() {
        return format!("`{word}` is the end of several codes:\n  {}", ending.join("\n  "));
    }
    let codes = codes();
    let ends = codes.iter().filter_map(|code| code.rsplit("::").next());
    let near = nearest(word, codes.iter().copied()).or_else(|| nearest(word, ends));
    match near {
        Some(near) => format!("there is no code `{word}`; did you mean `{near}`?"),
        None => format!("there is no code `{word}`; the codes are:\n  {}", codes.join("\n  ")),
    }
}
