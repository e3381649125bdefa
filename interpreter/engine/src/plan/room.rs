//! What makes room for what: two of a kind that are one and the same to their service can't stand side by side.

use rsx_lang::instance::InstanceId;
use rsx_lang::maps::{HashMap, HashSet};
use rsx_lang::value::Value;
use serde_json::Value as Json;
use smol_str::SmolStr;

use crate::design::Design;
use crate::event::{Action, Place, Reason};
use crate::json::Stored;
use crate::plan::planner::{Draft, Planner};
use crate::schema::UNIQUE;

impl Planner<'_> {
    /// Lets what comes wait for what goes and is the same to the service; returns for each who goes, who comes and why.
    pub(super) fn make_room(&mut self, design: &dyn Design) -> Vec<(usize, usize, Reason)> {
        let leaving = self.drafts.iter().filter(|draft| draft.leaves());
        let kinds: HashSet<&SmolStr> = leaving.map(|draft| &draft.member.kind).collect();
        let mut going = HashMap::default();
        let mut pairs = Vec::new();
        for (at, draft) in self.drafts.iter().enumerate().filter(|(_, draft)| draft.comes()) {
            let kind = &draft.member.kind;
            let Some(id) = draft.id.filter(|_| kinds.contains(kind)) else { continue };
            let fields = unique(design, id);
            let Some(key) = key(&fields, &self.codec.store(&design.want(id))) else { continue };
            let by_key = going.entry(kind).or_insert_with(|| self.going(kind, &fields));
            let Some(&other) = by_key.get(&key).filter(|other| **other != at) else { continue };
            let text =
                format!("`{}` comes with the same {}: this goes first", draft.address, fields.join(" and "));
            pairs.push((other, at, Reason::new(text, Place::of(self.sources, design.origin(id, None)))));
        }
        for (other, at, _) in &pairs {
            if let Some(draft) = self.drafts.get_mut(*at) {
                draft.member.room_of.push(*other);
            }
        }
        pairs
    }

    /// Says why what goes does so first, where what comes was selected.
    pub(super) fn tell_room(&mut self, pairs: Vec<(usize, usize, Reason)>) {
        for (other, at, reason) in pairs {
            let comes = self.drafts.get(at).is_some_and(|draft| draft.step.is_some());
            if let Some(step) =
                self.drafts.get_mut(other).and_then(|draft| draft.step.as_mut()).filter(|_| comes)
            {
                step.because.push(reason);
            }
        }
    }

    /// Returns those of a kind that go, by what tells them apart.
    fn going(&self, kind: &SmolStr, fields: &[SmolStr]) -> HashMap<Vec<Json>, usize> {
        let leaving =
            self.drafts.iter().enumerate().filter(|(_, draft)| draft.leaves() && draft.member.kind == *kind);
        leaving.filter_map(|(at, draft)| Some((key(fields, &self.entry_of(draft)?.wanted)?, at))).collect()
    }
}

impl Draft {
    /// Returns whether it is made, for the first time or again.
    fn comes(&self) -> bool {
        self.does(Action::Create) || self.does(Action::Replace)
    }
}

/// Returns the fields that tell a resource from others of its kind; none if its name is the service's own choice.
fn unique(design: &dyn Design, id: InstanceId) -> Vec<SmolStr> {
    match design.get(id, UNIQUE) {
        Some(Value::List(names)) => names.iter().filter_map(Value::as_text).cloned().collect(),
        Some(_) | None => Vec::new(),
    }
}

/// Returns what tells a resource apart, if all of it is known.
fn key(fields: &[SmolStr], stored: &Stored) -> Option<Vec<Json>> {
    let values: Option<Vec<Json>> = fields.iter().map(|field| stored.get(field.as_str()).cloned()).collect();
    values.filter(|values| !values.is_empty())
}
