//! `of.name` and `of[index]`.

use rsx_syntax::Span;
use rsx_syntax::ast::{Expr, Name};
use smol_str::SmolStr;

use super::agree::join;
use super::{Home, Scope};
use crate::bind::Binder;
use crate::problems::secrets::Problem as SecretProblem;
use crate::problems::types::Problem;
use crate::program::KindId;
use crate::term::{Term, TermKind};
use crate::types::{RecordType, Type, VariantsType};

/// The name of the env, as if it were a field of the stack.
const ENV: &str = "env";

/// The ends of a range, as if they were its fields.
const START: &str = "start";
const END: &str = "end";

/// What a field comes to, or why there is none.
enum Found {
    Type(Type),
    /// Not there; these are, and this may be meant.
    Missing {
        there: Vec<SmolStr>,
        advice: Option<String>,
    },
    Secret,
}

impl Binder<'_> {
    pub(super) fn access(&mut self, scope: &mut Scope, of: &Expr, name: &Name, span: Span) -> Term {
        let owner = self.infer(scope, of, None);
        if owner.kind == TermKind::Stack && name.node == ENV {
            return Term { kind: TermKind::Env, span, ty: Type::Text };
        }
        match self.field_of(scope.home, &owner.ty, &name.node, of) {
            Found::Type(ty) => Term { kind: TermKind::Get(Box::new(owner), name.node.clone()), span, ty },
            Found::Secret => {
                self.report(SecretProblem::Leak { place: "looking into it", at: of.span }.diagnostic());
                Term::error(span)
            }
            Found::Missing { there, advice } => {
                let of = self.words(&owner.ty);
                self.unknown_field(&of, name, &there, advice.as_deref());
                Term::error(span)
            }
        }
    }

    /// Reports a field that isn't there.
    pub(crate) fn unknown_field(&mut self, of: &str, name: &Name, there: &[SmolStr], advice: Option<&str>) {
        let nearest = self.suggestions.nearest(&name.node, there.iter().map(SmolStr::as_str));
        self.report(
            Problem::UnknownField { of, field: &name.node, nearest, there, at: name.span, advice }
                .diagnostic(),
        );
    }

    fn field_of(&mut self, home: Home, owner: &Type, name: &str, written: &Expr) -> Found {
        match owner {
            Type::Unknown => Found::Type(Type::Unknown),
            Type::Refined(refined) => self.field_of(home, &refined.base, name, written),
            Type::Optional(inner) => match self.field_of(home, inner, name, written) {
                Found::Type(ty) => Found::Type(ty.or_none()),
                missing @ (Found::Missing { .. } | Found::Secret) => missing,
            },
            Type::Record(record) => record_field(record, name),
            Type::Map(inner) => Found::Type(inner.as_ref().clone().or_none()),
            Type::Variants(variants) => variants_field(variants, name),
            Type::Kind(kinds) => self.kinds_field(home, kinds, name, written),
            Type::Range(inner) => range_end(inner, name),
            Type::Secret(_) => Found::Secret,
            Type::List(inner) => {
                let advice = matches!(self.field_of(home, inner, name, written), Found::Type(_))
                    .then(|| format!("write `[for x in {}: x.{name}]`", words_of(written)));
                Found::Missing { there: Vec::new(), advice }
            }
            Type::Any
            | Type::None
            | Type::Bool
            | Type::Int
            | Type::Quantity(_)
            | Type::Text
            | Type::Char
            | Type::Cidr
            | Type::Ip
            | Type::AnyKind => Found::Missing { there: Vec::new(), advice: None },
        }
    }

    /// A member that every one of the kinds has.
    fn kinds_field(&mut self, home: Home, kinds: &[KindId], name: &str, written: &Expr) -> Found {
        let mut common: Option<Type> = None;
        for &kind in kinds {
            if self.is_broken(kind) {
                return Found::Type(Type::Unknown);
            }
            let Some(index) = self.member_index(kind, name).filter(|&index| self.is_seen(home, kind, index))
            else {
                return Found::Missing {
                    there: self.member_names(kind),
                    advice: self.pool_advice(kind, name, written),
                };
            };
            let ty = self.member_type(kind, index);
            common = match common {
                None => Some(ty),
                Some(before) => Some(join(&before, &ty).unwrap_or(Type::Unknown)),
            };
        }
        common.map_or(Found::Missing { there: Vec::new(), advice: None }, Found::Type)
    }

    /// An attribute of a member was asked of a pool.
    fn pool_advice(&mut self, kind: KindId, name: &str, written: &Expr) -> Option<String> {
        let member = self.pool_member(kind)?;
        self.member_index(member, name)?;
        let pool = words_of(written);
        Some(format!("write `{pool}[0].{name}` for one, `[for m in {pool}: m.{name}]` for all"))
    }

    pub(super) fn index(&mut self, scope: &mut Scope, of: &Expr, index: &Expr, span: Span) -> Term {
        let of = self.infer(scope, of, None);
        let index = self.demand(scope, index, &Type::Int);
        let ty = match self.members_type(&of.ty) {
            Some(Type::List(inner)) => inner.as_ref().clone(),
            Some(Type::Unknown) => Type::Unknown,
            _ => {
                self.mismatch_in_words(&of, "a list or a pool", None);
                return Term::error(span);
            }
        };
        Term { kind: TermKind::Index(Box::new(of), Box::new(index)), span, ty }
    }
}

/// `range.start`, `range.end`; the end is `none` where the range is open.
fn range_end(inner: &Type, name: &str) -> Found {
    match name {
        START => Found::Type(inner.clone()),
        END => Found::Type(inner.clone().or_none()),
        _ => {
            Found::Missing { there: vec![SmolStr::new_static(START), SmolStr::new_static(END)], advice: None }
        }
    }
}

fn record_field(record: &RecordType, name: &str) -> Found {
    match record.fields.iter().find(|field| field.name == name) {
        Some(field) => Found::Type(field.ty.clone()),
        None => Found::Missing {
            there: record.fields.iter().map(|field| field.name.clone()).collect(),
            advice: None,
        },
    }
}

/// A field of some words; `none` where the word is another.
fn variants_field(variants: &VariantsType, name: &str) -> Found {
    let mut common: Option<Type> = None;
    let mut in_all = true;
    for case in &variants.cases {
        let field =
            case.fields.as_ref().and_then(|fields| fields.fields.iter().find(|field| field.name == name));
        match (field, &common) {
            (None, _) => in_all = false,
            (Some(field), None) => common = Some(field.ty.clone()),
            (Some(field), Some(before)) => common = Some(join(before, &field.ty).unwrap_or(Type::Unknown)),
        }
    }
    match common {
        Some(ty) if in_all => Found::Type(ty),
        Some(ty) => Found::Type(ty.or_none()),
        None => {
            let all = variants.cases.iter().filter_map(|case| case.fields.as_ref());
            let there = all.flat_map(|fields| fields.fields.iter().map(|field| field.name.clone())).collect();
            Found::Missing { there, advice: None }
        }
    }
}

/// An expression in a help text, if it is short enough to be repeated.
fn words_of(expr: &Expr) -> SmolStr {
    super::narrow::path(expr).unwrap_or(SmolStr::new_static("xs"))
}
