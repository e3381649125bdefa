//! What is offered where something is wanted.

mod declarations;
mod fields;
mod values;

use super::completion::{Item, Sort};
use super::wanted::Wanted;
use crate::snapshot::Snapshot;

pub(crate) use declarations::files;

/// Returns what can be written where something is wanted.
pub(crate) fn offers(snapshot: &Snapshot, wanted: &Wanted) -> Vec<Item> {
    match wanted {
        Wanted::Declaration => declarations::all(snapshot),
        Wanted::KindField { kind, given } => fields::of_kind(snapshot, kind, given),
        Wanted::Clause(words) => {
            let all = keywords(&CLAUSES).chain([declarations::allowance(snapshot)]);
            all.filter(|item| words.contains(&item.label.as_str())).collect()
        }
        Wanted::RecordField { ty, word, given } => fields::of_record(snapshot, ty, word.as_ref(), given),
        Wanted::Param { given } => fields::params(snapshot, given),
        Wanted::Member { of } => fields::behind_dot(snapshot, of),
        Wanted::Value { expected, locals } => values::values(snapshot, expected, locals),
        Wanted::Type => declarations::types(snapshot),
        Wanted::Code => declarations::codes(snapshot),
    }
}

/// Clauses of bodies, besides what silences a code.
const CLAUSES: [(&str, &str); 3] = [
    ("require", "require ${1:true}"),
    ("let", "let ${1:name} = ${2:1}"),
    ("make", "make ${1:kind} ${2:name} {\n  $0\n}"),
];

fn keywords(all: &'static [(&str, &str)]) -> impl Iterator<Item = Item> {
    all.iter().map(|(word, snippet)| item(word, Sort::Keyword, "", (*snippet).to_owned(), 5))
}

fn item(label: &str, sort: Sort, detail: &str, snippet: String, rank: u8) -> Item {
    Item { label: label.to_owned(), sort, detail: detail.to_owned(), docs: None, snippet, rank }
}

/// Text as a snippet has it that means nothing but itself.
fn plain(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
