//! Looks at the outside before planning: what others own and we need, what became of what is ours, and of what was left open.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use rsx_lang::dimension::Units;
use rsx_lang::instance::InstanceId;
use rsx_lang::show::show;
use rsx_lang::value::{Phase, Query, Record, Value};
use rsx_syntax::{Diagnostic, Severity, Span};
use smol_str::SmolStr;

use crate::asking::Asking;
use crate::design::Design;
use crate::event::{Action, Call, Fact, Seen};
use crate::holes::questions;
use crate::json::{Codec, Stored};
use crate::known::Known;
use crate::problems::{Problem, Trouble};
use crate::provider::{Context, Fault, Id, Kind, Observed, Reader, Reading};
use crate::retry::lagging;
use crate::scene::Scene;
use crate::schema::{Role, Schema, Schemas, WITNESS};
use crate::state::{Entry, Standing, State};
use crate::status::recall;

/// How much is read before planning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// Only what was left open.
    None,
    /// All that costs nothing to read.
    Control,
    /// All, also what wakes targets that bill by use.
    Data,
}

/// What a look at the outside found.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// What differs from what the journal tells.
    pub facts: Vec<Fact>,
    /// Warnings of rules that the look has made decidable.
    pub warnings: Vec<Diagnostic>,
}

/// Looks; nothing is changed. What is found of others goes into the design, and the rules that wait for it are checked.
pub async fn survey(
    scene: &Scene<'_>,
    design: &mut dyn Design,
    state: &State,
    refresh: Refresh,
) -> Result<Survey, Vec<Diagnostic>> {
    let mut facts = settle_open(scene, design, state).await?;
    let mut known = state.clone();
    facts.iter().for_each(|fact| known.fold(fact.clone()));
    let read = refresh_entries(scene, design, &known, refresh, |reading| reading == Reading::Free).await?;
    read.iter().for_each(|fact| known.fold(fact.clone()));
    facts.extend(read);
    if wakes(scene, &known, refresh) {
        // How these are reached now, only what was just read tells: the way of then may be closed.
        recall(design, &known);
        let read = refresh_entries(scene, design, &known, refresh, |reading| reading != Reading::Free).await;
        design.forget();
        let read = read?;
        read.iter().for_each(|fact| known.fold(fact.clone()));
        facts.extend(read);
    }
    if refresh == Refresh::Data {
        facts.extend(ask_witnesses(scene, design, &known).await?);
    }
    facts.extend(look_up(scene, design, state).await?);
    let told = design.check(Phase::World);
    if told.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(told);
    }
    Ok(Survey { facts, warnings: told })
}

/// Returns where a problem with an address belongs.
pub(crate) fn place(design: &dyn Design, address: &str) -> Span {
    design.find(address).map_or_else(|| design.home(), |id| design.origin(id, None))
}

/// Finds by key what creations without an ending may have made.
async fn settle_open(
    scene: &Scene<'_>,
    design: &dyn Design,
    state: &State,
) -> Result<Vec<Fact>, Vec<Diagnostic>> {
    let codec = Codec::new(design.units(), &scene.deployment.id);
    let open = state.entries.iter().filter(|(_, entry)| entry.id.is_none()).filter_map(|(address, entry)| {
        let (call, token) = entry.open()?;
        let Call::Create { wanted } = call else { return None };
        Some((address, entry, Known::new(codec.recall(wanted))?, token))
    });
    let finds = open.map(|(address, entry, want, token)| async move {
        let at = place(design, address);
        let kind = scene.kind(&entry.kind, at)?;
        let cx = scene.context(address, token, Action::Adopt);
        match scene.insist(|| kind.find(&cx, &want)).await {
            Ok(Some(id)) => Ok(Some(Fact::Made { address: address.clone(), id })),
            Ok(None) => Ok(None),
            Err(fault) => Err(Problem::fault(address, "finding", fault, at)),
        }
    });
    gathered(join_all(finds).await).map(|facts: Vec<_>| facts.into_iter().flatten().collect())
}

/// One of ours that is read.
struct Subject<'a> {
    address: &'a SmolStr,
    entry: &'a Entry,
    cx: Context,
    id: &'a Id,
    last: Record,
}

impl Subject<'_> {
    /// Returns whether it was made by a call without an ending, so that a listing may not show it yet.
    fn is_fresh(&self) -> bool {
        matches!(self.entry.standing, Standing::Open { call: Call::Create { .. }, .. })
    }
}

async fn refresh_entries(
    scene: &Scene<'_>,
    design: &dyn Design,
    state: &State,
    refresh: Refresh,
    now: impl Fn(Reading) -> bool + Copy,
) -> Result<Vec<Fact>, Vec<Diagnostic>> {
    let codec = Codec::new(design.units(), &scene.deployment.id);
    let mut kinds: BTreeMap<&SmolStr, Vec<Subject<'_>>> = BTreeMap::new();
    let token = SmolStr::default();
    for (address, entry) in &state.entries {
        if let Some(id) = &entry.id {
            let cx = scene.context(address, &token, Action::Read);
            let last = codec.recall(&entry.asked());
            kinds.entry(&entry.kind).or_default().push(Subject { address, entry, cx, id, last });
        }
    }
    let codec = &codec;
    let reads = kinds.into_iter().map(|(name, mut subjects)| async move {
        let at = subjects.first().map_or_else(|| design.home(), |subject| place(design, subject.address));
        let kind = scene.kind(name, at)?;
        let reading = kind.reading();
        subjects.retain(|subject| now(reading) && wanted(reading, refresh, &subject.entry.standing));
        for subject in &mut subjects {
            subject.last.extend(design.find(subject.address).map(|id| ways(design, id)).unwrap_or_default());
        }
        let answers = read_each(scene, kind, &subjects).await;
        let mut facts = Vec::new();
        for (subject, answer) in subjects.iter().zip(answers) {
            match answer {
                Ok(seen) => facts.extend(fact(codec, subject, seen)),
                Err(fault) => {
                    let at = place(design, subject.address);
                    return Err(Problem::fault(subject.address, "reading", fault, at));
                }
            }
        }
        Ok(facts)
    });
    gathered(join_all(reads).await).map(|facts: Vec<Vec<Fact>>| facts.into_iter().flatten().collect())
}

/// Returns whether something is read that is reached by way of others.
fn wakes(scene: &Scene<'_>, state: &State, refresh: Refresh) -> bool {
    state.entries.values().filter(|entry| entry.id.is_some()).any(|entry| {
        let reading = scene.provider.kind(&entry.kind).map(Kind::reading);
        reading.is_some_and(|reading| reading != Reading::Free && wanted(reading, refresh, &entry.standing))
    })
}

/// Returns how a resource is reached now, as far as that is known.
pub(crate) fn ways(design: &dyn Design, id: InstanceId) -> Record {
    let Some(schema) = design.kind(id).map(Schema::of) else { return Record::default() };
    let mut want = design.want(id);
    want.retain(|name, value| schema.fields.get(name) == Some(&Role::Through) && value.is_known());
    want
}

fn wanted(reading: Reading, refresh: Refresh, standing: &Standing) -> bool {
    match (standing, refresh, reading) {
        // A look can't tell whether it is gone.
        (Standing::Open { call: Call::Delete, .. }, _, Reading::Never) => false,
        (Standing::Open { .. } | Standing::Moving(_) | Standing::Leaving(_), ..) => true,
        (_, Refresh::Data, Reading::Free | Reading::Wakes) | (_, Refresh::Control, Reading::Free) => true,
        (_, Refresh::Data, Reading::Never)
        | (_, Refresh::Control, Reading::Wakes | Reading::Never)
        | (_, Refresh::None, _) => false,
    }
}

/// Reads several of a kind; those that fail for a while are read again.
async fn read_each(
    scene: &Scene<'_>,
    kind: &dyn Kind,
    subjects: &[Subject<'_>],
) -> Vec<Result<Option<Observed>, Fault>> {
    if subjects.is_empty() {
        return Vec::new();
    }
    let reader = |subject| {
        let Subject { cx, id, last, .. }: &Subject<'_> = subject;
        Reader { cx, id, last }
    };
    let readers: Vec<Reader<'_>> = subjects.iter().map(reader).collect();
    let answers = kind.read_all(&readers).await;
    let mended =
        answers.into_iter().zip(subjects).zip(readers).map(|((answer, subject), reader)| async move {
            let again = || scene.insist(move || kind.read(reader.cx, reader.id, reader.last));
            match answer {
                Ok(None) if subject.is_fresh() => lagging(scene, again).await,
                Ok(seen) => Ok(seen),
                Err(Fault::Denied(refusal)) => Err(Fault::Denied(refusal)),
                Err(_) => again().await,
            }
        });
    join_all(mended).await
}

/// Returns what a look adds to what is known; nothing if all is as it was.
fn fact(codec: &Codec, subject: &Subject<'_>, seen: Option<Observed>) -> Option<Fact> {
    let address = subject.address.clone();
    let Some(seen) = seen else { return Some(Fact::Gone { address }) };
    let observed: Stored = codec.store(&seen.fields);
    let standing = Seen::from(seen.status);
    let settled = subject.entry.standing == Standing::Settled && standing == Seen::Ready;
    let same = settled && observed == subject.entry.observed;
    (!same).then_some(Fact::Read { address, observed, standing })
}

/// Asks of what the user has run whether it is still there, where the spec says how to know.
async fn ask_witnesses(
    scene: &Scene<'_>,
    design: &mut dyn Design,
    state: &State,
) -> Result<Vec<Fact>, Vec<Diagnostic>> {
    let mut ids = design.having(WITNESS);
    ids.retain(|id| {
        let entry = state.entries.get(&design.address(*id));
        entry.is_some_and(|entry| entry.standing == Standing::Settled)
    });
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    recall(design, state);
    let waits = |design: &dyn Design, id| design.get(id, WITNESS).map(|value| questions(&value));
    ids.retain(|id| waits(design, *id).is_some_and(|open| !open.is_empty()));
    loop {
        let looking: &dyn Design = design;
        // Whoever is not there can't be asked: what was run there has gone with it, as the plan finds by itself.
        ids.retain(|id| {
            waits(looking, *id).is_some_and(|open| open.iter().all(|q| Asking::of(looking, q).is_some()))
        });
        let mut open: Vec<Arc<Query>> = Vec::new();
        for query in ids.iter().filter_map(|id| waits(looking, *id)).flatten() {
            if !open.contains(&query) {
                open.push(query);
            }
        }
        if open.is_empty() {
            break;
        }
        let asking = open.iter().filter_map(|query| Asking::of(looking, query));
        let answers = join_all(asking.map(|asking| async move { asking.answer(scene).await })).await;
        for (query, answer) in open.iter().zip(gathered(answers)?) {
            design.answer(query, answer);
        }
    }
    let told = design.complaints();
    ids.retain(|id| design.get(*id, WITNESS) == Some(Value::Bool(false)));
    let facts = ids.into_iter().map(|id| Fact::Gone { address: design.address(id) }).collect();
    // The plan is to find what stays by itself, and what is asked when it is done may be answered otherwise.
    design.forget();
    if told.is_empty() { Ok(facts) } else { Err(told) }
}

/// Looks up what others own, round by round: what is found may say where to look next.
async fn look_up(
    scene: &Scene<'_>,
    design: &mut dyn Design,
    state: &State,
) -> Result<Vec<Fact>, Vec<Diagnostic>> {
    let codec = Codec::new(design.units(), &scene.deployment.id);
    let mut schemas = Schemas::default();
    let mut open: Vec<InstanceId> = design.resources();
    open.retain(|id| design.kind(*id).is_some_and(|kind| schemas.of(kind).lookup));
    let mut facts = Vec::new();
    loop {
        let ready: Vec<_> = open.iter().filter_map(|id| Some((*id, Known::new(design.want(*id))?))).collect();
        if ready.is_empty() {
            return Ok(facts);
        }
        open.retain(|id| !ready.iter().any(|(other, _)| other == id));
        let looking: &dyn Design = design;
        let looks = ready.iter().map(|(id, want)| look(scene, looking, *id, want));
        let found: Vec<Record> = gathered(join_all(looks).await)?;
        for ((id, want), found) in ready.into_iter().zip(found) {
            let Some(schema) = design.kind(id).map(|kind| schemas.of(kind)) else { continue };
            let address = design.address(id);
            let (wanted, observed) = (codec.store(want.fields()), codec.store(&found));
            let told = state.looked.get(&address);
            if !told.is_some_and(|told| told.wanted == wanted && told.observed == observed) {
                facts.push(Fact::Looked { address, kind: schema.name.clone(), wanted, observed });
            }
            design.observe(id, schema.attributes_of(&found));
        }
    }
}

/// Looks one thing up by its key.
pub(crate) async fn look(
    scene: &Scene<'_>,
    design: &dyn Design,
    id: InstanceId,
    want: &Known,
) -> Result<Record, Problem> {
    let (address, at) = (design.address(id), sought(design, id, want));
    let name = design.kind(id).map(|kind| kind.name.clone()).unwrap_or_default();
    look_at(scene, &name, &address, at, want).await
}

/// Returns where it is written what is looked for: the first field that somebody gave, else the declaration.
pub(crate) fn sought(design: &dyn Design, id: InstanceId, want: &Known) -> Span {
    let head = design.origin(id, None);
    let given = want.fields().iter().filter(|(_, value)| **value != Value::None);
    let mut places = given.map(|(name, _)| design.origin(id, Some(name)));
    places.find(|place| *place != head).unwrap_or(head)
}

/// Looks one thing up by its key, without a design at hand.
pub(crate) async fn look_at(
    scene: &Scene<'_>,
    name: &SmolStr,
    address: &SmolStr,
    at: Span,
    want: &Known,
) -> Result<Record, Problem> {
    let kind = scene.kind(name, at)?;
    let cx = scene.context(address, &SmolStr::default(), Action::Read);
    let fault = |fault| Problem::fault(address, "looking up", fault, at);
    let given = want.fields().iter().filter(|(_, value)| **value != Value::None);
    let given = given.map(|(name, value)| format!("`{name} = {}`", show(&Units::default(), value)));
    let wanted = given.collect::<Vec<_>>().join(", ");
    let missing = || Problem { at, what: Trouble::NotFound { kind: name.clone(), wanted: wanted.clone() } };
    let key = scene.insist(|| kind.find(&cx, want)).await.map_err(fault)?.ok_or_else(missing)?;
    let seen = scene.insist(|| kind.read(&cx, &key, want.fields())).await.map_err(fault)?;
    seen.map(|seen| seen.fields).ok_or_else(missing)
}

/// Returns all answers, or all problems.
fn gathered<T>(answers: Vec<Result<T, Problem>>) -> Result<Vec<T>, Vec<Diagnostic>> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(answer) => good.push(answer),
            Err(problem) => bad.push(problem.diagnostic()),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}
