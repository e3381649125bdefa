//! The service models: what AWS says of its operations and shapes, read from `models/*.json`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use indexmap::IndexMap;
use regex::Regex;
use serde::Deserialize;

/// One service's operations, shapes and error codes.
#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    pub(crate) metadata: Metadata,
    operations: BTreeMap<String, Operation>,
    errors: BTreeMap<String, ErrorShape>,
    shapes: BTreeMap<String, Shape>,
}

/// The facts of a service that its protocol needs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub(crate) api_version: String,
    pub(crate) protocol: Protocol,
    pub(crate) target_prefix: Option<String>,
    pub(crate) xml_namespace: Option<String>,
}

/// The wire protocols of AWS that this cloud speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    /// awsJson 1.0 and 1.1.
    Json,
    /// awsQuery: a form in, XML out.
    Query,
    /// ec2Query: a form with its own names in, XML with its own envelope out.
    Ec2,
}

/// An operation's shapes; an absent one means no members.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub(crate) input: Option<String>,
    pub(crate) output: Option<String>,
    pub(crate) result_wrapper: Option<String>,
}

/// How an error code stands on the wire.
#[derive(Debug, Deserialize)]
pub(crate) struct ErrorShape {
    pub(crate) status: u16,
    pub(crate) message: Option<String>,
}

/// A type with its constraints.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Shape {
    /// Named members.
    Structure(Structure),
    /// A sequence.
    List(List),
    /// Keys and values.
    Map(Map),
    /// Text, with or without an enumeration.
    String(Text),
    /// A 32-bit number.
    Integer(Bounds),
    /// A 64-bit number.
    Long(Bounds),
    /// A floating-point number.
    Float(Bounds),
    /// A floating-point number.
    Double(Bounds),
    /// True or false.
    Boolean,
    /// A moment; seconds since 1970 in memory.
    Timestamp(Moment),
    /// Bytes; base64 in memory.
    Blob(Bounds),
}

/// Members in the order of the model.
#[derive(Debug, Deserialize)]
pub(crate) struct Structure {
    pub(crate) members: IndexMap<String, Member>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
}

/// A list and how its items are wrapped.
#[derive(Debug, Deserialize)]
pub(crate) struct List {
    pub(crate) member: Member,
    #[serde(default)]
    pub(crate) flattened: bool,
    #[serde(flatten)]
    pub(crate) bounds: Bounds,
}

/// A map and how its entries are wrapped.
#[derive(Debug, Deserialize)]
pub(crate) struct Map {
    pub(crate) key: Member,
    pub(crate) value: Member,
    #[serde(flatten)]
    pub(crate) bounds: Bounds,
}

/// A string's constraints.
#[derive(Debug, Deserialize)]
pub(crate) struct Text {
    #[serde(rename = "enum", default)]
    pub(crate) variants: Vec<String>,
    pub(crate) pattern: Option<Pattern>,
    #[serde(flatten)]
    pub(crate) bounds: Bounds,
}

/// How a moment is written, if not as its protocol does.
#[derive(Debug, Deserialize)]
pub(crate) struct Moment {
    #[serde(rename = "timestampFormat")]
    pub(crate) format: Option<MomentFormat>,
}

/// A form of moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum MomentFormat {
    /// `2026-11-22T17:00:00.000Z`
    #[serde(rename = "iso8601")]
    Iso8601,
    /// Seconds since 1970.
    #[serde(rename = "unixTimestamp")]
    UnixTimestamp,
}

impl Moment {
    /// Whether the model asks for ISO 8601.
    pub(crate) fn is_iso8601(&self) -> bool {
        self.format == Some(MomentFormat::Iso8601)
    }
}

/// Least and greatest value or length.
#[derive(Debug, Deserialize)]
pub(crate) struct Bounds {
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
}

/// A reference to a shape, with the names it has on the wire.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Member {
    pub(crate) shape: String,
    pub(crate) location_name: Option<String>,
    pub(crate) query_name: Option<String>,
}

/// A pattern of the model, compiled when first used.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Pattern {
    pub(crate) source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

impl Pattern {
    /// Whether the whole text matches; a pattern that does not compile refuses nothing.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.compiled().is_none_or(|regex| regex.is_match(text))
    }

    fn compiled(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| Regex::new(&format!(r"^(?:{})$", to_rust_syntax(&self.source))).ok())
            .as_ref()
    }
}

/// Writes Java's `\u0041` as `\x{41}`, leaving out ranges that only surrogates could reach.
fn to_rust_syntax(pattern: &str) -> String {
    let pattern = pattern.replace(r"\u10000-\u10FFFF", r"\x{10000}-\x{10FFFF}");
    let mut parts = pattern.split(r"\u");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match (part.get(..4), part.get(4..)) {
            (Some(digits), Some(rest)) => out.push_str(&format!(r"\x{{{digits}}}{rest}")),
            (None, Some(_) | None) | (Some(_), None) => out.push_str(part),
        }
    }
    out
}

impl Model {
    /// Reads an embedded model.
    pub(crate) fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }

    pub(crate) fn shape(&self, member: &Member) -> Option<&Shape> {
        self.shapes.get(&member.shape)
    }

    /// The structure of that name: an operation's input or output.
    pub(crate) fn structure(&self, name: Option<&String>) -> Option<&Structure> {
        match self.shapes.get(name?)? {
            Shape::Structure(structure) => Some(structure),
            Shape::List(_)
            | Shape::Map(_)
            | Shape::String(_)
            | Shape::Integer(_)
            | Shape::Long(_)
            | Shape::Float(_)
            | Shape::Double(_)
            | Shape::Boolean
            | Shape::Timestamp(_)
            | Shape::Blob(_) => None,
        }
    }

    pub(crate) fn error(&self, code: &str) -> Option<&ErrorShape> {
        self.errors.get(code)
    }

    /// Every operation's name.
    #[cfg(test)]
    pub(crate) fn operation_names(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }

    /// Patterns that this cloud cannot compile.
    #[cfg(test)]
    pub(crate) fn broken_patterns(&self) -> Vec<&str> {
        self.shapes
            .values()
            .filter_map(|shape| if let Shape::String(text) = shape { Some(text) } else { None })
            .filter_map(|text| text.pattern.as_ref())
            .filter(|pattern| pattern.compiled().is_none())
            .map(|pattern| pattern.source.as_str())
            .collect()
    }
}
