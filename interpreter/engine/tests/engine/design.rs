//! Synthetic designs: boxes, servers in boxes, links between servers, holders of boxes, and zones that are only looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use rsx_engine::design::{Design, Expectation, Need};
use rsx_lang::dimension::{Base, Dimension, Units};
use rsx_lang::instance::InstanceId;
use rsx_lang::program::{Kind, KindBinding, Member, MemberKind};
use rsx_lang::secret::{Protected, Secret};
use rsx_lang::types::Type;
use rsx_lang::value::{Awaited, Pending, Phase, Query, Record, Value};
use rsx_syntax::ast::{Attribute, Fraction};
use rsx_syntax::{Diagnostic, Sources, Span};
use smol_str::SmolStr;

/// Where the value of a field comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Given(Value),
    /// An attribute of another resource, by its address.
    Of(SmolStr, &'static str),
}

/// One resource of a synthetic design.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) kind: &'static str,
    pub(crate) fields: Vec<(&'static str, Source)>,
    pub(crate) after: Vec<SmolStr>,
    pub(crate) protected: bool,
}

/// A design by hand: resources by address.
#[derive(Debug)]
pub(crate) struct Synthetic {
    pub(crate) resources: IndexMap<SmolStr, Resource>,
    kinds: BTreeMap<&'static str, Kind>,
    observed: BTreeMap<(u32, SmolStr), Value>,
    units: Units,
    pub(crate) sources: Sources,
    lines: Vec<Span>,
}

/// How a kind is declared: its fields and attributes, its lets.
type Declaration =
    (&'static str, &'static [(&'static str, &'static [Attribute])], &'static [(&'static str, i128)]);

const DECLARATIONS: [Declaration; 5] = [
    (
        "box",
        &[("name", &[Attribute::Fixed]), ("size", &[]), ("id", &[Attribute::Computed])],
        &[("takes", 3), ("takes_delete", 2), ("monthly", 7)],
    ),
    (
        "server",
        &[
            ("name", &[Attribute::Fixed]),
            ("parent", &[Attribute::Fixed]),
            ("port", &[Attribute::Disruptive]),
            ("size", &[]),
            ("password", &[]),
            ("id", &[Attribute::Computed]),
            ("endpoint", &[Attribute::Computed]),
            ("version", &[Attribute::Computed]),
        ],
        &[("takes", 60), ("takes_update", 20), ("takes_delete", 30), ("holds_data", 1)],
    ),
    (
        "link",
        &[("from", &[Attribute::Fixed]), ("note", &[]), ("door", &[Attribute::Through])],
        &[("takes", 2)],
    ),
    ("holder", &[("of", &[]), ("id", &[Attribute::Computed])], &[("takes", 1)]),
    ("zones", &[("names", &[Attribute::Found])], &[]),
];

impl Synthetic {
    pub(crate) fn new(resources: impl IntoIterator<Item = (SmolStr, Resource)>) -> Self {
        let resources: IndexMap<SmolStr, Resource> = resources.into_iter().collect();
        let mut sources = Sources::default();
        let text: String = (0..=resources.len()).map(|i| format!("box b{i} {{ }}\n")).collect();
        let file = sources.add("spec.rsx", text.as_str());
        let starts = text.match_indices("box").map(|(at, _)| at);
        let lines: Vec<Span> = starts.map(|at| sources.span(file, at..at + 3).unwrap()).collect();
        let kinds = DECLARATIONS.iter().map(|declared| (declared.0, kind(declared, &lines))).collect();
        let units = Units { bases: vec!["Duration".into(), "Usd".into()], units: IndexMap::default() };
        Self { resources, kinds, observed: BTreeMap::new(), units, sources, lines }
    }

    /// Returns the same design as if it had just been read.
    pub(crate) fn fresh(&self) -> Self {
        Self::new(self.resources.clone())
    }

    fn at(&self, id: InstanceId) -> (&SmolStr, &Resource) {
        self.resources.get_index(id.0 as usize).unwrap()
    }

    fn id(&self, address: &str) -> Option<InstanceId> {
        self.resources.get_index_of(address).map(|at| InstanceId(u32::try_from(at).unwrap()))
    }
}

fn kind((name, members, lets): &Declaration, lines: &[Span]) -> Kind {
    let field = |(name, attributes): &(&str, &[Attribute])| {
        let kind = MemberKind::Field { ty: Type::Any, attributes: attributes.to_vec(), default: None };
        ((*name).into(), Member { docs: None, span: lines[0], kind })
    };
    let let_ = |(name, _): &(&str, i128)| {
        let kind = MemberKind::Let(rsx_lang::term::Term::error(lines[0]));
        ((*name).into(), Member { docs: None, span: lines[0], kind })
    };
    Kind {
        name: (*name).into(),
        docs: None,
        span: lines[0],
        binding: KindBinding::Resource,
        members: members.iter().map(field).chain(lets.iter().map(let_)).collect(),
        pool: None,
    }
}

impl Design for Synthetic {
    fn resources(&self) -> Vec<InstanceId> {
        (0..u32::try_from(self.resources.len()).unwrap()).map(InstanceId).collect()
    }

    fn kind(&self, id: InstanceId) -> Option<&Kind> {
        self.kinds.get(self.at(id).1.kind)
    }

    fn address(&self, id: InstanceId) -> SmolStr {
        self.at(id).0.clone()
    }

    fn find(&self, address: &str) -> Option<InstanceId> {
        self.id(address)
    }

    fn get(&self, id: InstanceId, member: &str) -> Option<Value> {
        let (_, _, lets) = DECLARATIONS.iter().find(|declared| declared.0 == self.at(id).1.kind).unwrap();
        let (_, number) = lets.iter().find(|(name, _)| *name == member)?;
        let mut dimension = Dimension::NONE;
        match member {
            "holds_data" => return Some(Value::Bool(*number == 1)),
            "monthly" => dimension.0[1] = 1,
            _ => dimension = Dimension::of(Base(0)),
        }
        Some(Value::Number(Fraction::from_integer(*number), dimension))
    }

    fn want(&self, id: InstanceId) -> Record {
        let value = |source: &Source| match source {
            Source::Given(value) => value.clone(),
            Source::Of(address, attribute) => {
                let on = self.id(address).unwrap();
                let hole = || {
                    let waits_for = vec![Awaited::Attribute(on, (*attribute).into())];
                    Value::Pending(Arc::new(Pending { phase: Phase::Run, waits_for }))
                };
                self.observed.get(&(on.0, (*attribute).into())).cloned().unwrap_or_else(hole)
            }
        };
        self.at(id).1.fields.iter().map(|(name, source)| ((*name).into(), value(source))).collect()
    }

    fn origin(&self, id: InstanceId, _field: Option<&str>) -> Span {
        self.lines[id.0 as usize + 1]
    }

    fn demand(&self, id: InstanceId) -> Vec<Need> {
        let resource = self.at(id).1;
        let of = resource.fields.iter().filter_map(|(field, source)| match source {
            Source::Given(_) => None,
            Source::Of(address, attribute) => Some(Need {
                on: self.id(address)?,
                field: (*field).into(),
                attribute: Some((*attribute).into()),
            }),
        });
        let after = resource.after.iter().filter_map(|address| {
            Some(Need { on: self.id(address)?, field: "after".into(), attribute: None })
        });
        of.chain(after).collect()
    }

    fn protected(&self, id: InstanceId) -> Option<Span> {
        self.at(id).1.protected.then(|| self.origin(id, None))
    }

    fn observe(&mut self, id: InstanceId, attributes: Record) {
        for (name, value) in attributes {
            self.observed.insert((id.0, name), value);
        }
    }

    fn answer(&mut self, _query: &Query, _answer: Value) {}

    fn forget_answers(&mut self) {}

    fn forget(&mut self) {
        self.observed.clear();
    }

    fn complaints(&mut self) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn check(&mut self, _phase: Phase) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn having(&self, _member: &str) -> Vec<InstanceId> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<(SmolStr, Value)> {
        Vec::new()
    }

    fn expectations(&mut self) -> Vec<Expectation> {
        Vec::new()
    }

    fn units(&self) -> &Units {
        &self.units
    }

    fn home(&self) -> Span {
        self.lines[0]
    }
}

fn of(on: &str, attribute: &'static str) -> Source {
    Source::Of(on.into(), attribute)
}

fn given(value: Value) -> Source {
    Source::Given(value)
}

fn resource(kind: &'static str, fields: Vec<(&'static str, Source)>) -> Resource {
    Resource { kind, fields, after: Vec::new(), protected: false }
}

pub(crate) fn a_box(name: &str, size: i64) -> Resource {
    resource("box", vec![("name", given(Value::text(name))), ("size", given(Value::int(size)))])
}

pub(crate) fn a_server(name: &str, parent: &str, port: i64, size: i64, password: &str) -> Resource {
    let secret = Secret::Given { param: password.into(), text: Protected::new(password) };
    let fields = vec![
        ("name", given(Value::text(name))),
        ("parent", of(parent, "id")),
        ("port", given(Value::int(port))),
        ("size", given(Value::int(size))),
        ("password", given(Value::Secret(Arc::new(secret)))),
    ];
    resource("server", fields)
}

pub(crate) fn a_link(server: &str, note: &str) -> Resource {
    let fields = vec![
        ("from", of(server, "endpoint")),
        ("note", given(Value::text(note))),
        ("door", of(server, "version")),
    ];
    resource("link", fields)
}

pub(crate) fn a_holder(of_box: &str) -> Resource {
    resource("holder", vec![("of", of(of_box, "id"))])
}

pub(crate) fn zones() -> Resource {
    resource("zones", Vec::new())
}
