//! What resources want, where that comes from, and for whom they must wait.

use std::collections::HashSet;

use rsx_syntax::Span;
use smol_str::SmolStr;

use super::{Model, Need};
use crate::eval::AFTER;
use crate::instance::InstanceId;
use crate::value::{Awaited, Phase, Record, Value};

/// What a field refers to.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    /// The instance.
    pub(super) to: InstanceId,
    /// The attribute, and when it is known.
    pub(super) attribute: Option<(SmolStr, Phase)>,
}

impl Model {
    /// Returns the fields of a resource as they are wanted, with holes for what is not known yet.
    pub fn want(&self, id: InstanceId) -> Record {
        let fields = self.wanted_fields(id);
        let fields = fields.into_iter().filter(|(_, name)| *name != AFTER);
        self.eval(true, |eval| {
            fields.map(|(place, name)| (name.clone(), eval.settle_member(id, place))).collect()
        })
    }

    /// Returns where the value of a field was written by the user; without a field, the name of its declaration.
    pub fn origin(&self, id: InstanceId, field: Option<&str>) -> Option<Span> {
        let place = field.and_then(|field| self.kind(id)?.members.get_index_of(field));
        self.eval(false, |eval| match place {
            Some(place) => eval.fault_of_member(id, place).map(|fault| fault.at),
            None => eval.head(id),
        })
    }

    /// Returns which other resources a resource waits for, and because of which field, whatever has been observed.
    pub fn demand(&self, id: InstanceId) -> Vec<Need> {
        let mut needs = Vec::new();
        let mut seen = HashSet::new();
        for (place, name) in self.wanted_fields(id) {
            let mut written = None;
            for Reference { to, attribute } in self.references(id, place) {
                let span = *written.get_or_insert_with(|| self.origin(id, Some(name)));
                for on in self.resources_within(to).filter(|on| *on != id) {
                    let (attribute, phase) = attribute.clone().unzip();
                    if let Some(span) = span.filter(|_| seen.insert((on, attribute.clone()))) {
                        needs.push(Need { on, field: name.clone(), span, attribute, phase });
                    }
                }
            }
        }
        needs
    }

    /// Returns what a field refers to, whatever has been observed.
    pub(super) fn references(&self, id: InstanceId, place: usize) -> Vec<Reference> {
        let mut found = Vec::new();
        self.eval(false, |eval| {
            eval.look(id, place, |value| refer(value, &mut found));
        });
        found
    }

    /// Returns an instance if it is a resource, and else the resources within it.
    pub(super) fn resources_within(&self, id: InstanceId) -> impl Iterator<Item = InstanceId> {
        let (start, end) = self.extents.get(id.0 as usize).copied().unwrap_or((0, 0));
        let within = self.instances.get(start..end).unwrap_or_default();
        within.iter().copied().filter(|id| self.is_resource(*id))
    }
}

fn refer(value: &Value, found: &mut Vec<Reference>) {
    match value {
        Value::Instance(to) => found.push(Reference { to: *to, attribute: None }),
        Value::Pending(pending) => {
            for awaited in &pending.waits_for {
                match awaited {
                    Awaited::Attribute(to, name) => {
                        found.push(Reference { to: *to, attribute: Some((name.clone(), pending.phase)) });
                    }
                    Awaited::Query(query) => found.push(Reference { to: query.target, attribute: None }),
                    Awaited::Param(_) => {}
                }
            }
        }
        Value::Range(ends) => {
            refer(&ends.0, found);
            if let Some(end) = &ends.1 {
                refer(end, found);
            }
        }
        Value::List(items) => items.iter().for_each(|item| refer(item, found)),
        Value::Record(fields) | Value::Variant(_, fields) => {
            fields.values().for_each(|field| refer(field, found))
        }
        Value::Unknown
        | Value::None
        | Value::Bool(_)
        | Value::Number(..)
        | Value::Char(_)
        | Value::Text(_)
        | Value::Cidr(_)
        | Value::Ip(_)
        | Value::Secret(_) => {}
    }
}
