//! `rsx doc`: what there is to write: the kinds, the fields of one, a field by its name, the words of the language.

mod field;
mod kind;

use rsx_lang::library::Library;
use rsx_lang::pages::words;
use rsx_lang::suggest::nearest;
use rsx_syntax::ast::DeclarationKind;
use smol_str::SmolStr;

use crate::args::Doc;
use crate::exit::{Ending, Failure, Outcome};
use crate::report::paper::Paper;
use crate::{pages, terminal};

/// Prints what a word is, or all kinds and words.
pub(crate) fn doc(options: &Doc) -> Outcome {
    let (library, paper) = (Library::standard(), terminal::paper());
    let text = match &options.word {
        None => list(library, paper),
        Some(name) => about(library, name, paper).ok_or_else(|| unknown(library, name))?,
    };
    terminal::print(&text);
    Ok(Ending::Done)
}

/// Says what a word is: a kind, a word of the language, a field; some are both of the last.
fn about(library: &Library, name: &str, paper: Paper) -> Option<String> {
    if let Some(kind) = kind::kind(library, name, paper) {
        return Some(kind);
    }
    let page = words().find(|(word, _)| *word == name).map(|(_, page)| paper.prose(page));
    let told: Vec<_> = page.into_iter().chain(field::field(library, name, paper)).collect();
    (!told.is_empty()).then(|| format!("{name}\n\n{}", told.join("\n")))
}

/// Lists the kinds, those that expand to others first, and the words, each with its first sentence.
fn list(library: &Library, paper: Paper) -> String {
    let (mut patterns, mut resources) = (Vec::new(), Vec::new());
    for name in library.kinds() {
        let Some(one) = kind::declaration(library, name) else { continue };
        let line = (name.as_str(), kind::docs(one.docs.as_ref()));
        if let DeclarationKind::Pattern(_) = &one.kind {
            patterns.push(line);
        } else {
            resources.push(line);
        }
    }
    let words: Vec<_> = words().map(|(word, page)| (word, pages::first_paragraph(page))).collect();
    let all = patterns.iter().chain(&resources).chain(&words);
    let width = all.map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let lines = |all: &[(&str, String)]| -> String {
        let line = |(name, docs): &(&str, String)| {
            let first = docs.split_inclusive(". ").next().unwrap_or_default().trim_end();
            paper.hung(&format!("  {name:width$}  "), first, &" ".repeat(width + 4))
        };
        all.iter().map(line).collect()
    };
    format!(
        "Patterns, which expand to others:\n{}\nResources, one object of AWS each:\n{}\nWords of the language:\n{}",
        lines(&patterns),
        lines(&resources),
        lines(&words)
    )
}

fn unknown(library: &Library, name: &str) -> Failure {
    let kinds = library.kinds().map(SmolStr::as_str);
    let all: Vec<_> = kinds.chain(words().map(|(word, _)| word)).chain(field::names(library)).collect();
    // `readers.endpoint`: of what a spec declares the kinds know only the parts.
    let part = name.rsplit_once('.').map(|(_, part)| part).filter(|part| all.contains(part));
    Failure::Wrong(match part.or_else(|| nearest(name, all)) {
        Some(near) => format!("nothing is called `{name}`; did you mean `{near}`?"),
        None => format!("nothing is called `{name}`; `rsx doc` lists what there is"),
    })
}
