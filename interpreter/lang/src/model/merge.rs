//! Diagnostics told once each, and in one order.

use rsx_syntax::{Code, Diagnostic, Sources, Span};

use super::check::position;
use crate::instance::InstanceId;
use crate::maps::{HashSet, IndexMap};
use crate::program::DeclaredId;
use crate::rules::add;

/// How many labels one diagnostic may gather.
const LABELS: usize = 8;

/// Brings problems into an order that does not depend on when they were found.
pub(super) fn in_order(mut problems: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    problems.sort_by_cached_key(|one| {
        let places: Vec<_> = one.labels.iter().map(|label| position(sources, label.span)).collect();
        (places, one.code.clone(), one.message.clone(), one.help.clone())
    });
    problems
}

/// Diagnostics, each once.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    by_place: IndexMap<(Code, Option<Span>, String), Diagnostic>,
}

impl Merged {
    /// Takes in diagnostics; two with one code, place and message are one with the labels of both.
    pub(crate) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        for diagnostic in diagnostics {
            let key = (diagnostic.code.clone(), diagnostic.primary(), diagnostic.message.clone());
            match self.by_place.get_mut(&key) {
                Some(known) => {
                    for label in diagnostic.labels {
                        if known.labels.len() < LABELS {
                            add(known, label.span, label.text);
                        }
                    }
                }
                None => {
                    self.by_place.insert(key, diagnostic);
                }
            }
        }
    }

    /// Takes in what rules say; what one says of several instances of a declaration at one place is told once.
    pub(super) fn about(
        &mut self,
        broken: Vec<(Option<InstanceId>, Diagnostic)>,
        root: impl Fn(InstanceId) -> Option<DeclaredId>,
    ) {
        let mut told: HashSet<(Code, Option<DeclaredId>, Option<Span>)> = HashSet::default();
        for (subject, diagnostic) in broken {
            let key = |subject| (diagnostic.code.clone(), root(subject), diagnostic.primary());
            if subject.is_none_or(|subject| told.insert(key(subject))) {
                self.extend([diagnostic]);
            }
        }
    }

    /// Returns them by file, place and code.
    pub(crate) fn sorted(self, sources: &Sources) -> Vec<Diagnostic> {
        let mut all: Vec<_> = self.by_place.into_values().collect();
        all.sort_by_cached_key(|d| (d.primary().map(|span| position(sources, span)), d.code.clone()));
        all
    }
}
