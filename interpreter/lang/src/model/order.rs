//! Resources that would have to wait for themselves.

use std::collections::HashMap;

use rsx_syntax::Diagnostic;

use super::Model;
use super::check::position;
use crate::instance::InstanceId;
use crate::problems::rules::Problem;

/// How far the search has come with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// It is on the way that is being followed.
    Open,
    /// It leads into no ring that was not told.
    Done,
}

/// A resource on the way, with those it waits for that are still to be followed.
struct Leg {
    id: InstanceId,
    waits_for: Vec<InstanceId>,
}

impl Model {
    /// Returns an error for a ring of resources that wait for each other.
    pub(super) fn ring(&self) -> Option<Diagnostic> {
        let mut marks: HashMap<InstanceId, Mark> = HashMap::new();
        for id in self.resources() {
            if marks.contains_key(&id) {
                continue;
            }
            marks.insert(id, Mark::Open);
            let mut way = vec![self.leg(id)];
            while let Some(leg) = way.last_mut() {
                let Some(next) = leg.waits_for.pop() else {
                    marks.insert(leg.id, Mark::Done);
                    way.pop();
                    continue;
                };
                match marks.get(&next) {
                    Some(Mark::Done) => {}
                    Some(Mark::Open) => {
                        let start = way.iter().position(|leg| leg.id == next).unwrap_or(0);
                        let ring: Vec<_> = way.iter().skip(start).map(|leg| leg.id).collect();
                        return self.accuse(&ring);
                    }
                    None => {
                        marks.insert(next, Mark::Open);
                        way.push(self.leg(next));
                    }
                }
            }
        }
        None
    }

    fn leg(&self, id: InstanceId) -> Leg {
        let fields = self.wanted_fields(id);
        let references = fields.into_iter().flat_map(|(place, _)| self.references(id, place));
        let mut waits_for: Vec<_> =
            references.flat_map(|reference| self.resources_within(reference.to)).collect();
        waits_for.retain(|on| *on != id);
        waits_for.sort_unstable();
        waits_for.dedup();
        Leg { id, waits_for }
    }

    fn accuse(&self, ring: &[InstanceId]) -> Option<Diagnostic> {
        let nexts = ring.iter().cycle().skip(1);
        let mut places = Vec::new();
        for (id, next) in ring.iter().zip(nexts) {
            let need = self.demand(*id).into_iter().find(|need| need.on == *next)?;
            places.push((self.address(*id).to_string(), need.span));
        }
        let first = places.iter().enumerate().min_by_key(|(_, (_, span))| position(&self.sources, *span));
        let first = first.map_or(0, |(place, _)| place);
        places.rotate_left(first);
        (!places.is_empty()).then(|| Problem::Order { ring: &places }.diagnostic())
    }
}
