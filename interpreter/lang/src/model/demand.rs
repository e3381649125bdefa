//! What resources want, where that comes from, and for whom they must wait.

use foldhash::fast::FixedState;
use rsx_syntax::Span;
use smol_str::SmolStr;

use super::{Model, Need};
use crate::eval::{AFTER, wanted_fields};
use crate::instance::InstanceId;
use crate::maps::HashSet;
use crate::value::{Awaited, Record, Value};

impl Model {
    /// Returns the fields of a resource as they are wanted, with holes for what is not known yet.
    pub fn want(&self, id: InstanceId) -> Record {
        let Some(kind) = self.kind(id) else { return Record::default() };
        let mut want = Record::with_capacity_and_hasher(kind.members.len(), FixedState::default());
        let fields = wanted_fields(kind).filter(|(_, name)| *name != AFTER);
        self.eval(true, |eval| {
            want.extend(fields.map(|(place, name)| (name.clone(), eval.settle_member(id, place))));
        });
        want
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
        let mut found = Vec::new();
        let fields = self.kind(id).into_iter().flat_map(wanted_fields);
        self.eval(false, |eval| {
            for (place, field) in fields {
                eval.look(id, place, |value| {
                    refer(value, &mut |to, attribute| found.push((field, to, attribute.cloned())))
                });
            }
        });
        let mut seen = HashSet::with_capacity_and_hasher(found.len(), FixedState::default());
        let mut needs = Vec::with_capacity(found.len());
        for (field, to, attribute) in found {
            for on in self.resources_within(to).filter(|on| *on != id) {
                if seen.insert((on, attribute.clone())) {
                    needs.push(Need { on, field: field.clone(), attribute: attribute.clone() });
                }
            }
        }
        needs
    }

    /// Returns an instance if it is a resource, and else the resources within it.
    pub(super) fn resources_within(&self, id: InstanceId) -> impl Iterator<Item = InstanceId> {
        let within = self.extent(id).map(|extent| extent.start..extent.end);
        let within = within.and_then(|range| self.instances().get(range)).unwrap_or_default();
        within.iter().copied().filter(|id| self.is_resource(*id))
    }
}

/// Visits what a value refers to: instances, and the attributes that it waits for.
pub(super) fn refer(value: &Value, visit: &mut dyn FnMut(InstanceId, Option<&SmolStr>)) {
    match value {
        Value::Instance(to) => visit(*to, None),
        Value::Pending(pending) => {
            for awaited in &pending.waits_for {
                match awaited {
                    Awaited::Attribute(to, name) => visit(*to, Some(name)),
                    Awaited::Query(query) => visit(query.target, None),
                    Awaited::Param(_) => {}
                }
            }
        }
        Value::Range(ends) => {
            refer(&ends.0, visit);
            if let Some(end) = &ends.1 {
                refer(end, visit);
            }
        }
        Value::List(items) => items.iter().for_each(|item| refer(item, visit)),
        Value::Record(fields) | Value::Variant(_, fields) => {
            fields.values().for_each(|field| refer(field, visit))
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
