//! State and design to what is there, what is missing and what differs: data for `status` and `drift`.

use rsx_lang::instance::InstanceId;
use rsx_lang::value::Value;
use serde::Serialize;
use smol_str::SmolStr;

use crate::design::Design;
use crate::diff::{Difference, differences};
use crate::event::Fact;
use crate::json::Codec;
use crate::plan::{Change, changed_fields};
use crate::provider::Id;
use crate::schema::{PARTING, Schemas};
use crate::state::{Entry, Standing, State};

/// How one resource stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Its address.
    pub address: SmolStr,
    /// Its kind.
    pub kind: SmolStr,
    /// What the service calls it.
    pub id: Option<Id>,
    /// How it stands.
    #[serde(flatten)]
    pub finding: Finding,
}

/// What was found of a resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// It is there, as it should be.
    Present,
    /// It is declared and was never made.
    Absent,
    /// It was made and is not there any more.
    Missing,
    /// It is there, and not as it should be.
    Differs {
        /// What is there and what should be.
        changes: Vec<Change>,
    },
    /// It is there, and not declared any more.
    Undeclared,
    /// It is on its way, or a call for it has no ending.
    Open {
        /// How it stands, in words.
        word: String,
    },
}

/// Reports on every resource, those of the design first. `seen` is what a [`survey`](crate::survey::survey) found;
/// what it did not read stands as it was last read.
pub fn status(design: &mut dyn Design, state: &State, seen: &[Fact]) -> Vec<Report> {
    let mut now = state.clone();
    seen.iter().for_each(|fact| now.fold(fact.clone()));
    recall(design, &now);
    let codec = codec(design, &now);
    let mut schemas = Schemas::default();
    let mut reports = Vec::new();
    for id in design.resources() {
        let Some(schema) = design.kind(id).map(|kind| schemas.of(kind)) else { continue };
        let address = design.address(id);
        let finding = match (schema.lookup, now.entries.get(&address)) {
            (true, _) => continue,
            (false, Some(entry)) => match open(entry) {
                Some(word) => Finding::Open { word },
                None => differing(design, &differences(&schema, &codec, &design.want(id), entry)),
            },
            (false, None) if state.entries.contains_key(&address) => Finding::Missing,
            (false, None) => Finding::Absent,
        };
        let key = now.entries.get(&address).and_then(|entry| entry.id.clone());
        reports.push(Report { address, kind: schema.name.clone(), id: key, finding });
    }
    for (address, entry) in now.entries.iter().filter(|(address, _)| design.find(address).is_none()) {
        let (kind, id) = (entry.kind.clone(), entry.id.clone());
        reports.push(Report { address: address.clone(), kind, id, finding: Finding::Undeclared });
    }
    reports
}

/// Tells the design what is there, as far as a state knows.
pub fn recall(design: &mut dyn Design, state: &State) {
    let codec = codec(design, state);
    let mut schemas = Schemas::default();
    for id in design.resources() {
        let address = design.address(id);
        let entry = state.entries.get(&address).map(|entry| &entry.observed);
        let seen = entry.or_else(|| state.looked.get(&address).map(|looked| &looked.observed));
        let schema = design.kind(id).map(|kind| schemas.of(kind));
        if let (Some(seen), Some(schema)) = (seen, schema) {
            design.observe(id, schema.attributes_of(&codec.recall(seen)));
        }
    }
}

/// Returns what the spec says now of fields that matter only when their resources go: facts for a destroy to begin with.
pub fn parting(design: &dyn Design, state: &State) -> Vec<Fact> {
    let codec = codec(design, state);
    let fact = |id: InstanceId| {
        let address = design.address(id);
        let Value::List(names) = design.get(id, PARTING)? else { return None };
        let entry = state.entries.get(&address)?;
        let mut want = design.want(id);
        want.retain(|name, value| names.contains(&Value::Text(name.clone())) && value.is_known());
        let mut wanted = entry.wanted.clone();
        wanted.extend(codec.store(&want));
        (wanted != entry.wanted).then(|| Fact::Noted { address, wanted, note: entry.note.clone() })
    };
    design.having(PARTING).into_iter().filter_map(fact).collect()
}

fn codec(design: &dyn Design, state: &State) -> Codec {
    let salt = state.deployment.as_ref().map(|deployment| deployment.id.as_str());
    Codec::new(design.units(), salt.unwrap_or_default())
}

fn open(entry: &Entry) -> Option<String> {
    match &entry.standing {
        Standing::Settled => None,
        Standing::Open { .. } => Some("a call for it has no ending".into()),
        Standing::Moving(word) | Standing::Leaving(word) => Some(word.to_string()),
        Standing::Broken(words) => Some(words.clone()),
    }
}

fn differing(design: &dyn Design, found: &[Difference]) -> Finding {
    match found {
        [] => Finding::Present,
        found => Finding::Differs { changes: changed_fields(design, found) },
    }
}
