//! Lists, records, variants and comprehensions.

use std::sync::Arc;

use rsx_syntax::Span;
use rsx_syntax::ast::{Expr, Field, Name};
use smol_str::SmolStr;

use super::agree::join;
use super::{Scope, constant, element, list_of, narrow};
use crate::bind::Binder;
use crate::maps::HashMap;
use crate::problems::names::{Problem as NameProblem, Sought};
use crate::problems::types::Problem;
use crate::secret::Secret;
use crate::term::{Term, TermKind};
use crate::types::{RecordField, RecordType, Type};
use crate::value::Value;

/// The word that reads a secret from where it is kept.
const STORED: &str = "secret";
/// The field that says under which name.
const STORED_NAME: &str = "name";

/// Whose the fields are that are written.
#[derive(Clone, Copy)]
enum Whose<'w> {
    /// A record of this type.
    Type(&'w Type),
    /// A word with fields.
    Word(&'w str),
}

/// Fields with their values, in their order.
pub(crate) type Fields = Vec<(SmolStr, Term)>;

impl Binder<'_> {
    pub(super) fn list(
        &mut self,
        scope: &mut Scope,
        items: &[Expr],
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        let inner = match hint.map(Type::present) {
            Some(Type::List(inner)) => Some(inner.clone()),
            _ => None,
        };
        if let Some(inner) =
            inner.filter(|inner| !is_reference(inner) && !matches!(inner.as_ref(), Type::Unknown))
        {
            let items = items.iter().map(|item| self.demand(scope, item, &inner)).collect();
            return Term { kind: TermKind::List(items), span, ty: Type::List(inner) };
        }
        let items: Vec<_> = items.iter().map(|item| self.infer(scope, item, None)).collect();
        let mut common = Type::Unknown;
        for item in &items {
            match join(&common, &item.ty) {
                Some(ty) => common = ty,
                // Lists, pools and references of a kind flatten where a list of the kind is expected.
                None if super::fit::references(&item.ty) && super::fit::references(&common) => {
                    common = Type::AnyKind
                }
                None => {
                    self.mismatch(item, &common, items.first().map(|first| first.span));
                    return Term::error(span);
                }
            }
        }
        Term { kind: TermKind::List(items), span, ty: list_of(common) }
    }

    // What is called from the recursion through expressions stays out of its frames, of which many are open at a time.
    #[inline(never)]
    pub(super) fn record(
        &mut self,
        scope: &mut Scope,
        fields: &[Field],
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        match hint.map(Type::present) {
            Some(Type::Record(record)) => {
                let record = record.clone();
                let owner = Type::Record(record.clone());
                match self.fields_of(scope, Whose::Type(&owner), &record, fields, start_of(span)) {
                    Some(fields) => Term { kind: TermKind::Record(fields), span, ty: owner },
                    None => Term::error(span),
                }
            }
            Some(Type::List(inner)) if matches!(inner.present(), Type::Record(_)) => {
                // One that should be a list of one: it is read as its element, so that only this is told.
                let inner = inner.clone();
                self.record(scope, fields, span, Some(&inner))
            }
            Some(Type::Map(inner)) => {
                let inner = inner.clone();
                let fields = self.named(scope, fields, |_| inner.as_ref().clone());
                Term { kind: TermKind::Record(fields), span, ty: Type::Map(inner) }
            }
            _ => self.free_record(scope, fields, span),
        }
    }

    /// A record whose place does not say which.
    fn free_record(&mut self, scope: &mut Scope, fields: &[Field], span: Span) -> Term {
        let fields = self.named(scope, fields, |_| Type::Any);
        let types = fields.iter().map(|(name, term)| RecordField {
            name: name.clone(),
            ty: term.ty.clone(),
            default: None,
            bare: false,
            docs: None,
            span: term.span,
        });
        let record = RecordType { name: None, fields: types.collect() };
        Term { kind: TermKind::Record(fields), span, ty: Type::Record(Arc::new(record)) }
    }

    /// Fields whose names are all allowed, each once.
    fn named(&mut self, scope: &mut Scope, fields: &[Field], ty: impl Fn(&str) -> Type) -> Fields {
        let mut given: Fields = Vec::with_capacity(fields.len());
        let mut seen = HashMap::default();
        for field in fields {
            if self.is_repeated(&mut seen, field) {
                continue;
            }
            let term = self.demand(scope, &field.value, &ty(&field.name.node));
            given.push((field.name.node.clone(), term));
        }
        given
    }

    /// Reports a field that an earlier one already is.
    fn is_repeated<'f>(&mut self, seen: &mut HashMap<&'f str, Span>, field: &'f Field) -> bool {
        let (name, at) = (field.name.node.as_str(), field.name.span);
        let first = *seen.entry(name).or_insert(at);
        if first == at {
            return false;
        }
        self.report(NameProblem::Repeated { name, at, first }.diagnostic());
        true
    }

    /// Binds the fields of a record type as written and puts in what was left out.
    fn fields_of(
        &mut self,
        scope: &mut Scope,
        whose: Whose,
        record: &RecordType,
        fields: &[Field],
        at: Span,
    ) -> Option<Fields> {
        let mut given: Fields = Vec::with_capacity(fields.len());
        let mut unknown = false;
        let mut seen = HashMap::default();
        for field in fields {
            let Some(known) = record.fields.iter().find(|known| known.name == field.name.node) else {
                let there: Vec<_> = record.fields.iter().map(|field| field.name.clone()).collect();
                let of = match whose {
                    Whose::Type(ty) => self.words(ty),
                    Whose::Word(word) => format!("`{word}`"),
                };
                self.unknown_field(&of, &field.name, &there, None);
                unknown = true;
                continue;
            };
            if self.is_repeated(&mut seen, field) {
                continue;
            }
            let before = scope.by.replace(field.name.span);
            let term = self.demand(scope, &field.value, &known.ty);
            scope.by = before;
            given.push((known.name.clone(), term));
        }
        if unknown {
            // A misspelt field is not missing under its right name as well; what else is wrong is still told.
            return self.is_complete(record, &given).then(|| self.filled("", record, given, at)).flatten();
        }
        let words = match whose {
            Whose::Type(_) => "this record".to_owned(),
            Whose::Word(word) => format!("`{word}`"),
        };
        self.filled(&words, record, given, at)
    }

    /// Whether all fields of a record that must be given are.
    fn is_complete(&self, record: &RecordType, given: &Fields) -> bool {
        let is_there = |field: &&RecordField| given.iter().any(|(name, _)| *name == field.name);
        let mut bare = record.fields.iter().filter(|field| field.bare).peekable();
        (bare.peek().is_none() || bare.any(|field| is_there(&field)))
            && record.fields.iter().all(|field| {
                is_there(&field) || field.default.is_some() || matches!(field.ty, Type::Optional(_))
            })
    }

    /// Puts in the defaults of fields that were left out, in the order of the record's type; reports those that may not be.
    pub(super) fn filled(
        &mut self,
        words: &str,
        record: &RecordType,
        mut given: Fields,
        at: Span,
    ) -> Option<Fields> {
        let mut missing: Vec<&RecordField> = Vec::new();
        if let Some(bare) = record.fields.iter().find(|field| field.bare)
            && !record
                .fields
                .iter()
                .any(|field| field.bare && given.iter().any(|(name, _)| *name == field.name))
        {
            // What may be written bare is what the record is about.
            missing.push(bare);
        }
        let mut all = Vec::with_capacity(given.len());
        for field in &record.fields {
            let term = match given.iter().position(|(name, _)| *name == field.name) {
                Some(index) => given.swap_remove(index).1,
                None => match (&field.default, &field.ty) {
                    (Some(default), _) => default.clone(),
                    (None, Type::Optional(_)) => continue,
                    (None, _) => {
                        missing.push(field);
                        continue;
                    }
                },
            };
            all.push((field.name.clone(), term));
        }
        let Some(first) = missing.first() else { return Some(all) };
        let fields: Vec<_> = missing.iter().map(|field| field.name.as_str()).collect();
        let is_required = first.default.is_none() && !matches!(first.ty, Type::Optional(_));
        let declared = Some(first.span).filter(|declared| is_required && *declared != at);
        self.report(Problem::MissingFields { of: words, fields: &fields, at, declared }.diagnostic());
        None
    }

    #[inline(never)]
    pub(super) fn variant(
        &mut self,
        scope: &mut Scope,
        name: &Name,
        fields: &[Field],
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        let expected = hint.and_then(|hint| takes_word(hint, &name.node));
        if let Some(Type::Secret(inner)) = &expected {
            return self.stored(scope, fields, (name, span), inner);
        }
        let Some(Type::Variants(variants)) = &expected else { return self.unknown_word(name, &[], span) };
        let Some(case) = variants.cases.iter().find(|case| case.name == name.node) else {
            return self.unknown_word(name, &variants.words(), span);
        };
        let record = case.fields.clone().unwrap_or_default();
        let fields = self.fields_of(scope, Whose::Word(&name.node), &record, fields, name.span);
        match (fields, expected) {
            (Some(fields), Some(ty)) => Term { kind: TermKind::Variant(name.node.clone(), fields), span, ty },
            _ => Term::error(span),
        }
    }

    // Apart, so that what it needs does not widen the frames of those that call each other.
    #[inline(never)]
    fn unknown_word(&mut self, name: &Name, words: &[SmolStr], span: Span) -> Term {
        let nearest = self.suggestions.nearest(&name.node, words.iter().map(SmolStr::as_str));
        let (word, at) = (name.node.as_str(), name.span);
        self.report(match words {
            [] => NameProblem::Unknown { name: word, sought: Sought::Value, nearest, at }.diagnostic(),
            words => NameProblem::UnknownWord { word, words, nearest, at }.diagnostic(),
        });
        Term::error(span)
    }

    /// `secret { name = "…" }`
    fn stored(
        &mut self,
        scope: &mut Scope,
        fields: &[Field],
        (word, span): (&Name, Span),
        inner: &Type,
    ) -> Term {
        let field = RecordField {
            name: SmolStr::new_static(STORED_NAME),
            ty: Type::Text,
            default: None,
            bare: false,
            docs: None,
            span: word.span,
        };
        let record = RecordType { name: Some(SmolStr::new_static(STORED)), fields: vec![field] };
        let ty = Type::Secret(Arc::new(inner.clone()));
        match self.fields_of(scope, Whose::Word(STORED), &record, fields, word.span) {
            Some(fields) => match fields.as_slice() {
                [(_, Term { kind: TermKind::Constant(Value::Text(name)), .. })] => {
                    constant(Value::Secret(Secret::Stored(name.clone()).into()), ty, span)
                }
                _ => Term { kind: TermKind::Variant(word.node.clone(), fields), span, ty },
            },
            None => Term::error(span),
        }
    }

    #[inline(never)]
    pub(super) fn comprehension(
        &mut self,
        scope: &mut Scope,
        (variable, over, only_if, body): (&Name, &Expr, Option<&Expr>, &Expr),
        span: Span,
        hint: Option<&Type>,
    ) -> Term {
        let over = self.run_over(scope, over);
        let inner = match hint.map(Type::present) {
            Some(Type::List(inner)) if !is_reference(inner) => Some(inner.clone()),
            _ => None,
        };
        let (only_if, body) = self.with_local(scope, variable, element(&over), |binder, scope| {
            let taken = only_if.map(|condition| binder.demand(scope, condition, &Type::Bool));
            let proven = only_if.map(narrow::present_if).unwrap_or_default();
            let body = binder.assuming(scope, proven, |binder, scope| match &inner {
                Some(inner) => binder.demand(scope, body, inner),
                None => binder.infer(scope, body, None),
            });
            (taken, body)
        });
        let ty = inner.map_or_else(|| list_of(body.ty.clone()), Type::List);
        let kind = TermKind::Comprehension {
            over: Box::new(over),
            only_if: only_if.map(Box::new),
            body: Box::new(body),
        };
        Term { kind, span, ty }
    }
}

/// The closed set, or the secret, that a word with fields belongs to where `hint` is expected.
fn takes_word(hint: &Type, word: &str) -> Option<Type> {
    let hint = hint.present();
    if let Type::Record(record) = hint {
        return record.fields.iter().filter(|field| field.bare).find_map(|field| takes_word(&field.ty, word));
    }
    let takes = matches!(hint, Type::Variants(_)) || (matches!(hint, Type::Secret(_)) && word == STORED);
    takes.then(|| hint.clone())
}

/// Lists of these take references, pools and lists of them.
fn is_reference(ty: &Type) -> bool {
    matches!(ty.peel(), Type::Kind(_) | Type::AnyKind)
}

/// The first character of a place: the brace that opens a record.
fn start_of(span: Span) -> Span {
    Span { end: (span.start + 1).min(span.end), ..span }
}
