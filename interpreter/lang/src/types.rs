//! The types of rsx, as the checker sees them.

use std::sync::Arc;

use rsx_syntax::Span;
use smol_str::SmolStr;

use crate::dimension::Dimension;
use crate::program::KindId;
use crate::term::Term;

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Not known because of an error that has been told; agrees with everything.
    Unknown,
    /// Whatever its place demands: what a query answers.
    Any,
    /// The type of `none` alone.
    None,
    /// `true`, `false`
    Bool,
    /// A whole plain number; it is a [`Type::Quantity`] of no dimension too.
    Int,
    /// A number of a dimension; of none, `Number`.
    Quantity(Dimension),
    /// Text.
    Text,
    /// One Unicode scalar value.
    Char,
    /// An IPv4 network.
    Cidr,
    /// An IPv4 address.
    Ip,
    /// Both ends of an ordered type, the upper possibly open.
    Range(Arc<Type>),
    /// Any number of one type.
    List(Arc<Type>),
    /// Named fields.
    Record(Arc<RecordType>),
    /// Fields of any name and one type: `Map<Text>`; its values are records.
    Map(Arc<Type>),
    /// One of a closed set.
    Variants(Arc<VariantsType>),
    /// The type or `none`.
    Optional(Arc<Type>),
    /// A value that is shown to nobody.
    Secret(Arc<Type>),
    /// A reference to an instance of one of these kinds.
    Kind(Arc<[KindId]>),
    /// A reference to an instance of any kind.
    AnyKind,
    /// A type narrowed by rules.
    Refined(Arc<Refined>),
}

impl Type {
    /// Returns the fields of a record, or of a word of a closed set.
    pub fn record(&self, word: Option<&SmolStr>) -> Option<&RecordType> {
        match (self.present(), word) {
            (Self::Record(record), None) => Some(record),
            (Self::Variants(variants), Some(word)) => {
                variants.cases.iter().find(|case| case.name == *word)?.fields.as_deref()
            }
            _ => None,
        }
    }
}

/// Named fields in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordType {
    /// The name under which it was declared, if any.
    pub name: Option<SmolStr>,
    /// The fields.
    pub fields: Vec<RecordField>,
}

/// A field of a record type.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordField {
    /// Its name.
    pub name: SmolStr,
    /// Its type.
    pub ty: Type,
    /// Its value when left out; an optional field without one is `none`.
    pub default: Option<Term>,
    /// Whether a value of its type stands, written bare, for the record.
    pub bare: bool,
    /// What its `///` lines say.
    pub docs: Option<Arc<str>>,
    /// Where it was declared.
    pub span: Span,
}

impl RecordField {
    /// Says whether it must be written.
    pub fn is_required(&self) -> bool {
        self.default.is_none() && !matches!(self.ty, Type::Optional(_))
    }
}

/// A closed set of words, each possibly with fields.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantsType {
    /// The name under which it was declared, if any.
    pub name: Option<SmolStr>,
    /// The words in their order.
    pub cases: Vec<Case>,
}

impl VariantsType {
    /// Returns the words.
    pub(crate) fn words(&self) -> Vec<SmolStr> {
        self.cases.iter().map(|case| case.name.clone()).collect()
    }
}

/// One word of a closed set.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The word.
    pub name: SmolStr,
    /// Its fields, if it may have any.
    pub fields: Option<Arc<RecordType>>,
}

/// A type narrowed by a range or by rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Refined {
    /// The name under which it was declared; a range in place has none.
    pub name: Option<SmolStr>,
    /// What is narrowed.
    pub base: Type,
    /// `Int(1..24)`: the bounds, both included; a constant range.
    pub range: Option<Term>,
    /// The rules, each with the words that say what is needed.
    pub rules: Vec<RefinementRule>,
    /// The code that a broken rule reports; `rsx::type::refinement` if none.
    pub code: Option<SmolStr>,
    /// Where it was declared.
    pub span: Span,
}

/// One line of a `where` block.
#[derive(Clone, Debug, PartialEq)]
pub struct RefinementRule {
    /// What is needed, in words.
    pub label: SmolStr,
    /// What must hold of `self`, which is local 0.
    pub predicate: Term,
    /// Where it was declared.
    pub span: Span,
}
