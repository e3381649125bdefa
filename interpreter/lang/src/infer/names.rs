//! What a word in a value's place means: a local, a word of a closed set, a member, a declaration.

use rsx_syntax::{Span, is_name, no_name};
use smol_str::SmolStr;

use super::{Home, Scope, Subject};
use crate::bind::{Binder, Entry};
use crate::problems::names::{Problem, Sought};
use crate::program::KindId;
use crate::secret::Secret;
use crate::term::{Term, TermKind};
use crate::types::Type;
use crate::value::Value;

/// The word that means the instance itself.
const SELF: &str = "self";
/// The word that means the stack, whatever it is called.
pub(crate) const STACK: &str = "stack";
/// The word that lets a secret be made.
pub(super) const GENERATED: &str = "generated";

impl Binder<'_> {
    pub(super) fn name(
        &mut self,
        scope: &mut Scope,
        name: &SmolStr,
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        if let Some(index) = scope.locals.iter().rposition(|local| local.name == *name) {
            let ty = scope.locals.get(index).map_or(Type::Unknown, |local| local.ty.clone());
            return known(TermKind::Local(index), ty, span);
        }
        if let Some(term) = hint.and_then(|hint| self.word(name, span, hint)) {
            return term;
        }
        if let Some(term) = self.of_subject(scope, name, span) {
            return term;
        }
        if name == STACK {
            let ty = self.stack_type();
            return known(TermKind::Stack, ty, span);
        }
        match self.entry(scope.home, name) {
            Some(Entry::Global(id)) => {
                let ty = self.global_type(id);
                known(TermKind::Global(id), ty, span)
            }
            Some(Entry::Declared(id, kind)) => known(TermKind::Declared(id), self.reference_to(kind), span),
            Some(Entry::Broken) => Term::error(span),
            None => self.unknown_value(scope, name, span, hint),
        }
    }

    /// A member of the instance, or the instance itself.
    fn of_subject(&mut self, scope: &Scope, name: &str, span: Span) -> Option<Term> {
        let (Subject::Body(kind) | Subject::Rule(kind)) = scope.subject else { return None };
        if name == SELF {
            return Some(known(TermKind::Me, self.reference_to(kind), span));
        }
        let Subject::Body(kind) = scope.subject else { return None };
        let index = self.member_index(kind, name)?;
        let ty = self.member_type(kind, index);
        Some(known(TermKind::Member(index), ty, span))
    }

    /// A word that means something because of what its place expects.
    fn word(&mut self, name: &SmolStr, span: Span, hint: &Type) -> Option<Term> {
        let hint = hint.present();
        if let Type::Record(record) = hint {
            let mut bare = record.fields.iter().filter(|field| field.bare);
            return bare.find_map(|field| self.word(name, span, &field.ty));
        }
        if matches!(hint, Type::Secret(_)) && name == GENERATED {
            let value = Value::Secret(Secret::Generated.into());
            return Some(super::constant(value, hint.clone(), span));
        }
        let Type::Variants(variants) = hint else { return None };
        let case = variants.cases.iter().find(|case| case.name == *name)?;
        let filled = match &case.fields {
            Some(fields) => self.filled(&format!("`{name}`"), fields, Vec::new(), span),
            None => Some(Vec::new()),
        };
        Some(match filled {
            Some(fields) => known(TermKind::Variant(name.clone(), fields), hint.clone(), span),
            None => Term::error(span),
        })
    }

    // Apart, so that what it needs does not widen the frames of those that call each other.
    #[inline(never)]
    pub(super) fn unknown_value(
        &mut self,
        scope: &Scope,
        name: &str,
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        if self.kind_named(scope.home, name).is_some() {
            self.report(Problem::KindAsValue { name, at: span }.diagnostic());
            return Term::error(span);
        }
        let wants_text = hint.is_some_and(|hint| matches!(hint.peel(), Type::Text));
        if !wants_text && !is_name(name) {
            self.report(no_name(name, span));
            return Term::error(span);
        }
        let words = hint.map(words_for).unwrap_or_default();
        let mut candidates = words.clone();
        candidates.extend(self.names_seen(scope));
        let nearest = self.suggestions.nearest(name, candidates.iter().map(SmolStr::as_str));
        let of_subject = if nearest.is_none() { self.through_self(scope, name) } else { None };
        let nearest = nearest.or(of_subject.as_deref());
        let is_unquoted = wants_text && !nearest.is_some_and(|nearest| self.is_text(scope, nearest));
        self.report(match words.as_slice() {
            [] if is_unquoted => Problem::Unquoted { text: name, at: span }.diagnostic(),
            [] => Problem::Unknown { name, sought: Sought::Value, nearest, at: span }.diagnostic(),
            words => Problem::UnknownWord { word: name, words, nearest, at: span }.diagnostic(),
        });
        Term::error(span)
    }

    /// The names that can be meant where no type says more; none once nothing is looked for among them.
    pub(super) fn names_seen(&mut self, scope: &Scope) -> Vec<SmolStr> {
        if self.suggestions.are_spent() {
            return Vec::new();
        }
        let mut names: Vec<_> = scope.locals.iter().map(|local| local.name.clone()).collect();
        match scope.subject {
            Subject::Nothing => {}
            Subject::Rule(_) => names.push(SmolStr::new_static(SELF)),
            Subject::Body(kind) => {
                names.push(SmolStr::new_static(SELF));
                names.extend(self.member_names(kind));
            }
        }
        names.extend(self.value_names(scope.home));
        names
    }

    /// What a rule's subject has under a name or nearly: a rule sees it through `self` alone.
    fn through_self(&mut self, scope: &Scope, name: &str) -> Option<String> {
        let Subject::Rule(kind) = scope.subject else { return None };
        let members = self.member_names(kind);
        let meant = match members.iter().find(|member| *member == name) {
            Some(member) => member,
            None => self.suggestions.nearest(name, members.iter().map(SmolStr::as_str))?,
        };
        Some(format!("{SELF}.{meant}"))
    }

    /// Whether a name stands for a text.
    fn is_text(&mut self, scope: &Scope, name: &str) -> bool {
        if let Some(local) = scope.locals.iter().find(|local| local.name == name) {
            return matches!(local.ty.peel(), Type::Text);
        }
        match self.entry(scope.home, name) {
            Some(Entry::Global(id)) => matches!(self.global_type(id).peel(), Type::Text),
            Some(Entry::Declared(..)) => false,
            Some(Entry::Broken) => true,
            // A member of the instance.
            None => true,
        }
    }

    /// Returns the place of what a new variable of this name would hide, if there is anything.
    pub(super) fn hidden_by(&mut self, scope: &Scope, name: &str) -> Option<Option<Span>> {
        if name == SELF || name == STACK {
            return Some(None);
        }
        if let Some(local) = scope.locals.iter().find(|local| local.name == name) {
            return Some(Some(local.span));
        }
        if let Subject::Body(kind) = scope.subject
            && let Some(index) = self.member_index(kind, name)
        {
            return Some(self.member_span(kind, index));
        }
        match scope.home {
            Home::User => self.user_name(name).map(Some),
            Home::Library => self.entry(Home::Library, name).is_some().then_some(None),
        }
    }

    /// The type of a reference to an instance of a kind.
    pub(crate) fn reference_to(&mut self, kind: KindId) -> Type {
        if self.is_broken(kind) { Type::Unknown } else { Type::Kind([kind].into()) }
    }
}

/// The words that mean something where a type is expected.
fn words_for(hint: &Type) -> Vec<SmolStr> {
    match hint.present() {
        Type::Variants(variants) => variants.words(),
        Type::Secret(_) => vec![SmolStr::new_static(GENERATED)],
        Type::Bool => vec![SmolStr::new_static("true"), SmolStr::new_static("false")],
        Type::Unknown
        | Type::Any
        | Type::None
        | Type::Int
        | Type::Quantity(_)
        | Type::Text
        | Type::Char
        | Type::Cidr
        | Type::Ip
        | Type::Range(_)
        | Type::List(_)
        | Type::Record(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Kind(_)
        | Type::AnyKind
        | Type::Refined(_) => Vec::new(),
    }
}

fn known(kind: TermKind, ty: Type, span: Span) -> Term {
    Term { kind, span, ty }
}
