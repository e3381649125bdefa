//! What a name in an expression means: what the checker has made of it, or what it would mean by itself.

use rsx_lang::term::TermKind;
use rsx_lang::types::Type;
use rsx_syntax::Span;
use smol_str::SmolStr;

use super::Symbol;
use crate::features::definition;
use crate::features::terms::Terms;
use crate::snapshot::Snapshot;

/// What the checker knows of the names in some pieces.
pub(super) struct Meaning<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) terms: &'s Terms<'s>,
}

impl Meaning<'_> {
    /// What a bare word means that is no variable of a loop, in the body of a kind or outside.
    pub(super) fn bare(&self, name: &SmolStr, span: Span, body: Option<&SmolStr>) -> Option<Symbol> {
        match self.terms.value(span).map(|term| &term.kind) {
            Some(TermKind::Me) => return Some(Symbol::Me),
            Some(TermKind::Stack) => return Some(Symbol::Stack),
            Some(TermKind::Member(_)) => {
                return body.map(|kind| Symbol::Member(kind.clone(), name.clone()));
            }
            Some(TermKind::Variant(..) | TermKind::Constant(_)) => return Some(self.word(name, span)),
            _ => {}
        }
        let program = &self.snapshot.analysis().program;
        let is_value = program.globals.contains_key(name) || program.declared.contains_key(name);
        match name.as_str() {
            "self" => Some(Symbol::Me),
            _ if is_value => Some(Symbol::Value(name.clone())),
            "stack" => Some(Symbol::Stack),
            _ => definition::value(self.snapshot, name).map(|_| Symbol::Value(name.clone())),
        }
    }

    /// A word of a closed set.
    pub(super) fn word(&self, word: &SmolStr, span: Span) -> Symbol {
        let set = self.terms.types(span).find_map(|ty| {
            if let Type::Variants(variants) = ty.bare() { variants.name.clone() } else { None }
        });
        Symbol::Word(set, word.clone())
    }

    /// What stands behind a dot.
    pub(super) fn behind_dot(&self, owner: Span, name: &SmolStr) -> Option<Symbol> {
        let ty = &self.terms.value(owner)?.ty;
        if let Type::Kind(kinds) = ty.bare() {
            let kinds = kinds.iter().filter_map(|id| self.snapshot.analysis().program.kind(*id));
            let kind = kinds.into_iter().find(|kind| kind.members.contains_key(name))?;
            return Some(Symbol::Member(kind.name.clone(), name.clone()));
        }
        if let Type::Variants(variants) = ty.bare() {
            let fields = variants.cases.iter().filter_map(|case| case.fields.as_ref());
            let found = fields.flat_map(|fields| &fields.fields).find(|field| field.name == *name)?;
            return Some(Symbol::Field(found.span));
        }
        declared_field(ty, None, name).map(Symbol::Field)
    }

    /// The field of the record at a place, or of the word of a closed set that stands before it.
    pub(super) fn record_field(&self, record: Span, word: Option<&SmolStr>, field: &str) -> Option<Symbol> {
        let mut types = self.terms.types(record);
        types.find_map(|ty| declared_field(ty, word, field)).map(Symbol::Field)
    }
}

/// Where the field of a record, or of a word of a closed set, is declared.
fn declared_field(ty: &Type, word: Option<&SmolStr>, field: &str) -> Option<Span> {
    ty.record(word)?.fields.iter().find(|other| other.name == field).map(|field| field.span)
}
