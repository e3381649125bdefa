//! Requests of awsQuery and ec2Query: a form whose dotted names are a tree.

use bytes::Bytes;
use http::Request;
use indexmap::IndexMap;
use serde_json::{Map, Number, Value, json};

use crate::call::Refusal;
use crate::model::{List, Member, Metadata, Model, Protocol, Shape, Structure};

/// What stands in every form and belongs to no operation.
const ENVELOPE: [&str; 2] = ["Action", "Version"];

/// The `Action` of a form of this service's version.
pub(super) fn operation(metadata: &Metadata, request: &Request<Bytes>) -> Result<String, Refusal> {
    let form = Tree::of(request);
    let action = form.text_at("Action");
    let action = action
        .ok_or_else(|| Refusal::new("MissingAction", "The request must contain the parameter Action."))?;
    match form.text_at("Version") {
        Some(version) if version == metadata.api_version => Ok(action.to_owned()),
        Some(version) => Err(Refusal::new(
            "InvalidAction",
            format!("Could not find operation {action} for version {version}"),
        )),
        None => Err(Refusal::new("MissingParameter", "The request must contain the parameter Version")),
    }
}

/// The form's parameters by the model's member names.
pub(super) fn decode(
    model: &Model,
    shape: Option<&Structure>,
    request: &Request<Bytes>,
) -> Result<Value, Refusal> {
    let Some(shape) = shape else { return Ok(json!({})) };
    let form = Tree::of(request);
    let reader = Reader { model, protocol: model.metadata.protocol };
    if reader.protocol == Protocol::Ec2 {
        reader.refuse_unknown(shape, &form)?;
    }
    reader.structure(shape, &form)
}

/// A form's values under their dotted names.
#[derive(Debug, Default)]
struct Tree {
    text: Option<String>,
    children: IndexMap<String, Tree>,
}

impl Tree {
    fn of(request: &Request<Bytes>) -> Self {
        let mut tree = Self::default();
        let query = request.uri().query().unwrap_or_default().as_bytes();
        let pairs = form_urlencoded::parse(query).chain(form_urlencoded::parse(request.body()));
        for (name, value) in pairs {
            let mut at = &mut tree;
            for part in name.split('.') {
                at = at.children.entry(part.to_owned()).or_default();
            }
            at.text = Some(value.into_owned());
        }
        tree
    }

    fn text_at(&self, name: &str) -> Option<&str> {
        self.children.get(name)?.text.as_deref()
    }

    /// The children named by numbers, in their order.
    fn numbered(&self) -> Vec<&Self> {
        let mut items: Vec<(u32, &Self)> =
            self.children.iter().filter_map(|(name, child)| Some((name.parse().ok()?, child))).collect();
        items.sort_by_key(|(number, _)| *number);
        items.into_iter().map(|(_, child)| child).collect()
    }
}

/// The name of a member in a form of this protocol.
pub(crate) fn wire_name(protocol: Protocol, name: &str, member: &Member) -> String {
    match (protocol, &member.query_name, &member.location_name) {
        (Protocol::Ec2, Some(query), _) => query.clone(),
        (Protocol::Ec2, None, Some(location)) => capitalised(location),
        (Protocol::Ec2, None, None) => name.to_owned(),
        (Protocol::Query | Protocol::Json, _, location) => location.as_deref().unwrap_or(name).to_owned(),
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Reads a form by a model.
struct Reader<'a> {
    model: &'a Model,
    protocol: Protocol,
}

impl Reader<'_> {
    fn refuse_unknown(&self, shape: &Structure, form: &Tree) -> Result<(), Refusal> {
        let known: Vec<_> =
            shape.members.iter().map(|(name, member)| wire_name(self.protocol, name, member)).collect();
        let is_known = |name: &String| ENVELOPE.contains(&name.as_str()) || known.contains(name);
        match form.children.keys().find(|name| !is_known(name)) {
            Some(name) => {
                Err(Refusal::new("UnknownParameter", format!("The parameter {name} is not recognized")))
            }
            None => Ok(()),
        }
    }

    fn structure(&self, shape: &Structure, tree: &Tree) -> Result<Value, Refusal> {
        let mut out = Map::new();
        for (name, member) in &shape.members {
            let wire = wire_name(self.protocol, name, member);
            if let (Some(child), Some(shape)) = (tree.children.get(&wire), self.model.shape(member)) {
                out.insert(name.clone(), self.value(shape, child, &wire)?);
            }
        }
        Ok(Value::Object(out))
    }

    fn value(&self, shape: &Shape, tree: &Tree, name: &str) -> Result<Value, Refusal> {
        let text = tree.text.as_deref().unwrap_or_default();
        match shape {
            Shape::Structure(shape) => self.structure(shape, tree),
            Shape::List(list) => self.list(list, tree, name),
            Shape::Map(map) => {
                let mut out = Map::new();
                for entry in tree.children.get("entry").map(Tree::numbered).unwrap_or_default() {
                    let part = |member: &Member, usual: &str| {
                        entry.children.get(member.location_name.as_deref().unwrap_or(usual))
                    };
                    if let (Some(key), Some(value), Some(shape)) =
                        (part(&map.key, "key"), part(&map.value, "value"), self.model.shape(&map.value))
                    {
                        out.insert(key.text.clone().unwrap_or_default(), self.value(shape, value, name)?);
                    }
                }
                Ok(Value::Object(out))
            }
            Shape::String(_) | Shape::Blob(_) => Ok(Value::String(text.to_owned())),
            Shape::Integer(_) | Shape::Long(_) => {
                text.parse::<i64>().map(Value::from).map_err(|_| self.malformed(name, text))
            }
            Shape::Float(_) | Shape::Double(_) => {
                let number = text.parse().ok().and_then(Number::from_f64);
                number.map(Value::Number).ok_or_else(|| self.malformed(name, text))
            }
            Shape::Boolean => text
                .to_ascii_lowercase()
                .parse::<bool>()
                .map(Value::Bool)
                .map_err(|_| self.malformed(name, text)),
            Shape::Timestamp(_) => {
                let moment = text.parse().map(crate::clock::Clock::seconds);
                moment.map(Value::from).map_err(|_| self.malformed(name, text))
            }
        }
    }

    /// `X.1`, or `X.member.1` where the protocol wraps lists.
    fn list(&self, list: &List, tree: &Tree, name: &str) -> Result<Value, Refusal> {
        let Some(shape) = self.model.shape(&list.member) else { return Ok(json!([])) };
        let items = match (self.protocol, list.flattened) {
            (Protocol::Ec2, _) | (Protocol::Query | Protocol::Json, true) => Some(tree),
            (Protocol::Query | Protocol::Json, false) => {
                tree.children.get(list.member.location_name.as_deref().unwrap_or("member"))
            }
        };
        items
            .map(Tree::numbered)
            .unwrap_or_default()
            .into_iter()
            .map(|item| self.value(shape, item, name))
            .collect()
    }

    fn malformed(&self, name: &str, found: &str) -> Refusal {
        match self.protocol {
            Protocol::Ec2 => Refusal::new(
                "InvalidParameterValue",
                format!("Value ({found}) for parameter {name} is invalid."),
            ),
            Protocol::Query | Protocol::Json => {
                Refusal::new("MalformedInput", format!("{name} is not what it should be: {found}"))
            }
        }
    }
}
