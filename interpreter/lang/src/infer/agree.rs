//! Which types agree: where one serves as another without any change of the value, and what two have in common.

use std::sync::Arc;

use crate::dimension::Dimension;
use crate::program::KindId;
use crate::types::{RecordType, Refined, Type, VariantsType};

impl Type {
    /// Returns the type without its refinements.
    pub fn peel(&self) -> &Self {
        if let Self::Refined(refined) = self { refined.base.peel() } else { self }
    }

    /// Returns the type without its refinements and without `none`.
    pub fn present(&self) -> &Self {
        let peeled = self.peel();
        if let Self::Optional(inner) = peeled { inner.present() } else { peeled }
    }

    /// Returns the type without its refinements, without `none`, and as if it were no secret.
    pub fn bare(&self) -> &Self {
        let present = self.present();
        if let Self::Secret(inner) = present { inner.bare() } else { present }
    }

    /// Returns the type or `none`, once.
    pub(crate) fn or_none(self) -> Self {
        let has_none = matches!(self, Self::Optional(_) | Self::None | Self::Unknown);
        if has_none { self } else { Self::Optional(Arc::new(self)) }
    }

    /// Returns what a number of the type measures; none if it is no number's.
    pub(crate) fn dimension(&self) -> Option<Dimension> {
        let peeled = self.peel();
        if let Self::Quantity(dimension) = peeled {
            return Some(*dimension);
        }
        matches!(peeled, Self::Int).then_some(Dimension::NONE)
    }

    /// Returns whether showing such a value would show a secret.
    pub(crate) fn holds_secret(&self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::Refined(refined) => refined.base.holds_secret(),
            Self::Optional(inner) | Self::List(inner) | Self::Map(inner) | Self::Range(inner) => {
                inner.holds_secret()
            }
            Self::Record(record) => record_holds_secret(record),
            Self::Variants(variants) => variants
                .cases
                .iter()
                .any(|case| case.fields.as_ref().is_some_and(|fields| record_holds_secret(fields))),
            Self::Unknown
            | Self::Any
            | Self::None
            | Self::Bool
            | Self::Int
            | Self::Quantity(_)
            | Self::Text
            | Self::Char
            | Self::Cidr
            | Self::Ip
            | Self::Kind(_)
            | Self::AnyKind => false,
        }
    }

    /// Returns whether values of the type hold values of other types.
    pub(crate) fn is_made_of_others(&self) -> bool {
        matches!(
            self,
            Self::Range(_)
                | Self::List(_)
                | Self::Record(_)
                | Self::Map(_)
                | Self::Variants(_)
                | Self::Optional(_)
                | Self::Secret(_)
        )
    }

    /// Returns whether values of the type stand in an order.
    pub(crate) fn is_ordered(&self) -> bool {
        matches!(
            self.peel(),
            Self::Int | Self::Quantity(_) | Self::Char | Self::Ip | Self::Unknown | Self::Any
        )
    }
}

fn record_holds_secret(record: &RecordType) -> bool {
    record.fields.iter().any(|field| field.ty.holds_secret())
}

/// Returns whether a value of type `found` is one of type `needed` as it stands.
pub(crate) fn serves(found: &Type, needed: &Type) -> bool {
    match (found, needed) {
        (Type::Unknown, _) | (_, Type::Unknown | Type::Any) => true,
        (Type::Refined(a), Type::Refined(b)) => same_refinement(a, b) || serves(&a.base, needed),
        (Type::Refined(a), _) => serves(&a.base, needed),
        (Type::None, Type::Optional(_)) => true,
        (Type::Optional(a), Type::Optional(b)) => serves(a, b),
        (_, Type::Optional(inner)) => serves(found, inner),
        (Type::Int, Type::Quantity(dimension)) => dimension.is_none(),
        (Type::Kind(_), Type::AnyKind) => true,
        (Type::Kind(a), Type::Kind(b)) => a.iter().all(|kind| b.contains(kind)),
        (Type::Range(a), Type::Range(b))
        | (Type::List(a), Type::List(b))
        | (Type::Map(a), Type::Map(b))
        | (Type::Secret(a), Type::Secret(b)) => serves(a, b),
        (Type::Record(a), Type::Record(b)) => Arc::ptr_eq(a, b) || record_serves(a, b),
        (Type::Record(a), Type::Map(b)) => a.fields.iter().all(|field| serves(&field.ty, b)),
        (Type::Variants(a), Type::Variants(b)) => Arc::ptr_eq(a, b) || variants_serve(a, b),
        (a, b) => a == b,
    }
}

fn record_serves(a: &RecordType, b: &RecordType) -> bool {
    a.fields.len() == b.fields.len()
        && b.fields.iter().all(|needed| {
            a.fields.iter().any(|found| found.name == needed.name && serves(&found.ty, &needed.ty))
        })
}

fn variants_serve(a: &VariantsType, b: &VariantsType) -> bool {
    a.cases.iter().all(|case| {
        b.cases.iter().any(|other| {
            case.name == other.name
                && match (&case.fields, &other.fields) {
                    (None, None) => true,
                    (Some(a), Some(b)) => record_serves(a, b),
                    (Some(_), None) | (None, Some(_)) => false,
                }
        })
    })
}

fn same_refinement(a: &Arc<Refined>, b: &Arc<Refined>) -> bool {
    Arc::ptr_eq(a, b) || (a.span == b.span && a.name == b.name)
}

/// Returns the type of a value that is of one or the other, if they have one in common.
pub(crate) fn join(a: &Type, b: &Type) -> Option<Type> {
    if serves(a, b) {
        return Some(if matches!(b, Type::Unknown) { a.clone() } else { b.clone() });
    }
    if serves(b, a) {
        return Some(a.clone());
    }
    match (a, b) {
        (Type::None, other) | (other, Type::None) => Some(other.clone().or_none()),
        (Type::Optional(inner), other) | (other, Type::Optional(inner)) => {
            let other = if let Type::Optional(inner) = other { inner } else { other };
            join(inner, other).map(Type::or_none)
        }
        (Type::Refined(refined), other) | (other, Type::Refined(refined)) => {
            join(&refined.base, other.peel())
        }
        (Type::Kind(a), Type::Kind(b)) => Some(Type::Kind(union(a, b))),
        (Type::List(a), Type::List(b)) => join(a, b).map(|inner| Type::List(Arc::new(inner))),
        (Type::Range(a), Type::Range(b)) => join(a, b).map(|inner| Type::Range(Arc::new(inner))),
        (Type::Map(a), Type::Map(b)) => join(a, b).map(|inner| Type::Map(Arc::new(inner))),
        (Type::Secret(a), Type::Secret(b)) => join(a, b).map(|inner| Type::Secret(Arc::new(inner))),
        (Type::Record(a), Type::Record(b)) => join_records(a, b).map(|record| Type::Record(Arc::new(record))),
        _ => None,
    }
}

fn union(a: &[KindId], b: &[KindId]) -> Arc<[KindId]> {
    let mut kinds = a.to_vec();
    kinds.extend(b.iter().filter(|kind| !a.contains(kind)));
    kinds.into()
}

fn join_records(a: &RecordType, b: &RecordType) -> Option<RecordType> {
    if a.fields.len() != b.fields.len() {
        return None;
    }
    let fields = a.fields.iter().map(|field| {
        let other = b.fields.iter().find(|other| other.name == field.name)?;
        let mut joined = field.clone();
        joined.ty = join(&field.ty, &other.ty)?;
        Some(joined)
    });
    Some(RecordType { name: None, fields: fields.collect::<Option<_>>()? })
}
