//! What expressions come to: values, and holes where a value is known only later.

use std::net::Ipv4Addr;
use std::sync::Arc;

use ipnet::Ipv4Net;
use rsx_syntax::Span;
use rsx_syntax::ast::Fraction;
use smol_str::SmolStr;

use crate::dimension::Dimension;
use crate::instance::InstanceId;
use crate::maps::IndexMap;
use crate::secret::Secret;

/// Named values in their order.
pub type Record = IndexMap<SmolStr, Value>;

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// Not known because of an error that has been told.
    Unknown,
    /// Not known yet.
    Pending(Arc<Pending>),
    /// `none`
    None,
    /// `true`, `false`
    Bool(bool),
    /// A number and what it measures, in the base's first unit.
    Number(Fraction, Dimension),
    /// One Unicode scalar value.
    Char(char),
    /// Text.
    Text(SmolStr),
    /// An IPv4 network.
    Cidr(Ipv4Net),
    /// An IPv4 address.
    Ip(Ipv4Addr),
    /// Both ends, the upper possibly open.
    Range(Arc<(Value, Option<Value>)>),
    /// Values of one type.
    List(Arc<[Value]>),
    /// Named values.
    Record(Arc<Record>),
    /// A word of a closed set and its fields.
    Variant(SmolStr, Arc<Record>),
    /// An instance.
    Instance(InstanceId),
    /// A value that is shown to nobody.
    Secret(Arc<Secret>),
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match self {
            Self::Unknown => matches!(other, Self::Unknown),
            Self::None => matches!(other, Self::None),
            Self::Pending(one) => matches!(other, Self::Pending(two) if same(one, two)),
            Self::Bool(one) => matches!(other, Self::Bool(two) if one == two),
            // Fractions are kept in lowest terms; their own comparison divides.
            Self::Number(one, of) => matches!(other, Self::Number(two, what)
                if one.numer() == two.numer() && one.denom() == two.denom() && of == what),
            Self::Char(one) => matches!(other, Self::Char(two) if one == two),
            Self::Text(one) => matches!(other, Self::Text(two) if one == two),
            Self::Cidr(one) => matches!(other, Self::Cidr(two) if one == two),
            Self::Ip(one) => matches!(other, Self::Ip(two) if one == two),
            Self::Range(one) => matches!(other, Self::Range(two) if same(one, two)),
            Self::List(one) => matches!(other, Self::List(two) if same(one, two)),
            Self::Record(one) => matches!(other, Self::Record(two) if same(one, two)),
            Self::Variant(word, one) => {
                matches!(other, Self::Variant(another, two) if word == another && same(one, two))
            }
            Self::Instance(one) => matches!(other, Self::Instance(two) if one == two),
            Self::Secret(one) => matches!(other, Self::Secret(two) if same(one, two)),
        }
    }
}

/// Compares what is shared, which is often the very same.
fn same<T: PartialEq + ?Sized>(one: &Arc<T>, two: &Arc<T>) -> bool {
    Arc::ptr_eq(one, two) || one == two
}

/// When a value can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// The file alone decides.
    Now,
    /// A look at the outside decides, or an input that was not given.
    World,
    /// Something must have been made.
    Run,
}

/// A hole.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The latest phase of what it waits for.
    pub phase: Phase,
    /// All that it waits for, each once, in order of first mention.
    pub waits_for: Vec<Awaited>,
}

/// What a hole waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum Awaited {
    /// A param that was not given.
    Param(SmolStr),
    /// What is found of an instance by looking, or computed once it exists.
    Attribute(InstanceId, SmolStr),
    /// The answer to a question that only a running target answers.
    Query(Arc<Query>),
}

/// A question to a target: `sql(target, text, args…, as = "login")`.
///
/// Two are the same wherever they were written: one answer serves both.
#[derive(Clone, Debug)]
pub struct Query {
    /// Whom it is put to.
    pub target: InstanceId,
    /// Its text.
    pub text: SmolStr,
    /// What `$1`, `$2` … stand for.
    pub arguments: Vec<Value>,
    /// As whom it is asked.
    pub login: Option<SmolStr>,
    /// Where it was written.
    pub at: Span,
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        let Self { target, text, arguments, login, at: _ } = self;
        *target == other.target
            && *text == other.text
            && *arguments == other.arguments
            && *login == other.login
    }
}

impl Value {
    /// Makes text.
    pub fn text(text: impl Into<SmolStr>) -> Self {
        Self::Text(text.into())
    }

    /// Makes a plain whole number.
    pub fn int(n: impl Into<i128>) -> Self {
        Self::Number(Fraction::from_integer(n.into()), Dimension::NONE)
    }

    /// Makes a list.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// Makes a record.
    pub fn record(fields: impl IntoIterator<Item = (SmolStr, Self)>) -> Self {
        Self::Record(Arc::new(fields.into_iter().collect()))
    }

    /// Returns a truth value.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// Returns a number without what it measures.
    pub fn as_number(&self) -> Option<Fraction> {
        if let Self::Number(number, _) = self { Some(*number) } else { None }
    }

    /// Returns a text.
    pub fn as_text(&self) -> Option<&SmolStr> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the elements of a list.
    pub fn as_list(&self) -> Option<&Arc<[Self]>> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// Returns an instance.
    pub fn as_instance(&self) -> Option<InstanceId> {
        if let Self::Instance(id) = self { Some(*id) } else { None }
    }

    /// Returns whether nothing within is a hole or in error.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Unknown | Self::Pending(_) => false,
            Self::None
            | Self::Bool(_)
            | Self::Number(..)
            | Self::Char(_)
            | Self::Text(_)
            | Self::Cidr(_)
            | Self::Ip(_)
            | Self::Instance(_)
            | Self::Secret(_) => true,
            Self::Range(ends) => ends.0.is_known() && ends.1.as_ref().is_none_or(Self::is_known),
            Self::List(items) => items.iter().all(Self::is_known),
            Self::Record(fields) | Self::Variant(_, fields) => fields.values().all(Self::is_known),
        }
    }
}
