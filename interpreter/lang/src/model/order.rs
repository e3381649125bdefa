//! Resources that would have to wait for themselves.

use std::rc::Rc;
use std::sync::Arc;

use rsx_syntax::Diagnostic;

use super::Model;
use super::check::position;
use super::demand::refer;
use crate::eval::{Eval, Work, wanted_fields};
use crate::instance::InstanceId;
use crate::maps::HashMap;
use crate::problems::rules::Problem;
use crate::term::TermKind;

/// How far the search has come with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// It has not been looked at.
    New,
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
    /// Returns an error for each ring of resources that wait for each other; of rings that share one, the first.
    pub(super) fn rings(&self) -> Vec<Diagnostic> {
        let (resources, count) = (self.resources(), self.layout().extents.len());
        let rings: Vec<_> = self.eval(false, |eval| {
            let past = eval.state.past_legs();
            let mut search = Search { model: self, eval, fields: HashMap::default(), marks: Vec::new() };
            // Where everybody waits for the same as before, there is no ring now if there was none.
            if past.is_some_and(|past| past.iter().all(|(id, leg)| search.refers(*id) == *leg)) {
                return Vec::new();
            }
            search.marks = vec![Mark::New; count];
            let rings: Vec<_> = resources.into_iter().filter_map(|id| search.from(id)).collect();
            eval.state.keep_order(rings.is_empty());
            rings
        });
        rings.iter().filter_map(|ring| self.accuse(ring)).collect()
    }

    fn accuse(&self, ring: &[InstanceId]) -> Option<Diagnostic> {
        let nexts = ring.iter().cycle().skip(1);
        let mut places = Vec::new();
        for (id, next) in ring.iter().zip(nexts) {
            let need = self.demand(*id).into_iter().find(|need| need.on == *next)?;
            places.push((self.address(*id).to_string(), self.origin(*id, Some(&need.field))?));
        }
        let first = places.iter().enumerate().min_by_key(|(_, (_, span))| position(&self.sources, *span));
        let first = first.map_or(0, |(place, _)| place);
        places.rotate_left(first);
        (!places.is_empty()).then(|| Problem::Order { ring: &places }.diagnostic())
    }
}

/// A search for a ring, depth first.
struct Search<'e, 'm, 's> {
    model: &'m Model,
    eval: &'e mut Eval<'m, 's>,
    /// For the parts of each make, the fields that may refer to something.
    fields: HashMap<u32, Rc<[usize]>>,
    marks: Vec<Mark>,
}

impl Search<'_, '_, '_> {
    /// Returns the ring into which a resource leads.
    fn from(&mut self, id: InstanceId) -> Option<Vec<InstanceId>> {
        if self.mark(id) != Mark::New {
            return None;
        }
        let mut way = vec![self.leg(id)];
        while let Some(leg) = way.last_mut() {
            let Some(next) = leg.waits_for.pop() else {
                let done = leg.id;
                self.set(done, Mark::Done);
                way.pop();
                continue;
            };
            match self.mark(next) {
                Mark::Done => {}
                Mark::Open => {
                    way.iter().for_each(|leg| self.set(leg.id, Mark::Done));
                    return Some(way.iter().map(|leg| leg.id).skip_while(|id| *id != next).collect());
                }
                Mark::New => way.push(self.leg(next)),
            }
        }
        None
    }

    fn leg(&mut self, id: InstanceId) -> Leg {
        self.set(id, Mark::Open);
        let mut waits_for = Vec::new();
        for to in self.refers(id).iter() {
            waits_for.extend(self.model.resources_within(*to).filter(|on| *on != id));
        }
        Leg { id, waits_for }
    }

    /// Returns whom the fields of a resource refer to.
    fn refers(&mut self, id: InstanceId) -> Arc<[InstanceId]> {
        if let Some(known) = self.eval.state.leg(id) {
            return known;
        }
        let places = self.referring(id);
        let found: Arc<[InstanceId]> = self.eval.doing(Work::Leg(id), |eval| {
            let mut found = Vec::new();
            for &place in places.iter() {
                eval.look(id, place, |value| refer(value, &mut |to, _| found.push(to)));
            }
            found.into()
        });
        self.eval.state.keep_leg(id, &found);
        found
    }

    /// Returns the places of the fields of an instance that may refer to something.
    fn referring(&mut self, id: InstanceId) -> Rc<[usize]> {
        let make = self.eval.state.instance(id).and_then(|instance| instance.make());
        if let Some(known) = make.and_then(|make| self.fields.get(&make)) {
            return Rc::clone(known);
        }
        let kind = self.eval.state.instance(id).and_then(|instance| self.eval.program.kind(instance.kind));
        let places = kind.into_iter().flat_map(wanted_fields).map(|(place, _)| place);
        let places: Rc<[usize]> = match make {
            Some(_) => places.filter(|place| self.may_refer(id, *place)).collect(),
            None => places.collect(),
        };
        if let Some(make) = make {
            self.fields.insert(make, Rc::clone(&places));
        }
        places
    }

    /// Says whether a field refers to something in any part of the same make: a literal never does, nor does what is left out.
    fn may_refer(&mut self, id: InstanceId, place: usize) -> bool {
        if let Some(given) = self.eval.given_field(id, place) {
            return !matches!(given.value.kind, TermKind::Constant(_));
        }
        let Some(kind) = self.eval.state.instance(id).map(|instance| instance.kind) else { return true };
        if !self.eval.state.is_closed(kind, place) {
            return true;
        }
        let mut refers = false;
        self.eval.look(id, place, |value| refer(value, &mut |_, _| refers = true));
        refers
    }

    fn mark(&self, id: InstanceId) -> Mark {
        self.marks.get(id.0 as usize).copied().unwrap_or(Mark::Done)
    }

    fn set(&mut self, id: InstanceId, mark: Mark) {
        if let Some(place) = self.marks.get_mut(id.0 as usize) {
            *place = mark;
        }
    }
}
