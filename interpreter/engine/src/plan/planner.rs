//! Judges every resource once, those that others wait for first, and puts the verdicts into steps.

use std::cell::OnceCell;

use rsx_lang::instance::{Address, InstanceId};
use rsx_lang::maps::{HashMap, HashSet};
use rsx_lang::value::Value;
use rsx_syntax::{Diagnostic, Sources, Span};
use smol_str::SmolStr;

use crate::design::{Design, Need};
use crate::diff::Difference;
use crate::event::{Action, Fact, Note, Place, Reason};
use crate::graph::sort;
use crate::json::Codec;
use crate::plan::judge::{Case, Verdict};
use crate::plan::order::{Going, Member, Operation, order};
use crate::plan::reasons::says;
use crate::plan::{Base, Class, FORMAT, Plan, Step};
use crate::problems::{Problem, Trouble};
use crate::schema::{LASTING, RENEWS, RUNS, Role, Schemas, UNDOES};
use crate::state::State;

/// What a plan is made from besides the design.
#[derive(Debug)]
pub struct Planning<'a> {
    /// The texts, for lines.
    pub sources: &'a Sources,
    /// What the journal tells.
    pub state: &'a State,
    /// What a look has seen since; see [`survey`](crate::survey::survey).
    pub seen: Vec<Fact>,
    /// If any: only steps at or within these addresses, and what they can't do without.
    pub only: Vec<Address>,
    /// No steps at or within these addresses, nor what can't do without them.
    pub except: Vec<Address>,
    /// What the plan rests on, as far as the caller knows it.
    pub base: Base,
}

/// Plans how a design is made true. It calls nobody; of the design it fills the holes whose values will stay as they are.
pub fn plan(design: &mut dyn Design, planning: Planning<'_>) -> Result<Plan, Vec<Diagnostic>> {
    let mut state = planning.state.clone();
    let version = state.version;
    for fact in &planning.seen {
        state.fold(fact.clone());
    }
    let deployment = state.deployment.as_ref().map(|deployment| deployment.id.clone());
    let codec = Codec::new(design.units(), deployment.as_deref().unwrap_or_default());
    let adopted = planning.seen.iter().filter_map(|fact| {
        let Fact::Made { address, .. } = fact else { return None };
        Some(address.clone())
    });
    let vanished = planning.seen.iter().filter_map(|fact| {
        let Fact::Gone { address } = fact else { return None };
        Some(address.clone())
    });
    let mut planner = Planner {
        sources: planning.sources,
        adopted: adopted.collect(),
        vanished: vanished.collect(),
        state: &state,
        codec,
        schemas: Schemas::default(),
        places: Places::default(),
        by_address: HashMap::default(),
        drafts: Vec::new(),
        problems: Vec::new(),
    };
    planner.judge_all(design);
    planner.take_away(design);
    planner.link(design, &planning.only, &planning.except);
    if !planner.problems.is_empty() {
        return Err(planner.problems.iter().map(Problem::diagnostic).collect());
    }
    let base = Base { version, deployment, ..planning.base };
    let mut plan = planner.assemble(base);
    plan.seen = planning.seen;
    Ok(plan)
}

pub(super) struct Planner<'a> {
    pub(super) sources: &'a Sources,
    pub(super) adopted: HashSet<SmolStr>,
    /// What was made, and the look has not found any more.
    pub(super) vanished: HashSet<SmolStr>,
    pub(super) state: &'a State,
    pub(super) codec: Codec,
    schemas: Schemas,
    /// Where the draft of an instance lies.
    pub(super) places: Places,
    /// Where the draft of an address lies.
    pub(super) by_address: HashMap<SmolStr, usize>,
    pub(super) drafts: Vec<Draft>,
    pub(super) problems: Vec<Problem>,
}

/// Where something of an instance lies; instances are numbered without large gaps.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<Option<usize>>);

impl Places {
    fn insert(&mut self, id: InstanceId, at: usize) {
        let number = id.0 as usize;
        self.0.resize(self.0.len().max(number + 1), None);
        if let Some(slot) = self.0.get_mut(number) {
            *slot = Some(at);
        }
    }

    pub(super) fn get(&self, id: InstanceId) -> Option<usize> {
        self.0.get(id.0 as usize).copied().flatten()
    }
}

/// What becomes of one resource.
pub(super) struct Draft {
    pub(super) address: SmolStr,
    /// The instance, if it is still declared.
    pub(super) id: Option<InstanceId>,
    pub(super) step: Option<Step>,
    pub(super) member: Member,
    /// The fields by which it becomes another object, if they are the reason why it is replaced.
    pub(super) fixed: Vec<SmolStr>,
    /// Whether those that hold an attribute of it leave before it changes.
    pub(super) disruptive: bool,
    /// Whether what was run is taken back and run again, and what was run after it, too.
    pub(super) undone: bool,
}

impl<'a> Planner<'a> {
    fn judge_all(&mut self, design: &mut dyn Design) {
        let ids = design.resources();
        let mut place = Places::default();
        ids.iter().enumerate().for_each(|(at, id)| place.insert(*id, at));
        let mut needs: Vec<Vec<Need>> = ids.iter().map(|id| design.demand(*id)).collect();
        let on = |list: &Vec<Need>| list.iter().filter_map(|need| place.get(need.on)).collect();
        let after: Vec<Vec<usize>> = needs.iter().map(on).collect();
        let order = sort(&after).unwrap_or_else(|| (0..ids.len()).collect());
        self.drafts.reserve(ids.len());
        self.by_address.reserve(ids.len());
        for at in order {
            let (Some(&id), Some(needs)) = (ids.get(at), needs.get_mut(at)) else { continue };
            self.judge(design, id, std::mem::take(needs));
        }
    }

    fn judge(&mut self, design: &mut dyn Design, id: InstanceId, needs: Vec<Need>) {
        let Some(schema) = design.kind(id).map(|kind| self.schemas.of(kind)) else { return };
        let address = design.address(id);
        let entry = self.state.entries.get(&address);
        let undone_before = self.undone_before(design, id, &needs, entry);
        let case = Case { id, address, schema, needs, entry, undone_before, want: OnceCell::new() };
        let verdict = self.verdict(design, &case);
        let draft = self.draft(design, &case, &verdict);
        self.guard(design, &case, &draft);
        if let Verdict::Update(found, _) | Verdict::Adopt(found) = &verdict {
            self.keep_lasting(design, &case, found);
        }
        self.observe(design, &case, &verdict, draft.disruptive);
        let at = self.drafts.len();
        if matches!(verdict, Verdict::Replace(..) | Verdict::Bounce(_)) {
            for other in self.sent_away_by(design, &case) {
                if let Some(other) = self.drafts.get_mut(other) {
                    other.member.sends_away.push(at);
                }
            }
        }
        self.places.insert(id, at);
        self.by_address.insert(case.address, at);
        self.drafts.push(draft);
    }

    fn draft(&self, design: &dyn Design, case: &Case<'_>, verdict: &Verdict) -> Draft {
        let member = Member {
            kind: case.schema.name.clone(),
            step: None,
            needs: case.needs.iter().filter_map(|need| self.places.get(need.on)).collect(),
            // Places of those that come later are not known yet; they are filled in at the end.
            held: Vec::new(),
            sends_away: Vec::new(),
            room_of: Vec::new(),
            going: Going::Called,
            runs: says(design, case.id, RUNS),
            undoes: false,
        };
        let disruptive = match verdict {
            Verdict::Update(found, _) | Verdict::Adopt(found) => {
                found.iter().any(|difference| difference.role == Role::Disruptive)
            }
            // What leaves and comes again is out of service as well.
            Verdict::Replace(..) => case.schema.fields.values().any(|role| *role == Role::Disruptive),
            Verdict::Keep | Verdict::Create | Verdict::Read | Verdict::Bounce(_) => false,
        };
        let step = self.step(design, case, verdict, disruptive);
        let fixed = match verdict {
            Verdict::Replace(found, None) => {
                let fixed = found.iter().filter(|difference| difference.role == Role::Fixed);
                fixed.map(|difference| difference.field.clone()).collect()
            }
            Verdict::Replace(_, Some(_))
            | Verdict::Keep
            | Verdict::Create
            | Verdict::Read
            | Verdict::Adopt(_)
            | Verdict::Update(..)
            | Verdict::Bounce(_) => Vec::new(),
        };
        let undone = matches!(verdict, Verdict::Replace(..))
            && member.runs
            && (case.undone_before.is_some() || matches!(design.get(case.id, UNDOES), Some(Value::Text(_))));
        Draft { address: case.address.clone(), id: Some(case.id), step, member, fixed, disruptive, undone }
    }

    /// Refuses to take away what is protected. Leaving for a while is not going.
    fn guard(&mut self, design: &dyn Design, case: &Case<'_>, draft: &Draft) {
        let replaced = draft
            .step
            .as_ref()
            .is_some_and(|step| step.action == Action::Replace && step.class != Class::Interrupts);
        if let (true, Some(at)) = (replaced, design.protected(case.id)) {
            self.refuse(design, Some(at), &case.address, Action::Replace);
        }
    }

    /// Refuses to let go of what is protected, by a line of the spec or only when it was run last; what belongs to one
    /// place is told once.
    fn refuse(&mut self, design: &dyn Design, by: Option<Span>, address: &SmolStr, action: Action) {
        let at = by.unwrap_or_else(|| design.home());
        for problem in self.problems.iter_mut().filter(|problem| problem.at == at) {
            if let Trouble::Protected { addresses, action: other, .. } = &mut problem.what
                && *other == action
            {
                addresses.push(address.clone());
                return;
            }
        }
        let what = Trouble::Protected { addresses: vec![address.clone()], action, is_said: by.is_some() };
        self.problems.push(Problem { at, what });
    }

    /// Refuses to unset what the service can't unset; of many alike the first is told.
    fn keep_lasting(&mut self, design: &dyn Design, case: &Case<'_>, found: &[Difference]) {
        let Some(Value::List(all)) = design.get(case.id, LASTING) else { return };
        for lasting in all.iter() {
            let Some((field, instead)) = texts(lasting, "field", "instead") else { continue };
            let (name, path) = field.split_once('.').map_or((field.as_str(), None), |(n, p)| (n, Some(p)));
            let Some(difference) = found.iter().find(|difference| difference.field == name) else { continue };
            let was_set = difference.before.as_ref().is_some_and(|before| is_set(before, path));
            if was_set && is_unset(&difference.after, path) {
                let at = design.origin(case.id, Some(name));
                let problem = Problem { at, what: Trouble::Lasting { field: field.clone(), instead } };
                if !self.problems.contains(&problem) {
                    self.problems.push(problem);
                }
            }
        }
    }

    /// Tells the design those attributes of what is there that will stay as they are.
    fn observe(&self, design: &mut dyn Design, case: &Case<'_>, verdict: &Verdict, disruptive: bool) {
        let seen = match (verdict, self.state.looked.get(&case.address), case.entry) {
            (Verdict::Keep, Some(looked), None) => &looked.observed,
            (Verdict::Keep | Verdict::Update(..) | Verdict::Adopt(_), _, Some(entry)) if !disruptive => {
                &entry.observed
            }
            _ => return,
        };
        let mut attributes = case.schema.attributes_of(&self.codec.recall(seen));
        let renewing = |by: &SmolStr| match verdict {
            Verdict::Update(found, why) => {
                why.is_some() || found.iter().any(|difference| difference.field == *by)
            }
            Verdict::Adopt(_) => true,
            Verdict::Keep | Verdict::Create | Verdict::Read | Verdict::Replace(..) | Verdict::Bounce(_) => {
                false
            }
        };
        if let Some(Value::List(renewed)) = design.get(case.id, RENEWS) {
            let pairs = renewed.iter().filter_map(|pair| texts(pair, "attribute", "by"));
            pairs.filter(|(_, by)| renewing(by)).for_each(|(attribute, _)| {
                attributes.shift_remove(&attribute);
            });
        }
        design.observe(case.id, attributes);
    }

    /// Adds the steps for what is there and not wanted any more, in the order of addresses: in which order it came to
    /// be there is no one's concern.
    fn take_away(&mut self, design: &dyn Design) {
        let mut unwanted: Vec<_> = self.state.entries.iter().collect();
        unwanted.retain(|(address, _)| !self.by_address.contains_key(*address));
        unwanted.sort_by_cached_key(|(address, _)| Address::parse(address));
        for (address, entry) in unwanted {
            let protector = design.protector(address);
            let is_protected = entry.note.protected || protector.is_some();
            if is_protected && (entry.note.holds_data || is_abandoned(design, address)) {
                self.refuse(design, protector, address, Action::Delete);
            }
            let at = entry.note.at.clone().unwrap_or_else(|| Place::of(self.sources, design.home()));
            let mut because = vec![Reason::new(design.farewell(), at.clone())];
            let stays = self.outlasts(&entry.note).then(|| STAYS.to_owned());
            let remains = entry.note.remains.iter().map(|what| format!("what remains: {what}"));
            because.extend(stays.into_iter().chain(remains).map(|text| Reason::new(text, at.clone())));
            let step = Step {
                address: address.clone(),
                kind: entry.kind.clone(),
                action: Action::Delete,
                because,
                changes: Vec::new(),
                class: if entry.note.holds_data { Class::DestroysData } else { Class::Delete },
                seconds: entry.note.takes_delete,
                usd_month: entry.note.monthly.map(|monthly| -monthly),
                unpriced: false,
                at: entry.note.at.clone(),
            };
            let member = Member {
                kind: entry.kind.clone(),
                step: None,
                needs: Vec::new(),
                held: Vec::new(),
                sends_away: Vec::new(),
                room_of: Vec::new(),
                going: Going::Called,
                runs: false,
                undoes: false,
            };
            self.by_address.insert(address.clone(), self.drafts.len());
            let (address, step) = (address.clone(), Some(step));
            let draft = Draft {
                address,
                id: None,
                step,
                member,
                fixed: Vec::new(),
                disruptive: false,
                undone: false,
            };
            self.drafts.push(draft);
        }
    }

    /// Returns whether what was run has made something that stays: nothing takes it back, and what it lies in stays, too.
    fn outlasts(&self, note: &Note) -> bool {
        let within = note.within.as_ref().and_then(|within| self.drafts.get(*self.by_address.get(within)?));
        let stays = within.is_some_and(|draft| {
            let goes = |step: &Step| matches!(step.action, Action::Replace | Action::Delete);
            !draft.step.as_ref().is_some_and(goes)
        });
        note.runs && note.undoes.is_none() && stays
    }

    fn assemble(mut self, base: Base) -> Plan {
        let forgotten = self.state.looked.keys().filter(|address| !self.by_address.contains_key(*address));
        let mut forgotten: Vec<SmolStr> = forgotten.cloned().collect();
        forgotten.sort_unstable();
        let operations = order(&self.members());
        finish(operations, self.drafts, forgotten, base)
    }

    /// Returns what matters for the order, with the steps as they are now.
    pub(super) fn members(&mut self) -> Vec<&Member> {
        for (at, draft) in self.drafts.iter_mut().enumerate() {
            draft.member.step = draft.step.as_ref().map(|step| (at, step.action));
        }
        self.drafts.iter().map(|draft| &draft.member).collect()
    }
}

/// Why a step that goes is no undoing.
const STAYS: &str = "nothing is taken back, as it had no `undo`: what it has made stays";

/// Returns whether the declaration that something is part of, or the member of a pool, is there no more. Parts that come
/// and go with its fields are no loss of it.
fn is_abandoned(design: &dyn Design, address: &str) -> bool {
    Address::parse(address).is_none_or(|whole| design.find(&whole.declaration().to_string()).is_none())
}

/// Reads two texts of a record of the library.
fn texts(record: &Value, first: &str, second: &str) -> Option<(SmolStr, SmolStr)> {
    let Value::Record(fields) = record else { return None };
    Some((fields.get(first)?.as_text()?.clone(), fields.get(second)?.as_text()?.clone()))
}

fn is_set(value: &Value, path: Option<&str>) -> bool {
    within(value, path).is_some_and(|value| *value != Value::None)
}

/// A hole may be anything, so it is not taken for nothing.
fn is_unset(value: &Value, path: Option<&str>) -> bool {
    !matches!(value, Value::Pending(_) | Value::Unknown) && !is_set(value, path)
}

fn within<'v>(value: &'v Value, path: Option<&str>) -> Option<&'v Value> {
    match (path, value) {
        (None, value) => Some(value),
        (Some(name), Value::Record(fields)) => fields.get(name),
        (Some(_), _) => None,
    }
}

/// Puts steps into the order of their operations, and finds the longest chain.
fn finish(
    mut operations: Vec<Operation>,
    mut drafts: Vec<Draft>,
    forgotten: Vec<SmolStr>,
    base: Base,
) -> Plan {
    let mut steps = Vec::with_capacity(drafts.len());
    let mut numbers = vec![usize::MAX; drafts.len()];
    for operation in &mut operations {
        let Some(step) = operation.work.step_mut() else { continue };
        let Some(number) = numbers.get_mut(*step) else { continue };
        if let Some(taken) = drafts.get_mut(*step).and_then(|draft| draft.step.take()) {
            *number = steps.len();
            steps.push(taken);
        }
        *step = *number;
    }
    let mut plan = Plan {
        format: FORMAT,
        base,
        steps,
        seconds: 0.0,
        critical: Vec::new(),
        seen: Vec::new(),
        forgotten,
        operations,
    };
    plan.measure();
    plan
}
