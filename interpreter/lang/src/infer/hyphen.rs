//! `base-name`: a difference, or a name as people write them elsewhere?

use rsx_syntax::Span;
use smol_str::SmolStr;

use super::{Scope, Subject};
use crate::bind::Binder;
use crate::problems::names::{Problem, Sought};
use crate::term::Term;
use crate::types::Type;

impl Binder<'_> {
    /// A difference that can be none: one word with hyphens of which nothing is known, or a name whose declaration can't be
    /// read. Of one that may be a difference, only a misspelt name is told.
    #[inline(never)]
    pub(super) fn hyphenated(&mut self, scope: &mut Scope, span: Span, hint: Option<&Type>) -> Option<Term> {
        let sources = self.sources;
        let written = sources.snippet(span);
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        let (first, rest) = written.split_once('-')?;
        if !written.chars().all(is_word) || !first.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        let wants = hint.map(Type::peel);
        let wants_text = matches!(wants, Some(Type::Text));
        if self.entry(scope.home, written).is_some() {
            return Some(Term::error(span));
        }
        let mended = written.replace('-', "_");
        let is_named = self.is_known(scope, &mended);
        let mut operands = rest.split('-');
        let begins_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
        let may_subtract = operands.all(|word| begins_number(word) || self.is_known(scope, word));
        if self.is_known(scope, first) {
            let ty = self.name(scope, &first.into(), head(span, first), None).ty;
            let is_number = ty.dimension().is_some() || matches!(ty.peel(), Type::Unknown | Type::Any);
            if may_subtract || is_number {
                return None;
            }
        } else if may_subtract && !is_named && !wants_text {
            let is_number = wants.is_some_and(|wants| wants.dimension().is_some());
            let seen = self.names_seen(scope);
            let mut meant = || self.suggestions.nearest(first, seen.iter().map(SmolStr::as_str));
            if is_number || meant().is_some() {
                return Some(self.unknown_value(scope, first, head(span, first), hint));
            }
        }
        let problem = match is_named.then_some(mended.as_str()) {
            None if wants_text => Problem::Unquoted { text: written, at: span },
            nearest => Problem::Unknown { name: written, sought: Sought::Value, nearest, at: span },
        };
        self.report(problem.diagnostic());
        Some(Term::error(span))
    }

    fn is_known(&mut self, scope: &Scope, name: &str) -> bool {
        scope.locals.iter().any(|local| local.name == name)
            || matches!(scope.subject, Subject::Body(kind) if self.member_index(kind, name).is_some())
            || self.entry(scope.home, name).is_some()
    }
}

/// Where the first word of what is written there stands.
fn head(span: Span, first: &str) -> Span {
    Span::new(span.piece, span.start as usize, span.start as usize + first.len())
}
